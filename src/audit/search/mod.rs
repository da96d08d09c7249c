//! Looking things up in the audit log, newest first.
//!
//! A page is found by its place (`at`, `id`), never by counting rows over: the hundredth page costs what the first
//! does, and events that arrive meanwhile move nothing. The most selective filter given leads, each with an index of
//! its own; `brand` and `reason` alone are searched along the time.
//!
//! It must not: decide who may look (the consoles do: the contract's or the brand's filter is theirs to set), show a
//! secret (none is in there).

mod store;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use super::model::EventKind;
use crate::clock::Timestamp;
use crate::id::{AccountId, AuditEventId, BrandCode, ClientId, ContractId, SessionId};
use crate::storage::{Database, Fault};

pub(super) use store::{Row, columns};
pub use store::{STATEMENTS, find_event};

/// The most events of one page.
pub const MOST: u32 = 1000;

/// What is looked for. Whatever is left open fits every event.
#[derive(Clone, Default, Debug)]
pub struct Search {
    /// Of this brand.
    pub brand: Option<BrandCode>,
    /// Of this contract.
    pub contract: Option<ContractId>,
    /// About this account.
    pub account: Option<AccountId>,
    /// With this client.
    pub client: Option<ClientId>,
    /// Of one of these kinds; none means all.
    pub events: Vec<EventKind>,
    /// With this reason code.
    pub reason: Option<String>,
    /// Of the request with this reference; a person may have read it out, so blanks and case do not matter.
    pub reference: Option<String>,
    /// From this network address.
    pub address: Option<String>,
    /// At this instant or later.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
    /// Older than this place: the `next` of the page before.
    pub after: Option<Cursor>,
    /// Events wanted, 1 to [`MOST`].
    pub limit: u32,
}

/// A place in the log, between two events. Its text (`1800000000000.<id>`) may stand in a URL.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cursor {
    /// When the event before it happened.
    pub at: Timestamp,
    /// That event.
    pub id: AuditEventId,
}

/// Some events, newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page<T> {
    /// The events.
    pub items: Vec<T>,
    /// Where the next page begins; `None` when this is the last.
    pub next: Option<Cursor>,
}

/// An event with everything that was written of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundEvent {
    /// The row.
    pub id: AuditEventId,
    /// When.
    pub at: Timestamp,
    /// What, as a word of [`EventKind`]; a newer node may write one that this program does not know.
    pub event: String,
    /// Why.
    pub reason: Option<String>,
    /// In which request.
    pub reference: String,
    /// At which brand.
    pub brand: Option<BrandCode>,
    /// Of which contract.
    pub contract: Option<ContractId>,
    /// Whose.
    pub account: Option<AccountId>,
    /// With which client.
    pub client: Option<ClientId>,
    /// In which session.
    pub session: Option<SessionId>,
    /// From which network address.
    pub address: Option<String>,
    /// Anything else.
    pub detail: BTreeMap<String, String>,
}

impl FoundEvent {
    /// What happened, if this program knows the word.
    pub fn kind(&self) -> Option<EventKind> {
        self.event.parse().ok()
    }

    /// As exports write it: one JSON object with the table's column names.
    pub fn as_json(&self) -> Value {
        json!({
            "id": self.id,
            "at": self.at.to_rfc3339(),
            "event": self.event,
            "reason": self.reason,
            "reference": self.reference,
            "brand": self.brand,
            "contract_id": self.contract,
            "account_id": self.account,
            "client_id": self.client,
            "session_id": self.session,
            "address": self.address,
            "detail": self.detail,
        })
    }
}

/// A page of the events that fit, newest first.
///
/// # Errors
/// When the database fails.
pub async fn search(db: &Database, search: &Search) -> Result<Page<FoundEvent>, Fault> {
    let limit = search.limit.clamp(1, MOST) as usize;
    let mut items = store::find(db, search, limit + 1).await?;
    let more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| more);
    let next = last.map(|event| Cursor { at: event.at, id: event.id.clone() });
    Ok(Page { items, next })
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.as_millis(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id)));
        // Whatever comes from a URL has the form of an id of ours, or it is no place.
        match parsed.filter(|(_, id)| id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')) {
            Some((at, id)) => Ok(Self { at: Timestamp::from_millis(at), id: AuditEventId::new(id) }),
            None => Err("a place in the audit log looks like 1800000000000.<id>".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_from_its_text_and_nothing_else_is() {
        let place = Cursor { at: Timestamp::from_millis(-5), id: AuditEventId::new("0190-ab") };
        assert_eq!(place.to_string().parse(), Ok(place));
        for wrong in ["", ".", "x.y", "1", "1.'", "1.a b", &format!("1.{}", "a".repeat(65))] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }
}
