//! `POST /login/{interaction}`: the password.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::attempt::{Attempt, Proved, attempt, refuse};
use super::form::{purpose, show};
use crate::account::confirm_password;
use crate::audit::EventKind;
use crate::config::LoginMethodName;
use crate::context::PageContext;
use crate::id::InteractionId;
use crate::interaction::Interaction;
use crate::lockout::clear_failures;
use crate::policy::sign_in::Reason;
use crate::protocol::acr::{Acr, Amr};
use crate::second_factor::remembered_browser;
use crate::secret::Secret;
use crate::session::{Authentication, SecondFactorProof};
use crate::storage::Fault;
use crate::web::form::Params;
use crate::web::pages::LoginAlert;
use crate::web::{Problem, csrf};

/// What the form carries.
pub struct Credentials {
    /// The address, as typed.
    pub email: String,
    /// The password.
    pub password: Secret<String>,
}

/// Compares the password and signs in.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let interaction = match page.interaction(&InteractionId::new(id)).await {
        Ok(Ok(interaction)) => interaction,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    if !page.issuer().offers(LoginMethodName::Password) {
        return page.refuse(&Problem::NotFound);
    }
    let credentials = match read(&page, &interaction, &headers, &body) {
        Ok(credentials) => credentials,
        Err(problem) => return page.refuse(&problem),
    };
    let missing = match (credentials.email.trim().is_empty(), credentials.password.expose().is_empty()) {
        (true, _) => Some(LoginAlert::EmailMissing),
        (_, true) => Some(LoginAlert::PasswordMissing),
        _ => None,
    };
    if missing.is_some() {
        return show(&page, &interaction, credentials.email, missing).await.unwrap_or_else(|fault| page.fault(&fault));
    }
    match sign_in(&page, &interaction, credentials).await {
        Ok(response) => response,
        Err(fault) => page.fault(&fault),
    }
}

fn read(
    page: &PageContext,
    interaction: &Interaction,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Credentials, Problem> {
    let malformed = |detail: String| Problem::RequestMalformed { detail: detail.into() };
    let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let form = Params::parse_body(content_type, body).map_err(|error| malformed(error.to_string()))?;
    let field = |name: &str| {
        form.get(name)
            .map(|value| value.unwrap_or_default().to_owned())
            .map_err(|d| malformed(format!("{} is repeated", d.0)))
    };
    if !page.is_our_form(&purpose(interaction), &field(csrf::FIELD)?) {
        return Err(Problem::CsrfFailed);
    }
    Ok(Credentials { email: field("email")?, password: Secret::new(field("password")?) })
}

async fn sign_in(page: &PageContext, interaction: &Interaction, credentials: Credentials) -> Result<Response, Fault> {
    let email = credentials.email.clone();
    let outcome = match attempt(page, interaction.target.purpose(), credentials).await? {
        Attempt::Allowed(proved) => match accept(page, interaction, &proved).await? {
            Some(response) => return Ok(response),
            // The tenth failure, or a new password, came in between.
            None => {
                let Proved { record, key, .. } = *proved;
                // The count says whether it was the lock; anything else is told as a wrong password.
                refuse(page, (Reason::AccountLocked, false), Some(Box::new(record)), key).await?
            }
        },
        other => other,
    };
    show_refusal(page, interaction, email, outcome).await
}

async fn show_refusal(
    page: &PageContext,
    interaction: &Interaction,
    email: String,
    outcome: Attempt,
) -> Result<Response, Fault> {
    let mut wait = None;
    let (reason, alert, record) = match outcome {
        Attempt::Refused(reason, alert, record) => (reason.as_str(), alert, record),
        Attempt::Limited(until) => {
            wait = Some(until.as_secs().max(1));
            ("too_many_requests", LoginAlert::TooManyRequests, None)
        }
        Attempt::Overloaded | Attempt::Allowed(_) => {
            metrics::counter!("tegata_overloaded_total").increment(1);
            ("overloaded", LoginAlert::Overloaded, None)
        }
    };
    metrics::counter!("tegata_sign_ins_total", "outcome" => reason).increment(1);
    let mut event = page.event(EventKind::SignInRefused).because(reason);
    event.client = interaction.target.client_id().cloned();
    event.account = record.as_ref().map(|record| record.account.id.clone());
    event.contract = record.map(|record| record.contract.id.clone());
    page.app.audit.record(event);
    let mut response = show(page, interaction, email, Some(alert)).await?;
    if let Some(wait) = wait {
        response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from(wait));
    }
    Ok(response)
}

/// A new session in place of the browser's old one, and back to the dispatcher; `None` when the account was locked, or
/// its password changed, while this one was compared.
async fn accept(page: &PageContext, interaction: &Interaction, proved: &Proved) -> Result<Option<Response>, Fault> {
    let (app, record) = (&page.app, &proved.record);
    let secrets = remembered_browser::hashes(&page.headers, page.issuer());
    let remembered = remembered_browser::find(&app.db, &record.account.id, &secrets, page.now).await?;
    let second_factor = match remembered {
        Some(_) => SecondFactorProof::Remembered,
        None => SecondFactorProof::None,
    };
    let authentication = Authentication {
        auth_time: page.now,
        amr: vec![Amr::Password.as_str().to_owned()],
        acr: Acr::OneFactor.as_str().to_owned(),
        access_path: page.issuer().access_path,
        line: None,
        second_factor,
        upstream_auth_time: None,
    };
    let mut tx = app.db.begin().await?;
    // The count first, then the account: as the lock does, so that the two never wait for each other.
    clear_failures(&mut tx, proved.key).await?;
    if !confirm_password(&mut tx, &record.account.id, &proved.hash).await? {
        return Ok(None);
    }
    if let Some(browser) = &remembered {
        remembered_browser::touch(&mut tx, browser, page.now).await?;
    }
    let new = page.begin_session(&mut tx, record, authentication, interaction).await?;
    tx.commit().await?;
    let mut response = page.with_session(page.to_dispatcher(&interaction.id), &new);
    if remembered.is_some()
        && let Some(cookie) = remembered_browser::cookie(&page.headers, page.issuer(), None)
    {
        cookie.set(response.headers_mut());
    }
    Ok(Some(response))
}
