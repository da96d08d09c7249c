//! Another address for an account (manual, chapters 2.1 (2) and 2.2 (2)).

use super::lock::release;
use super::second_factor_reset::forget_factors;
use super::{Letter, Registrar};
use crate::account::{EmailAddress, LoginMethod, SignInRecord, update_email, update_password_hash};
use crate::audit::EventKind;
use crate::lockout::{LoginKey, clear_failures};
use crate::notify::MailKind;
use crate::secret::Secret;
use crate::storage::{Fault, Tx};
use crate::ticket::{Data, Issued, Purpose, Ticket, consume_ticket, revoke_tickets_of_account};

/// Writes the mail 【brand】メールアドレス変更登録 to the new address; until its link is used the old address works.
///
/// An address somebody has already gets another mail instead, and whoever asked is told the same (`security.md` line
/// 63): `holder` is its account.
///
/// # Errors
/// When the database fails.
pub async fn request_email_change(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    record: &SignInRecord,
    (email, holder): (&EmailAddress, Option<&SignInRecord>),
) -> Result<Issued, Fault> {
    let account = &record.account;
    let data = Data { email: Some(email.as_str().to_owned()) };
    let issued = match holder {
        None => {
            let letter = Letter { to: Some(email.as_str()), ..Letter::of(MailKind::EmailChange) };
            registrar.write_link(tx, account, (Purpose::EmailChange, data), letter).await?
        }
        Some(holder) => {
            // A ticket whose link nobody gets: a former one is dead all the same, as the person wished.
            let issued = registrar.withhold_link(tx, account, (Purpose::EmailChange, data)).await?;
            if issued == Issued::Yes {
                registrar.write(tx, &holder.account, Letter::of(MailKind::EmailTaken)).await?;
            }
            issued
        }
    };
    let what = if issued == Issued::Yes { "email_change_requested" } else { "other_change_pending" };
    registrar.record(tx, EventKind::AccountChanged, what, account).await?;
    Ok(issued)
}

/// What became of an e-mail change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EmailChanged {
    /// The new address is the login ID.
    Yes,
    /// Somebody else has the address by now. The caller rolls back.
    Taken,
    /// The link was used, replaced or over a moment before. The caller rolls back.
    No,
}

/// Makes the new address the account's. A password account sets a password with it and enrols its second factor anew;
/// every session ends, the old address is told.
///
/// # Errors
/// When the database fails; [`Fault::Unique`] when somebody took the address in this very moment.
pub async fn complete_email_change(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    (ticket, record, email): (&Ticket, &SignInRecord, &EmailAddress),
    new_hash: Option<&Secret<String>>,
) -> Result<EmailChanged, Fault> {
    let account = &record.account;
    if !consume_ticket(tx, &ticket.id, registrar.now).await? {
        return Ok(EmailChanged::No);
    }
    release(tx, registrar, account, "by_email_change").await?;
    clear_failures(tx, LoginKey::of(registrar.master, &account.brand, email.as_str())).await?;
    if !update_email(tx, account, email, registrar.now).await? {
        return Ok(EmailChanged::Taken);
    }
    if account.login_method == LoginMethod::Password {
        let Some(hash) = new_hash else { return Ok(EmailChanged::No) };
        if !update_password_hash(tx, &account.id, hash, registrar.now).await? {
            return Ok(EmailChanged::No);
        }
        forget_factors(tx, &account.id).await?;
    }
    revoke_tickets_of_account(tx, &account.id, registrar.now).await?;
    registrar.end_everything(tx, account, (None, "email_changed")).await?;
    let masked = masked(email.as_str());
    let args = [("new", masked.as_str())];
    // `account` still holds the old address: that is where the notice goes.
    registrar.write(tx, account, Letter { args: &args, ..Letter::of(MailKind::EmailChanged) }).await?;
    registrar.record(tx, EventKind::EmailChanged, "by_link", account).await?;
    Ok(EmailChanged::Yes)
}

/// `h•••@example.jp`: enough to recognize one's own address, not enough to learn another's.
fn masked(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first = local.chars().next().unwrap_or('•');
    format!("{first}•••@{domain}")
}
