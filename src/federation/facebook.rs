//! What Facebook tells us of its own accord: somebody removed our application, or wants their data deleted
//! (`upstreams.md` §1.2; Meta Platform Terms).

use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::account::{LoginMethod, find_account};
use crate::audit::EventKind;
use crate::context::{App, PageContext};
use crate::id::ConnectionId;
use crate::lifecycle::unlink_upstream;
use crate::secret::{TokenHash, base64url};
use crate::storage::Fault;
use crate::upstream::Connection;
use crate::upstream::deletion::{Deletion, find_deletion, insert_deletion};
use crate::upstream::identity::find_identities_of;
use crate::upstream::signed_request;
use crate::web::form::Params;
use crate::web::machine;
use crate::web::pages::DeletionStatusPage;
use crate::web::{Problem, render};

/// `POST /callback/{connection}/deauthorize`.
pub async fn deauthorize(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    match receive(&page, &ConnectionId::new(id), (&headers, &body)).await {
        Ok(Ok((connection, user, _))) => match unlink(&page, &connection, &user).await {
            Ok(()) => machine::raw(StatusCode::OK, "text/plain", "ok\n"),
            Err(fault) => page.fault(&fault),
        },
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /callback/{connection}/deletion`: the identity goes at once; the status page says so.
pub async fn deletion(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let (connection, user, hash) = match receive(&page, &ConnectionId::new(id), (&headers, &body)).await? {
            Ok(received) => received,
            Err(response) => return Ok(*response),
        };
        let deletion = Deletion {
            code: base64url(&page.app.random.bytes::<16>()),
            request: hash,
            brand: page.issuer().brand.clone(),
            connection: connection.id.clone(),
            requested_at: page.now,
        };
        unlink(&page, &connection, &user).await?;
        let mut tx = page.app.db.begin().await?;
        // The same request again gets the same code.
        let code = insert_deletion(&mut tx, &deletion).await?;
        tx.commit().await?;
        let answer = serde_json::json!({
            "url": page.issuer().url(&format!("/deletion/{code}")),
            "confirmation_code": code,
        });
        Ok(machine::raw(StatusCode::OK, "application/json", answer.to_string()))
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `GET /deletion/{code}`.
pub async fn deletion_status(page: PageContext, State(app): State<App>, Path(code): Path<String>) -> Response {
    match find_deletion(&app.db, &page.issuer().brand, &code).await {
        Ok(true) => {
            let status = DeletionStatusPage { frame: page.frame(""), code, done: true };
            page.seal(render(StatusCode::OK, &status))
        }
        Ok(false) => page.refuse(&Problem::NotFound),
        Err(fault) => page.fault(&fault),
    }
}

type Received = (std::sync::Arc<Connection>, String, TokenHash);

/// Whom a request is about, if it is Facebook's: its signature is all that authenticates it.
async fn receive(
    page: &PageContext,
    id: &ConnectionId,
    (headers, body): (&HeaderMap, &Bytes),
) -> Result<Result<Received, Box<Response>>, Fault> {
    let refuse = || {
        page.app.audit.record(page.event(EventKind::PageRefused).because("signed_request_refused"));
        Ok(Err(Box::new(machine::raw(StatusCode::BAD_REQUEST, "text/plain", "bad signed_request\n"))))
    };
    let connection = page.connection(id).await?.filter(|connection| connection.method == LoginMethod::Facebook);
    let Some(connection) = connection else { return Ok(Err(Box::new(page.refuse(&Problem::NotFound)))) };
    let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Ok(form) = Params::parse_body(content_type, body) else { return refuse() };
    let Ok(Some(signed)) = form.get("signed_request") else { return refuse() };
    let Some(secret) = connection.secret() else { return refuse() };
    let Some(user) = signed_request::read(signed, secret, page.now) else { return refuse() };
    let hash = TokenHash::of(signed);
    Ok(Ok((connection, user, hash)))
}

/// Unlinks a person at every brand that shares the connection.
async fn unlink(page: &PageContext, connection: &Connection, user: &str) -> Result<(), Fault> {
    let app = &page.app;
    let subject = format!("{}:{user}", connection.client_id);
    for identity in find_identities_of(&app.db, &connection.id, &subject).await? {
        let Some(record) = find_account(&app.db, &identity.account_id).await? else { continue };
        let Some(issuer) = app.issuers.of(&identity.brand) else { continue };
        let mut registrar = page.registrar();
        registrar.issuer = issuer;
        registrar.face = app.faces.of(identity.brand.as_str());
        registrar.event.brand = Some(identity.brand.clone());
        let mut tx = app.db.begin().await?;
        if unlink_upstream(&mut tx, &registrar, (&record, &identity)).await? {
            tx.commit().await?;
            app.outbox.wake();
        }
    }
    Ok(())
}
