//! Another login method for an account (manual, chapters 2.1 (1) and 2.2 (1)).

use super::link::{Linked, Upstream, may_have};
use super::second_factor_reset::forget_factors;
use super::{Letter, Registrar};
use crate::account::{AccountState, LoginMethod, SignInRecord, update_account_state, update_login_method};
use crate::audit::EventKind;
use crate::lockout::{LoginKey, clear_failures};
use crate::notify::MailKind;
use crate::secret::Secret;
use crate::storage::{Fault, Tx};
use crate::ticket::{Data, Issued, Purpose, Ticket, consume_ticket, revoke_tickets_of_account};
use crate::upstream::identity::{delete_identity, insert_identity};

/// Writes the mail 【brand】ログイン方法の設定変更 with the link by which its person chooses; until then the former method
/// works.
///
/// # Errors
/// When the database fails.
pub async fn request_login_method_change(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    record: &SignInRecord,
) -> Result<Issued, Fault> {
    let account = &record.account;
    let change = (Purpose::LoginMethodChange, Data::default());
    let issued = registrar.write_link(tx, account, change, Letter::of(MailKind::LoginMethodChange)).await?;
    let what = if issued == Issued::Yes { "login_method_change_requested" } else { "other_change_pending" };
    registrar.record(tx, EventKind::AccountChanged, what, account).await?;
    Ok(issued)
}

/// How the person signs in from now on.
#[derive(Clone, Copy)]
pub enum NewMethod<'a> {
    /// By password.
    Password(&'a Secret<String>),
    /// By an upstream account.
    Upstream(Upstream<'a>),
}

impl NewMethod<'_> {
    const fn method(&self) -> LoginMethod {
        match self {
            Self::Password(_) => LoginMethod::Password,
            Self::Upstream(upstream) => upstream.connection.method,
        }
    }
}

/// Whose method becomes which.
#[derive(Clone, Copy)]
pub struct MethodChange<'a> {
    /// The account as it was read.
    pub record: &'a SignInRecord,
    /// The mailed link, where it came by one.
    pub ticket: Option<&'a Ticket>,
    /// The new method.
    pub new: NewMethod<'a>,
}

/// Makes a new method the account's, and the former one nobody's: its password, factors, passkeys, remembered browsers
/// and identity go, every session and token ends, open links are dead (`upstreams.md` S27; `product.md` §4). The person
/// is told by mail.
///
/// # Errors
/// When the database fails.
pub async fn change_login_method(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    change: MethodChange<'_>,
) -> Result<Linked, Fault> {
    let MethodChange { record, ticket, new } = change;
    let account = &record.account;
    if account.login_method == LoginMethod::Facebook && new.method() == LoginMethod::Facebook {
        return Ok(Linked::SameFacebook);
    }
    if let NewMethod::Upstream(upstream) = new
        && !may_have(account, upstream.connection)
    {
        return Ok(Linked::NotPossible);
    }
    if let Some(ticket) = ticket
        && !consume_ticket(tx, &ticket.id, registrar.now).await?
    {
        return Ok(Linked::No);
    }
    let by = if ticket.is_some() { "by_link" } else { "by_user" };
    replace_method(tx, registrar, record, (new, by)).await
}

/// An operator says which upstream account is an account's, without its person there: people who come from another
/// provider keep their identities, and identities whose keys have changed are mended. An invited account is active from
/// then on; what was proved of its address stays as it was. All else is as in [`change_login_method`], the mail included for an account that was in use.
///
/// # Errors
/// When the database fails.
pub async fn take_over_identity(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    record: &SignInRecord,
    upstream: Upstream<'_>,
) -> Result<Linked, Fault> {
    let account = &record.account;
    if !may_have(account, upstream.connection) {
        return Ok(Linked::NotPossible);
    }
    let invited = (AccountState::Invited, AccountState::Active);
    if account.state == AccountState::Invited && !update_account_state(tx, &account.id, invited, registrar.now).await? {
        return Ok(Linked::No);
    }
    replace_method(tx, registrar, record, (NewMethod::Upstream(upstream), "by_operator")).await
}

async fn replace_method(
    tx: &mut Tx,
    registrar: &Registrar<'_>,
    record: &SignInRecord,
    (new, by): (NewMethod<'_>, &'static str),
) -> Result<Linked, Fault> {
    let account = &record.account;
    let (from, to) = (account.login_method, new.method());
    // The count first, then the account: as the lock does, so that the two never wait for each other.
    clear_failures(tx, LoginKey::of(registrar.master, &account.brand, &account.email)).await?;
    delete_identity(tx, &account.id).await?;
    let hash = match new {
        NewMethod::Password(hash) => Some(hash),
        NewMethod::Upstream(_) => None,
    };
    if !update_login_method(tx, &account.id, ((from, to), hash), registrar.now).await? {
        return Ok(Linked::No);
    }
    if let NewMethod::Upstream(upstream) = new {
        let through = (to, &upstream.connection.id);
        if !insert_identity(tx, account, through, upstream.person, registrar.now).await? {
            return Ok(Linked::Elsewhere);
        }
        registrar.tell_of_active_directory(tx, account, upstream.connection).await?;
    }
    forget_factors(tx, &account.id).await?;
    revoke_tickets_of_account(tx, &account.id, registrar.now).await?;
    registrar.end_everything(tx, account, (None, "login_method_changed")).await?;
    // Who was invited only had no way to sign in, so that nothing has changed.
    if account.state != AccountState::Invited {
        tell(tx, registrar, record, to).await?;
    }
    registrar.record(tx, EventKind::LoginMethodChanged, by, account).await?;
    metrics::counter!("tegata_login_method_changes_total", "to" => to.as_str()).increment(1);
    Ok(Linked::Yes)
}

async fn tell(tx: &mut Tx, registrar: &Registrar<'_>, record: &SignInRecord, to: LoginMethod) -> Result<(), Fault> {
    let account = &record.account;
    let words = registrar.face.texts(registrar.language_of(account));
    let name = |method: LoginMethod| words.text(method_key(method)).into_owned();
    let (from, to) = (name(account.login_method), name(to));
    let args = [("from", from.as_str()), ("to", to.as_str())];
    registrar.write(tx, account, Letter { args: &args, ..Letter::of(MailKind::LoginMethodChanged) }).await
}

/// The text key of a method's name.
pub const fn method_key(method: LoginMethod) -> &'static str {
    match method {
        LoginMethod::Password => "upstream-password",
        LoginMethod::Google => "upstream-google",
        LoginMethod::Facebook => "upstream-facebook",
        LoginMethod::Microsoft => "upstream-microsoft",
        LoginMethod::DAccount => "upstream-daccount",
        LoginMethod::ActiveDirectory => "upstream-active-directory",
        LoginMethod::OpenIdConnect => "upstream-other",
    }
}
