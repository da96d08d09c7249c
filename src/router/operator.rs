//! The list of routes of the operators' listener. Nothing of it is reachable on any other.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use super::{LONGEST_BODY, measure};
use crate::context::{App, OperatorPage};
use crate::front::OperatorFront;
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
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
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

async fn not_found(page: OperatorPage) -> Response {
    page.refuse(&Problem::NotFound)
}

/// axum adds the `Allow` header of the path.
async fn not_allowed(page: OperatorPage) -> Response {
    let mut response = page.refuse(&Problem::MethodNotAllowed { allow: "" });
    response.headers_mut().remove(http::header::ALLOW);
    response
}
