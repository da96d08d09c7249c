//! The JSON API's list of routes: method, path, what it takes, and who answers.

use axum::routing::{delete, get, post, put};
use axum::{Extension, Router, middleware};

use super::measure;
use crate::context::App;
use crate::operator::Permission;
use crate::operator_api::{Needs, Route, Routes, get_document, get_reader, guard};
use crate::operator_api::{
    accounts, api_keys, audit_events, brands, clients, connections, contract_changes, contracts, explanations,
    operators, settings, signing_keys,
};

macro_rules! routes {
    ($($method:ident $path:literal $permission:ident $handler:path;)*) => {
        /// Every route of the API.
        pub const ROUTES: &[Route] = &[$(Route {
            method: stringify!($method),
            path: $path,
            permission: Permission::$permission,
        }),*];

        /// Each behind the guard, which is told what the route takes: no handler can be reached past it.
        fn guarded(app: &App) -> Router<App> {
            Router::new()$(.route(
                $path,
                $method($handler)
                    .route_layer(middleware::from_fn_with_state(app.clone(), guard))
                    .route_layer(Extension(Needs(Permission::$permission))),
            ))*
        }
    };
}

routes! {
    get "/api/v1/brands" BrandsRead brands::list;
    get "/api/v1/brands/{brand}" BrandsRead brands::get;
    get "/api/v1/contracts" ContractsRead contracts::list;
    post "/api/v1/contracts" ContractsWrite contracts::create;
    get "/api/v1/contracts/{contract_id}" ContractsRead contracts::get;
    put "/api/v1/contracts/{contract_id}/name" ContractsWrite contract_changes::rename;
    put "/api/v1/contracts/{contract_id}/plan" ContractsWrite contract_changes::plan;
    put "/api/v1/contracts/{contract_id}/state" ContractsWrite contract_changes::state;
    put "/api/v1/contracts/{contract_id}/access-path" ContractsWrite contract_changes::access_path;
    put "/api/v1/contracts/{contract_id}/second-factor" ContractsWrite contract_changes::second_factor;
    get "/api/v1/contracts/{contract_id}/accounts" AccountsRead accounts::list;
    get "/api/v1/contracts/{contract_id}/accounts/{sub}" AccountsRead accounts::get;
    post "/api/v1/contracts/{contract_id}/accounts/{sub}/suspend" AccountsSupport accounts::suspend;
    post "/api/v1/contracts/{contract_id}/accounts/{sub}/resume" AccountsSupport accounts::resume;
    post "/api/v1/contracts/{contract_id}/accounts/{sub}/unlock" AccountsSupport accounts::unlock;
    delete "/api/v1/contracts/{contract_id}/accounts/{sub}/second-factor" AccountsSupport accounts::reset_second_factor;
    post "/api/v1/explanations" AccountsRead explanations::ask;
    get "/api/v1/clients" ClientsRead clients::list;
    post "/api/v1/clients" ClientsWrite clients::create;
    get "/api/v1/clients/{client_id}" ClientsRead clients::get;
    put "/api/v1/clients/{client_id}" ClientsWrite clients::update;
    put "/api/v1/clients/{client_id}/state" ClientsWrite clients::state;
    post "/api/v1/clients/{client_id}/secret" ClientsWrite clients::rotate_secret;
    get "/api/v1/connections" ConnectionsRead connections::list;
    get "/api/v1/connections/{connection_id}" ConnectionsRead connections::get;
    put "/api/v1/connections/{connection_id}/state" ConnectionsWrite connections::state;
    put "/api/v1/connections/{connection_id}/networks" ConnectionsWrite connections::networks;
    get "/api/v1/signing-keys" KeysRead signing_keys::list;
    post "/api/v1/signing-keys/rotation" KeysRotate signing_keys::rotate;
    delete "/api/v1/signing-keys/{kid}" KeysRotate signing_keys::withdraw;
    get "/api/v1/audit-events" AuditRead audit_events::list;
    get "/api/v1/audit-events/export" AuditRead audit_events::export;
    get "/api/v1/operators" OperatorsRead operators::list;
    get "/api/v1/api-keys" OperatorsRead api_keys::list;
    delete "/api/v1/api-keys/{api_key_id}" OperatorsWrite api_keys::revoke;
    get "/api/v1/settings" SettingsRead settings::get;
}

/// The API, its document, and the page to read it.
pub fn routes(app: &App) -> Router<App> {
    let documents = Router::new()
        .route("/api/openapi.json", get(get_document))
        .route("/api/docs", get(get_reader))
        .layer(Extension(Routes(ROUTES)));
    guarded(app).merge(documents).route_layer(middleware::from_fn(measure))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::operator_api::document;

    fn operations(document: &Value) -> Vec<(String, String, Value)> {
        let paths = document["paths"].as_object().unwrap();
        let of = |(path, item): (&String, &Value)| {
            let operations = item.as_object().unwrap().clone();
            operations.into_iter().map(|(method, operation)| (method, path.clone(), operation)).collect::<Vec<_>>()
        };
        paths.iter().flat_map(of).collect()
    }

    #[test]
    fn the_document_has_the_routers_routes_and_no_other() {
        let described: BTreeSet<_> =
            operations(&document(Routes(ROUTES))).into_iter().map(|(method, path, _)| (method, path)).collect();
        let routed: BTreeSet<_> = ROUTES.iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
        assert_eq!(described, routed);
        assert_eq!(routed.len(), ROUTES.len());
    }

    #[test]
    fn every_operation_says_what_it_is_and_what_it_takes() {
        let document = document(Routes(ROUTES));
        assert_eq!(document["openapi"], "3.1.0");
        let tags: BTreeSet<_> =
            document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).map(Value::to_string).collect();
        let mut ids = BTreeSet::new();
        for (method, path, operation) in operations(&document) {
            let route = ROUTES.iter().find(|route| route.method == method && route.path == path).unwrap();
            assert_eq!(operation["security"][0]["api_key"][0], route.permission.as_str(), "{method} {path}");
            assert!(ids.insert(operation["operationId"].to_string()), "{method} {path}");
            assert!(
                operation["summary"].as_str().is_some_and(|text| text.ends_with('.')),
                "{method} {path}: {operation}"
            );
            assert!(tags.contains(&operation["tags"][0].to_string()), "{method} {path}");
            // A question is posted because addresses have no place in a URL.
            let asks = method == "get" || path.ends_with("/explanations");
            assert_eq!(asks, route.permission.only_reads(), "{method} {path}");
            for (_, parameter) in path.match_indices('{').map(|(at, _)| (at, &path[at + 1..])) {
                let name = parameter.split('}').next().unwrap();
                let listed = operation["parameters"].as_array().unwrap();
                assert!(listed.iter().any(|p| p["name"] == name && p["in"] == "path"), "{method} {path}: {name}");
            }
            for status in ["401", "403", "429"] {
                assert!(operation["responses"][status]["content"]["application/problem+json"].is_object(), "{path}");
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_member_is_described() {
        let document = document(Routes(ROUTES));
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            for (member, value) in schema["properties"].as_object().into_iter().flatten() {
                assert!(
                    value.to_string().contains("\"description\":"),
                    "{name}.{member} says nothing of itself: {value}"
                );
            }
        }
    }
}
