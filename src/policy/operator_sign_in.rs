//! How operators sign in: a password of at least twelve characters, then a code or a passkey, always both.
//!
//! | what | rule |
//! |---|---|
//! | wrong passwords in a row for an address | from the tenth on, each bars the address for 15 minutes |
//! | wrong codes in one sign-in | 5, then the password again |
//! | wrong codes in a row over all sign-ins | [`second_factor::bar`](super::second_factor::bar) |
//! | an enrolment link | 24 hours, once |
//! | between password and second factor | 10 minutes |
//! | dangerous acts | a sign-in of the last 5 minutes |
//!
//! Addresses that nobody has are barred like all others, so that a bar tells nothing (`security.md` line 63). A bar
//! ends by itself: a stranger who knows an address can be a nuisance and cannot lock the house.

use std::time::Duration;

use super::password_rule::{self, PasswordProblem};
use crate::clock::Timestamp;

/// The fewest characters of an operator's password.
pub const MIN_PASSWORD_LENGTH: usize = 12;
/// Wrong passwords in a row that bar an address.
pub const MOST_FAILURES: i64 = 10;
/// For how long.
pub const BAR: Duration = Duration::from_mins(15);
/// Wrong codes that end a sign-in.
pub const MOST_GUESSES: i64 = 5;
/// How long an enrolment link is good.
pub const ENROLMENT: Duration = Duration::from_hours(24);
/// How long a person may take from the password to the second factor.
pub const SECOND_FACTOR: Duration = Duration::from_mins(10);
/// How old a sign-in may be for dangerous acts.
pub const FRESH: Duration = Duration::from_mins(5);
/// The longest life of an API key.
pub const LONGEST_API_KEY: Duration = Duration::from_hours(24 * 366);

/// How long an address with so many failures, the last of them then, has to wait; `None`: not at all.
pub fn wait(failures: i64, last_at: Timestamp, now: Timestamp) -> Option<Duration> {
    let until = last_at.plus(BAR);
    (failures >= MOST_FAILURES && now < until).then(|| until.since(now))
}

/// Checks a new password of an operator: everybody's rule, and longer.
///
/// # Errors
/// The first rule it breaks.
pub fn check_password<'a>(password: &str, context: impl IntoIterator<Item = &'a str>) -> Result<(), PasswordProblem> {
    if password.chars().count() < MIN_PASSWORD_LENGTH {
        return Err(PasswordProblem::TooShort);
    }
    password_rule::check(password, context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_wrong_password_bars_for_a_quarter_of_an_hour() {
        let last = Timestamp::from_seconds(1_800_000_000);
        for (failures, later, waits) in [
            (9, 0, None),
            (10, 0, Some(900)),
            (10, 899, Some(1)),
            (10, 900, None),
            (11, 0, Some(900)),
            (500, 900, None),
        ] {
            let now = last.plus(Duration::from_secs(later));
            assert_eq!(wait(failures, last, now), waits.map(Duration::from_secs), "{failures} {later}");
        }
    }

    #[test]
    fn a_password_has_twelve_characters_and_keeps_everybodys_rule() {
        let check = |password| check_password(password, ["ops@example.jp", "Tegata"]);
        assert_eq!(check("aB3-aB3-aB3"), Err(PasswordProblem::TooShort));
        assert_eq!(check("aB3-aB3-aB3-"), Ok(()));
        assert_eq!(check("kitetreelamp"), Err(PasswordProblem::TooFewClasses));
        assert_eq!(check("ops@example.jp"), Err(PasswordProblem::Obvious));
    }
}
