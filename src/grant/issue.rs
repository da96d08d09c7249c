//! Making the tokens of an answer.

use std::time::Duration;

use serde::Serialize;

use crate::brand::Issuer;
use crate::client::{AccessTokenFormat, Client};
use crate::context::Context;
use crate::protocol::scope::{CONTRACT, Scope};
use crate::secret::TokenHash;
use crate::storage::{Fault, Tx};
use crate::token::claims::{AccessTokenClaims, BrandClaims};
use crate::token::mint::{
    AccessTokenFacts, IdTokenFacts, MintFacts, OpaqueToken, access_token_claims, mint_access_token, mint_id_token,
};
use crate::token::user_claims::{Destination, user_claims};
use crate::token::{TokenStanding, insert_opaque};

/// The token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
#[derive(Serialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    /// The refresh token, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The ID token, when `openid` was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// What was granted.
    pub scope: String,
}

/// What a grant hands out.
pub enum Issued {
    /// New tokens.
    Fresh(TokenResponse),
    /// The very answer given before (a retried refresh).
    Again(Vec<u8>),
}

/// An access token, and what has to be stored for it.
pub struct AccessToken {
    /// What the client gets.
    pub text: String,
    /// How long it lives.
    pub lifetime: Duration,
    /// What an opaque one stands for.
    stored: Option<(TokenHash, AccessTokenClaims)>,
}

impl AccessToken {
    /// Stores what an opaque token stands for; a JWT needs nothing.
    pub async fn store(&self, tx: &mut Tx, context: &Context) -> Result<(), Fault> {
        match &self.stored {
            Some((hash, claims)) => insert_opaque(tx, *hash, claims, context.now).await,
            None => Ok(()),
        }
    }

    /// Whether there is something to store.
    pub const fn is_stored(&self) -> bool {
        self.stored.is_some()
    }
}

/// For whom and what an access token is made.
pub struct AccessTokenOrder<'a> {
    /// The common facts.
    pub facts: MintFacts<'a>,
    /// What it grants.
    pub scope: &'a Scope,
    /// The resource servers it is for; empty: the issuer alone.
    pub resource: &'a [String],
    /// The family and the user's place, for a user's token.
    pub standing: Option<&'a TokenStanding>,
}

/// Makes an access token in the client's format.
///
/// # Errors
/// When there is no key to sign with.
pub fn access_token(context: &Context, client: &Client, order: &AccessTokenOrder<'_>) -> Result<AccessToken, Fault> {
    let app = &context.app;
    let lifetime = Client::lifetime(client.settings.lifetimes.access_token, app.config.tokens.access_token.0);
    // Where a person belongs is told to those alone who were granted it (data minimization).
    let told = order.standing.filter(|_| order.scope.contains(CONTRACT));
    let brand: Option<BrandClaims> = told.map(TokenStanding::brand_claims);
    let audience = audience(context.issuer(), order);
    let access = AccessTokenFacts {
        audience: &audience,
        scope: &order.scope.to_string(),
        family: order.standing.map(|standing| &standing.family.id),
        brand: brand.as_ref(),
        lifetime,
    };
    let claims = access_token_claims(&order.facts, &access, crate::secret::base64url(&app.random.bytes::<16>()));
    match client.settings.access_token_format {
        AccessTokenFormat::Jwt => {
            let alg = client.settings.access_token_signed_response_alg;
            let text = mint_access_token(&app.keys.load(), alg, &claims).map_err(no_key)?;
            Ok(AccessToken { text, lifetime, stored: None })
        }
        AccessTokenFormat::Opaque => {
            let text = OpaqueToken::Access.mint(&app.random);
            let stored = Some((TokenHash::of(&text), claims));
            Ok(AccessToken { text, lifetime, stored })
        }
    }
}

/// RFC 9068 §3: the resources asked for. The issuer too when `openid` was granted, since UserInfo is a resource of its
/// own, and when nothing else was asked for.
fn audience(issuer: &Issuer, order: &AccessTokenOrder<'_>) -> Vec<String> {
    let own = (order.resource.is_empty() || order.scope.is_openid()).then(|| issuer.identifier.clone());
    own.into_iter().chain(order.resource.iter().cloned()).collect()
}

/// Both tokens of a user's answer.
pub struct UserTokens {
    /// The access token.
    pub access: AccessToken,
    /// The ID token, when `openid` was granted.
    pub id_token: Option<String>,
}

/// Makes the tokens of a user. `nonce` is the authorization request's, for the answer to its code alone.
///
/// # Errors
/// When there is no key to sign with.
pub fn user_tokens(
    context: &Context,
    client: &Client,
    standing: &TokenStanding,
    (scope, resource): (&Scope, &[String]),
    nonce: Option<&str>,
) -> Result<UserTokens, Fault> {
    let app = &context.app;
    let family = &standing.family;
    let facts = MintFacts {
        issuer: &context.issuer().identifier,
        client_id: &client.id,
        subject: standing.record.account.subject.as_str(),
        authentication: Some(&family.facts.authentication),
        now: context.now,
    };
    let access = access_token(context, client, &AccessTokenOrder { facts, scope, resource, standing: Some(standing) })?;
    if !scope.is_openid() {
        return Ok(UserTokens { access, id_token: None });
    }
    let requested =
        user_claims(&standing.record, (scope, &family.facts.claims), family.facts.access_path, Destination::IdToken);
    let id = IdTokenFacts {
        nonce,
        access_token: Some(&access.text),
        requested,
        lifetime: Client::lifetime(client.settings.lifetimes.id_token, app.config.tokens.id_token.0),
        ..IdTokenFacts::default()
    };
    let alg = client.metadata.id_token_signed_response_alg;
    let id_token = mint_id_token(&app.keys.load(), alg, &facts, id).map_err(no_key)?;
    Ok(UserTokens { access, id_token: Some(id_token) })
}

impl UserTokens {
    /// The answer with these tokens.
    pub fn response(&self, refresh_token: Option<&str>, scope: &Scope) -> TokenResponse {
        TokenResponse {
            access_token: self.access.text.clone(),
            token_type: "Bearer",
            expires_in: self.access.lifetime.as_secs(),
            refresh_token: refresh_token.map(str::to_owned),
            id_token: self.id_token.clone(),
            scope: scope.to_string(),
        }
    }
}

fn no_key(error: impl std::fmt::Display) -> Fault {
    Fault::Other(format!("no token could be signed: {error}"))
}
