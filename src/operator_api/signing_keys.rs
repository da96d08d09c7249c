//! Signing keys: seen, replaced, withdrawn. They are the whole deployment's.

use axum::extract::Path;
use bytes::Bytes;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Made, read};
use super::guard::{ApiContext, fault};
use super::problem::{ApiError, ApiProblem, ApiResult, fail, not_found};
use super::query::{List, Query};
use crate::id::KeyId;
use crate::jose::Algorithm;
use crate::keys::{
    KeyState, RotationError, StoredKey, Urgency, Withdrawn, load_keys, order_rotation, promotion_due, rules,
    withdraw_key,
};
use crate::protocol::signing_algorithm::SigningAlgorithm;
use crate::web::machine;

/// A signing key, without its private part.
#[derive(Serialize, ToSchema)]
#[schema(as = SigningKey)]
pub struct KeyView {
    /// Its `kid`.
    kid: String,
    /// What it signs with.
    #[schema(example = "ES256")]
    alg: String,
    /// `next` waits to sign, `current` signs, `retired` is only published.
    #[schema(example = "current")]
    state: String,
    /// Since when it is in the JWKS.
    #[schema(format = "date-time")]
    published_at: String,
    /// Since when it signs or signed.
    #[schema(format = "date-time")]
    activated_at: Option<String>,
    /// Since when it signs no more.
    #[schema(format = "date-time")]
    retired_at: Option<String>,
    /// When a `next` key takes over.
    #[schema(format = "date-time")]
    takes_over_at: Option<String>,
}

/// An order to replace keys.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// Of this algorithm alone; absent: of all.
    #[serde(default)]
    alg: Option<SigningAlgorithm>,
    /// Use the new keys at once, for one that leaked; otherwise they are published first.
    #[serde(default)]
    immediately: bool,
}

/// Lists the signing keys, the oldest first.
#[utoipa::path(get, path = "/api/v1/signing-keys", tag = "signing keys", operation_id = "list_signing_keys",
    responses((status = 200, description = "The keys.", body = List<KeyView>)))]
pub async fn list(api: ApiContext) -> ApiResult {
    Query::read(&api, &[])?;
    api.everywhere()?;
    shown(&api).await
}

/// Has signing keys replaced before their time.
#[utoipa::path(post, path = "/api/v1/signing-keys/rotation", tag = "signing keys", operation_id = "rotate_signing_keys",
    request_body = Rotation,
    responses((status = 200, description = "The keys as they are now.", body = List<KeyView>),
        (status = 409, description = "A rotation is under way already.", body = ApiProblem)))]
pub async fn rotate(api: ApiContext, body: Bytes) -> ApiResult {
    let wish: Rotation = read(&api, &body)?;
    api.everywhere()?;
    let alg = wish.alg.and_then(|alg| Algorithm::parse(alg.as_str()));
    let urgency = if wish.immediately { Urgency::Immediate } else { Urgency::Announced };
    let ordered = order_rotation((&api.app.db, &api.app.master), &api.clerk(), (alg, urgency)).await;
    match ordered.map_err(of_rotation)? {
        true => shown(&api).await,
        false => fail("already_so", "A rotation is under way already: send immediately to end it at once."),
    }
}

/// Takes a retired key out of the JWKS before its time: nothing it signed verifies any more.
#[utoipa::path(delete, path = "/api/v1/signing-keys/{kid}", tag = "signing keys", operation_id = "withdraw_signing_key",
    params(("kid" = String, Path, description = "The key's kid.")),
    responses((status = 204, description = "It is withdrawn."),
        (status = 404, description = "There is none.", body = ApiProblem),
        (status = 409, description = "It signs, or will: replace it first.", body = ApiProblem)))]
pub async fn withdraw(api: ApiContext, Path(kid): Path<String>) -> ApiResult {
    api.everywhere()?;
    let keys = load_keys(&api.app.db).await?;
    let mut tx = api.app.db.begin().await?;
    match withdraw_key(&mut tx, &api.clerk(), &KeyId::new(kid), &keys).await? {
        Withdrawn::Yes => {
            tx.commit().await?;
            Ok(machine::raw(StatusCode::NO_CONTENT, "application/json", axum::body::Body::empty()))
        }
        Withdrawn::InUse => fail("not_possible", "The key signs, or will: rotate its algorithm immediately first."),
        Withdrawn::Unknown => not_found(),
    }
}

async fn shown(api: &ApiContext) -> ApiResult {
    let rules = rules(&api.app.config);
    let view = |key: &StoredKey| KeyView {
        kid: key.kid.to_string(),
        alg: key.alg.as_str().to_owned(),
        state: key.state.as_str().to_owned(),
        published_at: key.published_at.to_rfc3339(),
        activated_at: key.activated_at.map(|at| at.to_rfc3339()),
        retired_at: key.retired_at.map(|at| at.to_rfc3339()),
        takes_over_at: (key.state == KeyState::Next).then(|| promotion_due(&key.facts(), &rules).to_rfc3339()),
    };
    let items = load_keys(&api.app.db).await?.iter().map(view).collect();
    Ok(Made::new(StatusCode::OK, &List { items, next_cursor: None })?.respond())
}

fn of_rotation(error: RotationError) -> ApiError {
    match error {
        RotationError::Fault(inner) => inner.into(),
        other => fault(other),
    }
}
