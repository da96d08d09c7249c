//! Unguessable values for the other side: session ids, states, demo secrets.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// `N` bytes from the operating system.
///
/// # Panics
/// When the operating system has no randomness to give; nothing sensible can follow.
#[allow(clippy::panic, reason = "without randomness there is no secret, and so nothing this crate could do")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap_or_else(|error| panic!("no randomness from the operating system: {error}"));
    bytes
}

/// 64 bits in hexadecimal: for names of files and folders, and where a person may have to read it.
pub fn name() -> String {
    format!("{:016x}", u64::from_be_bytes(bytes()))
}

/// 256 bits as base64url text.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}
