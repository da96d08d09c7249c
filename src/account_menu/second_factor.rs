//! 2段階認証設定 (manual, chapter 5.1): choose, read the warnings, apply.
//!
//! ```text
//! GET /account/second-factor ─ 設定 ─▶ /confirm: 設定確認, the box ticked ─ 設定 ─▶ /done
//! ```

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::context::{Form, PageContext, parameter};
use crate::contract::SecondFactorSetting;
use crate::lifecycle::{Registrar, set_second_factor};
use crate::policy::menu::Entry;
use crate::session::SignedIn;
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::{Done, DonePage, Setting, SettingAlert, SettingConfirmPage, SettingPage, SettingValue};
use crate::web::{Problem, render};

const PURPOSE: &str = "account/second-factor";
const PATH: &str = "/account/second-factor";

/// `GET /account/second-factor`.
pub async fn get(page: PageContext) -> Response {
    match page.menu_entry(Entry::SecondFactor).await {
        Ok(Ok(signed_in)) => show(&page, &signed_in, None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /account/second-factor`: on to the confirmation.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let signed_in = match page.menu_entry(Entry::SecondFactor).await {
        Ok(Ok(signed_in)) => signed_in,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    let form = page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| form.text("value"));
    match form.map(|value| SecondFactorSetting::parse(&value)) {
        Err(problem) => page.refuse(&problem),
        Ok(None) => show(&page, &signed_in, Some(SettingAlert::Missing)),
        Ok(Some(to)) if to == signed_in.record.contract.second_factor => {
            show(&page, &signed_in, Some(SettingAlert::Same))
        }
        Ok(Some(to)) => page.seal(see_other(&page.issuer().page(&format!("{PATH}/confirm?to={to}")))),
    }
}

/// `GET /account/second-factor/confirm`.
pub async fn confirm(page: PageContext, RawQuery(query): RawQuery) -> Response {
    let signed_in = match page.menu_entry(Entry::SecondFactor).await {
        Ok(Ok(signed_in)) => signed_in,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    match SecondFactorSetting::parse(&parameter(query.as_deref(), "to")) {
        Some(to) if to != signed_in.record.contract.second_factor => show_confirmation(&page, &signed_in, to, None),
        // Nothing to confirm: chosen elsewhere meanwhile, or an address typed by hand.
        _ => page.seal(see_other(&page.issuer().page(PATH))),
    }
}

/// `POST /account/second-factor/confirm`: applies it.
pub async fn change(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let signed_in = match page.menu_entry(Entry::SecondFactor).await? {
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

/// `GET /account/second-factor/done`.
pub async fn done(page: PageContext) -> Response {
    let href = page.issuer().page("/account");
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::SecondFactorSet, href }))
}

async fn apply(page: &PageContext, signed_in: &SignedIn, form: &Form) -> Result<Response, Fault> {
    let read = (|| Ok::<_, Problem>((form.text("from")?, form.text("to")?, form.ticked("confirmed")?)))();
    let (from, to, confirmed) = match read {
        Ok(read) => read,
        Err(problem) => return Ok(page.refuse(&problem)),
    };
    let contract = &signed_in.record.contract;
    let parsed = (SecondFactorSetting::parse(&from), SecondFactorSetting::parse(&to));
    let (Some(from), Some(to)) = parsed else { return Ok(show(page, signed_in, Some(SettingAlert::Missing))) };
    if from != contract.second_factor || from == to {
        return Ok(show(page, signed_in, Some(SettingAlert::Raced)));
    }
    if !confirmed {
        return Ok(show_confirmation(page, signed_in, to, Some(SettingAlert::Unconfirmed)));
    }
    let mut registrar: Registrar<'_> = page.registrar();
    registrar.event.account = Some(signed_in.record.account.id.clone());
    let mut tx = page.app.db.begin().await?;
    if !set_second_factor(&mut tx, &registrar, contract, to).await? {
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
        setting: Setting::SecondFactor,
        action: page.issuer().page(PATH),
        current: value(signed_in.record.contract.second_factor),
        alert,
        back_href: page.issuer().page("/account"),
        frame,
    };
    page.seal(render(SettingAlert::status(alert), &form))
}

fn show_confirmation(
    page: &PageContext,
    signed_in: &SignedIn,
    to: SecondFactorSetting,
    alert: Option<SettingAlert>,
) -> Response {
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(&format!("{PATH}/confirm?to={to}"));
    let confirmation = SettingConfirmPage {
        setting: Setting::SecondFactor,
        action: page.issuer().page(&format!("{PATH}/confirm")),
        from: value(signed_in.record.contract.second_factor),
        to: value(to),
        preview: None,
        must_confirm: true,
        alert,
        cancel_href: page.issuer().page(PATH),
        frame,
    };
    page.seal(render(SettingAlert::status(alert), &confirmation))
}

const fn value(setting: SecondFactorSetting) -> SettingValue {
    match setting {
        SecondFactorSetting::Enabled => SettingValue::SecondFactorEnabled,
        SecondFactorSetting::Disabled => SettingValue::SecondFactorDisabled,
    }
}
