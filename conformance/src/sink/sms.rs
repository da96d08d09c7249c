//! SMS endpoints: a plain JSON one, and the form one of Twilio's Messages API.

use super::Sink;
use super::store::{Draft, Kind};
use axum::Json;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
pub struct Generic {
    to: String,
    from: String,
    text: String,
    idempotency_key: Option<String>,
}

/// `POST /sms`
pub async fn generic(State(sink): State<Sink>, headers: HeaderMap, Json(sms): Json<Generic>) -> Response {
    if let Some(refusal) = fail(&sink).await {
        return refusal;
    }
    let key = sms.idempotency_key.or_else(|| header(&headers, "idempotency-key"));
    let (message, new) = sink.inner.store.push(draft(&headers, sms.to, sms.from, sms.text, key));
    (StatusCode::ACCEPTED, Json(json!({"id": message.id, "duplicate": !new}))).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Twilio {
    to: String,
    from: String,
    body: String,
}

/// `POST /2010-04-01/Accounts/{sid}/Messages.json`
pub async fn twilio(
    State(sink): State<Sink>,
    Path(account): Path<String>,
    headers: HeaderMap,
    Form(sms): Form<Twilio>,
) -> Response {
    if let Some(refusal) = fail(&sink).await {
        return refusal;
    }
    let key = header(&headers, "i-twilio-idempotency-token");
    let (message, _) = sink.inner.store.push(draft(&headers, sms.to, sms.from, sms.body, key));
    let answer = json!({
        "sid": format!("SM{:032x}", message.id),
        "account_sid": account,
        "to": message.to[0],
        "from": message.from,
        "body": message.text,
        "status": "queued",
        "error_code": null,
    });
    (StatusCode::CREATED, Json(answer)).into_response()
}

async fn fail(sink: &Sink) -> Option<Response> {
    sink.inner.faults.delay().await;
    if sink.inner.faults.take_rejection() {
        return Some(StatusCode::BAD_REQUEST.into_response());
    }
    let refused = sink.inner.faults.take_refusal();
    refused.then(|| (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1")]).into_response())
}

fn draft(headers: &HeaderMap, to: String, from: String, text: String, idempotency_key: Option<String>) -> Draft {
    Draft {
        kind: Kind::Sms,
        from,
        to: vec![to],
        subject: None,
        text,
        html: None,
        headers: Vec::new(),
        authenticated: basic_user(headers),
        idempotency_key,
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The user of HTTP Basic; the password is nobody's business here.
fn basic_user(headers: &HeaderMap) -> Option<String> {
    let value = header(headers, "authorization")?;
    let text = String::from_utf8(STANDARD.decode(value.strip_prefix("Basic ")?).ok()?).ok()?;
    text.split_once(':').map(|(user, _)| user.to_owned())
}
