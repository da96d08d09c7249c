//! A new contract with its contractor, who is invited by mail.

use axum::Extension;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::Seen;
use super::contracts::{brand_field, path};
use super::sheet::Sheet;
use crate::account::{Account, AccountState, EmailAddress, LoginMethod, NewAccount, Profile, Role, parse_name};
use crate::brand::Issuer;
use crate::context::{CONSOLE_PURPOSE, OperatorContext};
use crate::contract::{AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting};
use crate::id::{BrandCode, ContractId};
use crate::lifecycle::{Invitation, Opened, open_contract};
use crate::storage::Fault;
use crate::web::Problem;
use crate::web::pages::operator_console::{Field, Form, Place};

/// What was typed.
#[derive(Default)]
struct Wish {
    brand: String,
    id: String,
    name: String,
    plan: String,
    contractor: String,
    email: String,
}

/// What is wrong with it, as keys of the catalogue; empty where nothing is.
#[derive(Default)]
struct Wrong {
    id: &'static str,
    name: &'static str,
    contractor: &'static str,
    email: &'static str,
    brand: &'static str,
}

impl Wrong {
    const fn is_nothing(&self) -> bool {
        self.id.is_empty()
            && self.name.is_empty()
            && self.contractor.is_empty()
            && self.email.is_empty()
            && self.brand.is_empty()
    }
}

/// The form.
pub async fn get(Extension(seen): Seen) -> Response {
    show(&seen, &Wish::default(), &Wrong::default(), StatusCode::OK)
}

/// Makes it.
pub async fn post(Extension(seen): Seen, body: Bytes) -> Response {
    let wish = match read(&seen, &body) {
        Ok(wish) => wish,
        Err(problem) => return seen.refuse(&problem),
    };
    open(&seen, wish).await.unwrap_or_else(|fault| seen.fault(&fault))
}

fn read(seen: &OperatorContext, body: &[u8]) -> Result<Wish, Problem> {
    let form = seen.read_form(body, &[CONSOLE_PURPOSE])?;
    let text = |name| form.text(name).map(|text| text.trim().to_owned());
    Ok(Wish {
        brand: text("brand")?,
        id: text("id")?,
        name: text("name")?,
        plan: text("plan")?,
        contractor: text("contractor")?,
        email: text("email")?,
    })
}

async fn open(seen: &OperatorContext, wish: Wish) -> Result<Response, Fault> {
    let app = &seen.app;
    let mut wrong = Wrong::default();
    let issuer = app.issuers.of(&BrandCode::new(wish.brand.as_str()));
    let inviter = issuer.and_then(|issuer| inviter(seen, issuer));
    let (name, contractor) = (parse_name(&wish.name), parse_name(&wish.contractor));
    let email = EmailAddress::parse(&wish.email);
    if !wish.id.is_empty() && crate::client::registration::check_id(&wish.id).is_err() {
        wrong.id = "console-wrong-id";
    }
    if name.is_err() {
        wrong.name = "console-wrong-name";
    }
    if contractor.is_err() {
        wrong.contractor = "console-wrong-name";
    }
    if email.is_err() {
        wrong.email = "console-wrong-email";
    }
    if issuer.is_none() {
        wrong.brand = "console-wrong-brand";
    } else if inviter.is_none() {
        wrong.brand = "console-wrong-brand-mail";
    }
    let (Ok(name), Ok(contractor), Ok(email), Some(issuer), Some(inviter), true) =
        (name, contractor, email, issuer, inviter, wrong.is_nothing())
    else {
        return Ok(show(seen, &wish, &wrong, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let contract = contract(seen, issuer, &wish, name);
    let new = account(seen, &contract, (contractor, email));
    let mut tx = app.db.begin().await?;
    let opened = open_contract(&mut tx, &seen.registrar(issuer), &contract, &Invitation { new, inviter }).await?;
    match opened {
        Opened::Yes => {}
        Opened::IdTaken => wrong.id = "console-wrong-id-taken",
        Opened::AddressTaken => wrong.email = "console-wrong-email-taken",
    }
    if opened != Opened::Yes {
        return Ok(show(seen, &wish, &wrong, StatusCode::CONFLICT));
    }
    tx.commit().await?;
    app.outbox.wake();
    Ok(seen.go(&format!("{}?done=contract-opened", path(&contract.id))))
}

/// The address that the invitation names: the brand's own.
fn inviter(seen: &OperatorContext, issuer: &Issuer) -> Option<String> {
    let brand = seen.app.config.brand.iter().find(|brand| brand.code == issuer.brand)?;
    brand.mail_from.as_ref().map(|mailbox| mailbox.address.clone())
}

fn contract(seen: &OperatorContext, issuer: &Issuer, wish: &Wish, name: String) -> Contract {
    let id = match wish.id.as_str() {
        "" => seen.app.random.uuid().into(),
        id => ContractId::new(id),
    };
    Contract {
        id,
        brand: issuer.brand.clone(),
        name,
        plan: Plan::parse(&wish.plan).unwrap_or(Plan::Basic),
        state: ContractState::Active,
        started_at: seen.now,
        second_factor: SecondFactorSetting::Enabled,
        access_path: AccessPathSetting::LineAndInternet,
    }
}

fn account(seen: &OperatorContext, contract: &Contract, (name, email): (String, EmailAddress)) -> NewAccount {
    let account = Account {
        id: seen.app.random.row_id(seen.now).into(),
        brand: contract.brand.clone(),
        contract_id: contract.id.clone(),
        subject: seen.app.random.uuid().into(),
        email: email.as_str().to_owned(),
        email_verified_at: None,
        name,
        profile: Profile::default(),
        role: Role::Contractor,
        state: AccountState::Invited,
        login_method: LoginMethod::Password,
        updated_at: seen.now,
    };
    NewAccount { account, email, password_hash: None }
}

fn show(seen: &OperatorContext, wish: &Wish, wrong: &Wrong, status: StatusCode) -> Response {
    let mut sheet = Sheet::titled(seen, Place::Contracts, "console-contract-new")
        .below("/contracts", seen.frame("").t("console-contracts"));
    let error = |key: &str| if key.is_empty() { String::new() } else { sheet.t(key) };
    let plans = Plan::ALL.iter().map(|plan| (plan.to_string(), sheet.word("plan", plan.as_str())));
    let form = Form {
        title: String::new(),
        asks: false,
        action: "/contracts/new".to_owned(),
        note: sheet.t("console-contract-new-note"),
        fields: vec![
            brand_field(&sheet, &wish.brand, false).wrong(error(wrong.brand)),
            Field::line("name", sheet.t("console-company"), wish.name.as_str()).required().wrong(error(wrong.name)),
            Field::line("id", sheet.t("console-contract-id"), wish.id.as_str())
                .hint(sheet.t("console-contract-id-hint"))
                .wrong(error(wrong.id)),
            Field::select("plan", sheet.t("console-plan"), plans, &wish.plan),
            Field::line("contractor", sheet.t("console-contractor-name"), wish.contractor.as_str())
                .required()
                .wrong(error(wrong.contractor)),
            Field::line("email", sheet.t("console-contractor-email"), wish.email.as_str())
                .of_type("email")
                .required()
                .wrong(error(wrong.email)),
        ],
        submit: sheet.t("console-create"),
        danger: false,
    };
    sheet.form(form);
    sheet.show(status)
}
