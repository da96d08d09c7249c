//! An act: what it will do, then the act itself.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::desk::{Answer, Desk, concerned, refuse, user_path};
use super::user::back_to;
use crate::account::SignInRecord;
use crate::context::PageContext;
use crate::lifecycle::{Administered, Deed, administer};
use crate::policy::administration::{Act, Refusal};
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::admin::{AdminActPage, AdminSection, UserNotice};
use crate::web::{Problem, render};

/// `GET /admin/users/{sub}/{act}`: what it will do.
pub async fn get(page: PageContext, Path((subject, act)): Path<(String, String)>) -> Response {
    let outcome = async {
        let (desk, user, act) = match open(&page, &subject, &act).await? {
            Ok(opened) => opened,
            Err(response) => return Ok(*response),
        };
        match desk.check(act, &user.account) {
            Ok(()) => Ok(show(&page, &desk, &user, act)),
            Err(refusal) => Ok(not_now(&page, &user, refusal)),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /admin/users/{sub}/{act}`.
pub async fn post(
    page: PageContext,
    Path((subject, act)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome = async {
        let (desk, user, act) = match open(&page, &subject, &act).await? {
            Ok(opened) => opened,
            Err(response) => return Ok(*response),
        };
        if let Err(problem) = page.read_form(&headers, &body, &[&purpose(act)]) {
            return Ok(page.refuse(&problem));
        }
        if act == Act::InviteAgain && !desk.may_mail(&page, 1) {
            return Ok(page.refuse(&Problem::TooManyRequests { retry_after_s: 60 }));
        }
        let mut tx = page.app.db.begin().await?;
        match administer(&mut tx, &desk.clerk(&page), desk.case(&user), Deed::Plain(act)).await? {
            Administered::Done => {
                tx.commit().await?;
                page.app.outbox.wake();
                Ok(done(&page, &user, act))
            }
            Administered::Nothing | Administered::OtherPending => Ok(back_to(&page, &user, UserNotice::Changed)),
            Administered::Refused(refusal) => Ok(not_now(&page, &user, refusal)),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// Who acts, on whom, and what; the change of address or method has a page of its own.
async fn open(page: &PageContext, subject: &str, act: &str) -> Answer<(Desk, SignInRecord, Act)> {
    let act = Act::parse(act).filter(|act| *act != Act::ChangeSignIn);
    let desk = match act {
        Some(act) => Desk::open_for(page, act).await?,
        None => Desk::open(page).await?,
    };
    let desk = match desk {
        Ok(desk) => desk,
        Err(response) => return Ok(Err(response)),
    };
    let Some(act) = act else { return Ok(Err(Box::new(page.refuse(&Problem::NotFound)))) };
    Ok(desk.user(page, subject).await?.map(|user| (desk, user, act)))
}

/// A user who has changed is shown as he is now; what is never allowed is refused.
pub fn not_now(page: &PageContext, user: &SignInRecord, refusal: Refusal) -> Response {
    match refusal {
        Refusal::State => back_to(page, user, UserNotice::Changed),
        refusal => refuse(page, refusal),
    }
}

fn done(page: &PageContext, user: &SignInRecord, act: Act) -> Response {
    metrics::counter!("tegata_administration_total", "act" => act.as_str()).increment(1);
    match act {
        Act::Delete => page.seal(see_other(&page.issuer().page("/admin/users?done=delete"))),
        act => back_to(page, user, UserNotice::Done(act)),
    }
}

/// The purpose of an act's form: a token for one act is none for another.
fn purpose(act: Act) -> String {
    format!("admin/{act}")
}

fn show(page: &PageContext, desk: &Desk, user: &SignInRecord, act: Act) -> Response {
    let confirm = AdminActPage {
        frame: page.frame(&purpose(act)),
        nav: desk.nav(page, AdminSection::Users),
        act,
        who: concerned(user),
        action: page.issuer().page(&format!("{}/{act}", user_path(user))),
        back_href: page.issuer().page(&user_path(user)),
    };
    page.seal(render(StatusCode::OK, &confirm))
}
