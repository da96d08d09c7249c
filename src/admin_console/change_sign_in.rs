//! メールアドレス変更 of a user (manual, chapter 2.2 (4)): one page for two changes. The address unchanged means that the
//! user chooses another login method.

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::act::not_now;
use super::desk::{Answer, Desk, concerned, user_path};
use super::user::{CANCEL, back_to, pending_of};
use crate::account::{EmailAddress, SignInRecord, find_by_email};
use crate::context::{Form, PageContext};
use crate::lifecycle::{Administered, Deed, administer};
use crate::policy::administration::Act;
use crate::storage::Fault;
use crate::ticket::find_pending_change;
use crate::web::pages::admin::{
    AdminSection, ChangeSignInAlert as Alert, ChangeSignInConfirmPage, ChangeSignInPage, UserNotice,
};
use crate::web::{Problem, render};

const PURPOSE: &str = "admin/email";

/// `GET /admin/users/{sub}/email`.
pub async fn get(page: PageContext, Path(subject): Path<String>) -> Response {
    let outcome = async {
        let (desk, user) = match open(&page, &subject).await? {
            Ok(opened) => opened,
            Err(response) => return Ok(*response),
        };
        show(&page, (&desk, &user), &user.account.email, None).await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /admin/users/{sub}/email`: 「送信」, then 「OK」.
pub async fn post(page: PageContext, Path(subject): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let (desk, user) = match open(&page, &subject).await? {
            Ok(opened) => opened,
            Err(response) => return Ok(*response),
        };
        let typed = match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| Typed::read(&form)) {
            Ok(typed) => typed,
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        let change = match Change::judge(&page, &desk, (&user, &typed.email)).await? {
            Ok(change) => change,
            Err(alert) => return show(&page, (&desk, &user), &typed.email, Some(alert)).await,
        };
        if !typed.confirmed {
            return Ok(confirm(&page, (&desk, &user), &change));
        }
        if !desk.may_mail(&page, 1) {
            return show(&page, (&desk, &user), &typed.email, Some(Alert::TooManyRequests)).await;
        }
        request(&page, (&desk, &user), &change).await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /admin/users/{sub}/email/cancel`: the pending change is taken back.
pub async fn cancel(page: PageContext, Path(subject): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let (desk, user) = match open(&page, &subject).await? {
            Ok(opened) => opened,
            Err(response) => return Ok(*response),
        };
        if let Err(problem) = page.read_form(&headers, &body, &[CANCEL]) {
            return Ok(page.refuse(&problem));
        }
        let mut tx = page.app.db.begin().await?;
        match administer(&mut tx, &desk.clerk(&page), desk.case(&user), Deed::CancelChange).await? {
            Administered::Done => {
                tx.commit().await?;
                Ok(back_to(&page, &user, UserNotice::ChangeCancelled))
            }
            Administered::Refused(refusal) => Ok(not_now(&page, &user, refusal)),
            Administered::Nothing | Administered::OtherPending => Ok(back_to(&page, &user, UserNotice::Changed)),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

struct Typed {
    email: String,
    confirmed: bool,
}

impl Typed {
    fn read(form: &Form) -> Result<Self, Problem> {
        Ok(Self { email: form.text("email")?, confirmed: form.ticked("confirmed")? })
    }
}

/// What is to be changed.
enum Change {
    /// The address stays.
    Method,
    /// A new address, and the account elsewhere in the brand that has it, if any. Whoever asks does not learn of it
    /// (`security.md` line 63): its owner is told instead.
    Email(EmailAddress, Option<Box<SignInRecord>>),
}

impl Change {
    async fn judge(
        page: &PageContext,
        desk: &Desk,
        (user, typed): (&SignInRecord, &str),
    ) -> Result<Result<Self, Alert>, Fault> {
        if typed.trim().is_empty() {
            return Ok(Err(Alert::Missing));
        }
        let Ok(email) = EmailAddress::parse(typed) else { return Ok(Err(Alert::Invalid)) };
        if email.as_str() == user.account.email {
            return Ok(Ok(Self::Method));
        }
        let holder = find_by_email(&page.app.db, &page.issuer().brand, &email).await?;
        // The own address in another spelling is nobody else's.
        let holder = holder.filter(|holder| holder.account.id != user.account.id);
        Ok(match holder {
            Some(holder) if holder.contract.id == desk.contract().id => Err(Alert::Taken),
            holder => Ok(Self::Email(email, holder.map(Box::new))),
        })
    }

    fn email<'a>(&'a self, user: &'a SignInRecord) -> &'a str {
        match self {
            Self::Method => &user.account.email,
            Self::Email(email, _) => email.as_str(),
        }
    }
}

async fn open(page: &PageContext, subject: &str) -> Answer<(Desk, SignInRecord)> {
    let desk = match Desk::open_for(page, Act::ChangeSignIn).await? {
        Ok(desk) => desk,
        Err(response) => return Ok(Err(response)),
    };
    let user = match desk.user(page, subject).await? {
        Ok(user) => user,
        Err(response) => return Ok(Err(response)),
    };
    match desk.check(Act::ChangeSignIn, &user.account) {
        Ok(()) => Ok(Ok((desk, user))),
        Err(refusal) => Ok(Err(Box::new(not_now(page, &user, refusal)))),
    }
}

async fn request(page: &PageContext, (desk, user): (&Desk, &SignInRecord), change: &Change) -> Result<Response, Fault> {
    let (deed, notice) = match change {
        Change::Method => (Deed::Plain(Act::ChangeSignIn), UserNotice::Done(Act::ChangeSignIn)),
        Change::Email(email, holder) => (Deed::ChangeEmail(email, holder.as_deref()), UserNotice::EmailChangeSent),
    };
    let mut tx = page.app.db.begin().await?;
    let administered = administer(&mut tx, &desk.clerk(page), desk.case(user), deed).await?;
    match administered {
        Administered::Done => {
            tx.commit().await?;
            page.app.outbox.wake();
            Ok(back_to(page, user, notice))
        }
        Administered::OtherPending => {
            tx.commit().await?;
            show(page, (desk, user), change.email(user), Some(Alert::OtherPending)).await
        }
        Administered::Nothing => Ok(back_to(page, user, UserNotice::Changed)),
        Administered::Refused(refusal) => Ok(not_now(page, user, refusal)),
    }
}

fn confirm(page: &PageContext, (desk, user): (&Desk, &SignInRecord), change: &Change) -> Response {
    let path = page.issuer().page(&format!("{}/email", user_path(user)));
    let confirm = ChangeSignInConfirmPage {
        frame: page.frame(PURPOSE),
        nav: desk.nav(page, AdminSection::Users),
        who: concerned(user),
        email: change.email(user).to_owned(),
        is_new_address: matches!(change, Change::Email(..)),
        action: path.clone(),
        back_href: path,
    };
    page.seal(render(StatusCode::OK, &confirm))
}

async fn show(
    page: &PageContext,
    (desk, user): (&Desk, &SignInRecord),
    email: &str,
    alert: Option<Alert>,
) -> Result<Response, Fault> {
    let pending = find_pending_change(&page.app.db, &user.account.id, page.now).await?;
    let path = page.issuer().page(&format!("{}/email", user_path(user)));
    let mut frame = page.frame(PURPOSE);
    frame.here.clone_from(&path);
    let form = ChangeSignInPage {
        frame,
        nav: desk.nav(page, AdminSection::Users),
        who: concerned(user),
        action: path,
        back_href: page.issuer().page(&user_path(user)),
        email: email.to_owned(),
        pending: pending.as_ref().map(pending_of),
        alert,
    };
    let status = match alert {
        None => StatusCode::OK,
        Some(Alert::TooManyRequests) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(page.seal(render(status, &form)))
}
