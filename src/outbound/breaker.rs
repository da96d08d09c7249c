//! When a line rests. Pure; the state diagram is in the room's introduction.

use std::time::Duration;

use crate::clock::Timestamp;

/// The state of a line.
pub(super) struct Breaker {
    failures_to_open: u32,
    pause: Duration,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Requests pass; so many in a row have failed.
    Closed { failures: u32 },
    /// Requests are refused, since then.
    Open { since: Timestamp },
    /// One request is under way to find out; the others are refused.
    Probing,
}

/// How a request got through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Admission {
    /// Like every other.
    Regular,
    /// To find out whether the outage is over.
    Probe,
}

/// What came of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// Somebody is there.
    Answered,
    /// Nobody is, or nobody fit to serve.
    Failed,
    /// Whoever asked went away before anybody knew.
    Abandoned,
}

/// A change that an operator wants to hear of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Change {
    /// The line begins to rest.
    Opened,
    /// It is in use again.
    Closed,
}

impl Breaker {
    pub(super) const fn new(failures_to_open: u32, pause: Duration) -> Self {
        Self { failures_to_open, pause, state: State::Closed { failures: 0 } }
    }

    /// Whether a request would be refused.
    pub(super) fn is_open(&self, now: Timestamp) -> bool {
        match self.state {
            State::Closed { .. } => false,
            State::Open { since } => !self.is_over(since, now),
            State::Probing => true,
        }
    }

    /// Lets a request through, or refuses it. Whoever got through tells [`note`](Self::note) what came of it.
    pub(super) fn admit(&mut self, now: Timestamp) -> Option<Admission> {
        match self.state {
            State::Closed { .. } => Some(Admission::Regular),
            State::Open { since } if self.is_over(since, now) => {
                self.state = State::Probing;
                Some(Admission::Probe)
            }
            State::Open { .. } | State::Probing => None,
        }
    }

    /// What came of a request. Once the line rests, only the probe has a say: the others began before.
    pub(super) fn note(&mut self, admission: Admission, verdict: Verdict, now: Timestamp) -> Option<Change> {
        let (next, change) = match (self.state, admission, verdict) {
            (State::Closed { .. }, _, Verdict::Answered) => (State::Closed { failures: 0 }, None),
            (State::Closed { failures }, _, Verdict::Failed) if failures.saturating_add(1) < self.failures_to_open => {
                (State::Closed { failures: failures.saturating_add(1) }, None)
            }
            (State::Closed { .. }, _, Verdict::Failed) => (State::Open { since: now }, Some(Change::Opened)),
            (State::Probing, Admission::Probe, Verdict::Answered) => {
                (State::Closed { failures: 0 }, Some(Change::Closed))
            }
            (State::Probing, Admission::Probe, Verdict::Failed) => (State::Open { since: now }, None),
            // Nothing was learned: the next one may try at once.
            (State::Probing, Admission::Probe, Verdict::Abandoned) => {
                (State::Open { since: now.minus(self.pause) }, None)
            }
            (state, ..) => (state, None),
        };
        self.state = next;
        change
    }

    /// A clock that was set back must not make the pause longer.
    fn is_over(&self, since: Timestamp, now: Timestamp) -> bool {
        since > now || now.since(since) >= self.pause
    }
}

#[cfg(test)]
mod tests {
    use super::Admission::{Probe, Regular};
    use super::Verdict::{Abandoned, Answered, Failed};
    use super::*;

    const PAUSE: Duration = Duration::from_secs(30);
    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn breaker(state: State) -> Breaker {
        Breaker { failures_to_open: 3, pause: PAUSE, state }
    }

    const fn closed(failures: u32) -> State {
        State::Closed { failures }
    }

    fn open(seconds_ago: u64) -> State {
        State::Open { since: NOW.minus(Duration::from_secs(seconds_ago)) }
    }

    #[test]
    fn every_state_answers_every_outcome() {
        for (state, admission, verdict, next, change) in [
            (closed(0), Regular, Answered, closed(0), None),
            (closed(2), Regular, Answered, closed(0), None),
            (closed(0), Regular, Failed, closed(1), None),
            (closed(1), Regular, Failed, closed(2), None),
            (closed(2), Regular, Failed, open(0), Some(Change::Opened)),
            (closed(2), Regular, Abandoned, closed(2), None),
            (open(5), Regular, Answered, open(5), None),
            (open(5), Regular, Failed, open(5), None),
            (open(5), Regular, Abandoned, open(5), None),
            (State::Probing, Regular, Answered, State::Probing, None),
            (State::Probing, Regular, Failed, State::Probing, None),
            (State::Probing, Regular, Abandoned, State::Probing, None),
            (State::Probing, Probe, Answered, closed(0), Some(Change::Closed)),
            (State::Probing, Probe, Failed, open(0), None),
            (State::Probing, Probe, Abandoned, open(30), None),
        ] {
            let mut breaker = breaker(state);
            assert_eq!(breaker.note(admission, verdict, NOW), change, "{state:?} {admission:?} {verdict:?}");
            assert_eq!(breaker.state, next, "{state:?} {admission:?} {verdict:?}");
        }
    }

    #[test]
    fn a_request_gets_through_a_closed_line_and_one_gets_through_when_the_pause_is_over() {
        for (state, admission, next) in [
            (closed(0), Some(Regular), closed(0)),
            (closed(2), Some(Regular), closed(2)),
            (open(0), None, open(0)),
            (open(29), None, open(29)),
            (open(30), Some(Probe), State::Probing),
            (open(9_999), Some(Probe), State::Probing),
            (State::Probing, None, State::Probing),
            // The clock was set back by an hour.
            (State::Open { since: NOW.plus(Duration::from_hours(1)) }, Some(Probe), State::Probing),
        ] {
            let mut breaker = breaker(state);
            assert_eq!(breaker.is_open(NOW), admission.is_none(), "{state:?}");
            assert_eq!(breaker.admit(NOW), admission, "{state:?}");
            assert_eq!(breaker.state, next, "{state:?}");
        }
    }

    #[test]
    fn one_failure_is_enough_when_so_configured() {
        let mut breaker = Breaker::new(1, PAUSE);
        assert_eq!(breaker.admit(NOW), Some(Regular));
        assert_eq!(breaker.note(Regular, Failed, NOW), Some(Change::Opened));
        assert_eq!(breaker.admit(NOW), None);
    }
}
