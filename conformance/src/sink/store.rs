//! The messages: bounded in memory, optionally kept as JSON lines.

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// How many messages are kept; the oldest leave.
pub const CAPACITY: usize = 1000;

/// What kind of message.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Came by SMTP.
    Mail,
    /// Came by an SMS endpoint.
    Sms,
}

/// One message as received.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Message {
    /// Counts up from 1.
    pub id: u64,
    /// Mail or SMS.
    pub kind: Kind,
    /// Milliseconds since 1970.
    pub received: u64,
    /// Sender.
    pub from: String,
    /// Envelope recipients of a mail, the number of an SMS.
    pub to: Vec<String>,
    /// Subject of a mail.
    pub subject: Option<String>,
    /// Text part of a mail, or the SMS.
    pub text: String,
    /// HTML part of a mail, if it has one.
    pub html: Option<String>,
    /// Header fields of a mail in order, names as sent.
    pub headers: Vec<(String, String)>,
    /// Who the sender signed in as (SMTP AUTH, HTTP Basic), if it did.
    pub authenticated: Option<String>,
    /// Key by which the sender marks repetitions of one SMS.
    pub idempotency_key: Option<String>,
}

/// A message before it has a number.
pub struct Draft {
    /// Mail or SMS.
    pub kind: Kind,
    /// Sender.
    pub from: String,
    pub to: Vec<String>,
    /// Subject of a mail.
    pub subject: Option<String>,
    pub text: String,
    /// HTML part of a mail, if it has one.
    pub html: Option<String>,
    pub headers: Vec<(String, String)>,
    pub authenticated: Option<String>,
    /// Key by which the sender marks repetitions of one SMS.
    pub idempotency_key: Option<String>,
}

pub struct Store(Mutex<State>);

struct State {
    messages: VecDeque<Arc<Message>>,
    next: u64,
    file: Option<File>,
}

impl Store {
    pub fn open(path: Option<PathBuf>) -> anyhow::Result<Self> {
        let mut state = State { messages: VecDeque::new(), next: 1, file: None };
        if let Some(path) = path {
            let context = || format!("inbox file {}", path.display());
            if path.exists() {
                let text = std::fs::read_to_string(&path).with_context(context)?;
                // A line cut short by a crash is dropped: this is a sample inbox, not an archive.
                state.messages.extend(text.lines().filter_map(|line| serde_json::from_str(line).ok().map(Arc::new)));
                state.next = state.messages.back().map_or(1, |message| message.id + 1);
                state.trim();
            }
            state.file = Some(OpenOptions::new().create(true).append(true).open(&path).with_context(context)?);
        }
        Ok(Self(Mutex::new(state)))
    }

    /// Keeps `draft`; with an idempotency key that is known, keeps nothing and returns the message of then.
    pub fn push(&self, draft: Draft) -> (Arc<Message>, bool) {
        let mut state = self.lock();
        if let Some(key) = &draft.idempotency_key {
            let known = |message: &&Arc<Message>| message.idempotency_key.as_ref() == Some(key);
            if let Some(message) = state.messages.iter().find(known) {
                return (message.clone(), false);
            }
        }
        let message = Arc::new(draft.number(state.next));
        state.next += 1;
        if let Some(file) = &mut state.file
            && let Err(error) = serde_json::to_writer(&mut *file, &*message)
                .map_err(std::io::Error::from)
                .and_then(|()| file.write_all(b"\n"))
        {
            tracing::warn!(%error, "a message is in memory only");
        }
        state.messages.push_back(message.clone());
        state.trim();
        (message, true)
    }

    pub fn list(&self) -> Vec<Arc<Message>> {
        self.lock().messages.iter().rev().cloned().collect()
    }

    pub fn find(&self, id: u64) -> Option<Arc<Message>> {
        self.lock().messages.iter().find(|message| message.id == id).cloned()
    }

    pub fn clear(&self) {
        let mut state = self.lock();
        state.messages.clear();
        if let Some(file) = &state.file
            && let Err(error) = file.set_len(0)
        {
            tracing::warn!(%error, "the inbox file keeps its messages");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn trim(&mut self) {
        while self.messages.len() > CAPACITY {
            self.messages.pop_front();
        }
    }
}

impl Draft {
    fn number(self, id: u64) -> Message {
        let received = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_millis());
        Message {
            id,
            kind: self.kind,
            received: received.try_into().unwrap_or(u64::MAX),
            from: self.from,
            to: self.to,
            subject: self.subject,
            text: self.text,
            html: self.html,
            headers: self.headers,
            authenticated: self.authenticated,
            idempotency_key: self.idempotency_key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sms(key: Option<&str>) -> Draft {
        Draft {
            kind: Kind::Sms,
            from: "M-Drive".into(),
            to: vec!["+819012345678".into()],
            subject: None,
            text: "123456".into(),
            html: None,
            headers: Vec::new(),
            authenticated: None,
            idempotency_key: key.map(str::to_owned),
        }
    }

    #[test]
    fn keeps_one_message_per_idempotency_key() -> anyhow::Result<()> {
        let store = Store::open(None)?;
        assert!(store.push(sms(Some("a"))).1);
        assert!(!store.push(sms(Some("a"))).1);
        assert!(store.push(sms(None)).1);
        assert_eq!(store.list().len(), 2);
        Ok(())
    }

    #[test]
    fn keeps_the_last_thousand() -> anyhow::Result<()> {
        let store = Store::open(None)?;
        for _ in 0..CAPACITY + 5 {
            store.push(sms(None));
        }
        assert_eq!((store.list().len(), store.find(5).is_none(), store.find(6).is_some()), (CAPACITY, true, true));
        Ok(())
    }
}
