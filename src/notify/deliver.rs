//! Emptying the outbox: one lane for mails, one for SMS, so that a code never waits behind a slow mail server.
//!
//! A lane claims what is due, sends up to [`AT_ONCE`] messages at a time, and claims more as they are done. The claim
//! outlasts a try; a message that had to wait for its turn has its claim renewed first.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::attempt::{Verdict, attempt};
use super::carrier::{Carrier, Carriers};
use super::message::Channel;
use super::outbox::Outbox;
use super::retry;
use super::store::{self, Claimed, Mark};
use crate::clock::Timestamp;
use crate::storage::{Database, Fault};

/// Messages of one lane that this node holds; most of them wait for a place at their domain.
const AT_ONCE: usize = 32;
/// How long a claim lasts.
const LEASE: Duration = Duration::from_mins(3);
/// How long one try may take, with every server and provider there is. Less than half a claim.
const LONGEST_TRY: Duration = Duration::from_secs(75);
/// How often a lane that has room looks for more while it waits for slow servers.
const LOOK: Duration = Duration::from_secs(1);

/// What a round did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Round {
    /// Messages a server or provider has accepted.
    pub sent: usize,
    /// Messages that are tried again later.
    pub again: usize,
    /// Messages that were given up.
    pub dead: usize,
}

/// The instant a round began, and how much real time has passed since: claims are measured in both.
#[derive(Clone, Copy)]
pub struct Stopwatch(Timestamp, Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "measures how long a round takes, for its claims alone")]
    fn start(now: Timestamp) -> Self {
        Self(now, Instant::now())
    }

    fn now(self) -> Timestamp {
        self.0.plus(self.1.elapsed())
    }
}

impl Carrier {
    /// Sends everything that is due at `now`, and what falls due while it does.
    ///
    /// # Errors
    /// When the database fails; what was claimed then is sent again once the claim has run out.
    pub async fn deliver_due(&self, db: &Database, outbox: &Outbox, now: Timestamp) -> Result<Round, Fault> {
        let (mail, sms) =
            tokio::join!(self.lane(Channel::Mail, db, outbox, now), self.lane(Channel::Sms, db, outbox, now));
        let (mail, sms) = (mail?, sms?);
        Ok(Round { sent: mail.sent + sms.sent, again: mail.again + sms.again, dead: mail.dead + sms.dead })
    }

    /// The same, of one kind of messages.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lane(&self, channel: Channel, db: &Database, outbox: &Outbox, now: Timestamp) -> Result<Round, Fault> {
        if !store::any_due(db, channel, now).await? {
            return Ok(Round::default());
        }
        if !self.0.can_carry(channel) {
            if self.0.is_news(channel) {
                tracing::warn!(%channel, "messages wait: nobody is configured to carry them");
            }
            return Ok(Round::default());
        }
        let mut lane = Lane {
            carriers: Arc::clone(&self.0),
            channel,
            db: db.clone(),
            outbox: outbox.clone(),
            watch: Stopwatch::start(now),
            under_way: JoinSet::new(),
            round: Round::default(),
        };
        let outcome = lane.run().await;
        // What is under way is neither cut off nor forgotten when the database fails in between.
        lane.finish().await;
        outcome.map(|()| lane.round)
    }
}

struct Lane {
    carriers: Arc<Carriers>,
    channel: Channel,
    db: Database,
    outbox: Outbox,
    watch: Stopwatch,
    under_way: JoinSet<Result<Option<Outcome>, Fault>>,
    round: Round,
}

/// What became of one message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Sent,
    Again,
    Dead,
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Again => "again",
            Self::Dead => "dead",
        }
    }
}

impl Lane {
    async fn run(&mut self) -> Result<(), Fault> {
        loop {
            let taken = self.take_more().await?;
            // Everything that could be taken is under way: wait for some of it, or for news.
            match tokio::time::timeout(LOOK, self.under_way.join_next()).await {
                Ok(Some(Ok(outcome))) => self.count(outcome?),
                Ok(Some(Err(panic))) => tracing::error!(%panic, "a delivery broke off"),
                Ok(None) if taken == 0 => return Ok(()),
                Ok(None) | Err(_) => {}
            }
        }
    }

    async fn take_more(&mut self) -> Result<usize, Fault> {
        let (room, now) = (AT_ONCE - self.under_way.len().min(AT_ONCE), self.watch.now());
        if self.carriers.is_stopped() || room == 0 || !store::any_due(&self.db, self.channel, now).await? {
            return Ok(0);
        }
        let claimed = store::claim(&self.db, self.channel, (now, now.plus(LEASE)), room).await?;
        let taken = claimed.len();
        for message in claimed {
            let delivery = Delivery {
                carriers: Arc::clone(&self.carriers),
                db: self.db.clone(),
                outbox: self.outbox.clone(),
                watch: self.watch,
                message,
            };
            self.under_way.spawn(delivery.run());
        }
        Ok(taken)
    }

    async fn finish(&mut self) {
        while let Some(done) = self.under_way.join_next().await {
            if let Ok(Ok(outcome)) = done {
                self.count(outcome);
            }
        }
    }

    fn count(&mut self, outcome: Option<Outcome>) {
        match outcome {
            Some(Outcome::Sent) => self.round.sent += 1,
            Some(Outcome::Again) => self.round.again += 1,
            Some(Outcome::Dead) => self.round.dead += 1,
            None => {}
        }
    }
}

/// One message under way.
struct Delivery {
    carriers: Arc<Carriers>,
    db: Database,
    outbox: Outbox,
    watch: Stopwatch,
    message: Claimed,
}

impl Delivery {
    /// `None` when the claim was lost: somebody else sends it.
    async fn run(mut self) -> Result<Option<Outcome>, Fault> {
        if self.is_expired() {
            return self.note(Verdict::Expired).await;
        }
        let Some(content) = self.outbox.open(&self.message.id, self.message.channel, &self.message.sealed) else {
            return self.note(Verdict::dead(None, "unreadable")).await;
        };
        let domain = content.to().rsplit_once('@').map_or("", |(_, domain)| domain).to_ascii_lowercase();
        let places = (self.message.channel == Channel::Mail).then(|| self.carriers.places(&domain));
        let _place = match places {
            Some(places) => places.acquire_owned().await.ok(),
            None => None,
        };
        if self.carriers.is_stopped() {
            return self.give_back().await;
        }
        if !self.still_ours().await? {
            return Ok(None);
        }
        let tried = attempt(&self.carriers, &self.message, &content);
        let late = |_| Verdict::again(None, retry::NO_ANSWER);
        let verdict = tokio::time::timeout(LONGEST_TRY, tried).await.unwrap_or_else(late);
        self.note(verdict).await
    }

    fn is_expired(&self) -> bool {
        self.message.expires_at.is_some_and(|end| end <= self.watch.now())
    }

    /// Makes sure that the claim outlasts a try.
    async fn still_ours(&mut self) -> Result<bool, Fault> {
        let now = self.watch.now();
        if now.plus(LEASE / 2) < self.message.claimed_until {
            return Ok(true);
        }
        let until = now.plus(LEASE);
        let renewed = store::mark(&self.db, &self.message, &Mark::Renew(until)).await?;
        self.message.claimed_until = until;
        Ok(renewed)
    }

    /// Leaves the message to another node, or to the next start.
    async fn give_back(&self) -> Result<Option<Outcome>, Fault> {
        let (route, error) = (self.message.route.as_deref(), self.message.last_error.as_deref());
        store::mark(&self.db, &self.message, &Mark::Again { route, error, at: self.watch.now() }).await?;
        Ok(None)
    }

    async fn note(&self, verdict: Verdict) -> Result<Option<Outcome>, Fault> {
        let (now, message) = (self.watch.now(), &self.message);
        let at = self.next_attempt(&verdict, now);
        let (mark, outcome) = match (&verdict, at) {
            (Verdict::Sent { route }, _) => (Mark::Sent { route, now }, Outcome::Sent),
            (Verdict::Expired, _) => (Mark::Expired { now }, Outcome::Dead),
            (Verdict::Again { route, error, .. }, Some(at)) => {
                (Mark::Again { route: route.as_deref(), error: Some(error), at }, Outcome::Again)
            }
            (Verdict::Again { route, error, .. } | Verdict::Dead { route, error }, _) => {
                (Mark::Dead { route: route.as_deref(), error, now }, Outcome::Dead)
            }
        };
        let noted = store::mark(&self.db, message, &mark).await?;
        let (channel, kind) = (message.channel.as_str(), message.kind.clone());
        metrics::counter!("tegata_messages_total", "channel" => channel, "kind" => kind, "outcome" => outcome.word())
            .increment(1);
        let (id, attempts) = (message.id.as_str(), message.attempts);
        match (outcome, verdict.told()) {
            (Outcome::Sent, _) => tracing::debug!(id, channel, "a message was sent"),
            (Outcome::Again, (route, error)) => {
                tracing::warn!(id, channel, route, error, attempts, "a message was not sent; it is tried again");
            }
            (Outcome::Dead, (route, error)) => {
                tracing::error!(id, channel, route, error, attempts, "a message was given up");
            }
        }
        Ok(noted.then_some(outcome))
    }

    /// When to try again: never after the message's own end, so that it is given up in time.
    fn next_attempt(&self, verdict: &Verdict, now: Timestamp) -> Option<Timestamp> {
        let Verdict::Again { not_before, .. } = verdict else { return None };
        let attempts = u32::try_from(self.message.attempts).unwrap_or(u32::MAX);
        let wait = retry::wait(self.message.channel, attempts, self.carriers.give_up_after)?;
        let at = now.plus(wait.max(*not_before));
        Some(self.message.expires_at.map_or(at, |end| at.min(end)))
    }
}
