//! Google (OpenID Connect): four hosts, two spellings of the issuer, no `prompt=login`, errors of the authorization
//! request on Google's own page.
//!
//! | host | paths |
//! |---|---|
//! | `google` | `/.well-known/openid-configuration`, `/o/oauth2/v2/auth` |
//! | `google-token` | `/token`, `/revoke` |
//! | `google-keys` | `/oauth2/v3/certs` |
//! | `google-userinfo` | `/v1/userinfo` |
//!
//! People: `taro` (gmail.com), `hanako` (another one), `workspace` (`hd`), `thirdparty` (foreign address, verified, no
//! `hd`), `unverified`, `noname`, `renamed` (the `sub` of `taro` with another address), `bareissuer` (`iss` without
//! scheme).

use super::answer::{Answer, cached, json, not_found, ok};
use super::code::{self, Credentials, Signer};
use super::host::Host;
use super::jose::KeyRing;
use super::kind::{Play, Who};
use super::model::{ResponseIssuer, User};
use super::page;
use super::request::Received;
use super::sign_in::back;
use super::state::{Asked, Challenge, Grant};
use crate::random;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

/// Google.
pub struct Google;

/// Life of an access token in seconds.
const ACCESS_TOKEN_LIFE: i64 = 3599;

impl Play for Google {
    fn title(&self, _host: &Host) -> String {
        "Google".to_owned()
    }

    fn users(&self, _host: &Host) -> Vec<User> {
        users()
    }

    fn prepare_keys(&self, ring: &mut KeyRing, _origin: &str) {
        // Two keys are always active.
        ring.publish_secondary();
    }

    fn is_authorize(&self, request: &Received) -> bool {
        request.role.is_empty() && request.path == "/o/oauth2/v2/auth"
    }

    fn answer(&self, host: &Host, request: &Received) -> Answer {
        match (request.role, request.path.as_str(), &request.method) {
            ("", "/.well-known/openid-configuration", &Method::GET) => cached(ok(&discovery(host)), 3600),
            ("keys", "/oauth2/v3/certs", &Method::GET) => {
                cached(ok(&host.with_ring(|ring| ring.jwks())), host.settings().keys_max_age)
            }
            ("token", "/token", &Method::POST) => token(host, request),
            ("token", "/revoke", &Method::POST) => ok(&json!({})),
            ("userinfo", "/v1/userinfo", _) => userinfo(host, request),
            _ => not_found(),
        }
    }

    fn check(&self, host: &Host, request: &Received) -> Result<Asked, Box<Answer>> {
        let params = request.params();
        let refuse = |status: u16, error: &str, detail: &str| {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
            let heading = format!("エラー {}: {error}", status.as_u16());
            Err(Box::new(page::trouble(host, status, &heading, detail)))
        };
        if request.user_agent().contains("; wv)") {
            return refuse(403, "disallowed_useragent", "Embedded web views are not allowed.");
        }
        let Some(client) = host.client(params.text("client_id")) else {
            return refuse(401, "invalid_client", "The OAuth client was not found.");
        };
        let redirect_uri = params.text("redirect_uri").to_owned();
        if !client.redirect_uris.contains(&redirect_uri) {
            return refuse(400, "redirect_uri_mismatch", &redirect_uri);
        }
        if params.get("response_type") != Some("code") {
            return refuse(400, "invalid_request", "Only the response type code is played here.");
        }
        if !params.words("scope").contains(&"openid".to_owned()) {
            return refuse(400, "invalid_scope", "Only sign-in is played here: scope openid.");
        }
        if let Some(name) = params.repeated() {
            return refuse(400, "invalid_request", &format!("OAuth 2 parameters can only have a single value: {name}"));
        }
        Ok(Asked {
            client: client.id,
            redirect_uri,
            state: params.get("state").map(str::to_owned),
            nonce: params.get("nonce").map(str::to_owned),
            scope: params.words("scope"),
            challenge: Challenge::parse(&params),
            prompt: params.words("prompt"),
            login_hint: params.get("login_hint").map(str::to_owned),
            ..Asked::default()
        })
    }

    fn wants_page(&self, asked: &Asked) -> bool {
        // `login` is not among them: Google ignores it.
        asked.prompt.iter().any(|prompt| prompt == "select_account" || prompt == "consent")
    }

    fn permit(&self, host: &Host, grant: &Grant, code: &str) -> Answer {
        let scope = grant.asked.scope.join(" ");
        let mut params = vec![("code", code), ("scope", &scope), ("authuser", "0"), ("prompt", "none")];
        let issuer = response_issuer(host);
        if let Some(issuer) = &issuer {
            params.push(("iss", issuer));
        }
        back(host, &grant.asked, &params)
    }

    fn cancel(&self, host: &Host, asked: &Asked) -> Answer {
        fail(host, asked, "access_denied")
    }

    fn refuse_silence(&self, host: &Host, asked: &Asked, error: &str) -> Answer {
        fail(host, asked, error)
    }

    fn code(&self) -> String {
        // Real ones have a slash, which must survive the query.
        format!("4/0A{}", random::token())
    }
}

fn fail(host: &Host, asked: &Asked, error: &str) -> Answer {
    let issuer = response_issuer(host);
    let mut params = vec![("error", error)];
    if let Some(issuer) = &issuer {
        params.push(("iss", issuer));
    }
    back(host, asked, &params)
}

fn response_issuer(host: &Host) -> Option<String> {
    match host.settings().response_issuer {
        ResponseIssuer::Absent => None,
        ResponseIssuer::Right => Some(host.origin()),
        ResponseIssuer::Wrong => Some(host.attacker()),
    }
}

fn discovery(host: &Host) -> Value {
    let token = host.origin_of("token");
    let mut document = json!({
        "issuer": host.origin(),
        "authorization_endpoint": format!("{}/o/oauth2/v2/auth", host.origin()),
        "token_endpoint": format!("{token}/token"),
        "userinfo_endpoint": format!("{}/v1/userinfo", host.origin_of("userinfo")),
        "revocation_endpoint": format!("{token}/revoke"),
        "jwks_uri": format!("{}/oauth2/v3/certs", host.origin_of("keys")),
        "response_types_supported": ["code", "token", "id_token", "code token", "code id_token", "token id_token", "code token id_token", "none"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss", "name", "picture", "sub"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
    });
    if host.settings().advertise_response_issuer {
        document["authorization_response_iss_parameter_supported"] = json!(true);
    }
    document
}

fn refused(status: StatusCode, error: &str, description: &str) -> Answer {
    json(status, &json!({ "error": error, "error_description": description }))
}

fn token(host: &Host, request: &Received) -> Answer {
    let form = request.form();
    let misplaced = ["nonce", "state", "prompt", "response_type"].into_iter().find(|name| form.has(name));
    if let Some(name) = misplaced {
        let text = format!("Parameter not allowed for this message type: {name}");
        return refused(StatusCode::BAD_REQUEST, "invalid_request", &text);
    }
    let Some(client) = Credentials::of(request, &form).client(host) else {
        return refused(StatusCode::UNAUTHORIZED, "invalid_client", "Unauthorized");
    };
    if form.get("grant_type") != Some("authorization_code") {
        return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Invalid grant_type");
    }
    let grant = match code::redeem(host, &client.id, &form) {
        Ok(grant) => grant,
        Err(code::Refusal::RedirectUri) => {
            return refused(StatusCode::BAD_REQUEST, "redirect_uri_mismatch", "Bad Request");
        }
        Err(code::Refusal::Verifier) => {
            return refused(StatusCode::BAD_REQUEST, "invalid_grant", "Invalid code verifier.");
        }
        Err(_) => return refused(StatusCode::BAD_REQUEST, "invalid_grant", "Bad Request"),
    };
    let Some(user) = host.user(&grant.user) else {
        return refused(StatusCode::BAD_REQUEST, "invalid_grant", "Account has been deleted");
    };
    let access_token = code::access_token(host, &grant, format!("ya29.{}", random::token()), "", ACCESS_TOKEN_LIFE);
    let who = Who { client: &client, user: &user, grant: &grant };
    let id_token = code::id_token(host, &client, Signer::Ring, claims(host, &who, &access_token));
    let mut answer = json!({
        "access_token": access_token,
        "expires_in": ACCESS_TOKEN_LIFE,
        "scope": grant.asked.scope.join(" "),
        "token_type": "Bearer",
    });
    if let Some(id_token) = id_token {
        answer["id_token"] = json!(id_token);
    }
    ok(&answer)
}

fn claims(host: &Host, who: &Who<'_>, access_token: &str) -> Value {
    let origin = host.origin();
    let bare = origin.split_once("://").map_or(origin.as_str(), |(_, rest)| rest);
    let now = host.now();
    let mut claims = scoped(who.user, who.grant);
    claims["iss"] = json!(if who.user.quirks.bare_issuer { bare } else { &origin });
    claims["azp"] = json!(who.client.id);
    claims["aud"] = json!(who.client.id);
    claims["at_hash"] = json!(code::access_token_hash(access_token));
    claims["nonce"] = json!(who.grant.asked.nonce);
    claims["iat"] = json!(now);
    claims["exp"] = json!(now + host.settings().id_token_lifetime);
    claims
}

/// `sub`, and what the scopes add.
fn scoped(user: &User, grant: &Grant) -> Value {
    let has = |scope: &str| grant.asked.scope.iter().any(|known| known == scope);
    let wanted = |claim: &str| match claim {
        "email" | "email_verified" => has("email"),
        "name" | "given_name" | "family_name" | "picture" => has("profile"),
        _ => true,
    };
    user.claims.iter().filter(|(claim, _)| wanted(claim)).map(|(claim, value)| (claim.clone(), value.clone())).collect()
}

fn userinfo(host: &Host, request: &Received) -> Answer {
    let token = request.bearer().and_then(|text| code::bearer(host, text));
    let Some((grant, user)) = token.and_then(|token| host.user(&token.grant.user).map(|user| (token.grant, user)))
    else {
        return refused(StatusCode::UNAUTHORIZED, "invalid_request", "Invalid Credentials");
    };
    let mut claims = scoped(&user, &grant);
    claims["sub"] = json!(code::userinfo_subject(host, user.text("sub")));
    ok(&claims)
}

fn users() -> Vec<User> {
    let person = |name: &str, title: &str, note: &str, sub: &str, email: &str| {
        User::new(name, title, note).with(json!({
            "sub": sub, "email": email, "email_verified": true, "name": title,
            "picture": "https://images.example/photo.jpg",
        }))
    };
    vec![
        person("taro", "山田 太郎", "", "110248495921238986420", "taro.yamada@gmail.com")
            .with(json!({ "given_name": "太郎", "family_name": "山田" })),
        person("hanako", "佐藤 花子", "", "110248495921238986421", "hanako.sato@gmail.com"),
        person("workspace", "鈴木 一郎", "Google Workspace", "110248495921238986422", "ichiro@corp.example")
            .with(json!({ "hd": "corp.example" })),
        person(
            "thirdparty",
            "田中 実",
            "他社のアドレス / third-party address",
            "110248495921238986423",
            "minoru@isp.example",
        ),
        person(
            "unverified",
            "高橋 健",
            "アドレス未確認 / unverified address",
            "110248495921238986424",
            "ken@isp.example",
        )
        .with(json!({ "email_verified": false })),
        person("noname", "noname@gmail.com", "名前なし / no name", "110248495921238986425", "noname@gmail.com")
            .with(json!({ "name": null, "picture": null })),
        person(
            "renamed",
            "山田 太郎",
            "太郎のアカウント、アドレス変更後 / the first account after its address changed",
            "110248495921238986420",
            "taro.new@gmail.com",
        ),
        person(
            "bareissuer",
            "伊藤 直美",
            "issがhttps://なし / iss without https://",
            "110248495921238986426",
            "naomi.ito@gmail.com",
        )
        .quirky(|quirks| quirks.bare_issuer = true),
    ]
}
