//! The only lists of routes: here those below an issuer's path, which `front` has taken off; those of the admin
//! console in [`admin`], those of the operators' listener in [`operator`].

mod admin;
pub mod operator;
pub mod operator_api;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts as _, MatchedPath, Path, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use http::request::Parts;
use http::{HeaderMap, Method};
use tower_http::catch_panic::CatchPanicLayer;

use crate::context::{App, Context, PageContext};
use crate::front::Front;
use crate::policy::access_path::AccessPath;
use crate::protocol::Error;
use crate::web::callback::see_other;
use crate::web::{Problem, machine};
use crate::{
    account_menu, active_directory, admin_console, authorize, consent_page, email_change, federation, grant,
    introspection, line_page, login, login_method, logout, passkey_page, recovery, registration, revocation,
    second_factor_page, userinfo,
};

/// The longest request body, in bytes. No form of ours comes near it but those with a file.
const LONGEST_BODY: usize = 64 * 1024;
/// Where programs ask, who read JSON.
const MACHINES: [&str; 4] = ["/token", "/userinfo", "/introspect", "/revoke"];

/// The whole service at the listener of one network: the front door and everything behind it.
pub fn service(app: App, listener: AccessPath) -> Front {
    Front::new(app.clone(), routes(app), listener)
}

fn routes(app: App) -> Router {
    machines()
        .merge(sign_in())
        .merge(line())
        .merge(second_factor())
        .merge(mailed_links())
        .merge(account())
        .merge(upstreams())
        .merge(admin::routes())
        .route_layer(middleware::from_fn(measure))
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn_with_state(app.clone(), refuse_unreadable))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            tracing::error!("a request panicked");
            machine::fault(false)
        }))
        .with_state(app)
}

/// Endpoints for programs.
fn machines() -> Router<App> {
    Router::new()
        .route("/token", post(grant::post).options(|| preflight("POST")).fallback(|| program_only("POST")))
        .route(
            "/userinfo",
            get(userinfo::handle)
                .post(userinfo::handle)
                .options(|| preflight("GET, POST"))
                .fallback(|| program_only("GET, HEAD, POST")),
        )
        .route("/introspect", post(introspection::post).fallback(|| program_only("POST")))
        .route("/revoke", post(revocation::post).options(|| preflight("POST")).fallback(|| program_only("POST")))
}

/// The way in and out.
fn sign_in() -> Router<App> {
    Router::new()
        .route("/", get(home).fallback(only_get))
        .route("/authorize", get(authorize::get).post(authorize::post).fallback(only_get_and_post))
        .route("/interaction/{id}", get(authorize::dispatch).fallback(only_get))
        .route("/login/{id}", get(login::get).post(login::post).fallback(only_get_and_post))
        .route("/login/{id}/passkey", post(passkey_page::sign_in).fallback(only_post))
        .route("/login/{id}/passkey/options", post(passkey_page::sign_in_options).fallback(only_post))
        .route("/login/{id}/upstream/{connection}", post(login::upstream).fallback(only_post))
        .route(
            "/login/{id}/active-directory",
            get(login::active_directory).post(login::post_active_directory).fallback(only_get_and_post),
        )
        .route("/consent/{id}", get(consent_page::get).post(consent_page::post).fallback(only_get_and_post))
        .route("/logout", get(logout::get).post(logout::post).fallback(only_get_and_post))
        .route("/logout/confirm", post(logout::confirm).fallback(only_post))
        .route("/assets/{file}", get(asset).fallback(only_get))
}

/// Line authentication.
fn line() -> Router<App> {
    Router::new()
        .route("/line/{id}", get(line_page::get).post(line_page::post).fallback(only_get_and_post))
        .route("/line/{id}/return", get(line_page::back).fallback(only_get))
}

/// Two-step verification.
fn second_factor() -> Router<App> {
    Router::new()
        .route("/second-factor/{id}", get(second_factor_page::enter).fallback(only_get))
        .route("/second-factor/{id}/phone", post(second_factor_page::post_phone).fallback(only_post))
        .route(
            "/second-factor/{id}/authenticator",
            get(second_factor_page::get_authenticator)
                .post(second_factor_page::post_authenticator)
                .fallback(only_get_and_post),
        )
        .route(
            "/second-factor/{id}/code",
            get(second_factor_page::get_code).post(second_factor_page::post_code).fallback(only_get_and_post),
        )
        .route("/second-factor/{id}/resend", post(second_factor_page::resend).fallback(only_post))
        .route(
            "/second-factor/{id}/recovery",
            get(second_factor_page::get_recovery).post(second_factor_page::post_recovery).fallback(only_get_and_post),
        )
        .route(
            "/second-factor/{id}/recovery-code",
            get(second_factor_page::get_recovery_code)
                .post(second_factor_page::post_recovery_code)
                .fallback(only_get_and_post),
        )
        .route(
            "/second-factor/{id}/recovery-code.txt",
            get(second_factor_page::download_recovery_code).fallback(only_get),
        )
        .route("/second-factor/{id}/done", get(second_factor_page::done).fallback(only_get))
        .route(
            "/second-factor/{id}/passkey",
            get(passkey_page::second_step).post(passkey_page::second_step_post).fallback(only_get_and_post),
        )
        .route("/second-factor/{id}/passkey/options", post(passkey_page::second_step_options).fallback(only_post))
}

/// What mails lead to, and the page that asks for one.
fn mailed_links() -> Router<App> {
    Router::new()
        .route("/lo/forgot", get(recovery::forgotten).post(recovery::request_reset).fallback(only_get_and_post))
        .route("/lo/forgot/sent", get(recovery::reset_requested).fallback(only_get))
        .route("/lo/reset", get(recovery::reset).post(recovery::set_password).fallback(only_get_and_post))
        .route("/lo/reset/done", get(recovery::reset_done).fallback(only_get))
        .route("/lo/unblock", get(recovery::unblock).post(recovery::take_lock_away).fallback(only_get_and_post))
        .route("/lo/unblock/done", get(recovery::unblock_done).fallback(only_get))
        .route("/registration", get(registration::get).post(registration::post).fallback(only_get_and_post))
        .route("/registration/confirm", post(registration::confirm).fallback(only_post))
        .route("/registration/cancel", post(registration::cancel).fallback(only_post))
        .route("/registration/done", get(registration::done).fallback(only_get))
        .route("/registration/upstream/{connection}", post(registration::upstream).fallback(only_post))
        .route("/registration/active-directory", post(registration::active_directory).fallback(only_post))
        .route("/login-method", get(login_method::by_ticket).fallback(only_get))
        .route(
            "/login-method/password",
            get(login_method::password).post(login_method::set_password).fallback(only_get_and_post),
        )
        .route("/login-method/upstream/{connection}", post(login_method::upstream).fallback(only_post))
        .route("/login-method/active-directory", post(login_method::active_directory).fallback(only_post))
        .route("/login-method/done", get(login_method::done).fallback(only_get))
        .route("/email-change", get(email_change::get).post(email_change::post).fallback(only_get_and_post))
        .route("/email-change/done", get(email_change::done).fallback(only_get))
}

/// 認証・契約情報変更メニュー.
fn account() -> Router<App> {
    Router::new()
        .route("/account", get(account_menu::menu).fallback(only_get))
        .route(
            "/account/password",
            get(account_menu::password).post(account_menu::change_password).fallback(only_get_and_post),
        )
        .route("/account/password/done", get(account_menu::password_done).fallback(only_get))
        .route("/account/email", get(account_menu::email).post(account_menu::change_email).fallback(only_get_and_post))
        .route("/account/email/sent", get(account_menu::email_sent).fallback(only_get))
        .route(
            "/account/access-path",
            get(account_menu::access_path::get).post(account_menu::access_path::post).fallback(only_get_and_post),
        )
        .route(
            "/account/access-path/confirm",
            get(account_menu::access_path::confirm).post(account_menu::access_path::change).fallback(only_get_and_post),
        )
        .route("/account/access-path/done", get(account_menu::access_path::done).fallback(only_get))
        .route(
            "/account/second-factor",
            get(account_menu::second_factor::get).post(account_menu::second_factor::post).fallback(only_get_and_post),
        )
        .route(
            "/account/second-factor/confirm",
            get(account_menu::second_factor::confirm)
                .post(account_menu::second_factor::change)
                .fallback(only_get_and_post),
        )
        .route("/account/second-factor/done", get(account_menu::second_factor::done).fallback(only_get))
        .route("/account/contract", get(account_menu::link::contract).fallback(only_get))
        .route("/account/plan", get(account_menu::link::plan).fallback(only_get))
        .route("/account/cancellation", get(account_menu::link::cancellation).fallback(only_get))
        .route("/account/login-method", get(login_method::by_menu).fallback(only_get))
        .route(
            "/account/login-method/password",
            get(login_method::password).post(login_method::set_password).fallback(only_get_and_post),
        )
        .route("/account/login-method/upstream/{connection}", post(login_method::upstream).fallback(only_post))
        .route(
            "/account/active-directory",
            get(active_directory::get).post(active_directory::save).fallback(only_get_and_post),
        )
        .route("/account/active-directory/test", post(active_directory::test).fallback(only_post))
        .route("/account/active-directory/approve", post(active_directory::approve).fallback(only_post))
        .route("/account/passkeys", get(passkey_page::list).post(passkey_page::add).fallback(only_get_and_post))
        .route("/account/passkeys/options", post(passkey_page::add_options).fallback(only_post))
        .route("/account/passkeys/{id}/rename", post(passkey_page::rename).fallback(only_post))
        .route("/account/passkeys/{id}/remove", post(passkey_page::remove).fallback(only_post))
}

/// Back from upstreams, and what they tell us of their own accord.
fn upstreams() -> Router<App> {
    Router::new()
        .route("/callback/{connection}", get(federation::callback).fallback(only_get))
        .route("/callback/{connection}/deauthorize", post(federation::deauthorize).fallback(only_post))
        .route("/callback/{connection}/deletion", post(federation::deletion).fallback(only_post))
        .route("/deletion/{code}", get(federation::deletion_status).fallback(only_get))
        .route("/link/{transaction}", get(federation::link).post(federation::confirm).fallback(only_get_and_post))
        .route("/link/{transaction}/other", post(federation::other).fallback(only_post))
        .route("/ad/{connection}", get(federation::entry).fallback(only_get))
        .route("/ad/{connection}/go", get(federation::go).fallback(only_get))
}

/// An issuer's own address says nothing: on to the service.
async fn home(page: PageContext) -> Response {
    see_other(&page.issuer().service_url)
}

async fn asset(context: Context, Path(file): Path<String>, headers: HeaderMap) -> Response {
    let face = context.app.faces.of(context.issuer().brand.as_str());
    face.assets
        .respond(&file, &headers)
        .unwrap_or_else(|| machine::raw(http::StatusCode::NOT_FOUND, "text/plain", "not found\n"))
}

async fn preflight(methods: &'static str) -> Response {
    machine::preflight(methods)
}

async fn not_found(page: PageContext) -> Response {
    page.refuse(&Problem::NotFound)
}

async fn only_get(page: PageContext) -> Response {
    page.refuse(&Problem::MethodNotAllowed { allow: "GET, HEAD" })
}

async fn only_post(page: PageContext) -> Response {
    page.refuse(&Problem::MethodNotAllowed { allow: "POST" })
}

/// The same for the endpoints of programs, in their language.
async fn program_only(allow: &'static str) -> Response {
    let mut response = machine::error(&Error::invalid_request(format!("the method must be {allow}")), None);
    *response.status_mut() = http::StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(http::header::ALLOW, http::HeaderValue::from_static(allow));
    response
}

async fn only_get_and_post(page: PageContext) -> Response {
    page.refuse(&Problem::MethodNotAllowed { allow: "GET, HEAD, POST" })
}

/// Counts requests and their durations by route, never by what a client wrote into a path.
#[expect(clippy::disallowed_methods, reason = "how long a request took is measured, not decided by")]
async fn measure(route: MatchedPath, request: Request, next: Next) -> Response {
    let began = std::time::Instant::now();
    let method = if request.method() == Method::POST { "POST" } else { "GET" };
    let response = next.run(request).await;
    let status = match response.status().as_u16() {
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    };
    let route = route.as_str().to_owned();
    metrics::counter!("tegata_http_requests_total", "route" => route.clone(), "method" => method, "status" => status)
        .increment(1);
    metrics::histogram!("tegata_http_request_duration_seconds", "route" => route).record(began.elapsed());
    response
}

/// axum would answer an oversized body or a path that is no text in its own words, without a reference.
async fn refuse_unreadable(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let longest = longest_body(parts.uri.path());
    let problem = match (is_readable(parts.uri.path()), declared_length(&parts.headers)) {
        (false, _) => Problem::NotFound,
        (_, Some(length)) if length > longest => Problem::RequestTooLarge,
        _ => match axum::body::to_bytes(body, longest).await {
            Ok(body) => return next.run(Request::from_parts(parts, body.into())).await,
            Err(error) if is_over_limit(&error) => Problem::RequestTooLarge,
            Err(_) => Problem::RequestMalformed { detail: "the body broke off or is not encoded as it says".into() },
        },
    };
    refuse(&app, parts, &problem).await
}

/// A form with a file may be longer than others.
fn longest_body(path: &str) -> usize {
    if path.starts_with(admin_console::IMPORT) { admin_console::LONGEST_IMPORT } else { LONGEST_BODY }
}

fn is_over_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>())
}

/// A program is answered in the protocol's words, a person with a page.
async fn refuse(app: &App, mut parts: Parts, problem: &Problem) -> Response {
    if MACHINES.contains(&parts.uri.path()) {
        let detail = problem.detail().unwrap_or_else(|| format!("the body is longer than {LONGEST_BODY} bytes"));
        let error = Error::invalid_request(detail);
        let mut response = machine::error(&error, None);
        *response.status_mut() = problem.status();
        return response;
    }
    match PageContext::from_request_parts(&mut parts, app).await {
        Ok(page) => page.refuse(problem),
        Err(response) => response,
    }
}

/// No path of ours is written with percent sequences, and what they can hide is no text that a database would take.
fn is_readable(path: &str) -> bool {
    !path.contains('%')
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(http::header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
