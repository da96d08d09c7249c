//! Brands, as they are configured.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::Made;
use super::guard::ApiContext;
use super::problem::{ApiProblem, ApiResult, not_found};
use super::query::{List, Query};
use crate::config::BrandConfig;

/// A brand.
#[derive(Serialize, ToSchema)]
#[schema(as = Brand)]
pub struct BrandView {
    /// Its code.
    #[schema(example = "VX7")]
    code: String,
    /// Its name.
    name: String,
    /// Its issuer identifier on the internet.
    #[schema(example = "https://login.example/VX7")]
    issuer: String,
    /// Where its service begins.
    service_url: String,
    /// Its issuer identifier on the carrier's network, where it has one.
    line_issuer: Option<String>,
    /// Where its service begins there.
    line_service_url: Option<String>,
    /// What its login page offers.
    login_methods: Vec<String>,
}

impl BrandView {
    fn of(brand: &BrandConfig) -> Self {
        Self {
            code: brand.code.to_string(),
            name: brand.name.clone(),
            issuer: brand.address().identifier(),
            service_url: brand.service_url.to_string(),
            line_issuer: brand.line_address().map(|address| address.identifier()),
            line_service_url: brand.line_service_url.as_ref().map(ToString::to_string),
            login_methods: brand.login_methods.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Lists the brands that the key is good for.
#[utoipa::path(get, path = "/api/v1/brands", tag = "brands", operation_id = "list_brands",
    responses((status = 200, description = "The brands.", body = List<BrandView>)))]
pub async fn list(api: ApiContext) -> ApiResult {
    Query::read(&api, &[])?;
    let brands = api.app.config.brand.iter().filter(|brand| api.key.covers(&brand.code)).map(BrandView::of).collect();
    Ok(Made::new(StatusCode::OK, &List { items: brands, next_cursor: None })?.respond())
}

/// Shows a brand.
#[utoipa::path(get, path = "/api/v1/brands/{brand}", tag = "brands", operation_id = "get_brand",
    params(("brand" = String, Path, description = "The brand's code.")),
    responses((status = 200, description = "The brand.", body = BrandView),
        (status = 404, description = "There is none.", body = ApiProblem)))]
pub async fn get(api: ApiContext, Path(code): Path<String>) -> ApiResult {
    let found = api.app.config.brand.iter().find(|brand| brand.code.as_str() == code);
    let Some(brand) = found.filter(|brand| api.key.covers(&brand.code)) else { return not_found::<Response>() };
    Ok(Made::new(StatusCode::OK, &BrandView::of(brand))?.respond())
}
