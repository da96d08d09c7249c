//! The few shapes of answers all providers share.

use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::Value;
use url::form_urlencoded;

/// An answer before faults get at it.
pub type Answer = Response<Vec<u8>>;

/// A body with its type; not to be stored.
pub fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Vec<u8>>) -> Answer {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// JSON.
pub fn json(status: StatusCode, value: &Value) -> Answer {
    answer(status, "application/json; charset=utf-8", value.to_string())
}

/// JSON with 200.
pub fn ok(value: &Value) -> Answer {
    json(StatusCode::OK, value)
}

/// 404 in plain text.
pub fn not_found() -> Answer {
    answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "Not Found")
}

/// 302, as the providers send people back.
pub fn found(location: &str) -> Answer {
    redirect(StatusCode::FOUND, location)
}

/// A redirect.
pub fn redirect(status: StatusCode, location: &str) -> Answer {
    with(answer(status, "text/html; charset=utf-8", ""), header::LOCATION, location)
}

/// The answer with one more header field; a value that no header can hold is left out.
pub fn with(mut answer: Answer, name: HeaderName, value: &str) -> Answer {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().append(name, value);
    }
    answer
}

/// The answer with another life in caches.
pub fn cached(mut answer: Answer, max_age: u64) -> Answer {
    answer.headers_mut().remove(header::CACHE_CONTROL);
    with(answer, header::CACHE_CONTROL, &format!("public, max-age={max_age}, must-revalidate"))
}

/// `target` with more parameters in its query. `target` itself stays as it is, letter for letter.
pub fn with_query(target: &str, params: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    let joint = if target.contains('?') { '&' } else { '?' };
    if query.is_empty() { target.to_owned() } else { format!("{target}{joint}{query}") }
}
