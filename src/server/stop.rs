//! The order to stop, as everybody in the process hears it.

use tokio::sync::watch;

/// How far the stop has got.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Phase {
    /// Work as usual.
    Running,
    /// Take nothing new, finish what was begun.
    Draining,
    /// End at once.
    Ending,
}

/// Gives the order.
#[derive(Clone, Debug)]
pub struct StopOrder(watch::Sender<Phase>);

/// Hears the order; cheap to clone.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<Phase>);

impl StopOrder {
    /// An order that has not been given yet, and one listener.
    pub fn new() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(Phase::Running);
        (Self(sender), Stop(receiver))
    }

    /// Moves on to a phase; never back.
    pub fn advance(&self, to: Phase) {
        self.0.send_if_modified(|phase| {
            let moves = to > *phase;
            *phase = to.max(*phase);
            moves
        });
    }
}

impl Stop {
    /// The present phase.
    pub fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Waits until at least this phase is reached. An order whose giver is gone counts as given.
    pub async fn reached(&self, phase: Phase) {
        // A clone of its own, so that many can wait.
        let mut receiver = self.0.clone();
        drop(receiver.wait_for(|now| *now >= phase).await);
    }
}

/// Turns SIGTERM and SIGINT into the order: the first asks to finish, the second to end.
///
/// # Errors
/// When the operating system refuses the handlers.
pub fn on_signals(order: StopOrder) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        for phase in [Phase::Draining, Phase::Ending] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            order.advance(phase);
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_order_moves_forward_only_and_reaches_whoever_waits() {
        let (order, stop) = StopOrder::new();
        let waiting = tokio::spawn({
            let stop = stop.clone();
            async move { stop.reached(Phase::Draining).await }
        });
        order.advance(Phase::Ending);
        order.advance(Phase::Draining);
        waiting.await.unwrap();
        assert_eq!(stop.phase(), Phase::Ending);
    }
}
