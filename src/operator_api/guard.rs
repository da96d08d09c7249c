//! In front of every handler: who asks, whether they may, and how often.

use std::ops::Deref;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRef, FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};

use super::problem::{ApiError, ApiProblem, answer, fail, not_found};
use crate::audit::{Clerk, Event, EventKind};
use crate::brand::Issuer;
use crate::context::{App, OperatorRequest};
use crate::contract::{Contract, find_contract};
use crate::id::{BrandCode, ContractId};
use crate::lifecycle::Registrar;
use crate::operator::Permission;
use crate::operator::api_key::{ApiKey, find_api_key_by_secret, touch_api_key};
use crate::protocol::{Error, bearer, params};
use crate::storage::Fault;
use crate::web::Lang;

/// What a route takes; the router says it of each.
#[derive(Clone, Copy, Debug)]
pub struct Needs(pub Permission);

/// Lets a request through to its handler, and puts whatever error comes back into words.
pub async fn guard(
    State(app): State<App>,
    Extension(needs): Extension<Needs>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let asked = match OperatorRequest::from_request_parts(&mut parts, &app).await {
        Ok(asked) => asked,
        Err(response) => return response,
    };
    let mut key_id = None;
    let mut response = match identify(&asked, &parts.headers).await {
        Ok(key) => {
            key_id = Some(key.id.to_string());
            match admit(&asked, &key, needs).await {
                Ok(()) => {
                    parts.extensions.insert(Arc::new(key));
                    next.run(Request::from_parts(parts, body)).await
                }
                Err(error) => error.into_response(),
            }
        }
        Err(error) => error.into_response(),
    };
    match response.extensions_mut().remove::<ApiError>() {
        Some(error) => answer(&asked, &error, key_id.as_deref()),
        None => response,
    }
}

/// The key of a request (RFC 6750 §2.1: the header alone).
async fn identify(asked: &OperatorRequest, headers: &HeaderMap) -> Result<ApiKey, ApiError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let header = values.next().and_then(|value| value.to_str().ok());
    let none = params::Params::default();
    let presented = match values.next() {
        None => bearer::parse(header, &none, None).ok().flatten(),
        Some(_) => None,
    };
    let Some(secret) = presented else {
        let problem = ApiProblem::new("key_missing", "Present an API key: Authorization: Bearer …");
        return Err(problem.challenging(challenge(None, None)).into());
    };
    match find_api_key_by_secret(&asked.app.db, secret.expose()).await? {
        Some(key) if key.is_alive(asked.now) => Ok(key),
        _ => {
            let why = Error::invalid_token("the API key is not valid");
            let problem = ApiProblem::new("key_invalid", "The API key is unknown, expired or revoked.");
            Err(problem.challenging(challenge(Some(&why), None)).into())
        }
    }
}

async fn admit(asked: &OperatorRequest, key: &ApiKey, Needs(permission): Needs) -> Result<(), ApiError> {
    if let Some(wait) = asked.app.limits.count_api_request(&key.id) {
        return Err(ApiProblem::new("too_many_requests", "The key made too many requests.")
            .after(wait.as_secs() + 1)
            .into());
    }
    if !key.may(permission) {
        let why = Error::insufficient_scope("the API key does not allow this");
        let problem = ApiProblem::new("scope_missing", format!("This takes {permission}."));
        return Err(problem.challenging(challenge(Some(&why), Some(permission))).into());
    }
    if key.wants_touch(asked.now) {
        let mut tx = asked.app.db.begin().await?;
        touch_api_key(&mut tx, &key.id, asked.now).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn challenge(error: Option<&Error>, scope: Option<Permission>) -> String {
    bearer::challenge("operators", error, scope.map(Permission::as_str))
}

/// What a handler holds: the request, and the key that was let in.
#[derive(Clone)]
pub struct ApiContext {
    /// What every endpoint of the listener holds.
    pub request: OperatorRequest,
    /// Who asks.
    pub key: Arc<ApiKey>,
    /// The method, for idempotent requests.
    pub method: Method,
    /// The path, likewise.
    pub path: String,
    /// The query; empty when there is none.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
}

impl Deref for ApiContext {
    type Target = OperatorRequest;

    fn deref(&self) -> &OperatorRequest {
        &self.request
    }
}

impl<S> FromRequestParts<S> for ApiContext
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let request = OperatorRequest::from_request_parts(parts, state).await?;
        let Some(key) = parts.extensions.get::<Arc<ApiKey>>().map(Arc::clone) else {
            tracing::error!("a request reached the API past its guard");
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        Ok(Self {
            request,
            key,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.clone(),
        })
    }
}

impl ApiContext {
    /// An audit event of this request, by this key.
    pub fn event(&self, kind: EventKind) -> Event {
        self.request.event(kind).with("by", format!("api_key {}", self.key.id))
    }

    /// The tools of verbs that need no brand, on behalf of this key.
    pub fn clerk(&self) -> Clerk<'_> {
        self.request.clerk(self.event(EventKind::AccountChanged))
    }

    /// The tools of `lifecycle` at a brand, on behalf of this key.
    pub fn registrar<'a>(&'a self, issuer: &'a Issuer, lang: Lang) -> Registrar<'a> {
        self.request.registrar(issuer, lang, self.event(EventKind::AccountChanged))
    }

    /// A configured brand that the key is good for.
    ///
    /// # Errors
    /// `not_found`.
    pub fn issuer(&self, brand: &BrandCode) -> Result<Arc<Issuer>, ApiError> {
        let covered = self.app.issuers.of(brand).filter(|_| self.key.covers(brand));
        covered.map(Arc::clone).map_or_else(not_found, Ok)
    }

    /// The brand that a list is limited to: the one asked for, or the only one the key is good for.
    ///
    /// # Errors
    /// `not_found` for another brand, `query_invalid` where the key is good for several and none was named.
    pub fn brand_filter(&self, asked: Option<&str>) -> Result<Option<BrandCode>, ApiError> {
        match (asked, self.key.brands.as_deref()) {
            (Some(code), _) => self.issuer(&BrandCode::new(code)).map(|issuer| Some(issuer.brand.clone())),
            (None, None) => Ok(None),
            (None, Some([only])) => Ok(Some(only.clone())),
            (None, Some(_)) => fail("query_invalid", "The key is good for several brands: name one with ?brand=."),
        }
    }

    /// Things that belong to no brand are not for keys that are limited to some.
    ///
    /// # Errors
    /// `scope_missing`.
    pub fn everywhere(&self) -> Result<(), ApiError> {
        match self.key.brands {
            None => Ok(()),
            Some(_) => fail("scope_missing", "This belongs to no brand, and the key is limited to some."),
        }
    }

    /// A contract of a brand that the key is good for.
    ///
    /// # Errors
    /// `not_found`, or a fault.
    pub async fn contract(&self, id: &str) -> Result<Contract, ApiError> {
        let found = find_contract(&self.app.db, &ContractId::new(id)).await?;
        let covered = found.filter(|contract| self.key.covers(&contract.brand));
        covered.map_or_else(not_found, Ok)
    }
}

/// A fault in the words of a handler.
pub fn fault(error: impl std::fmt::Display) -> ApiError {
    Fault::Other(error.to_string()).into()
}
