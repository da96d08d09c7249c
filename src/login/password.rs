//! `POST /login/{interaction}`: the password.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::form::{purpose, show};
use crate::account::{EmailAddress, LoginMethod, SignInRecord, find_by_email, update_rehash};
use crate::audit::EventKind;
use crate::context::PageContext;
use crate::id::InteractionId;
use crate::interaction::Interaction;
use crate::password::Outcome;
use crate::policy::sign_in::{self, Decision, PrimaryProof, Purpose, Reason};
use crate::protocol::acr::{Acr, Amr};
use crate::secret::Secret;
use crate::session::{AccessPath, Authentication, SecondFactorProof};
use crate::storage::Fault;
use crate::web::form::Params;
use crate::web::pages::LoginAlert;
use crate::web::{Problem, csrf};

/// What the form carries.
struct Credentials {
    email: String,
    password: Secret<String>,
}

/// Why the form is shown again.
enum Attempt {
    /// The person is who the account says.
    Allowed(Box<SignInRecord>),
    /// Not so.
    Refused(Reason, LoginAlert, Option<Box<SignInRecord>>),
    /// Too many passwords wait.
    Overloaded,
}

/// Compares the password and signs in.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let interaction = match page.interaction(&InteractionId::new(id)).await {
        Ok(Ok(interaction)) => interaction,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
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
        return show(&page, &interaction, credentials.email, missing);
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
    match attempt(page, credentials).await? {
        Attempt::Allowed(record) => accept(page, interaction, &record).await,
        Attempt::Refused(reason, alert, record) => {
            metrics::counter!("tegata_sign_ins_total", "outcome" => reason.as_str()).increment(1);
            let mut event = page.event(EventKind::SignInRefused).because(reason.as_str());
            event.client = interaction.target.client_id().cloned();
            event.account = record.as_ref().map(|record| record.account.id.clone());
            event.contract = record.map(|record| record.contract.id.clone());
            page.app.audit.record(event);
            Ok(show(page, interaction, email, Some(alert)))
        }
        Attempt::Overloaded => {
            metrics::counter!("tegata_overloaded_total").increment(1);
            let mut event = page.event(EventKind::SignInRefused).because("overloaded");
            event.client = interaction.target.client_id().cloned();
            page.app.audit.record(event);
            Ok(show(page, interaction, email, Some(LoginAlert::Overloaded)))
        }
    }
}

/// Compares and decides. An address that is nobody's, or somebody's with another method, costs the same hash.
async fn attempt(page: &PageContext, credentials: Credentials) -> Result<Attempt, Fault> {
    let record = match EmailAddress::parse(&credentials.email) {
        Ok(email) => find_by_email(&page.app.db, &page.issuer().brand, &email).await?,
        Err(_) => None,
    };
    let stored = record.as_ref().and_then(|record| record.password_hash.as_ref()).map(|hash| hash.expose().clone());
    let rehash = credentials.password.clone();
    let Ok(outcome) = page.app.passwords.verify(credentials.password, stored).await else {
        return Ok(Attempt::Overloaded);
    };
    let proof = match (&record, outcome) {
        (Some(record), _) if record.account.login_method != LoginMethod::Password => PrimaryProof::OtherMethod,
        (_, Outcome::Match | Outcome::MatchNeedsRehash) => PrimaryProof::Match,
        (_, Outcome::Mismatch) => PrimaryProof::Mismatch,
    };
    let facts = sign_in::Facts {
        purpose: Purpose::Client,
        now: page.now,
        account: record.as_ref().map(|record| record.facts(proof)),
    };
    match (sign_in::decide(&facts), record) {
        (Decision::Allow, Some(record)) => {
            if outcome == Outcome::MatchNeedsRehash {
                renew_hash(page, &record, rehash).await?;
            }
            Ok(Attempt::Allowed(Box::new(record)))
        }
        (Decision::Refuse { reason, disclosed }, record) => {
            Ok(Attempt::Refused(reason, alert(reason, disclosed), record.map(Box::new)))
        }
        (Decision::Allow, None) => Ok(Attempt::Refused(Reason::UnknownAccount, LoginAlert::Mismatch, None)),
    }
}

/// Catches up with today's parameters. Too busy for it now: next time.
async fn renew_hash(page: &PageContext, record: &SignInRecord, password: Secret<String>) -> Result<(), Fault> {
    let (Some(old), Ok(new)) = (&record.password_hash, page.app.passwords.hash(password).await) else {
        return Ok(());
    };
    let mut tx = page.app.db.begin().await?;
    update_rehash(&mut tx, &record.account.id, old, &new).await?;
    tx.commit().await
}

/// Only what the policy lets out is said; everything else is the one neutral sentence.
const fn alert(reason: Reason, disclosed: bool) -> LoginAlert {
    match (reason, disclosed) {
        (_, false) => LoginAlert::Mismatch,
        (Reason::AccountLocked, true) => LoginAlert::Locked,
        (_, true) => LoginAlert::Unavailable,
    }
}

/// A new session in place of the browser's old one, and back to the dispatcher.
async fn accept(page: &PageContext, interaction: &Interaction, record: &SignInRecord) -> Result<Response, Fault> {
    let authentication = Authentication {
        auth_time: page.now,
        amr: vec![Amr::Password.as_str().to_owned()],
        acr: Acr::OneFactor.as_str().to_owned(),
        access_path: AccessPath::Internet,
        second_factor: SecondFactorProof::None,
    };
    let mut tx = page.app.db.begin().await?;
    let new = page.begin_session(&mut tx, record, authentication, interaction).await?;
    tx.commit().await?;
    Ok(page.with_session(page.to_dispatcher(&interaction.id), &new))
}
