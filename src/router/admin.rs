//! The routes of the admin console (管理コンソール).

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::{only_get, only_get_and_post, only_post};
use crate::admin_console;
use crate::context::App;

/// The pages of a contract's contractor and administrators.
pub fn routes() -> Router<App> {
    let longer = || DefaultBodyLimit::max(admin_console::LONGEST_IMPORT);
    Router::new()
        .route("/admin", get(admin_console::top).fallback(only_get))
        .route("/admin/users", get(admin_console::users).fallback(only_get))
        .route(
            "/admin/users/invite",
            get(admin_console::invitation).post(admin_console::invite).fallback(only_get_and_post),
        )
        .route(
            admin_console::IMPORT,
            get(admin_console::import).post(admin_console::check_import).fallback(only_get_and_post).layer(longer()),
        )
        .route("/admin/users/import/send", post(admin_console::send_import).fallback(only_post).layer(longer()))
        .route(
            "/admin/users/import/lines.csv",
            post(admin_console::download_import).fallback(only_post).layer(longer()),
        )
        .route("/admin/users/{subject}", get(admin_console::user).fallback(only_get))
        .route(
            "/admin/users/{subject}/email",
            get(admin_console::change_sign_in).post(admin_console::request_change).fallback(only_get_and_post),
        )
        .route("/admin/users/{subject}/email/cancel", post(admin_console::cancel_change).fallback(only_post))
        .route(
            "/admin/users/{subject}/{act}",
            get(admin_console::act).post(admin_console::perform).fallback(only_get_and_post),
        )
        .route(
            "/admin/line-authentication",
            get(admin_console::lines).post(admin_console::save_lines).fallback(only_get_and_post),
        )
        .route("/admin/sign-ins", get(admin_console::sign_ins).fallback(only_get))
        .route("/admin/sign-ins.csv", get(admin_console::export_sign_ins).fallback(only_get))
        .route("/admin/line-authentication/done", get(admin_console::lines_done).fallback(only_get))
        .route("/admin/line-authentication/{line}", get(admin_console::line).fallback(only_get))
        .route("/admin/line-authentication/{line}/label", post(admin_console::label_line).fallback(only_post))
        .route("/admin/line-authentication/{line}/remove", post(admin_console::remove_line).fallback(only_post))
}
