//! The claims about a user (OpenID Connect Core §5): which were asked for, and what the account says.

use serde_json::{Map, Value};

use crate::account::SignInRecord;
use crate::protocol::claims::{ClaimRequest, ClaimsRequest};
use crate::protocol::scope::Scope;

/// Where the claims are going.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Destination {
    /// Into an ID token: only what the `claims` parameter asks for there, since the access token that comes along
    /// opens the UserInfo endpoint (§5.4); and the brand's own claims.
    IdToken,
    /// Out of the UserInfo endpoint.
    UserInfo,
}

/// The claims that were granted and are known.
pub fn user_claims(
    record: &SignInRecord,
    (scope, claims): (&Scope, &ClaimsRequest),
    access_path: &str,
    destination: Destination,
) -> Map<String, Value> {
    let known = known_claims(record, access_path);
    let mut out = Map::new();
    let mut take = |name: &str| {
        if let Some(value) = known.get(name) {
            out.insert(name.to_owned(), value.clone());
        }
    };
    match destination {
        Destination::UserInfo => scope.claims().for_each(&mut take),
        Destination::IdToken if scope.contains(crate::protocol::scope::CONTRACT) => {
            ["brand", "contract_id", "role", "access_path"].into_iter().for_each(&mut take);
        }
        Destination::IdToken => {}
    }
    let requested = match destination {
        Destination::UserInfo => &claims.userinfo,
        Destination::IdToken => &claims.id_token,
    };
    for (name, request) in requested {
        // §5.5.1: a claim asked for with a value that is not the user's is not returned.
        if known.get(name).is_some_and(|value| fits(value, request)) {
            take(name);
        }
    }
    out
}

fn fits(value: &Value, request: &ClaimRequest) -> bool {
    let wanted: Vec<&Value> = request.value.iter().chain(&request.values).collect();
    wanted.is_empty() || wanted.contains(&value)
}

/// Everything the account can say of itself.
fn known_claims(record: &SignInRecord, access_path: &str) -> Map<String, Value> {
    let account = &record.account;
    let mut known = match serde_json::to_value(&account.profile) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    };
    let mut add = |name: &str, value: Value| known.insert(name.to_owned(), value);
    add("name", account.name.clone().into());
    add("email", account.email.clone().into());
    add("email_verified", account.email_verified_at.is_some().into());
    add("updated_at", account.updated_at.as_seconds().into());
    add("brand", account.brand.as_str().into());
    add("contract_id", record.contract.id.as_str().into());
    add("contract_name", record.contract.name.clone().into());
    add("role", account.role.as_str().into());
    add("access_path", access_path.into());
    known
}
