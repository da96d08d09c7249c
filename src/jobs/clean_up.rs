//! Deleting what has expired, a little at a time.
//!
//! A mass DELETE would hold the only writer of SQLite for seconds. So rows go in batches of [`BATCH`], each its own
//! transaction, and a round ends after [`MOST_BATCHES`]; what is left over is counted and goes in the next round.

use std::time::Duration;

use super::JobError;
use crate::audit::chain::{ChainKey, remove_old_events};
use crate::clock::Timestamp;
use crate::context::App;
use crate::line::departure;
use crate::operator::idempotency;
use crate::second_factor::{attempt, passkey, remembered_browser, sms};
use crate::session::known_browser;
use crate::storage::{Fault, Tx};
use crate::upstream::transaction;
use crate::{audit, client, interaction, line, lockout, notify, operator, session, ticket, token};

/// Rows deleted in one transaction.
const BATCH: i64 = 500;
/// Batches of one kind in one round: more than a busy hour leaves behind in a minute.
const MOST_BATCHES: usize = 200;
/// How long sessions and tokens stay after their end, so that whoever comes back with one is told what happened.
const MARGIN: Duration = Duration::from_hours(24);

/// How long a ticket stays after its end, so that whoever opens an old mail is told why its link does not work.
const TICKETS_KEPT: Duration = Duration::from_hours(24 * 90);
/// How long a browser is known without a sign-in: as long as its cookie.
const BROWSERS_KEPT: Duration = Duration::from_hours(24 * 400);
/// How long the outbox keeps what was sent or given up: long enough to ask, and to try again.
const MESSAGES_KEPT: Duration = Duration::from_hours(24 * 30);

/// The kinds of rows, tokens before the sessions they came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Tokens,
    Interactions,
    Sessions,
    Assertions,
    Failures,
    Tickets,
    Browsers,
    Messages,
    Ceremonies,
    Attempts,
    RememberedBrowsers,
    SentSms,
    SmsWindows,
    UpstreamTransactions,
    UpstreamIdTokens,
    LineAssertions,
    LineDepartures,
    AuditEvents,
    OperatorSessions,
    Enrolments,
    OperatorCeremonies,
    IdempotentRequests,
}

/// What a round did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CleanedUp {
    /// Rows deleted.
    pub deleted: u64,
    /// Rows that wait for the next round.
    pub waiting: u64,
}

/// Deletes what has expired, up to the limits of a round.
///
/// # Errors
/// When the database fails; what was deleted until then is gone.
pub async fn tick(app: &App) -> Result<CleanedUp, JobError> {
    let now = app.clock.now();
    let mut all = CleanedUp::default();
    app.limits.tidy();
    for kind in Kind::ALL.iter().copied() {
        let one = clean(app, kind, now).await?;
        metrics::counter!("tegata_clean_up_deleted_total", "kind" => kind.word()).increment(one.deleted);
        metrics::gauge!("tegata_clean_up_waiting", "kind" => kind.word()).set(one.waiting as f64);
        all.deleted += one.deleted;
        all.waiting += one.waiting;
    }
    Ok(all)
}

async fn clean(app: &App, kind: Kind, now: Timestamp) -> Result<CleanedUp, Fault> {
    let mut deleted = 0;
    for _ in 0..MOST_BATCHES {
        let mut tx = app.db.begin().await?;
        let batch = kind.delete(app, &mut tx, now).await?;
        tx.commit().await?;
        deleted += batch;
        if batch < BATCH as u64 {
            return Ok(CleanedUp { deleted, waiting: 0 });
        }
        // Requests that wait for the writer go first.
        tokio::task::yield_now().await;
    }
    let waiting = u64::try_from(kind.count(app, now).await?).unwrap_or(0);
    Ok(CleanedUp { deleted, waiting })
}

impl Kind {
    const ALL: &[Self] = &[
        Self::Tokens,
        Self::Interactions,
        Self::Sessions,
        Self::Assertions,
        Self::Failures,
        Self::Tickets,
        Self::Browsers,
        Self::Messages,
        Self::Ceremonies,
        Self::Attempts,
        Self::RememberedBrowsers,
        Self::SentSms,
        Self::SmsWindows,
        Self::UpstreamTransactions,
        Self::UpstreamIdTokens,
        Self::LineAssertions,
        Self::LineDepartures,
        Self::AuditEvents,
        Self::OperatorSessions,
        Self::Enrolments,
        Self::OperatorCeremonies,
        Self::IdempotentRequests,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Tokens => "token",
            Self::Interactions => "interaction",
            Self::Sessions => "session",
            Self::Assertions => "client_assertion",
            Self::Failures => "login_failure",
            Self::Tickets => "ticket",
            Self::Browsers => "known_browser",
            Self::Messages => "message",
            Self::Ceremonies => "passkey_ceremony",
            Self::Attempts => "second_factor_attempt",
            Self::RememberedBrowsers => "remembered_browser",
            Self::SentSms => "sms_sent",
            Self::SmsWindows => "sms_window",
            Self::UpstreamTransactions => "upstream_transaction",
            Self::UpstreamIdTokens => "upstream_id_token",
            Self::LineAssertions => "line_assertion",
            Self::LineDepartures => "line_departure",
            Self::AuditEvents => "audit_event",
            Self::OperatorSessions => "operator_session",
            Self::Enrolments => "operator_enrolment",
            Self::OperatorCeremonies => "operator_ceremony",
            Self::IdempotentRequests => "operator_idempotency",
        }
    }

    async fn delete(self, app: &App, tx: &mut Tx, now: Timestamp) -> Result<u64, Fault> {
        match self {
            Self::Tokens => token::delete_expired_tokens(tx, now.minus(MARGIN), BATCH).await,
            Self::Interactions => interaction::delete_expired_interactions(tx, now, BATCH).await,
            Self::Sessions => session::delete_expired_sessions(tx, now.minus(MARGIN), BATCH).await,
            Self::Assertions => client::delete_expired_assertions(tx, now, BATCH).await,
            Self::Failures => lockout::delete_old_failures(tx, lockout::forgotten_before(now), BATCH).await,
            Self::Tickets => ticket::delete_old_tickets(tx, now.minus(TICKETS_KEPT), BATCH).await,
            Self::Browsers => known_browser::delete_forgotten_browsers(tx, now.minus(BROWSERS_KEPT), BATCH).await,
            Self::Messages => notify::delete_done_messages(tx, now.minus(MESSAGES_KEPT), BATCH).await,
            Self::Ceremonies => passkey::delete_expired_ceremonies(tx, now, BATCH).await,
            Self::Attempts => attempt::delete_expired_attempts(tx, now, BATCH).await,
            Self::RememberedBrowsers => remembered_browser::delete_expired_browsers(tx, now, BATCH).await,
            Self::SentSms => sms::delete_old_sms(tx, now, BATCH).await,
            Self::SmsWindows => sms::delete_old_windows(tx, now, BATCH).await,
            // Somebody who comes back late is led to where they began.
            Self::UpstreamTransactions => transaction::delete_expired_transactions(tx, now.minus(MARGIN), BATCH).await,
            Self::UpstreamIdTokens => transaction::delete_expired_id_tokens(tx, now, BATCH).await,
            Self::LineAssertions => line::delete_expired_assertions(tx, now, BATCH).await,
            Self::LineDepartures => departure::delete_expired_departures(tx, now, BATCH).await,
            Self::AuditEvents => {
                let key = ChainKey::of(&app.master);
                remove_old_events(tx, &key, (now.minus(app.config.audit.retention.0), now), BATCH).await
            }
            Self::OperatorSessions => operator::session::delete_expired_sessions(tx, now.minus(MARGIN), BATCH).await,
            Self::Enrolments => operator::enrolment::delete_expired_enrolments(tx, now.minus(MARGIN), BATCH).await,
            Self::OperatorCeremonies => operator::passkey::delete_expired_ceremonies(tx, now, BATCH).await,
            Self::IdempotentRequests => idempotency::delete_old_requests(tx, now.minus(idempotency::KEPT), BATCH).await,
        }
    }

    async fn count(self, app: &App, now: Timestamp) -> Result<i64, Fault> {
        let db = &app.db;
        match self {
            Self::Tokens => token::count_expired_tokens(db, now.minus(MARGIN)).await,
            Self::Interactions => interaction::count_expired_interactions(db, now).await,
            Self::Sessions => session::count_expired_sessions(db, now.minus(MARGIN)).await,
            Self::Assertions => client::count_expired_assertions(db, now).await,
            Self::Failures => lockout::count_old_failures(db, lockout::forgotten_before(now)).await,
            Self::Tickets => ticket::count_old_tickets(db, now.minus(TICKETS_KEPT)).await,
            Self::Browsers => known_browser::count_forgotten_browsers(db, now.minus(BROWSERS_KEPT)).await,
            Self::Messages => notify::count_done_messages(db, now.minus(MESSAGES_KEPT)).await,
            Self::Ceremonies => passkey::count_expired_ceremonies(db, now).await,
            Self::Attempts => attempt::count_expired_attempts(db, now).await,
            Self::RememberedBrowsers => remembered_browser::count_expired_browsers(db, now).await,
            Self::SentSms => sms::count_old_sms(db, now).await,
            Self::SmsWindows => sms::count_old_windows(db, now).await,
            Self::UpstreamTransactions => transaction::count_expired_transactions(db, now.minus(MARGIN)).await,
            Self::UpstreamIdTokens => transaction::count_expired_id_tokens(db, now).await,
            Self::LineAssertions => line::count_expired_assertions(db, now).await,
            Self::LineDepartures => departure::count_expired_departures(db, now).await,
            Self::AuditEvents => audit::count_old_events(db, now.minus(app.config.audit.retention.0)).await,
            Self::OperatorSessions => operator::session::count_expired_sessions(db, now.minus(MARGIN)).await,
            Self::Enrolments => operator::enrolment::count_expired_enrolments(db, now.minus(MARGIN)).await,
            Self::OperatorCeremonies => operator::passkey::count_expired_ceremonies(db, now).await,
            Self::IdempotentRequests => idempotency::count_old_requests(db, now.minus(idempotency::KEPT)).await,
        }
    }
}
