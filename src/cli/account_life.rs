//! `tegata account invite|unlock|reset-second-factor|change-email|change-login-method`: what an administrator does
//! for a person.
//!
//! The same verbs as the consoles', with their mails.

use serde_json::json;

use super::account::{contract_for, find, parse_email};
use super::account_args::{ChangeEmail, Invite, Named};
use super::{CliError, desk::Desk, input, output};
use crate::account::{Account, AccountState, LoginMethod, NewAccount, Profile, find_by_email};
use crate::audit::EventKind;
use crate::boot;
use crate::brand::{Issuer, Issuers};
use crate::id::BrandCode;
use crate::lifecycle::{
    Invitation, Registrar, invite_again, may_change_method, request_email_change, request_login_method_change,
    reset_second_factor, unlock as release,
};
use crate::notify::Outbox;
use crate::secret::MasterKey;
use crate::storage::Fault;
use crate::ticket::Issued;
use crate::web::{Faces, Lang};

/// What a registrar borrows from.
pub struct Tools {
    /// The master key.
    pub master: MasterKey,
    outbox: Outbox,
    issuers: Issuers,
    faces: Faces,
}

impl Tools {
    pub fn of(desk: &Desk) -> Result<Self, CliError> {
        let master = desk.master()?;
        let outbox = Outbox::new(master.clone(), desk.random.clone());
        let faces = boot::load_faces(&desk.config).map_err(boot::BootError::from)?;
        Ok(Self { master, outbox, issuers: Issuers::new(&desk.config.brand), faces })
    }

    /// The issuer of a brand on the internet.
    pub fn issuer(&self, brand: &BrandCode) -> Result<&Issuer, CliError> {
        let found = self.issuers.of(brand);
        Ok(found.ok_or_else(|| CliError::refused(format!("there is no brand {brand}")))?)
    }

    pub fn registrar<'a>(
        &'a self,
        desk: &'a Desk,
        account: &Account,
        what: &'static str,
    ) -> Result<Registrar<'a>, CliError> {
        self.registrar_of(desk, &account.brand, what)
    }

    /// The registrar for a brand.
    pub fn registrar_of<'a>(
        &'a self,
        desk: &'a Desk,
        brand: &BrandCode,
        what: &'static str,
    ) -> Result<Registrar<'a>, CliError> {
        Ok(Registrar {
            random: &desk.random,
            master: &self.master,
            outbox: &self.outbox,
            issuer: self.issuer(brand)?,
            issuers: &self.issuers,
            face: self.faces.of(brand.as_str()),
            now: desk.now,
            lang: Lang::Ja,
            event: desk.event(EventKind::AccountChanged, what, Some(brand)),
        })
    }
}

/// Adds an account that its person registers by the mailed link; for one that was invited before, sends the mail again.
pub async fn invite(desk: &Desk, wish: Invite) -> Result<(), CliError> {
    let brand = desk.brand(&wish.named.brand)?;
    let email = parse_email(&wish.named.email)?;
    input::check_person("a person's name", &wish.name)?;
    let inviter = parse_email(&wish.inviter)?;
    let tools = Tools::of(desk)?;
    if let Some(known) = find_by_email(&desk.db, &brand.code, &email).await? {
        let registrar = tools.registrar(desk, &known.account, "invited_again")?;
        let mut tx = desk.db.begin().await?;
        if !invite_again(&mut tx, &registrar, &known.account, inviter.as_str()).await? {
            let state = known.account.state;
            return Err(CliError::refused(format!("{} is {state} already: nothing was sent", email.as_str())));
        }
        tx.commit().await?;
        output::object(&json!({ "account_id": known.account.id, "done": "invited_again" }));
        return Ok(());
    }
    let contract = contract_for(desk, brand, &wish.contract).await?;
    let account = Account {
        id: desk.random.row_id(desk.now).into(),
        brand: brand.code.clone(),
        contract_id: contract.id,
        subject: desk.random.uuid().into(),
        email: email.as_str().to_owned(),
        email_verified_at: None,
        name: wish.name,
        profile: Profile { locale: Some(wish.lang.tag().to_owned()), ..Profile::default() },
        role: wish.role,
        state: AccountState::Invited,
        login_method: LoginMethod::Password,
        updated_at: desk.now,
    };
    let registrar = tools.registrar(desk, &account, "invited")?;
    let new = NewAccount { account: account.clone(), email, password_hash: None };
    let invitation = Invitation { new, inviter: inviter.as_str().to_owned() };
    let mut tx = desk.db.begin().await?;
    match crate::lifecycle::invite(&mut tx, &registrar, &invitation).await {
        Err(Fault::Unique(_)) => return Err(super::account::taken(&invitation.new)),
        outcome => outcome?,
    }
    tx.commit().await?;
    output::object(&json!({ "account_id": account.id, "sub": account.subject, "state": account.state.as_str() }));
    Ok(())
}

/// Takes the lock after ten wrong passwords away.
pub async fn unlock(desk: &Desk, named: &Named) -> Result<(), CliError> {
    let record = find(desk, named).await?;
    let tools = Tools::of(desk)?;
    let registrar = tools.registrar(desk, &record.account, "unlocked")?;
    let mut tx = desk.db.begin().await?;
    let was_locked = release(&mut tx, &registrar, &record.account).await?;
    tx.commit().await?;
    if !was_locked {
        return Err(CliError::refused(format!("the account is {}, not locked", record.account.state)));
    }
    done(&record.account, "unlocked")
}

/// Takes the registration of the second factor back; the next sign-in enrols again.
pub async fn reset_factor(desk: &Desk, named: &Named) -> Result<(), CliError> {
    let record = find(desk, named).await?;
    let tools = Tools::of(desk)?;
    let registrar = tools.registrar(desk, &record.account, "second_factor_reset")?;
    let mut tx = desk.db.begin().await?;
    if !reset_second_factor(&mut tx, &registrar, &record.account).await? {
        return Err(CliError::refused("the account has no second factor and no passkey"));
    }
    tx.commit().await?;
    done(&record.account, "second_factor_reset")
}

/// Sends the mail メールアドレス変更登録 to a new address; until its link is used the old one works.
pub async fn change_email(desk: &Desk, wish: &ChangeEmail) -> Result<(), CliError> {
    let record = find(desk, &wish.named).await?;
    let new = parse_email(&wish.new_email)?;
    let holder = find_by_email(&desk.db, &record.account.brand, &new).await?;
    if holder.is_some_and(|holder| holder.account.id != record.account.id) {
        return Err(CliError::refused(format!("{} has an account already", new.as_str())));
    }
    let tools = Tools::of(desk)?;
    let registrar = tools.registrar(desk, &record.account, "email_change_requested")?;
    let mut tx = desk.db.begin().await?;
    if request_email_change(&mut tx, &registrar, &record, (&new, None)).await? != Issued::Yes {
        return Err(CliError::refused("another change of this account waits for its link to be used"));
    }
    tx.commit().await?;
    done(&record.account, "email_change_requested")
}

/// Sends the mail ログイン方法の設定変更; until its link is used the former method works.
pub async fn change_login_method(desk: &Desk, named: &Named) -> Result<(), CliError> {
    let record = find(desk, named).await?;
    if !may_change_method(&record, desk.now) {
        let state = record.account.state;
        return Err(CliError::refused(format!("the account is {state}, or its contract is over: nothing was sent")));
    }
    let tools = Tools::of(desk)?;
    let registrar = tools.registrar(desk, &record.account, "login_method_change_requested")?;
    let mut tx = desk.db.begin().await?;
    if request_login_method_change(&mut tx, &registrar, &record).await? != Issued::Yes {
        return Err(CliError::refused("another change of this account waits for its link to be used"));
    }
    tx.commit().await?;
    done(&record.account, "login_method_change_requested")
}

pub fn done(account: &Account, what: &str) -> Result<(), CliError> {
    output::object(&json!({ "account_id": account.id, "sub": account.subject, "done": what }));
    Ok(())
}
