//! Signing in compact form (RFC 7515 §7.1). A hot path: everything but the claims is computed when the key is loaded.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jws::JwsHeader;
use serde::Serialize;

use super::header::typ;
use super::signing_key::MAX_SIGNATURE_BYTES;
use super::{Algorithm, JoseError, SigningKey};

/// The kinds of token whose header is encoded when a key is loaded.
const PREPARED: [Option<&str>; 4] = [Some(typ::ACCESS_TOKEN), Some(typ::JWT), Some(typ::LOGOUT_TOKEN), None];

/// `base64url(header) || '.'`, one for each of [`PREPARED`].
pub(super) struct PreparedHeaders([String; PREPARED.len()]);

impl PreparedHeaders {
    pub(super) fn new(alg: Algorithm, kid: &str) -> Result<Self, JoseError> {
        let mut prepared = Self(Default::default());
        for (slot, typ) in prepared.0.iter_mut().zip(PREPARED) {
            let mut header = header(typ);
            header.set_algorithm(alg.as_str());
            header.set_key_id(kid);
            let json = serde_json::to_vec(header.claims_set()).map_err(|_| JoseError::Signing("header"))?;
            URL_SAFE_NO_PAD.encode_string(json, slot);
            slot.push('.');
        }
        Ok(prepared)
    }

    fn find(&self, typ: Option<&str>) -> Option<&str> {
        PREPARED.iter().position(|prepared| *prepared == typ).map(|i| self.0[i].as_str())
    }
}

fn header(typ: Option<&str>) -> JwsHeader {
    let mut header = JwsHeader::new();
    if let Some(typ) = typ {
        header.set_token_type(typ);
    }
    header
}

/// Signs claims: `header.payload.signature` with `alg`, `kid` and, if given, `typ` in the header.
///
/// # Errors
/// [`JoseError::Signing`] when the claims do not serialize or the library fails.
pub fn sign_compact(key: &SigningKey, typ: Option<&str>, claims: &impl Serialize) -> Result<String, JoseError> {
    let mut payload = Vec::with_capacity(768);
    serde_json::to_writer(&mut payload, claims).map_err(|_| JoseError::Signing("the claims do not serialize"))?;
    match key.headers().find(typ) {
        Some(header) => assemble(key, header, &payload),
        None => josekit::jws::serialize_compact(&payload, &header(typ), key)
            .map_err(|_| JoseError::Signing("no signature could be made")),
    }
}

/// Signs a client's assertion about itself (RFC 7523); `x5t` is the SHA-256 thumbprint of the key's certificate, for a
/// server that finds the key by it (RFC 7515 §4.1.8).
///
/// # Errors
/// As [`sign_compact`].
pub fn sign_assertion(key: &SigningKey, x5t: Option<&str>, claims: &impl Serialize) -> Result<String, JoseError> {
    let mut header = header(Some(typ::JWT));
    header.set_algorithm(key.alg().as_str());
    match x5t {
        None => header.set_key_id(key.kid()),
        Some(x5t) => {
            let named = header.set_claim("x5t#S256", Some(serde_json::Value::String(x5t.to_owned())));
            named.map_err(|_| JoseError::Signing("header"))?;
        }
    }
    let payload = serde_json::to_vec(claims).map_err(|_| JoseError::Signing("the claims do not serialize"))?;
    josekit::jws::serialize_compact(&payload, &header, key)
        .map_err(|_| JoseError::Signing("no signature could be made"))
}

/// Writes the token into one allocation. josekit would copy and encode the header anew for each.
fn assemble(key: &SigningKey, header: &str, payload: &[u8]) -> Result<String, JoseError> {
    let length = header.len() + (payload.len() + key.signature_bytes()).div_ceil(3) * 4 + 4;
    let mut token = String::with_capacity(length);
    token.push_str(header);
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let mut buffer = [0; MAX_SIGNATURE_BYTES];
    let signature = key.sign_into(token.as_bytes(), &mut buffer)?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prepared_header_is_the_one_josekit_would_write() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        for typ in PREPARED {
            let ours = sign_compact(&key, typ, &serde_json::json!({"a": 1})).unwrap();
            let theirs = josekit::jws::serialize_compact(br#"{"a":1}"#, &header(typ), &key).unwrap();
            assert_eq!(ours.rsplit_once('.').unwrap().0, theirs.rsplit_once('.').unwrap().0);
        }
    }
}
