//! The control interface: what [`Host`] does, as JSON on its own port, for tests that drive a running demo from
//! outside. `docs/simulators.md` has it as a table.

use super::fault::FaultRule;
use super::host::{Host, KeyAction};
use super::hub::Hub;
use super::kind::Kind;
use super::log::LoggedRequest;
use super::model::{Client, Settings, User};
use super::mutation::Mutation;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serves until the future is dropped.
pub async fn serve(hub: Arc<Hub>, listener: TcpListener) {
    if let Err(error) = axum::serve(listener, router(hub)).await {
        tracing::error!(%error, "the control interface of the simulators ended");
    }
}

fn router(hub: Arc<Hub>) -> Router {
    Router::new()
        .route("/__sim", get(hosts).post(add_host))
        .route("/__sim/{host}/users", get(users).post(put_users))
        .route("/__sim/{host}/clients", get(clients).post(put_clients))
        .route("/__sim/{host}/keys", post(keys))
        .route("/__sim/{host}/clock", post(clock))
        .route("/__sim/{host}/faults", get(faults).post(put_faults).delete(clear_faults))
        .route("/__sim/{host}/mutations", post(mutations))
        .route("/__sim/{host}/settings", get(settings).post(put_settings))
        .route("/__sim/{host}/discovery", post(discovery))
        .route("/__sim/{host}/log", get(log).delete(clear_log))
        .route("/__sim/{host}/reset", post(reset))
        .route("/__sim/{host}/signed-requests", post(super::facebook::callback::control))
        .with_state(hub)
}

/// One or several of a kind.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    Several(Vec<T>),
    One(T),
}

impl<T> OneOrMore<T> {
    fn list(self) -> Vec<T> {
        match self {
            Self::Several(list) => list,
            Self::One(one) => vec![one],
        }
    }
}

/// The host of a path; everything else is 404.
pub fn find(hub: &Hub, name: &str) -> Result<Host, Box<Response>> {
    hub.get(name).ok_or_else(|| Box::new((StatusCode::NOT_FOUND, "no such provider\n").into_response()))
}

/// Finds the host, reads the body, does the work.
fn with_body<T: DeserializeOwned>(hub: &Hub, name: &str, body: &Value, work: impl FnOnce(&Host, T)) -> Response {
    let host = match find(hub, name) {
        Ok(host) => host,
        Err(refusal) => return *refusal,
    };
    match T::deserialize(body) {
        Ok(value) => {
            work(&host, value);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, format!("{error}\n")).into_response(),
    }
}

fn with_host<T: IntoResponse>(hub: &Hub, name: &str, work: impl FnOnce(&Host) -> T) -> Response {
    find(hub, name).map_or_else(|refusal| *refusal, |host| work(&host).into_response())
}

async fn hosts(State(hub): State<Arc<Hub>>) -> Json<Value> {
    let host = |host: &Host| {
        let labels = host.kind().hosts(host.name());
        let origins: Map<String, Value> =
            labels.into_iter().map(|(_, label)| (label.clone(), json!(hub.ground().origin(&label)))).collect();
        json!({ "name": host.name(), "kind": host.kind(), "origins": origins })
    };
    Json(
        json!({ "ca_pem": hub.ground().certificates.public, "hosts": hub.list().iter().map(host).collect::<Vec<_>>() }),
    )
}

#[derive(Deserialize)]
struct NewHost {
    name: String,
    kind: Kind,
}

async fn add_host(State(hub): State<Arc<Hub>>, Json(new): Json<NewHost>) -> Response {
    let good = !new.name.is_empty()
        && new.name.bytes().all(|byte| byte.is_ascii_lowercase() || b"-0123456789".contains(&byte));
    if !good {
        return (StatusCode::UNPROCESSABLE_ENTITY, "a name has lower-case letters, digits and hyphens\n")
            .into_response();
    }
    hub.add(&new.name, new.kind);
    StatusCode::CREATED.into_response()
}

async fn users(State(hub): State<Arc<Hub>>, Path(name): Path<String>) -> Response {
    with_host(&hub, &name, |host| Json(host.users()))
}

async fn put_users(State(hub): State<Arc<Hub>>, Path(name): Path<String>, Json(body): Json<Value>) -> Response {
    with_body(&hub, &name, &body, |host, users: OneOrMore<User>| {
        users.list().into_iter().for_each(|user| host.put_user(user));
    })
}

async fn clients(State(hub): State<Arc<Hub>>, Path(name): Path<String>) -> Response {
    with_host(&hub, &name, |host| Json(host.state().clients.values().cloned().collect::<Vec<_>>()))
}

async fn put_clients(State(hub): State<Arc<Hub>>, Path(name): Path<String>, Json(body): Json<Value>) -> Response {
    with_body(&hub, &name, &body, |host, clients: OneOrMore<Client>| {
        clients.list().into_iter().for_each(|client| host.register(client));
    })
}

async fn keys(State(hub): State<Arc<Hub>>, Path(name): Path<String>, Json(body): Json<Value>) -> Response {
    with_body(&hub, &name, &body, |host, actions: OneOrMore<KeyAction>| {
        actions.list().into_iter().for_each(|action| host.keys(action));
    })
}

#[derive(Deserialize)]
struct Clock {
    offset: i64,
}

async fn clock(State(hub): State<Arc<Hub>>, Path(name): Path<String>, Json(body): Json<Value>) -> Response {
    with_body(&hub, &name, &body, |host, clock: Clock| host.set_clock_offset(clock.offset))
}

async fn faults(State(hub): State<Arc<Hub>>, Path(name): Path<String>) -> Response {
    with_host(&hub, &name, |host| Json(host.faults()))
}

async fn put_faults(State(hub): State<Arc<Hub>>, Path(name): Path<String>, Json(body): Json<Value>) -> Response {
    with_body(&hub, &name, &body, |host, rules: OneOrMore<FaultRule>| {
        rules.list().into_iter().for_each(|rule| host.fault(rule));
    })
}

async fn clear_faults(State(hub): State<Arc<Hub>>, Path(name): Path<String>) -> Response {
    with_host(&hub, &name, |host| {
        host.clear_faults();
        StatusCode::NO_CONTENT
    })
}

async fn mutations(State(hub): State<Arc<Hub>>, Path(name): Path<String>, Json(body): Json<Value>) -> Response {
    with_body(&hub, &name, &body, |host, mutations: OneOrMore<Mutation>| {
        mutations.list().into_iter().for_each(|mutation| host.mutate_next(mutation));
    })
}

async fn settings(State(hub): State<Arc<Hub>>, Path(name): Path<String>) -> Response {
    with_host(&hub, &name, |host| Json(host.settings()))
}

/// Only what the body names changes.
async fn put_settings(State(hub): State<Arc<Hub>>, Path(name): Path<String>, Json(body): Json<Value>) -> Response {
    let Ok(host) = find(&hub, &name) else { return StatusCode::NOT_FOUND.into_response() };
    let mut merged = json!(host.settings());
    if let (Some(members), Value::Object(changes)) = (merged.as_object_mut(), body) {
        if let Some(unknown) = changes.keys().find(|name| !members.contains_key(*name)) {
            return (StatusCode::UNPROCESSABLE_ENTITY, format!("there is no setting {unknown}\n")).into_response();
        }
        members.extend(changes);
    }
    with_body(&hub, &name, &merged, |host, settings: Settings| host.configure(|known| *known = settings))
}

async fn discovery(State(hub): State<Arc<Hub>>, Path(name): Path<String>, Json(body): Json<Value>) -> Response {
    with_body(&hub, &name, &body, |host, members: Map<String, Value>| {
        members.into_iter().for_each(|(member, value)| host.set_discovery(&member, value));
    })
}

#[derive(Deserialize)]
struct Filter {
    path: Option<String>,
}

async fn log(State(hub): State<Arc<Hub>>, Path(name): Path<String>, Query(filter): Query<Filter>) -> Response {
    let requests = |host: &Host| -> Vec<LoggedRequest> { host.requests(filter.path.as_deref().unwrap_or("*")) };
    with_host(&hub, &name, |host| Json(requests(host)))
}

async fn clear_log(State(hub): State<Arc<Hub>>, Path(name): Path<String>) -> Response {
    with_host(&hub, &name, |host| {
        host.clear_log();
        StatusCode::NO_CONTENT
    })
}

async fn reset(State(hub): State<Arc<Hub>>, Path(name): Path<String>) -> Response {
    with_host(&hub, &name, |host| {
        host.reset();
        StatusCode::NO_CONTENT
    })
}
