//! The dispatcher: which page comes next, or the answer. Every step returns here by URL.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;

use super::facts::gather;
use super::{checks, menu, response};
use crate::client::Client;
use crate::context::PageContext;
use crate::id::InteractionId;
use crate::interaction::{Interaction, Target, bind_browser, clear_facts, find_interaction, insert_interaction};
use crate::policy::prompts::{self, Next};
use crate::protocol::authorization_request::AuthorizationRequest;
use crate::protocol::{Error, ErrorCode};
use crate::storage::Fault;
use crate::web::Problem;
use crate::web::callback::see_other;

/// Where a request came from: straight from the client, or from the steps of an interaction.
pub enum Origin {
    /// The authorization endpoint.
    Endpoint,
    /// An interaction of this browser.
    Interaction(Box<Interaction>),
}

impl Origin {
    fn interaction(&self) -> Option<&Interaction> {
        match self {
            Self::Endpoint => None,
            Self::Interaction(interaction) => Some(interaction),
        }
    }
}

/// `GET /interaction/{id}`: back from a step.
pub async fn dispatch(mut page: PageContext, Path(id): Path<String>) -> Response {
    match resume(&mut page, &InteractionId::new(id)).await {
        Ok(response) => response,
        Err(fault) => page.fault(&fault),
    }
}

async fn resume(page: &mut PageContext, id: &InteractionId) -> Result<Response, Fault> {
    let restart = Some(page.issuer().service_url.clone());
    let Some(mut interaction) = find_interaction(&page.app.db, page.issuer().place(), id).await? else {
        return Ok(page.refuse(&Problem::InteractionExpired { restart }));
    };
    let browser = page.ensure_browser();
    if interaction.browser.is_none() {
        // It came by a cross-site POST: the first browser to fetch it owns it.
        let mut tx = page.app.db.begin().await?;
        let bound = bind_browser(&mut tx, id, browser).await?;
        tx.commit().await?;
        interaction.browser = bound.then_some(browser);
    }
    if interaction.browser != Some(browser) {
        return Ok(page.refuse(&Problem::InteractionElsewhere { restart }));
    }
    let request = match interaction.target.request() {
        None => return menu::proceed(page, &interaction).await,
        Some(request) => match renew(page, request.clone()) {
            Ok(request) => request,
            Err(response) => return Ok(*response),
        },
    };
    if interaction.is_expired(page.now) {
        // An old tab begins anew with its own request.
        return proceed(page, &Origin::Endpoint, request).await;
    }
    proceed(page, &Origin::Interaction(Box::new(interaction)), request).await
}

/// What was right when the interaction began need not be so a day later: the client may have been disabled, its redirect
/// URI or a scope taken away (`security.md` line 89: such changes act at once).
fn renew(page: &PageContext, request: AuthorizationRequest) -> Result<AuthorizationRequest, Box<Response>> {
    let Some(client) = active_client(page, &request) else {
        return Err(Box::new(page.refuse(&Problem::ClientDisabled)));
    };
    let (uri, kind) = (request.callback.redirect_uri(), client.metadata.application_type);
    if !client.redirect_uris_at(page.issuer().access_path).iter().any(|registered| registered.matches(uri, kind)) {
        return Err(Box::new(page.refuse(&Problem::RedirectUriMismatch)));
    }
    checks::check(&client, request)
        .map_err(|refusal| Box::new(response::refuse(page, &refusal.callback, &refusal.error)))
}

fn active_client(page: &PageContext, request: &AuthorizationRequest) -> Option<Arc<Client>> {
    page.app.clients.find(&page.issuer().brand, &request.client_id).filter(|client| client.is_active())
}

/// Decides what comes next for a request and does it.
pub async fn proceed(page: &PageContext, origin: &Origin, request: AuthorizationRequest) -> Result<Response, Fault> {
    let Some(client) = active_client(page, &request) else { return Ok(page.refuse(&Problem::ClientDisabled)) };
    let gathered = match gather(page, &client, &request, origin.interaction()).await? {
        Ok(gathered) => gathered,
        Err(error) => return Ok(response::refuse(page, &request.callback, &error)),
    };
    match (prompts::next(&gathered.facts), gathered.signed_in) {
        (Next::Respond, Some(signed_in)) => {
            match response::authorize(page, &client, &request, &signed_in, origin.interaction()).await? {
                Some(response) => Ok(response),
                // The session ended in this very moment.
                None => step(page, origin, request, "login").await,
            }
        }
        (Next::Refuse(code), _) => {
            forget(page, origin).await?;
            Ok(response::refuse(page, &request.callback, &refusal(code)))
        }
        (Next::Consent, Some(_)) => step(page, origin, request, "consent").await,
        (Next::SecondFactor, Some(_)) => step(page, origin, request, "second-factor").await,
        (Next::Line, Some(_)) => step(page, origin, request, "line").await,
        // Without a session, sign in.
        (Next::Login | Next::Line | Next::SecondFactor | Next::Consent | Next::Respond, _) => {
            step(page, origin, request, "login").await
        }
    }
}

fn refusal(code: ErrorCode) -> Error {
    let description = match code {
        ErrorCode::LoginRequired => "the user is not signed in",
        ErrorCode::ConsentRequired => "the user has not consented",
        ErrorCode::InteractionRequired => "the user has to do something first",
        ErrorCode::AccountSelectionRequired => "another account is signed in",
        ErrorCode::UnmetAuthenticationRequirements => "the requested acr cannot be reached",
        _ => "the request was refused",
    };
    Error::new(code, description)
}

/// Sends the browser to a step's page, storing the request first if nothing has yet.
async fn step(
    page: &PageContext,
    origin: &Origin,
    request: AuthorizationRequest,
    step: &str,
) -> Result<Response, Fault> {
    if let Some(interaction) = origin.interaction() {
        let location = page.issuer().page(&format!("/{step}/{}", interaction.id));
        return Ok(page.seal(see_other(&location)));
    }
    let mut page = page.clone();
    let app = page.app.clone();
    let browser = page.ensure_browser();
    let owner = ((page.issuer().brand.clone(), page.issuer().access_path), Some(browser));
    let lang = ui_language(&page, &request);
    let target = Target::Client(Box::new(request));
    let interaction = Interaction::new(&app.random, owner, target, page.now, app.config.interaction.lifetime.0);
    let mut tx = app.db.begin().await?;
    insert_interaction(&mut tx, &interaction).await?;
    tx.commit().await?;
    let location = page.issuer().page(&format!("/{step}/{}{lang}", interaction.id));
    Ok(page.seal(see_other(&location)))
}

/// `ui_locales` travels on as the page's own language parameter, which its switch can change.
fn ui_language(page: &PageContext, request: &AuthorizationRequest) -> String {
    let wished = request.ui_locales.iter().find_map(|tag| crate::web::Lang::from_tag(tag));
    match wished {
        Some(lang) if lang == page.lang => format!("?lang={}", lang.tag()),
        _ => String::new(),
    }
}

/// The answer is given: what the person did for it does not serve a second one.
async fn forget(page: &PageContext, origin: &Origin) -> Result<(), Fault> {
    if let Some(interaction) = origin.interaction() {
        let mut tx = page.app.db.begin().await?;
        clear_facts(&mut tx, &interaction.id).await?;
        tx.commit().await?;
    }
    Ok(())
}
