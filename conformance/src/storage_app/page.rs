//! Pages and the headers every answer carries. Templates are `templates/storage_app/*.html`.

use super::language::{self, Language};
use super::party::{Party, Shared};
use super::session::{Session, now};
use super::text::Text;
use super::trouble::Trouble;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value};
use std::sync::Arc;

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
    claims: [ClaimTable; 2],
}

/// The claims of one source, under a heading.
struct ClaimTable {
    id: &'static str,
    label: &'static str,
    rows: Vec<(String, String)>,
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
            (t.role, or_none(claim("role").map(|role| role_name(t, role)))),
        ],
        tokens: token_rows(t, session),
        claims: [
            ClaimTable { id: "id-token", label: t.claims_id_token, rows: claim_rows(&session.id_claims) },
            ClaimTable { id: "userinfo", label: t.claims_userinfo, rows: claim_rows(&session.userinfo) },
        ],
    };
    render(StatusCode::OK, &page)
}

fn find_claim(session: &Session, name: &str) -> Option<String> {
    let value = session.userinfo.get(name).or_else(|| session.id_claims.get(name))?;
    Some(display(value))
}

fn role_name(t: &Text, role: String) -> String {
    match role.as_str() {
        "contractor" => t.contractor.to_owned(),
        "administrator" => t.administrator.to_owned(),
        "user" => t.user.to_owned(),
        _ => role,
    }
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
