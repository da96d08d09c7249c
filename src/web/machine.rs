//! Answers to programs: JSON, never cached, with the challenges that the RFCs ask for.

use axum::body::Body;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;

use crate::protocol::{Error, ErrorCode};

/// A JSON answer that no cache may keep (RFC 6749 §5.1).
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    raw(status, "application/json", serde_json::to_vec(body).unwrap_or_default())
}

/// An answer of a media type that no cache may keep.
pub fn raw(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// An error of a protocol endpoint (RFC 6749 §5.2), with its challenge if it has one.
pub fn error(error: &Error, challenge: Option<&str>) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = json(status, &error.to_json());
    if let Some(challenge) = challenge.and_then(|text| HeaderValue::from_str(text).ok()) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// A fault of ours: `server_error`, or «come back» when the database is out of reach.
pub fn fault(unavailable: bool) -> Response {
    if unavailable {
        let mut response = error(&Error::new(ErrorCode::TemporarilyUnavailable, "try again in a few seconds"), None);
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        return response;
    }
    let mut response = error(&Error::new(ErrorCode::ServerError, "the server failed"), None);
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// Lets programs in a browser read an answer. They send no cookie here, so any origin may (RFC 9700 §2.6).
pub fn share(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("WWW-Authenticate"));
}

/// The answer to a browser's preflight.
pub fn preflight(methods: &'static str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    share(headers);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Authorization, Content-Type"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}
