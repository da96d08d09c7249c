//! A passkey as the second step after the password.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::answer;
use super::form::Form;
use super::session::{begin, record_refusal};
use super::verify::{owner, verify};
use crate::account::LoginMethod;
use crate::context::PageContext;
use crate::id::{AccountId, InteractionId, SessionId};
use crate::interaction::Interaction;
use crate::second_factor::passkey::{Passkey, PasskeyRefusal, RelyingParty, list_passkeys};
use crate::session::{SecondFactorProof, SignedIn};
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::{FactorAlert, FactorPasskeyPage, PasskeyForm};
use crate::web::{Problem, render};

/// What every half of the page needs.
struct Step {
    interaction: Interaction,
    signed_in: SignedIn,
    passkeys: Vec<Passkey>,
    party: RelyingParty,
}

impl Step {
    fn purpose(&self) -> String {
        format!("second-factor/{}/passkey", self.interaction.id)
    }

    fn account(&self) -> Option<(AccountId, SessionId)> {
        Some((self.signed_in.record.account.id.clone(), self.signed_in.session.id.clone()))
    }
}

/// `GET /second-factor/{interaction}/passkey`.
pub async fn get(page: PageContext, Path(id): Path<String>) -> Response {
    match find(&page, InteractionId::new(id)).await {
        Ok(Ok(step)) => show(&page, &step, None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /second-factor/{interaction}/passkey/options`.
pub async fn options(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let step = match find(&page, InteractionId::new(id)).await {
        Ok(Ok(step)) => step,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.machine_fault(&fault),
    };
    if let Err(problem) = Form::read(&page, &step.purpose(), &headers, &body) {
        return answer::refuse(&page, &problem);
    }
    let Some(owner) = owner(&page, step.account()) else { return answer::refuse(&page, &Problem::CsrfFailed) };
    let begun = match step.party.begin_authentication(&step.passkeys) {
        Ok(begun) => answer::begin(&page, owner, begun).await,
        Err(fault) => Err(fault),
    };
    begun.unwrap_or_else(|fault| page.machine_fault(&fault))
}

/// `POST /second-factor/{interaction}/passkey`.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let step = match find(&page, InteractionId::new(id)).await {
        Ok(Ok(step)) => step,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    let form = Form::read(&page, &step.purpose(), &headers, &body);
    let answer = match form.and_then(|form| form.answer()) {
        Ok(answer) => answer,
        Err(problem) => return page.refuse(&problem),
    };
    let done = async {
        let why = match verify(&page, &answer, step.account()).await? {
            Ok(proved) => {
                let before = &step.signed_in.session.authentication;
                match begin(&page, &step.interaction, &proved, (&before.amr, before.access_path)).await? {
                    Some(response) => return Ok(response),
                    None => PasskeyRefusal::Raced,
                }
            }
            Err(refused) => refused.why,
        };
        record_refusal(&page, &step.interaction, why.as_str(), Some(&step.signed_in.record));
        Ok(show(&page, &step, Some(FactorAlert::PasskeyFailed)))
    };
    done.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// The step, if there is something to be done in it: somebody whose password matched, who has passkeys, and who has not
/// shown a second factor yet. Otherwise the dispatcher or the other factors' page says how to go on.
async fn find(page: &PageContext, id: InteractionId) -> Result<Result<Step, Box<Response>>, Fault> {
    let interaction = match page.interaction(&id).await? {
        Ok(interaction) => interaction,
        Err(response) => return Ok(Err(response)),
    };
    let signed_in = page.signed_in_for(interaction.target.purpose()).await?.filter(|signed_in| {
        signed_in.record.account.login_method == LoginMethod::Password
            && signed_in.session.authentication.second_factor != SecondFactorProof::Verified
    });
    let Some(signed_in) = signed_in else { return Ok(Err(Box::new(page.to_dispatcher(&id)))) };
    let passkeys = list_passkeys(&page.app.db, &signed_in.record.account.id).await?;
    match RelyingParty::of(page.issuer()) {
        Some(party) if !passkeys.is_empty() => Ok(Ok(Step { interaction, signed_in, passkeys, party })),
        _ => Ok(Err(Box::new(page.seal(see_other(&page.issuer().page(&format!("/second-factor/{id}"))))))),
    }
}

fn show(page: &PageContext, step: &Step, alert: Option<FactorAlert>) -> Response {
    let (issuer, id) = (page.issuer(), &step.interaction.id);
    let action = issuer.page(&format!("/second-factor/{id}/passkey"));
    let mut frame = page.frame(&step.purpose());
    frame.here.clone_from(&action);
    let status = if alert.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = FactorPasskeyPage {
        frame,
        form: PasskeyForm { options_action: format!("{action}/options"), action },
        other_href: Some(issuer.page(&format!("/second-factor/{id}"))),
        alert,
        redirect_uri: step
            .interaction
            .target
            .request()
            .map_or_else(String::new, |request| request.callback.redirect_uri().to_owned()),
    };
    page.seal(render(status, &shown))
}
