//! Operators: staff and what they may do; and the list of API keys.

use axum::Extension;
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::Seen;
use super::sheet::{Act as Offer, More, Sheet, mark, time, time_or_none};
use crate::account::{EmailAddress, parse_name};
use crate::context::{CONSOLE_PURPOSE, Form as Posted, OperatorContext};
use crate::id::OperatorId;
use crate::operator::api_key::{ApiKey, list_api_keys, words};
use crate::operator::enrolment::path as enrolment_path;
use crate::operator::{
    NewOperator, Operator, OperatorRole, OperatorState, Permission, create, find_operator, list_operators, reset,
    resume, set_role, suspend,
};
use crate::secret::Secret;
use crate::storage::Fault;
use crate::text_enum::text_enum;
use crate::web::Problem;
use crate::web::pages::operator_console::{Block, Cell, Field, Form, Notice, Place};

text_enum! {
    /// An act: the last segment of its path.
    enum Act {
        /// Another role.
        Role = "role",
        /// No sign-in until resumed.
        Suspend = "suspend",
        /// The suspension is over.
        Resume = "resume",
        /// Password and factors are enrolled anew.
        Reset = "reset",
    }
}

impl Act {
    const fn key(self) -> &'static str {
        match self {
            Self::Role => "console-operator-role",
            Self::Suspend => "console-operator-suspend",
            Self::Resume => "console-operator-resume",
            Self::Reset => "console-operator-reset",
        }
    }
}

/// What became of an act.
enum Outcome {
    Done,
    Link(Secret<String>),
    Not(&'static str),
}

/// Both lists.
pub async fn list(Extension(seen): Seen, RawQuery(query): RawQuery) -> Response {
    show_list(&seen, query.as_deref()).await.unwrap_or_else(|fault| seen.fault(&fault))
}

async fn show_list(seen: &OperatorContext, query: Option<&str>) -> Result<Response, Fault> {
    let db = &seen.app.db;
    let (operators, keys) = (list_operators(db).await?, list_api_keys(db).await?);
    let mut sheet = Sheet::titled(seen, Place::Operators, "console-operators").done(query);
    let rows = operators.iter().map(|operator| row(&sheet, operator)).collect();
    let columns =
        ["console-name", "console-email", "console-role", "console-state", "console-last-sign-in", "console-act"];
    let acts = vec![Offer::new("/operators/new", "console-operator-new", Permission::OperatorsWrite)];
    sheet.table(("console-operators", "console-none"), &columns, rows, More { acts, ..More::default() });
    let rows = keys.iter().map(|key| key_row(&sheet, key)).collect();
    let columns = [
        "console-name",
        "console-state",
        "console-role",
        "console-scopes",
        "console-brands",
        "console-expires",
        "console-last-used",
        "console-act",
    ];
    let acts = vec![Offer::new("/api-keys/new", "console-api-key-new", Permission::OperatorsWrite)];
    sheet.table(("console-api-keys", "console-none"), &columns, rows, More { acts, ..More::default() });
    Ok(sheet.ok())
}

fn row(sheet: &Sheet<'_>, operator: &Operator) -> Vec<Cell> {
    let seen = sheet.seen;
    let act = seen.operator.may(Permission::OperatorsWrite) && operator.id != seen.operator.id;
    let change = |act: Act| Cell::link(format!("/operators/{}/{act}", operator.id), sheet.t(act.key()));
    let state = match (operator.state, operator.is_enrolled) {
        (OperatorState::Active, false) => mark(false, sheet.t("console-operator-waits")),
        (state, _) => mark(state == OperatorState::Active, sheet.word("operator", state.as_str())),
    };
    vec![
        Cell::text(operator.name.as_str()),
        Cell::text(operator.email.as_str()),
        Cell::text(sheet.word("role", operator.role.as_str())),
        state,
        time_or_none(operator.signed_in_at),
        if act { change(Act::Role) } else { Cell::None },
    ]
}

fn key_row(sheet: &Sheet<'_>, key: &ApiKey) -> Vec<Cell> {
    let alive = key.is_alive(sheet.seen.now);
    let word = match (key.revoked_at, alive) {
        (Some(_), _) => "console-api-key-revoked",
        (None, true) => "console-api-key-alive",
        (None, false) => "console-api-key-expired",
    };
    let revoke = alive && sheet.seen.operator.may(Permission::OperatorsWrite);
    vec![
        Cell::text(key.name.as_str()),
        mark(alive, sheet.t(word)),
        Cell::text(sheet.word("role", key.role.as_str())),
        Cell::code(words(&key.scopes)),
        key.brands.as_ref().map_or_else(
            || Cell::text(sheet.t("console-all")),
            |brands| Cell::codes(brands.iter().map(|brand| brand.as_str())),
        ),
        Cell::text(time(key.expires_at)),
        time_or_none(key.last_used_at),
        match revoke {
            true => Cell::link(format!("/api-keys/{}/revoke", key.id), sheet.t("console-api-key-revoke")),
            false => Cell::None,
        },
    ]
}

/// The form of a new one.
pub async fn get_new(Extension(seen): Seen) -> Response {
    show_new(&seen, ["", "", "read_only"], ["", ""])
}

/// Makes one.
pub async fn post_new(Extension(seen): Seen, body: Bytes) -> Response {
    let read = seen.read_form(&body, &[CONSOLE_PURPOSE]);
    let read = read.and_then(|form| Ok([form.text("name")?, form.text("email")?, form.text("role")?]));
    let [name, email, role] = match read {
        Ok(read) => read,
        Err(problem) => return seen.refuse(&problem),
    };
    let typed = [name.as_str(), email.as_str(), role.as_str()];
    match (parse_name(&name), EmailAddress::parse(&email), OperatorRole::parse(&role)) {
        (Ok(name), Ok(email), Some(role)) => {
            make(&seen, NewOperator { email, name, role }, typed).await.unwrap_or_else(|fault| seen.fault(&fault))
        }
        (name, email, _) => show_new(
            &seen,
            typed,
            [
                if name.is_err() { "console-wrong-name" } else { "" },
                if email.is_err() { "console-wrong-email" } else { "" },
            ],
        ),
    }
}

async fn make(seen: &OperatorContext, new: NewOperator, typed: [&str; 3]) -> Result<Response, Fault> {
    let mut tx = seen.app.db.begin().await?;
    let Some((operator, secret)) = create(&mut tx, &seen.clerk(), new).await? else {
        return Ok(show_new(seen, typed, ["", "console-wrong-email-taken"]));
    };
    tx.commit().await?;
    Ok(show_link(seen, &operator, &secret))
}

fn show_new(seen: &OperatorContext, [name, email, role]: [&str; 3], [wrong_name, wrong_email]: [&str; 2]) -> Response {
    let mut sheet = Sheet::titled(seen, Place::Operators, "console-operator-new")
        .below("/operators", seen.frame("").t("console-operators"));
    let error = |key: &str| if key.is_empty() { String::new() } else { sheet.t(key) };
    let is_wrong = !(wrong_name.is_empty() && wrong_email.is_empty());
    let form = Form {
        title: String::new(),
        asks: false,
        action: "/operators/new".to_owned(),
        note: sheet.t("console-operator-new-note"),
        fields: vec![
            Field::line("name", sheet.t("console-name"), name).required().wrong(error(wrong_name)),
            Field::line("email", sheet.t("console-email"), email).of_type("email").required().wrong(error(wrong_email)),
            role_field(&sheet, "role", role),
        ],
        submit: sheet.t("console-create"),
        danger: false,
    };
    sheet.form(form);
    sheet.show(if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
}

/// The choice of a role.
pub fn role_field(sheet: &Sheet<'_>, name: &str, chosen: &str) -> Field {
    let roles = OperatorRole::ALL.iter().map(|role| (role.to_string(), sheet.word("role", role.as_str())));
    Field::select(name, sheet.t("console-role"), roles, chosen)
}

/// The enrolment link, this once.
fn show_link(seen: &OperatorContext, operator: &Operator, secret: &Secret<String>) -> Response {
    let mut sheet = Sheet::new(seen, Place::Operators, operator.name.as_str())
        .below("/operators", seen.frame("").t("console-operators"));
    let text = sheet.t("console-operator-link-once");
    sheet = sheet.said(Notice::Done(text));
    let value = seen.app.config.operator.page(&enrolment_path(secret));
    let label = sheet.t("console-operator-link");
    sheet.block(Block::Secret { id: "enrolment-link", label, value });
    sheet.ok()
}

async fn find(seen: &OperatorContext, id: String) -> Result<Operator, Box<Response>> {
    match find_operator(&seen.app.db, &OperatorId::new(id)).await {
        Ok(Some(record)) => Ok(record.operator),
        Ok(None) => Err(Box::new(seen.refuse(&Problem::NotFound))),
        Err(fault) => Err(Box::new(seen.fault(&fault))),
    }
}

/// What an act will do.
pub async fn get_act(Extension(seen): Seen, Path((id, act)): Path<(String, String)>) -> Response {
    let Some(act) = Act::parse(&act) else { return seen.refuse(&Problem::NotFound) };
    match find(&seen, id).await {
        Ok(operator) => show_act(&seen, &operator, act, None),
        Err(response) => *response,
    }
}

/// Does it.
pub async fn post_act(Extension(seen): Seen, Path((id, act)): Path<(String, String)>, body: Bytes) -> Response {
    let form = match seen.read_form(&body, &[CONSOLE_PURPOSE]) {
        Ok(form) => form,
        Err(problem) => return seen.refuse(&problem),
    };
    let Some(act) = Act::parse(&act) else { return seen.refuse(&Problem::NotFound) };
    let operator = match find(&seen, id).await {
        Ok(operator) => operator,
        Err(response) => return *response,
    };
    match run(&seen, &operator, act, &form).await {
        Ok(Outcome::Done) => seen.go("/operators?done=operator-changed"),
        Ok(Outcome::Link(secret)) => show_link(&seen, &operator, &secret),
        Ok(Outcome::Not(why)) => show_act(&seen, &operator, act, Some(why)),
        Err(fault) => seen.fault(&fault),
    }
}

async fn run(seen: &OperatorContext, operator: &Operator, act: Act, form: &Posted) -> Result<Outcome, Fault> {
    if operator.id == seen.operator.id {
        // Nobody takes the ground from under their own feet, nor gives themselves a role.
        return Ok(Outcome::Not("console-operator-oneself"));
    }
    let role = form.text("role").ok().and_then(|role| OperatorRole::parse(&role));
    let clerk = seen.clerk();
    let mut tx = seen.app.db.begin().await?;
    let done = match (act, role) {
        (Act::Role, None) => return Ok(Outcome::Not("console-wrong-choice")),
        (Act::Role, Some(role)) if role == operator.role => return Ok(Outcome::Not("console-same")),
        (Act::Role, Some(role)) => set_role(&mut tx, &clerk, operator, role).await?,
        (Act::Suspend, _) => suspend(&mut tx, &clerk, operator).await?,
        (Act::Resume, _) => resume(&mut tx, &clerk, operator).await?,
        (Act::Reset, _) if !operator.is_active() => return Ok(Outcome::Not("console-operator-resume-first")),
        (Act::Reset, _) => match reset(&mut tx, &clerk, operator).await? {
            Some(secret) => {
                tx.commit().await?;
                return Ok(Outcome::Link(secret));
            }
            None => false,
        },
    };
    if !done {
        return Ok(Outcome::Not("console-changed-meanwhile"));
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

fn show_act(seen: &OperatorContext, operator: &Operator, act: Act, refused: Option<&str>) -> Response {
    let mut sheet =
        Sheet::titled(seen, Place::Operators, act.key()).below("/operators", seen.frame("").t("console-operators"));
    if let Some(key) = refused {
        sheet = sheet.refused(key);
    }
    let rows = vec![
        ("console-name", Cell::text(operator.name.as_str())),
        ("console-email", Cell::text(operator.email.as_str())),
        ("console-role", Cell::text(sheet.word("role", operator.role.as_str()))),
        ("console-state", Cell::text(sheet.word("operator", operator.state.as_str()))),
    ];
    let others = Act::ALL.iter().filter(|other| **other != act).filter(|other| match other {
        Act::Suspend => operator.is_active(),
        Act::Resume => !operator.is_active(),
        Act::Role | Act::Reset => true,
    });
    let others = others.map(|other| {
        Offer::new(format!("/operators/{}/{other}", operator.id), other.key(), Permission::OperatorsWrite)
    });
    sheet.facts("", rows, others.collect());
    let form = Form {
        title: String::new(),
        asks: false,
        action: format!("/operators/{}/{act}", operator.id),
        note: sheet.t(&format!("{}-note", act.key())),
        fields: (act == Act::Role).then(|| role_field(&sheet, "role", operator.role.as_str())).into_iter().collect(),
        submit: sheet.t("console-apply"),
        danger: matches!(act, Act::Suspend | Act::Reset),
    };
    sheet.form(form);
    sheet.show(if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK })
}
