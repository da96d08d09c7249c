//! Notices: what a person is told of their own account (`security.md` line 61).

use super::{Letter, Registrar};
use crate::account::Account;
use crate::clock::Timestamp;
use crate::notify::MailKind;
use crate::storage::{Fault, Tx};

/// Tells a person what happened to the account, in a mail that needs no further words.
///
/// # Errors
/// When the database fails.
pub async fn tell(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account, kind: MailKind) -> Result<(), Fault> {
    registrar.write(tx, account, Letter::of(kind)).await
}

/// Tells a person that somebody signed in with a browser not seen before. `browser` is what it calls itself, in a few
/// words.
///
/// # Errors
/// When the database fails.
pub async fn tell_of_new_browser(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    account: &Account,
    browser: &str,
) -> Result<(), Fault> {
    let time = local_time(registrar.now);
    let args = [("time", time.as_str()), ("browser", browser)];
    registrar.write(tx, account, Letter { args: &args, ..Letter::of(MailKind::NewBrowser) }).await
}

/// `2026-11-20 09:00 (JST)`: the service's own time, since a mail does not know its reader's.
fn local_time(at: Timestamp) -> String {
    const JAPAN: jiff::tz::Offset = jiff::tz::offset(9);
    let instant = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    format!("{} (JST)", JAPAN.to_datetime(instant).strftime("%Y-%m-%d %H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_that_of_japan() {
        assert_eq!(local_time(Timestamp::from_seconds(1_795_132_800)), "2026-11-20 09:00 (JST)");
    }
}
