//! Google (`upstreams.md` §1.1).

use super::{Builder, CLOUD_LEEWAY, ClientProof, IssuerRule, Parameters, Places, Profile, Request, S256};
use super::{Signature, SubjectRule, issuer, place};
use crate::account::LoginMethod;
use crate::config::UpstreamConfig;
use crate::jose::Algorithm;

pub fn profile(config: &UpstreamConfig) -> (Profile, Places) {
    let issuer = issuer(config, "https://accounts.google.com");
    // Google writes its issuer in two ways (googleapis/google-api-php-client#698): with the scheme and without.
    let short = issuer.split_once("://").map_or_else(|| issuer.clone(), |(_, rest)| rest.to_owned());
    let hosted_domain = match &config.hosted_domains[..] {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some("*".to_owned()),
    };
    let profile = Profile {
        method: LoginMethod::Google,
        issuer: IssuerRule::OneOf(vec![issuer, short]),
        signature: Signature::Keys(Algorithm::Rs256),
        proof: ClientProof::Post,
        pkce: true,
        subject: SubjectRule::Sub,
        leeway: CLOUD_LEEWAY,
        // `prompt=login` is not supported and `max_age` not documented.
        proves_freshness: false,
        hosted_domains: config.hosted_domains.clone(),
        parameters: Builder::Google { hosted_domain },
    };
    let places = Places {
        authorization: place(config.authorization_endpoint.as_ref(), "https://accounts.google.com/o/oauth2/v2/auth"),
        token: place(config.token_endpoint.as_ref(), "https://oauth2.googleapis.com/token"),
        jwks: Some(place(config.jwks_uri.as_ref(), "https://www.googleapis.com/oauth2/v3/certs")),
        graph: None,
    };
    (profile, places)
}

pub fn parameters(request: &Request<'_>, hosted_domain: Option<&str>) -> Parameters {
    let mut out: Parameters = vec![
        ("response_type", "code".into()),
        ("client_id", request.client_id.into()),
        ("redirect_uri", request.redirect_uri.into()),
        ("scope", "openid email profile".into()),
        ("state", request.state.into()),
        ("nonce", request.nonce.into()),
        ("code_challenge", request.code_challenge.into()),
        ("code_challenge_method", S256.into()),
    ];
    // The nearest thing to a fresh authentication: the person at least chooses.
    if request.wishes.other_account || request.wishes.fresh {
        out.push(("prompt", "select_account".into()));
    }
    if let Some(domain) = hosted_domain {
        out.push(("hd", domain.into()));
    }
    out
}
