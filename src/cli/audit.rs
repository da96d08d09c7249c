//! `tegata audit verify|search|export`

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{CliError, account, desk::Desk, output};
use crate::account::find_by_email;
use crate::audit::chain::{ChainKey, Finding, Head, Problem, SealedEvent, export, verify};
use crate::audit::search::MOST;
use crate::audit::{Cursor, EventKind, FoundEvent, Search, search};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::id::{AccountId, AuditEventId, BrandCode, ClientId, ContractId};
use crate::secret::base64url;

/// Events fetched together by an export.
const PAGE: i64 = 1000;

#[derive(Subcommand)]
pub enum Verb {
    /// Go through the whole chain: was any event changed, taken away or slipped in? Prints its head; note it elsewhere.
    Verify {
        /// A head that was noted earlier: it must still be part of the chain.
        #[arg(long, value_name = "SEQ:HASH")]
        head: Option<Head>,
    },
    /// Find events, newest first.
    Search(Box<Wanted>),
    /// Write events as JSON lines, oldest first, each with its seal.
    Export {
        /// From this instant on: RFC 3339, or a date in UTC.
        #[arg(long, value_parser = instant)]
        from: Option<Timestamp>,
        /// Before this instant.
        #[arg(long, value_parser = instant)]
        to: Option<Timestamp>,
    },
}

#[derive(Args)]
pub struct Wanted {
    /// Of this brand.
    #[arg(long)]
    brand: Option<String>,
    /// Of this contract.
    #[arg(long)]
    contract: Option<String>,
    /// About the account with this id.
    #[arg(long)]
    account: Option<String>,
    /// About the account with this e-mail address; needs --brand.
    #[arg(long, requires = "brand", conflicts_with = "account")]
    email: Option<String>,
    /// With this client.
    #[arg(long)]
    client: Option<String>,
    /// Of this kind: `sign_in_refused`; may be given several times.
    #[arg(long = "event")]
    events: Vec<EventKind>,
    /// With this reason code.
    #[arg(long)]
    reason: Option<String>,
    /// Of the request with this reference, as an error page shows it.
    #[arg(long)]
    reference: Option<String>,
    /// From this network address.
    #[arg(long)]
    address: Option<String>,
    /// From this instant on: RFC 3339, or a date in UTC.
    #[arg(long, value_parser = instant)]
    from: Option<Timestamp>,
    /// Before this instant.
    #[arg(long, value_parser = instant)]
    to: Option<Timestamp>,
    /// Older than this place: what the page before ended with.
    #[arg(long)]
    after: Option<Cursor>,
    /// How many.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST)))]
    limit: u32,
    /// One JSON object a line instead of a table.
    #[arg(long)]
    json: bool,
}

/// `2026-11-20T09:00:00Z`, or `2026-11-20` for its first moment in UTC.
fn instant(text: &str) -> Result<Timestamp, String> {
    let date = || {
        let date: jiff::civil::Date = text.parse().ok()?;
        Some(date.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    let parsed = text.parse::<jiff::Timestamp>().ok().or_else(date);
    let wrong = || "write an instant as 2026-11-20T09:00:00Z, or a date as 2026-11-20".to_owned();
    parsed.map(|at| Timestamp::from_millis(at.as_millisecond())).ok_or_else(wrong)
}

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    let outcome = match verb {
        Verb::Verify { head } => check(&desk, head.as_ref()).await,
        Verb::Search(wanted) => find(&desk, *wanted).await,
        Verb::Export { from, to } => write(&desk, from, to).await,
    };
    desk.db.close().await;
    outcome
}

async fn check(desk: &Desk, noted: Option<&Head>) -> Result<(), CliError> {
    let report = verify(&desk.db, &ChainKey::of(&desk.master()?), noted, desk.now).await?;
    output::object(&json!({
        "sound": report.is_sound(),
        "head": report.head.to_string(),
        "checked": report.checked,
        "removed": report.removed,
        "waiting": report.waiting,
        "noted_head_is_gone": report.noted_head_is_gone,
        "wrong": report.wrong,
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
    }));
    match report.findings.first() {
        None => Ok(()),
        Some(first) => Err(CliError::refused(in_words(first))),
    }
}

fn finding(finding: &Finding) -> Value {
    json!({ "problem": finding.problem.as_str(), "seq": finding.seq, "event": finding.event })
}

fn in_words(finding: &Finding) -> String {
    let event = finding.event.as_ref().map_or_else(String::new, |id| format!(" (event {id})"));
    let place = finding.seq.map_or_else(|| format!("outside the chain{event}"), |seq| format!("at seal {seq}{event}"));
    let what = match finding.problem {
        Problem::Changed => "the event, or its place in the chain, is not what was sealed",
        Problem::EventMissing => "the event that was sealed is gone",
        Problem::SealMissing => "the seal is gone",
        Problem::Truncated => "the chain ends before its head: the end was cut off",
        Problem::NotedHeadMissing => "the noted head is not in the chain: its end was cut off and written anew",
        Problem::StartForged => "older events were taken away by somebody else than tegata",
        Problem::Inserted => "an event was slipped in: it is neither sealed nor waiting for it",
        Problem::Backdated => "the event appeared long after it is said to have happened",
        Problem::UnsealedForLong => "the event has waited long for its seal: is a node running?",
    };
    format!("the audit log is not as it was written: {place}: {what}")
}

async fn find(desk: &Desk, wanted: Wanted) -> Result<(), CliError> {
    let brand = wanted.brand.as_deref().map(|code| desk.brand(code)).transpose()?.map(|brand| brand.code.clone());
    let account = match (&wanted.email, &brand) {
        (Some(email), Some(brand)) => Some(account_of(desk, brand, email).await?),
        _ => wanted.account.map(AccountId::new),
    };
    let wanted_events = Search {
        brand,
        contract: wanted.contract.map(ContractId::new),
        account,
        client: wanted.client.map(ClientId::new),
        events: wanted.events,
        reason: wanted.reason,
        reference: wanted.reference,
        address: wanted.address,
        from: wanted.from,
        to: wanted.to,
        after: wanted.after,
        limit: wanted.limit,
    };
    let page = search(&desk.db, &wanted_events).await?;
    let rows: Vec<Value> = page.items.iter().map(FoundEvent::as_json).collect();
    let columns = ["at", "event", "reason", "reference", "brand", "account_id", "client_id", "address"];
    output::rows(&columns, &rows, wanted.json);
    match page.next {
        Some(next) if wanted.json => output::object(&json!({ "next": next.to_string() })),
        Some(next) => output::sentence(&format!("there are older ones: --after {next}")),
        None => {}
    }
    Ok(())
}

async fn account_of(desk: &Desk, brand: &BrandCode, email: &str) -> Result<AccountId, CliError> {
    let found = find_by_email(&desk.db, brand, &account::parse_email(email)?).await?;
    let found = found.ok_or_else(|| CliError::refused(format!("{brand} has no account with the address {email}")))?;
    Ok(found.account.id)
}

async fn write(desk: &Desk, from: Option<Timestamp>, to: Option<Timestamp>) -> Result<(), CliError> {
    let to = to.unwrap_or(Timestamp::from_millis(i64::MAX));
    let mut after = Cursor { at: from.unwrap_or(Timestamp::from_millis(i64::MIN)), id: AuditEventId::new("") };
    loop {
        let events = export(&desk.db, &after, to, PAGE).await?;
        for SealedEvent { event, seal } in &events {
            let mut line = event.as_json();
            if let (Some(line), Some(seal)) = (line.as_object_mut(), seal) {
                line.insert("seal".to_owned(), json!({ "seq": seal.seq, "hash": base64url(&seal.hash) }));
            }
            output::object(&line);
        }
        match events.last() {
            Some(last) if events.len() == PAGE as usize => {
                after = Cursor { at: last.event.at, id: last.event.id.clone() };
            }
            _ => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_rfc_3339_or_a_date() {
        assert_eq!(instant("2026-11-20"), instant("2026-11-20T00:00:00Z"));
        assert_eq!(instant("2026-11-20T09:00:00+09:00"), instant("2026-11-20"));
        for wrong in ["", "yesterday", "2026-13-01", "1800000000"] {
            assert!(instant(wrong).is_err(), "{wrong}");
        }
    }
}
