//! The keys of this API: seen and revoked. They are made in the console and from the command line.

use axum::extract::Path;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::Made;
use super::guard::ApiContext;
use super::problem::{ApiProblem, ApiResult, fail, not_found};
use super::query::{List, Query, page_of};
use crate::id::ApiKeyId;
use crate::operator::api_key::{ApiKey, find_api_key, list_api_keys, revoke_api_key};
use crate::operator::{OperatorRole, Permission};
use crate::web::machine;

/// An API key, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct ApiKeyView {
    /// Its id.
    api_key_id: String,
    /// What it is for.
    name: String,
    /// What it may do at the most.
    role: OperatorRole,
    /// What it may do.
    scopes: Vec<Permission>,
    /// At which brands; absent: at all.
    brands: Option<Vec<String>>,
    /// Who made it: an operator's id, or `command line`.
    created_by: String,
    /// When it was made.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it is over.
    #[schema(format = "date-time")]
    expires_at: String,
    /// When it was last used, to the minute.
    #[schema(format = "date-time")]
    last_used_at: Option<String>,
    /// When it was revoked.
    #[schema(format = "date-time")]
    revoked_at: Option<String>,
}

impl ApiKeyView {
    fn of(key: &ApiKey) -> Self {
        Self {
            api_key_id: key.id.to_string(),
            name: key.name.clone(),
            role: key.role,
            scopes: key.scopes.clone(),
            brands: key.brands.as_ref().map(|brands| brands.iter().map(ToString::to_string).collect()),
            created_by: key.created_by.clone(),
            created_at: key.created_at.to_rfc3339(),
            expires_at: key.expires_at.to_rfc3339(),
            last_used_at: key.last_used_at.map(|at| at.to_rfc3339()),
            revoked_at: key.revoked_at.map(|at| at.to_rfc3339()),
        }
    }
}

/// Lists the API keys, in the order of their ids, dead ones included.
#[utoipa::path(get, path = "/api/v1/api-keys", tag = "operators", operation_id = "list_api_keys",
    params(("limit" = Option<u16>, Query, description = "The most items, 1 to 200; 50 unless given."),
        ("cursor" = Option<String>, Query, description = "The next_cursor of the page before.")),
    responses((status = 200, description = "The keys, without their secrets.", body = List<ApiKeyView>)))]
pub async fn list(api: ApiContext) -> ApiResult {
    let query = Query::read(&api, &["limit", "cursor"])?;
    api.everywhere()?;
    let mut keys = list_api_keys(&api.app.db).await?;
    keys.sort_by(|a, b| a.id.cmp(&b.id));
    let after = query.cursor::<1>()?.map(|[id]| id);
    let page = page_of(keys, |key| key.id.as_str(), (after.as_deref(), query.limit()?));
    let items = page.items.iter().map(ApiKeyView::of).collect();
    Ok(Made::new(StatusCode::OK, &List { items, next_cursor: page.next_cursor })?.respond())
}

/// Revokes an API key, from this moment on.
#[utoipa::path(delete, path = "/api/v1/api-keys/{api_key_id}", tag = "operators", operation_id = "revoke_api_key",
    params(("api_key_id" = String, Path, description = "The key's id.")),
    responses((status = 204, description = "It is revoked."),
        (status = 404, description = "There is none.", body = ApiProblem),
        (status = 409, description = "It was revoked before.", body = ApiProblem)))]
pub async fn revoke(api: ApiContext, Path(id): Path<String>) -> ApiResult {
    api.everywhere()?;
    let id = ApiKeyId::new(id);
    if find_api_key(&api.app.db, &id).await?.is_none() {
        return not_found();
    }
    let mut tx = api.app.db.begin().await?;
    if !revoke_api_key(&mut tx, &api.clerk(), &id).await? {
        return fail("already_so", "The key was revoked before.");
    }
    tx.commit().await?;
    Ok(machine::raw(StatusCode::NO_CONTENT, "application/json", axum::body::Body::empty()))
}
