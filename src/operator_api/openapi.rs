//! The OpenAPI 3.1 document, generated from the handlers; what the router adds to each (the permission, and the answers
//! of the guard) is written in from the router's own list.

use std::sync::OnceLock;

use axum::Extension;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::problem::{ApiProblem, FieldProblem};
use super::{
    accounts, api_keys, audit_events, brands, clients, connections, contract_changes, contracts, explanations,
    operators, settings, signing_keys,
};
use crate::operator::Permission;
use crate::web::machine;

/// One route of the API, as the router has it.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `get`, `post`, `put` or `delete`.
    pub method: &'static str,
    /// Its path, parameters in braces.
    pub path: &'static str,
    /// What it takes.
    pub permission: Permission,
}

/// The router's list.
#[derive(Clone, Copy)]
pub struct Routes(pub &'static [Route]);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tegata operators' API",
        description = "What the contract system and other programs of the house drive. Present an API key as \
                       `Authorization: Bearer …`; its scopes are named at each operation. Errors are problem documents \
                       (RFC 9457). Lists are turned with `cursor` and `limit`. A POST that makes something can be \
                       repeated with the same `Idempotency-Key` for a day. Times are RFC 3339 in UTC."
    ),
    tags(
        (name = "brands", description = "The services, as they are configured."),
        (name = "contracts", description = "Customer companies: the contract system drives plan and state."),
        (name = "accounts", description = "A contract's people."),
        (name = "clients", description = "Client applications."),
        (name = "connections", description = "Customers' own Active Directories."),
        (name = "signing keys", description = "What tokens are signed with."),
        (name = "audit log", description = "What happened."),
        (name = "operators", description = "Staff, and the keys of this API."),
        (name = "settings", description = "What the service runs with.")
    ),
    paths(
        brands::list, brands::get,
        contracts::list, contracts::create, contracts::get,
        contract_changes::rename, contract_changes::plan, contract_changes::state, contract_changes::access_path,
        contract_changes::second_factor,
        accounts::list, accounts::get, accounts::suspend, accounts::resume, accounts::unlock,
        accounts::reset_second_factor, explanations::ask,
        clients::list, clients::create, clients::get, clients::update, clients::state, clients::rotate_secret,
        connections::list, connections::get, connections::state, connections::networks,
        signing_keys::list, signing_keys::rotate, signing_keys::withdraw,
        audit_events::list, audit_events::export,
        operators::list, api_keys::list, api_keys::revoke,
        settings::get
    ),
    components(schemas(ApiProblem, FieldProblem))
)]
struct Document;

/// The document, for the routes as they are.
pub fn document(Routes(routes): Routes) -> Value {
    let mut document = serde_json::to_value(Document::openapi()).unwrap_or_default();
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document["servers"] = json!([{ "url": "/", "description": "The operators' listener." }]);
    document["components"]["securitySchemes"] = json!({ "api_key": {
        "type": "http", "scheme": "bearer",
        "description": "An API key, made in the operators' console or by `tegata operator key create`."
    } });
    for route in routes {
        if let Some(operation) = document["paths"].get_mut(route.path).and_then(|path| path.get_mut(route.method)) {
            complete(operation, route.permission);
        }
    }
    document
}

/// What the guard in front of every handler adds.
fn complete(operation: &mut Value, permission: Permission) {
    operation["security"] = json!([{ "api_key": [permission.as_str()] }]);
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, description) in [
        ("401", "The API key is missing, unknown, expired or revoked."),
        ("403", "The API key does not allow this."),
        ("429", "The API key made too many requests."),
        ("503", "The database does not answer."),
    ] {
        responses.entry(status).or_insert_with(|| json!({ "description": description }));
    }
    for (status, response) in responses.iter_mut() {
        let problem = status.starts_with('4') || status.starts_with('5');
        if problem {
            let schema = json!({ "$ref": "#/components/schemas/Problem" });
            let mut content = Map::new();
            content.insert("application/problem+json".to_owned(), json!({ "schema": schema }));
            response["content"] = Value::Object(content);
        }
    }
}

/// `GET /api/openapi.json`.
pub async fn get(Extension(routes): Extension<Routes>) -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document(routes).to_string());
    machine::raw(StatusCode::OK, "application/json", text.as_str())
}
