//! Microsoft identity platform 2.0 (`upstreams.md` §1.3).

use super::{Builder, CLOUD_LEEWAY, ClientProof, IssuerRule, Parameters, Places, Profile, Request, S256};
use super::{Signature, SubjectRule, place};
use crate::account::LoginMethod;
use crate::config::{UpstreamAuthentication, UpstreamConfig};
use crate::jose::Algorithm;

/// The tenant of personal accounts.
pub const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

pub fn profile(config: &UpstreamConfig) -> (Profile, Places) {
    let tenant = config.tenant.as_deref().unwrap_or("common");
    let origin = config.issuer.as_ref().map_or_else(
        || "https://login.microsoftonline.com".to_owned(),
        |url| url.as_str().trim_end_matches('/').to_owned(),
    );
    let mut tenants = config.tenants.clone();
    // An authority that is one tenant lets that tenant through and no other.
    match tenant {
        "common" | "organizations" => {}
        "consumers" => tenants = vec![CONSUMERS.to_owned()],
        tenant => tenants = vec![tenant.to_owned()],
    }
    let proof = match config.client_authentication {
        Some(UpstreamAuthentication::ClientSecretBasic) => ClientProof::Basic,
        Some(UpstreamAuthentication::PrivateKeyJwt) => ClientProof::Assertion,
        Some(UpstreamAuthentication::ClientSecretPost) | None => ClientProof::Post,
    };
    let profile = Profile {
        method: LoginMethod::Microsoft,
        issuer: IssuerRule::PerTenant { template: format!("{origin}/{{tenantid}}/v2.0"), tenants },
        signature: Signature::Keys(Algorithm::Rs256),
        proof,
        // Not advertised, but enforced where it is sent.
        pkce: true,
        subject: SubjectRule::TenantAndObject,
        leeway: CLOUD_LEEWAY,
        proves_freshness: true,
        hosted_domains: Vec::new(),
        parameters: Builder::Microsoft,
    };
    let oauth = format!("{origin}/{tenant}/oauth2/v2.0");
    let places = Places {
        authorization: place(config.authorization_endpoint.as_ref(), &format!("{oauth}/authorize")),
        token: place(config.token_endpoint.as_ref(), &format!("{oauth}/token")),
        jwks: Some(place(config.jwks_uri.as_ref(), &format!("{origin}/{tenant}/discovery/v2.0/keys"))),
        graph: None,
    };
    (profile, places)
}

pub fn parameters(request: &Request<'_>) -> Parameters {
    let wishes = request.wishes;
    let mut out: Parameters = vec![
        ("response_type", "code".into()),
        ("client_id", request.client_id.into()),
        ("redirect_uri", request.redirect_uri.into()),
        ("scope", "openid email profile".into()),
        ("state", request.state.into()),
        ("nonce", request.nonce.into()),
        ("code_challenge", request.code_challenge.into()),
        ("code_challenge_method", S256.into()),
        ("response_mode", "query".into()),
    ];
    match (wishes.other_account, wishes.fresh) {
        (true, _) => out.push(("prompt", "select_account".into())),
        (false, true) => out.push(("prompt", "login".into())),
        (false, false) => {}
    }
    // `max_age` makes `auth_time` appear. An authentication with a slow second step can exceed a small one: five
    // minutes at the least (AzureAD/microsoft-authentication-library-for-python#455).
    if let Some(max_age) = wishes.max_age.or(wishes.fresh.then_some(0)) {
        out.push(("max_age", max_age.max(300).to_string()));
    }
    out
}
