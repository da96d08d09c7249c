//! Token and userinfo endpoint of AD FS: errors with MSIS numbers, audiences with a prefix, claims by rule.

use super::super::answer::{Answer, answer, json, ok, with};
use super::super::code::{self, Credentials, Refusal, Signer};
use super::super::host::Host;
use super::super::jose::{compact, derived};
use super::super::kind::Who;
use super::super::model::{AdfsVersion, Client, User};
use super::super::request::{Params, Received};
use super::super::state::{Grant, Mode};
use super::{USERINFO, access_token_issuer};
use axum::http::{StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const TOKEN_LIFE: i64 = 3_600;
/// What every ID token has of the person; the rest is issued by rules.
const BASE: &[&str] = &["upn", "unique_name", "pwd_exp", "pwd_url", "mfa_auth_time"];

/// `POST /adfs/oauth2/token/`
pub fn token(host: &Host, request: &Received) -> Answer {
    let form = request.form();
    let settings = host.settings();
    let Some(client) = authenticate(host, request, &form) else {
        return refused(
            "invalid_client",
            "MSIS9622: Client authentication failed. Please verify the credential provided for client authentication is valid.",
        );
    };
    match form.text("grant_type") {
        "authorization_code" => (),
        // What a connection test asks: the secret is right, the rest is not permitted.
        "client_credentials" => {
            return refused(
                "unauthorized_client",
                "MSIS9321: Received invalid OAuth client credentials request. The client is not allowed to access the requested resource.",
            );
        }
        _ => {
            return refused(
                "unsupported_grant_type",
                "MSIS9611: The authorization server does not support the requested 'grant_type'.",
            );
        }
    }
    if settings.other_node {
        return refused("invalid_grant", "MSIS9247: Unable to find the artifact for the received authorization code.");
    }
    let grant = match code::redeem(host, &client.id, &form) {
        Ok(grant) => grant,
        Err(Refusal::Verifier) => {
            return refused(
                "invalid_grant",
                "MSIS9255: The received 'code_verifier' does not match the 'code_challenge'.",
            );
        }
        Err(_) => {
            return refused(
                "invalid_grant",
                "MSIS9612: The authorization code received in 'code' parameter is invalid.",
            );
        }
    };
    let resource = grant.asked.extra.get("resource").cloned().unwrap_or_default();
    let permitted = resource.is_empty()
        || resource == USERINFO
        || resource == client.id
        || client.resources.as_ref().is_none_or(|resources| resources.contains(&resource));
    if !permitted {
        return refused(
            "invalid_grant",
            "MSIS9321: Received invalid OAuth request. The client is not allowed to access the requested resource.",
        );
    }
    match host.user(&grant.user) {
        Some(user) => issue(host, &Who { client: &client, user: &user, grant: &grant }, &resource),
        None => refused("invalid_grant", "MSIS9612: The account is disabled."),
    }
}

/// The client: by its secret, on 2012 R2 and for public clients by its id.
fn authenticate(host: &Host, request: &Received, form: &Params) -> Option<Client> {
    let credentials = Credentials::of(request, form);
    let public = |id: &String| {
        let old = host.settings().version == AdfsVersion::Server2012R2;
        host.client(id).filter(|client| old || client.secret.is_none())
    };
    match &credentials {
        Credentials::Id(id) => public(id),
        _ => credentials.client(host),
    }
}

fn issue(host: &Host, who: &Who<'_>, resource: &str) -> Answer {
    let audience = match resource {
        "" | USERINFO => USERINFO.to_owned(),
        url if url.contains("://") => url.to_owned(),
        other => format!("microsoft:identityserver:{other}"),
    };
    let text = access_token(host, who, &audience);
    let text = code::access_token(host, who.grant, text, &audience, TOKEN_LIFE);
    let mut answer = json!({
        "access_token": text,
        "token_type": "bearer",
        "expires_in": TOKEN_LIFE,
        "resource": if resource.is_empty() { USERINFO } else { resource },
        "scope": who.grant.asked.scope.join(" "),
    });
    if host.settings().version > AdfsVersion::Server2012R2
        && let Some(id_token) = code::id_token(host, who.client, Signer::Ring, claims(host, who, resource))
    {
        answer["id_token"] = json!(id_token);
    }
    ok(&answer)
}

/// A JWT of the federation service, not of the OpenID provider.
fn access_token(host: &Host, who: &Who<'_>, audience: &str) -> String {
    let now = host.now();
    let (kid, key) = host.with_ring(|ring| (ring.signing().kid.clone(), ring.signing().key.clone()));
    let claims = json!({
        "aud": audience,
        "iss": access_token_issuer(host),
        "iat": now,
        "nbf": now,
        "exp": now + TOKEN_LIFE,
        "apptype": "Confidential",
        "appid": who.client.id,
        "authmethod": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        "auth_time": who.grant.auth_time,
        "ver": "1.0",
        "scp": who.grant.asked.scope.join(" "),
        "sub": subject(host, who.client, who.user),
    });
    compact(&json!({ "typ": "JWT", "alg": "RS256", "x5t": kid, "kid": kid }), &claims.to_string(), Some(&key))
}

fn claims(host: &Host, who: &Who<'_>, resource: &str) -> Value {
    let asked = &who.grant.asked;
    let all_claims = asked.scope.iter().any(|scope| scope == "allatclaims");
    // Custom claims come with `allatclaims` and a resource, or when the client is its own resource and posts forms.
    let by_rule = (all_claims && !resource.is_empty()) || (asked.mode == Mode::FormPost && resource == who.client.id);
    let wanted = |claim: &str| by_rule || BASE.contains(&claim);
    let chosen = who.user.claims.iter().filter(|(claim, _)| *claim != "anchor" && wanted(claim));
    let mut claims: Value = chosen.map(|(claim, value)| (claim.clone(), value.clone())).collect();
    let now = host.now();
    claims["aud"] = json!(who.client.id);
    claims["iss"] = json!(format!("{}/adfs", host.origin()));
    claims["sub"] = json!(subject(host, who.client, who.user));
    claims["nonce"] = json!(asked.nonce);
    claims["auth_time"] = json!(who.grant.auth_time);
    claims["iat"] = json!(now);
    claims["exp"] = json!(now + host.settings().id_token_lifetime);
    if host.settings().version >= AdfsVersion::Server2019 {
        claims["nbf"] = json!(now);
    }
    claims["sid"] = json!(code::session_name(&who.grant.session));
    claims["apptype"] = json!("Confidential");
    claims["appid"] = json!(who.client.id);
    claims["ver"] = json!("1.0");
    claims
}

/// A hash of the client and the anchor: a client made anew has other people.
fn subject(host: &Host, client: &Client, user: &User) -> String {
    let generation = host.state().generations.get(&client.id).copied().unwrap_or_default().to_string();
    STANDARD.encode(derived(&["adfs", host.name(), &client.id, &generation, user.text("anchor")]))
}

fn refused(error: &str, description: &str) -> Answer {
    let status = if error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    json(status, &json!({ "error": error, "error_description": description }))
}

/// `GET /adfs/userinfo`: nothing but `sub`, and that only for a token that is for it.
pub fn userinfo(host: &Host, request: &Received) -> Answer {
    let token = request.bearer().and_then(|text| code::bearer(host, text));
    let challenge = |text: &str| {
        let refused = answer(StatusCode::UNAUTHORIZED, "text/plain; charset=utf-8", "");
        with(
            refused,
            header::WWW_AUTHENTICATE,
            &format!("Bearer error=\"invalid_token\", error_description=\"{text}\""),
        )
    };
    let Some((grant, audience)) = token.map(|token| (token.grant, token.audience)) else {
        return challenge("MSIS9920: Received invalid UserInfo request. No valid access token.");
    };
    if audience != USERINFO {
        return challenge(
            "MSIS9921: Received invalid UserInfo request. Audience in the access token is not same as the identifier of the UserInfo relying party trust.",
        );
    }
    match known(host, &grant) {
        Some(subject) => ok(&json!({ "sub": code::userinfo_subject(host, &subject) })),
        None => challenge("MSIS9920: The account is disabled."),
    }
}

fn known(host: &Host, grant: &Grant) -> Option<String> {
    let (user, client) = (host.user(&grant.user)?, host.client(&grant.asked.client)?);
    Some(subject(host, &client, &user))
}
