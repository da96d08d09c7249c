//! API keys: made and shown this once, revoked.

use std::time::Duration;

use axum::Extension;
use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::Seen;
use super::operators::role_field;
use super::sheet::{Sheet, time};
use crate::account::parse_name;
use crate::context::{CONSOLE_PURPOSE, Form as Posted, OperatorContext};
use crate::id::{ApiKeyId, BrandCode};
use crate::operator::api_key::{ApiKey, KeyProblem, NewApiKey, create_api_key, find_api_key, revoke_api_key, words};
use crate::operator::{OperatorRole, Permission};
use crate::storage::Fault;
use crate::web::Problem;
use crate::web::pages::operator_console::{Block, Cell, Field, Form, Notice, Place};

/// What was typed.
#[derive(Default)]
struct Wish {
    name: String,
    role: String,
    scopes: Vec<Permission>,
    brands: Vec<BrandCode>,
    days: String,
}

/// The name of a scope's box.
fn scope_box(scope: Permission) -> String {
    format!("scope-{}", scope.as_str().replace(':', "-"))
}

fn brand_box(brand: &BrandCode) -> String {
    format!("brand-{brand}")
}

impl Wish {
    fn read(seen: &OperatorContext, form: &Posted) -> Result<Self, Problem> {
        let mut wish = Self {
            name: form.text("name")?.trim().to_owned(),
            role: form.text("role")?,
            days: form.text("days")?.trim().to_owned(),
            ..Self::default()
        };
        for scope in Permission::ALL {
            if form.ticked(&scope_box(*scope))? {
                wish.scopes.push(*scope);
            }
        }
        for brand in &seen.app.config.brand {
            if form.ticked(&brand_box(&brand.code))? {
                wish.brands.push(brand.code.clone());
            }
        }
        Ok(wish)
    }

    /// The key, or what is wrong: field and key of the catalogue.
    fn key(&self) -> Result<NewApiKey, (&'static str, &'static str)> {
        let name = parse_name(&self.name).map_err(|_| ("name", "console-wrong-name"))?;
        let days: u64 = self.days.parse().map_err(|_| ("days", "console-wrong-days"))?;
        let role = OperatorRole::parse(&self.role).ok_or(("role", "console-wrong-choice"))?;
        let new = NewApiKey {
            name,
            role,
            scopes: self.scopes.clone(),
            brands: (!self.brands.is_empty()).then(|| self.brands.clone()),
            lifetime: Duration::from_secs(days.saturating_mul(86_400)),
        };
        match new.check() {
            Ok(()) => Ok(new),
            Err(KeyProblem::NoScope) => Err(("scopes", "console-wrong-scopes-none")),
            Err(KeyProblem::BeyondRole(_)) => Err(("scopes", "console-wrong-scopes-role")),
            Err(KeyProblem::Lifetime) => Err(("days", "console-wrong-days")),
            Err(KeyProblem::NoBrand) => Err(("brands", "console-wrong-choice")),
        }
    }
}

/// The form.
pub async fn get_new(Extension(seen): Seen) -> Response {
    let wish = Wish { role: "read_only".to_owned(), days: "90".to_owned(), ..Wish::default() };
    show_new(&seen, &wish, None)
}

/// Makes one.
pub async fn post_new(Extension(seen): Seen, body: Bytes) -> Response {
    let wish = match seen.read_form(&body, &[CONSOLE_PURPOSE]).and_then(|form| Wish::read(&seen, &form)) {
        Ok(wish) => wish,
        Err(problem) => return seen.refuse(&problem),
    };
    match wish.key() {
        Ok(new) => make(&seen, new).await.unwrap_or_else(|fault| seen.fault(&fault)),
        Err(wrong) => show_new(&seen, &wish, Some(wrong)),
    }
}

async fn make(seen: &OperatorContext, new: NewApiKey) -> Result<Response, Fault> {
    let mut tx = seen.app.db.begin().await?;
    let (key, secret) = create_api_key(&mut tx, &seen.clerk(), (new, seen.operator.id.as_str())).await?;
    tx.commit().await?;
    let mut sheet = Sheet::new(seen, Place::Operators, key.name.as_str())
        .below("/operators", seen.frame("").t("console-operators"));
    let text = sheet.t("console-api-key-once");
    sheet = sheet.said(Notice::Done(text));
    let label = sheet.t("console-api-key");
    sheet.block(Block::Secret { id: "api-key", label, value: secret.expose().clone() });
    sheet.facts("", facts(&sheet, &key), Vec::new());
    Ok(sheet.ok())
}

fn facts(sheet: &Sheet<'_>, key: &ApiKey) -> Vec<(&'static str, Cell)> {
    vec![
        ("console-name", Cell::text(key.name.as_str())),
        ("console-role", Cell::text(sheet.word("role", key.role.as_str()))),
        ("console-scopes", Cell::code(words(&key.scopes))),
        ("console-expires", Cell::text(time(key.expires_at))),
    ]
}

fn show_new(seen: &OperatorContext, wish: &Wish, wrong: Option<(&str, &str)>) -> Response {
    let mut sheet = Sheet::titled(seen, Place::Operators, "console-api-key-new")
        .below("/operators", seen.frame("").t("console-operators"));
    let error =
        |field: &str| wrong.filter(|(name, _)| *name == field).map_or_else(String::new, |(_, key)| sheet.t(key));
    let scopes = Permission::ALL.iter().map(|scope| {
        let words = format!("{} ({scope})", sheet.word("permission", scope.as_str()));
        (scope_box(*scope), words, wish.scopes.contains(scope))
    });
    let brands = seen.app.config.brand.iter().map(|brand| {
        (brand_box(&brand.code), format!("{} {}", brand.code, brand.name), wish.brands.contains(&brand.code))
    });
    let form = Form {
        title: String::new(),
        asks: false,
        action: "/api-keys/new".to_owned(),
        note: sheet.t("console-api-key-new-note"),
        fields: vec![
            Field::line("name", sheet.t("console-api-key-name"), wish.name.as_str()).required().wrong(error("name")),
            role_field(&sheet, "role", &wish.role).hint(sheet.t("console-api-key-role-hint")).wrong(error("role")),
            Field::boxes("scopes", sheet.t("console-scopes"), scopes).wrong(error("scopes")),
            Field::boxes("brands", sheet.t("console-brands"), brands)
                .hint(sheet.t("console-api-key-brands-hint"))
                .wrong(error("brands")),
            Field::line("days", sheet.t("console-api-key-days"), wish.days.as_str())
                .of_type("number")
                .required()
                .hint(sheet.t("console-api-key-days-hint"))
                .wrong(error("days")),
        ],
        submit: sheet.t("console-create"),
        danger: false,
    };
    sheet.form(form);
    sheet.show(if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK })
}

async fn find(seen: &OperatorContext, id: String) -> Result<ApiKey, Box<Response>> {
    match find_api_key(&seen.app.db, &ApiKeyId::new(id)).await {
        Ok(Some(key)) => Ok(key),
        Ok(None) => Err(Box::new(seen.refuse(&Problem::NotFound))),
        Err(fault) => Err(Box::new(seen.fault(&fault))),
    }
}

/// What a revocation does.
pub async fn get_revoke(Extension(seen): Seen, Path(id): Path<String>) -> Response {
    match find(&seen, id).await {
        Ok(key) => show_revoke(&seen, &key, false),
        Err(response) => *response,
    }
}

/// Revokes.
pub async fn post_revoke(Extension(seen): Seen, Path(id): Path<String>, body: Bytes) -> Response {
    if let Err(problem) = seen.read_form(&body, &[CONSOLE_PURPOSE]) {
        return seen.refuse(&problem);
    }
    let key = match find(&seen, id).await {
        Ok(key) => key,
        Err(response) => return *response,
    };
    match revoke(&seen, &key.id).await {
        Ok(true) => seen.go("/operators?done=api-key-revoked"),
        Ok(false) => show_revoke(&seen, &key, true),
        Err(fault) => seen.fault(&fault),
    }
}

async fn revoke(seen: &OperatorContext, id: &ApiKeyId) -> Result<bool, Fault> {
    let mut tx = seen.app.db.begin().await?;
    let done = revoke_api_key(&mut tx, &seen.clerk(), id).await?;
    if done {
        tx.commit().await?;
    }
    Ok(done)
}

fn show_revoke(seen: &OperatorContext, key: &ApiKey, refused: bool) -> Response {
    let mut sheet = Sheet::titled(seen, Place::Operators, "console-api-key-revoke")
        .below("/operators", seen.frame("").t("console-operators"));
    if refused {
        sheet = sheet.refused("console-changed-meanwhile");
    }
    sheet.facts("", facts(&sheet, key), Vec::new());
    let form = Form {
        title: String::new(),
        asks: false,
        action: format!("/api-keys/{}/revoke", key.id),
        note: sheet.t("console-api-key-revoke-note"),
        fields: Vec::new(),
        submit: sheet.t("console-api-key-revoke"),
        danger: true,
    };
    sheet.form(form);
    sheet.show(if refused { StatusCode::CONFLICT } else { StatusCode::OK })
}
