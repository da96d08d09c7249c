//! The second step of an enrolment: an authenticator or a passkey; with it the link is used up.

use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::passkey::{Answer, begin, consume, refuse_script};
use super::pending::{handle, relying_party};
use crate::audit::EventKind;
use crate::context::OperatorPage;
use crate::id::PasskeyId;
use crate::operator::enrolment::{Enrolment, find_enrolment_of_browser};
use crate::operator::passkey::insert_passkey;
use crate::operator::{Operator, complete_enrolment, find_operator, open_totp};
use crate::second_factor::passkey::{CeremonyKind, Holder, PasskeyRefusal};
use crate::second_factor::totp::{TotpSecret, qr_svg};
use crate::storage::Fault;
use crate::web::pages::{OperatorAlert, OperatorEnrolmentFactorPage, OperatorNotice, OperatorNoticePage, PasskeyForm};
use crate::web::{Problem, render};

/// The page's path: the secret of the link stays behind.
pub const PATH: &str = "/enrolment/second-factor";
/// What its forms act on.
const PURPOSE: &str = "enrolment-factor";

/// An enrolment whose password was chosen in this browser.
struct Chosen {
    enrolment: Enrolment,
    operator: Operator,
    totp: TotpSecret,
}

/// Shows the page.
pub async fn get(page: OperatorPage) -> Response {
    let shown = async {
        match find(&page).await? {
            Some(chosen) => show(&page, &chosen, None),
            None => Ok(dead(&page)),
        }
    };
    shown.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// Compares the first code of the authenticator.
pub async fn post(page: OperatorPage, body: Bytes) -> Response {
    let code = match page.read_form(&body, &[PURPOSE]).and_then(|form| form.text("code")) {
        Ok(code) => code,
        Err(problem) => return page.refuse(&problem),
    };
    let done = async {
        let Some(chosen) = find(&page).await? else { return Ok(dead(&page)) };
        let Some(step) = chosen.totp.step_of(&code, page.now)? else {
            return show(&page, &chosen, Some(OperatorAlert::CodeWrong));
        };
        let mut tx = page.app.db.begin().await?;
        if !complete_enrolment(
            &mut tx,
            &page.clerk(page.event(EventKind::OperatorEnrolled)),
            &chosen.enrolment,
            Some(step),
        )
        .await?
        {
            return Ok(dead(&page));
        }
        tx.commit().await?;
        Ok(page.go("/enrolment/done"))
    };
    done.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// `POST /enrolment/passkey/options`.
pub async fn passkey_options(page: OperatorPage, body: Bytes) -> Response {
    if let Err(problem) = page.read_form(&body, &[PURPOSE]) {
        return refuse_script(&page, &problem);
    }
    let begun = async {
        let (Some(chosen), Some(party)) = (find(&page).await?, relying_party(&page)) else {
            return Ok(refuse_script(&page, &Problem::NotFound));
        };
        let operator = &chosen.operator;
        let holder = Holder { handle: handle(&operator.id)?, name: &operator.email, display_name: &operator.name };
        begin(&page, operator.id.clone(), party.begin_registration_of(holder, std::iter::empty())?).await
    };
    begun.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// `POST /enrolment/passkey`.
pub async fn post_passkey(page: OperatorPage, body: Bytes) -> Response {
    let answer = match page.read_form(&body, &[PURPOSE]).and_then(|form| Answer::read(&form)) {
        Ok(answer) => answer,
        Err(problem) => return page.refuse(&problem),
    };
    let done = async {
        let Some(chosen) = find(&page).await? else { return Ok(dead(&page)) };
        match register(&page, &chosen, &answer).await? {
            Some(response) => Ok(response),
            None => show(&page, &chosen, Some(OperatorAlert::PasskeyFailed)),
        }
    };
    done.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// `GET /enrolment/done`.
pub async fn done(page: OperatorPage) -> Response {
    let shown = OperatorNoticePage { frame: page.frame(""), notice: OperatorNotice::Enrolled };
    page.seal(render(StatusCode::OK, &shown))
}

/// The answer to a link that cannot be used.
pub fn dead(page: &OperatorPage) -> Response {
    page.app.audit.record(page.event(EventKind::PageRefused).because("enrolment_dead"));
    let mut frame = page.frame("");
    frame.here = String::new();
    page.seal(render(StatusCode::GONE, &OperatorNoticePage { frame, notice: OperatorNotice::LinkDead }))
}

/// Verifies and stores a passkey, and enrols with it; `None` when it is not taken.
async fn register(page: &OperatorPage, chosen: &Chosen, answer: &Answer) -> Result<Option<Response>, Fault> {
    let refused = |why: PasskeyRefusal| {
        page.app.audit.record(page.event(EventKind::PageRefused).because(why.as_str()));
        Ok(None)
    };
    let state = consume(page, (answer, CeremonyKind::Register), &chosen.operator.id).await?;
    let (Some(state), Some(party)) = (state, relying_party(page)) else { return refused(PasskeyRefusal::Ceremony) };
    let credential = match party.finish_registration(&state, &answer.credential) {
        Ok(credential) => credential,
        Err(why) => return refused(why),
    };
    let id = PasskeyId::from(page.app.random.uuid());
    let mut tx = page.app.db.begin().await?;
    let clerk = page.clerk(page.event(EventKind::OperatorEnrolled));
    if !complete_enrolment(&mut tx, &clerk, &chosen.enrolment, None).await? {
        return Ok(Some(dead(page)));
    }
    if !insert_passkey(&mut tx, (&id, &chosen.operator.id), &credential, page.now).await? {
        return refused(PasskeyRefusal::Invalid);
    }
    tx.commit().await?;
    Ok(Some(page.go("/enrolment/done")))
}

async fn find(page: &OperatorPage) -> Result<Option<Chosen>, Fault> {
    let Some(browser) = page.browser_hash() else { return Ok(None) };
    let Some(enrolment) = find_enrolment_of_browser(&page.app.db, browser, page.now).await? else { return Ok(None) };
    let found = find_operator(&page.app.db, &enrolment.operator_id).await?;
    let Some(operator) = found.map(|record| record.operator).filter(Operator::is_active) else { return Ok(None) };
    let Some(sealed) = &enrolment.sealed_totp else { return Ok(None) };
    let totp = open_totp(&page.app.master, &operator.id, sealed)?;
    Ok(Some(Chosen { enrolment, operator, totp }))
}

fn show(page: &OperatorPage, chosen: &Chosen, alert: Option<OperatorAlert>) -> Result<Response, Fault> {
    let mut frame = page.frame(PURPOSE);
    frame.here = PATH.to_owned();
    let uri = chosen.totp.uri(&page.app.faces.neutral().name, &chosen.operator.email)?;
    let passkey = relying_party(page).map(|_| PasskeyForm {
        options_action: "/enrolment/passkey/options".to_owned(),
        action: "/enrolment/passkey".to_owned(),
    });
    let shown =
        OperatorEnrolmentFactorPage { frame, qr_svg: qr_svg(&uri)?, secret: chosen.totp.grouped(), passkey, alert };
    Ok(page.seal(render(OperatorAlert::status(alert), &shown)))
}
