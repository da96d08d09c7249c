//! RSA with 1024 bits. The cryptographic library rightly does not sign with it, so the arithmetic is done here
//! (RFC 8017 §8.2.1, RSASSA-PKCS1-v1_5). The key is published below: it protects nothing.

use aws_lc_rs::digest::{SHA256, digest};
use num_bigint::BigUint;

const MODULUS: &[u8] = b"93bad89a2bd406b771909017c985001eb6ae7288bb898b55b00e7021ad098299\
    b686d7b0754de97ba6891cb789f602c476f44f4f06683a7ac48fbda0b3976b7a\
    4060cb6d0a282cf0b09e01dfe3dc7a601cf776ec1807badbcebae2c46aed2728\
    9fb0d50bd824120198d7d2a337c6ac51ce43f0e858f87eb6156c2268258daf17";
const EXPONENT: &[u8] = b"5c6b8026b354a9ff09a50f0052aa4a30ecc8a60eb484900ec35dc4f8cc702eac\
    4b6c80737c6f89aa39bd7da1b5459ae59e25a9981ec20613d7f4b5055c55567e\
    e9828fa5797b98eeabeaa172938ca06efae4488f2a0dad0561022f86cb2e2974\
    08f3a06a2abfd53d0b7b612c5a38e288ccca2634b1a54f2ee5919e69c3040801";
/// `DigestInfo` of SHA-256 (RFC 8017 §9.2, note 1).
const DIGEST_INFO: &[u8] =
    &[0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
const LENGTH: usize = 128;

fn number(hexadecimal: &[u8]) -> BigUint {
    BigUint::parse_bytes(hexadecimal, 16).unwrap_or_default()
}

/// The modulus, big-endian.
pub fn modulus() -> Vec<u8> {
    number(MODULUS).to_bytes_be()
}

/// RS256 over `message`.
pub fn sign(message: &[u8]) -> Vec<u8> {
    let hash = digest(&SHA256, message);
    let padding = LENGTH - 3 - DIGEST_INFO.len() - hash.as_ref().len();
    let mut block = vec![0, 1];
    block.resize(2 + padding, 0xff);
    block.push(0);
    block.extend_from_slice(DIGEST_INFO);
    block.extend_from_slice(hash.as_ref());
    let signature = BigUint::from_bytes_be(&block).modpow(&number(EXPONENT), &number(MODULUS)).to_bytes_be();
    let mut padded = vec![0; LENGTH - signature.len()];
    padded.extend(signature);
    padded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weak_signature_is_a_true_one() {
        let opened = BigUint::from_bytes_be(&sign(b"message")).modpow(&BigUint::from(65537u32), &number(MODULUS));
        let block = opened.to_bytes_be();
        assert!(block.ends_with(digest(&SHA256, b"message").as_ref()) && block.starts_with(&[1, 0xff]));
    }
}
