//! 「変更を承認」: endpoints that the AD FS announces anew come into use (`upstreams.md` S19).

use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use super::form::version;
use super::save::{changed_elsewhere, clerk};
use super::{Desk, PATH, PURPOSE};
use crate::context::PageContext;
use crate::storage::Fault;
use crate::upstream::connection::approve_endpoints;
use crate::web::callback::see_other;

/// `POST /account/active-directory/approve`.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let desk = match Desk::find(&page).await? {
            Ok(desk) => desk,
            Err(response) => return Ok(*response),
        };
        let seen = match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| version(&form)) {
            Ok(seen) => seen,
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        // Approved is what the page showed, and nothing that came after it.
        let Some(stored) = desk.stored.as_ref().filter(|stored| stored.version == seen) else {
            return changed_elsewhere(&page).await;
        };
        let mut tx = page.app.db.begin().await?;
        if !approve_endpoints(&mut tx, &clerk(&page, &desk), stored).await? {
            drop(tx);
            return changed_elsewhere(&page).await;
        }
        tx.commit().await?;
        Ok(page.seal(see_other(&format!("{}?saved=yes", page.issuer().page(PATH)))))
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}
