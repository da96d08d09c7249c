//! A provider that does what the standards say (OpenID Connect Core, Discovery, RFC 9207, RFC 7636), on one host `oidc`.
//!
//! Paths: `/.well-known/openid-configuration`, `/authorize`, `/token`, `/userinfo`, `/keys`, `/logout`.
//! People: `taro`, `hanako`, `noemail`, `unverified`.

use super::answer::{Answer, cached, json, not_found, ok};
use super::code::{self, Credentials, Signer};
use super::host::Host;
use super::kind::Play;
use super::model::{ResponseIssuer, Settings, User};
use super::page;
use super::request::Received;
use super::sign_in::{self, back};
use super::state::{Asked, Challenge, Grant};
use crate::random;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

/// The provider.
pub struct OpenIdConnect;

const TOKEN_LIFE: i64 = 600;

impl Play for OpenIdConnect {
    fn title(&self, host: &Host) -> String {
        format!("OpenID Connect ({})", host.name())
    }

    fn users(&self, _host: &Host) -> Vec<User> {
        users()
    }

    fn settings(&self) -> Settings {
        Settings { code_lifetime: 60, advertise_response_issuer: true, ..Settings::default() }
    }

    fn is_authorize(&self, request: &Received) -> bool {
        request.path == "/authorize"
    }

    fn answer(&self, host: &Host, request: &Received) -> Answer {
        match (request.path.as_str(), &request.method) {
            ("/.well-known/openid-configuration", &Method::GET) => cached(ok(&discovery(host)), 3_600),
            ("/keys", &Method::GET) => cached(ok(&host.with_ring(|ring| ring.jwks())), host.settings().keys_max_age),
            ("/token", &Method::POST) => token(host, request),
            ("/userinfo", _) => userinfo(host, request),
            ("/logout", _) => sign_in::end_session(host, request),
            _ => not_found(),
        }
    }

    fn check(&self, host: &Host, request: &Received) -> Result<Asked, Box<Answer>> {
        let params = request.params();
        let refuse = |text: &str| Err(Box::new(page::trouble(host, StatusCode::BAD_REQUEST, "エラー / Error", text)));
        let Some(client) = host.client(params.text("client_id")) else { return refuse("Unknown client.") };
        let redirect_uri = params.text("redirect_uri").to_owned();
        if !client.redirect_uris.contains(&redirect_uri) {
            return refuse("This redirect URI is not registered.");
        }
        let Some(mode) = sign_in::mode(params.get("response_mode")) else { return refuse("Unknown response mode.") };
        let asked = Asked {
            client: client.id,
            redirect_uri,
            state: params.get("state").map(str::to_owned),
            nonce: params.get("nonce").map(str::to_owned),
            scope: params.words("scope"),
            challenge: Challenge::parse(&params),
            prompt: params.words("prompt"),
            login_hint: params.get("login_hint").map(str::to_owned),
            max_age: params.get("max_age").and_then(|age| age.parse().ok()),
            mode,
            ..Asked::default()
        };
        let error = if params.repeated().is_some() {
            "invalid_request"
        } else if params.get("response_type") != Some("code") {
            "unsupported_response_type"
        } else if !asked.scope.iter().any(|scope| scope == "openid") {
            "invalid_scope"
        } else if matches!(asked.challenge, Some(Challenge::Plain(_))) {
            // Only S256 is announced.
            "invalid_request"
        } else {
            return Ok(asked);
        };
        Err(Box::new(fail(host, &asked, error)))
    }

    fn permit(&self, host: &Host, grant: &Grant, code: &str) -> Answer {
        respond(host, &grant.asked, ("code", code))
    }

    fn cancel(&self, host: &Host, asked: &Asked) -> Answer {
        fail(host, asked, "access_denied")
    }

    fn refuse_silence(&self, host: &Host, asked: &Asked, error: &str) -> Answer {
        fail(host, asked, error)
    }
}

fn fail(host: &Host, asked: &Asked, error: &str) -> Answer {
    respond(host, asked, ("error", error))
}

fn respond(host: &Host, asked: &Asked, what: (&str, &str)) -> Answer {
    let issuer = match host.settings().response_issuer {
        ResponseIssuer::Absent => return back(host, asked, &[what]),
        ResponseIssuer::Right => host.origin(),
        ResponseIssuer::Wrong => host.attacker(),
    };
    back(host, asked, &[what, ("iss", &issuer)])
}

fn discovery(host: &Host) -> Value {
    let origin = host.origin();
    json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "userinfo_endpoint": format!("{origin}/userinfo"),
        "jwks_uri": format!("{origin}/keys"),
        "end_session_endpoint": format!("{origin}/logout"),
        "scopes_supported": ["openid", "email", "profile"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": host.settings().advertise_response_issuer,
        "claims_supported": ["sub", "auth_time", "email", "email_verified", "name"],
    })
}

fn refused(error: &str) -> Answer {
    let status = if error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    json(status, &json!({ "error": error }))
}

fn token(host: &Host, request: &Received) -> Answer {
    let form = request.form();
    let Some(client) = Credentials::of(request, &form).client(host) else { return refused("invalid_client") };
    if form.get("grant_type") != Some("authorization_code") {
        return refused("unsupported_grant_type");
    }
    let Ok(grant) = code::redeem(host, &client.id, &form) else { return refused("invalid_grant") };
    let Some(user) = host.user(&grant.user) else { return refused("invalid_grant") };
    let access_token = code::access_token(host, &grant, random::token(), "", TOKEN_LIFE);
    let mut claims = scoped(&user, &grant);
    let now = host.now();
    claims["iss"] = json!(host.origin());
    claims["aud"] = json!(client.id);
    claims["nonce"] = json!(grant.asked.nonce);
    claims["auth_time"] = json!(grant.auth_time);
    claims["at_hash"] = json!(code::access_token_hash(&access_token));
    claims["iat"] = json!(now);
    claims["exp"] = json!(now + host.settings().id_token_lifetime);
    let mut answer = json!({ "access_token": access_token, "token_type": "Bearer", "expires_in": TOKEN_LIFE });
    if let Some(id_token) = code::id_token(host, &client, Signer::Ring, claims) {
        answer["id_token"] = json!(id_token);
    }
    ok(&answer)
}

/// `sub`, and what the scopes add (OpenID Connect Core §5.4).
fn scoped(user: &User, grant: &Grant) -> Value {
    let has = |scope: &str| grant.asked.scope.iter().any(|known| known == scope);
    let wanted = |claim: &str| match claim {
        "email" | "email_verified" => has("email"),
        "name" => has("profile"),
        _ => true,
    };
    user.claims.iter().filter(|(claim, _)| wanted(claim)).map(|(claim, value)| (claim.clone(), value.clone())).collect()
}

fn userinfo(host: &Host, request: &Received) -> Answer {
    let token = request.bearer().and_then(|text| code::bearer(host, text));
    let Some((grant, user)) = token.and_then(|token| host.user(&token.grant.user).map(|user| (token.grant, user)))
    else {
        return json(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" }));
    };
    let mut claims = scoped(&user, &grant);
    claims["sub"] = json!(code::userinfo_subject(host, user.text("sub")));
    ok(&claims)
}

fn users() -> Vec<User> {
    let person = |name: &str, title: &str, note: &str| {
        User::new(name, title, note).with(json!({
            "sub": format!("user-{name}"), "name": title, "email": format!("{name}@oidc.example"), "email_verified": true,
        }))
    };
    vec![
        person("taro", "山田 太郎", ""),
        person("hanako", "佐藤 花子", ""),
        person("noemail", "鈴木 一郎", "メールアドレスなし / no address")
            .with(json!({ "email": null, "email_verified": null })),
        person("unverified", "田中 実", "アドレス未確認 / unverified address").with(json!({ "email_verified": false })),
    ]
}
