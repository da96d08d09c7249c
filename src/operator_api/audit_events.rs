//! The audit log: searched page by page, and written out line by line.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;
use tokio::sync::mpsc::Sender;
use utoipa::ToSchema;

use super::body::Made;
use super::guard::ApiContext;
use super::problem::{ApiProblem, ApiResult, fail};
use super::query::{List, Query};
use crate::audit::chain::{SealedEvent, export as sealed_events};
use crate::audit::{Cursor, EventKind, FoundEvent, Search, search};
use crate::clock::Timestamp;
use crate::id::{AccountId, AuditEventId, BrandCode, ClientId, ContractId};
use crate::secret::base64url;
use crate::storage::{Database, Fault};
use crate::web::lines::{self, Broken};

/// Events fetched together by an export.
const BATCH: i64 = 500;

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub struct AuditEvent {
    /// The event's id.
    id: String,
    /// When.
    #[schema(format = "date-time")]
    at: String,
    /// What.
    #[schema(example = "sign_in_refused")]
    event: String,
    /// Why, as a code.
    #[schema(example = "password_mismatch")]
    reason: Option<String>,
    /// In which request: what an error page shows.
    #[schema(example = "7K3Q-9P2M")]
    reference: String,
    /// At which brand.
    brand: Option<String>,
    /// Of which contract.
    contract_id: Option<String>,
    /// Whose.
    account_id: Option<String>,
    /// With which client.
    client_id: Option<String>,
    /// In which session.
    session_id: Option<String>,
    /// From which network address.
    address: Option<String>,
    /// Anything else.
    detail: BTreeMap<String, String>,
    /// Its place in the chain that seals the log; absent until it has one, and in searches.
    #[serde(skip_serializing_if = "Option::is_none")]
    seal: Option<Seal>,
}

/// A place in the chain.
#[derive(Serialize, ToSchema)]
pub struct Seal {
    /// Its number.
    seq: i64,
    /// Its hash, base64url.
    hash: String,
}

impl AuditEvent {
    fn of(event: FoundEvent, seal: Option<Seal>) -> Self {
        Self {
            id: event.id.to_string(),
            at: event.at.to_rfc3339(),
            event: event.event,
            reason: event.reason,
            reference: event.reference,
            brand: event.brand.map(|id| id.to_string()),
            contract_id: event.contract.map(|id| id.to_string()),
            account_id: event.account.map(|id| id.to_string()),
            client_id: event.client.map(|id| id.to_string()),
            session_id: event.session.map(|id| id.to_string()),
            address: event.address,
            detail: event.detail,
            seal,
        }
    }
}

/// Searches the audit log, the newest events first.
#[utoipa::path(get, path = "/api/v1/audit-events", tag = "audit log", operation_id = "search_audit_events",
    params(("brand" = Option<String>, Query, description = "At this brand; required for a key of several brands."),
        ("contract_id" = Option<String>, Query, description = "Of this contract."),
        ("account_id" = Option<String>, Query, description = "About this account."),
        ("client_id" = Option<String>, Query, description = "With this client."),
        ("event" = Option<Vec<String>>, Query, description = "Of this kind; may be repeated.", example = "sign_in_refused"),
        ("reason" = Option<String>, Query, description = "With this reason code."),
        ("reference" = Option<String>, Query, description = "Of the request with this reference."),
        ("address" = Option<String>, Query, description = "From this network address."),
        ("from" = Option<String>, Query, description = "At this instant (RFC 3339) or later."),
        ("to" = Option<String>, Query, description = "Before this instant (RFC 3339)."),
        ("limit" = Option<u16>, Query, description = "The most items, 1 to 200; 50 unless given."),
        ("cursor" = Option<String>, Query, description = "The next_cursor of the page before.")),
    responses((status = 200, description = "The events.", body = List<AuditEvent>)))]
pub async fn list(api: ApiContext) -> ApiResult {
    const KNOWN: [&str; 12] = [
        "brand",
        "contract_id",
        "account_id",
        "client_id",
        "event",
        "reason",
        "reference",
        "address",
        "from",
        "to",
        "limit",
        "cursor",
    ];
    let query = Query::read(&api, &KNOWN)?;
    let mut events = Vec::new();
    for word in query.all("event") {
        match word.parse::<EventKind>() {
            Ok(kind) => events.push(kind),
            Err(_) => return fail("query_invalid", "The parameter event names no kind of event."),
        }
    }
    let wanted = Search {
        brand: api.brand_filter(query.get("brand")?)?,
        contract: query.get("contract_id")?.map(ContractId::new),
        account: query.get("account_id")?.map(AccountId::new),
        client: query.get("client_id")?.map(ClientId::new),
        events,
        reason: query.get("reason")?.map(str::to_owned),
        reference: query.get("reference")?.map(str::to_owned),
        address: query.get("address")?.map(str::to_owned),
        from: query.instant("from")?,
        to: query.instant("to")?,
        after: query.parse::<Cursor>("cursor")?,
        limit: u32::from(query.limit()?),
    };
    let page = search(&api.app.db, &wanted).await?;
    let next_cursor = page.next.map(|next| next.to_string());
    let items = page.items.into_iter().map(|event| AuditEvent::of(event, None)).collect();
    Ok(Made::new(StatusCode::OK, &List { items, next_cursor })?.respond())
}

/// Writes the audit log out, the oldest events first, each with its seal: one JSON object a line.
#[utoipa::path(get, path = "/api/v1/audit-events/export", tag = "audit log", operation_id = "export_audit_events",
    params(("brand" = Option<String>, Query, description = "At this brand; required for a key of several brands."),
        ("from" = Option<String>, Query, description = "At this instant (RFC 3339) or later."),
        ("to" = Option<String>, Query, description = "Before this instant (RFC 3339).")),
    responses((status = 200, description = "The events, a line each. An answer that breaks off is not complete.",
            content_type = "application/jsonl", body = AuditEvent),
        (status = 400, description = "A parameter cannot be read.", body = ApiProblem)))]
pub async fn export(api: ApiContext) -> ApiResult {
    let query = Query::read(&api, &["brand", "from", "to"])?;
    let brand = api.brand_filter(query.get("brand")?)?;
    let from = query.instant("from")?.unwrap_or(Timestamp::from_millis(i64::MIN));
    let to = query.instant("to")?.unwrap_or(Timestamp::from_millis(i64::MAX));
    let db = api.app.db.clone();
    let write = |sender| async move {
        if let Err(fault) = write_all(&db, (from, to), brand.as_ref(), &sender).await {
            tracing::error!(%fault, "an export of the audit log broke off");
            let _ = sender.send(Err(Broken)).await;
        }
    };
    Ok(lines::respond("application/jsonl", write))
}

async fn write_all(
    db: &Database,
    (from, to): (Timestamp, Timestamp),
    brand: Option<&BrandCode>,
    sender: &Sender<Result<Bytes, Broken>>,
) -> Result<(), Fault> {
    let mut after = Cursor { at: from, id: AuditEventId::new("") };
    loop {
        let events = sealed_events(db, &after, to, BATCH).await?;
        let is_last = events.len() < usize::try_from(BATCH).unwrap_or(0);
        if let Some(last) = events.last() {
            after = Cursor { at: last.event.at, id: last.event.id.clone() };
        }
        let mut text = Vec::new();
        for SealedEvent { event, seal } in events {
            if brand.is_some_and(|brand| event.brand.as_ref() != Some(brand)) {
                continue;
            }
            let seal = seal.map(|seal| Seal { seq: seal.seq, hash: base64url(&seal.hash) });
            text.extend(serde_json::to_vec(&AuditEvent::of(event, seal)).unwrap_or_default());
            text.push(b'\n');
        }
        let gone = !text.is_empty() && sender.send(Ok(text.into())).await.is_err();
        if gone || is_last {
            return Ok(());
        }
    }
}
