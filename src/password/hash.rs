//! One hash, with memory that the caller keeps.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use unicode_normalization::UnicodeNormalization as _;

use crate::secret::{Secret, constant_time_eq};

/// Argon2id parameters (RFC 9106 §3.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HashParameters {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Default for HashParameters {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1 }
    }
}

/// What a comparison found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The password is right.
    Match,
    /// The password is right, and its hash was made with other parameters than today's.
    MatchNeedsRehash,
    /// The password is wrong, or there is no hash to compare with.
    Mismatch,
}

/// The buffer argon2 works in; grows to the largest parameters seen.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Memory {
    /// Argon2 jumps all over its buffer, so it alone is worth huge pages: the program runs without them elsewhere,
    /// where they would round every small heap up to 2 MiB.
    fn grow(&mut self, blocks: usize) {
        if self.0.len() < blocks {
            static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
            let _switch = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
            // Best effort on both sides: not being allowed to changes speed and size, nothing else.
            let disabled = rustix::thread::transparent_huge_pages_are_disabled().unwrap_or(false);
            let _ = rustix::thread::disable_transparent_huge_pages(false);
            self.0.resize(blocks, Block::new());
            let _ = rustix::thread::disable_transparent_huge_pages(disabled);
        }
    }
}

impl HashParameters {
    /// As the argon2 crate wants them.
    ///
    /// # Errors
    /// When they are outside what RFC 9106 permits.
    pub fn check(self) -> Result<Params, String> {
        Params::new(self.memory_kib, self.iterations, self.parallelism, Some(32)).map_err(|e| e.to_string())
    }
}

/// Passwords are compared in Unicode normalization form C, since keyboards differ in what they send for 「が」.
fn normalized(password: &Secret<String>) -> Secret<String> {
    Secret::new(password.expose().nfc().collect())
}

fn digest(params: &Params, password: &Secret<String>, salt: &[u8], memory: &mut Memory) -> Option<[u8; 32]> {
    let blocks = params.block_count();
    memory.grow(blocks);
    let mut out = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_into_with_memory(normalized(password).expose().as_bytes(), salt, &mut out, &mut memory.0)
        .ok()?;
    Some(out)
}

/// Hashes a new password into a PHC string.
pub fn hash(
    parameters: HashParameters,
    password: &Secret<String>,
    salt: [u8; 16],
    memory: &mut Memory,
) -> Option<String> {
    let params = parameters.check().ok()?;
    let digest = digest(&params, password, &salt, memory)?;
    let text = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(&salt).ok()?),
        hash: Some(Output::new(&digest).ok()?),
    };
    Some(text.to_string())
}

/// Compares a password with a stored PHC string. Without one it works just as long and answers `Mismatch`, so that
/// an address without an account cannot be told by the clock.
pub fn verify(
    parameters: HashParameters,
    password: &Secret<String>,
    stored: Option<&str>,
    memory: &mut Memory,
) -> Outcome {
    let parsed = stored.and_then(|text| PasswordHash::new(text).ok());
    let Some((params, salt, expected)) = parsed.as_ref().and_then(|h| {
        let params = Params::try_from(h).ok()?;
        Some((params, h.salt.as_ref()?.as_ref().to_vec(), h.hash.as_ref()?.as_bytes().to_vec()))
    }) else {
        if let Ok(params) = parameters.check() {
            digest(&params, password, &[0; 16], memory);
        }
        return Outcome::Mismatch;
    };
    let Some(found) = digest(&params, password, &salt, memory) else { return Outcome::Mismatch };
    if !constant_time_eq(&found, &expected) {
        return Outcome::Mismatch;
    }
    let today = parameters
        .check()
        .is_ok_and(|p| (p.m_cost(), p.t_cost(), p.p_cost()) == (params.m_cost(), params.t_cost(), params.p_cost()));
    if today { Outcome::Match } else { Outcome::MatchNeedsRehash }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashParameters = HashParameters { memory_kib: 64, iterations: 1, parallelism: 1 };

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn the_right_password_matches_and_a_wrong_one_does_not() {
        let mut memory = Memory::default();
        let stored = hash(CHEAP, &secret("Correct1!"), [1; 16], &mut memory).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert_eq!(verify(CHEAP, &secret("Correct1!"), Some(&stored), &mut memory), Outcome::Match);
        assert_eq!(verify(CHEAP, &secret("correct1!"), Some(&stored), &mut memory), Outcome::Mismatch);
        assert_eq!(verify(CHEAP, &secret("Correct1!"), None, &mut memory), Outcome::Mismatch);
        assert_eq!(verify(CHEAP, &secret("Correct1!"), Some("nonsense"), &mut memory), Outcome::Mismatch);
    }

    #[test]
    fn a_hash_of_other_parameters_still_matches_and_asks_for_a_rehash() {
        let mut memory = Memory::default();
        let stored = hash(CHEAP, &secret("Correct1!"), [1; 16], &mut memory).unwrap();
        let dearer = HashParameters { iterations: 2, ..CHEAP };
        assert_eq!(verify(dearer, &secret("Correct1!"), Some(&stored), &mut memory), Outcome::MatchNeedsRehash);
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same_password() {
        let mut memory = Memory::default();
        let stored = hash(CHEAP, &secret("P\u{304c}ssword1"), [1; 16], &mut memory).unwrap();
        let decomposed = secret("P\u{304b}\u{3099}ssword1");
        assert_eq!(verify(CHEAP, &decomposed, Some(&stored), &mut memory), Outcome::Match);
    }
}
