//! Active Directory設定: the contractor connects the company's own AD FS (`product.md` §7, §9; `upstreams.md` §1.5; manual,
//! chapter 1.3).
//!
//! ```text
//! account menu ─ GET /account/active-directory ─┬─ POST …/test: asked as typed, nothing saved ─▶ report
//!                                               ├─ POST: asked, then saved ─▶ saved
//!                                               └─ POST …/approve: endpoints that the AD FS announces anew ─▶ in use
//! ```
//! A connection is saved only when its discovery document could be read in this very request: what people are sent to was
//! seen once. Everything else that a test finds is shown and stops nobody, since an AD FS is often made ready afterwards.
//! A stored secret is never sent to another issuer, or to another token endpoint, than the one it was given for (S23).
//! Where people have registered, whatever tells them apart changes only with a tick in a box.
//!
//! It must not: let a contractor permit private networks (S21), show a secret, repeat what a server answered (S22).

mod approve;
mod attempt;
mod form;
mod report;
mod save;
mod show;

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

pub use approve::post as approve;
pub use save::post as save;

use crate::context::{PageContext, parameter};
use crate::policy::menu::Entry;
use crate::session::SignedIn;
use crate::storage::Fault;
use crate::upstream::connection::{AdfsConnection, find_connection_of_contract};
use show::Shown;

/// The purpose of the forms.
const PURPOSE: &str = "account/active-directory";
/// The page's path, below the issuer.
const PATH: &str = "/account/active-directory";

/// `GET /account/active-directory`.
pub async fn get(page: PageContext, RawQuery(query): RawQuery) -> Response {
    let outcome = async {
        let desk = match Desk::find(&page).await? {
            Ok(desk) => desk,
            Err(response) => return Ok(*response),
        };
        let saved = !parameter(query.as_deref(), "saved").is_empty();
        Ok(show::show(&page, &desk, Shown { saved, ..Shown::stored(&desk) }))
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /account/active-directory/test`: 「接続テスト」.
pub async fn test(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let desk = match Desk::find(&page).await? {
            Ok(desk) => desk,
            Err(response) => return Ok(*response),
        };
        let typed = match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| form::Typed::read(&form)) {
            Ok(typed) => typed,
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        let alerts = match attempt::attempt(&page, &desk, &typed).await {
            Ok(attempt) => return Ok(show::show(&page, &desk, Shown::typed(typed).with(&attempt))),
            Err(alerts) => alerts,
        };
        Ok(show::show(&page, &desk, Shown { alerts, ..Shown::typed(typed) }))
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// A contractor in front of the settings, found anew at every request.
struct Desk {
    signed_in: SignedIn,
    /// The connection, if there is one: set up, or with no more than what operators permit.
    stored: Option<AdfsConnection>,
}

impl Desk {
    async fn find(page: &PageContext) -> Result<Result<Self, Box<Response>>, Fault> {
        let signed_in = match page.menu_entry(Entry::ActiveDirectory).await? {
            Ok(signed_in) => signed_in,
            Err(response) => return Ok(Err(response)),
        };
        let stored = find_connection_of_contract(&page.app.db, &signed_in.record.contract.id).await?;
        Ok(Ok(Self { signed_in, stored }))
    }

    /// The connection, once somebody has set it up.
    fn set_up(&self) -> Option<&AdfsConnection> {
        self.stored.as_ref().filter(|stored| stored.is_set_up())
    }

    fn version(&self) -> i64 {
        self.stored.as_ref().map_or(0, |stored| stored.version)
    }
}
