//! 回線情報通知設定: the carrier's own page in the west, where a line's owner says whether its number may be told. It knows
//! the line by the network, and sends the person back with the state it was given.

use super::Shared;
use super::page::{self, WestPage};
use super::request::Request;
use super::serve::Answer;
use super::state::Standing;
use axum::http::StatusCode;
use std::collections::HashMap;
use url::Url;

/// Answers a request to the page.
pub fn respond(shared: &Shared, request: &Request, query: &str) -> Answer {
    let fields = |bytes: &[u8]| url::form_urlencoded::parse(bytes).into_owned().collect::<HashMap<String, String>>();
    match request.method.as_str() {
        "GET" | "HEAD" => show(shared, request, &fields(query.as_bytes())),
        "POST" => decide(shared, request, &fields(&request.body)),
        _ => page::plain(StatusCode::METHOD_NOT_ALLOWED, "GET and POST"),
    }
}

fn show(shared: &Shared, request: &Request, asked: &HashMap<String, String>) -> Answer {
    let text = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let standing = shared.state().line_of(request.chosen_line()).standing;
    page::render(&WestPage { return_to: text("return_to"), state: text("state"), standing })
}

/// 「決定」.
fn decide(shared: &Shared, request: &Request, form: &HashMap<String, String>) -> Answer {
    let standing = match form.get("notify").map(String::as_str) {
        Some("yes") => Standing::Notified,
        Some("no") => Standing::Declined,
        _ => return page::plain(StatusCode::BAD_REQUEST, "「通知する」か「通知しない」を選択してください"),
    };
    {
        let mut state = shared.state();
        let line = super::Line { standing, ..state.line_of(request.chosen_line()) };
        state.put(line);
    }
    let Some(mut url) = form.get("return_to").and_then(|url| Url::parse(url).ok()) else {
        return page::plain(StatusCode::OK, "設定しました");
    };
    url.query_pairs_mut().append_pair("state", form.get("state").map(String::as_str).unwrap_or_default());
    page::see_other(url.as_str())
}
