//! One person of a contract, and the acts that help somebody back in.

use axum::Extension;
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::Seen;
use super::contracts::path as contract_path;
use super::sheet::{Act as Offer, Sheet, mark, path_with, time_or_none};
use crate::account::directory::{find_sign_ins, find_user};
use crate::account::{AccountState, LoginMethod, SignInRecord};
use crate::context::{CONSOLE_PURPOSE, OperatorContext};
use crate::id::{ContractId, Subject};
use crate::lifecycle::{Registrar, reset_second_factor, resume, suspend, unlock};
use crate::lockout::{LoginKey, find_failures};
use crate::operator::Permission;
use crate::second_factor::find_factor;
use crate::storage::{Fault, Tx};
use crate::text_enum::text_enum;
use crate::web::Problem;
use crate::web::pages::operator_console::{Cell, Field, Form, Place};

text_enum! {
    /// An act: the last segment of its path.
    enum Act {
        /// The lock goes.
        Unlock = "unlock",
        /// The second factor is enrolled anew.
        ResetSecondFactor = "reset-second-factor",
        /// No sign-in until resumed.
        Suspend = "suspend",
        /// The suspension is over.
        Resume = "resume",
    }
}

impl Act {
    const fn key(self) -> &'static str {
        match self {
            Self::Unlock => "console-account-unlock",
            Self::ResetSecondFactor => "console-account-reset-second-factor",
            Self::Suspend => "console-account-suspend",
            Self::Resume => "console-account-resume",
        }
    }

    /// Whether there is anything to do for somebody in this state.
    fn fits(self, record: &SignInRecord) -> bool {
        let account = &record.account;
        match self {
            Self::Unlock => account.state == AccountState::Locked,
            Self::ResetSecondFactor => account.login_method == LoginMethod::Password,
            Self::Suspend => matches!(account.state, AccountState::Active | AccountState::Locked),
            Self::Resume => account.state == AccountState::Suspended,
        }
    }
}

type Found = Result<SignInRecord, Box<Response>>;

async fn find(seen: &OperatorContext, contract: String, subject: String) -> Found {
    match find_user(&seen.app.db, &ContractId::new(contract), &Subject::new(subject)).await {
        Ok(Some(record)) => Ok(record),
        Ok(None) => Err(Box::new(seen.refuse(&Problem::NotFound))),
        Err(fault) => Err(Box::new(seen.fault(&fault))),
    }
}

fn path(record: &SignInRecord) -> String {
    format!("{}/accounts/{}", contract_path(&record.contract.id), record.account.subject.as_str())
}

/// The person.
pub async fn get(
    Extension(seen): Seen,
    Path((contract, subject)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let record = match find(&seen, contract, subject).await {
        Ok(record) => record,
        Err(response) => return *response,
    };
    show(&seen, &record, query.as_deref()).await.unwrap_or_else(|fault| seen.fault(&fault))
}

async fn show(seen: &OperatorContext, record: &SignInRecord, query: Option<&str>) -> Result<Response, Fault> {
    let (app, account) = (&seen.app, &record.account);
    let mut sheet = Sheet::new(seen, Place::Contracts, account.name.as_str())
        .below("/contracts", seen.frame("").t("console-contracts"))
        .below(contract_path(&record.contract.id), record.contract.name.as_str())
        .done(query);
    let key = LoginKey::of_account(&app.master, &account.brand, &account.email);
    let failures = find_failures(&app.db, key).await?;
    let factor = find_factor(&app.db, &account.id).await?;
    let sign_ins = find_sign_ins(&app.db, &account.id).await?;
    let good = account.state == AccountState::Active;
    let rows = vec![
        ("console-name", Cell::text(account.name.as_str())),
        ("console-email", Cell::text(account.email.as_str())),
        ("console-state", mark(good, sheet.word("account", account.state.as_str()))),
        ("console-failures", Cell::text(failures.to_string())),
        ("console-role", Cell::text(sheet.word("person", account.role.as_str()))),
        ("console-login-method", Cell::text(sheet.word("method", account.login_method.as_str()))),
        (
            "console-second-factor",
            Cell::text(factor.map_or_else(String::new, |factor| sheet.word("factor", factor.method.as_str()))),
        ),
        ("console-internet-sign-in", time_or_none(sign_ins.internet)),
        ("console-line-sign-in", time_or_none(sign_ins.line)),
        ("console-subject", Cell::code(account.subject.as_str())),
        ("console-account-id", Cell::code(account.id.as_str())),
    ];
    let mut acts: Vec<Offer> = Act::ALL
        .iter()
        .filter(|act| act.fits(record))
        .map(|act| Offer::new(format!("{}/{act}", path(record)), act.key(), Permission::AccountsSupport))
        .collect();
    let why = [("brand", account.brand.as_str()), ("account", account.id.as_str()), ("path", "internet")];
    acts.push(Offer::open(path_with("/explain", &why), "console-explain"));
    let history = path_with("/audit", &[("account", account.id.as_str())]);
    acts.push(Offer::new(history, "console-history", Permission::AuditRead));
    sheet.facts("", rows, acts);
    Ok(sheet.ok())
}

/// What an act will do.
pub async fn get_act(
    Extension(seen): Seen,
    Path((contract, subject, act)): Path<(String, String, String)>,
) -> Response {
    let Some(act) = Act::parse(&act) else { return seen.refuse(&Problem::NotFound) };
    match find(&seen, contract, subject).await {
        Ok(record) => show_act(&seen, &record, act, false),
        Err(response) => *response,
    }
}

/// Does it.
pub async fn post_act(
    Extension(seen): Seen,
    Path((contract, subject, act)): Path<(String, String, String)>,
    body: Bytes,
) -> Response {
    if let Err(problem) = seen.read_form(&body, &[CONSOLE_PURPOSE]) {
        return seen.refuse(&problem);
    }
    let Some(act) = Act::parse(&act) else { return seen.refuse(&Problem::NotFound) };
    let record = match find(&seen, contract, subject).await {
        Ok(record) => record,
        Err(response) => return *response,
    };
    match run(&seen, &record, act).await {
        Ok(true) => seen.go(&format!("{}?done=account-changed", path(&record))),
        Ok(false) => show_act(&seen, &record, act, true),
        Err(fault) => seen.fault(&fault),
    }
}

async fn run(seen: &OperatorContext, record: &SignInRecord, act: Act) -> Result<bool, Fault> {
    let Some(issuer) = seen.app.issuers.of(&record.account.brand) else { return Ok(false) };
    let mut tx = seen.app.db.begin().await?;
    let done = act.fits(record) && perform(&mut tx, &seen.registrar(issuer), record, act).await?;
    if done {
        tx.commit().await?;
        seen.app.outbox.wake();
    }
    Ok(done)
}

async fn perform(tx: &mut Tx, registrar: &Registrar<'_>, record: &SignInRecord, act: Act) -> Result<bool, Fault> {
    match act {
        Act::Unlock => unlock(tx, registrar, &record.account).await,
        Act::ResetSecondFactor => reset_second_factor(tx, registrar, &record.account).await,
        Act::Suspend => suspend(tx, registrar, &record.account).await,
        Act::Resume => resume(tx, registrar, &record.account).await,
    }
}

fn show_act(seen: &OperatorContext, record: &SignInRecord, act: Act, refused: bool) -> Response {
    let mut sheet = Sheet::titled(seen, Place::Contracts, act.key())
        .below(contract_path(&record.contract.id), record.contract.name.as_str())
        .below(path(record), record.account.name.as_str());
    if refused {
        sheet = sheet.refused("console-changed-meanwhile");
    }
    let state = sheet.word("account", record.account.state.as_str());
    let rows = vec![
        ("console-name", Cell::text(record.account.name.as_str())),
        ("console-email", Cell::text(record.account.email.as_str())),
        ("console-state", Cell::text(state)),
    ];
    sheet.facts("", rows, Vec::new());
    let form = Form {
        title: String::new(),
        asks: false,
        action: format!("{}/{act}", path(record)),
        note: sheet.t(&format!("{}-note", act.key())),
        fields: vec![Field::hidden("act", act.as_str())],
        submit: sheet.t(act.key()),
        danger: act == Act::Suspend,
    };
    sheet.form(form);
    sheet.show(if refused { StatusCode::CONFLICT } else { StatusCode::OK })
}
