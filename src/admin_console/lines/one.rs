//! One line: its number in full, its name, and its end.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::form::check_label;
use super::{PATH, PURPOSE};
use crate::admin_console::desk::{Answer, Desk, local_time, refuse};
use crate::context::PageContext;
use crate::contract::AccessPathSetting;
use crate::id::LineId;
use crate::lifecycle::{confirm_power, drop_line, label_line};
use crate::line::{LineNumber, RegisteredLine, list_lines, reveal};
use crate::session::count_sessions_of_line;
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::admin::{AdminSection, LineFault, LinePage};
use crate::web::{Problem, render};

/// `GET /admin/line-authentication/{line}`.
pub async fn get(page: PageContext, Path(id): Path<String>) -> Response {
    let outcome = async {
        match open(&page, &id).await? {
            Ok(opened) => show(&page, &opened, Shown::default()).await,
            Err(response) => Ok(*response),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /admin/line-authentication/{line}/label`.
pub async fn label(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let opened = match open(&page, &id).await? {
            Ok(opened) => opened,
            Err(response) => return Ok(*response),
        };
        let label = match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| form.text("label")) {
            Ok(label) => label.trim().to_owned(),
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        if let Err(fault) = check_label(&label) {
            return show(&page, &opened, Shown { label: Some(label), fault: Some(fault), ..Shown::default() }).await;
        }
        let desk = &opened.desk;
        let mut tx = page.app.db.begin().await?;
        if let Err(refusal) = confirm_power(&mut tx, desk.account()).await? {
            return Ok(refuse(&page, refusal));
        }
        if !label_line(&mut tx, &desk.clerk(&page), desk.contract(), (&opened.line.id, &label)).await? {
            return Ok(page.refuse(&Problem::NotFound));
        }
        tx.commit().await?;
        Ok(page.seal(see_other(&page.issuer().page(&format!("{PATH}?done=renamed")))))
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /admin/line-authentication/{line}/remove`.
pub async fn remove(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let opened = match open(&page, &id).await? {
            Ok(opened) => opened,
            Err(response) => return Ok(*response),
        };
        let confirmed = match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| form.ticked("confirmed")) {
            Ok(confirmed) => confirmed,
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        if opened.is_last_way_in && !confirmed {
            return show(&page, &opened, Shown { is_unconfirmed: true, ..Shown::default() }).await;
        }
        let desk = &opened.desk;
        let mut tx = page.app.db.begin().await?;
        if let Err(refusal) = confirm_power(&mut tx, desk.account()).await? {
            return Ok(refuse(&page, refusal));
        }
        let dropped = drop_line(&mut tx, &desk.clerk(&page), desk.contract(), &opened.line.id).await?;
        let Some(ended) = dropped else { return Ok(page.refuse(&Problem::NotFound)) };
        tx.commit().await?;
        Ok(page.seal(see_other(&page.issuer().page(&format!("{PATH}?done=removed&ended={ended}")))))
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// A line of the contract, opened.
struct Opened {
    desk: Desk,
    line: RegisteredLine,
    number: LineNumber,
    /// Whether nobody can sign in without it: the last line of a contract whose people come over lines alone.
    is_last_way_in: bool,
}

async fn open(page: &PageContext, id: &str) -> Answer<Opened> {
    let desk = match Desk::open_fresh(page).await? {
        Ok(desk) => desk,
        Err(response) => return Ok(Err(response)),
    };
    let (app, contract) = (&page.app, desk.contract());
    let mut lines = list_lines(&app.db, &contract.id).await?;
    let is_last_way_in = lines.len() == 1 && contract.access_path == AccessPathSetting::LineOnly;
    let id = LineId::new(id);
    let number = reveal(&app.db, &app.master, &contract.id, &id).await?;
    let found = lines.iter().position(|line| line.id == id).map(|at| lines.swap_remove(at)).zip(number);
    let Some((line, number)) = found else { return Ok(Err(Box::new(page.refuse(&Problem::NotFound)))) };
    Ok(Ok(Opened { desk, line, number, is_last_way_in }))
}

/// What the page shows besides what is stored.
#[derive(Default)]
struct Shown {
    label: Option<String>,
    fault: Option<LineFault>,
    is_unconfirmed: bool,
}

async fn show(page: &PageContext, opened: &Opened, shown: Shown) -> Result<Response, Fault> {
    let Opened { desk, line, .. } = opened;
    let sessions = count_sessions_of_line(&page.app.db, &desk.contract().id, opened.line.key.hash(), page.now).await?;
    let path = |rest: &str| page.issuer().page(&format!("{PATH}/{}{rest}", line.id));
    let mut frame = page.frame(PURPOSE);
    frame.here = path("");
    let is_wrong = shown.fault.is_some() || shown.is_unconfirmed;
    let view = LinePage {
        frame,
        nav: desk.nav(page, AdminSection::Line),
        number: opened.number.as_str().to_owned(),
        label: shown.label.unwrap_or_else(|| line.label.clone()),
        created: local_time(line.created_at),
        last_seen: line.last_seen_at.map(local_time),
        label_action: path("/label"),
        fault: shown.fault,
        remove_action: path("/remove"),
        sessions,
        ends_own: desk.came_over(opened.line.key),
        must_confirm: opened.is_last_way_in,
        is_unconfirmed: shown.is_unconfirmed,
        back_href: page.issuer().page(PATH),
    };
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page.seal(render(status, &view)))
}
