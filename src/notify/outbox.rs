//! The outbox: what a transaction leaves to be sent.

use std::sync::Arc;

use tokio::sync::watch;

use super::message::{Channel, Content};
use super::store;
use crate::clock::Timestamp;
use crate::id::{AccountId, BrandCode, MessageId};
use crate::random::Random;
use crate::secret::MasterKey;
use crate::storage::{Fault, Tx};

/// What the seal is for.
const PURPOSE: &str = "outbox";

/// Where messages are put; cheap to clone.
#[derive(Clone)]
pub struct Outbox(Arc<Inner>);

struct Inner {
    master: MasterKey,
    random: Random,
    wake: watch::Sender<()>,
}

/// When a message is to go, and when it is too late.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// The present instant: it goes as soon as it can.
    pub now: Timestamp,
    /// From then on it is worth nothing: its code or ticket has expired.
    pub expires_at: Option<Timestamp>,
}

impl Outbox {
    /// With the key that seals it.
    pub fn new(master: MasterKey, random: Random) -> Self {
        Self(Arc::new(Inner { master, random, wake: watch::Sender::new(()) }))
    }

    /// Puts a message in, as part of what it tells of: rolled back, it is never sent. Call [`Outbox::wake`] once the
    /// transaction has been committed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert(
        &self,
        tx: &mut Tx,
        (brand, account): (&BrandCode, Option<&AccountId>),
        content: &Content,
        due: Due,
    ) -> Result<MessageId, Fault> {
        let id = MessageId::from(self.0.random.row_id(due.now));
        let plain = serde_json::to_vec(content).map_err(|error| Fault::Other(error.to_string()))?;
        let sealed = self.0.master.seal(PURPOSE, id.as_str().as_bytes(), &plain);
        let row = store::NewMessage { channel: content.channel(), kind: content.kind, brand, account, sealed };
        store::insert(tx, &id, &row, due).await?;
        Ok(id)
    }

    /// Has the messages looked at now instead of within a second.
    pub fn wake(&self) {
        self.0.wake.send_replace(());
    }

    /// Changes whenever somebody calls [`Outbox::wake`].
    pub fn bell(&self) -> watch::Receiver<()> {
        self.0.wake.subscribe()
    }

    /// What a row holds; `None` when it was sealed with another key or for another row.
    pub(super) fn open(&self, id: &MessageId, channel: Channel, sealed: &[u8]) -> Option<Content> {
        let plain = self.0.master.open(PURPOSE, id.as_str().as_bytes(), sealed)?;
        let content: Content = serde_json::from_slice(&plain).ok()?;
        (content.channel() == channel).then_some(content)
    }
}
