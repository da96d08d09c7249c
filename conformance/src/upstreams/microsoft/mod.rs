//! Microsoft identity platform v2.0: authorities instead of one issuer, keys that belong to tenants, errors with
//! AADSTS numbers, PKCE enforced though not announced.
//!
//! | host | paths |
//! |---|---|
//! | `ms` | `/{authority}/v2.0/.well-known/openid-configuration`, `/{authority}/oauth2/v2.0/authorize`, `…/token`, `…/logout`, `/{authority}/discovery/v2.0/keys` |
//! | `ms-graph` | `/oidc/userinfo` |
//!
//! Authorities: `common`, `organizations`, `consumers`, or a tenant's GUID ([`people::CORP`] and others).
//! People: see [`people`].

pub mod people;
mod token;

use super::answer::{Answer, cached, not_found, ok};
use super::code;
use super::host::Host;
use super::jose::KeyRing;
use super::kind::Play;
use super::model::User;
use super::page;
use super::request::Received;
use super::sign_in::{self, back};
use super::state::{Asked, Challenge, Grant};
use crate::random;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

/// Microsoft.
pub struct Microsoft;

impl Play for Microsoft {
    fn title(&self, _host: &Host) -> String {
        "Microsoft".to_owned()
    }

    fn users(&self, _host: &Host) -> Vec<User> {
        people::users()
    }

    fn prepare_keys(&self, ring: &mut KeyRing, origin: &str) {
        ring.set_issuer(Some(issuer(origin, "{tenantid}")));
        ring.publish_for(Some(issuer(origin, "{tenantid}")));
        ring.publish_for(Some(issuer(origin, people::CONSUMERS)));
    }

    fn is_authorize(&self, request: &Received) -> bool {
        request.role.is_empty() && split(&request.path).is_some_and(|(_, rest)| rest == "/oauth2/v2.0/authorize")
    }

    fn answer(&self, host: &Host, request: &Received) -> Answer {
        if request.role == "graph" {
            return if request.path == "/oidc/userinfo" { token::userinfo(host, request) } else { not_found() };
        }
        let Some((authority, rest)) = split(&request.path) else { return not_found() };
        match (rest, &request.method) {
            ("/v2.0/.well-known/openid-configuration", &Method::GET) => ok(&discovery(host, authority)),
            ("/discovery/v2.0/keys", &Method::GET) => keys(host),
            ("/oauth2/v2.0/token", &Method::POST) => token::token(host, request),
            ("/oauth2/v2.0/logout", _) => logout(host, request),
            _ => not_found(),
        }
    }

    fn check(&self, host: &Host, request: &Received) -> Result<Asked, Box<Answer>> {
        let refuse = |number: u32, text: &str| Err(Box::new(trouble(host, number, text)));
        if request.method != Method::GET {
            return refuse(900_561, "The endpoint only accepts GET requests. Received a POST request.");
        }
        let params = request.params();
        let Some(client) = host.client(params.text("client_id")) else {
            return refuse(700_016, "Application with this identifier was not found in the directory.");
        };
        let redirect_uri = params.text("redirect_uri").to_owned();
        if !client.redirect_uris.contains(&redirect_uri) {
            return refuse(50_011, "The redirect URI does not match the redirect URIs configured for the application.");
        }
        let Some(mode) = sign_in::mode(params.get("response_mode")) else {
            return refuse(90_023, "Unsupported 'response_mode' value.");
        };
        let authority = split(&request.path).map(|(authority, _)| authority.to_owned()).unwrap_or_default();
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
            extra: [("authority", authority)].into(),
        };
        let known = ["login", "none", "consent", "select_account"];
        let (error, number, text) = if params.has("resource") {
            ("invalid_request", 901_002, "The 'resource' request parameter is not supported.")
        } else if params.get("response_type") != Some("code") {
            ("unsupported_response_type", 700_054, "response_type is not enabled for the application.")
        } else if !asked.prompt.iter().all(|prompt| known.contains(&prompt.as_str())) {
            ("invalid_request", 90_023, "Unsupported 'prompt' value.")
        } else if !asked.scope.iter().any(|scope| scope == "openid") {
            ("invalid_scope", 70_011, "The provided value for the input parameter 'scope' is not valid.")
        } else if params.has("request_uri") {
            ("request_uri_not_supported", 90_023, "The request_uri parameter is not supported.")
        } else {
            return Ok(asked);
        };
        Err(Box::new(fail(host, &asked, error, &describe(host, number, text))))
    }

    fn admit(&self, host: &Host, asked: &Asked, user: &User) -> Result<(), Box<Answer>> {
        let authority = asked.extra.get("authority").map_or("common", String::as_str);
        let tenant = user.text("tid");
        let consumer = tenant == people::CONSUMERS;
        let fits = match authority {
            "common" => true,
            "organizations" => !consumer,
            "consumers" => consumer,
            guid => guid == tenant,
        };
        if user.quirks.suspended {
            return Err(Box::new(trouble(host, 5_000_224, "We are sorry, this resource is not available.")));
        }
        if fits {
            return Ok(());
        }
        Err(Box::new(trouble(
            host,
            50_020,
            "User account does not exist in the tenant and cannot access the application.",
        )))
    }

    fn permit(&self, host: &Host, grant: &Grant, code: &str) -> Answer {
        let session_state = code::guid();
        back(host, &grant.asked, &[("code", code), ("session_state", &session_state)])
    }

    fn cancel(&self, host: &Host, asked: &Asked) -> Answer {
        let text = describe(host, 65_004, "User declined to consent to access the app.");
        back(host, asked, &[("error", "access_denied"), ("error_subcode", "cancel"), ("error_description", &text)])
    }

    fn refuse_silence(&self, host: &Host, asked: &Asked, error: &str) -> Answer {
        let text = describe(host, 50_058, "A silent sign-in request was sent but no user is signed in.");
        fail(host, asked, error, &text)
    }

    fn code(&self) -> String {
        format!("0.A{}.{}", random::token(), random::token())
    }
}

/// Authority and the rest of a path.
fn split(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix('/')?;
    let end = path.find('/')?;
    let (authority, rest) = path.split_at(end);
    let known = ["common", "organizations", "consumers"].contains(&authority);
    let guid = authority.len() == 36 && authority.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    (known || guid).then_some((authority, rest))
}

fn issuer(origin: &str, tenant: &str) -> String {
    format!("{origin}/{tenant}/v2.0")
}

fn discovery(host: &Host, authority: &str) -> Value {
    let origin = host.origin();
    let tenant = match authority {
        "common" | "organizations" => "{tenantid}",
        "consumers" => people::CONSUMERS,
        guid => guid,
    };
    json!({
        "issuer": issuer(&origin, tenant),
        "authorization_endpoint": format!("{origin}/{authority}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{origin}/{authority}/oauth2/v2.0/token"),
        "userinfo_endpoint": format!("{}/oidc/userinfo", host.origin_of("graph")),
        "end_session_endpoint": format!("{origin}/{authority}/oauth2/v2.0/logout"),
        "jwks_uri": format!("{origin}/{authority}/discovery/v2.0/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "request_uri_parameter_supported": false,
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash", "c_hash", "email"],
        "tenant_region_scope": null,
    })
}

/// The keys, in another order each time.
fn keys(host: &Host) -> Answer {
    let mut jwks = host.with_ring(|ring| ring.jwks());
    if let Some(keys) = jwks["keys"].as_array_mut() {
        keys.sort_by_cached_key(|_| random::name());
    }
    cached(ok(&jwks), host.settings().keys_max_age)
}

fn logout(host: &Host, request: &Received) -> Answer {
    let hint = request.params().text("id_token_hint").len();
    if hint > 2_000 {
        return trouble(host, 90_015, "Requested query string is too long.");
    }
    sign_in::end_session_with(host, request, |client, target| client.redirect_uris.iter().any(|uri| uri == target))
}

fn trouble(host: &Host, number: u32, text: &str) -> Answer {
    page::trouble(
        host,
        StatusCode::OK,
        "サインインできません / Sorry, but we’re having trouble signing you in",
        &describe(host, number, text),
    )
}

fn describe(host: &Host, number: u32, text: &str) -> String {
    let time = timestamp(host.now());
    format!("AADSTS{number}: {text} Trace ID: {} Correlation ID: {} Timestamp: {time}", code::guid(), code::guid())
}

fn timestamp(seconds: i64) -> String {
    let t = mail_parser::DateTime::from_timestamp(seconds);
    format!("{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z", t.year, t.month, t.day, t.hour, t.minute, t.second)
}

fn fail(host: &Host, asked: &Asked, error: &str, description: &str) -> Answer {
    back(host, asked, &[("error", error), ("error_description", description)])
}
