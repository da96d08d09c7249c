//! Signing in with a passkey and nothing else.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::answer;
use super::form::{Answer, Form};
use super::session::{begin, record_refusal};
use super::verify::{Proved, owner, verify};
use crate::account::LoginMethod;
use crate::context::PageContext;
use crate::id::InteractionId;
use crate::interaction::Interaction;
use crate::policy::sign_in::{self, Decision, PrimaryProof, Reason};
use crate::second_factor::passkey::{PasskeyRefusal, RelyingParty};
use crate::storage::Fault;
use crate::web::Problem;
use crate::web::callback::see_other;

/// The purpose of the login page's forms: the one for passkeys stands beside the one for the password.
fn purpose(interaction: &Interaction) -> String {
    format!("login/{}", interaction.id)
}

/// `POST /login/{interaction}/passkey/options`.
pub async fn options(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let interaction = match page.interaction(&InteractionId::new(id)).await {
        Ok(Ok(interaction)) => interaction,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.machine_fault(&fault),
    };
    if let Err(problem) = Form::read(&page, &purpose(&interaction), &headers, &body) {
        return answer::refuse(&page, &problem);
    }
    let (Some(party), Some(owner)) = (RelyingParty::of(page.issuer()), owner(&page, None)) else {
        return answer::refuse(&page, &Problem::NotFound);
    };
    let begun = match party.begin_authentication(&[]) {
        Ok(begun) => answer::begin(&page, owner, begun).await,
        Err(fault) => Err(fault),
    };
    begun.unwrap_or_else(|fault| page.machine_fault(&fault))
}

/// `POST /login/{interaction}/passkey`.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let interaction = match page.interaction(&InteractionId::new(id)).await {
        Ok(Ok(interaction)) => interaction,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    let form = Form::read(&page, &purpose(&interaction), &headers, &body);
    let answer = match form.and_then(|form| form.answer()) {
        Ok(answer) => answer,
        Err(problem) => return page.refuse(&problem),
    };
    sign_in(&page, &interaction, &answer).await.unwrap_or_else(|fault| page.fault(&fault))
}

async fn sign_in(page: &PageContext, interaction: &Interaction, answer: &Answer) -> Result<Response, Fault> {
    let proved = match verify(page, answer, None).await? {
        Ok(proved) => proved,
        Err(refused) => {
            record_refusal(page, interaction, refused.why.as_str(), refused.record.as_deref());
            return Ok(again(page, interaction, "failed"));
        }
    };
    if let Decision::Refuse { reason, disclosed } = decide(page, interaction, &proved) {
        record_refusal(page, interaction, reason.as_str(), Some(&proved.record));
        return Ok(again(page, interaction, if disclosed { reason.told() } else { "failed" }));
    }
    if let Some(response) = begin(page, interaction, &proved, (&[], page.issuer().access_path)).await? {
        return Ok(response);
    }
    record_refusal(page, interaction, PasskeyRefusal::Raced.as_str(), Some(&proved.record));
    Ok(again(page, interaction, "failed"))
}

fn decide(page: &PageContext, interaction: &Interaction, proved: &Proved) -> Decision {
    let record = &proved.record;
    if record.account.login_method != LoginMethod::Password {
        return Decision::Refuse { reason: Reason::OtherLoginMethod, disclosed: false };
    }
    sign_in::decide(&sign_in::Facts {
        purpose: interaction.target.purpose(),
        access_path: page.issuer().access_path,
        now: page.now,
        // A passkey cannot be guessed, and names its account itself.
        too_many_failures: false,
        account: Some(record.facts(PrimaryProof::Passkey)),
    })
}

/// Back to the login page, which says why: it is another flow's, so by URL.
fn again(page: &PageContext, interaction: &Interaction, why: &str) -> Response {
    page.seal(see_other(&page.issuer().page(&format!("/login/{}?passkey={why}", interaction.id))))
}
