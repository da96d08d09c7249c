//! What there is, and what wants attention.

use axum::Extension;
use axum::extract::RawQuery;
use axum::response::Response;

use super::Seen;
use super::sheet::{Act, More, Sheet, mark, time};
use crate::audit::chain::{Lag, find_head, measure_lag};
use crate::audit::{EventKind, Search, search};
use crate::clock::Timestamp;
use crate::context::OperatorContext;
use crate::keys::{KeyState, load_keys};
use crate::storage::Fault;
use crate::web::pages::operator_console::{Cell, Place};

/// An unsealed event older than this means that no job seals.
const LATE: std::time::Duration = std::time::Duration::from_mins(1);

/// Shows it.
pub async fn get(Extension(seen): Seen, RawQuery(query): RawQuery) -> Response {
    show(&seen, query.as_deref()).await.unwrap_or_else(|fault| seen.fault(&fault))
}

async fn show(seen: &OperatorContext, query: Option<&str>) -> Result<Response, Fault> {
    let app = &seen.app;
    let mut sheet = Sheet::titled(seen, Place::Overview, "console-overview").done(query);
    let lag = measure_lag(&app.db, seen.now).await?;
    let head = find_head(&app.db).await?;
    let keys = load_keys(&app.db).await?;
    let current = keys.iter().filter(|key| key.state == KeyState::Current).map(|key| key.alg.as_str());
    let rows = vec![
        ("console-version", Cell::code(env!("CARGO_PKG_VERSION"))),
        ("console-brands", Cell::codes(app.config.brand.iter().map(|brand| brand.code.as_str()))),
        ("console-current-keys", Cell::codes(current)),
        ("console-chain-head", Cell::code(head.to_string())),
        ("console-chain-lag", chain(&sheet, lag)),
    ];
    sheet.facts("", rows, vec![Act::open("/audit", "console-audit"), Act::open("/explain", "console-explain")]);
    let rows = locks(seen, seen.now).await?;
    let columns = ["console-at", "console-event", "console-reason", "console-brand", "console-reference"];
    let heading = ("console-attention", "console-attention-none");
    sheet.table(heading, &columns, rows, More::default());
    Ok(sheet.ok())
}

fn chain(sheet: &Sheet<'_>, lag: Lag) -> Cell {
    let words = if lag.oldest < LATE { "console-chain-sealed" } else { "console-chain-late" };
    mark(lag.oldest < LATE, format!("{} ({})", sheet.t(words), lag.waiting))
}

/// What somebody should look at: locks, reused tokens, stopped messages of the last day.
async fn locks(seen: &OperatorContext, now: Timestamp) -> Result<Vec<Vec<Cell>>, Fault> {
    let wanted = Search {
        events: vec![EventKind::AccountLocked, EventKind::TokenReuse, EventKind::UpstreamKeysChanged],
        from: Some(now.minus(std::time::Duration::from_hours(24))),
        limit: 20,
        ..Search::default()
    };
    let page = search(&seen.app.db, &wanted).await?;
    let row = |event: crate::audit::FoundEvent| {
        vec![
            Cell::link(format!("/audit/events/{}", event.id), time(event.at)),
            Cell::code(event.event),
            Cell::code(event.reason.unwrap_or_default()),
            Cell::code(event.brand.map_or_else(String::new, |brand| brand.to_string())),
            Cell::code(event.reference),
        ]
    };
    Ok(page.items.into_iter().map(row).collect())
}
