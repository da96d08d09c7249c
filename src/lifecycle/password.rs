//! A new password: changed by somebody who knows the old one (manual, chapter 3), or set by mailed link (chapter 6.2).

use std::num::NonZeroU32;

use super::lock::release;
use super::second_factor_reset::{forget_browsers, forget_factors};
use super::{Letter, Registrar, is_in_use, may_recover};
use crate::account::{LoginMethod, SignInRecord, replace_password_hash, update_password_hash};
use crate::audit::EventKind;
use crate::id::SessionId;
use crate::notify::MailKind;
use crate::policy::lifetimes;
use crate::secret::Secret;
use crate::storage::{Fault, Tx};
use crate::ticket::{Data, Purpose, Ticket, consume_ticket, count_recent_tickets, revoke_tickets_of_account};

/// Puts a new password in the place of the one that was shown. The account's other sessions end with what was issued
/// from them; remembered browsers are forgotten, open links are dead. `false` when the old password is not the
/// account's any more.
///
/// # Errors
/// When the database fails.
pub async fn change_password(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    (record, current): (&SignInRecord, &SessionId),
    new_hash: &Secret<String>,
) -> Result<bool, Fault> {
    let account = &record.account;
    let Some(old_hash) = &record.password_hash else { return Ok(false) };
    if !replace_password_hash(tx, &account.id, (old_hash, new_hash), registrar.now).await? {
        return Ok(false);
    }
    revoke_tickets_of_account(tx, &account.id, registrar.now).await?;
    forget_browsers(tx, &account.id).await?;
    registrar.end_everything(tx, account, (Some(current), "password_changed")).await?;
    registrar.write(tx, account, Letter::of(MailKind::PasswordChanged)).await?;
    registrar.record(tx, EventKind::PasswordChanged, "by_user", account).await?;
    metrics::counter!("tegata_password_changes_total", "by" => "user").increment(1);
    Ok(true)
}

/// Writes the mail for somebody who forgot the password: a link, or for an account with another login method the name
/// of that method. Nobody else gets one, and nobody more than `most` links within [`lifetimes::RESET_WINDOW`]. Says what
/// became of it, for the audit log alone.
///
/// # Errors
/// When the database fails.
pub async fn request_password_reset(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    record: Option<&SignInRecord>,
    most: NonZeroU32,
) -> Result<&'static str, Fault> {
    let Some(record) = record else { return Ok("unknown_account") };
    let account = &record.account;
    let since = registrar.now.minus(lifetimes::RESET_WINDOW);
    let recent = count_recent_tickets(tx, &account.id, Purpose::PasswordReset, since).await?;
    let outcome = if recent >= i64::from(most.get()) {
        // Whoever asks hears the same; the link that is there stays good.
        "too_many"
    } else if may_recover(record, registrar.now) {
        let reset = (Purpose::PasswordReset, Data::default());
        registrar.write_link(tx, account, reset, Letter::of(MailKind::PasswordReset)).await?;
        "sent"
    } else if account.login_method != LoginMethod::Password && is_in_use(record, registrar.now) {
        let words = registrar.face.texts(registrar.language_of(account));
        let method = words.text(button_of(account.login_method));
        let args = [("method", &*method)];
        let letter = Letter { args: &args, ..Letter::of(MailKind::ResetOtherMethod) };
        registrar.write(tx, account, letter).await?;
        "other_login_method"
    } else {
        "not_in_use"
    };
    registrar.record(tx, EventKind::PasswordResetRequested, outcome, account).await?;
    metrics::counter!("tegata_password_reset_requests_total", "outcome" => outcome).increment(1);
    Ok(outcome)
}

/// Sets a new password by the mailed link: unlocks, ends every session and token, and lets the second factor be
/// enrolled anew (manual: 「この手順を実施後は、2段階認証の登録がリセットされます」). Passkeys go too: whoever recovers an
/// account must be alone in it afterwards. `false` when the link was used, replaced or over a moment before.
///
/// # Errors
/// When the database fails.
pub async fn reset_password(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    (ticket, record): (&Ticket, &SignInRecord),
    new_hash: &Secret<String>,
) -> Result<bool, Fault> {
    let account = &record.account;
    if !consume_ticket(tx, &ticket.id, registrar.now).await? {
        return Ok(false);
    }
    release(tx, registrar, account, "by_reset").await?;
    // Suspended or moved to another method in this very moment: the caller rolls back.
    if !update_password_hash(tx, &account.id, new_hash, registrar.now).await? {
        return Ok(false);
    }
    revoke_tickets_of_account(tx, &account.id, registrar.now).await?;
    let had_factors = forget_factors(tx, &account.id).await?;
    registrar.end_everything(tx, account, (None, "password_reset")).await?;
    registrar.write(tx, account, Letter::of(MailKind::PasswordChanged)).await?;
    if had_factors {
        registrar.write(tx, account, Letter::of(MailKind::SecondFactorReset)).await?;
    }
    registrar.record(tx, EventKind::PasswordChanged, "by_reset", account).await?;
    metrics::counter!("tegata_password_changes_total", "by" => "reset").increment(1);
    Ok(true)
}

/// The button of the login page by which an account signs in.
const fn button_of(method: LoginMethod) -> &'static str {
    match method {
        LoginMethod::Password => "login-submit",
        LoginMethod::Google => "login-with-google",
        LoginMethod::Facebook => "login-with-facebook",
        LoginMethod::Microsoft => "login-with-microsoft",
        LoginMethod::DAccount => "login-with-daccount",
        LoginMethod::ActiveDirectory => "login-with-active-directory",
        LoginMethod::OpenIdConnect => "upstream-other",
    }
}
