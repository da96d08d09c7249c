//! The pages a person sees at a simulated provider: plain, accessible, and impossible to take for the real one.

use super::answer::{Answer, answer, not_found, with};
use super::host::Host;
use super::model::User;
use super::state::Asked;
use askama::Template;
use axum::http::{StatusCode, header};

/// Folder of everything that is the simulator's own and not the provider's.
pub const OWN: &str = "/__sim/";
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; frame-src *; \
    base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "upstreams/sign_in.html")]
struct SignInPage<'a> {
    title: String,
    client: &'a str,
    login: &'a str,
    people: Vec<Person>,
}

struct Person {
    name: String,
    title: String,
    detail: String,
    note: String,
    current: bool,
    hinted: bool,
}

#[derive(Template)]
#[template(path = "upstreams/trouble.html")]
struct TroublePage<'a> {
    title: String,
    heading: &'a str,
    detail: &'a str,
}

#[derive(Template)]
#[template(path = "upstreams/form_post.html")]
struct FormPostPage<'a> {
    title: String,
    action: &'a str,
    fields: &'a [(&'a str, &'a str)],
}

#[derive(Template)]
#[template(path = "upstreams/signed_out.html")]
struct SignedOutPage {
    title: String,
    frames: Vec<String>,
}

#[derive(Template)]
#[template(path = "upstreams/home.html")]
struct HomePage {
    title: String,
    current: Option<String>,
}

/// Who is signed in, and the way out: what `/` of every host shows.
pub fn home(host: &Host, current: Option<User>) -> Answer {
    render(StatusCode::OK, &HomePage { title: title(host), current: current.map(|user| user.title) })
}

/// Everybody with an account, as buttons; whoever `login_hint` means comes first.
pub fn sign_in(host: &Host, asked: &Asked, login: &str, current: Option<String>) -> Answer {
    let hint = asked.login_hint.as_deref().unwrap_or_default();
    let mut people: Vec<Person> = host.users().iter().map(|user| person(user, hint, current.as_deref())).collect();
    people.sort_by_key(|person| !person.hinted);
    render(StatusCode::OK, &SignInPage { title: title(host), client: &asked.client, login, people })
}

fn person(user: &User, hint: &str, current: Option<&str>) -> Person {
    let names = ["sub", "email", "upn", "preferred_username", "unique_name"];
    let hinted = !hint.is_empty() && (user.name == hint || names.iter().any(|claim| user.text(claim) == hint));
    let detail = ["email", "upn", "preferred_username", "unique_name"].iter().map(|claim| user.text(claim));
    Person {
        name: user.name.clone(),
        title: user.title.clone(),
        detail: detail.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned(),
        note: user.note.clone(),
        current: current == Some(&user.name),
        hinted,
    }
}

/// An error that stays at the provider.
pub fn trouble(host: &Host, status: StatusCode, heading: &str, detail: &str) -> Answer {
    render(status, &TroublePage { title: title(host), heading, detail })
}

/// A form that posts itself to `action`.
pub fn form_post(host: &Host, action: &str, fields: &[(&str, &str)]) -> Answer {
    render(StatusCode::OK, &FormPostPage { title: title(host), action, fields })
}

/// The end of a sign-out that tells clients by frames (OpenID Connect Front-Channel Logout §3).
pub fn signed_out_with(host: &Host, frames: Vec<String>) -> Answer {
    render(StatusCode::OK, &SignedOutPage { title: title(host), frames })
}

/// Style and script of the pages.
pub fn asset(path: &str) -> Answer {
    match path {
        "/__sim/upstreams.css" => {
            answer(StatusCode::OK, "text/css; charset=utf-8", include_str!("../../assets/upstreams.css"))
        }
        "/__sim/submit.js" => {
            answer(StatusCode::OK, "text/javascript", "document.getElementById('answer').submit();\n")
        }
        _ => not_found(),
    }
}

fn title(host: &Host) -> String {
    host.kind().play().title(host)
}

fn render(status: StatusCode, page: &impl Template) -> Answer {
    let Ok(html) = page.render() else { return answer(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "") };
    let page = answer(status, "text/html; charset=utf-8", html);
    let page = with(page, header::CONTENT_SECURITY_POLICY, POLICY);
    let page = with(page, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    with(page, header::REFERRER_POLICY, "no-referrer")
}
