//! Pages and the headers every answer carries. Templates are `templates/storage_app/*.html`.

use super::language::{self, Language};
use super::party::{Party, Shared};
use super::session::{Session, now};
use super::text::Text;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value};
use std::fmt::Display;
use std::sync::Arc;

/// Why somebody sees the trouble page.
pub enum Trouble {
    /// The provider does not answer.
    Unreachable,
    /// The answer belongs to no sign-in of this browser, or was used.
    Expired,
    /// The provider refused, with its error code.
    Refused(String),
    /// What the provider sent cannot be trusted; the code says which check failed.
    Invalid(&'static str),
}

impl Trouble {
    pub fn unreachable(error: &dyn Display) -> Self {
        tracing::warn!(%error, "the provider cannot be reached");
        Self::Unreachable
    }

    pub fn refused(code: &str, description: Option<&str>) -> Self {
        tracing::info!(code, description, "the provider refused");
        // RFC 6749 §4.1.2.1 allows printable ASCII; the page shows a code, never a text of unknown length.
        Self::Refused(code.chars().filter(|c| c.is_ascii_graphic()).take(64).collect())
    }

    pub fn invalid(check: &'static str, error: &dyn Display) -> Self {
        tracing::warn!(check, %error, "the provider's answer is not accepted");
        Self::Invalid(check)
    }

    /// A failed token request: refused by the provider, unreachable, or unreadable.
    pub fn exchange<E, R>(error: &openidconnect::RequestTokenError<E, R>) -> Self
    where
        E: std::error::Error + 'static,
        R: openidconnect::ErrorResponse + Display,
    {
        match error {
            openidconnect::RequestTokenError::ServerResponse(answer) => {
                let answer = answer.to_string();
                let code = answer.split(':').next().unwrap_or_default();
                Self::refused(code, None)
            }
            openidconnect::RequestTokenError::Request(error) => Self::unreachable(error),
            other => Self::invalid("token_response", other),
        }
    }

    /// The provider no longer honours the sign-in (RFC 6749 §5.2 `invalid_grant`).
    pub fn ends_session(&self) -> bool {
        matches!(self, Self::Refused(code) if code == "invalid_grant")
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Expired | Self::Refused(_) => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::BAD_GATEWAY,
        }
    }

    fn explain(&self, text: &Text) -> &'static str {
        match self {
            Self::Unreachable => text.trouble_unreachable,
            Self::Expired => text.trouble_expired,
            Self::Refused(code) if code == "access_denied" => text.trouble_denied,
            Self::Refused(code) if code == "invalid_grant" => text.trouble_expired,
            Self::Refused(_) => text.trouble_provider,
            Self::Invalid(_) => text.trouble_invalid,
        }
    }

    fn code(&self) -> &str {
        match self {
            Self::Unreachable => "provider_unreachable",
            Self::Expired => "expired",
            Self::Refused(code) => code,
            Self::Invalid(check) => check,
        }
    }
}

#[derive(Template)]
#[template(path = "storage_app/brands.html")]
struct BrandsPage<'a> {
    t: &'a Text,
    title: &'a str,
    sheet: &'a str,
    shared: &'a Shared,
}

#[derive(Template)]
#[template(path = "storage_app/main.html")]
struct MainPage<'a> {
    t: &'a Text,
    title: &'a str,
    sheet: &'a str,
    party: &'a Party,
    session: &'a Session,
    name: String,
    person: Vec<(&'static str, String)>,
    tokens: Vec<[String; 3]>,
    claims: [(&'static str, &'static str, Vec<(String, String)>); 2],
}

#[derive(Template)]
#[template(path = "storage_app/message.html")]
struct MessagePage<'a> {
    t: &'a Text,
    title: &'a str,
    sheet: &'a str,
    brand: &'a str,
    message: &'a str,
    code: Option<&'a str>,
    button: Option<(&'a str, String)>,
}

pub fn brands(shared: &Shared, language: Language) -> Response {
    let t = language.text();
    render(StatusCode::OK, &BrandsPage { t, title: t.brands_title, sheet: "", shared })
}

pub fn goodbye(party: &Party, language: Language) -> Response {
    let t = language.text();
    let page = MessagePage {
        t,
        title: t.signed_out,
        sheet: &party.brand.code,
        brand: &party.name,
        message: t.signed_out_lead,
        code: None,
        button: Some((t.sign_in, party.url("/login"))),
    };
    render(StatusCode::OK, &page)
}

pub fn trouble(party: &Party, language: Language, trouble: Trouble) -> Response {
    let t = language.text();
    let page = MessagePage {
        t,
        title: t.trouble_title,
        sheet: &party.brand.code,
        brand: &party.name,
        message: trouble.explain(t),
        code: Some(trouble.code()),
        button: Some((t.sign_in_again, party.url("/login"))),
    };
    render(trouble.status(), &page)
}

pub async fn not_found(language: Language) -> Response {
    let t = language.text();
    let page = MessagePage {
        t,
        title: t.not_found_title,
        sheet: "",
        brand: t.storage,
        message: t.not_found,
        code: None,
        button: None,
    };
    render(StatusCode::NOT_FOUND, &page)
}

pub fn main(party: &Party, language: Language, session: &Session) -> Response {
    let t = language.text();
    let claim = |name: &str| find_claim(session, name);
    let company = claim("contract_name").or_else(|| claim("contract_id"));
    let or_none = |value: Option<String>| value.unwrap_or_else(|| t.unknown.to_owned());
    let page = MainPage {
        t,
        title: &party.name,
        sheet: &party.brand.code,
        party,
        session,
        name: claim("name").or_else(|| claim("email")).or_else(|| claim("sub")).unwrap_or_default(),
        person: vec![
            (t.company, or_none(company)),
            (t.email, or_none(claim("email"))),
            (t.role, or_none(claim("role"))),
        ],
        tokens: token_rows(t, session),
        claims: [
            ("id-token", t.claims_id_token, claim_rows(&session.id_claims)),
            ("userinfo", t.claims_userinfo, claim_rows(&session.userinfo)),
        ],
    };
    render(StatusCode::OK, &page)
}

fn find_claim(session: &Session, name: &str) -> Option<String> {
    let value = session.userinfo.get(name).or_else(|| session.id_claims.get(name))?;
    Some(display(value))
}

fn display(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn claim_rows(claims: &Map<String, Value>) -> Vec<(String, String)> {
    claims.iter().map(|(name, value)| (name.clone(), display(value))).collect()
}

fn token_rows(t: &Text, session: &Session) -> Vec<[String; 3]> {
    let times = session.lifetimes;
    let row = |name: &str, from: u64, until: Option<u64>| {
        let lifetime = until.map_or(t.unknown.to_owned(), |until| duration(t, until.saturating_sub(from)));
        let remaining = until.map_or(String::new(), |until| match until.saturating_sub(now()) {
            0 => t.ended.to_owned(),
            left => duration(t, left),
        });
        [name.to_owned(), lifetime, remaining]
    };
    let refresh = if session.refresh_token.is_some() { t.decided_by_provider } else { t.not_issued };
    vec![
        row(t.access_token, times.received, times.access_token_until),
        row(t.id_token, times.id_token_from, Some(times.id_token_until)),
        [t.refresh_token.to_owned(), refresh.to_owned(), String::new()],
    ]
}

fn duration(t: &Text, seconds: u64) -> String {
    let parts = [(seconds / 3600, t.hour), (seconds % 3600 / 60, t.minute), (seconds % 60, t.second)];
    let shown: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    shown.join(" ")
}

fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Security headers of every answer, and the memory of a chosen language.
pub async fn headers(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let chosen = language::in_query(request.uri().query());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = HeaderValue::from_str(&policy(&shared)).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Some(language) = chosen {
        headers.append(header::SET_COOKIE, language::remember(language));
    }
    response
}

fn policy(shared: &Shared) -> String {
    // Browsers apply `form-action` to the redirects after a form too: signing out leads to the issuers and back.
    let mut issuers: Vec<String> = shared
        .config
        .brands
        .iter()
        .filter_map(|brand| url::Url::parse(&brand.issuer).ok())
        .map(|issuer| issuer.origin().ascii_serialization())
        .collect();
    issuers.sort();
    issuers.dedup();
    let issuers = issuers.join(" ");
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {issuers}"
    )
}
