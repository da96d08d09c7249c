//! Codes and tokens: made here, redeemed here, once (RFC 6749 §4.1.2, RFC 7636 §4.6).

use super::host::Host;
use super::jose::{Key, Published, derived, half_hash};
use super::kind::Kind;
use super::model::Client;
use super::mutation::{Draft, Mutation, Surroundings};
use super::request::{Params, Received};
use super::state::{Asked, Challenge, Grant, Session, Token};
use crate::random;
use serde_json::{Map, Value, json};

/// Why a code buys nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody made it.
    Unknown,
    /// It was presented before.
    Used,
    /// It is too old.
    Expired,
    /// It was made for another client.
    OtherClient,
    /// It was made for another redirect URI.
    RedirectUri,
    /// The verifier does not fit the challenge, or is missing.
    Verifier,
    /// The person's contract was changed since (d-account).
    Changed,
}

/// Makes a code for the signed-in person.
pub fn issue(host: &Host, asked: Asked, session_id: &str, session: &Session) -> (String, Grant) {
    let issued = host.now();
    let mut state = host.state();
    let grant = Grant {
        asked,
        user: session.user.clone(),
        auth_time: session.since,
        issued,
        used: false,
        revision: state.revision(&session.user),
        session: session_id.to_owned(),
    };
    let code = host.kind().play().code();
    state.grants.insert(code.clone(), grant.clone());
    (code, grant)
}

/// Takes a code back. Whoever presents a living one spends it, whatever else is wrong with the request.
///
/// # Errors
/// What is wrong with it.
pub fn redeem(host: &Host, client: &str, form: &Params) -> Result<Grant, Refusal> {
    let now = host.now();
    let mut state = host.state();
    let lifetime = state.settings.code_lifetime;
    let grant = state.grants.get_mut(form.text("code")).ok_or(Refusal::Unknown)?;
    if grant.asked.client != client {
        return Err(Refusal::OtherClient);
    }
    if std::mem::replace(&mut grant.used, true) {
        return Err(Refusal::Used);
    }
    let grant = grant.clone();
    if now > grant.issued + lifetime {
        return Err(Refusal::Expired);
    }
    if form.text("redirect_uri") != grant.asked.redirect_uri {
        return Err(Refusal::RedirectUri);
    }
    if !grant.asked.challenge.as_ref().is_none_or(|challenge| challenge.fits(form.text("code_verifier"))) {
        return Err(Refusal::Verifier);
    }
    if host.kind() == Kind::DAccount && state.revision(&grant.user) != grant.revision {
        return Err(Refusal::Changed);
    }
    Ok(grant)
}

impl Challenge {
    /// From the parameters of an authorization request.
    pub fn parse(params: &Params) -> Option<Self> {
        let challenge = params.get("code_challenge")?.to_owned();
        Some(if params.get("code_challenge_method") == Some("S256") {
            Self::S256(challenge)
        } else {
            Self::Plain(challenge)
        })
    }

    fn fits(&self, verifier: &str) -> bool {
        match self {
            Self::Plain(challenge) => challenge == verifier,
            Self::S256(challenge) => {
                let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
                *challenge == super::jose::base64url(digest)
            }
        }
    }
}

/// How a client proved itself at the token endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// HTTP Basic.
    Basic { id: String, secret: String },
    /// In the form.
    Post { id: String, secret: String },
    /// `client_id` alone.
    Id(String),
    /// Not at all.
    None,
}

impl Credentials {
    /// What the request carries. HTTP Basic counts first.
    pub fn of(request: &Received, form: &Params) -> Self {
        if let Some((id, secret)) = request.basic() {
            return Self::Basic { id, secret };
        }
        match (form.get("client_id"), form.get("client_secret")) {
            (Some(id), Some(secret)) => Self::Post { id: id.to_owned(), secret: secret.to_owned() },
            (Some(id), None) => Self::Id(id.to_owned()),
            _ => Self::None,
        }
    }

    /// Id and secret, if both are there.
    pub fn pair(&self) -> Option<(&str, &str)> {
        match self {
            Self::Basic { id, secret } | Self::Post { id, secret } => Some((id, secret)),
            Self::Id(_) | Self::None => None,
        }
    }

    /// The client whose secret this is.
    pub fn client(&self, host: &Host) -> Option<Client> {
        let (id, secret) = self.pair()?;
        host.client(id).filter(|client| client.secret.as_deref() == Some(secret))
    }
}

/// Makes an access token.
pub fn access_token(host: &Host, grant: &Grant, text: String, audience: &str, lifetime: i64) -> String {
    let token = token(host, grant, audience, lifetime);
    host.state().tokens.insert(text.clone(), token);
    text
}

/// Makes a refresh token.
pub fn refresh_token(host: &Host, grant: &Grant, lifetime: i64) -> String {
    let text = random::token();
    let token = token(host, grant, "", lifetime);
    host.state().refresh_tokens.insert(text.clone(), token);
    text
}

fn token(host: &Host, grant: &Grant, audience: &str, lifetime: i64) -> Token {
    let issued = host.now();
    let (client, audience) = (grant.asked.client.clone(), audience.to_owned());
    Token { grant: grant.clone(), client, audience, issued, expires: issued + lifetime }
}

/// The facts behind a bearer token that is still good.
pub fn bearer(host: &Host, text: &str) -> Option<Token> {
    let now = host.now();
    host.state().tokens.get(text).filter(|token| token.expires > now).cloned()
}

/// Which key signs.
pub enum Signer {
    /// The provider's signing key.
    Ring,
    /// A published key that should not.
    Other(Published),
    /// The client's secret (HS256).
    Secret,
}

/// Signs an ID token, spoilt if a mutation is due. `None` where the answer shall have none.
pub fn id_token(host: &Host, client: &Client, signer: Signer, claims: Value) -> Option<String> {
    let published = match signer {
        Signer::Ring => host.with_ring(|ring| ring.signing().clone()),
        Signer::Other(published) => published,
        Signer::Secret => {
            let key = Key::Hmac(client.secret_bytes().to_vec());
            Published { kid: None, key, issuer: None, certificate: None }
        }
    };
    let mut header = json!({ "alg": published.key.algorithm(), "typ": "JWT" });
    if let Some(kid) = &published.kid {
        header["kid"] = json!(kid);
        if published.certificate.is_some() {
            header["x5t"] = json!(kid);
        }
    }
    let claims = match claims {
        Value::Object(claims) => claims.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    };
    let draft = Draft { header, claims, key: published.key };
    let mutation = host.state().take_mutation(|mutation| mutation != Mutation::UserInfoSubject);
    let token = match mutation {
        None => Some(draft.sign()),
        Some(mutation) => {
            let (now, attacker) = (host.now(), host.attacker());
            let last = host.state().last_tokens.get(&client.id).cloned();
            host.with_ring(|ring| {
                let mut around = Surroundings { ring, client: &client.id, attacker: &attacker, now, last };
                draft.spoil(mutation, &mut around)
            })
        }
    };
    if let (None, Some(token)) = (mutation, &token) {
        host.state().last_tokens.insert(client.id.clone(), token.clone());
    }
    token
}

/// `sub` of a userinfo answer: the person's, unless a mutation waits for it.
pub fn userinfo_subject(host: &Host, subject: &str) -> String {
    let spoilt = host.state().take_mutation(|mutation| mutation == Mutation::UserInfoSubject);
    if spoilt.is_some() { format!("{subject}-of-somebody-else") } else { subject.to_owned() }
}

/// `at_hash`.
pub fn access_token_hash(access_token: &str) -> String {
    half_hash(access_token)
}

/// A subject that differs from client to client (OpenID Connect Core §8.1).
pub fn pairwise(parts: &[&str]) -> String {
    super::jose::base64url(derived(parts))
}

/// `sid` of a session: not its cookie.
pub fn session_name(id: &str) -> String {
    pairwise(&["sid", id])
}

/// Sixteen random bytes as a GUID.
pub fn guid() -> String {
    let hex = super::jose::hex(random::bytes::<16>());
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
