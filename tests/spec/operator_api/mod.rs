//! The JSON API: who may what, and that every answer keeps its promises.

mod accounts;
mod audit;
mod clients;
mod contracts;
mod idempotency;
mod keys;
mod matrix;
mod problems;

use serde_json::{Value, json};
use tegata::operator::{OperatorRole, Permission};

use crate::support::Operators;

/// A key that may do everything.
pub async fn full(ops: &Operators) -> String {
    ops.key(OperatorRole::Full, Permission::ALL).await
}

/// A contract to be made.
pub fn new_contract(id: &str, email: &str) -> Value {
    json!({ "brand": "VX7", "contract_id": id, "name": "ハワノリ株式会社", "plan": "trial",
        "contractor": { "name": "端場 花子", "email": email } })
}

/// A client to be registered.
pub fn new_client(id: &str) -> Value {
    json!({ "brand": "VX7", "client_id": id, "registration": {
        "client_name": "Files", "redirect_uris": [format!("https://{id}.example/cb")], "scope": "openid email" } })
}
