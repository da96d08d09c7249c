//! `tegata account add|list|show|set-password|suspend|resume`; the verbs with mails are in `account_life`, that of an
//! upstream account in `account_link`.

use serde_json::{Value, json};

pub use super::account_args::Verb;
use super::account_args::{Add, Named};
use super::{CliError, account_life, account_link, desk::Desk, input, output, profile};
use crate::account::{
    Account, AccountState, EmailAddress, LoginMethod, NewAccount, Profile, SignInRecord, find_by_email, insert_account,
    list_accounts, update_account_state, update_password_hash,
};
use crate::audit::EventKind;
use crate::boot;
use crate::config::{BrandConfig, Config, PasswordConfig};
use crate::contract::{Contract, ContractState, find_contract};
use crate::id::ContractId;
use crate::policy::password_rule::{self, PasswordProblem};
use crate::second_factor::remembered_browser;
use crate::secret::Secret;
use crate::session::end_account_sessions;
use crate::storage::{Fault, Tx};
use crate::ticket::revoke_tickets_of_account;
use crate::token::revoke_account_families;
use crate::upstream::identity::find_identity;

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    match verb {
        Verb::Add(wish) => add(&desk, wish).await?,
        Verb::List { brand, json } => list(&desk, &brand, json).await?,
        Verb::Show(named) => show(&desk, &named).await?,
        Verb::SetPassword { account, .. } => set_password(&desk, &account).await?,
        Verb::Suspend(named) => suspend(&desk, &named).await?,
        Verb::Resume(named) => resume(&desk, &named).await?,
        Verb::Invite(wish) => account_life::invite(&desk, wish).await?,
        Verb::Unlock(named) => account_life::unlock(&desk, &named).await?,
        Verb::ResetSecondFactor(named) => account_life::reset_factor(&desk, &named).await?,
        Verb::ChangeEmail(wish) => account_life::change_email(&desk, &wish).await?,
        Verb::ChangeLoginMethod(named) => account_life::change_login_method(&desk, &named).await?,
        Verb::Link(wish) => account_link::link(&desk, &wish).await?,
    }
    desk.db.close().await;
    Ok(())
}

async fn add(desk: &Desk, wish: Add) -> Result<(), CliError> {
    let brand = desk.brand(&wish.named.brand)?;
    let email = parse_email(&wish.named.email)?;
    input::check_name("a person's name", &wish.name)?;
    let contract = contract_for(desk, brand, &wish.contract).await?;
    let profile = wish.claims_file.as_deref().map_or_else(|| Ok(Profile::default()), profile::read)?;
    let password_hash = match wish.password_stdin {
        true => Some(new_password(desk, &[email.as_str(), &wish.name, &brand.name, &contract.name]).await?),
        false => None,
    };
    let account = Account {
        id: desk.random.row_id(desk.now).into(),
        brand: brand.code.clone(),
        contract_id: contract.id,
        subject: desk.random.uuid().into(),
        email: email.as_str().to_owned(),
        email_verified_at: wish.verified.then_some(desk.now),
        name: wish.name,
        profile,
        role: wish.role,
        state: if password_hash.is_some() { AccountState::Active } else { AccountState::Invited },
        login_method: LoginMethod::Password,
        updated_at: desk.now,
    };
    let new = NewAccount { account, email, password_hash };
    let mut tx = desk.db.begin().await?;
    match insert_account(&mut tx, &new, desk.now).await {
        Err(Fault::Unique(_)) => return Err(taken(&new)),
        outcome => outcome?,
    }
    record(desk, &mut tx, &new.account, "added").await?;
    tx.commit().await?;
    let (id, sub, state) = (&new.account.id, &new.account.subject, new.account.state.as_str());
    output::object(&json!({ "account_id": id, "sub": sub, "state": state }));
    Ok(())
}

pub fn taken(new: &NewAccount) -> CliError {
    let (brand, role) = (&new.account.brand, new.account.role);
    let contractor = match role {
        crate::account::Role::Contractor => ", or the contract has its contractor already",
        _ => "",
    };
    CliError::refused(format!("{brand} has an account with the address {}{contractor}", new.email.as_str()))
}

pub async fn contract_for(desk: &Desk, brand: &BrandConfig, id: &str) -> Result<Contract, CliError> {
    let found = find_contract(&desk.db, &ContractId::new(id)).await?.filter(|contract| contract.brand == brand.code);
    let contract = found.ok_or_else(|| CliError::refused(format!("{} has no contract {id}", brand.code)))?;
    match contract.state {
        ContractState::Active => Ok(contract),
        ContractState::Cancelled => Err(CliError::refused(format!("the contract {id} is cancelled"))),
    }
}

async fn list(desk: &Desk, brand: &str, json: bool) -> Result<(), CliError> {
    let brand = &desk.brand(brand)?.code;
    let rows: Vec<Value> = list_accounts(&desk.db, brand).await?.iter().map(described).collect();
    output::rows(&["email", "name", "role", "state", "login_method", "contract_id", "sub"], &rows, json);
    Ok(())
}

async fn show(desk: &Desk, named: &Named) -> Result<(), CliError> {
    let record = find(desk, named).await?;
    let identity = find_identity(&desk.db, &record.account.id).await?;
    let mut described = described(&record);
    described["upstream"] = json!(identity.map(|identity| identity.connection));
    output::object(&described);
    Ok(())
}

/// An account as an operator may see it: everything but the password's hash.
fn described(record: &SignInRecord) -> Value {
    let account = &record.account;
    json!({
        "account_id": account.id,
        "sub": account.subject,
        "brand": account.brand,
        "contract_id": account.contract_id,
        "contract_name": record.contract.name,
        "email": account.email,
        "email_verified": account.email_verified_at.is_some(),
        "name": account.name,
        "role": account.role,
        "state": account.state,
        "login_method": account.login_method,
        "has_password": record.password_hash.is_some(),
        "profile": account.profile,
        "updated": output::time(account.updated_at),
    })
}

async fn set_password(desk: &Desk, named: &Named) -> Result<(), CliError> {
    let brand = desk.brand(&named.brand)?;
    let record = find(desk, named).await?;
    let account = &record.account;
    let words = [account.email.as_str(), &account.name, &brand.name, &record.contract.name];
    let hash = new_password(desk, &words).await?;
    let mut tx = desk.db.begin().await?;
    if !update_password_hash(&mut tx, &account.id, &hash, desk.now).await? {
        return Err(CliError::refused(format!(
            "this account signs in with {}, not with a password",
            account.login_method
        )));
    }
    update_account_state(&mut tx, &account.id, (AccountState::Invited, AccountState::Active), desk.now).await?;
    // What was remembered or mailed belongs to the old one.
    remembered_browser::forget_all(&mut tx, &account.id).await?;
    revoke_tickets_of_account(&mut tx, &account.id, desk.now).await?;
    end_everything(desk, &mut tx, account, "password_set").await?;
    record_and_commit(desk, tx, account, "password_set").await
}

async fn suspend(desk: &Desk, named: &Named) -> Result<(), CliError> {
    let record = find(desk, named).await?;
    let account = &record.account;
    if account.state == AccountState::Suspended {
        return Err(CliError::refused("the account is suspended already"));
    }
    let mut tx = desk.db.begin().await?;
    move_to(desk, &mut tx, account, AccountState::Suspended).await?;
    end_everything(desk, &mut tx, account, "suspended").await?;
    record_and_commit(desk, tx, account, "suspended").await
}

async fn resume(desk: &Desk, named: &Named) -> Result<(), CliError> {
    let record = find(desk, named).await?;
    let account = &record.account;
    if account.state == AccountState::Locked {
        return Err(CliError::refused(
            "the account is locked, not suspended: `tegata account unlock` takes the lock away",
        ));
    }
    if account.state != AccountState::Suspended {
        return Err(CliError::refused(format!("the account is {}, not suspended", account.state)));
    }
    let registered = record.password_hash.is_some() || account.login_method != LoginMethod::Password;
    let to = if registered { AccountState::Active } else { AccountState::Invited };
    let mut tx = desk.db.begin().await?;
    move_to(desk, &mut tx, account, to).await?;
    record_and_commit(desk, tx, account, "resumed").await
}

async fn move_to(desk: &Desk, tx: &mut Tx, account: &Account, to: AccountState) -> Result<(), CliError> {
    match update_account_state(tx, &account.id, (account.state, to), desk.now).await? {
        true => Ok(()),
        false => Err(CliError::refused("the account was changed meanwhile: look again")),
    }
}

/// `security.md` line 81: whoever may not sign in any more is signed out, everywhere.
async fn end_everything(desk: &Desk, tx: &mut Tx, account: &Account, why: &'static str) -> Result<(), CliError> {
    end_account_sessions(tx, &account.id, None, desk.now).await?;
    Ok(revoke_account_families(tx, &account.id, (None, why), desk.now).await?)
}

async fn record(desk: &Desk, tx: &mut Tx, account: &Account, what: &'static str) -> Result<(), CliError> {
    let mut event = desk.event(EventKind::AccountChanged, what, Some(&account.brand));
    event.contract = Some(account.contract_id.clone());
    event.account = Some(account.id.clone());
    desk.record(tx, &event).await
}

async fn record_and_commit(desk: &Desk, mut tx: Tx, account: &Account, what: &'static str) -> Result<(), CliError> {
    record(desk, &mut tx, account, what).await?;
    tx.commit().await?;
    output::object(&json!({ "account_id": account.id, "sub": account.subject, "done": what }));
    Ok(())
}

pub async fn find(desk: &Desk, named: &Named) -> Result<SignInRecord, CliError> {
    let brand = &desk.brand(&named.brand)?.code;
    let found = find_by_email(&desk.db, brand, &parse_email(&named.email)?).await?;
    found.ok_or_else(|| CliError::refused(format!("{brand} has no account with the address {}", named.email)))
}

pub fn parse_email(text: &str) -> Result<EmailAddress, CliError> {
    EmailAddress::parse(text).map_err(|_| CliError::refused(format!("{text} is not an e-mail address")))
}

/// Reads a password, holds it to the rule, hashes it. Outside of any transaction.
async fn new_password(desk: &Desk, obvious: &[&str]) -> Result<Secret<String>, CliError> {
    let password = input::secret_from_stdin()?;
    let checked = password_rule::check(password.expose(), obvious.iter().copied());
    checked.map_err(|problem| CliError::refused(format!("the password is refused: {}", in_words(problem))))?;
    let one = PasswordConfig { workers: 1, queue: 1, ..desk.config.password.clone() };
    let pool = boot::start_passwords(&one, desk.random.clone())?;
    let hash = pool.hash(password).await.map_err(|error| CliError::refused(error.to_string()))?;
    Ok(Secret::new(hash))
}

fn in_words(problem: PasswordProblem) -> String {
    use password_rule::{MAX_LENGTH, MIN_CLASSES, MIN_LENGTH};
    match problem {
        PasswordProblem::TooShort => format!("it has fewer than {MIN_LENGTH} characters"),
        PasswordProblem::TooLong => format!("it has more than {MAX_LENGTH} characters"),
        PasswordProblem::TooFewClasses => {
            format!("it needs {MIN_CLASSES} of upper case, lower case, digits and symbols")
        }
        PasswordProblem::Obvious => "it is the address or a name, or little more".to_owned(),
        PasswordProblem::TooCommon => "it is one of the most common passwords".to_owned(),
    }
}
