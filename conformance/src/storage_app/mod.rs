//! The sample storage application: an ordinary OpenID Connect relying party, one instance for all brands.
//!
//! OpenID Connect Core 1.0 §3.1 (code flow) with PKCE (RFC 7636), `iss` (RFC 9207), RP-Initiated Logout 1.0.
//!
//! ```text
//! /VX7 ─(no session)─> /VX7/login ─> provider ─> /VX7/callback ─> /VX7
//!   └─POST /VX7/logout ─> provider ─> /VX7/logged-out ─> /VX7/goodbye
//! ```
//!
//! A brand's partner application (`/VX7/partner`) is the same code with a third-party client: it shows the consent page.
//! It must not: know anything about the provider beyond its issuer URL, keep anything on disk, need JavaScript.

mod bounded;
mod config;
mod cookie;
mod home;
mod http;
mod language;
mod look;
mod page;
mod party;
mod provider;
mod session;
mod sign_in;
mod sign_out;
mod text;
mod trouble;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};
use std::sync::Arc;
use tokio::net::TcpListener;

pub use config::{Brand, Config, Partner};

use party::{Party, Shared};

/// The whole application for `config`, ready to be served or called in-process.
///
/// # Errors
/// A URL in `config` that is none, or a TLS set-up that cannot be made.
pub fn router(config: Config) -> anyhow::Result<Router> {
    let shared = Arc::new(Shared::new(config)?);
    let mut router = Router::new()
        .route("/", get(home::brands))
        .route("/assets/app.css", get(look::base))
        .route("/assets/app.svg", get(look::icon))
        .route("/assets/{file}", get(look::brand))
        .with_state(shared.clone());
    for party in party::all(&shared)? {
        let party = Arc::new(party);
        router = router.nest(&party.path.clone(), party_routes().with_state(party));
    }
    Ok(router
        .fallback(page::not_found)
        .layer(middleware::from_fn_with_state(shared, page::headers))
        .layer(axum::extract::DefaultBodyLimit::max(16 * 1024)))
}

/// Serves `config` on `listener` until the future is dropped.
///
/// # Errors
/// As [`router`], or when the listener breaks.
pub async fn serve(listener: TcpListener, config: Config) -> anyhow::Result<()> {
    Ok(axum::serve(listener, router(config)?).await?)
}

fn party_routes() -> Router<Arc<Party>> {
    Router::new()
        .route("/", get(home::main))
        .route("/login", get(sign_in::login))
        .route("/callback", get(sign_in::callback))
        // GET: the language switch and the reload button of a page that answered a POST.
        .route("/refresh", post(home::refresh).get(home::back_to_main))
        .route("/logout", post(sign_out::logout).get(home::back_to_main))
        .route("/logged-out", get(sign_out::logged_out))
        .route("/goodbye", get(sign_out::goodbye))
}
