//! One user and what can be done (manual, chapter 2.2 (3)).

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::StatusCode;

use super::desk::{Desk, concerned, has_password, local_time, user_path};
use crate::account::SignInRecord;
use crate::account::directory::find_sign_ins;
use crate::context::{PageContext, parameter};
use crate::policy::administration::Act;
use crate::second_factor::find_factor;
use crate::second_factor::passkey::list_passkeys;
use crate::storage::Fault;
use crate::ticket::{Ticket, find_pending_change};
use crate::web::callback::see_other;
use crate::web::pages::admin::{AdminSection, AdminUserPage, PendingChange, UserNotice};
use crate::web::render;

/// The form on the page that takes a pending change back.
pub const CANCEL: &str = "admin/cancel";

/// `GET /admin/users/{sub}`.
pub async fn get(page: PageContext, Path(subject): Path<String>, RawQuery(query): RawQuery) -> Response {
    let outcome = async {
        let desk = match Desk::open(&page).await? {
            Ok(desk) => desk,
            Err(response) => return Ok(*response),
        };
        let user = match desk.user(&page, &subject).await? {
            Ok(user) => user,
            Err(response) => return Ok(*response),
        };
        show(&page, &desk, &user, UserNotice::parse(&parameter(query.as_deref(), "done"))).await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

async fn show(
    page: &PageContext,
    desk: &Desk,
    user: &SignInRecord,
    notice: Option<UserNotice>,
) -> Result<Response, Fault> {
    let (db, account) = (&page.app.db, &user.account);
    let href = |act: &Act| page.issuer().page(&format!("{}/{act}", user_path(user)));
    let signed_in = find_sign_ins(db, &account.id).await?;
    let pending = find_pending_change(db, &account.id, page.now).await?;
    let has_factor = match has_password(user) {
        true => {
            Some(find_factor(db, &account.id).await?.is_some() || !list_passkeys(db, &account.id).await?.is_empty())
        }
        false => None,
    };
    let offered = Act::ALL.iter().filter(|act| desk.check(**act, account).is_ok());
    let mut frame = page.frame(CANCEL);
    frame.here = page.issuer().page(&user_path(user));
    let detail = AdminUserPage {
        frame,
        nav: desk.nav(page, AdminSection::Users),
        who: concerned(user),
        role: account.role,
        state: account.state,
        method: page.method_words(account.login_method),
        has_factor,
        internet_sign_in: signed_in.internet.map(local_time),
        line_sign_in: signed_in.line.map(local_time),
        pending: pending.as_ref().map(pending_of),
        cancel_action: page.issuer().page(&format!("{}/email/cancel", user_path(user))),
        acts: offered.map(|act| (*act, href(act))).collect(),
        is_oneself: desk.account().id == account.id,
        sign_ins_href: page.issuer().page(&format!("/admin/sign-ins?user={}", account.subject)),
        back_href: page.issuer().page("/admin/users"),
        notice,
    };
    Ok(page.seal(render(StatusCode::OK, &detail)))
}

/// A change that waits, as pages show it.
pub fn pending_of(ticket: &Ticket) -> PendingChange {
    PendingChange { new_email: ticket.data.email.clone(), until: local_time(ticket.expires_at) }
}

/// Back to the user's page, with what has happened.
pub fn back_to(page: &PageContext, user: &SignInRecord, notice: UserNotice) -> Response {
    let path = format!("{}?done={}", user_path(user), notice.word());
    page.seal(see_other(&page.issuer().page(&path)))
}
