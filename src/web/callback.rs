//! Sending the browser back to a client with the authorization response (RFC 6749 §4.1.2, RFC 9207).

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, LOCATION};
use http::{HeaderValue, StatusCode};

use super::page::{Frame, render};
use super::pages::FormPostPage;
use crate::protocol::callback::AuthorizationResponse;

/// The answer that carries an authorization response.
pub fn respond(frame: Frame, response: AuthorizationResponse) -> Response {
    match response {
        AuthorizationResponse::Redirect(location) => see_other(&location),
        AuthorizationResponse::FormPost { action, fields } => {
            let parameters = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            // The page cannot be fetched again: it has no language switch.
            let frame = Frame { here: String::new(), ..frame };
            render(StatusCode::OK, &FormPostPage { frame, redirect_uri: action, parameters })
        }
    }
}

/// 303, never 307 or 308: a password that was posted must not be posted on (RFC 9700 §4.12).
pub fn see_other(location: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::try_from(location) {
        headers.insert(LOCATION, location);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
