//! What an enrolment link opens: the password.

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;

use super::enrolment_factor::{PATH as FACTOR, dead};
use crate::context::{Form, OperatorPage, parameter};
use crate::operator::enrolment::{Chosen, Enrolment, choose_password, find_enrolment};
use crate::operator::{Operator, find_operator, seal_totp};
use crate::policy::operator_sign_in::check_password;
use crate::second_factor::totp::TotpSecret;
use crate::secret::{Secret, constant_time_eq};
use crate::storage::Fault;
use crate::web::pages::{NewPasswordAlert, OperatorEnrolmentPage};
use crate::web::{Problem, render};

/// What the form acts on.
const PURPOSE: &str = "enrolment";

/// A link that may be used.
struct Link {
    secret: String,
    enrolment: Enrolment,
    operator: Operator,
}

/// Shows the page; looking changes nothing.
pub async fn get(mut page: OperatorPage, RawQuery(query): RawQuery) -> Response {
    page.ensure_browser();
    match find(&page, parameter(query.as_deref(), "link")).await {
        Ok(Some(link)) => show(&page, &link, None),
        Ok(None) => dead(&page),
        Err(fault) => page.fault(&fault),
    }
}

/// Takes the password, and binds what comes next to this browser.
pub async fn post(page: OperatorPage, body: Bytes) -> Response {
    let form = match page.read_form(&body, &[PURPOSE]) {
        Ok(form) => form,
        Err(problem) => return page.refuse(&problem),
    };
    let secret = match form.text("link") {
        Ok(secret) => secret,
        Err(problem) => return page.refuse(&problem),
    };
    let done = async {
        let Some(link) = find(&page, secret).await? else { return Ok(dead(&page)) };
        match take(&page, &link, &form).await {
            Ok(Ok(hash)) => choose(&page, &link, hash).await,
            Ok(Err(alert)) => Ok(show(&page, &link, Some(alert))),
            Err(problem) => Ok(page.refuse(&problem)),
        }
    };
    done.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

async fn find(page: &OperatorPage, secret: String) -> Result<Option<Link>, Fault> {
    let Some(enrolment) = find_enrolment(&page.app.db, &secret, page.now).await? else { return Ok(None) };
    let found = find_operator(&page.app.db, &enrolment.operator_id).await?;
    let operator = found.map(|record| record.operator).filter(Operator::is_active);
    Ok(operator.map(|operator| Link { secret, enrolment, operator }))
}

/// The hash of a password that keeps the rule; the inner error is what the page says.
async fn take(
    page: &OperatorPage,
    link: &Link,
    form: &Form,
) -> Result<Result<Secret<String>, NewPasswordAlert>, Problem> {
    let (password, again) = (form.secret("password")?, form.secret("again")?);
    if password.expose().is_empty() || again.expose().is_empty() {
        return Ok(Err(NewPasswordAlert::Missing));
    }
    if !constant_time_eq(password.expose().as_bytes(), again.expose().as_bytes()) {
        return Ok(Err(NewPasswordAlert::Differ));
    }
    let obvious = [link.operator.email.as_str(), &link.operator.name, &page.app.faces.neutral().name];
    if let Err(problem) = check_password(password.expose(), obvious) {
        return Ok(Err(problem.into()));
    }
    Ok(page.app.passwords.hash(password).await.map(Secret::new).map_err(|_| NewPasswordAlert::Overloaded))
}

async fn choose(page: &OperatorPage, link: &Link, password_hash: Secret<String>) -> Result<Response, Fault> {
    let app = &page.app;
    let Some(browser) = page.browser_hash() else { return Ok(page.refuse(&Problem::CsrfFailed)) };
    let totp = TotpSecret::new(&app.random);
    let chosen = Chosen { password_hash, sealed_totp: seal_totp(&app.master, &link.operator.id, &totp) };
    let mut tx = app.db.begin().await?;
    if !choose_password(&mut tx, &link.enrolment.id, (&chosen, browser), page.now).await? {
        return Ok(dead(page));
    }
    tx.commit().await?;
    Ok(page.go(FACTOR))
}

fn show(page: &OperatorPage, link: &Link, alert: Option<NewPasswordAlert>) -> Response {
    let mut frame = page.frame(PURPOSE);
    // The language switch would carry the link's secret on.
    frame.here = String::new();
    let shown = OperatorEnrolmentPage {
        frame,
        name: link.operator.name.clone(),
        email: link.operator.email.clone(),
        link: link.secret.clone(),
        alert,
    };
    let status = alert.map_or(StatusCode::OK, |alert| NewPasswordAlert::status(Some(alert)));
    page.seal(render(status, &shown))
}
