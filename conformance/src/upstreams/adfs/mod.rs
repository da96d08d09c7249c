//! Active Directory Federation Services, any number of them, each a customer's own: versions, resources, claims by
//! rule, integrated authentication, farms, keys that roll by the calendar, errors on a page with an activity id.
//!
//! Paths, with and without closing slash: `/adfs/.well-known/openid-configuration`, `/adfs/oauth2/authorize`,
//! `/adfs/oauth2/token`, `/adfs/discovery/keys`, `/adfs/userinfo`, `/adfs/oauth2/logout`.
//!
//! | version | difference |
//! |---|---|
//! | 2012R2 | no discovery, no ID token, `resource` required (MSIS9601) |
//! | 2016 | ignores PKCE |
//! | 2019, 2022 | enforce PKCE where a challenge was sent, take `resource` within `scope` |
//!
//! People: see [`people`]. Two AD FS have people of the same names; everything that identifies them differs.

mod people;
mod token;

use super::answer::{Answer, answer, cached, not_found, ok, with};
use super::code;
use super::host::Host;
use super::jose::ring::KidStyle;
use super::kind::Play;
use super::model::{AdfsVersion, Client, User};
use super::page;
use super::request::{Params, Received};
use super::sign_in::{self, back};
use super::state::{Asked, Challenge, Grant};
use axum::http::{Method, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// AD FS.
pub struct Adfs;

/// What a token is for when nothing was asked for.
pub const USERINFO: &str = "urn:microsoft:userinfo";
/// Life of a token-signing certificate in days, and how many days before its end what happens.
const CERTIFICATE_DAYS: i64 = 365;
const SECONDARY_DAYS: i64 = 20;
const PROMOTION_DAYS: i64 = 15;
const DAY: i64 = 86_400;

impl Play for Adfs {
    fn title(&self, host: &Host) -> String {
        format!("Active Directory ({})", host.name())
    }

    fn users(&self, host: &Host) -> Vec<User> {
        people::users(host.name())
    }

    fn kid_style(&self) -> KidStyle {
        KidStyle::Certificate
    }

    fn is_authorize(&self, request: &Received) -> bool {
        request.path.trim_end_matches('/') == "/adfs/oauth2/authorize"
    }

    fn answer(&self, host: &Host, request: &Received) -> Answer {
        roll_keys(host);
        let version = host.settings().version;
        match (request.path.trim_end_matches('/'), &request.method) {
            ("/adfs/.well-known/openid-configuration", _) if version == AdfsVersion::Server2012R2 => not_found(),
            ("/adfs/.well-known/openid-configuration", &Method::GET) => ok(&discovery(host)),
            ("/adfs/discovery/keys", &Method::GET) => {
                cached(ok(&host.with_ring(|ring| ring.jwks())), host.settings().keys_max_age)
            }
            ("/adfs/oauth2/token", &Method::POST) => token::token(host, request),
            ("/adfs/userinfo", _) => token::userinfo(host, request),
            ("/adfs/oauth2/logout", _) => logout(host, request),
            _ => not_found(),
        }
    }

    fn check(&self, host: &Host, request: &Received) -> Result<Asked, Box<Answer>> {
        let params = request.params();
        let settings = host.settings();
        let refuse = |text: &str| Err(Box::new(trouble(host, text)));
        let Some(client) = host.client(params.text("client_id")) else {
            return refuse(
                "MSIS9223: Received invalid OAuth authorization request. The received 'client_id' is invalid.",
            );
        };
        let redirect_uri = params.text("redirect_uri").to_owned();
        if !client.redirect_uris.contains(&redirect_uri) {
            return refuse(
                "MSIS9224: Received invalid OAuth authorization request. The received 'redirect_uri' parameter is not a valid registered redirect URI.",
            );
        }
        let Some(mode) = sign_in::mode(params.get("response_mode")) else {
            return refuse("MSIS9265: The received 'response_mode' is not supported.");
        };
        let asked = Asked {
            client: client.id.clone(),
            redirect_uri,
            state: params.get("state").map(str::to_owned),
            nonce: params.get("nonce").map(str::to_owned),
            scope: params.words("scope"),
            challenge: Challenge::parse(&params).filter(|_| settings.version >= AdfsVersion::Server2019),
            prompt: params.words("prompt"),
            login_hint: params.get("login_hint").or_else(|| params.get("username")).map(str::to_owned),
            max_age: params.get("max_age").and_then(|age| age.parse().ok()),
            mode,
            extra: [("resource", resource(settings.version, &params))].into(),
        };
        if asked.prompt.iter().any(|prompt| prompt == "none") && asked.login_hint.is_none() {
            return refuse("MSIS9462: prompt=none needs a login_hint.");
        }
        match fault_of(host, &client, &params, &asked) {
            None => Ok(asked),
            Some((_, text)) if settings.errors_on_page => refuse(&text),
            Some((error, text)) => Err(Box::new(back(host, &asked, &[("error", error), ("error_description", &text)]))),
        }
    }

    fn wants_page(&self, asked: &Asked) -> bool {
        asked.prompt.iter().any(|prompt| prompt == "login")
    }

    fn integrated(&self, host: &Host, request: &Received) -> Result<Option<String>, Box<Answer>> {
        let agents = host.settings().integrated_agents;
        if !agents.iter().any(|agent| request.user_agent().contains(agent.as_str())) {
            return Ok(None);
        }
        let ticket = request.scheme("Negotiate").or_else(|| request.scheme("NTLM"));
        let name = ticket.and_then(|ticket| STANDARD.decode(ticket).ok()).and_then(|name| String::from_utf8(name).ok());
        match name.filter(|name| host.user(name).is_some()) {
            Some(name) => Ok(Some(name)),
            None => {
                let page = answer(StatusCode::UNAUTHORIZED, "text/html; charset=utf-8", "");
                let page = with(page, header::WWW_AUTHENTICATE, "Negotiate");
                Err(Box::new(with(page, header::WWW_AUTHENTICATE, "NTLM")))
            }
        }
    }

    fn permit(&self, host: &Host, grant: &Grant, code: &str) -> Answer {
        back(host, &grant.asked, &[("code", code), ("client-request-id", &code::guid())])
    }

    fn cancel(&self, host: &Host, asked: &Asked) -> Answer {
        back(
            host,
            asked,
            &[("error", "access_denied"), ("error_description", "MSIS9242: The user cancelled the sign-in.")],
        )
    }

    fn refuse_silence(&self, host: &Host, asked: &Asked, error: &str) -> Answer {
        back(host, asked, &[("error", error), ("error_description", "MSIS9463: The user is not signed in.")])
    }
}

/// The resource a request is for: the parameter, or (from 2019) what stands before the slash of a scope.
fn resource(version: AdfsVersion, params: &Params) -> String {
    if let Some(resource) = params.get("resource") {
        return resource.to_owned();
    }
    let scopes = params.words("scope");
    let folded = scopes.iter().find_map(|scope| scope.strip_suffix("/openid"));
    folded.filter(|_| version >= AdfsVersion::Server2019).unwrap_or_default().to_owned()
}

/// What is wrong with a request of a known client.
fn fault_of(host: &Host, client: &Client, params: &Params, asked: &Asked) -> Option<(&'static str, String)> {
    let settings = host.settings();
    let resource = asked.extra.get("resource").map_or("", String::as_str);
    let old = settings.version == AdfsVersion::Server2012R2;
    let known = resource.is_empty()
        || resource == USERINFO
        || resource == client.id
        || settings.resources.iter().any(|known| known == resource);
    let openid = asked.scope.iter().any(|scope| scope == "openid" || scope.ends_with("/openid"));
    let fault = if let Some(name) = params.repeated() {
        ("invalid_request", format!("MSIS9604: An error occurred. The parameter '{name}' is repeated."))
    } else if params.get("response_type") != Some("code") {
        ("unsupported_response_type", "MSIS9605: The received 'response_type' is not supported.".to_owned())
    } else if old && resource.is_empty() {
        ("invalid_resource", "MSIS9601: Received invalid OAuth authorization request. The 'resource' parameter is missing or found empty.".to_owned())
    } else if !known {
        ("invalid_resource", "MSIS9602: The received 'resource' parameter is invalid. The authorization server can not find a registered resource with the specified identifier.".to_owned())
    } else if !old && !openid {
        ("invalid_scope", "MSIS9624: The 'openid' scope is missing.".to_owned())
    } else {
        return None;
    };
    Some(fault)
}

/// A page with an activity id; nothing goes back to the client.
fn trouble(host: &Host, text: &str) -> Answer {
    let detail = format!("{text} Activity ID: {}", code::guid());
    page::trouble(host, StatusCode::BAD_REQUEST, "エラーが発生しました / An error occurred", &detail)
}

fn discovery(host: &Host) -> Value {
    let base = format!("{}/adfs", host.origin());
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/oauth2/authorize/"),
        "token_endpoint": format!("{base}/oauth2/token/"),
        "jwks_uri": format!("{base}/discovery/keys"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt", "windows_client_authentication"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token", "code token", "code id_token token"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer", "implicit", "password", "srv_challenge"],
        "subject_types_supported": ["pairwise"],
        "scopes_supported": ["logon_cert", "allatclaims", "vpn_cert", "email", "openid", "user_impersonation", "aza", "profile", "winhello_cert"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "access_token_issuer": access_token_issuer(host),
        "claims_supported": ["aud", "iss", "iat", "exp", "auth_time", "nonce", "at_hash", "c_hash", "sub", "upn", "unique_name", "pwd_url", "pwd_exp", "mfa_auth_time", "sid", "nbf"],
        "microsoft_multi_refresh_token": true,
        "userinfo_endpoint": format!("{base}/userinfo"),
        "capabilities": [],
        "end_session_endpoint": format!("{base}/oauth2/logout"),
        "as_access_token_token_binding_supported": true,
        "as_refresh_token_token_binding_supported": true,
        "resource_access_token_token_binding_supported": true,
        "op_id_token_token_binding_supported": true,
        "rp_id_token_token_binding_supported": true,
        "frontchannel_logout_supported": true,
        "frontchannel_logout_session_supported": true,
    })
}

/// The identifier of the federation service: `http`, whatever the scheme of everything else.
fn access_token_issuer(host: &Host) -> String {
    let origin = host.origin();
    let name = origin.split_once("://").map_or(origin.as_str(), |(_, rest)| rest);
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    format!("http://{name}/adfs/services/trust")
}

/// Publishes the secondary key 20 days before the certificate ends and signs with it from 15 days before.
fn roll_keys(host: &Host) {
    if !host.settings().auto_rollover {
        return;
    }
    let now = host.now();
    let since = *host.state().signing_since.get_or_insert(now);
    let left = since + CERTIFICATE_DAYS * DAY - now;
    if left <= SECONDARY_DAYS * DAY && left > PROMOTION_DAYS * DAY {
        host.with_ring(|ring| ring.publish_secondary());
    } else if left <= PROMOTION_DAYS * DAY {
        host.with_ring(|ring| ring.rotate());
        host.state().signing_since = Some(now);
    }
}

fn logout(host: &Host, request: &Received) -> Answer {
    // Where people may be sent after sign-out are the same addresses as after sign-in.
    sign_in::end_session_with(host, request, |client, target| {
        client.redirect_uris.iter().chain(&client.post_logout_redirect_uris).any(|uri| uri == target)
    })
}
