//! How long each thing lives (`security.md` lines 22, 28 and 79; the product's chapter on the protocol).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// The account menu asks for a sign-in no older than this (`product.md` §3).
pub const ACCOUNT_MENU_SIGN_IN: Duration = Duration::from_mins(10);
/// The admin console asks for one no older than this: long enough for an afternoon's work among the users.
pub const ADMIN_CONSOLE_SIGN_IN: Duration = Duration::from_mins(60);
/// Whoever links an upstream account signed in no longer ago than this (`upstreams.md` S28).
pub const LINK_SIGN_IN: Duration = Duration::from_mins(5);
/// How long a mailed link is good (`product.md` §1, manuals: 「本メール受領後14日間」).
pub const TICKET: Duration = Duration::from_hours(14 * 24);

/// The time over which the reset links of one account count (`[limits] resets_per_account`).
pub const RESET_WINDOW: Duration = Duration::from_hours(1);

/// An idle and an absolute limit: what lives ends at whichever comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// After the last use.
    pub idle: Duration,
    /// After the beginning.
    pub absolute: Duration,
}

impl Window {
    /// When something that began at `started` and was last used at `last_used` ends.
    pub fn expires_at(&self, started: Timestamp, last_used: Timestamp) -> Timestamp {
        started.plus(self.absolute).min(last_used.plus(self.idle))
    }

    /// Whether it still lives. The instant of its end is over.
    pub fn is_live(&self, started: Timestamp, last_used: Timestamp, now: Timestamp) -> bool {
        now < self.expires_at(started, last_used)
    }
}

/// The lifetimes of a deployment, or of one client after [`Lifetimes::with`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lifetimes {
    /// An authorization code.
    pub authorization_code: Duration,
    /// An access token.
    pub access_token: Duration,
    /// An ID token.
    pub id_token: Duration,
    /// A refresh token's family: idle since the last refresh, absolute since the sign-in.
    pub refresh_token: Window,
    /// How long a repeated refresh gets the identical answer, for a client whose answer was lost.
    pub refresh_grace: Duration,
    /// A session at the OP.
    pub session: Window,
    /// A sign-in in progress.
    pub interaction: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            authorization_code: Duration::from_secs(60),
            access_token: Duration::from_mins(10),
            id_token: Duration::from_mins(10),
            refresh_token: Window { idle: DAY * 30, absolute: DAY * 90 },
            refresh_grace: Duration::from_secs(10),
            session: Window { idle: Duration::from_hours(8), absolute: DAY },
            interaction: Duration::from_hours(1),
        }
    }
}

const DAY: Duration = Duration::from_hours(24);

/// What a client has different, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Overrides {
    /// An access token's lifetime.
    pub access_token: Option<u32>,
    /// An ID token's lifetime.
    pub id_token: Option<u32>,
    /// A refresh token's idle limit.
    pub refresh_token_idle: Option<u32>,
    /// A refresh token's absolute limit.
    pub refresh_token_absolute: Option<u32>,
}

/// A lifetime that cannot be accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LifetimeProblem {
    /// The name of the setting.
    pub field: &'static str,
    /// The rule it breaks.
    pub rule: &'static str,
}

impl std::fmt::Display for LifetimeProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.field, self.rule)
    }
}

impl std::error::Error for LifetimeProblem {}

impl Lifetimes {
    /// These lifetimes with a client's own in their place.
    #[must_use]
    pub fn with(mut self, overrides: &Overrides) -> Self {
        let fields = [
            (&mut self.access_token, overrides.access_token),
            (&mut self.id_token, overrides.id_token),
            (&mut self.refresh_token.idle, overrides.refresh_token_idle),
            (&mut self.refresh_token.absolute, overrides.refresh_token_absolute),
        ];
        for (field, seconds) in fields {
            if let Some(seconds) = seconds {
                *field = Duration::from_secs(seconds.into());
            }
        }
        self
    }

    /// Checks them against each other and against the norms.
    ///
    /// # Errors
    /// The first setting that cannot be accepted.
    pub fn check(&self) -> Result<(), LifetimeProblem> {
        let rules = [
            // RFC 6749 §4.1.2: a code lives ten minutes at most.
            (self.authorization_code <= Duration::from_mins(10), "authorization_code", "must be at most 10 minutes"),
            (!self.authorization_code.is_zero(), "authorization_code", "must not be zero"),
            (!self.access_token.is_zero(), "access_token", "must not be zero"),
            (self.access_token <= DAY, "access_token", "must be at most 24 hours"),
            (!self.id_token.is_zero(), "id_token", "must not be zero"),
            (self.id_token <= DAY, "id_token", "must be at most 24 hours"),
            (!self.refresh_token.idle.is_zero(), "refresh_token_idle", "must not be zero"),
            (
                self.refresh_token.idle <= self.refresh_token.absolute,
                "refresh_token_idle",
                "must be at most refresh_token_absolute",
            ),
            (self.refresh_grace <= Duration::from_mins(1), "refresh_grace", "must be at most 1 minute"),
            (!self.session.idle.is_zero(), "session.idle", "must not be zero"),
            (self.session.idle <= self.session.absolute, "session.idle", "must be at most session.absolute"),
            (!self.interaction.is_zero(), "interaction.lifetime", "must not be zero"),
        ];
        match rules.into_iter().find(|(holds, ..)| !holds) {
            Some((_, field, rule)) => Err(LifetimeProblem { field, rule }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_at_whichever_limit_comes_first() {
        let window = Window { idle: Duration::from_secs(10), absolute: Duration::from_secs(60) };
        let at = Timestamp::from_seconds;
        #[rustfmt::skip]
        let table = [
            // started, last used, now, lives
            (0, 0, 9, true), (0, 0, 10, false), (0, 9, 18, true), (0, 9, 19, false), (0, 55, 59, true), (0, 55, 60, false),
        ];
        for (started, used, now, lives) in table {
            assert_eq!(window.is_live(at(started), at(used), at(now)), lives, "{started} {used} {now}");
        }
    }

    #[test]
    fn a_client_replaces_only_what_it_names() {
        let overrides = Overrides { access_token: Some(300), refresh_token_absolute: Some(60), ..Overrides::default() };
        let lifetimes = Lifetimes::default().with(&overrides);
        assert_eq!(lifetimes.access_token, Duration::from_secs(300));
        assert_eq!(lifetimes.id_token, Lifetimes::default().id_token);
        assert_eq!(lifetimes.check().unwrap_err().field, "refresh_token_idle");
    }

    #[test]
    fn the_defaults_are_valid_and_each_rule_bites() {
        assert_eq!(Lifetimes::default().check(), Ok(()));
        type Row = (fn(&mut Lifetimes), &'static str);
        let table: &[Row] = &[
            (|l| l.authorization_code = Duration::from_secs(601), "authorization_code"),
            (|l| l.access_token = Duration::ZERO, "access_token"),
            (|l| l.id_token = DAY * 2, "id_token"),
            (|l| l.refresh_grace = DAY, "refresh_grace"),
            (|l| l.session.idle = DAY * 2, "session.idle"),
            (|l| l.interaction = Duration::ZERO, "interaction.lifetime"),
        ];
        for (change, field) in table {
            let mut lifetimes = Lifetimes::default();
            change(&mut lifetimes);
            assert_eq!(lifetimes.check().unwrap_err().field, *field);
        }
    }
}
