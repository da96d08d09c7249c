//! Client applications: registered, changed, switched, their secrets replaced.

use std::time::Duration;

use axum::extract::Path;
use bytes::Bytes;
use http::StatusCode;

use super::BASE;
use super::body::{Fields, Made, read};
use super::client_wire::{
    ClientRegistration, ClientStateChange, ClientView, ClientWithSecret, NewClientBody, SecretRotation,
};
use super::guard::ApiContext;
use super::idempotency::Begun;
use super::problem::{ApiError, ApiProblem, ApiResult, fail, not_found};
use super::query::{List, Query, page_of};
use crate::client::registration::{
    NewClient, SecretChange, change_client, check_id, configured_lifetimes, made_id, problems, register_client,
    rotate_client_secret, secret_change, switch_client,
};
use crate::client::{Client, ClientState, Registration, find_client, load_clients, read_client};
use crate::id::{BrandCode, ClientId};
use crate::secret::Secret;

/// How long a former secret stays good unless a request says otherwise.
const OVERLAP: Duration = Duration::from_hours(24);
/// How long at the most.
const LONGEST_OVERLAP: Duration = Duration::from_hours(24 * 30);

/// Lists client applications, in the order of their ids.
#[utoipa::path(get, path = "/api/v1/clients", tag = "clients", operation_id = "list_clients",
    params(("brand" = Option<String>, Query, description = "Of this brand alone; required for a key of several brands."),
        ("state" = Option<ClientState>, Query, description = "In this state alone."),
        ("limit" = Option<u16>, Query, description = "The most items, 1 to 200; 50 unless given."),
        ("cursor" = Option<String>, Query, description = "The next_cursor of the page before.")),
    responses((status = 200, description = "The clients, without their secrets.", body = List<ClientView>)))]
pub async fn list(api: ApiContext) -> ApiResult {
    let query = Query::read(&api, &["brand", "state", "limit", "cursor"])?;
    let (brand, state) = (api.brand_filter(query.get("brand")?)?, query.parse::<ClientState>("state")?);
    let fits = |client: &Client| {
        brand.as_ref().is_none_or(|brand| client.brand == *brand) && state.is_none_or(|state| client.state == state)
    };
    let mut clients: Vec<Client> = load_clients(&api.app.db).await?.into_iter().filter(fits).collect();
    clients.sort_by(|a, b| a.id.cmp(&b.id));
    let after = query.cursor::<1>()?.map(|[id]| id);
    let page = page_of(clients, |client| client.id.as_str(), (after.as_deref(), query.limit()?));
    let items = page.items.iter().map(ClientView::of).collect();
    Ok(Made::new(StatusCode::OK, &List { items, next_cursor: page.next_cursor })?.respond())
}

/// Shows a client application.
#[utoipa::path(get, path = "/api/v1/clients/{client_id}", tag = "clients", operation_id = "get_client",
    params(("client_id" = String, Path, description = "Its client_id.")),
    responses((status = 200, description = "The client, without its secret.", body = ClientView,
            headers(("ETag" = String, description = "Its version, for If-Match."))),
        (status = 404, description = "There is none.", body = ApiProblem)))]
pub async fn get(api: ApiContext, Path(id): Path<String>) -> ApiResult {
    let client = find(&api, &id).await?;
    Ok(Made::new(StatusCode::OK, &ClientView::of(&client))?.tagged(etag(&client)).respond())
}

/// Registers a client application. Its secret is in the answer, this once.
#[utoipa::path(post, path = "/api/v1/clients", tag = "clients", operation_id = "create_client",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat for a day.")),
    request_body = NewClientBody,
    responses((status = 201, description = "The client with its secret.", body = ClientWithSecret),
        (status = 409, description = "The id is taken.", body = ApiProblem),
        (status = 422, description = "Fields are wrong.", body = ApiProblem)))]
pub async fn create(api: ApiContext, body: Bytes) -> ApiResult {
    let wish: NewClientBody = read(&api, &body)?;
    let brand = api.issuer(&BrandCode::new(&wish.brand))?.brand.clone();
    let mut fields = Fields::default();
    let id = match wish.client_id.as_deref().map(check_id) {
        None => made_id(&api.app.random),
        Some(Ok(id)) => id,
        Some(Err(why)) => {
            fields.add("client_id", why);
            made_id(&api.app.random)
        }
    };
    let registration = checked(&api, wish.registration, fields)?;
    let uses_secret = registration.metadata.token_endpoint_auth_method.uses_secret();
    let secret = uses_secret.then(|| Secret::new(api.app.random.token()));
    let new = NewClient { brand, id, registration, secret };
    let (mut tx, ticket) = match api.begin(&body).await? {
        Begun::Go(tx, ticket) => (tx, ticket),
        Begun::Again(response) => return Ok(response),
    };
    if !register_client(&mut tx, &api.clerk(), &api.app.master, &new).await? {
        return fail("id_taken", "There is a client with this id.");
    }
    let Some(client) = read_client(&mut tx, &new.id).await? else { return not_found() };
    let made = with_secret(StatusCode::CREATED, &client, new.secret.as_ref())?;
    api.finish(tx, ticket, &made.at(format!("{BASE}/clients/{}", new.id))).await
}

/// Replaces what is registered of a client application: all of it, redirect URIs of both issuers included.
#[utoipa::path(put, path = "/api/v1/clients/{client_id}", tag = "clients", operation_id = "update_client",
    params(("client_id" = String, Path, description = "Its client_id."),
        ("If-Match" = String, Header, description = "The ETag of what was read; required.")),
    request_body = ClientRegistration,
    responses((status = 200, description = "The client; with a secret when it did not need one before.",
            body = ClientWithSecret),
        (status = 412, description = "It was changed meanwhile.", body = ApiProblem),
        (status = 422, description = "Fields are wrong.", body = ApiProblem),
        (status = 428, description = "If-Match is missing.", body = ApiProblem)))]
pub async fn update(api: ApiContext, Path(id): Path<String>, body: Bytes) -> ApiResult {
    let wish: ClientRegistration = read(&api, &body)?;
    let client = find(&api, &id).await?;
    api.check_match(&etag(&client), true)?;
    let registration = checked(&api, wish, Fields::default())?;
    let secret = secret_change(&client, &registration, &api.app.random);
    let mut tx = api.app.db.begin().await?;
    let change = (&client, &registration, &secret);
    if !change_client(&mut tx, &api.clerk(), &api.app.master, change).await? {
        return changed();
    }
    let Some(client) = read_client(&mut tx, &client.id).await? else { return not_found() };
    tx.commit().await?;
    let secret = match &secret {
        SecretChange::New(secret) => Some(secret),
        SecretChange::Keep | SecretChange::Drop => None,
    };
    Ok(with_secret(StatusCode::OK, &client, secret)?.respond())
}

/// Enables or disables a client application.
#[utoipa::path(put, path = "/api/v1/clients/{client_id}/state", tag = "clients", operation_id = "change_client_state",
    params(("client_id" = String, Path, description = "Its client_id.")),
    request_body = ClientStateChange,
    responses((status = 200, description = "The client.", body = ClientView),
        (status = 409, description = "It is so already.", body = ApiProblem)))]
pub async fn state(api: ApiContext, Path(id): Path<String>, body: Bytes) -> ApiResult {
    let ClientStateChange { state } = read(&api, &body)?;
    let client = find(&api, &id).await?;
    api.check_match(&etag(&client), false)?;
    let mut tx = api.app.db.begin().await?;
    if !switch_client(&mut tx, &api.clerk(), &client, state).await? {
        return fail("already_so", format!("The client is {state} already."));
    }
    let Some(client) = read_client(&mut tx, &client.id).await? else { return not_found() };
    tx.commit().await?;
    Ok(Made::new(StatusCode::OK, &ClientView::of(&client))?.tagged(etag(&client)).respond())
}

/// Gives a client application a new secret, shown this once. The former one stays good for a while.
#[utoipa::path(post, path = "/api/v1/clients/{client_id}/secret", tag = "clients", operation_id = "rotate_client_secret",
    params(("client_id" = String, Path, description = "Its client_id."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat for a day.")),
    request_body = SecretRotation,
    responses((status = 201, description = "The client with its new secret.", body = ClientWithSecret),
        (status = 409, description = "It has no secret, or was changed meanwhile.", body = ApiProblem)))]
pub async fn rotate_secret(api: ApiContext, Path(id): Path<String>, body: Bytes) -> ApiResult {
    let wish: SecretRotation = read(&api, &body)?;
    let overlap = wish.overlap_seconds.map_or(OVERLAP, |seconds| Duration::from_secs(seconds.into()));
    if overlap > LONGEST_OVERLAP {
        let mut fields = Fields::default();
        fields.add("overlap_seconds", "is 30 days at the most");
        fields.finish()?;
    }
    let client = find(&api, &id).await?;
    if !client.metadata.token_endpoint_auth_method.uses_secret() {
        return fail("not_possible", "This client proves itself without a secret.");
    }
    let (mut tx, ticket) = match api.begin(&body).await? {
        Begun::Go(tx, ticket) => (tx, ticket),
        Begun::Again(response) => return Ok(response),
    };
    let secret = Secret::new(api.app.random.token());
    let rotation = (&client, &secret, api.now.plus(overlap));
    if !rotate_client_secret(&mut tx, &api.clerk(), &api.app.master, rotation).await? {
        return changed();
    }
    let Some(client) = read_client(&mut tx, &client.id).await? else { return not_found() };
    api.finish(tx, ticket, &with_secret(StatusCode::CREATED, &client, Some(&secret))?).await
}

/// A client of a brand that the key is good for, from the database: the directory may be a second behind.
async fn find(api: &ApiContext, id: &str) -> Result<Client, ApiError> {
    let found = find_client(&api.app.db, &ClientId::new(id)).await?;
    found.filter(|client| api.key.covers(&client.brand)).map_or_else(not_found, Ok)
}

fn checked(api: &ApiContext, wish: ClientRegistration, mut fields: Fields) -> Result<Registration, ApiError> {
    let registration = wish.into_registration(&mut fields);
    for problem in problems(&registration, &configured_lifetimes(&api.app.config)) {
        fields.add(&format!("registration.{}", problem.field), problem.message);
    }
    fields.finish()?;
    Ok(registration)
}

fn with_secret(status: StatusCode, client: &Client, secret: Option<&Secret<String>>) -> Result<Made, ApiError> {
    let client_secret = secret.map(|secret| secret.expose().clone());
    let body = ClientWithSecret { client: ClientView::of(client), client_secret };
    Ok(Made::new(status, &body)?.tagged(etag(client)))
}

fn etag(client: &Client) -> String {
    format!("\"v{}\"", client.version)
}

fn changed() -> ApiResult {
    fail("changed_meanwhile", "Somebody else changed the client in this very moment: read it again.")
}
