//! `/__gateway`: which line the terminals come over. A page for a person, JSON for a program.
//!
//! | request | body | |
//! |---|---|---|
//! | `GET /__gateway` | | the page |
//! | `POST /__gateway` | form `line=…` or `number=…` | chooses for this browser, and back to the page |
//! | `GET /__gateway/state` | | lines, the chosen one, the fault |
//! | `POST /__gateway/state` | JSON `{"line": …}`, `{"fault": …}` | a line's word or a whole line; a fault |

use super::Shared;
use super::page::{self, ControlPage};
use super::request::{LINE_COOKIE, Request};
use super::serve::Answer;
use super::state::{Fault, Line};
use axum::http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    line: Option<Which>,
    #[serde(default)]
    fault: Option<Fault>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Which {
    Known(String),
    New(Line),
}

/// Answers a request to the control interface.
pub fn respond(shared: &Shared, request: &Request, path: &str) -> Answer {
    match (request.method.as_str(), path) {
        ("GET" | "HEAD", "/__gateway") => show(shared, request),
        ("POST", "/__gateway") => choose(shared, request),
        ("GET" | "HEAD", "/__gateway/state") => state(shared),
        ("POST", "/__gateway/state") => change(shared, request),
        ("GET" | "HEAD", "/__gateway/style.css") => page::style(),
        _ => page::plain(StatusCode::NOT_FOUND, "no such page of the gateway"),
    }
}

fn show(shared: &Shared, request: &Request) -> Answer {
    let state = shared.state();
    let chosen = state.line_of(request.chosen_line()).id;
    // Of the lines that somebody typed, this browser's own.
    let lines: Vec<_> = state.lines.iter().filter(|line| line.id != line.title || line.id == chosen).collect();
    page::render(&ControlPage { lines: &lines, chosen: &chosen, fault: &state.fault })
}

/// Chooses for this browser alone, so that several people can be on several lines.
fn choose(shared: &Shared, request: &Request) -> Answer {
    let field = |wanted| {
        let found = url::form_urlencoded::parse(&request.body).find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let mut state = shared.state();
    let id = match (field("number"), field("line")) {
        (Some(number), _) if number.bytes().all(|b| b.is_ascii_alphanumeric()) && number.len() <= 20 => {
            if !state.lines.iter().any(|line| line.id == number) {
                state.put(Line::east(&number));
            }
            number
        }
        (None, Some(id)) if state.lines.iter().any(|line| line.id == id) => id,
        _ => return page::plain(StatusCode::BAD_REQUEST, "no such line"),
    };
    let mut answer = page::see_other("/__gateway");
    let cookie = format!("{LINE_COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax");
    answer.headers_mut().extend(HeaderValue::from_str(&cookie).map(|value| (header::SET_COOKIE, value)));
    answer
}

fn take(shared: &Shared, id: &str) -> bool {
    let mut state = shared.state();
    let known = state.lines.iter().any(|line| line.id == id);
    if known {
        id.clone_into(&mut state.chosen);
    }
    known
}

fn state(shared: &Shared) -> Answer {
    let state = shared.state();
    page::json(StatusCode::OK, &json!({ "lines": state.lines, "chosen": state.chosen, "fault": state.fault }))
}

fn change(shared: &Shared, request: &Request) -> Answer {
    let wish: Wish = match serde_json::from_slice(&request.body) {
        Ok(wish) => wish,
        Err(error) => return page::plain(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    };
    match wish.line {
        Some(Which::Known(id)) if !take(shared, &id) => {
            return page::plain(StatusCode::UNPROCESSABLE_ENTITY, "no such line");
        }
        Some(Which::New(line)) => shared.state().choose(line),
        _ => {}
    }
    if let Some(fault) = wish.fault {
        shared.state().fault = fault;
    }
    state(shared)
}
