//! The list of routes of the operators' listener. Nothing of it is reachable on any other.

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts as _, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use http::Uri;
use tower_http::catch_panic::CatchPanicLayer;

use super::{LONGEST_BODY, declared_length, is_over_limit, is_readable, measure, operator_api};
use crate::context::{App, OperatorPage};
use crate::front::OperatorFront;
use crate::operator_api::{self as operator_api_flow, ApiProblem};
use crate::web::{Problem, machine};
use crate::{operator_console, operator_sign_in};

/// The operators' service; `None` where none is configured.
pub fn service(app: App) -> Option<OperatorFront> {
    let host = app.config.operator.authority()?;
    Some(OperatorFront::new(app.clone(), routes(app), host))
}

fn routes(app: App) -> Router {
    sign_in()
        .merge(operator_console::router(&app))
        .route_layer(middleware::from_fn(measure))
        .merge(operator_api::routes(&app))
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn_with_state(app.clone(), refuse_unreadable))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a request panicked");
            machine::fault(false)
        }))
        .with_state(app)
}

/// The way in and out.
fn sign_in() -> Router<App> {
    Router::new()
        .route("/sign-in", get(operator_sign_in::get).post(operator_sign_in::post))
        .route("/sign-in/second-factor", get(operator_sign_in::second_factor).post(operator_sign_in::post_code))
        .route("/sign-in/passkey/options", post(operator_sign_in::passkey_options))
        .route("/sign-in/passkey", post(operator_sign_in::post_passkey))
        .route("/sign-out", post(operator_sign_in::sign_out))
        .route("/signed-out", get(operator_sign_in::signed_out))
        .route("/enrolment", get(operator_sign_in::enrolment).post(operator_sign_in::choose_password))
        .route(
            "/enrolment/second-factor",
            get(operator_sign_in::enrolment_factor).post(operator_sign_in::enrol_authenticator),
        )
        .route("/enrolment/passkey/options", post(operator_sign_in::enrolment_passkey_options))
        .route("/enrolment/passkey", post(operator_sign_in::enrol_passkey))
        .route("/enrolment/done", get(operator_sign_in::enrolment_done))
}

async fn not_found(page: OperatorPage, uri: Uri) -> Response {
    refuse(&page, &uri, &Problem::NotFound)
}

/// axum adds the `Allow` header of the path.
async fn not_allowed(page: OperatorPage, uri: Uri) -> Response {
    let mut response = refuse(&page, &uri, &Problem::MethodNotAllowed { allow: "" });
    response.headers_mut().remove(http::header::ALLOW);
    response
}

/// A program is answered with a problem document, a person with a page.
fn refuse(page: &OperatorPage, uri: &Uri, problem: &Problem) -> Response {
    if !uri.path().starts_with("/api/") {
        return page.refuse(problem);
    }
    let (code, detail) = match problem {
        Problem::NotFound => ("not_found", "There is no such path."),
        Problem::MethodNotAllowed { .. } => ("method_not_allowed", "The path has other methods."),
        Problem::RequestTooLarge => ("too_large", "The body is larger than any request of this API."),
        _ => ("body_invalid", "The body broke off."),
    };
    operator_api_flow::refuse(&page.request, ApiProblem::new(code, detail))
}

/// axum would answer an oversized body or a path that is no text in its own words, without a reference.
async fn refuse_unreadable(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let problem = match (is_readable(parts.uri.path()), declared_length(&parts.headers)) {
        (false, _) => Problem::NotFound,
        (_, Some(length)) if length > LONGEST_BODY => Problem::RequestTooLarge,
        _ => match axum::body::to_bytes(body, LONGEST_BODY).await {
            Ok(body) => return next.run(Request::from_parts(parts, body.into())).await,
            Err(error) if is_over_limit(&error) => Problem::RequestTooLarge,
            Err(_) => Problem::RequestMalformed { detail: "the body broke off".into() },
        },
    };
    match OperatorPage::from_request_parts(&mut parts, &app).await {
        Ok(page) => refuse(&page, &parts.uri, &problem),
        Err(response) => response,
    }
}
