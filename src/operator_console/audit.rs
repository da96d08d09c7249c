//! What happened: searched, one event in detail, carried away.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Extension;
use axum::body::{Body, HttpBody};
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, header};
use hyper::body::Frame;
use tokio::sync::mpsc;

use super::Seen;
use super::contracts::brand_field;
use super::sheet::{Act, More, Sheet, asked, parse_time, path_with, time};
use crate::audit::chain::find_seal;
use crate::audit::{Cursor, Event, EventKind, FoundEvent, Search, find_event, insert_event, search};
use crate::context::OperatorContext;
use crate::id::{AccountId, AuditEventId, BrandCode, ClientId, ContractId};
use crate::secret::base64url;
use crate::storage::{Database, Fault};
use crate::web::Problem;
use crate::web::pages::operator_console::{Cell, Field, Form, Place};

/// Events of a page.
const PAGE: u32 = 100;
/// Events fetched together by an export.
const BATCH: u32 = 500;
/// The filters, as the query has them.
const FILTERS: [&str; 10] =
    ["brand", "contract", "account", "client", "event", "reason", "reference", "address", "from", "to"];

/// What was asked, by name.
struct Asked([String; 10]);

impl Asked {
    fn read(query: Option<&str>) -> Self {
        Self(FILTERS.map(|name| asked(query, name)))
    }

    fn get(&self, name: &str) -> &str {
        let place = FILTERS.iter().position(|filter| *filter == name);
        place.and_then(|place| self.0.get(place)).map_or("", String::as_str)
    }

    fn path(&self, path: &str, after: &str) -> String {
        let filters = FILTERS.iter().map(|name| (*name, self.get(name)));
        path_with(path, &filters.chain([("after", after)]).collect::<Vec<_>>())
    }

    fn search(&self, after: Option<Cursor>) -> Search {
        let text = |name| Some(self.get(name)).filter(|text| !text.is_empty()).map(str::to_owned);
        Search {
            brand: text("brand").map(BrandCode::new),
            contract: text("contract").map(ContractId::new),
            account: text("account").map(AccountId::new),
            client: text("client").map(ClientId::new),
            events: EventKind::parse(self.get("event")).into_iter().collect(),
            reason: text("reason"),
            reference: text("reference"),
            address: text("address"),
            from: parse_time(self.get("from")),
            to: parse_time(self.get("to")),
            after,
            limit: PAGE,
        }
    }
}

/// The search and what it found.
pub async fn list(Extension(seen): Seen, RawQuery(query): RawQuery) -> Response {
    show_list(&seen, query.as_deref()).await.unwrap_or_else(|fault| seen.fault(&fault))
}

async fn show_list(seen: &OperatorContext, query: Option<&str>) -> Result<Response, Fault> {
    let wanted = Asked::read(query);
    let page = search(&seen.app.db, &wanted.search(asked(query, "after").parse().ok())).await?;
    let mut sheet = Sheet::titled(seen, Place::Audit, "console-audit").lead("console-times");
    sheet.form(form(&sheet, &wanted));
    let rows = page.items.iter().map(row).collect();
    let next = page.next.map_or_else(String::new, |next| wanted.path("/audit", &next.to_string()));
    let columns = [
        "console-at",
        "console-event",
        "console-reason",
        "console-reference",
        "console-brand",
        "console-account-id",
        "console-client-id",
        "console-address",
    ];
    let acts = vec![Act::open(wanted.path("/audit/export", ""), "console-audit-export")];
    sheet.table(("console-events", "console-none-found"), &columns, rows, More { next, acts });
    Ok(sheet.ok())
}

fn row(event: &FoundEvent) -> Vec<Cell> {
    let id = |id: Option<&str>| Cell::code(id.unwrap_or_default());
    vec![
        Cell::link(format!("/audit/events/{}", event.id), time(event.at)),
        Cell::code(event.event.as_str()),
        id(event.reason.as_deref()),
        Cell::code(event.reference.as_str()),
        id(event.brand.as_ref().map(BrandCode::as_str)),
        id(event.account.as_ref().map(AccountId::as_str)),
        id(event.client.as_ref().map(ClientId::as_str)),
        id(event.address.as_deref()),
    ]
}

fn form(sheet: &Sheet<'_>, wanted: &Asked) -> Form {
    let any = (String::new(), sheet.t("console-any"));
    let kinds = EventKind::ALL.iter().map(|kind| (kind.to_string(), kind.to_string()));
    let line = |name: &str, key: &str| Field::line(name, sheet.t(key), wanted.get(name));
    let when = |name: &str, key: &str| line(name, key).of_type("datetime-local");
    Form {
        title: String::new(),
        asks: true,
        action: "/audit".to_owned(),
        note: String::new(),
        fields: vec![
            line("reference", "console-reference"),
            brand_field(sheet, wanted.get("brand"), true),
            Field::select("event", sheet.t("console-event"), std::iter::once(any).chain(kinds), wanted.get("event")),
            line("reason", "console-reason"),
            line("contract", "console-contract-id"),
            line("account", "console-account-id"),
            line("client", "console-client-id"),
            line("address", "console-address"),
            when("from", "console-from"),
            when("to", "console-to"),
        ],
        submit: sheet.t("console-search"),
        danger: false,
    }
}

/// One event.
pub async fn get(Extension(seen): Seen, Path(id): Path<String>) -> Response {
    let id = AuditEventId::new(id);
    let found = async { Ok::<_, Fault>((find_event(&seen.app.db, &id).await?, find_seal(&seen.app.db, &id).await?)) };
    let (event, seal) = match found.await {
        Ok((Some(event), seal)) => (event, seal),
        Ok((None, _)) => return seen.refuse(&Problem::NotFound),
        Err(fault) => return seen.fault(&fault),
    };
    let mut sheet =
        Sheet::new(&seen, Place::Audit, event.event.as_str()).below("/audit", seen.frame("").t("console-audit"));
    let of =
        |name: &str, id: Option<&str>| id.map_or(Cell::None, |id| Cell::link(path_with("/audit", &[(name, id)]), id));
    let mut rows = vec![
        ("console-at", Cell::text(time(event.at))),
        ("console-event", of("event", Some(&event.event))),
        ("console-reason", of("reason", event.reason.as_deref())),
        ("console-reference", of("reference", Some(&event.reference))),
        ("console-brand", of("brand", event.brand.as_ref().map(BrandCode::as_str))),
        ("console-contract-id", of("contract", event.contract.as_ref().map(ContractId::as_str))),
        ("console-account-id", of("account", event.account.as_ref().map(AccountId::as_str))),
        ("console-client-id", of("client", event.client.as_ref().map(ClientId::as_str))),
        ("console-session", Cell::code(event.session.as_ref().map_or("", |session| session.as_str()))),
        ("console-address", of("address", event.address.as_deref())),
    ];
    let seal = seal.map_or(Cell::None, |seal| Cell::code(format!("{}:{}", seal.seq, base64url(&seal.hash))));
    rows.push(("console-seal", seal));
    sheet.facts("", rows, Vec::new());
    let detail = event.detail.iter().map(|(name, value)| vec![Cell::Code(name.clone()), Cell::text(value.as_str())]);
    let columns = ["console-key", "console-value"];
    sheet.table(("console-detail", "console-none"), &columns, detail.collect(), More::default());
    sheet.ok()
}

/// What was found, as JSON lines, newest first; streamed, and itself an event.
pub async fn export(Extension(seen): Seen, RawQuery(query): RawQuery) -> Response {
    let wanted = Asked::read(query.as_deref());
    let event = seen.event(EventKind::AuditExported).with("filters", wanted.path("", ""));
    if let Err(fault) = note(&seen, &event).await {
        return seen.fault(&fault);
    }
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(send(seen.app.db.clone(), Search { limit: BATCH, ..wanted.search(None) }, sender));
    let mut response = Response::new(Body::new(Lines(receiver)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"audit.jsonl\""));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn note(seen: &OperatorContext, event: &Event) -> Result<(), Fault> {
    let mut tx = seen.app.db.begin().await?;
    insert_event(&mut tx, seen.app.random.row_id(seen.now).into(), event, seen.now).await?;
    tx.commit().await
}

/// Fetches page after page, no faster than they are taken away.
async fn send(db: Database, mut wanted: Search, sender: mpsc::Sender<Result<Bytes, Fault>>) {
    loop {
        let page = search(&db, &wanted).await;
        wanted.after = page.as_ref().ok().and_then(|page| page.next.clone());
        let lines =
            page.map(|page| page.items.iter().map(|event| format!("{}\n", event.as_json())).collect::<String>());
        // Whoever went away wants no more; after a fault the connection breaks off, so that half a file is none.
        if sender.send(lines.map(Bytes::from)).await.is_err() || wanted.after.is_none() {
            return;
        }
    }
}

/// The body of an export.
struct Lines(mpsc::Receiver<Result<Bytes, Fault>>);

impl HttpBody for Lines {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        self.0.poll_recv(cx).map(|lines| lines.map(|lines| lines.map(Frame::data)))
    }
}
