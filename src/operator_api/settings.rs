//! The settings that this node runs with. None of them is a secret: those are files, of which the names are shown.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::body::Made;
use super::guard::ApiContext;
use super::problem::ApiResult;
use super::query::Query;

/// The settings of the node that answered.
#[derive(Serialize, ToSchema)]
pub struct Settings {
    /// The program's version.
    version: &'static str,
    /// The sections of the configuration, defaults included.
    #[schema(value_type = Object)]
    settings: Value,
}

/// Shows the settings that the node runs with.
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings", operation_id = "get_settings",
    responses((status = 200, description = "The settings.", body = Settings)))]
pub async fn get(api: ApiContext) -> ApiResult {
    Query::read(&api, &[])?;
    api.everywhere()?;
    let settings = api.app.config.shown();
    Ok(Made::new(StatusCode::OK, &Settings { version: env!("CARGO_PKG_VERSION"), settings })?.respond())
}
