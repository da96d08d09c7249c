//! Verifying in compact form (RFC 7515 §5.2).

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;

use super::{Algorithm, Header, JoseError, TypeRule, VerifyingKeys};

/// The longest token we look at, in bytes.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// A token whose signature is right. Whether its claims are is the caller's question.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    /// What the header said; `alg` and `typ` have been checked.
    pub header: Header,
    /// The signed bytes.
    pub payload: Vec<u8>,
}

/// Shows the header alone: the payload speaks of people.
impl std::fmt::Debug for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified").field("header", &self.header).finish_non_exhaustive()
    }
}

impl Verified {
    /// The claims as the caller's own type.
    ///
    /// # Errors
    /// [`JoseError::BadClaims`] when the payload is not that.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, JoseError> {
        serde_json::from_slice(&self.payload).map_err(|_| JoseError::BadClaims)
    }
}

/// Checks a token's form, type, algorithm and signature.
///
/// The algorithm must be one of `algorithms` *and* one of the key's: the header alone decides nothing
/// (RFC 8725 §3.1). Base64url must be canonical, so that one token has one text.
///
/// # Errors
/// Whatever is wrong with it first; see [`JoseError`].
pub fn verify_compact(
    token: &str,
    keys: &VerifyingKeys,
    algorithms: &[Algorithm],
    typ: TypeRule,
) -> Result<Verified, JoseError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(JoseError::TooLarge);
    }
    let Parts { message, header, payload, signature } = parts(token)?;
    let header = Header::parse(&decode(header)?)?;
    if !algorithms.contains(&header.alg) {
        return Err(JoseError::AlgorithmNotAllowed);
    }
    if !typ.accepts(header.typ.as_deref()) {
        return Err(JoseError::WrongType);
    }
    let key = keys.find(&header)?;
    let signature = decode(signature)?;
    key.verify_sig(message.as_bytes(), &signature).map_err(|_| JoseError::BadSignature)?;
    Ok(Verified { header, payload: decode(payload)? })
}

/// The same for a token that must be signed with HMAC-SHA256 under a shared secret; answers the signed bytes. For an
/// upstream that is configured so, and for no other: where keys are expected, no secret makes a signature.
///
/// # Errors
/// As [`verify_compact`].
pub fn verify_hs256(token: &str, secret: &[u8], typ: TypeRule) -> Result<Vec<u8>, JoseError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(JoseError::TooLarge);
    }
    let Parts { message, header, payload, signature } = parts(token)?;
    let found = Header::parse_hs256(&decode(header)?)?;
    if !typ.accepts(found.as_deref()) {
        return Err(JoseError::WrongType);
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, message.as_bytes(), &decode(signature)?).map_err(|_| JoseError::BadSignature)?;
    decode(payload)
}

/// A token taken apart.
struct Parts<'t> {
    /// Header and payload: what is signed.
    message: &'t str,
    header: &'t str,
    payload: &'t str,
    signature: &'t str,
}

/// Three parts: an encrypted token has five (RFC 7516 §3.1), and no key is looked for on its account.
fn parts(token: &str) -> Result<Parts<'_>, JoseError> {
    let malformed = JoseError::Malformed("not three parts");
    let (message, signature) = token.rsplit_once('.').ok_or(malformed)?;
    let (header, payload) = message.split_once('.').ok_or(malformed)?;
    if payload.contains('.') { Err(malformed) } else { Ok(Parts { message, header, payload, signature }) }
}

fn decode(part: &str) -> Result<Vec<u8>, JoseError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| JoseError::Malformed("not base64url"))
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
