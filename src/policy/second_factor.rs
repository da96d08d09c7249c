//! The rules of two-step verification: how long codes live, how often they may be guessed, when an SMS may be sent.
//!
//! Sources: `product.md` §4, `upstreams.md` §5.3 (toll fraud), NIST SP 800-63B-4 (`security.md` lines 94–96).
//!
//! | what | rule |
//! |---|---|
//! | a code sent by SMS | 6 digits, 10 minutes, one at a time |
//! | wrong codes in one attempt | 5, then the person signs in again |
//! | wrong codes in a row over all attempts | from the 10th on, each bars the factor: 15 min, 30 min, … 24 h |
//! | SMS to one number, and for one account | 3 in 10 minutes, 5 in an hour, 10 in a day |
//! | another SMS in the same attempt | after 30 s, then 60 s, then 120 s |

use std::time::Duration;

use crate::clock::Timestamp;
use crate::text_enum::text_enum;

/// How long a code sent by SMS is good (ASVS 6.5.5: 10 minutes at the most).
pub const CODE_LIFETIME: Duration = Duration::from_mins(10);
/// How long a browser is remembered since its last sign-in.
pub const REMEMBERED: Duration = Duration::from_hours(24 * 30);
/// How long a person may take over one attempt, enrolment included.
pub const ATTEMPT_LIFETIME: Duration = Duration::from_hours(1);
/// Wrong codes that end an attempt.
pub const MOST_GUESSES: i64 = 5;
/// Wrong codes in a row that an account may have without being barred.
const UNBARRED_FAILURES: i64 = 9;
const FIRST_BAR: Duration = Duration::from_mins(15);
const LONGEST_BAR: Duration = DAY;
const DAY: Duration = Duration::from_hours(24);

/// How many SMS in which time, to one number and for one account.
const SMS_LIMITS: [(Duration, usize); 3] = [(Duration::from_mins(10), 3), (Duration::from_hours(1), 5), (DAY, 10)];
/// How far back the limits look.
pub const SMS_MEMORY: Duration = DAY;

/// For how long an account's codes are refused after so many wrong ones in a row; `None`: not at all.
///
/// Each further wrong code doubles the wait, so that from the ninth bar on it is one guess a day: about four hundred in
/// a year, each with three chances in a million. There is no forgetting by time alone, only a right code or a reset
/// begins anew (800-63B-4 §3.2.2 counts consecutive failures, too). Whoever guesses here knows the password already:
/// nobody can bar a stranger.
pub fn bar(failures: i64) -> Option<Duration> {
    let past = failures.checked_sub(UNBARRED_FAILURES + 1).filter(|past| *past >= 0)?;
    let doublings = u32::try_from(past).unwrap_or(u32::MAX);
    Some(FIRST_BAR.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_BAR))
}

/// How long a person waits for the next SMS of an attempt that had so many.
pub const fn resend_delay(sends: i64) -> Duration {
    match sends {
        ..=0 => Duration::ZERO,
        1 => Duration::from_secs(30),
        2 => Duration::from_mins(1),
        _ => Duration::from_mins(2),
    }
}

/// What is known when an SMS is asked for. None of the counts includes it.
#[derive(Clone, Debug, Default)]
pub struct SmsFacts {
    /// The present instant.
    pub now: Timestamp,
    /// When SMS went to this number, within [`SMS_MEMORY`].
    pub to_number: Vec<Timestamp>,
    /// When SMS went out for this account, within [`SMS_MEMORY`].
    pub for_account: Vec<Timestamp>,
    /// How many went out today for the contract.
    pub for_contract: i64,
    /// How many went out today for the brand.
    pub for_brand: i64,
    /// How many went in this hour to the block of ten thousand neighbouring numbers.
    pub to_block: i64,
    /// The last ones to the block that had their time: how many there were, and how many of them were typed in.
    pub converted: (usize, usize),
}

/// What a deployment allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SmsRules {
    /// SMS in a day for one contract.
    pub per_contract: i64,
    /// SMS in a day for one brand.
    pub per_brand: i64,
    /// SMS in an hour to one block of ten thousand numbers.
    pub per_block: i64,
    /// How many SMS to a block are looked at before it can be stopped.
    pub conversion_sample: usize,
    /// The share of codes typed in, in percent, under which a block is stopped.
    pub conversion_percent: usize,
}

text_enum! {
    /// Why no SMS is sent.
    pub enum SmsRefusal {
        /// The last one of this attempt went out a moment ago.
        TooSoon = "too_soon",
        /// Too many to this number.
        Number = "number_limit",
        /// Too many for this account.
        Account = "account_limit",
        /// The contract's budget of the day is spent.
        Contract = "contract_budget",
        /// The brand's budget of the day is spent.
        Brand = "brand_budget",
        /// Too many to the number's neighbours.
        Block = "block_velocity",
        /// Hardly any code sent to the number's neighbours is ever typed in: somebody earns on the SMS.
        Conversion = "block_conversion",
    }
}

/// Why an SMS may not be sent, if it may not.
pub fn refuse_sms(facts: &SmsFacts, rules: &SmsRules) -> Option<SmsRefusal> {
    let (sent, typed) = facts.converted;
    let ignored = sent >= rules.conversion_sample && typed * 100 < sent * rules.conversion_percent;
    #[rustfmt::skip]
    let reasons = [
        (is_over(&facts.to_number, facts.now),      SmsRefusal::Number),
        (is_over(&facts.for_account, facts.now),    SmsRefusal::Account),
        (facts.to_block >= rules.per_block,         SmsRefusal::Block),
        (ignored,                                   SmsRefusal::Conversion),
        (facts.for_contract >= rules.per_contract,  SmsRefusal::Contract),
        (facts.for_brand >= rules.per_brand,        SmsRefusal::Brand),
    ];
    reasons.into_iter().find_map(|(holds, refusal)| holds.then_some(refusal))
}

fn is_over(sent: &[Timestamp], now: Timestamp) -> bool {
    SMS_LIMITS.iter().any(|(within, most)| sent.iter().filter(|at| now.since(**at) < *within).count() >= *most)
}

#[cfg(test)]
#[path = "second_factor_tests.rs"]
mod tests;
