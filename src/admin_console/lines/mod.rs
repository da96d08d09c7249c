//! 回線認証 (manual, chapter 4.2): the access path and the line numbers of the contract.
//!
//! ```text
//! GET /admin/line-authentication ─ 保存 ─┬─ numbers alone ─▶ registered, all or none
//!                                        └─ another access path ─▶ what it will do ─ 変更 ─▶ both, in one transaction
//! GET …/{line}: number and name ─┬─ …/{line}/label
//!                                └─ …/{line}/remove: sessions over it end
//! ```
//! Everything here asks for a sign-in of the last ten minutes.

mod form;
mod one;
mod save;

use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;

pub use one::{get as line, label as label_line, remove as remove_line};
pub use save::{done, post as save};

use self::form::Typed;
use super::desk::{Desk, local_time};
use crate::config::NumberForm;
use crate::context::{PageContext, parameter};
use crate::contract::AccessPathSetting;
use crate::line::{NumberRule, RegisteredLine, list_lines};
use crate::storage::Fault;
use crate::web::pages::admin::{AdminSection, LineEntry, LineRow, LinesAlert, LinesNotice, LinesPage};
use crate::web::{Lang, render};

/// The purpose of the forms.
const PURPOSE: &str = "admin/lines";
/// The page's path, below the issuer.
const PATH: &str = "/admin/line-authentication";
/// Fields for further lines.
const ROWS: usize = 5;

/// `GET /admin/line-authentication`.
pub async fn get(page: PageContext, RawQuery(query): RawQuery) -> Response {
    let outcome = async {
        let desk = match Desk::open_fresh(&page).await? {
            Ok(desk) => desk,
            Err(response) => return Ok(*response),
        };
        let shown = Shown { notice: notice_of(query.as_deref()), ..Shown::empty(&desk) };
        show(&page, &desk, shown).await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// How line numbers are built here.
fn rule(page: &PageContext) -> NumberRule {
    let forms = page.app.config.line.as_ref().map_or_else(NumberForm::carriers, |line| line.number_forms.clone());
    NumberRule::new(forms)
}

fn rule_words(page: &PageContext) -> String {
    match page.lang {
        Lang::Ja => rule(page).in_japanese(),
        Lang::En => rule(page).in_english(),
    }
}

fn notice_of(query: Option<&str>) -> Option<LinesNotice> {
    match parameter(query, "done").as_str() {
        "saved" => Some(LinesNotice::Saved),
        "renamed" => Some(LinesNotice::Renamed),
        "removed" => Some(LinesNotice::Removed(parameter(query, "ended").parse().unwrap_or(0))),
        _ => None,
    }
}

/// What the page shows besides what is stored.
struct Shown {
    chosen: AccessPathSetting,
    rows: Vec<LineRow>,
    alert: Option<LinesAlert>,
    notice: Option<LinesNotice>,
}

impl Shown {
    fn empty(desk: &Desk) -> Self {
        Self { chosen: desk.contract().access_path, rows: vec![LineRow::default(); ROWS], alert: None, notice: None }
    }

    fn typed(typed: &Typed, rows: Vec<LineRow>, alert: LinesAlert) -> Self {
        Self { chosen: typed.to, rows, alert: Some(alert), notice: None }
    }
}

async fn show(page: &PageContext, desk: &Desk, shown: Shown) -> Result<Response, Fault> {
    let lines = list_lines(&page.app.db, &desk.contract().id).await?;
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(PATH);
    let view = LinesPage {
        frame,
        nav: desk.nav(page, AdminSection::Line),
        action: page.issuer().page(PATH),
        current: desk.contract().access_path,
        chosen: shown.chosen,
        lines: lines.iter().map(|line| entry_of(page, line)).collect(),
        rows: shown.rows,
        rule: rule_words(page),
        alert: shown.alert,
        notice: shown.notice,
    };
    let status = match shown.alert {
        None => StatusCode::OK,
        Some(LinesAlert::Raced) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(page.seal(render(status, &view)))
}

fn entry_of(page: &PageContext, line: &RegisteredLine) -> LineEntry {
    LineEntry {
        label: line.label.clone(),
        tail: line.tail.clone(),
        created: local_time(line.created_at),
        last_seen: line.last_seen_at.map(local_time),
        href: page.issuer().page(&format!("{PATH}/{}", line.id)),
    }
}
