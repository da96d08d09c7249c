//! JSON in and out, and the conditions of a write.

use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::guard::ApiContext;
use super::problem::{ApiError, ApiProblem, FieldProblem, fail};
use crate::account::parse_name;
use crate::secret::{TokenHash, base64url};
use crate::web::machine;

/// An answer about to be sent, and kept where the request carried an `Idempotency-Key`.
pub struct Made {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub body: serde_json::Value,
    /// Where what was made can be read.
    pub location: Option<String>,
    /// Its version.
    pub etag: Option<String>,
}

impl Made {
    /// An answer with a body.
    ///
    /// # Errors
    /// When the body is no JSON, which it always is.
    pub fn new(status: StatusCode, body: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_value(body).map_err(super::guard::fault)?;
        Ok(Self { status, body, location: None, etag: None })
    }

    /// With the path of what was made.
    #[must_use]
    pub fn at(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// With its version.
    #[must_use]
    pub fn tagged(self, etag: String) -> Self {
        Self { etag: Some(etag), ..self }
    }

    /// The answer itself.
    pub fn respond(&self) -> Response {
        let mut response = machine::json(self.status, &self.body);
        for (name, value) in [(LOCATION, &self.location), (ETAG, &self.etag)] {
            if let Some(value) = value.as_ref().and_then(|text| HeaderValue::from_str(text).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// Reads a body strictly: one JSON value of the expected form, no member more.
///
/// # Errors
/// `media_type`, `body_invalid`.
pub fn read<T: DeserializeOwned>(api: &ApiContext, body: &Bytes) -> Result<T, ApiError> {
    let content_type = api.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return fail("media_type", "Send the body as application/json.");
    }
    serde_json::from_slice(body).map_err(|error| {
        let detail: String = format!("The body cannot be read: {error}").chars().take(300).collect();
        ApiProblem::new("body_invalid", detail).into()
    })
}

/// The version of a representation: a strong `ETag` (RFC 9110 §8.8.3).
pub fn etag_of(representation: &impl Serialize) -> String {
    let text = serde_json::to_string(representation).unwrap_or_default();
    let hash = TokenHash::of(&text);
    format!("\"{}\"", base64url(hash.as_bytes().get(..16).unwrap_or_default()))
}

impl ApiContext {
    /// Holds a write to what its sender read (RFC 9110 §13.1.1). Without `If-Match` it goes through where `must` does not
    /// want one.
    ///
    /// # Errors
    /// `precondition_failed`, `precondition_required`.
    pub fn check_match(&self, etag: &str, must: bool) -> Result<(), ApiError> {
        let mut values = self.headers.get_all(IF_MATCH).iter().filter_map(|value| value.to_str().ok()).peekable();
        if values.peek().is_none() {
            return match must {
                true => fail("precondition_required", "Send If-Match with the ETag of what you read."),
                false => Ok(()),
            };
        }
        let fits = |tag: &str| tag == "*" || tag == etag;
        match values.flat_map(|list| list.split(',')).any(|tag| fits(tag.trim())) {
            true => Ok(()),
            false => fail("precondition_failed", "It is not what you read any more: read it again."),
        }
    }
}

/// Collects what is wrong with the fields of a request, to say all of it at once.
#[derive(Default)]
pub struct Fields(Vec<FieldProblem>);

impl Fields {
    /// Notes what is wrong.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldProblem::new(field, message));
    }

    /// The name of a person, company or application: 1 to 200 characters without control characters.
    pub fn name(&mut self, field: &str, name: &str) {
        if name.trim().is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
            self.add(field, "has 1 to 200 characters, and no control characters");
        }
    }

    /// A name that goes into mails: nothing in it may look like an address to click.
    pub fn person(&mut self, field: &str, name: &str) {
        if parse_name(name).is_err() {
            self.add(field, "has 1 to 200 characters, no control characters, and no web or mail address");
        }
    }

    /// An id that stands in URLs and logs as it is.
    pub fn id(&mut self, field: &str, id: &str) {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'-');
        if id.is_empty() || id.len() > 128 || !id.bytes().all(fits) {
            self.add(field, "has 1 to 128 letters, digits, \".\", \"_\", \"~\" or \"-\"");
        }
    }

    /// Nothing, or everything that is wrong.
    ///
    /// # Errors
    /// `invalid`.
    pub fn finish(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(ApiProblem::invalid(self.0).into()) }
    }
}
