//! Access tokens as they come back: a JWT or an opaque text, verified and with the standing of whoever is behind it.

use std::sync::Arc;

use super::claims::AccessTokenClaims;
use super::grant::TokenStanding;
use super::mint::OpaqueToken;
use super::store::{find_opaque, find_standing, is_revoked};
use super::verify::AccessTokenVerifier;
use crate::brand::Issuer;
use crate::client::ClientDirectory;
use crate::clock::Timestamp;
use crate::keys::KeySet;
use crate::secret::TokenHash;
use crate::storage::{Database, Fault};

/// An access token that is good at this moment.
pub struct LiveAccessToken {
    /// What it says.
    pub claims: Arc<AccessTokenClaims>,
    /// Who is behind it; `None` for a client in its own name.
    pub standing: Option<TokenStanding>,
}

/// What verifying an access token takes.
#[derive(Clone, Copy)]
pub struct AccessTokens<'a> {
    /// The signing keys.
    pub keys: &'a KeySet,
    /// The memory of verified tokens.
    pub verifier: &'a AccessTokenVerifier,
    /// The database.
    pub db: &'a Database,
    /// The clients.
    pub clients: &'a ClientDirectory,
    /// The issuer it must come from.
    pub issuer: &'a Issuer,
    /// The time.
    pub now: Timestamp,
}

impl AccessTokens<'_> {
    /// Verifies a token and asks whether it is still good: not expired, not revoked, client, session and account as
    /// they should be. `Err` is the reason, for the log.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, token: &str) -> Result<Result<LiveAccessToken, &'static str>, Fault> {
        let claims = match OpaqueToken::of(token) {
            Some(OpaqueToken::Access) => match find_opaque(self.db, TokenHash::of(token), self.now).await? {
                // An opaque token of another brand is nobody's here (`security.md` line 89).
                Some(claims) if claims.iss == self.issuer.identifier => Arc::new(claims),
                _ => return Ok(Err("unknown_access_token")),
            },
            Some(_) => return Ok(Err("not_an_access_token")),
            None => match self.verifier.verify(self.keys, &self.issuer.identifier, token, self.now) {
                Ok(claims) => claims,
                Err(_) => return Ok(Err("access_token_invalid")),
            },
        };
        // A client that was switched off is off at once, whatever it still holds (`security.md` line 89).
        if !self.clients.find(&self.issuer.brand, &claims.client_id).is_some_and(|client| client.is_active()) {
            return Ok(Err("client_disabled"));
        }
        let Some(family) = &claims.family else {
            let revoked = is_revoked(self.db, &claims.jti).await?;
            return Ok(if revoked {
                Err("access_token_revoked")
            } else {
                Ok(LiveAccessToken { claims, standing: None })
            });
        };
        let Some(standing) = find_standing(self.db, family, &claims.jti).await? else {
            return Ok(Err("token_family_gone"));
        };
        if !standing.is_alive(self.now) {
            return Ok(Err("token_family_dead"));
        }
        if let Some(reason) = standing.refusal(self.now) {
            return Ok(Err(reason.as_str()));
        }
        Ok(Ok(LiveAccessToken { claims, standing: Some(standing) }))
    }
}
