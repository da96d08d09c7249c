//! Many invitations at once, from a table.
//!
//! ```text
//! file or pasted lines ─▶ judged line by line ─▶ preview ─ POST ─▶ judged again, invited ─▶ report line by line
//!        ▲                                                                                    │
//!        └──────────────── lines to correct, in a field and as a file ◀──────────────────────┘
//! ```
//! Nothing is stored between the two steps: the preview carries the lines, and what counts is what they are judged to be
//! when they are sent. Sent twice, they are «already invited». A line that is not invited is never lost: it stands in the
//! report, with the reason.

mod judge;
mod table;

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use self::judge::{Judged, judge};
use self::table::Line;
use super::IMPORT;
use super::desk::{Desk, refuse};
use crate::context::{PageContext, Upload};
use crate::storage::Fault;
use crate::web::pages::admin::{AdminSection, ImportAlert as Alert, ImportPage, ImportReportPage};
use crate::web::{Problem, render};

const PURPOSE: &str = "admin/import";

/// `GET /admin/users/import`.
pub async fn get(page: PageContext) -> Response {
    match Desk::open(&page).await {
        Ok(Ok(desk)) => show(&page, &desk, String::new(), None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /admin/users/import`: what would become of each line.
pub async fn check(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let (desk, upload) = match open(&page, &headers, body).await? {
            Ok(opened) => opened,
            Err(response) => return Ok(*response),
        };
        let lines = match sent(&upload) {
            Ok(lines) => lines,
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        match lines.and_then(|text| table::read(&text).map_err(|alert| (alert, text))) {
            Ok(lines) => Ok(report(&page, &desk, &judge(&page, &desk, lines).await?, Step::Preview)),
            Err((alert, text)) => Ok(show(&page, &desk, text, Some(alert))),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /admin/users/import/send`: invites those that are ready.
pub async fn send(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let (desk, upload) = match open(&page, &headers, body).await? {
            Ok(opened) => opened,
            Err(response) => return Ok(*response),
        };
        let text = match upload.text("lines") {
            Ok(text) => text,
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        let lines = match table::read(&text) {
            Ok(lines) => lines,
            Err(alert) => return Ok(show(&page, &desk, text, Some(alert))),
        };
        let mut judged = judge(&page, &desk, lines).await?;
        if !desk.may_mail(&page, judge::count_ready(&judged)) {
            return Ok(show(&page, &desk, text, Some(Alert::TooManyRequests)));
        }
        match judge::send(&page, &desk, &mut judged).await {
            Ok(()) => Ok(report(&page, &desk, &judged, Step::Sent)),
            Err(refusal) => Ok(refuse(&page, refusal)),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /admin/users/import/lines.csv`: lines as a file, to be corrected in a spreadsheet.
pub async fn download(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let (_, upload) = match open(&page, &headers, body).await? {
            Ok(opened) => opened,
            Err(response) => return Ok(*response),
        };
        match upload.text("lines") {
            Ok(text) => Ok(file("invitations.csv", &text)),
            Err(problem) => Ok(page.refuse(&problem)),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// A CSV file, with the mark by which Excel knows UTF-8.
pub fn file(name: &str, text: &str) -> Response {
    let mut response = Response::new(axum::body::Body::from(format!("\u{feff}{text}")));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

async fn open(
    page: &PageContext,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Result<(Desk, Upload), Box<Response>>, Fault> {
    let desk = match Desk::open(page).await? {
        Ok(desk) => desk,
        Err(response) => return Ok(Err(response)),
    };
    let upload = page.read_upload(headers, body, PURPOSE).await;
    Ok(upload.map(|upload| (desk, upload)).map_err(|problem| Box::new(page.refuse(&problem))))
}

/// The text that was sent, from the file or the field; `Err` inside is the alert, with the text of the field.
fn sent(upload: &Upload) -> Result<Result<String, (Alert, String)>, Problem> {
    let (file, pasted) = (upload.bytes("file")?, upload.text("lines")?);
    Ok(match (file.is_empty(), pasted.trim().is_empty()) {
        (true, true) => Err((Alert::Missing, String::new())),
        (false, false) => Err((Alert::Both, pasted)),
        (true, false) => Ok(pasted),
        (false, true) => table::decode(file).map_err(|alert| (alert, String::new())),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Preview,
    Sent,
}

fn report(page: &PageContext, desk: &Desk, judged: &[Judged], step: Step) -> Response {
    let frame = page.frame(PURPOSE);
    let headings = frame.t("admin-import-example-header").into_owned();
    let csv = |wanted: fn(&Judged) -> bool| {
        let lines: Vec<&Line> = judged.iter().filter(|line| wanted(line)).map(|line| &line.line).collect();
        if lines.is_empty() { String::new() } else { table::write(&headings, lines.into_iter()) }
    };
    let path = |rest: &str| page.issuer().page(&format!("{IMPORT}{rest}"));
    let report = ImportReportPage {
        nav: desk.nav(page, AdminSection::Users),
        rows: judged.iter().map(Judged::row).collect(),
        lines: if step == Step::Preview { csv(|_| true) } else { String::new() },
        send_action: path("/send"),
        to_correct: csv(|line| line.verdict.is_to_be_corrected()),
        correct_action: path(""),
        download_action: path("/lines.csv"),
        back_href: page.issuer().page("/admin/users"),
        frame: crate::web::Frame { here: String::new(), ..frame },
    };
    page.seal(render(StatusCode::OK, &report))
}

fn show(page: &PageContext, desk: &Desk, lines: String, alert: Option<Alert>) -> Response {
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(IMPORT);
    let form = ImportPage {
        frame,
        nav: desk.nav(page, AdminSection::Users),
        action: page.issuer().page(IMPORT),
        back_href: page.issuer().page("/admin/users"),
        lines,
        alert,
    };
    let status = match alert {
        None => StatusCode::OK,
        Some(Alert::TooManyRequests) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page.seal(render(status, &form))
}
