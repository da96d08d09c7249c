//! After the restart: did every promise lead to its mail? At least once, at most twice, none lost.

use super::distress::Promises;
use crate::provider::Launch;
use crate::sink::{Kind, Sink};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What the two mails have in their subjects, and what the outbox calls them.
const LOCK: Mail = Mail { subject: "アカウントロック", kind: "unblock" };
const RESET: Mail = Mail { subject: "パスワードリセット", kind: "password-reset" };
/// How long what was written down before the kill may take to be worked off after it.
const SOON: Duration = Duration::from_secs(10);
/// A mail that was under way at a kill is claimed for three minutes; whoever waits for it waits a little longer.
const CLAIM: Duration = Duration::from_secs(200);
/// Between two looks.
const MOMENT: Duration = Duration::from_millis(100);

#[derive(Clone, Copy)]
struct Mail {
    subject: &'static str,
    kind: &'static str,
}

/// Every mail that arrived, by `Message-ID`.
#[derive(Default)]
pub struct Mailbag {
    arrived: BTreeMap<String, Arrived>,
    /// The newest message looked at.
    seen: u64,
}

struct Arrived {
    to: String,
    subject: String,
    copies: u64,
}

impl Mailbag {
    /// Takes what came since the last look.
    pub fn collect(&mut self, sink: &Sink) {
        let mut messages = sink.messages();
        messages.retain(|message| message.kind == Kind::Mail && message.id > self.seen);
        for message in messages {
            self.seen = self.seen.max(message.id);
            let id = message.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("message-id"));
            let id = id.map_or_else(|| format!("none-{}", message.id), |(_, id)| id.clone());
            let arrived = || Arrived {
                to: message.to.first().cloned().unwrap_or_default(),
                subject: message.subject.clone().unwrap_or_default(),
                copies: 0,
            };
            self.arrived.entry(id).or_insert_with(arrived).copies += 1;
        }
    }

    /// How many different mails of a sort came to an address.
    fn count(&self, mail: Mail, to: &str) -> u64 {
        let wanted = |one: &&Arrived| one.to == to && one.subject.contains(mail.subject);
        self.arrived.values().filter(wanted).count() as u64
    }

    /// How many mails came, and how many of them more than once.
    pub fn numbers(&self) -> (u64, u64) {
        let duplicates = self.arrived.values().filter(|one| one.copies > 1).count();
        (self.arrived.len() as u64, duplicates as u64)
    }

    /// Mails that are still to come: locks, resets.
    fn missing(&self, promises: &Promises) -> (u64, u64) {
        let locks = promises.locks.iter().filter(|address| self.count(LOCK, address) == 0).count();
        let resets = promises.resets.iter().map(|(to, asked)| asked.saturating_sub(self.count(RESET, to))).sum();
        (locks as u64, resets)
    }

    /// Mails that nobody is owed.
    fn surplus(&self, promises: &Promises) -> Vec<String> {
        let mut wrong = Vec::new();
        for address in &promises.locks {
            if self.count(LOCK, address) > 1 {
                wrong.push(format!("{address} was locked once and got several mails"));
            }
        }
        for (address, asked) in &promises.resets {
            let most = asked + promises.unanswered.get(address).copied().unwrap_or_default();
            if self.count(RESET, address) > most {
                wrong.push(format!("{address} asked {most} times at the most and got more mails"));
            }
        }
        for (id, arrived) in self.arrived.iter().filter(|(_, arrived)| arrived.copies > 2) {
            wrong.push(format!("mail {id} («{}») came {} times", arrived.subject, arrived.copies));
        }
        wrong
    }
}

/// Waits for the mails of `promises`. What was under way at the kill may still be claimed: it is not lost as long as the
/// outbox has it. With `to_the_end` nothing may be left there either. Answers every broken promise.
pub async fn verify(
    (launch, sink): (&Launch, &Sink),
    bag: &mut Mailbag,
    promises: &Promises,
    to_the_end: bool,
) -> anyhow::Result<Vec<String>> {
    let began = Instant::now();
    let limit = if to_the_end { CLAIM } else { SOON };
    loop {
        bag.collect(sink);
        let (locks, resets) = bag.missing(promises);
        let nothing_missing = locks == 0 && resets == 0;
        if nothing_missing {
            return Ok(bag.surplus(promises));
        }
        if !to_the_end {
            let waiting = waiting(launch).await?;
            let held = |mail: Mail| waiting.iter().filter(|kind| *kind == mail.kind).count() as u64;
            // Between the two looks a mail may have left.
            bag.collect(sink);
            let (locks, resets) = bag.missing(promises);
            if locks <= held(LOCK) && resets <= held(RESET) {
                return Ok(bag.surplus(promises));
            }
        }
        if began.elapsed() > limit {
            let mut wrong = bag.surplus(promises);
            wrong.push(format!("after {limit:?}: {locks} mails of locks and {resets} of resets are lost"));
            return Ok(wrong);
        }
        tokio::time::sleep(MOMENT).await;
    }
}

/// The kinds of the messages that wait in the outbox.
async fn waiting(launch: &Launch) -> anyhow::Result<Vec<String>> {
    let listed = launch.command(&["outbox", "list", "--state", "waiting", "--limit", "1000", "--json"], None).await?;
    let kind = |line: &str| Some(serde_json::from_str::<Value>(line).ok()?.get("kind")?.as_str()?.to_owned());
    Ok(listed.lines().filter_map(kind).collect())
}
