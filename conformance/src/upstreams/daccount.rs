//! d-account Connect: an issuer with a closing slash, three hosts, one key without a name, and no patience with
//! parameters it does not know.
//!
//! | host | paths |
//! |---|---|
//! | `daccount` | `/.well-known/openid-configuration`, `/token`, `/userinfo`, and the older `/common/token`, `/common/userinfo` |
//! | `daccount-id` | `/cgi8/oidc/authorize` |
//! | `daccount-keys` | `/oft/external/ofrnt/v1.0/jwksget` |
//!
//! People: `taro` (docomo line, opaque `sub`), `urlsub` (`sub` is a URL), `noline` (no docomo line, so `authif=0`
//! refuses), `kana` (half-width kana). A client with `login_only` gets nothing but `sub`.

use super::answer::{Answer, cached, json, not_found, ok};
use super::code::{self, Credentials, Refusal, Signer};
use super::host::Host;
use super::jose::ring::KidStyle;
use super::kind::{Play, Who};
use super::model::{Client, Settings, User};
use super::page;
use super::request::{Params, Received};
use super::sign_in::back;
use super::state::{Asked, Grant};
use crate::random;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

/// d-account.
pub struct DAccount;

const KNOWN: &[&str] =
    &["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "prompt", "authif", "idauth"];
const SCOPES: &[&str] = &[
    "openid",
    "offline_access",
    "suid",
    "uid",
    "guid",
    "profile1",
    "delivery1",
    "accountid",
    "accountid_n",
    "sbscrbsts",
    "sbscrbsts_n",
    "email_n",
    "dprofile_email_n",
    "corp_profile_n",
    "corp_member_n",
    "account_info_n",
];
const TOKEN_LIFE: i64 = 3_600;

impl Play for DAccount {
    fn title(&self, _host: &Host) -> String {
        "dアカウント".to_owned()
    }

    fn users(&self, _host: &Host) -> Vec<User> {
        users()
    }

    fn kid_style(&self) -> KidStyle {
        KidStyle::None
    }

    fn settings(&self) -> Settings {
        Settings { code_lifetime: 10, ..Settings::default() }
    }

    fn is_authorize(&self, request: &Received) -> bool {
        request.role == "id" && request.path == "/cgi8/oidc/authorize"
    }

    fn answer(&self, host: &Host, request: &Received) -> Answer {
        match (request.role, request.path.as_str(), &request.method) {
            ("", "/.well-known/openid-configuration", &Method::GET) => ok(&discovery(host)),
            ("keys", "/oft/external/ofrnt/v1.0/jwksget", &Method::GET) => {
                cached(ok(&host.with_ring(|ring| ring.jwks())), host.settings().keys_max_age)
            }
            ("", "/token" | "/common/token", &Method::POST) => token(host, request),
            ("", "/userinfo" | "/common/userinfo", _) => userinfo(host, request),
            _ => not_found(),
        }
    }

    fn check(&self, host: &Host, request: &Received) -> Result<Asked, Box<Answer>> {
        let params = request.params();
        let refuse = |text: &str| {
            Err(Box::new(page::trouble(
                host,
                StatusCode::BAD_REQUEST,
                "エラーが発生しました / An error occurred",
                text,
            )))
        };
        let Some(client) = host.client(params.text("client_id")) else { return refuse("client_id") };
        let redirect_uri = params.text("redirect_uri").to_owned();
        if !client.redirect_uris.contains(&redirect_uri) {
            return refuse("redirect_uri");
        }
        let asked = Asked {
            client: client.id,
            redirect_uri,
            state: params.get("state").map(str::to_owned),
            nonce: params.get("nonce").map(str::to_owned),
            scope: params.words("scope"),
            prompt: params.words("prompt"),
            extra: [("authif", params.text("authif").to_owned())].into(),
            ..Asked::default()
        };
        match fault_of(request, &params, &asked) {
            Some((error, text)) => Err(Box::new(fail(host, &asked, error, text))),
            None => Ok(asked),
        }
    }

    fn admit(&self, host: &Host, asked: &Asked, user: &User) -> Result<(), Box<Answer>> {
        let line_only = asked.extra.get("authif").is_some_and(|value| value == "0");
        if line_only && !user.quirks.docomo_line {
            return Err(Box::new(fail(host, asked, "invalid_auth", "The required authentication was not met.")));
        }
        Ok(())
    }

    fn permit(&self, host: &Host, grant: &Grant, code: &str) -> Answer {
        back(host, &grant.asked, &[("code", code)])
    }

    fn cancel(&self, host: &Host, asked: &Asked) -> Answer {
        fail(host, asked, "access_denied", "The end user denied the request.")
    }

    fn refuse_silence(&self, host: &Host, asked: &Asked, error: &str) -> Answer {
        fail(host, asked, error, "Interaction is needed.")
    }

    fn late(&self, host: &Host, asked: &Asked) -> Option<Answer> {
        Some(fail(host, asked, "timestamp_refused", "The login session has timed out."))
    }
}

/// What is wrong with an authorization request, by d-account's rules.
fn fault_of(request: &Received, params: &Params, asked: &Asked) -> Option<(&'static str, &'static str)> {
    let raw_scope = request.query.split('&').find_map(|pair| pair.strip_prefix("scope=")).unwrap_or_default();
    let known_prompt = |prompt: &String| ["none", "login", "consent"].contains(&prompt.as_str());
    Some(if params.has("request") {
        ("request_not_supported", "request")
    } else if params.has("request_uri") {
        ("request_uri_not_supported", "request_uri")
    } else if params.has("registration") {
        ("registration_not_supported", "registration")
    } else if params.unknown(KNOWN).is_some() {
        ("invalid_request", "An unsupported parameter was given.")
    } else if params.repeated().is_some() {
        ("invalid_request", "A parameter was given twice.")
    } else if asked.nonce.is_none() || asked.state.is_none() {
        ("invalid_request", "nonce and state are mandatory.")
    } else if raw_scope.contains('+') {
        ("invalid_request", "Scopes are separated by %20.")
    } else if params.get("response_type") != Some("code") {
        ("unsupported_response_type", "Only code is supported.")
    } else if !asked.scope.iter().any(|scope| scope == "openid")
        || !asked.scope.iter().all(|scope| SCOPES.contains(&scope.as_str()))
    {
        ("invalid_scope", "A scope is missing or unknown.")
    } else if !asked.prompt.iter().all(known_prompt) || !["", "0", "1"].contains(&params.text("authif")) {
        ("invalid_request", "A parameter has a value that is not allowed.")
    } else {
        return None;
    })
}

fn fail(host: &Host, asked: &Asked, error: &str, description: &str) -> Answer {
    back(host, asked, &[("error", error), ("error_description", description)])
}

fn issuer(host: &Host) -> String {
    format!("{}/", host.origin())
}

fn discovery(host: &Host) -> Value {
    json!({
        "issuer": issuer(host),
        "authorization_endpoint": format!("{}/cgi8/oidc/authorize", host.origin_of("id")),
        "token_endpoint": format!("{}/token", host.origin()),
        "userinfo_endpoint": format!("{}/userinfo", host.origin()),
        "jwks_uri": format!("{}/oft/external/ofrnt/v1.0/jwksget", host.origin_of("keys")),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["HS256", "RS256"],
    })
}

fn refused(error: &str, description: &str) -> Answer {
    let status = if error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    json(status, &json!({ "error": error, "error_description": description }))
}

fn token(host: &Host, request: &Received) -> Answer {
    let form = request.form();
    let form_type = request.header(header::CONTENT_TYPE).unwrap_or_default();
    if !form_type.starts_with("application/x-www-form-urlencoded") {
        return refused("invalid_request", "Content-Type");
    }
    let credentials = Credentials::of(request, &form);
    // HTTP Basic and nothing else: the secret in the body is no authentication here.
    let basic = matches!(credentials, Credentials::Basic { .. }) && !form.has("client_secret");
    let Some(client) = credentials.client(host).filter(|_| basic) else {
        return refused("invalid_client", "Client authentication failed.");
    };
    let allowed = client.allowed_addresses.as_ref().is_none_or(|allowed| allowed.contains(&request.peer.ip()));
    if !allowed {
        return refused("invalid_client", "The source address is not registered.");
    }
    match form.text("grant_type") {
        "authorization_code" => by_code(host, &client, &form),
        "refresh_token" => by_refresh_token(host, &client, &form),
        _ => refused("unsupported_grant_type", "grant_type"),
    }
}

fn by_code(host: &Host, client: &Client, form: &Params) -> Answer {
    if form.repeated().is_some() || form.unknown(&["grant_type", "code", "redirect_uri"]).is_some() {
        return refused("invalid_request", "An unsupported or repeated parameter was given.");
    }
    match code::redeem(host, &client.id, form) {
        Ok(grant) => issue(host, client, &grant),
        Err(Refusal::Changed) => refused("invalid_grant", "The end user's contract was changed since."),
        Err(_) => refused("invalid_grant", "The code is not valid."),
    }
}

fn by_refresh_token(host: &Host, client: &Client, form: &Params) -> Answer {
    let now = host.now();
    let token = host.state().refresh_tokens.get(form.text("refresh_token")).cloned();
    let Some(token) = token.filter(|token| token.client == client.id && token.expires > now) else {
        return refused("invalid_grant", "The refresh token is not valid.");
    };
    if host.state().revision(&token.grant.user) != token.grant.revision {
        return refused("invalid_grant", "The end user's contract was changed since.");
    }
    issue(host, client, &token.grant)
}

fn issue(host: &Host, client: &Client, grant: &Grant) -> Answer {
    let Some(user) = host.user(&grant.user) else { return refused("invalid_grant", "The end user is gone.") };
    let access_token = code::access_token(host, grant, random::token(), "", TOKEN_LIFE);
    let who = Who { client, user: &user, grant };
    let signer = if client.hs256 { Signer::Secret } else { Signer::Ring };
    let id_token = code::id_token(host, client, signer, claims(host, &who));
    let mut answer = json!({ "access_token": access_token, "token_type": "Bearer", "expires_in": TOKEN_LIFE });
    if let Some(id_token) = id_token {
        answer["id_token"] = json!(id_token);
    }
    if grant.asked.scope.iter().any(|scope| scope == "offline_access") {
        answer["refresh_token"] = json!(code::refresh_token(host, grant, 30 * 86_400));
    }
    ok(&answer)
}

fn claims(host: &Host, who: &Who<'_>) -> Value {
    let now = host.now();
    json!({
        "iss": issuer(host),
        "sub": who.user.text("sub"),
        "aud": who.client.id,
        "nonce": who.grant.asked.nonce,
        "auth_time": who.grant.auth_time,
        "iat": now,
        "exp": now + host.settings().id_token_lifetime,
    })
}

fn userinfo(host: &Host, request: &Received) -> Answer {
    let token = request.bearer().and_then(|text| code::bearer(host, text));
    let Some((token, user)) = token.and_then(|token| host.user(&token.grant.user).map(|user| (token, user))) else {
        return json(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" }));
    };
    let has = |scope: &str| token.grant.asked.scope.iter().any(|known| known == scope);
    let full = !host.client(&token.client).is_some_and(|client| client.login_only);
    let wanted = |claim: &str| match claim {
        "sub" => true,
        "email" => full && (has("email_n") || has("dprofile_email_n")),
        _ => full && has("profile1"),
    };
    let chosen = user.claims.iter().filter(|(claim, _)| wanted(claim));
    let mut claims: Value = chosen.map(|(claim, value)| (claim.clone(), value.clone())).collect();
    claims["sub"] = json!(code::userinfo_subject(host, user.text("sub")));
    ok(&claims)
}

fn users() -> Vec<User> {
    let line = |user: User| user.quirky(|quirks| quirks.docomo_line = true);
    vec![
        line(User::new("taro", "山田 太郎", "docomo回線 / docomo line").with(json!({
            "sub": "8f2c1d4e9b7a4c6d8e0f1a2b3c4d5e6f", "email": "taro@docomo.ne.jp", "name": "山田 太郎",
            "name_kana": "ﾔﾏﾀﾞ ﾀﾛｳ",
        }))),
        line(User::new("urlsub", "佐藤 花子", "subがURL / sub is a URL").with(json!({
            "sub": "https://i.mydocomo.com/id/AbCdEf0123456789", "email": "hanako@docomo.ne.jp", "name": "佐藤 花子",
        }))),
        User::new("noline", "鈴木 一郎", "docomo回線なし / no docomo line").with(json!({
            "sub": "1b9d3f5a7c2e4608b1d3f5a7c2e46080", "email": "ichiro@isp.example", "name": "鈴木 一郎",
        })),
        line(User::new("kana", "ﾀﾅｶ ﾐﾉﾙ", "半角カナ / half-width kana").with(json!({
            "sub": "0c8e2a4f6b1d3759c0e2a4f6b1d37590", "name": "ﾀﾅｶ ﾐﾉﾙ", "name_kana": "ﾀﾅｶ ﾐﾉﾙ",
        }))),
    ]
}
