//! When a message is tried again, and by whom. Pure.

use std::time::Duration;

use super::message::Channel;

/// A mail waits a minute, then twice as long each time, a day at the most.
const MAIL_FIRST: Duration = Duration::from_mins(1);
const MAIL_LONGEST: Duration = Duration::from_hours(24);
/// Somebody looks at a telephone and waits for the code.
const SMS_FIRST: Duration = Duration::from_secs(5);
const SMS_LONGEST: Duration = Duration::from_mins(1);
/// An SMS without an end of its own is worth nothing by then.
const SMS_GIVE_UP: Duration = Duration::from_mins(10);

/// The code of a try whose outcome nobody knows.
pub const NO_ANSWER: &str = "no_answer";

/// How long to wait after so many failed attempts; `None` when the waiting has taken long enough. It follows from the
/// number of attempts alone, so that an operator's `retry` begins anew.
pub fn wait(channel: Channel, attempts: u32, mail_give_up: Duration) -> Option<Duration> {
    let (first, longest, give_up) = match channel {
        Channel::Mail => (MAIL_FIRST, MAIL_LONGEST, mail_give_up),
        Channel::Sms => (SMS_FIRST, SMS_LONGEST, SMS_GIVE_UP),
    };
    let step = |attempt: u32| longest.min(first.saturating_mul(1 << attempt.saturating_sub(1).min(20)));
    let waited: Duration = (1..attempts.min(10_000)).map(step).sum();
    (waited < give_up).then(|| step(attempts))
}

/// The providers to ask for an SMS, in order, each with whether it is asked for the second time after it gave no
/// answer. `last`: who gave none at the last try.
pub fn sms_order(routes: &[usize], last: Option<usize>) -> Vec<(usize, bool)> {
    let start = last.and_then(|last| routes.iter().position(|route| *route == last));
    let (before, from) = routes.split_at(start.unwrap_or(0));
    let mut order: Vec<_> = from.iter().chain(before).map(|route| (*route, false)).collect();
    if let (Some(first), true) = (order.first_mut(), start.is_some()) {
        first.1 = true;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE_DAYS: Duration = Duration::from_hours(72);

    fn waits(channel: Channel) -> Vec<u64> {
        (1..).map_while(|attempts| wait(channel, attempts, THREE_DAYS)).map(|wait| wait.as_secs()).collect()
    }

    #[test]
    fn a_mail_is_tried_from_a_minute_to_a_day_apart_for_three_days() {
        let waits = waits(Channel::Mail);
        assert_eq!(waits[..4], [60, 120, 240, 480]);
        assert_eq!(waits.iter().max(), Some(&86_400));
        let whole: u64 = waits.iter().sum();
        assert!((259_200..259_200 + 86_400).contains(&whole), "{whole}");
    }

    #[test]
    fn a_code_is_tried_every_few_seconds_and_not_for_long() {
        let waits = waits(Channel::Sms);
        assert_eq!(waits[..5], [5, 10, 20, 40, 60]);
        assert!(waits.iter().sum::<u64>() <= 660);
    }

    #[test]
    fn no_number_of_attempts_overflows() {
        assert_eq!(wait(Channel::Mail, u32::MAX, THREE_DAYS), None);
        assert_eq!(wait(Channel::Mail, 0, THREE_DAYS), Some(MAIL_FIRST));
    }

    #[test]
    fn whoever_gave_no_answer_is_asked_again_before_anybody_else() {
        for (routes, last, order) in [
            (vec![0, 1, 2], None, vec![(0, false), (1, false), (2, false)]),
            (vec![0, 1, 2], Some(1), vec![(1, true), (2, false), (0, false)]),
            (vec![2, 0], Some(0), vec![(0, true), (2, false)]),
            (vec![0, 1], Some(7), vec![(0, false), (1, false)]),
            (vec![], Some(0), vec![]),
        ] {
            assert_eq!(sms_order(&routes, last), order);
        }
    }
}
