//! An upstream account for an account: at the registration, and taken away again by the upstream (`product.md` §7).

use super::login_method::method_key;
use super::{Letter, Registrar};
use crate::account::{Account, LoginMethod, SignInRecord, register_upstream_account};
use crate::audit::EventKind;
use crate::lockout::{LoginKey, clear_failures};
use crate::notify::MailKind;
use crate::policy::access_path::AccessPath;
use crate::storage::{Fault, Tx};
use crate::ticket::{Data, Purpose, Ticket, consume_ticket};
use crate::upstream::identity::{UpstreamIdentity, confirm_identity, delete_identity, insert_identity};
use crate::upstream::{Connection, Person};

/// An upstream account, verified a moment ago.
#[derive(Clone, Copy)]
pub struct Upstream<'a> {
    /// Through which connection.
    pub connection: &'a Connection,
    /// Who.
    pub person: &'a Person,
}

/// What became of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Linked {
    /// It is made.
    Yes,
    /// The upstream account is somebody's already; nothing moved. The caller rolls back.
    Elsewhere,
    /// The link of the mail was used, replaced or over, or the account changed, a moment before. The caller rolls back.
    No,
    /// A Facebook account cannot be replaced by another one directly (manual, chapter 2.1). The caller rolls back.
    SameFacebook,
    /// The account cannot have this method: an Active Directory is its own contract's, and never a contractor's. The
    /// caller rolls back.
    NotPossible,
}

/// Whether an account may sign in through a connection at all.
pub(super) fn may_have(account: &Account, connection: &Connection) -> bool {
    use crate::account::Role;
    match &connection.contract {
        None => connection.method != LoginMethod::ActiveDirectory,
        Some(contract) => *contract == account.contract_id && account.role != Role::Contractor,
    }
}

/// The invited person chose an upstream account: the account is active and linked to it.
///
/// # Errors
/// When the database fails.
pub async fn register_with_upstream(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    (ticket, record): (&Ticket, &SignInRecord),
    upstream: Upstream<'_>,
) -> Result<Linked, Fault> {
    let (account, method) = (&record.account, upstream.connection.method);
    if !may_have(account, upstream.connection) {
        return Ok(Linked::NotPossible);
    }
    if !consume_ticket(tx, &ticket.id, registrar.now).await?
        || !register_upstream_account(tx, &account.id, method, registrar.now).await?
    {
        return Ok(Linked::No);
    }
    clear_failures(tx, LoginKey::of(registrar.master, &account.brand, &account.email)).await?;
    let through = (method, &upstream.connection.id);
    if !insert_identity(tx, account, through, upstream.person, registrar.now).await? {
        return Ok(Linked::Elsewhere);
    }
    registrar.tell_of_active_directory(tx, account, upstream.connection).await?;
    registrar.record(tx, EventKind::AccountChanged, "registered", account).await?;
    Ok(Linked::Yes)
}

/// An upstream told us that a person removed our application there: the identity goes, everything ends, and the person
/// gets a mail with a link to choose another way to sign in. `false` when it is not linked any more: whoever chose another
/// method in the meantime keeps that one.
///
/// # Errors
/// When the database fails.
pub async fn unlink_upstream(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    (record, identity): (&SignInRecord, &UpstreamIdentity),
) -> Result<bool, Fault> {
    let account = &record.account;
    if !confirm_identity(tx, &account.id, &identity.connection, &identity.subject).await? {
        return Ok(false);
    }
    delete_identity(tx, &account.id).await?;
    registrar.end_everything(tx, account, (None, "upstream_unlinked")).await?;
    let words = registrar.face.texts(registrar.language_of(account));
    let method = words.text(method_key(account.login_method)).into_owned();
    let (change, args) = ((Purpose::LoginMethodChange, Data::default()), [("method", method.as_str())]);
    let letter = Letter { args: &args, ..Letter::of(MailKind::UpstreamUnlinked) };
    registrar.write_link(tx, account, change, letter).await?;
    registrar.record(tx, EventKind::UpstreamUnlinked, "by_upstream", account).await?;
    Ok(true)
}

impl Registrar<'_> {
    /// Writes the mail 【brand】Active Directoryアカウントのログイン用URL・接続ID通知 (manual, chapter 1.3), where it applies.
    pub(super) async fn tell_of_active_directory(
        &self,
        tx: &mut Tx,
        account: &Account,
        connection: &Connection,
    ) -> Result<(), Fault> {
        if connection.method != LoginMethod::ActiveDirectory {
            return Ok(());
        }
        let url = |path| {
            let issuer = self.issuers.twin(&account.brand, path);
            issuer.map(|issuer| issuer.url(&format!("/ad/{}", connection.id))).unwrap_or_default()
        };
        let (internet, line) = (url(AccessPath::Internet), url(AccessPath::Line));
        let id = connection.id.as_str();
        let args = [("internet_url", internet.as_str()), ("line_url", line.as_str()), ("connection_id", id)];
        self.write(tx, account, Letter { args: &args, ..Letter::of(MailKind::ActiveDirectoryLogin) }).await
    }
}
