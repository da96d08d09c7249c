//! Gathering the facts for `policy::prompts::next`: who is signed in, since when, what was consented.

use std::sync::Arc;
use std::time::Duration;

use crate::account::{EmailAddress, LoginMethod};
use crate::client::Client;
use crate::consent::{Consent, find_consent};
use crate::context::PageContext;
use crate::interaction::Interaction;
use crate::policy::access_path::AccessPath;
use crate::policy::lifetimes;
use crate::policy::prompts::{ConsentAnswer, ConsentFacts, Facts, SessionFacts, Step};
use crate::protocol::Error;
use crate::protocol::acr::{Acr, AcrRequest};
use crate::protocol::authorization_request::AuthorizationRequest;
use crate::protocol::prompt::Prompt;
use crate::session::SignedIn;
use crate::storage::Fault;
use crate::token::verify::verify_id_token_hint;

/// Everything the dispatcher decides by.
pub struct Gathered {
    /// The facts.
    pub facts: Facts,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
}

/// The facts of a request. `Ok(Err(_))`: the request itself cannot be served, the client hears why.
pub async fn gather(
    page: &PageContext,
    client: &Arc<Client>,
    request: &AuthorizationRequest,
    interaction: Option<&Interaction>,
) -> Result<Result<Gathered, Error>, Fault> {
    let hinted = match hinted_subject(page, request) {
        Ok(hinted) => hinted,
        Err(error) => return Ok(Err(error)),
    };
    let signed_in = page.signed_in().await?;
    let asked_at = interaction.map_or(page.now, |interaction| interaction.created_at);
    let session = signed_in.as_ref().map(|signed_in| SessionFacts {
        asked_at,
        ..session_facts(signed_in, request, interaction, hinted.as_deref())
    });
    let consent = consent_facts(page, client, request, interaction, signed_in.as_ref()).await?;
    let facts = Facts {
        prompt: request.prompt,
        max_age: request.max_age,
        needs_auth_time: client.metadata.require_auth_time || request.claims.wants_auth_time(),
        acr: request.acr_request(),
        now: page.now,
        session,
        line: line(page, interaction, signed_in.as_ref()).await?,
        second_factor: second_factor(signed_in.as_ref()),
        can_step_up: signed_in.as_ref().is_some_and(can_step_up),
        consent,
    };
    Ok(Ok(Gathered { facts, signed_in }))
}

/// The same for somebody who wants the account menu: a sign-in of the last minutes, and no consent to ask for.
pub async fn of_menu(
    page: &PageContext,
    interaction: &Interaction,
    signed_in: Option<&SignedIn>,
) -> Result<Facts, Fault> {
    // This began because the sign-in that the browser had was too old for what was wanted there, which may be less than
    // the menu's ten minutes: what meets it is one made since. A second step that is due is not a sign-in too old.
    let most = match signed_in.is_some_and(|signed_in| !signed_in.is_complete()) {
        true => lifetimes::ACCOUNT_MENU_SIGN_IN,
        false => page.now.since(interaction.created_at) + Duration::from_secs(1),
    };
    Ok(Facts {
        prompt: Prompt::default(),
        max_age: Some(most.as_secs()),
        needs_auth_time: false,
        acr: AcrRequest::default(),
        now: page.now,
        session: signed_in.map(|signed_in| SessionFacts {
            // The menu wants the proof shown here anew; an upstream that vouches anew is as good as it gets.
            auth_time: Some(signed_in.session.authentication.auth_time),
            is_federated: false,
            asked_at: interaction.created_at,
            acr: achieved(signed_in),
            fresh: signed_in_for(interaction, signed_in),
            is_required_subject: true,
            is_hinted_account: true,
        }),
        line: line(page, Some(interaction), signed_in).await?,
        second_factor: second_factor(signed_in),
        can_step_up: false,
        consent: ConsentFacts { first_party: true, ..ConsentFacts::default() },
    })
}

/// Whether this very request comes over the line that was verified at the sign-in: looked at again whenever a code may be
/// issued, so that a session of one line is nothing on another (`upstreams.md` §4.3). Whatever cannot be verified is the
/// step's page to explain.
async fn line(
    page: &PageContext,
    interaction: Option<&Interaction>,
    signed_in: Option<&SignedIn>,
) -> Result<Step, Fault> {
    let Some(signed_in) = signed_in.filter(|_| page.issuer().access_path == AccessPath::Line) else {
        return Ok(Step::Satisfied);
    };
    let same = page.is_on_proved_line(signed_in, interaction.map(|interaction| &interaction.id)).await?;
    Ok(if same == Some(true) { Step::Satisfied } else { Step::Missing })
}

fn second_factor(signed_in: Option<&SignedIn>) -> Step {
    if signed_in.is_some_and(SignedIn::asks_for_second_factor) { Step::Missing } else { Step::Satisfied }
}

/// Whether a client that asks for two factors can have them: where the contract has them, a remembered browser is
/// asked again.
fn can_step_up(signed_in: &SignedIn) -> bool {
    let record = &signed_in.record;
    record.account.login_method == LoginMethod::Password
        && record.contract.asks_for_second_factor()
        && achieved(signed_in) < Acr::TwoFactor
}

fn achieved(signed_in: &SignedIn) -> Acr {
    Acr::parse(&signed_in.session.authentication.acr).unwrap_or(Acr::Federated)
}

fn signed_in_for(interaction: &Interaction, signed_in: &SignedIn) -> bool {
    interaction.authenticated_at.is_some_and(|at| signed_in.session.authentication.auth_time >= at)
}

/// The subject that the request insists on: by `id_token_hint`, or by the `sub` claim (OpenID Connect Core §5.5.1).
/// Whoever insists on two different ones can never be answered.
fn hinted_subject(page: &PageContext, request: &AuthorizationRequest) -> Result<Option<String>, Error> {
    let keys = page.app.keys.load();
    let hint = match &request.id_token_hint {
        None => None,
        Some(hint) => Some(
            verify_id_token_hint(&keys, &page.issuer().identifier, hint)
                .map_err(|_| Error::invalid_request("the id_token_hint is not an ID token of this issuer"))?
                .sub,
        ),
    };
    let mut subjects = hint.into_iter().chain(request.claims.subjects().map(str::to_owned));
    let first = subjects.next();
    if subjects.any(|other| Some(&other) != first.as_ref()) {
        return Err(Error::invalid_request("id_token_hint and the sub of claims name different users"));
    }
    Ok(first)
}

fn session_facts(
    signed_in: &SignedIn,
    request: &AuthorizationRequest,
    interaction: Option<&Interaction>,
    required: Option<&str>,
) -> SessionFacts {
    let (session, account) = (&signed_in.session, &signed_in.record.account);
    let authentication = &session.authentication;
    let hint = request.login_hint.as_deref().and_then(|hint| EmailAddress::parse(hint).ok());
    let own = EmailAddress::parse(&account.email).ok();
    SessionFacts {
        auth_time: authentication.known_auth_time(),
        is_federated: authentication.is_federated(),
        asked_at: authentication.auth_time,
        acr: achieved(signed_in),
        fresh: interaction.is_some_and(|interaction| signed_in_for(interaction, signed_in)),
        is_required_subject: required.is_none_or(|subject| subject == account.subject.as_str()),
        is_hinted_account: hint.is_none_or(|hint| own.is_some_and(|own| own.key() == hint.key())),
    }
}

async fn consent_facts(
    page: &PageContext,
    client: &Client,
    request: &AuthorizationRequest,
    interaction: Option<&Interaction>,
    signed_in: Option<&SignedIn>,
) -> Result<ConsentFacts, Fault> {
    let first_party = client.settings.first_party;
    let answer = interaction.and_then(|interaction| interaction.consent.map(|answer| (answer, interaction.created_at)));
    let Some(signed_in) = signed_in.filter(|_| !first_party || answer.is_some()) else {
        return Ok(ConsentFacts { first_party, ..ConsentFacts::default() });
    };
    // A public client on the person's own machine cannot be told from an impostor: asked each time (ASVS 10.7.1).
    let assured = !client.is_public() || request.callback.redirect_uri().starts_with("https:");
    let given = find_consent(&page.app.db, &signed_in.record.account.id, &client.id).await?;
    let given = given.filter(|given| given.consent.covers(&Consent::asked_by(request)));
    let remembered = assured && given.is_some();
    // Somebody else may have signed in since the question was answered: a yes counts for the person who said it.
    let answer = answer.and_then(|(answer, asked_at)| match answer {
        ConsentAnswer::Given => given.filter(|given| given.granted_at >= asked_at).map(|_| answer),
        ConsentAnswer::Denied => Some(answer),
    });
    Ok(ConsentFacts { first_party, remembered, answer })
}
