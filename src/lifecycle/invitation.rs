//! Inviting a person, and the person's registration (manual, chapter 1.5).

use super::{Letter, Registrar};
use crate::account::{Account, AccountState, NewAccount, SignInRecord, insert_account, register_account};
use crate::audit::EventKind;
use crate::lockout::{LoginKey, clear_failures};
use crate::notify::MailKind;
use crate::secret::Secret;
use crate::storage::{Fault, Tx};
use crate::ticket::{Data, Issued, Purpose, Ticket, consume_ticket};

/// Somebody to be invited.
pub struct Invitation {
    /// The account, in state `invited`.
    pub new: NewAccount,
    /// The address of who invites, as the mail names it.
    pub inviter: String,
}

/// Adds an account that its person has still to register, and writes the mail 【brand】利用者登録のご案内.
///
/// # Errors
/// [`Fault::Unique`] when the address is taken in the brand: the transaction is lost.
pub async fn invite(tx: &mut Tx, registrar: &Registrar<'_>, invitation: &Invitation) -> Result<(), Fault> {
    let account = &invitation.new.account;
    insert_account(tx, &invitation.new, registrar.now).await?;
    clear_failures(tx, LoginKey::of(registrar.master, &account.brand, &account.email)).await?;
    send(tx, registrar, account, &invitation.inviter).await?;
    registrar.record(tx, EventKind::AccountChanged, "invited", account).await
}

/// Writes the mail again with a new link; the link of the first one is dead. `false` when the person is registered.
///
/// # Errors
/// When the database fails.
pub async fn invite_again(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    account: &Account,
    inviter: &str,
) -> Result<bool, Fault> {
    if account.state != AccountState::Invited || send(tx, registrar, account, inviter).await? != Issued::Yes {
        return Ok(false);
    }
    registrar.record(tx, EventKind::AccountChanged, "invited_again", account).await?;
    Ok(true)
}

async fn send(tx: &mut Tx, registrar: &Registrar<'_>, account: &Account, inviter: &str) -> Result<Issued, Fault> {
    let args = [("inviter", inviter)];
    let letter = Letter { args: &args, ..Letter::of(MailKind::Invitation) };
    registrar.write_link(tx, account, (Purpose::Invitation, Data::default()), letter).await
}

/// The invited person chose a password: the account is active, its address proved. `false` when the link was used, or
/// the account changed, a moment before.
///
/// # Errors
/// When the database fails.
pub async fn complete_registration(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    (ticket, record): (&Ticket, &SignInRecord),
    password_hash: &Secret<String>,
) -> Result<bool, Fault> {
    let account = &record.account;
    if !consume_ticket(tx, &ticket.id, registrar.now).await?
        || !register_account(tx, &account.id, password_hash, registrar.now).await?
    {
        return Ok(false);
    }
    clear_failures(tx, LoginKey::of(registrar.master, &account.brand, &account.email)).await?;
    registrar.record(tx, EventKind::AccountChanged, "registered", account).await?;
    Ok(true)
}
