//! The Graph API: token, profile, inspection of tokens. Errors are `{"error": {message, type, code, fbtrace_id}}`.

use super::super::answer::{Answer, answer, not_found, with};
use super::super::code::{self, Refusal};
use super::super::host::Host;
use super::super::jose::hex;
use super::super::mutation::Mutation;
use super::super::request::{Params, Received};
use super::super::state::Token;
use super::{is_gone, permissions, scoped_id};
use crate::random;
use aws_lc_rs::hmac;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

const TOKEN_LIFE: i64 = 5_183_944;

/// Answers a request to the Graph API.
pub fn answer_request(host: &Host, request: &Received, version: Option<u32>, path: &str) -> Answer {
    if is_gone(host, version) {
        return refused(
            2_635,
            "(#2635) You are calling a deprecated version of the Graph API. Please update to the latest version.",
        );
    }
    let params = if request.method == Method::POST { request.form() } else { request.params() };
    if let Some(error) = queued_error(host) {
        return error;
    }
    match path {
        "/oauth/access_token" => access_token(host, &params),
        "/me" => me(host, request, &params),
        "/debug_token" => debug_token(host, &params),
        _ => not_found(),
    }
}

/// The error that was asked for.
fn queued_error(host: &Host) -> Option<Answer> {
    let mut code = None;
    host.configure(|settings| code = (!settings.graph_errors.is_empty()).then(|| settings.graph_errors.remove(0)));
    Some(match code? {
        4 => refused(4, "(#4) Application request limit reached"),
        190 => refused(190, "Error validating access token: Session has expired."),
        other => refused(other, "An unknown error has occurred."),
    })
}

fn access_token(host: &Host, params: &Params) -> Answer {
    let Some(client) = host.client(params.text("client_id")) else {
        return refused(101, "Error validating application. Cannot get application info due to a system error.");
    };
    if client.secret.as_deref() != params.get("client_secret") {
        return refused(1, "Error validating client secret.");
    }
    let grant = match code::redeem(host, &client.id, params) {
        Ok(grant) => grant,
        Err(Refusal::Used) => return invalid_code("This authorization code has been used."),
        Err(Refusal::Expired) => return invalid_code("This authorization code has expired."),
        Err(Refusal::RedirectUri) => {
            return invalid_code(
                "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request",
            );
        }
        Err(_) => return invalid_code("Invalid verification code format."),
    };
    let text = code::access_token(host, &grant, format!("EAA{}", random::token()), "", TOKEN_LIFE);
    if let Some(app) = other_app(host)
        && let Some(token) = host.state().tokens.get_mut(&text)
    {
        token.client = app;
    }
    graph(&json!({ "access_token": text, "token_type": "bearer", "expires_in": TOKEN_LIFE }))
}

/// The app whose token is handed out instead, if that was asked for.
fn other_app(host: &Host) -> Option<String> {
    let mutated = host.state().take_mutation(|mutation| mutation == Mutation::OtherClient);
    host.settings().token_of_app.or_else(|| mutated.map(|_| "another-app".to_owned()))
}

fn me(host: &Host, request: &Received, params: &Params) -> Answer {
    let text = params.get("access_token").or_else(|| request.bearer()).unwrap_or_default();
    let Some(token) = code::bearer(host, text) else {
        return refused(190, "Invalid OAuth access token - Cannot parse access token");
    };
    if let Some(refusal) = check_proof(host, &token, text, params.get("appsecret_proof")) {
        return refusal;
    }
    let Some(user) = host.user(&token.grant.user) else { return refused(190, "The user has been deleted.") };
    let granted = permissions(&user, &token.grant).0;
    let has_email = granted.split(',').any(|scope| scope == "email");
    let fields = params.get("fields").unwrap_or("id,name");
    let mut profile = json!({});
    for field in fields.split(',') {
        let value = match field {
            "id" => json!(scoped_id(&user, &token.client)),
            "email" if !has_email => Value::Null,
            "name" | "email" => user.claims.get(field).cloned().unwrap_or_default(),
            _ => return refused(100, &format!("(#100) Tried accessing nonexisting field ({field})")),
        };
        if !value.is_null() {
            profile[field] = value;
        }
    }
    // The id is always there.
    profile["id"] = json!(scoped_id(&user, &token.client));
    graph(&profile)
}

/// With "Require App Secret" a proof must be there; a proof that is there must be right.
fn check_proof(host: &Host, token: &Token, text: &str, proof: Option<&str>) -> Option<Answer> {
    let client = host.client(&token.client);
    let required = client.as_ref().is_some_and(|client| client.require_app_secret);
    let Some(proof) = proof else {
        return required.then(|| refused(100, "API calls from the server require an appsecret_proof argument"));
    };
    let right = client.is_some_and(|client| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, client.secret_bytes());
        hex(hmac::sign(&key, text.as_bytes())) == proof
    });
    (!right && required_anywhere(host, token))
        .then(|| refused(100, "Invalid appsecret_proof provided in the API argument"))
}

/// Whether the app of the token, or the app it pretends to be for, requires proofs.
fn required_anywhere(host: &Host, token: &Token) -> bool {
    let requires = |id: &str| host.client(id).is_some_and(|client| client.require_app_secret);
    requires(&token.client) || requires(&token.grant.asked.client)
}

fn debug_token(host: &Host, params: &Params) -> Answer {
    let inspector = params
        .text("access_token")
        .split_once('|')
        .and_then(|(id, secret)| host.client(id).filter(|client| client.secret.as_deref() == Some(secret)));
    if inspector.is_none() {
        return refused(190, "Invalid OAuth access token signature.");
    }
    let token = host.state().tokens.get(params.text("input_token")).cloned();
    let found = token.and_then(|token| host.user(&token.grant.user).map(|user| (token, user)));
    let Some((token, user)) = found else {
        let error = json!({ "code": 190, "message": "Invalid OAuth access token.", "subcode": 463 });
        return graph(&json!({ "data": { "error": error, "is_valid": false, "scopes": [] } }));
    };
    let granted = permissions(&user, &token.grant).0;
    graph(&json!({ "data": {
        "app_id": token.client,
        "type": "USER",
        "application": "M-Drive",
        "data_access_expires_at": token.issued + 7_776_000,
        "expires_at": token.expires,
        "is_valid": token.expires > host.now(),
        "issued_at": token.issued,
        "scopes": granted.split(',').filter(|scope| !scope.is_empty()).collect::<Vec<_>>(),
        "user_id": scoped_id(&user, &token.client),
    } }))
}

fn refused(code: u32, message: &str) -> Answer {
    error(code, message, "invalid_request")
}

fn invalid_code(message: &str) -> Answer {
    error(100, message, "invalid_code")
}

fn error(code: u32, message: &str, challenge: &str) -> Answer {
    let error = json!({
        "message": message, "type": "OAuthException", "code": code, "fbtrace_id": random::name(),
    });
    let refused =
        answer(StatusCode::BAD_REQUEST, "application/json; charset=UTF-8", escape(&json!({ "error": error })));
    with(refused, header::WWW_AUTHENTICATE, &format!("OAuth \"Facebook Platform\" \"{challenge}\" \"{message}\""))
}

fn graph(value: &Value) -> Answer {
    answer(StatusCode::OK, "application/json; charset=UTF-8", escape(value))
}

/// JSON as Facebook writes it: everything beyond ASCII, and the at sign, as `\u` escapes.
fn escape(value: &Value) -> String {
    let mut escaped = String::new();
    for character in value.to_string().chars() {
        if character.is_ascii() && character != '@' {
            escaped.push(character);
        } else {
            character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escaped.push_str(&format!("\\u{unit:04x}")));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_read_back() {
        let text = escape(&json!({ "name": "山田😀", "email": "a@b" }));
        assert!(text.is_ascii() && text.contains("\\u5c71") && text.contains("a\\u0040b"));
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["name"], "山田😀");
    }
}
