//! 「保存」: asked once more, then saved.

use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::attempt::attempt;
use super::form::Typed;
use super::show::{Shown, show};
use super::{Desk, PATH, PURPOSE};
use crate::audit::EventKind;
use crate::context::PageContext;
use crate::storage::Fault;
use crate::upstream::connection::{AdfsConnection, Clerk, save_connection};
use crate::upstream::identity::is_used;
use crate::web::callback::see_other;
use crate::web::pages::ActiveDirectoryAlert as Alert;

/// `POST /account/active-directory`.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let desk = match Desk::find(&page).await? {
            Ok(desk) => desk,
            Err(response) => return Ok(*response),
        };
        match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| Typed::read(&form)) {
            Ok(typed) => save(&page, &desk, typed).await,
            Err(problem) => Ok(page.refuse(&problem)),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

async fn save(page: &PageContext, desk: &Desk, typed: Typed) -> Result<Response, Fault> {
    if typed.version != desk.version() {
        return changed_elsewhere(page).await;
    }
    if let Err(alerts) = typed.candidate(page, desk) {
        return Ok(show(page, desk, Shown { alerts, ..Shown::typed(typed) }));
    }
    if !typed.identity_change && changes_identities(page, desk, &typed).await? {
        return Ok(show(page, desk, Shown { alerts: vec![Alert::IdentityChanged], ..Shown::typed(typed) }));
    }
    let attempt = match attempt(page, desk, &typed).await {
        Ok(attempt) => attempt,
        Err(alerts) => return Ok(show(page, desk, Shown { alerts, ..Shown::typed(typed) })),
    };
    if !attempt.is_readable {
        let shown = Shown { alerts: vec![Alert::TestFailed], ..Shown::typed(typed) };
        return Ok(show(page, desk, shown.with(&attempt)));
    }
    let mut tx = page.app.db.begin().await?;
    if !save_connection(&mut tx, &clerk(page, desk), &attempt.candidate, desk.stored.as_ref()).await? {
        drop(tx);
        return changed_elsewhere(page).await;
    }
    tx.commit().await?;
    let is_sound = attempt.report.iter().all(|step| !step.is_failed());
    if is_sound {
        return Ok(page.seal(see_other(&format!("{}?saved=yes", page.issuer().page(PATH)))));
    }
    // Saved, and something is left to do: a redirect would lose the report.
    let Ok(desk) = Desk::find(page).await? else {
        return Ok(page.seal(see_other(&page.issuer().page(PATH))));
    };
    Ok(show(page, &desk, Shown { saved: true, ..Shown::stored(&desk) }.with(&attempt)))
}

/// Whether people have registered who would be told apart by something else: another issuer, another claim, or `sub` for
/// another client, which at an AD FS is another value (`upstreams.md` §1.5).
async fn changes_identities(page: &PageContext, desk: &Desk, typed: &Typed) -> Result<bool, Fault> {
    let Some(AdfsConnection { id, settings: former, .. }) = desk.set_up() else { return Ok(false) };
    let new = &typed.settings;
    let other_client = new.subject_claim == "sub" && new.client_id != former.client_id;
    let changes = new.issuer != former.issuer || new.subject_claim != former.subject_claim || other_client;
    Ok(changes && is_used(&page.app.db, id).await?)
}

/// On behalf of the contractor.
pub fn clerk<'a>(page: &'a PageContext, desk: &Desk) -> Clerk<'a> {
    let mut event = page.event(EventKind::ConnectionChanged).with("by", "contractor");
    event.account = Some(desk.signed_in.record.account.id.clone());
    event.session = Some(desk.signed_in.session.id.clone());
    Clerk { random: &page.app.random, now: page.now, event }
}

/// The page with what is stored now: whoever was slower sees what the other one made of it.
pub async fn changed_elsewhere(page: &PageContext) -> Result<Response, Fault> {
    match Desk::find(page).await? {
        Ok(desk) => Ok(show(page, &desk, Shown { alerts: vec![Alert::ChangedElsewhere], ..Shown::stored(&desk) })),
        Err(response) => Ok(*response),
    }
}
