//! Facebook: plain OAuth 2.0 and the Graph (`upstreams.md` §1.2).

use super::{Builder, CLOUD_LEEWAY, ClientProof, IssuerRule, Parameters, Places, Profile, Request};
use super::{Signature, SubjectRule, place};
use crate::account::LoginMethod;
use crate::config::UpstreamConfig;
use crate::jose::Algorithm;

pub fn profile(config: &UpstreamConfig) -> (Profile, Places) {
    let version = config.graph_version.as_deref().unwrap_or("v23.0");
    let profile = Profile {
        method: LoginMethod::Facebook,
        // There is no ID token; the name is ours, for the record.
        issuer: IssuerRule::OneOf(vec!["https://www.facebook.com".to_owned()]),
        signature: Signature::Keys(Algorithm::Rs256),
        proof: ClientProof::Post,
        pkce: false,
        subject: SubjectRule::Graph,
        leeway: CLOUD_LEEWAY,
        proves_freshness: false,
        hosted_domains: Vec::new(),
        parameters: Builder::Facebook,
    };
    let graph = place(config.graph_url.as_ref(), "https://graph.facebook.com/");
    let graph = format!("{}/{version}", graph.trim_end_matches('/'));
    let dialog = format!("https://www.facebook.com/{version}/dialog/oauth");
    let places = Places {
        authorization: place(config.authorization_endpoint.as_ref(), &dialog),
        token: place(config.token_endpoint.as_ref(), &format!("{graph}/oauth/access_token")),
        jwks: None,
        graph: Some(graph),
    };
    (profile, places)
}

pub fn parameters(request: &Request<'_>) -> Parameters {
    let mut out: Parameters = vec![
        ("response_type", "code".into()),
        ("client_id", request.client_id.into()),
        ("redirect_uri", request.redirect_uri.into()),
        ("state", request.state.into()),
        ("scope", "email,public_profile".into()),
    ];
    // There is no chooser; who types the password again can also type another account's.
    if request.wishes.other_account || request.wishes.fresh {
        out.push(("auth_type", "reauthenticate".into()));
    }
    out
}
