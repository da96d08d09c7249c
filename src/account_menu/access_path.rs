//! アクセス経路設定 (manual, chapter 4.1): choose, see what it will do, change.
//!
//! ```text
//! GET /account/access-path ─ 設定 ─▶ /confirm: アクセス経路変更確認 ─ 変更 ─▶ /done
//! ```

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::context::{Form, PageContext, parameter};
use crate::contract::AccessPathSetting;
use crate::lifecycle::{LineOnlyPreview, Registrar, preview_line_only, switch_access_path};
use crate::policy::menu::Entry;
use crate::session::SignedIn;
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::{
    AccessPathPreview, Done, DonePage, Setting, SettingAlert, SettingConfirmPage, SettingPage, SettingValue,
};
use crate::web::{Problem, render};

const PURPOSE: &str = "account/access-path";
const PATH: &str = "/account/access-path";

/// `GET /account/access-path`.
pub async fn get(page: PageContext) -> Response {
    match page.menu_entry(Entry::AccessPath).await {
        Ok(Ok(signed_in)) => show(&page, &signed_in, None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /account/access-path`: on to the confirmation.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let signed_in = match page.menu_entry(Entry::AccessPath).await {
        Ok(Ok(signed_in)) => signed_in,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    let form = page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| form.text("value"));
    match form.map(|value| AccessPathSetting::parse(&value)) {
        Err(problem) => page.refuse(&problem),
        Ok(None) => show(&page, &signed_in, Some(SettingAlert::Missing)),
        Ok(Some(to)) if to == signed_in.record.contract.access_path => {
            show(&page, &signed_in, Some(SettingAlert::Same))
        }
        Ok(Some(to)) => page.seal(see_other(&page.issuer().page(&format!("{PATH}/confirm?to={to}")))),
    }
}

/// `GET /account/access-path/confirm`.
pub async fn confirm(page: PageContext, RawQuery(query): RawQuery) -> Response {
    let outcome = async {
        let signed_in = match page.menu_entry(Entry::AccessPath).await? {
            Ok(signed_in) => signed_in,
            Err(response) => return Ok(*response),
        };
        match AccessPathSetting::parse(&parameter(query.as_deref(), "to")) {
            Some(to) if to != signed_in.record.contract.access_path => {
                show_confirmation(&page, &signed_in, to, None).await
            }
            // Nothing to confirm: chosen elsewhere meanwhile, or an address typed by hand.
            _ => Ok(page.seal(see_other(&page.issuer().page(PATH)))),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /account/access-path/confirm`: changes it.
pub async fn change(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let signed_in = match page.menu_entry(Entry::AccessPath).await? {
            Ok(signed_in) => signed_in,
            Err(response) => return Ok(*response),
        };
        match page.read_form(&headers, &body, &[PURPOSE]) {
            Ok(form) => apply(&page, &signed_in, &form).await,
            Err(problem) => Ok(page.refuse(&problem)),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `GET /account/access-path/done`.
pub async fn done(page: PageContext) -> Response {
    let href = page.issuer().page("/account");
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::AccessPathChanged, href }))
}

async fn apply(page: &PageContext, signed_in: &SignedIn, form: &Form) -> Result<Response, Fault> {
    let read = (|| Ok::<_, Problem>((form.text("from")?, form.text("to")?, form.ticked("confirmed")?)))();
    let (from, to, confirmed) = match read {
        Ok(read) => read,
        Err(problem) => return Ok(page.refuse(&problem)),
    };
    let contract = &signed_in.record.contract;
    let parsed = (AccessPathSetting::parse(&from), AccessPathSetting::parse(&to));
    let (Some(from), Some(to)) = parsed else { return Ok(show(page, signed_in, Some(SettingAlert::Missing))) };
    if from != contract.access_path || from == to {
        // What the page compared is not what there is now.
        return Ok(show(page, signed_in, Some(SettingAlert::Raced)));
    }
    if to == AccessPathSetting::LineOnly && !confirmed {
        let preview = preview_line_only(&page.app.db, &contract.id, page.now).await?;
        if !preview.seen {
            return show_confirmation(page, signed_in, to, Some(SettingAlert::Unconfirmed)).await;
        }
    }
    let mut registrar: Registrar<'_> = page.registrar();
    registrar.event.account = Some(signed_in.record.account.id.clone());
    let mut tx = page.app.db.begin().await?;
    let switched = switch_access_path(&mut tx, &registrar, (contract, to), Some(&signed_in.session.id)).await?;
    if switched.is_none() {
        drop(tx);
        return Ok(show(page, signed_in, Some(SettingAlert::Raced)));
    }
    tx.commit().await?;
    Ok(page.seal(see_other(&page.issuer().page(&format!("{PATH}/done")))))
}

fn show(page: &PageContext, signed_in: &SignedIn, alert: Option<SettingAlert>) -> Response {
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(PATH);
    let form = SettingPage {
        setting: Setting::AccessPath,
        action: page.issuer().page(PATH),
        current: value(signed_in.record.contract.access_path),
        alert,
        back_href: page.issuer().page("/account"),
        frame,
    };
    page.seal(render(SettingAlert::status(alert), &form))
}

async fn show_confirmation(
    page: &PageContext,
    signed_in: &SignedIn,
    to: AccessPathSetting,
    alert: Option<SettingAlert>,
) -> Result<Response, Fault> {
    let contract = &signed_in.record.contract;
    let preview = match to {
        AccessPathSetting::LineOnly => Some(preview_line_only(&page.app.db, &contract.id, page.now).await?),
        AccessPathSetting::LineAndInternet => None,
    };
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(&format!("{PATH}/confirm?to={to}"));
    let must_confirm = preview.as_ref().is_some_and(|preview| !preview.seen);
    let confirmation = SettingConfirmPage {
        setting: Setting::AccessPath,
        action: page.issuer().page(&format!("{PATH}/confirm")),
        from: value(contract.access_path),
        to: value(to),
        preview: preview.map(|preview| view(&preview)),
        must_confirm,
        alert,
        cancel_href: page.issuer().page(PATH),
        frame,
    };
    Ok(page.seal(render(SettingAlert::status(alert), &confirmation)))
}

const fn value(setting: AccessPathSetting) -> SettingValue {
    match setting {
        AccessPathSetting::LineAndInternet => SettingValue::LineAndInternet,
        AccessPathSetting::LineOnly => SettingValue::LineOnly,
    }
}

fn view(preview: &LineOnlyPreview) -> AccessPathPreview {
    AccessPathPreview {
        internet: preview.internet,
        people: preview.visitors.iter().map(|visitor| (visitor.name.clone(), visitor.email.clone())).collect(),
        lines: preview.lines,
        seen: preview.seen,
    }
}
