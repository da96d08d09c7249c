//! Token and userinfo endpoint of Microsoft: errors with numbers, `sub` per client, keys per tenant.

use super::super::answer::{Answer, json, ok};
use super::super::code::{self, Credentials, Refusal, Signer};
use super::super::host::Host;
use super::super::kind::Who;
use super::super::model::User;
use super::super::request::Received;
use super::{issuer, people, timestamp};
use crate::random;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `POST …/oauth2/v2.0/token`
pub fn token(host: &Host, request: &Received) -> Answer {
    let form = request.form();
    let refuse = |status: u16, error: &str, number: u32, text: &str| refused(host, status, error, number, text);
    if form.has("resource") {
        return refuse(400, "invalid_request", 901_002, "The 'resource' request parameter is not supported.");
    }
    let credentials = Credentials::of(request, &form);
    let Some(client) = credentials.pair().and_then(|(id, _)| host.client(id)) else {
        return refuse(400, "unauthorized_client", 700_016, "Application was not found in the directory.");
    };
    if client.secret_expired {
        return refuse(401, "invalid_client", 7_000_222, "The provided client secret keys are expired.");
    }
    if credentials.client(host).is_none() {
        return refuse(401, "invalid_client", 7_000_215, "Invalid client secret provided.");
    }
    if form.get("grant_type") != Some("authorization_code") {
        return refuse(400, "unsupported_grant_type", 70_003, "The app requested an unsupported grant type.");
    }
    let grant = match code::redeem(host, &client.id, &form) {
        Ok(grant) => grant,
        Err(refusal) => {
            let (number, text) = match refusal {
                Refusal::Used => (54_005, "OAuth2 Authorization code was already redeemed."),
                Refusal::Expired => (70_008, "The provided authorization code has expired."),
                Refusal::RedirectUri => (500_112, "The reply address does not match the one of the request."),
                Refusal::Verifier => (501_481, "The Code_Verifier does not match the code_challenge."),
                _ => (70_000, "The provided value for the 'code' parameter is not valid."),
            };
            return refuse(400, "invalid_grant", number, text);
        }
    };
    let Some(user) = host.user(&grant.user) else {
        return refuse(400, "invalid_grant", 50_034, "The user account does not exist in the directory.");
    };
    let who = Who { client: &client, user: &user, grant: &grant };
    let access_token = code::access_token(host, &grant, format!("EwB{}", random::token()), "", 3_599);
    let id_token = code::id_token(host, &client, signer(host, &user), claims(host, &who));
    let mut answer = json!({
        "token_type": "Bearer",
        "scope": grant.asked.scope.join(" "),
        "expires_in": 3_599,
        "ext_expires_in": 3_599,
        "access_token": access_token,
    });
    if let Some(id_token) = id_token {
        answer["id_token"] = json!(id_token);
    }
    ok(&answer)
}

/// Tokens of the consumer tenant are signed with its own key; a quirk has others signed with it too.
fn signer(host: &Host, user: &User) -> Signer {
    let consumers = issuer(&host.origin(), people::CONSUMERS);
    let own = host.with_ring(|ring| {
        ring.published().iter().find(|one| one.issuer.as_deref() == Some(consumers.as_str())).cloned()
    });
    match own {
        Some(own) if user.text("tid") == people::CONSUMERS || user.quirks.consumer_key => Signer::Other(own),
        _ => Signer::Ring,
    }
}

fn claims(host: &Host, who: &Who<'_>) -> Value {
    let (user, asked, now) = (who.user, &who.grant.asked, host.now());
    let has = |scope: &str| asked.scope.iter().any(|known| known == scope);
    let wanted = |claim: &str| match claim {
        "oid" | "name" | "preferred_username" => has("profile"),
        "email" | "xms_edov" => has("email"),
        _ => true,
    };
    let chosen = user.claims.iter().filter(|(claim, _)| wanted(claim));
    let mut claims: Value = chosen.map(|(claim, value)| (claim.clone(), value.clone())).collect();
    let tenant = user.text("tid");
    claims["aud"] = json!(who.client.id);
    claims["iss"] = json!(issuer(&host.origin(), tenant));
    claims["sub"] = json!(subject(&who.client.id, user));
    claims["ver"] = json!("2.0");
    claims["uti"] = json!(random::name());
    claims["nonce"] = json!(asked.nonce);
    claims["iat"] = json!(now);
    claims["nbf"] = json!(now);
    claims["exp"] = json!(now + host.settings().id_token_lifetime);
    if asked.max_age.is_some() {
        claims["auth_time"] = json!(who.grant.auth_time);
    }
    if who.client.front_channel_logout_uri.is_some() {
        claims["sid"] = json!(code::session_name(&who.grant.session));
    }
    if user.quirks.version_one {
        claims["iss"] = json!(format!("https://sts.windows.net/{tenant}/"));
        claims["ver"] = json!("1.0");
    }
    claims
}

/// Pairwise: another client, another `sub`.
fn subject(client: &str, user: &User) -> String {
    code::pairwise(&["ms", client, user.text("tid"), user.text("oid"), &user.name])
}

fn refused(host: &Host, status: u16, error: &str, number: u32, text: &str) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let (trace, correlation, time) = (code::guid(), code::guid(), timestamp(host.now()));
    let description =
        format!("AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}");
    json(
        status,
        &json!({
            "error": error,
            "error_description": description,
            "error_codes": [number],
            "timestamp": time,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("{}/error?code={number}", host.origin()),
        }),
    )
}

/// `GET /oidc/userinfo` of Microsoft Graph: nothing that the ID token has not.
pub fn userinfo(host: &Host, request: &Received) -> Answer {
    let token = request.bearer().and_then(|text| code::bearer(host, text));
    let Some((token, user)) = token.and_then(|token| host.user(&token.grant.user).map(|user| (token, user))) else {
        let error = json!({ "error": { "code": "InvalidAuthenticationToken", "message": "Access token is invalid." } });
        return json(StatusCode::UNAUTHORIZED, &error);
    };
    let subject = code::userinfo_subject(host, &subject(&token.client, &user));
    ok(&json!({ "sub": subject, "name": user.text("name"), "email": user.text("email") }))
}
