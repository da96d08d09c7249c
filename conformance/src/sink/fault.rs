//! Faults on demand, so that a sender's retries, time limits and duplicates can be tested.

use serde::{Deserialize, Serialize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What goes wrong next; everything zero is health.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// So many deliveries are refused for now: SMTP 451 at MAIL, HTTP 503 at an SMS endpoint.
    pub refuse: u32,
    /// So many deliveries are refused for good: SMTP 550 at RCPT, HTTP 400 at an SMS endpoint.
    pub reject: u32,
    /// So many SMTP connections close after the mail was received, before the answer.
    pub drop_after_data: u32,
    /// A mail whose connection was closed that way is kept all the same: its sender will send it twice.
    pub keep_dropped: bool,
    /// Every answer waits so long, in milliseconds.
    pub delay_ms: u64,
}

#[derive(Default)]
pub struct Knobs(Mutex<Faults>);

impl Knobs {
    pub fn set(&self, faults: Faults) {
        *self.lock() = faults;
    }

    pub fn get(&self) -> Faults {
        self.lock().clone()
    }

    pub fn take_refusal(&self) -> bool {
        take(&mut self.lock().refuse)
    }

    pub fn take_rejection(&self) -> bool {
        take(&mut self.lock().reject)
    }

    /// `Some(kept)` when the connection must close now.
    pub fn take_drop(&self) -> Option<bool> {
        let mut faults = self.lock();
        take(&mut faults.drop_after_data).then_some(faults.keep_dropped)
    }

    pub async fn delay(&self) {
        let delay = self.lock().delay_ms;
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Faults> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(left: &mut u32) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}
