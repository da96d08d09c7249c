//! The pages a person sees at the gateway and at the carrier: impossible to take for the real ones.

use super::serve::Answer;
use super::state::{Fault, Line, Standing};
use askama::Template;
use axum::body::Bytes;
use axum::http::{HeaderValue, Response, StatusCode, header};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' http: https:; \
    base-uri 'none'; frame-ancestors 'none'";

/// 回線の選択: which line this terminal comes over.
#[derive(Template)]
#[template(path = "line_gateway/control.html")]
pub struct ControlPage<'a> {
    /// The lines.
    pub lines: &'a [&'a Line],
    /// The chosen one's word.
    pub chosen: &'a str,
    /// What goes wrong.
    pub fault: &'a Fault,
}

/// 回線情報通知設定: the carrier asks whether the line may be told.
#[derive(Template)]
#[template(path = "line_gateway/west.html")]
pub struct WestPage<'a> {
    /// Where the person goes afterwards.
    pub return_to: &'a str,
    /// What has to go along.
    pub state: &'a str,
    /// What is set now.
    pub standing: Standing,
}

/// A page with its headers.
pub fn render(page: &impl Template) -> Answer {
    match page.render() {
        Ok(html) => {
            let mut answer = answer(StatusCode::OK, "text/html; charset=utf-8", html);
            answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
            answer
        }
        Err(error) => plain(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// A sentence.
pub fn plain(status: StatusCode, text: &str) -> Answer {
    answer(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

/// JSON.
pub fn json(status: StatusCode, value: &serde_json::Value) -> Answer {
    answer(status, "application/json", value.to_string())
}

/// The style of the pages.
pub fn style() -> Answer {
    answer(StatusCode::OK, "text/css; charset=utf-8", include_str!("../../assets/upstreams.css").to_owned())
}

/// 303 to an address.
pub fn see_other(location: &str) -> Answer {
    let mut answer = plain(StatusCode::SEE_OTHER, "");
    match HeaderValue::from_str(location) {
        Ok(location) => drop(answer.headers_mut().insert(header::LOCATION, location)),
        Err(_) => *answer.status_mut() = StatusCode::BAD_REQUEST,
    }
    answer
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
