//! The operator console: what the service's own staff look at and change (`product.md` §10).
//!
//! | path | what |
//! |---|---|
//! | `/` | what there is, and what wants attention |
//! | `/brands` | the brands as they are configured |
//! | `/contracts` | search, make, change; their people, with the acts that help somebody back in; their lines |
//! | `/clients` | client applications: register, change, replace the secret, try the sign-in |
//! | `/connections`, `/keys` | customers' Active Directories; signing keys |
//! | `/audit`, `/explain` | what happened; why somebody would be let in or not |
//! | `/operators`, `/api-keys`, `/settings` | staff, programs, the settings it runs with |
//!
//! [`routes`] is the one list: path, permission, handlers. The guard in front of each looks the permission up at every
//! request (`security.md` line 89), wants a fresh sign-in where the permission does, and only then hands the handler who
//! it is: one that is not behind the guard has nothing to work with. An act is a page of its own (GET shows what will
//! happen, POST does it) and calls the verb of the domain that the JSON API and the command line call.
//!
//! It must not: hold a rule that the API or the command line does not hold, show a secret twice, show a line's number.

mod account;
mod api_keys;
mod audit;
mod brands;
mod client_form;
mod client_wish;
mod clients;
mod connections;
mod contract_acts;
mod contract_new;
mod contracts;
mod explain;
mod keys;
mod operators;
mod overview;
mod settings;
mod sheet;

use axum::body::Body;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use axum::{Extension, Router};

use crate::context::{App, OperatorContext};
use crate::operator::Permission;

/// Who looks: what the guard hands to a handler.
type Seen = Extension<OperatorContext>;

/// A path of the console.
pub struct Route {
    /// The path, as the router has it.
    pub path: &'static str,
    /// What it takes to open it, whatever the method.
    pub permission: Permission,
    /// Whether it can also be posted to; under a permission that only reads, a POST only asks.
    pub acts: bool,
    handlers: MethodRouter<App>,
}

impl Route {
    const fn shows(path: &'static str, permission: Permission, handlers: MethodRouter<App>) -> Self {
        Self { path, permission, acts: false, handlers }
    }

    const fn acts(path: &'static str, permission: Permission, handlers: MethodRouter<App>) -> Self {
        Self { path, permission, acts: true, handlers }
    }
}

/// Every path of the console.
pub fn routes() -> Vec<Route> {
    use Permission as P;
    vec![
        Route::shows("/", P::BrandsRead, get(overview::get)),
        Route::shows("/brands", P::BrandsRead, get(brands::list)),
        Route::shows("/brands/{brand}", P::BrandsRead, get(brands::get)),
        Route::shows("/contracts", P::ContractsRead, get(contracts::list)),
        Route::acts("/contracts/new", P::ContractsWrite, get(contract_new::get).post(contract_new::post)),
        Route::shows("/contracts/{contract}", P::ContractsRead, get(contracts::get)),
        Route::acts(
            "/contracts/{contract}/{act}",
            P::ContractsWrite,
            get(contract_acts::get).post(contract_acts::post),
        ),
        Route::shows("/contracts/{contract}/accounts/{subject}", P::AccountsRead, get(account::get)),
        Route::acts(
            "/contracts/{contract}/accounts/{subject}/{act}",
            P::AccountsSupport,
            get(account::get_act).post(account::post_act),
        ),
        Route::shows("/clients", P::ClientsRead, get(clients::list)),
        Route::acts("/clients/new", P::ClientsWrite, get(client_form::get_new).post(client_form::post_new)),
        Route::shows("/clients/{client}", P::ClientsRead, get(clients::get)),
        Route::acts("/clients/{client}/edit", P::ClientsWrite, get(client_form::get).post(client_form::post)),
        Route::acts("/clients/{client}/secret", P::ClientsWrite, get(clients::get_secret).post(clients::post_secret)),
        Route::acts("/clients/{client}/state", P::ClientsWrite, get(clients::get_state).post(clients::post_state)),
        Route::shows("/connections", P::ConnectionsRead, get(connections::list)),
        Route::shows("/connections/{connection}", P::ConnectionsRead, get(connections::get)),
        Route::acts(
            "/connections/{connection}/{act}",
            P::ConnectionsWrite,
            get(connections::get_act).post(connections::post_act),
        ),
        Route::shows("/keys", P::KeysRead, get(keys::list)),
        Route::acts("/keys/rotate", P::KeysRotate, get(keys::get_rotate).post(keys::post_rotate)),
        Route::acts("/keys/{kid}/withdraw", P::KeysRotate, get(keys::get_withdraw).post(keys::post_withdraw)),
        Route::shows("/audit", P::AuditRead, get(audit::list)),
        Route::shows("/audit/export", P::AuditRead, get(audit::export)),
        Route::shows("/audit/events/{event}", P::AuditRead, get(audit::get)),
        Route::acts("/explain", P::AccountsRead, get(explain::get).post(explain::post)),
        Route::shows("/operators", P::OperatorsRead, get(operators::list)),
        Route::acts("/operators/new", P::OperatorsWrite, get(operators::get_new).post(operators::post_new)),
        Route::acts(
            "/operators/{operator}/{act}",
            P::OperatorsWrite,
            get(operators::get_act).post(operators::post_act),
        ),
        Route::acts("/api-keys/new", P::OperatorsWrite, get(api_keys::get_new).post(api_keys::post_new)),
        Route::acts(
            "/api-keys/{api_key}/revoke",
            P::OperatorsWrite,
            get(api_keys::get_revoke).post(api_keys::post_revoke),
        ),
        Route::shows("/settings", P::SettingsRead, get(settings::get)),
    ]
}

/// The console's routes, each behind its guard.
pub fn router(app: &App) -> Router<App> {
    routes().into_iter().fold(Router::new(), |router, Route { path, permission, handlers, .. }| {
        let guard = move |State(app): State<App>, request: Request, next: Next| guard(permission, app, request, next);
        router.route(path, handlers.route_layer(middleware::from_fn_with_state(app.clone(), guard)))
    })
}

/// Lets nobody past without the permission; who may not gets the page that says so, and the audit log an event.
async fn guard(permission: Permission, app: App, request: Request<Body>, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let seen = match OperatorContext::from_request_parts(&mut parts, &app).await {
        Ok(seen) => seen,
        Err(response) => return response,
    };
    if let Err(response) = seen.require_fresh(permission, parts.uri.path()) {
        return *response;
    }
    parts.extensions.insert(seen);
    next.run(Request::from_parts(parts, body)).await
}
