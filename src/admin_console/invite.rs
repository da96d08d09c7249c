//! One invitation (manual, chapter 1.5).

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::desk::{Desk, refuse};
use crate::account::{
    Account, AccountState, EmailAddress, LoginMethod, NewAccount, Profile, Role, find_by_email, parse_name,
};
use crate::audit::EventKind;
use crate::context::{Form, PageContext};
use crate::lifecycle::{Administered, Invitation, invite_by};
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::admin::{AdminSection, InviteAlert as Alert, InvitePage, UserNotice};
use crate::web::{Problem, render};

const PURPOSE: &str = "admin/invite";
const PATH: &str = "/admin/users/invite";

/// `GET /admin/users/invite`.
pub async fn get(page: PageContext) -> Response {
    match Desk::open(&page).await {
        Ok(Ok(desk)) => show(&page, &desk, &Typed::default(), None),
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// `POST /admin/users/invite`.
pub async fn post(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let desk = match Desk::open(&page).await? {
            Ok(desk) => desk,
            Err(response) => return Ok(*response),
        };
        let typed = match page.read_form(&headers, &body, &[PURPOSE]).and_then(|form| Typed::read(&form)) {
            Ok(typed) => typed,
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        match invite(&page, &desk, &typed).await? {
            Ok(response) => Ok(response),
            Err(alert) => Ok(show(&page, &desk, &typed, Some(alert))),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

struct Typed {
    name: String,
    email: String,
    role: Role,
}

impl Default for Typed {
    fn default() -> Self {
        Self { name: String::new(), email: String::new(), role: Role::User }
    }
}

impl Typed {
    fn read(form: &Form) -> Result<Self, Problem> {
        let role = Role::parse(&form.text("role")?).filter(|role| *role != Role::Contractor);
        let role = role.ok_or_else(|| Problem::RequestMalformed { detail: "role is none that can be given".into() })?;
        Ok(Self { name: form.text("name")?, email: form.text("email")?, role })
    }
}

/// Why an address cannot be invited; `None`: it can. Whose it is elsewhere in the brand is not said.
pub async fn obstacle(page: &PageContext, desk: &Desk, email: &EmailAddress) -> Result<Option<Alert>, Fault> {
    let holder = find_by_email(&page.app.db, &page.issuer().brand, email).await?;
    Ok(holder.map(|holder| match holder.account.state {
        _ if holder.contract.id != desk.contract().id => Alert::Unavailable,
        AccountState::Invited => Alert::Invited,
        _ => Alert::Registered,
    }))
}

/// An invitation in the name of whoever sits at the desk. The mail is in the language of the page.
pub fn invitation_of(page: &PageContext, desk: &Desk, (name, email, role): (String, EmailAddress, Role)) -> Invitation {
    let random = &page.app.random;
    let account = Account {
        id: random.row_id(page.now).into(),
        brand: desk.contract().brand.clone(),
        contract_id: desk.contract().id.clone(),
        subject: random.uuid().into(),
        email: email.as_str().to_owned(),
        email_verified_at: None,
        name,
        profile: Profile { locale: Some(page.lang.tag().to_owned()), ..Profile::default() },
        role,
        state: AccountState::Invited,
        login_method: LoginMethod::Password,
        updated_at: page.now,
    };
    Invitation { new: NewAccount { account, email, password_hash: None }, inviter: desk.account().email.clone() }
}

async fn invite(page: &PageContext, desk: &Desk, typed: &Typed) -> Result<Result<Response, Alert>, Fault> {
    let Ok(name) = parse_name(&typed.name) else { return Ok(Err(Alert::Name)) };
    let Ok(email) = EmailAddress::parse(&typed.email) else { return Ok(Err(Alert::Email)) };
    if let Some(alert) = obstacle(page, desk, &email).await? {
        if alert == Alert::Unavailable {
            page.app.audit.record(page.event(EventKind::PageRefused).because("address_unavailable"));
        }
        return Ok(Err(alert));
    }
    if !desk.may_mail(page, 1) {
        return Ok(Err(Alert::TooManyRequests));
    }
    let invitation = invitation_of(page, desk, (name, email, typed.role));
    let mut tx = page.app.db.begin().await?;
    match invite_by(&mut tx, &desk.clerk(page), desk.account(), &invitation).await {
        // Somebody took the address in this very moment.
        Err(Fault::Unique(_)) => {
            drop(tx);
            let obstacle = obstacle(page, desk, &invitation.new.email).await?;
            return Ok(Err(obstacle.unwrap_or(Alert::Unavailable)));
        }
        Err(fault) => return Err(fault),
        Ok(Administered::Refused(refusal)) => return Ok(Ok(refuse(page, refusal))),
        Ok(_) => tx.commit().await?,
    }
    page.app.outbox.wake();
    let path = format!("/admin/users/{}?done={}", invitation.new.account.subject, UserNotice::Invited.word());
    Ok(Ok(page.seal(see_other(&page.issuer().page(&path)))))
}

fn show(page: &PageContext, desk: &Desk, typed: &Typed, alert: Option<Alert>) -> Response {
    let mut frame = page.frame(PURPOSE);
    frame.here = page.issuer().page(PATH);
    let form = InvitePage {
        frame,
        nav: desk.nav(page, AdminSection::Users),
        action: page.issuer().page(PATH),
        many_href: page.issuer().page(super::IMPORT),
        back_href: page.issuer().page("/admin/users"),
        name: typed.name.clone(),
        email: typed.email.clone(),
        role: typed.role,
        alert,
    };
    let status = match alert {
        None => StatusCode::OK,
        Some(Alert::TooManyRequests) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page.seal(render(status, &form))
}
