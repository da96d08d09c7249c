//! Proving that a client is who it says it is (RFC 6749 §2.3, RFC 7523 §3, OpenID Connect Core §9).

use std::time::Duration;

use serde::Deserialize;

use super::model::{Client, hash_client_secret};
use super::store::consume_assertion;
use crate::brand::Issuer;
use crate::clock::Timestamp;
use crate::id::ClientId;
use crate::jose::{Algorithm, NumericDate, TypeRule, verify_compact};
use crate::protocol::client_authentication::ClientAuthentication;
use crate::secret::{MasterKey, Secret, TokenHash, constant_time_eq};
use crate::storage::{Database, Fault};
use crate::token::claims::Audience;

/// An assertion may not be valid for longer than this, so that its `jti` need not be remembered for ever.
const LONGEST_ASSERTION: Duration = Duration::from_secs(3600);
/// How far the client's clock may be off.
const LEEWAY: Duration = Duration::from_secs(60);

/// Why a client was refused: a reason code for the log. The client hears `invalid_client` and no more.
#[derive(Debug)]
pub enum ClientRefused {
    /// The proof is not good.
    Proof(&'static str),
    /// The proof could not be checked.
    Fault(Fault),
}

impl From<Fault> for ClientRefused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

#[derive(Deserialize)]
struct AssertionClaims {
    iss: ClientId,
    sub: ClientId,
    aud: Audience,
    exp: NumericDate,
    #[serde(default)]
    nbf: Option<NumericDate>,
    #[serde(default)]
    iat: Option<NumericDate>,
    jti: String,
}

/// Checks what a client presented against what is registered.
///
/// # Errors
/// [`ClientRefused`].
pub async fn authenticate(
    client: &Client,
    presented: &ClientAuthentication,
    (master, db): (&MasterKey, &Database),
    issuer: &Issuer,
    now: Timestamp,
) -> Result<(), ClientRefused> {
    if !client.is_active() {
        return Err(ClientRefused::Proof("client_disabled"));
    }
    // ASVS 10.4.10: the registered method and no other, or a stolen secret of one kind would open all.
    if presented.method() != client.metadata.token_endpoint_auth_method {
        return Err(ClientRefused::Proof("client_authentication_method"));
    }
    match presented {
        ClientAuthentication::None { .. } => Ok(()),
        ClientAuthentication::SecretBasic { secret, .. } | ClientAuthentication::SecretPost { secret, .. } => {
            check_secret(client, secret, master, now)
        }
        ClientAuthentication::PrivateKeyJwt { assertion, .. } => {
            let claims = check_assertion(client, assertion, issuer, now)?;
            let expires = claims.exp.timestamp().plus(LEEWAY);
            let mut tx = db.begin().await?;
            let fresh = consume_assertion(&mut tx, &client.id, &claims.jti, expires).await?;
            tx.commit().await?;
            if fresh { Ok(()) } else { Err(ClientRefused::Proof("client_assertion_replayed")) }
        }
    }
}

fn check_secret(
    client: &Client,
    secret: &Secret<String>,
    master: &MasterKey,
    now: Timestamp,
) -> Result<(), ClientRefused> {
    let presented = hash_client_secret(master, secret.expose());
    let equal = |stored: &TokenHash| constant_time_eq(stored.as_bytes(), presented.as_bytes());
    let current = client.secret.as_ref().is_some_and(equal);
    let former = client.former_secret.as_ref().is_some_and(|(stored, until)| equal(stored) && now < *until);
    if current || former { Ok(()) } else { Err(ClientRefused::Proof("client_secret_mismatch")) }
}

/// RFC 7523 §3: who, for whom, how long, once.
fn check_assertion(
    client: &Client,
    assertion: &Secret<String>,
    issuer: &Issuer,
    now: Timestamp,
) -> Result<AssertionClaims, ClientRefused> {
    let refuse = |reason| Err(ClientRefused::Proof(reason));
    let Some(keys) = &client.keys else { return refuse("client_has_no_keys") };
    let one;
    let algorithms: &[Algorithm] = match client.metadata.token_endpoint_auth_signing_alg {
        Some(alg) => {
            one = [alg];
            &one
        }
        None => Algorithm::ALL,
    };
    let Ok(verified) = verify_compact(assertion.expose(), keys, algorithms, TypeRule::CLIENT_ASSERTION) else {
        return refuse("client_assertion_signature");
    };
    let Ok(claims) = verified.claims::<AssertionClaims>() else { return refuse("client_assertion_claims") };
    if claims.iss != client.id || claims.sub != client.id {
        return refuse("client_assertion_subject");
    }
    if !is_meant_for(issuer, &claims.aud) {
        return refuse("client_assertion_audience");
    }
    let expires = claims.exp.timestamp();
    let early = [claims.nbf, claims.iat].into_iter().flatten().any(|at| at.timestamp() > now.plus(LEEWAY));
    if expires.plus(LEEWAY) <= now || early {
        return refuse("client_assertion_time");
    }
    if expires > now.plus(LONGEST_ASSERTION) || claims.jti.is_empty() || claims.jti.len() > 256 {
        return refuse("client_assertion_lifetime");
    }
    Ok(claims)
}

/// Whether an assertion is for this issuer and for nobody else: another recipient could show it here as his own
/// (RFC 7523 §3, item 3). The issuer may go by its identifier or by the URL of an endpoint where clients authenticate.
fn is_meant_for(issuer: &Issuer, audience: &Audience) -> bool {
    let ours = |name: &String| {
        *name == issuer.identifier
            || ["/token", "/introspect", "/revoke"].iter().any(|endpoint| *name == issuer.url(endpoint))
    };
    !audience.names().is_empty() && audience.names().iter().all(ours)
}
