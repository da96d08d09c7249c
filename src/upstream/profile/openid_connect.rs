//! Any other provider that speaks OpenID Connect: everything fixed about it stands in the configuration.

use super::{Builder, CLOUD_LEEWAY, ClientProof, IssuerRule, Parameters, Places, Profile, Request, S256};
use super::{Signature, SubjectRule, issuer, place};
use crate::account::LoginMethod;
use crate::config::{UpstreamAlgorithm, UpstreamAuthentication, UpstreamConfig};
use crate::jose::Algorithm;

pub fn profile(config: &UpstreamConfig) -> (Profile, Places) {
    let signature = match config.signing_algorithm {
        Some(UpstreamAlgorithm::Hs256) => Signature::ClientSecret,
        Some(UpstreamAlgorithm::Es256) => Signature::Keys(Algorithm::Es256),
        Some(UpstreamAlgorithm::Rs256) | None => Signature::Keys(Algorithm::Rs256),
    };
    let proof = match config.client_authentication {
        Some(UpstreamAuthentication::ClientSecretPost) => ClientProof::Post,
        Some(UpstreamAuthentication::PrivateKeyJwt) => ClientProof::Assertion,
        // RFC 6749 §2.3.1: what every server must understand.
        Some(UpstreamAuthentication::ClientSecretBasic) | None => ClientProof::Basic,
    };
    let pkce = config.pkce.unwrap_or(true);
    let scope = config.scope.clone().unwrap_or_else(|| "openid email profile".to_owned());
    let profile = Profile {
        method: LoginMethod::OpenIdConnect,
        issuer: IssuerRule::OneOf(vec![issuer(config, "")]),
        signature,
        proof,
        pkce,
        subject: SubjectRule::Sub,
        leeway: CLOUD_LEEWAY,
        // OpenID Connect Core §3.1.2.1: who honors max_age must return auth_time; we check that it did.
        proves_freshness: true,
        hosted_domains: Vec::new(),
        parameters: Builder::OpenIdConnect { scope, pkce },
    };
    let places = Places {
        authorization: place(config.authorization_endpoint.as_ref(), ""),
        token: place(config.token_endpoint.as_ref(), ""),
        jwks: config.jwks_uri.as_ref().map(|url| url.as_str().to_owned()),
        graph: None,
    };
    (profile, places)
}

pub fn parameters(request: &Request<'_>, scope: &str, pkce: bool) -> Parameters {
    let wishes = request.wishes;
    let mut out: Parameters = vec![
        ("response_type", "code".into()),
        ("client_id", request.client_id.into()),
        ("redirect_uri", request.redirect_uri.into()),
        ("scope", scope.into()),
        ("state", request.state.into()),
        ("nonce", request.nonce.into()),
    ];
    if pkce {
        out.push(("code_challenge", request.code_challenge.into()));
        out.push(("code_challenge_method", S256.into()));
    }
    match (wishes.other_account, wishes.fresh) {
        (true, _) => out.push(("prompt", "select_account".into())),
        (false, true) => out.push(("prompt", "login".into())),
        (false, false) => {}
    }
    if let Some(max_age) = wishes.max_age {
        out.push(("max_age", max_age.to_string()));
    }
    out
}
