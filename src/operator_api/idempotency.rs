//! Requests that may be repeated: a POST that makes something, with an `Idempotency-Key`.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use super::body::Made;
use super::guard::{ApiContext, fault};
use super::problem::{ApiError, fail};
use crate::operator::idempotency::{IdempotentRequest, begin_request, find_request, finish_request};
use crate::secret::TokenHash;
use crate::storage::Tx;

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What a request begins with.
pub enum Begun {
    /// The work is to be done, in this transaction.
    Go(Box<Tx>, Ticket),
    /// It was done before: the same answer again.
    Again(Response),
}

/// Keeps the answer of a request that carried a key.
pub struct Ticket(Option<IdempotentRequest>);

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    body: serde_json::Value,
    location: Option<String>,
    etag: Option<String>,
}

impl ApiContext {
    /// Opens the transaction of a request that makes something.
    ///
    /// # Errors
    /// `idempotency_key_invalid`, `idempotency_key_reused`, or a fault.
    pub async fn begin(&self, body: &Bytes) -> Result<Begun, ApiError> {
        let app = &self.app;
        let Some(request) = self.idempotent_request(body)? else {
            return Ok(Begun::Go(Box::new(app.db.begin().await?), Ticket(None)));
        };
        let mut tx = app.db.begin().await?;
        if begin_request(&mut tx, &request, self.now).await? {
            return Ok(Begun::Go(Box::new(tx), Ticket(Some(request))));
        }
        let earlier = find_request(&mut tx, &app.master, &request).await?;
        tx.commit().await?;
        match earlier {
            Some(earlier) if !earlier.is_same => {
                fail("idempotency_key_reused", "The Idempotency-Key came with another request before: take a new one.")
            }
            Some(earlier) => replay(earlier.answer),
            // It was let go of in this very moment.
            None => fail("changed_meanwhile", "Send the request again."),
        }
    }

    fn idempotent_request(&self, body: &Bytes) -> Result<Option<IdempotentRequest>, ApiError> {
        let mut values = self.headers.get_all(&IDEMPOTENCY_KEY).iter();
        let Some(first) = values.next() else { return Ok(None) };
        let text = first.to_str().unwrap_or_default();
        let fits = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if !fits || values.next().is_some() {
            return fail("idempotency_key_invalid", "Send one Idempotency-Key of 1 to 255 visible ASCII characters.");
        }
        let digest = TokenHash::of(&crate::secret::base64url(body));
        let whole = format!("{} {}\n{}", self.method, self.path, crate::secret::base64url(digest.as_bytes()));
        let (key, request) = (TokenHash::of(text), TokenHash::of(&whole));
        Ok(Some(IdempotentRequest { api_key: self.key.id.clone(), key, request }))
    }

    /// Commits the work with its answer.
    ///
    /// # Errors
    /// When the database fails; nothing was done then.
    pub async fn finish(&self, mut tx: Box<Tx>, ticket: Ticket, made: &Made) -> Result<Response, ApiError> {
        if let Ticket(Some(request)) = &ticket {
            let kept = Kept {
                status: made.status.as_u16(),
                body: made.body.clone(),
                location: made.location.clone(),
                etag: made.etag.clone(),
            };
            let text = serde_json::to_vec(&kept).map_err(fault)?;
            finish_request(&mut tx, request, &request.seal(&self.app.master, &text)).await?;
        }
        tx.commit().await?;
        Ok(made.respond())
    }
}

fn replay(answer: Option<Vec<u8>>) -> Result<Begun, ApiError> {
    let Some(answer) = answer else { return fail("changed_meanwhile", "Send the request again.") };
    let kept: Kept = serde_json::from_slice(&answer).map_err(fault)?;
    let status = StatusCode::from_u16(kept.status).map_err(fault)?;
    let made = Made { status, body: kept.body, location: kept.location, etag: kept.etag };
    let mut response = made.respond();
    response.headers_mut().insert(REPLAYED.clone(), HeaderValue::from_static("true"));
    Ok(Begun::Again(response))
}
