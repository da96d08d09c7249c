//! Why would somebody be let in or not: a form, and every check in its order.

use axum::Extension;
use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;

use super::Seen;
use super::contracts::brand_field;
use super::sheet::{More, Sheet, asked};
use crate::context::{CONSOLE_PURPOSE, Form as Posted, OperatorContext};
use crate::explain::{Check, Ground, Outcome, Question, Verdict, Who, explain, in_words, verdict_in_words};
use crate::id::{AccountId, BrandCode, ClientId};
use crate::policy::access_path::AccessPath;
use crate::policy::sign_in::Purpose;
use crate::storage::Fault;
use crate::web::Problem;
use crate::web::pages::operator_console::{Cell, Field, Form, Mark, Notice, Place};

/// The form; an account and its brand may be given.
pub async fn get(Extension(seen): Seen, RawQuery(query): RawQuery) -> Response {
    let given = Asked {
        brand: asked(query.as_deref(), "brand"),
        account: asked(query.as_deref(), "account"),
        ..Asked::default()
    };
    let mut sheet = Sheet::titled(&seen, Place::Explain, "console-explain").lead("console-explain-lead");
    sheet.form(form(&sheet, &given));
    sheet.ok()
}

/// The answer. Asked by POST although nothing changes: addresses and line numbers have no place in a URL.
pub async fn post(Extension(seen): Seen, body: Bytes) -> Response {
    let asked = match seen.read_form(&body, &[CONSOLE_PURPOSE]).and_then(|form| Asked::read(&form)) {
        Ok(asked) => asked,
        Err(problem) => return seen.refuse(&problem),
    };
    show(&seen, &asked).await.unwrap_or_else(|fault| seen.fault(&fault))
}

/// What was asked, as typed.
#[derive(Default)]
struct Asked {
    brand: String,
    account: String,
    address: String,
    path: String,
    line: String,
    client: String,
    purpose: String,
}

impl Asked {
    fn read(form: &Posted) -> Result<Self, Problem> {
        let text = |name| form.text(name).map(|text| text.trim().to_owned());
        Ok(Self {
            brand: text("brand")?,
            account: text("account")?,
            address: text("address")?,
            path: text("path")?,
            line: text("line")?,
            client: text("client")?,
            purpose: text("for")?,
        })
    }

    fn question(&self) -> Option<Question> {
        let who = match self.account.as_str() {
            "" => return None,
            email if email.contains('@') => Who::Email(email.to_owned()),
            id => Who::Id(AccountId::new(id)),
        };
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Some(Question {
            brand: BrandCode::new(self.brand.as_str()),
            who,
            address: self.address.parse().ok(),
            path: AccessPath::parse(&self.path).unwrap_or(AccessPath::Internet),
            line: text(&self.line),
            client: text(&self.client).map(ClientId::new),
            purpose: match self.purpose.as_str() {
                "account_menu" => Purpose::AccountMenu,
                "admin_console" => Purpose::AdminConsole,
                _ => Purpose::Client,
            },
        })
    }
}

async fn show(seen: &OperatorContext, asked: &Asked) -> Result<Response, Fault> {
    let mut sheet = Sheet::titled(seen, Place::Explain, "console-explain").lead("console-explain-lead");
    if let Some(question) = asked.question() {
        let app = &seen.app;
        let ground = Ground {
            db: &app.db,
            master: &app.master,
            config: &app.config,
            issuers: &app.issuers,
            clients: &app.clients,
            limits: Some(&app.limits),
            now: seen.now,
        };
        let explanation = explain(&ground, &question).await?;
        let frame = seen.frame("");
        let texts = frame.face.texts(frame.lang);
        let verdict = verdict_in_words(texts, explanation.verdict);
        sheet = match explanation.verdict {
            Verdict::LetIn => sheet.said(Notice::Done(verdict)),
            Verdict::Depends(..) | Verdict::Refused(..) => sheet.said(Notice::Refused(verdict)),
        };
        let rows = explanation.checks.iter().map(|check| row(&sheet, check, in_words(texts, check))).collect();
        let columns = ["console-check", "console-outcome", "console-words", "console-reason"];
        sheet.table(("console-checks", "console-none"), &columns, rows, More::default());
    }
    sheet.form(form(&sheet, asked));
    Ok(sheet.ok())
}

fn row(sheet: &Sheet<'_>, check: &Check, words: String) -> Vec<Cell> {
    let look = match check.outcome {
        Outcome::Passes => Mark::Good,
        Outcome::Asks | Outcome::Unknown => Mark::Care,
        Outcome::Refuses => Mark::Bad,
        Outcome::Skipped => Mark::Plain,
    };
    let name = sheet.t(&format!("explain-check-{}", check.what.as_str().replace('_', "-")));
    let outcome = sheet.t(&format!("explain-outcome-{}", check.outcome.as_str()));
    vec![Cell::Text(name), Cell::Mark(look, outcome), Cell::Text(words), Cell::code(check.code)]
}

fn form(sheet: &Sheet<'_>, asked: &Asked) -> Form {
    let paths = AccessPath::ALL.iter().map(|path| (path.to_string(), sheet.word("path", path.as_str())));
    let purposes = ["client", "account_menu", "admin_console"];
    let purposes = purposes.map(|purpose| (purpose.to_owned(), sheet.word("purpose", purpose)));
    Form {
        title: sheet.t("console-explain-ask"),
        asks: false,
        action: "/explain".to_owned(),
        note: String::new(),
        fields: vec![
            brand_field(sheet, &asked.brand, false),
            Field::line("account", sheet.t("console-explain-account"), asked.account.as_str()).required(),
            Field::select("path", sheet.t("console-path"), paths, &asked.path),
            Field::line("line", sheet.t("console-line"), asked.line.as_str()),
            Field::line("client", sheet.t("console-client-id"), asked.client.as_str()),
            Field::select("for", sheet.t("console-purpose"), purposes, &asked.purpose),
            Field::line("address", sheet.t("console-address"), asked.address.as_str()),
        ],
        submit: sheet.t("console-explain-submit"),
        danger: false,
    }
}
