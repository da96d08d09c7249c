//! The list of routes of the operators' listener. Nothing of it is reachable on any other.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;

use super::LONGEST_BODY;
use crate::context::{App, OperatorPage};
use crate::front::OperatorFront;
use crate::web::{Problem, machine};

/// The operators' service; `None` where none is configured.
pub fn service(app: App) -> Option<OperatorFront> {
    let host = app.config.operator.authority()?;
    Some(OperatorFront::new(app.clone(), routes(app), host))
}

fn routes(app: App) -> Router {
    Router::new()
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a request panicked");
            machine::fault(false)
        }))
        .with_state(app)
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
