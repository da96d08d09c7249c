//! JSON for tests: what arrived, and what shall go wrong next.

use super::store::{Kind, Message};
use super::{Faults, Sink};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub struct Filter {
    to: Option<String>,
    kind: Option<Kind>,
}

/// `GET /api/messages?to=…&kind=mail|sms`, newest first.
pub async fn list(State(sink): State<Sink>, Query(filter): Query<Filter>) -> Json<Vec<Message>> {
    let wanted = |message: &Arc<Message>| {
        filter.kind.is_none_or(|kind| message.kind == kind)
            && filter.to.as_ref().is_none_or(|to| message.to.iter().any(|one| one.eq_ignore_ascii_case(to)))
    };
    Json(sink.messages().into_iter().filter(wanted).map(|message| (*message).clone()).collect())
}

/// `GET /api/messages/{id}`
pub async fn one(State(sink): State<Sink>, Path(id): Path<u64>) -> Result<Json<Message>, StatusCode> {
    sink.inner.store.find(id).map(|message| Json((*message).clone())).ok_or(StatusCode::NOT_FOUND)
}

/// `DELETE /api/messages`
pub async fn clear(State(sink): State<Sink>) -> StatusCode {
    sink.inner.store.clear();
    StatusCode::NO_CONTENT
}

/// `GET /api/faults`
pub async fn faults(State(sink): State<Sink>) -> Json<Faults> {
    Json(sink.inner.faults.get())
}

/// `PUT /api/faults`
pub async fn set_faults(State(sink): State<Sink>, Json(faults): Json<Faults>) -> Json<Faults> {
    sink.set_faults(faults.clone());
    Json(faults)
}
