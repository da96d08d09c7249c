//! A passkey as the second factor.

use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::code::show;
use super::finish::{open, record_refusal, signed_in};
use super::pending::{PURPOSE, Pending, find, handle, relying_party};
use crate::audit::EventKind;
use crate::context::{Form, OperatorPage};
use crate::id::{CeremonyId, OperatorId};
use crate::operator::passkey::{
    OperatorCeremony, OperatorPasskey, consume_ceremony, find_passkey, insert_ceremony, mark_used,
};
use crate::second_factor::passkey::{
    Assertion, CeremonyKind, CeremonyState, Options, PasskeyRefusal, RelyingParty, Verified,
};
use crate::storage::Fault;
use crate::web::pages::OperatorAlert;
use crate::web::{Problem, machine};

/// `POST /sign-in/passkey/options`.
pub async fn options(page: OperatorPage, body: Bytes) -> Response {
    if let Err(problem) = page.read_form(&body, &[PURPOSE]) {
        return refuse_script(&page, &problem);
    }
    let begun = async {
        let pending = match find(&page).await? {
            Ok(pending) => pending,
            Err(response) => return Ok(*response),
        };
        let Some(party) = relying_party(&page) else { return Ok(refuse_script(&page, &Problem::NotFound)) };
        let begun = party.begin_authentication_with(pending.passkeys.iter().map(|passkey| &passkey.credential))?;
        begin(&page, pending.record.operator.id.clone(), begun).await
    };
    begun.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// `POST /sign-in/passkey`.
pub async fn post(page: OperatorPage, body: Bytes) -> Response {
    let form = match page.read_form(&body, &[PURPOSE]).and_then(|form| Answer::read(&form)) {
        Ok(form) => form,
        Err(problem) => return page.refuse(&problem),
    };
    let done = async {
        let pending = match find(&page).await? {
            Ok(pending) => pending,
            Err(response) => return Ok(*response),
        };
        match verify(&page, &pending, &form).await? {
            Ok((passkey, verified)) => {
                let mut tx = page.app.db.begin().await?;
                if mark_used(&mut tx, &passkey, verified.changed.as_ref(), page.now).await?
                    && let Some(secret) = open(&page, &mut tx, &pending, "pwd hwk user").await?
                {
                    tx.commit().await?;
                    return Ok(signed_in(&page, &pending, &secret));
                }
                record_refusal(&page, &pending, PasskeyRefusal::Raced.as_str());
            }
            Err(why) => record_refusal(&page, &pending, why.as_str()),
        }
        Ok(show(&page, &pending, Some(OperatorAlert::PasskeyFailed)))
    };
    done.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// What the script put into the form.
pub struct Answer {
    ceremony: CeremonyId,
    /// The authenticator's answer, JSON; empty when the browser had none.
    pub credential: String,
}

impl Answer {
    /// From the fields of the form.
    pub fn read(form: &Form) -> Result<Self, Problem> {
        Ok(Self { ceremony: CeremonyId::new(form.text("ceremony")?), credential: form.text("credential")? })
    }
}

/// Stores a ceremony of this browser and answers its options.
pub async fn begin(
    page: &OperatorPage,
    operator: OperatorId,
    (options, state): (Options, CeremonyState),
) -> Result<Response, Fault> {
    let Some(browser) = page.browser_hash() else { return Ok(refuse_script(page, &Problem::CsrfFailed)) };
    let ceremony = OperatorCeremony::new(&page.app.random, (operator, browser), state, page.now);
    let mut tx = page.app.db.begin().await?;
    insert_ceremony(&mut tx, &ceremony).await?;
    tx.commit().await?;
    Ok(machine::json(StatusCode::OK, &json!({ "ceremony": ceremony.id, "publicKey": options })))
}

/// Consumes the ceremony of an answer, in a transaction of its own: it is gone even if the answer is wrong.
pub async fn consume(
    page: &OperatorPage,
    (answer, kind): (&Answer, CeremonyKind),
    operator: &OperatorId,
) -> Result<Option<CeremonyState>, Fault> {
    let Some(browser) = page.browser_hash() else { return Ok(None) };
    let mut tx = page.app.db.begin().await?;
    let state = consume_ceremony(&mut tx, (&answer.ceremony, kind), (operator, browser), page.now).await?;
    tx.commit().await?;
    Ok(state)
}

async fn verify(
    page: &OperatorPage,
    pending: &Pending,
    answer: &Answer,
) -> Result<Result<(OperatorPasskey, Verified), PasskeyRefusal>, Fault> {
    let operator = &pending.record.operator.id;
    let state = consume(page, (answer, CeremonyKind::Authenticate), operator).await?;
    let (Some(state), Some(party)) = (state, relying_party(page)) else { return Ok(Err(PasskeyRefusal::Ceremony)) };
    let assertion = match Assertion::parse(&answer.credential) {
        Ok(assertion) => assertion,
        Err(why) => return Ok(Err(why)),
    };
    let Some(passkey) = find_passkey(&page.app.db, &assertion.credential_id()).await? else {
        return Ok(Err(PasskeyRefusal::Unknown));
    };
    if passkey.operator_id != *operator {
        return Ok(Err(PasskeyRefusal::OtherAccount));
    }
    let owner = handle(operator)?;
    Ok(check(&party, &state, &assertion, (&passkey, owner)).map(|verified| (passkey, verified)))
}

fn check(
    party: &RelyingParty,
    state: &CeremonyState,
    assertion: &Assertion,
    (passkey, owner): (&OperatorPasskey, uuid::Uuid),
) -> Result<Verified, PasskeyRefusal> {
    party.verify(state, assertion, (&passkey.credential, owner, false))
}

/// The same problem as a page would show, for a script.
pub fn refuse_script(page: &OperatorPage, problem: &Problem) -> Response {
    page.app.audit.record(page.event(EventKind::PageRefused).because(problem.code()));
    machine::json(problem.status(), &json!({ "error": problem.code(), "reference": page.facts.reference }))
}
