//! Watching the discovery documents of customers' Active Directories (`upstreams.md` S19), and the keys of all upstreams.
//!
//! Each connection's document is read about once a day, one after the other, on a line of its own. What has changed is
//! staged and told; what is in use stays in use until somebody approves. A document that cannot be read harms nobody at
//! that moment: it is told once, when it begins and when it ends.

use std::time::Duration;

use super::JobError;
use crate::audit::{Event, EventKind};
use crate::clock::Timestamp;
use crate::context::App;
use crate::random::Random;
use crate::storage::Fault;
use crate::upstream::connection::{
    AdfsConnection, CHECK_EVERY, Clerk, Endpoints, claim_check, find_connection_anywhere, find_due_connections, label,
    note_trouble, stage_endpoints,
};
use crate::upstream::discovery::{DiscoveryProblem, discover};

/// Documents read in one round: at five seconds each it ends before the next one is due.
const BATCH: i64 = 10;
/// By how much a reading comes earlier or later, so that a thousand connections saved in one night spread over the day.
const JITTER: Duration = Duration::from_hours(2);
/// After a failure the next reading comes sooner.
const AFTER_TROUBLE: Duration = Duration::from_hours(1);

/// What a round did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Watched {
    /// Documents read, or tried to.
    pub read: usize,
    /// Of these, how many name other endpoints than those in use.
    pub staged: usize,
    /// Of these, how many could not be read.
    pub in_trouble: usize,
}

/// Reads the documents that are due, and writes down whose keys have changed.
///
/// # Errors
/// When the database fails; the rest is due in the next round.
pub async fn tick(app: &App) -> Result<Watched, JobError> {
    tell_of_keys(app).await?;
    let mut all = Watched::default();
    for due in find_due_connections(&app.db, app.clock.now(), BATCH).await? {
        if app.stopping.has_begun() {
            break;
        }
        let Some(due) = claim(app, due).await? else { continue };
        all.read += 1;
        match read(app, &due).await {
            Ok(found) => all.staged += usize::from(compare(app, &due, &found).await?),
            Err(problem) => {
                all.in_trouble += 1;
                complain(app, &due, problem).await?;
            }
        }
    }
    Ok(all)
}

/// Takes a reading upon this node. Of several nodes one does it; if it dies meanwhile, it is done the next day.
async fn claim(app: &App, due: AdfsConnection) -> Result<Option<AdfsConnection>, Fault> {
    let next = next_check(&app.random, app.clock.now());
    let mut tx = app.db.begin().await?;
    let claimed = claim_check(&mut tx, &due, next).await?;
    tx.commit().await?;
    Ok(claimed.then_some(AdfsConnection { next_check_at: next, ..due }))
}

fn next_check(random: &Random, now: Timestamp) -> Timestamp {
    let [byte] = random.bytes::<1>();
    now.plus(CHECK_EVERY - JITTER / 2 + JITTER * u32::from(byte) / 256)
}

async fn read(app: &App, due: &AdfsConnection) -> Result<Endpoints, DiscoveryProblem> {
    // Stored authorities were readable when they were stored.
    let line = app.outbound.line(&due.test_line(), &due.reach()).map_err(|_| DiscoveryProblem::BadIssuer)?;
    let found = discover(&due.settings.issuer, &line).await;
    let outcome = found.as_ref().err().map_or("read", |problem| problem.as_str());
    metrics::counter!("tegata_connection_checks_total", "outcome" => outcome).increment(1);
    found
}

/// Compares what a document names with what is in use; answers whether it is something else.
async fn compare(app: &App, due: &AdfsConnection, found: &Endpoints) -> Result<bool, Fault> {
    let clerk = clerk(app);
    let mut tx = app.db.begin().await?;
    if note_trouble(&mut tx, &due.id, None).await? {
        clerk.record(&mut tx, due, "discovery_works_again", &[]).await?;
    }
    let differs = due.endpoints.as_ref() != Some(found);
    let staged = differs.then_some(found);
    // Somebody who saved at the same moment has read the document as well: nothing is lost when they win.
    if due.staged.as_ref() != staged && stage_endpoints(&mut tx, &clerk, due, staged).await? && differs {
        tracing::warn!(connection = %due.id, "an Active Directory announces other endpoints; they wait for approval");
    }
    tx.commit().await?;
    Ok(differs)
}

async fn complain(app: &App, due: &AdfsConnection, problem: DiscoveryProblem) -> Result<(), Fault> {
    let (clerk, word) = (clerk(app), problem.as_str());
    let mut tx = app.db.begin().await?;
    if note_trouble(&mut tx, &due.id, Some(word)).await? {
        clerk.record(&mut tx, due, "discovery_failed", &[("why", word)]).await?;
        tracing::warn!(connection = %due.id, why = word, "an Active Directory's discovery document cannot be used");
    }
    claim_check(&mut tx, due, app.clock.now().plus(AFTER_TROUBLE)).await?;
    tx.commit().await
}

/// Keys that were changed without having been published before may be an urgent rollover, or somebody who has taken the
/// upstream over: whoever reads the audit log decides.
async fn tell_of_keys(app: &App) -> Result<(), Fault> {
    for change in app.upstreams.keys.take_changes() {
        let id = &change.connection;
        metrics::counter!("tegata_upstream_keys_changed_total", "connection" => label(id)).increment(1);
        tracing::warn!(connection = %id, all = change.all, "an upstream's keys were changed without notice");
        let reason = if change.all { "all_keys_replaced" } else { "key_added" };
        let mut event = Event::new(EventKind::UpstreamKeysChanged, app.random.reference()).because(reason);
        event = event.with("connection", id.as_str());
        if let Some(connection) = find_connection_anywhere(&app.db, id).await? {
            event.brand = Some(connection.brand);
            event.contract = Some(connection.contract_id);
        }
        app.audit.record(event);
    }
    Ok(())
}

fn clerk(app: &App) -> Clerk<'_> {
    let event = Event::new(EventKind::ConnectionChanged, app.random.reference()).with("by", "watch");
    Clerk { random: &app.random, now: app.clock.now(), event }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_spread_around_a_day() {
        let (random, now) = (Random::seeded(1), Timestamp::from_seconds(1_800_000_000));
        let waits: Vec<Duration> = (0..200).map(|_| next_check(&random, now).since(now)).collect();
        assert!(waits.iter().all(|wait| wait.abs_diff(CHECK_EVERY) <= JITTER / 2), "{waits:?}");
        assert!(waits.iter().max().unwrap().abs_diff(*waits.iter().min().unwrap()) > JITTER / 2);
    }
}
