//! Errors as RFC 9457 has them: `application/problem+json` with `code`, `reference` and the fields that are wrong.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::EventKind;
use crate::context::{OperatorRequest, log_fault};
use crate::storage::Fault;
use crate::web::machine;

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema, Clone, Debug)]
#[schema(as = Problem)]
pub struct ApiProblem {
    /// Where the code is explained, relative to the API's host.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: String,
    /// The HTTP status.
    #[schema(value_type = u16, example = 422)]
    #[serde(serialize_with = "number")]
    status: StatusCode,
    /// What it is, for programs.
    #[schema(example = "invalid")]
    code: &'static str,
    /// What it is, for people.
    detail: String,
    /// Finds the reason in the audit log.
    #[schema(example = "7K3Q-9P2M")]
    reference: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
    #[serde(skip)]
    challenge: Option<String>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

/// One field that is wrong.
#[derive(Serialize, ToSchema, Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// Its name; members of members with a dot between them.
    #[schema(example = "contractor.email")]
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl FieldProblem {
    /// One field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

/// Every code with its status and what it means: the reader page lists them, a test holds the code to the list.
pub const CODES: &[(&str, u16, &str)] = &[
    ("key_missing", 401, "The request presents no API key."),
    ("key_invalid", 401, "The API key is unknown, expired or revoked."),
    ("scope_missing", 403, "The API key's scopes or its role do not allow this."),
    ("not_found", 404, "There is no such thing, or the API key is not good for its brand."),
    ("method_not_allowed", 405, "The path has other methods: see the Allow header."),
    ("query_invalid", 400, "A parameter of the query is unknown, repeated or malformed."),
    ("body_invalid", 400, "The body is no JSON of the expected form."),
    ("media_type", 415, "The body must be application/json."),
    ("too_large", 413, "The body is larger than any request of this API."),
    ("invalid", 422, "Fields are wrong: see errors."),
    ("id_taken", 409, "The id is taken."),
    ("address_taken", 409, "Somebody in the brand has the e-mail address."),
    ("changed_meanwhile", 409, "Somebody else changed it in this very moment: read it again."),
    ("already_so", 409, "It is so already."),
    ("not_possible", 409, "Its state does not allow this: see detail."),
    ("precondition_required", 428, "Send If-Match with the ETag of what you read."),
    ("precondition_failed", 412, "It is not what you read any more: read it again."),
    ("idempotency_key_invalid", 400, "The Idempotency-Key has 1 to 255 visible ASCII characters."),
    ("idempotency_key_reused", 422, "The Idempotency-Key came with another request before."),
    ("too_many_requests", 429, "The API key made too many requests: see Retry-After."),
    ("unavailable", 503, "The database does not answer: see Retry-After."),
    ("internal", 500, "The server failed."),
];

impl ApiProblem {
    /// A problem by its code.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        let status = CODES.iter().find(|(known, ..)| *known == code).map_or(500, |(_, status, _)| *status);
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            kind: format!("/api/docs#code-{code}"),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status,
            code,
            detail: detail.into(),
            reference: String::new(),
            errors: Vec::new(),
            challenge: None,
            retry_after: None,
        }
    }

    /// Fields that are wrong.
    pub fn invalid(errors: Vec<FieldProblem>) -> Self {
        Self { errors, ..Self::new("invalid", "The request cannot be accepted as it is: see errors.") }
    }

    /// With the challenge of a protected resource (RFC 6750 §3).
    #[must_use]
    pub fn challenging(self, challenge: String) -> Self {
        Self { challenge: Some(challenge), ..self }
    }

    /// With the time after which to try again, in seconds.
    #[must_use]
    pub fn after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds.max(1)), ..self }
    }

    /// Its code.
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

/// Why a handler has no answer: what the caller did, or a fault of ours. Cheap to clone, since it travels as an
/// extension of the response until [`mod@super::guard`] puts it into words.
#[derive(Clone)]
pub enum ApiError {
    /// For the caller.
    Problem(Box<ApiProblem>),
    /// For the log.
    Fault(Arc<Fault>),
}

/// What a handler comes to.
pub type ApiResult = Result<Response, ApiError>;

impl From<ApiProblem> for ApiError {
    fn from(problem: ApiProblem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::Fault(Arc::new(fault))
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A problem of the given code.
pub fn fail<T>(code: &'static str, detail: impl Into<String>) -> Result<T, ApiError> {
    Err(ApiProblem::new(code, detail).into())
}

/// There is no such thing.
pub fn not_found<T>() -> Result<T, ApiError> {
    fail("not_found", "There is no such thing, or the key is not good for its brand.")
}

/// The answer to an error, noted under its reference; `key` is the API key's id, when it is known.
pub fn answer(request: &OperatorRequest, error: &ApiError, key: Option<&str>) -> Response {
    let mut problem = match error {
        ApiError::Problem(problem) => (**problem).clone(),
        ApiError::Fault(fault) => {
            log_fault(fault, &request.facts.reference);
            match fault.is_unavailable() {
                true => ApiProblem::new("unavailable", "Try again in a few seconds.").after(5),
                false => ApiProblem::new("internal", "The server failed."),
            }
        }
    };
    problem.reference.clone_from(&request.facts.reference);
    let mut event = request.event(EventKind::ApiRefused).because(problem.code);
    if let Some(key) = key {
        event = event.with("by", format!("api_key {key}"));
    }
    if !problem.errors.is_empty() {
        let fields: Vec<_> = problem.errors.iter().map(|error| error.field.as_str()).collect();
        event = event.with("fields", fields.join(" "));
    }
    request.app.audit.record(event);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = machine::raw(problem.status, "application/problem+json", body);
    let headers = response.headers_mut();
    if let Some(challenge) = problem.challenge.and_then(|text| HeaderValue::try_from(text).ok()) {
        headers.insert(WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = problem.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The answer to a request that no handler of the API takes.
pub fn refuse(request: &OperatorRequest, problem: ApiProblem) -> Response {
    answer(request, &problem.into(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_where_its_code_is_explained() {
        let problem = ApiProblem::invalid(vec![FieldProblem::new("name", "is empty")]);
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!(json["type"], "/api/docs#code-invalid");
        assert_eq!((&json["status"], &json["title"]), (&422.into(), &"Unprocessable Entity".into()));
        assert_eq!(json["errors"][0]["field"], "name");
        assert!(json.get("challenge").is_none() && json.get("retry_after").is_none());
    }

    #[test]
    fn every_code_is_listed_once_and_every_code_in_use_is_listed() {
        let mut codes: Vec<_> = CODES.iter().map(|(code, ..)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CODES.len());
        let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/operator_api"));
        for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let text = std::fs::read_to_string(&file).unwrap();
            for opening in ["fail(\"", "ApiProblem::new(\""] {
                for used in text.split(opening).skip(1).filter_map(|rest| rest.split('"').next()) {
                    assert!(codes.contains(&used), "{}: {used}", file.display());
                }
            }
        }
    }
}
