//! 「保存」: lines are registered all or none, with another access path only after a page that says what it will do.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::form::{Typed, TypedLine};
use super::{PATH, PURPOSE, Shown, rule, show};
use crate::admin_console::desk::{Desk, refuse};
use crate::context::PageContext;
use crate::contract::AccessPathSetting;
use crate::lifecycle::{LineOnlyPreview, add_line, confirm_power, preview_line_only, switch_access_path};
use crate::line::Registered;
use crate::policy::access_path::AccessPath;
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::admin::{AdminSection, LinesAlert, LinesConfirmPage};
use crate::web::pages::{AccessPathPreview, Done, DonePage};
use crate::web::render;

/// `POST /admin/line-authentication`.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let desk = match Desk::open_fresh(&page).await? {
            Ok(desk) => desk,
            Err(response) => return Ok(*response),
        };
        let typed = match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| Typed::read(&form)) {
            Ok(typed) => typed,
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        if typed.from != desk.contract().access_path {
            // What the page compared is not what there is now.
            return show(&page, &desk, Shown::typed(&typed, typed.rows.clone(), LinesAlert::Raced)).await;
        }
        let lines = match typed.lines(&rule(&page)) {
            Ok(lines) => lines,
            Err(rows) => return show(&page, &desk, Shown::typed(&typed, rows, LinesAlert::Faults)).await,
        };
        if typed.to == typed.from {
            if lines.is_empty() {
                return show(&page, &desk, Shown::typed(&typed, typed.rows.clone(), LinesAlert::Nothing)).await;
            }
        } else if let Some(response) = ask(&page, &desk, (&typed, lines.len())).await? {
            return Ok(response);
        }
        save(&page, &desk, &typed, &lines).await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `GET /admin/line-authentication/done`: nobody has to be signed in, since the change may have signed people out.
pub async fn done(page: PageContext) -> Response {
    let href = page.issuer().page("/admin");
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::AccessPathChanged, href }))
}

/// The page that says what another access path will do, unless it was shown and confirmed.
async fn ask(page: &PageContext, desk: &Desk, (typed, new): (&Typed, usize)) -> Result<Option<Response>, Fault> {
    let preview = match typed.to {
        AccessPathSetting::LineOnly => Some(preview_line_only(&page.app.db, &desk.contract().id, page.now).await?),
        AccessPathSetting::LineAndInternet => None,
    };
    let must_confirm = preview.as_ref().is_some_and(|preview| !preview.seen);
    let is_unconfirmed = typed.is_confirmation && must_confirm && !typed.confirmed;
    if typed.is_confirmation && !is_unconfirmed {
        return Ok(None);
    }
    let confirm = LinesConfirmPage {
        frame: page.frame(PURPOSE),
        nav: desk.nav(page, AdminSection::Line),
        action: page.issuer().page(PATH),
        from: typed.from,
        to: typed.to,
        rows: typed.rows.iter().map(|row| (row.number.clone(), row.label.clone())).collect(),
        shuts_out: page.issuer().access_path == AccessPath::Internet,
        preview: preview.map(|preview| view(preview, new)),
        must_confirm,
        is_unconfirmed,
        back_href: page.issuer().page(PATH),
    };
    let status = if is_unconfirmed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(Some(page.seal(render(status, &confirm))))
}

fn view(preview: LineOnlyPreview, new: usize) -> AccessPathPreview {
    AccessPathPreview {
        internet: preview.internet,
        people: preview.visitors.into_iter().map(|visitor| (visitor.name, visitor.email)).collect(),
        lines: preview.lines + new,
        seen: preview.seen,
    }
}

/// Everything or nothing.
async fn save(page: &PageContext, desk: &Desk, typed: &Typed, lines: &[TypedLine]) -> Result<Response, Fault> {
    let (contract, registrar) = (desk.contract(), desk.clerk(page));
    let mut tx = page.app.db.begin().await?;
    if let Err(refusal) = confirm_power(&mut tx, desk.account()).await? {
        return Ok(refuse(page, refusal));
    }
    for line in lines {
        let (registered, _) = add_line(&mut tx, &registrar, contract, (&line.number, &line.label)).await?;
        if registered != Registered::Registered {
            drop(tx);
            if registered == Registered::TakenElsewhere {
                page.app.audit.record(registrar.event.clone().because("line_unavailable"));
            }
            let rows = typed.with_fault(line.row, registered);
            return show(page, desk, Shown::typed(typed, rows, LinesAlert::Faults)).await;
        }
    }
    if typed.to != typed.from {
        let switched = switch_access_path(&mut tx, &registrar, (contract, typed.to), Some(desk.session())).await?;
        if switched.is_none() {
            drop(tx);
            return show(page, desk, Shown::typed(typed, typed.rows.clone(), LinesAlert::Raced)).await;
        }
    }
    tx.commit().await?;
    let next = if typed.to == typed.from { "?done=saved" } else { "/done" };
    Ok(page.seal(see_other(&page.issuer().page(&format!("{PATH}{next}")))))
}
