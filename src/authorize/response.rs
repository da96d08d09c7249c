//! The authorization response: a code, or an error, back to the client.

use axum::response::Response;

use crate::audit::{EventKind, insert_event};
use crate::client::Client;
use crate::context::PageContext;
use crate::interaction::{Interaction, clear_facts};
use crate::protocol::Error;
use crate::protocol::acr::Acr;
use crate::protocol::authorization_request::AuthorizationRequest;
use crate::protocol::callback::{Callback, Outcome};
use crate::protocol::scope::OFFLINE_ACCESS;
use crate::secret::TokenHash;
use crate::session::{SignedIn, touch_session};
use crate::storage::Fault;
use crate::token::claims::Authentication;
use crate::token::mint::OpaqueToken;
use crate::token::{CodeFacts, FamilyFacts, TokenFamily, insert_code, insert_family};
use crate::web::callback;

/// Sends the browser back with an error.
pub fn refuse(page: &PageContext, callback: &Callback, error: &Error) -> Response {
    let mut event = page.event(EventKind::AuthorizationRefused).because(error.code().as_str());
    if let Some(hint) = error.hint() {
        event = event.with("hint", hint);
    }
    page.app.audit.record(event.with("description", error.description()));
    page.seal(callback::respond(page.frame(""), callback.respond(&page.issuer().identifier, Outcome::Error(error))))
}

/// Mints a code and sends the browser back with it; `None` when the session ended in this very moment.
pub async fn authorize(
    page: &PageContext,
    client: &Client,
    request: &AuthorizationRequest,
    signed_in: &SignedIn,
    interaction: Option<&Interaction>,
) -> Result<Option<Response>, Fault> {
    let (app, now) = (&page.app, page.now);
    let code = OpaqueToken::Code.mint(&app.random);
    let family = new_family(page, client, request, signed_in);
    let facts = CodeFacts {
        redirect_uri: request.callback.redirect_uri().to_owned(),
        code_challenge: request.code_challenge.clone(),
    };
    let brand = &page.issuer().brand;
    let account = &signed_in.record.account;
    let mut event = page.event(EventKind::Authorized);
    event.contract = Some(account.contract_id.clone());
    event.account = Some(account.id.clone());
    event.client = Some(client.id.clone());
    event.session = Some(signed_in.session.id.clone());

    let mut tx = app.db.begin().await?;
    if !touch_session(&mut tx, &signed_in.session.id, now).await? {
        return Ok(None);
    }
    insert_family(&mut tx, (brand, &account.id), &family, now).await?;
    let expires = now.plus(app.config.tokens.authorization_code.0);
    insert_code(&mut tx, (brand, &family), TokenHash::of(&code), &facts, (now, expires)).await?;
    if let Some(interaction) = interaction {
        clear_facts(&mut tx, &interaction.id).await?;
    }
    insert_event(&mut tx, app.random.row_id(now).into(), &event, now).await?;
    tx.commit().await?;

    let answer = request.callback.respond(&page.issuer().identifier, Outcome::Code(&code));
    Ok(Some(page.seal(callback::respond(page.frame(""), answer))))
}

fn new_family(
    page: &PageContext,
    client: &Client,
    request: &AuthorizationRequest,
    signed_in: &SignedIn,
) -> TokenFamily {
    let session = &signed_in.session;
    let authentication = &session.authentication;
    let achieved = Acr::parse(&authentication.acr).unwrap_or(Acr::Federated);
    let absolute = Client::lifetime(
        client.settings.lifetimes.refresh_token_absolute,
        page.app.config.tokens.refresh_token_absolute.0,
    );
    TokenFamily {
        id: page.app.random.uuid().into(),
        client_id: client.id.clone(),
        session_id: session.id.clone(),
        offline: request.scope.contains(OFFLINE_ACCESS),
        line: authentication.line,
        expires_at: page.now.plus(absolute),
        facts: FamilyFacts {
            scope: request.scope.clone(),
            claims: request.claims.clone(),
            authentication: Authentication {
                auth_time: authentication.known_auth_time().map(|at| at.as_seconds()),
                acr: Some(request.acr_request().to_assert(achieved).as_str().to_owned()),
                amr: authentication.amr.clone(),
                sid: Some(session.id.clone()),
            },
            access_path: authentication.access_path,
            resource: request.resource.clone(),
            nonce: request.nonce.clone(),
        },
    }
}
