//! A customer's ADFS, Windows Server 2016 and later (`upstreams.md` §1.5).

use std::time::Duration;

use super::{Builder, ClientProof, IssuerRule, Parameters, Profile, Request, S256, Signature, SubjectRule};
use crate::account::LoginMethod;
use crate::jose::Algorithm;

/// The profile of a connection.
pub fn active_directory(issuer: &str, resource: Option<&str>, subject_claim: &str, leeway: Duration) -> Profile {
    Profile {
        method: LoginMethod::ActiveDirectory,
        issuer: IssuerRule::OneOf(vec![issuer.to_owned()]),
        signature: Signature::Keys(Algorithm::Rs256),
        proof: ClientProof::Post,
        // 2016 ignores it, 2019 enforces it; neither says so. `nonce` stays mandatory.
        pkce: true,
        subject: match subject_claim {
            "sub" => SubjectRule::Sub,
            claim => SubjectRule::Claim(claim.to_owned()),
        },
        leeway,
        proves_freshness: true,
        hosted_domains: Vec::new(),
        parameters: Builder::ActiveDirectory { resource: resource.map(str::to_owned) },
    }
}

pub fn parameters(request: &Request<'_>, resource: Option<&str>) -> Parameters {
    let wishes = request.wishes;
    let mut out: Parameters = vec![
        ("response_type", "code".into()),
        ("response_mode", "query".into()),
        ("client_id", request.client_id.into()),
        ("redirect_uri", request.redirect_uri.into()),
        ("scope", "openid allatclaims".into()),
    ];
    // Missing where the farm wants one, it answers MSIS9601; where it is set, custom claims reach the ID token.
    if let Some(resource) = resource {
        out.push(("resource", resource.into()));
    }
    out.extend([
        ("state", request.state.into()),
        ("nonce", request.nonce.into()),
        ("code_challenge", request.code_challenge.into()),
        ("code_challenge_method", S256.into()),
        // It stands in the customer's event log.
        ("client-request-id", request.request_id.clone()),
    ]);
    if wishes.other_account || wishes.fresh {
        out.push(("prompt", "login".into()));
    }
    if let Some(max_age) = wishes.max_age {
        out.push(("max_age", max_age.to_string()));
    }
    out
}
