//! dアカウント・コネクト (`upstreams.md` §1.4). Confirm with the manual under contract before going live: what is public of it is
//! the discovery document and the errors.

use super::{Builder, CLOUD_LEEWAY, ClientProof, IssuerRule, Parameters, Places, Profile, Request};
use super::{Signature, SubjectRule, issuer, place};
use crate::account::LoginMethod;
use crate::config::{UpstreamAlgorithm, UpstreamConfig};
use crate::jose::Algorithm;

pub fn profile(config: &UpstreamConfig) -> (Profile, Places) {
    let signature = match config.signing_algorithm {
        Some(UpstreamAlgorithm::Hs256) => Signature::ClientSecret,
        Some(UpstreamAlgorithm::Es256) => Signature::Keys(Algorithm::Es256),
        Some(UpstreamAlgorithm::Rs256) | None => Signature::Keys(Algorithm::Rs256),
    };
    let profile = Profile {
        method: LoginMethod::DAccount,
        // With the slash: compared exactly.
        issuer: IssuerRule::OneOf(vec![issuer(config, "https://conf.uw.docomo.ne.jp/")]),
        signature,
        proof: ClientProof::Basic,
        // An unknown parameter is refused: no PKCE until the manual says so; `nonce` is mandatory.
        pkce: false,
        subject: SubjectRule::Sub,
        leeway: CLOUD_LEEWAY,
        proves_freshness: false,
        hosted_domains: Vec::new(),
        parameters: Builder::DAccount { authif: config.authif.clone() },
    };
    let authorize = "https://id.smt.docomo.ne.jp/cgi8/oidc/authorize";
    let keys = "https://fr-end.oidc.if.cilite.docomo.ne.jp/oft/external/ofrnt/v1.0/jwksget";
    let places = Places {
        authorization: place(config.authorization_endpoint.as_ref(), authorize),
        token: place(config.token_endpoint.as_ref(), "https://conf.uw.docomo.ne.jp/token"),
        jwks: Some(place(config.jwks_uri.as_ref(), keys)),
        graph: None,
    };
    (profile, places)
}

pub fn parameters(request: &Request<'_>, authif: Option<&str>) -> Parameters {
    let mut out: Parameters = vec![
        ("response_type", "code".into()),
        ("scope", "openid".into()),
        ("client_id", request.client_id.into()),
        ("state", request.state.into()),
        ("redirect_uri", request.redirect_uri.into()),
        ("nonce", request.nonce.into()),
    ];
    if let Some(authif) = authif {
        out.push(("authif", authif.into()));
    }
    out
}
