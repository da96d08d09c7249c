//! Customers' Active Directory connections: what operators may do about them, and contractors cannot.

use axum::extract::Path;
use bytes::Bytes;
use http::StatusCode;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Fields, Made, etag_of, read};
use super::guard::ApiContext;
use super::problem::{ApiError, ApiProblem, ApiResult, fail, not_found};
use super::query::{List, Query, page_of};
use crate::audit::EventKind;
use crate::id::ConnectionId;
use crate::upstream::connection::{
    AdfsConnection, Clerk, ConnectionState, Endpoints, find_connection_anywhere, list_connections, permit_networks,
    switch_connection,
};

/// A contract's Active Directory connection, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = Connection)]
pub struct ConnectionView {
    /// Its id (接続ID).
    #[schema(example = "adfs-0123456789abcdef")]
    connection_id: String,
    /// The brand.
    brand: String,
    /// The contract.
    contract_id: String,
    /// Whether it may be used.
    state: ConnectionState,
    /// Whether the contractor has set it up.
    is_set_up: bool,
    /// The issuer.
    issuer: String,
    /// Our client id there.
    client_id: String,
    /// The claim accounts are keyed by.
    subject_claim: String,
    /// Private networks it may be reached in.
    permitted_networks: Vec<String>,
    /// By how many seconds its clock may differ.
    clock_leeway_seconds: u64,
    /// The endpoints in use.
    endpoints: Vec<String>,
    /// Endpoints that wait for approval.
    staged_endpoints: Vec<String>,
    /// What was wrong with it the last time.
    trouble: Option<String>,
    /// Last change.
    #[schema(format = "date-time")]
    updated_at: String,
}

impl ConnectionView {
    fn of(connection: &AdfsConnection) -> Self {
        let addresses = |endpoints: &Option<Endpoints>| endpoints.as_ref().map(addresses).unwrap_or_default();
        Self {
            connection_id: connection.id.to_string(),
            brand: connection.brand.to_string(),
            contract_id: connection.contract_id.to_string(),
            state: connection.state,
            is_set_up: connection.is_set_up(),
            issuer: connection.settings.issuer.clone(),
            client_id: connection.settings.client_id.clone(),
            subject_claim: connection.settings.subject_claim.clone(),
            permitted_networks: connection.permitted_networks.iter().map(ToString::to_string).collect(),
            clock_leeway_seconds: connection.clock_leeway.as_secs(),
            endpoints: addresses(&connection.endpoints),
            staged_endpoints: addresses(&connection.staged),
            trouble: connection.trouble.clone(),
            updated_at: connection.updated_at.to_rfc3339(),
        }
    }
}

fn addresses(endpoints: &Endpoints) -> Vec<String> {
    let Endpoints { authorization, token, jwks, .. } = endpoints;
    [Some(authorization), Some(token), jwks.as_ref()].into_iter().flatten().map(ToString::to_string).collect()
}

/// A new state.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectionStateChange {
    /// `disabled`: nobody signs in through it.
    state: ConnectionState,
}

/// Private networks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworksChange {
    /// Networks in CIDR notation; an empty list: none but the internet.
    #[schema(example = json!(["10.1.0.0/16"]))]
    permitted_networks: Vec<String>,
}

/// Lists connections, in the order of their ids.
#[utoipa::path(get, path = "/api/v1/connections", tag = "connections", operation_id = "list_connections",
    params(("brand" = Option<String>, Query, description = "Of this brand alone; required for a key of several brands."),
        ("state" = Option<ConnectionState>, Query, description = "In this state alone."),
        ("limit" = Option<u16>, Query, description = "The most items, 1 to 200; 50 unless given."),
        ("cursor" = Option<String>, Query, description = "The next_cursor of the page before.")),
    responses((status = 200, description = "The connections.", body = List<ConnectionView>)))]
pub async fn list(api: ApiContext) -> ApiResult {
    let query = Query::read(&api, &["brand", "state", "limit", "cursor"])?;
    let (brand, state) = (api.brand_filter(query.get("brand")?)?, query.parse::<ConnectionState>("state")?);
    let mut found = list_connections(&api.app.db, brand.as_ref()).await?;
    found.retain(|connection| state.is_none_or(|state| connection.state == state));
    found.sort_by(|a, b| a.id.cmp(&b.id));
    let after = query.cursor::<1>()?.map(|[id]| id);
    let page = page_of(found, |connection| connection.id.as_str(), (after.as_deref(), query.limit()?));
    let items = page.items.iter().map(ConnectionView::of).collect();
    Ok(Made::new(StatusCode::OK, &List { items, next_cursor: page.next_cursor })?.respond())
}

/// Shows a connection.
#[utoipa::path(get, path = "/api/v1/connections/{connection_id}", tag = "connections", operation_id = "get_connection",
    params(("connection_id" = String, Path, description = "Its id.")),
    responses((status = 200, description = "The connection.", body = ConnectionView,
            headers(("ETag" = String, description = "Its version, for If-Match."))),
        (status = 404, description = "There is none.", body = ApiProblem)))]
pub async fn get(api: ApiContext, Path(id): Path<String>) -> ApiResult {
    shown(&find(&api, &id).await?)
}

/// Enables or disables a connection.
#[utoipa::path(put, path = "/api/v1/connections/{connection_id}/state", tag = "connections",
    operation_id = "change_connection_state",
    params(("connection_id" = String, Path, description = "Its id.")),
    request_body = ConnectionStateChange,
    responses((status = 200, description = "The connection.", body = ConnectionView),
        (status = 409, description = "It is so already.", body = ApiProblem)))]
pub async fn state(api: ApiContext, Path(id): Path<String>, body: Bytes) -> ApiResult {
    let ConnectionStateChange { state } = read(&api, &body)?;
    let connection = find(&api, &id).await?;
    api.check_match(&etag_of(&ConnectionView::of(&connection)), false)?;
    let mut tx = api.app.db.begin().await?;
    if !switch_connection(&mut tx, &clerk(&api), &connection, state).await? {
        return fail("already_so", format!("The connection is {state} already."));
    }
    tx.commit().await?;
    shown(&find(&api, &id).await?)
}

/// Says which private networks a connection may be reached in.
#[utoipa::path(put, path = "/api/v1/connections/{connection_id}/networks", tag = "connections",
    operation_id = "change_connection_networks",
    params(("connection_id" = String, Path, description = "Its id."),
        ("If-Match" = Option<String>, Header, description = "The ETag of what was read.")),
    request_body = NetworksChange,
    responses((status = 200, description = "The connection.", body = ConnectionView),
        (status = 422, description = "A network cannot be read.", body = ApiProblem)))]
pub async fn networks(api: ApiContext, Path(id): Path<String>, body: Bytes) -> ApiResult {
    let wish: NetworksChange = read(&api, &body)?;
    let mut fields = Fields::default();
    let mut networks = Vec::new();
    for text in &wish.permitted_networks {
        match text.parse::<IpNet>() {
            Ok(network) => networks.push(network),
            Err(_) => fields.add("permitted_networks", format!("{text} is no network: write 10.1.0.0/16")),
        }
    }
    if networks.len() > 20 {
        fields.add("permitted_networks", "has 20 networks at the most");
    }
    fields.finish()?;
    let connection = find(&api, &id).await?;
    api.check_match(&etag_of(&ConnectionView::of(&connection)), false)?;
    let mut tx = api.app.db.begin().await?;
    permit_networks(&mut tx, &clerk(&api), (&connection, &networks)).await?;
    tx.commit().await?;
    shown(&find(&api, &id).await?)
}

async fn find(api: &ApiContext, id: &str) -> Result<AdfsConnection, ApiError> {
    let found = find_connection_anywhere(&api.app.db, &ConnectionId::new(id)).await?;
    found.filter(|connection| api.key.covers(&connection.brand)).map_or_else(not_found, Ok)
}

fn shown(connection: &AdfsConnection) -> ApiResult {
    let view = ConnectionView::of(connection);
    Ok(Made::new(StatusCode::OK, &view)?.tagged(etag_of(&view)).respond())
}

fn clerk(api: &ApiContext) -> Clerk<'_> {
    Clerk { random: &api.app.random, now: api.now, event: api.event(EventKind::ConnectionChanged) }
}
