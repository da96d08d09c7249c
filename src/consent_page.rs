//! Asking a person whether a third party may have what it asks for (OpenID Connect Core §3.1.2.4, `security.md` line
//! 16).
//!
//! ```text
//! GET  /consent/{interaction} ─ the question
//! POST /consent/{interaction} ─ answer written down ▶ back to the dispatcher by URL
//! ```
//!
//! It must not: answer the client itself; a «no» is the dispatcher's `access_denied`.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::account::SignInRecord;
use crate::audit::{EventKind, insert_event};
use crate::client::Client;
use crate::consent::{Consent, upsert_consent};
use crate::context::PageContext;
use crate::id::InteractionId;
use crate::interaction::{Interaction, mark_consent};
use crate::policy::prompts::ConsentAnswer;
use crate::protocol::authorization_request::AuthorizationRequest;
use crate::protocol::scope::{CLAIMS, OFFLINE_ACCESS, OPENID, Scope};
use crate::session::SignedIn;
use crate::storage::Fault;
use crate::web::form::Params;
use crate::web::pages::{ConsentPage, ConsentScope};
use crate::web::{Problem, csrf, render};

/// What both halves of the page need.
struct Step {
    interaction: Interaction,
    request: AuthorizationRequest,
    record: SignInRecord,
    client: std::sync::Arc<Client>,
}

/// `GET /consent/{interaction}`.
pub async fn get(page: PageContext, Path(id): Path<String>) -> Response {
    match find(&page, InteractionId::new(id)).await {
        Ok(Ok(step)) => ask(&page, &step),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /consent/{interaction}`.
pub async fn post(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let step = match find(&page, InteractionId::new(id)).await {
        Ok(Ok(step)) => step,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    let answer = match read(&page, &step, &headers, &body) {
        Ok(answer) => answer,
        Err(problem) => return page.refuse(&problem),
    };
    match write(&page, &step, answer).await {
        Ok(()) => page.to_dispatcher(&step.interaction.id),
        Err(fault) => page.fault(&fault),
    }
}

fn purpose(interaction: &Interaction) -> String {
    format!("consent/{}", interaction.id)
}

/// The interaction of this browser and who is signed in; without either, the dispatcher or a page says how to go on.
async fn find(page: &PageContext, id: InteractionId) -> Result<Result<Step, Box<Response>>, Fault> {
    let interaction = match page.interaction(&id).await? {
        Ok(interaction) => interaction,
        Err(response) => return Ok(Err(response)),
    };
    let request = interaction.target.request().cloned();
    let client = request.as_ref().and_then(|request| page.app.clients.find(&page.issuer().brand, &request.client_id));
    let signed_in = page.signed_in().await?.filter(|signed_in| !signed_in.asks_for_second_factor());
    match (signed_in, request, client) {
        (Some(SignedIn { record, .. }), Some(request), Some(client)) => {
            Ok(Ok(Step { interaction, request, record, client }))
        }
        _ => Ok(Err(Box::new(page.to_dispatcher(&id)))),
    }
}

fn ask(page: &PageContext, step: &Step) -> Response {
    let (request, metadata) = (&step.request, &step.client.metadata);
    let redirect_uri = request.callback.redirect_uri();
    let mut frame = page.frame(&purpose(&step.interaction));
    frame.here = page.issuer().page(&format!("/consent/{}", step.interaction.id));
    let consent = ConsentPage {
        action: frame.here.clone(),
        client_name: metadata.client_name.clone(),
        client_host: url::Url::parse(redirect_uri).ok().and_then(|url| url.host_str().map(str::to_owned)),
        account: step.record.account.email.clone(),
        scopes: scopes(&request.scope, &Consent::asked_by(&step.request)),
        days: lasting_days(page, step),
        policy_uri: metadata.policy_uri.clone(),
        tos_uri: metadata.tos_uri.clone(),
        redirect_uri: redirect_uri.to_owned(),
        frame,
    };
    page.seal(render(StatusCode::OK, &consent))
}

/// How long the client may go on without the person (ASVS 10.7.2).
fn lasting_days(page: &PageContext, step: &Step) -> Option<u64> {
    let own = step.client.settings.lifetimes.refresh_token_absolute;
    let lifetime = Client::lifetime(own, page.app.config.tokens.refresh_token_absolute.0);
    let offline = step.request.scope.contains(OFFLINE_ACCESS);
    offline.then(|| lifetime.as_secs().div_ceil(86_400))
}

/// The scopes with their claims, and claims asked for one by one under a heading of their own.
fn scopes(scope: &Scope, consent: &Consent) -> Vec<ConsentScope> {
    let claims_of = |word: &str| CLAIMS.iter().find(|(name, _)| *name == word).map_or(&[][..], |(_, claims)| claims);
    let mut out: Vec<_> = scope
        .iter()
        .filter(|word| *word != OPENID)
        .map(|word| ConsentScope {
            name: word.to_owned(),
            description: None,
            claims: claims_of(word).iter().map(|&claim| claim.to_owned()).collect(),
        })
        .collect();
    let shown = |claim: &String| out.iter().any(|scope| scope.claims.contains(claim));
    let single: Vec<_> = consent.claims.iter().filter(|claim| !shown(claim)).cloned().collect();
    if !single.is_empty() {
        out.push(ConsentScope { name: "claims".to_owned(), description: None, claims: single });
    }
    if out.is_empty() {
        // Nothing but the identifier: a question without an object could not be answered.
        out.push(ConsentScope { name: OPENID.to_owned(), description: None, claims: Vec::new() });
    }
    out
}

fn read(page: &PageContext, step: &Step, headers: &HeaderMap, body: &[u8]) -> Result<ConsentAnswer, Problem> {
    let malformed = |detail: String| Problem::RequestMalformed { detail: detail.into() };
    let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let form = Params::parse_body(content_type, body).map_err(|error| malformed(error.to_string()))?;
    let field = |name: &str| {
        form.get(name)
            .map(Option::unwrap_or_default)
            .map_err(|repeated| malformed(format!("{} is repeated", repeated.0)))
    };
    if !page.is_our_form(&purpose(&step.interaction), field(csrf::FIELD)?) {
        return Err(Problem::CsrfFailed);
    }
    match field("answer")? {
        "allow" => Ok(ConsentAnswer::Given),
        "deny" => Ok(ConsentAnswer::Denied),
        _ => Err(malformed("answer must be allow or deny".to_owned())),
    }
}

async fn write(page: &PageContext, step: &Step, answer: ConsentAnswer) -> Result<(), Fault> {
    let kind = match answer {
        ConsentAnswer::Given => EventKind::ConsentGiven,
        ConsentAnswer::Denied => EventKind::ConsentRefused,
    };
    let account = &step.record.account;
    let mut event = page.event(kind).with("scope", step.request.scope.to_string());
    event.account = Some(account.id.clone());
    event.contract = Some(account.contract_id.clone());
    event.client = Some(step.client.id.clone());
    let mut tx = page.app.db.begin().await?;
    if answer == ConsentAnswer::Given {
        upsert_consent(&mut tx, (&account.id, &step.client.id), &Consent::asked_by(&step.request), page.now).await?;
    }
    mark_consent(&mut tx, &step.interaction.id, answer).await?;
    insert_event(&mut tx, page.app.random.row_id(page.now).into(), &event, page.now).await?;
    tx.commit().await
}
