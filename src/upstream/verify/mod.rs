//! From what a token endpoint gave to who it is about.

mod claims;
mod graph;
mod id_token;

use std::sync::Arc;

use super::connection::Connection;
use super::exchange::Redeemed;
use super::jwks::{KeyCaches, PublishedKeys};
use super::person::Person;
use super::profile::Signature;
use super::refusal::{Refusal, Refused};
use crate::clock::Timestamp;
use crate::outbound::Line;
use crate::secret::TokenHash;

pub use graph::appsecret_proof;

/// An identity that holds, and the ID token it came in, which must not come twice.
pub struct Proved {
    /// Who.
    pub person: Person,
    /// The ID token's hash and its end; Facebook has none.
    pub token: Option<(TokenHash, Timestamp)>,
}

/// Verifies what was redeemed.
///
/// # Errors
/// [`Refused`]: why it does not hold.
pub async fn verify(
    connection: &Connection,
    (line, caches): (&Line, &KeyCaches),
    redeemed: &Redeemed,
    (nonce, now): (&str, Timestamp),
) -> Result<Proved, Refused> {
    if connection.endpoints.graph.is_some() {
        let person = graph::ask(connection, line, &redeemed.access_token).await?;
        return Ok(Proved { person, token: None });
    }
    let token = redeemed.id_token.as_ref().ok_or(Refusal::NoIdToken)?.expose().as_str();
    let (payload, key_issuer) = signed_payload(connection, (line, caches), token).await?;
    let (person, expires_at) = id_token::check(connection, &payload, key_issuer.as_deref(), (nonce, now))?;
    Ok(Proved { person, token: Some((TokenHash::of(token), expires_at)) })
}

/// The signed bytes, and the issuer that the key says it serves.
async fn signed_payload(
    connection: &Connection,
    (line, caches): (&Line, &KeyCaches),
    token: &str,
) -> Result<(Vec<u8>, Option<String>), Refused> {
    let algorithm = match connection.profile.signature {
        Signature::ClientSecret => {
            let secret = connection.secret().ok_or(Refusal::TokenSignature)?;
            return Ok((id_token::verify_with_secret(token, secret)?, None));
        }
        Signature::Keys(algorithm) => algorithm,
    };
    let url = connection.endpoints.jwks.as_ref().ok_or(Refusal::KeysUnavailable)?;
    let keys = caches.get(&connection.id, url, line).await?;
    let unfit = match id_token::verify_with_keys(token, &keys, algorithm) {
        Ok(verified) => return Ok(with_issuer(&keys, verified)),
        Err(unfit @ (Refusal::TokenSignature | Refusal::KeysUnavailable)) => unfit,
        Err(other) => return Err(other.into()),
    };
    // The key may be new: look once more, if it is due.
    let Some(renewed) = caches.renew(&connection.id, url, (line, &keys)).await else {
        return Err(if unfit == Refusal::KeysUnavailable { Refusal::TokenSignature } else { unfit }.into());
    };
    match id_token::verify_with_keys(token, &renewed, algorithm) {
        Ok(verified) => Ok(with_issuer(&renewed, verified)),
        Err(Refusal::KeysUnavailable) => Err(Refusal::TokenSignature.into()),
        Err(other) => Err(other.into()),
    }
}

fn with_issuer(keys: &Arc<PublishedKeys>, verified: crate::jose::Verified) -> (Vec<u8>, Option<String>) {
    let issuer = keys.issuer_of(verified.header.kid.as_deref()).map(str::to_owned);
    (verified.payload, issuer)
}
