//! Randomness as a parameter.
//!
//! Production draws from the operating system; tests draw from a seeded stream, so that a failing run can be repeated.
//! Nothing else in the product touches a random number generator (`clippy.toml` bans it).

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::clock::Timestamp;

/// A source of random bytes; cheap to clone.
#[derive(Clone)]
pub struct Random(Source);

#[derive(Clone)]
enum Source {
    System,
    /// A counter-mode SHA-256 stream: predictable on purpose, for tests alone.
    Seeded(Arc<Mutex<(u64, u64)>>),
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}

impl Random {
    /// The operating system's generator.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A repeatable stream for tests. Clones share it.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new((seed, 0)))))
    }

    /// Fills `buffer`.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: there is no safe way to go on.
    #[expect(clippy::disallowed_methods, clippy::expect_used, reason = "the one room where randomness is drawn")]
    pub fn fill(&self, buffer: &mut [u8]) {
        match &self.0 {
            Source::System => getrandom::fill(buffer).expect("the operating system gives randomness"),
            Source::Seeded(state) => {
                for chunk in buffer.chunks_mut(32) {
                    let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    state.1 += 1;
                    let block = [state.0.to_le_bytes(), state.1.to_le_bytes()].concat();
                    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &block);
                    chunk.copy_from_slice(&digest.as_ref()[..chunk.len()]);
                }
            }
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// A 256-bit secret as 43 characters of base64url: what codes, tokens, tickets and cookies are made of
    /// (`security.md` line 35: at least 128 bit, we take 256).
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }

    /// A random (version 4) UUID: for everything the outside sees, since it tells no time.
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes::<16>()).into_uuid()
    }

    /// A time-ordered (version 7) UUID: for row ids that never leave the house.
    pub fn row_id(&self, now: Timestamp) -> Uuid {
        let ms = u64::try_from(now.as_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &self.bytes::<10>()).into_uuid()
    }

    /// A short reference a person can read out on the phone: 8 characters without look-alikes, as `7K3Q-9P2M`.
    pub fn reference(&self) -> String {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut out = String::with_capacity(9);
        for (i, byte) in self.bytes::<8>().into_iter().enumerate() {
            if i == 4 {
                out.push('-');
            }
            out.push(char::from(ALPHABET[usize::from(byte & 31)]));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seeded_stream_repeats_itself_and_two_seeds_differ() {
        assert_eq!(Random::seeded(7).token(), Random::seeded(7).token());
        assert_ne!(Random::seeded(7).token(), Random::seeded(8).token());
    }

    #[test]
    fn a_token_has_256_bits() {
        assert_eq!(Random::system().token().len(), 43);
    }
}
