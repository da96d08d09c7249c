//! A person's own passkeys: the list in the account menu, adding, renaming, removing.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::answer;
use super::form::{Answer, Form};
use super::owner::{Owner, PURPOSE, find, open};
use super::verify::{consume, owner};
use crate::audit::EventKind;
use crate::clock::Timestamp;
use crate::context::PageContext;
use crate::id::PasskeyId;
use crate::notify::MailKind;
use crate::second_factor::passkey::{
    CeremonyKind, Insertion, NewPasskey, Passkey, PasskeyName, PasskeyRefusal, delete_passkey, insert_passkey,
    list_passkeys, rename_passkey,
};
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::pages::{PasskeyEntry, PasskeyForm, PasskeysAlert, PasskeysPage};
use crate::web::{Problem, render};

/// The page's path.
const PATH: &str = "/account/passkeys";

/// What the page says at its top.
#[derive(Clone, Copy)]
enum Notice {
    Nothing,
    Done,
    Alert(PasskeysAlert),
}

/// `GET /account/passkeys`.
pub async fn list(page: PageContext, RawQuery(query): RawQuery) -> Response {
    let done = query.is_some_and(|query| form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "done"));
    let owner = match find(&page).await {
        Ok(Ok(owner)) => owner,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.fault(&fault),
    };
    let notice = if done { Notice::Done } else { Notice::Nothing };
    show(&page, &owner, notice).await.unwrap_or_else(|fault| page.fault(&fault))
}

/// `POST /account/passkeys/options`.
pub async fn add_options(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let person = match find(&page).await {
        Ok(Ok(owner)) => owner,
        Ok(Err(response)) => return *response,
        Err(fault) => return page.machine_fault(&fault),
    };
    if let Err(problem) = Form::read(&page, PURPOSE, &headers, &body) {
        return answer::refuse(&page, &problem);
    }
    let Some(may_answer) = owner(&page, person.bound()) else { return answer::refuse(&page, &Problem::CsrfFailed) };
    let begun = async {
        let known = list_passkeys(&page.app.db, person.account()).await?;
        let begun = person.party.begin_registration(&person.signed_in.record.account, &known)?;
        answer::begin(&page, may_answer, begun).await
    };
    begun.await.unwrap_or_else(|fault| page.machine_fault(&fault))
}

/// `POST /account/passkeys`: adds one.
pub async fn add(page: PageContext, headers: HeaderMap, body: Bytes) -> Response {
    let (owner, form) = match open(&page, &headers, &body).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let answer = match form.answer() {
        Ok(answer) => answer,
        Err(problem) => return page.refuse(&problem),
    };
    let added = async {
        match register(&page, &owner, &answer).await? {
            Ok(()) => Ok(done(&page)),
            Err(alert) => show(&page, &owner, Notice::Alert(alert)).await,
        }
    };
    added.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// `POST /account/passkeys/{id}/rename`.
pub async fn rename(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let (owner, form) = match open(&page, &headers, &body).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let name = match form.field("name") {
        Ok(name) => name.parse::<PasskeyName>(),
        Err(problem) => return page.refuse(&problem),
    };
    let renamed = async {
        let Ok(name) = name else {
            return show(&page, &owner, Notice::Alert(PasskeysAlert::NameInvalid)).await;
        };
        let mut tx = page.app.db.begin().await?;
        if !rename_passkey(&mut tx, (&PasskeyId::new(id), owner.account()), &name).await? {
            return Ok(page.refuse(&Problem::NotFound));
        }
        owner.write_down(&page, &mut tx, EventKind::PasskeyRenamed).await?;
        tx.commit().await?;
        Ok(done(&page))
    };
    renamed.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// `POST /account/passkeys/{id}/remove`.
pub async fn remove(page: PageContext, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let (owner, _) = match open(&page, &headers, &body).await {
        Ok(opened) => opened,
        Err(response) => return *response,
    };
    let removed = async {
        let mut tx = page.app.db.begin().await?;
        if delete_passkey(&mut tx, (&PasskeyId::new(id), owner.account())).await?.is_none() {
            return Ok(page.refuse(&Problem::NotFound));
        }
        owner.tell(&page, &mut tx, MailKind::PasskeyRemoved).await?;
        owner.write_down(&page, &mut tx, EventKind::PasskeyRemoved).await?;
        tx.commit().await?;
        page.app.outbox.wake();
        Ok(done(&page))
    };
    removed.await.unwrap_or_else(|fault| page.fault(&fault))
}

/// Verifies and stores a new passkey; the inner error is what the page says.
async fn register(page: &PageContext, owner: &Owner, answer: &Answer) -> Result<Result<(), PasskeysAlert>, Fault> {
    let refused = |reason, alert| {
        page.app.audit.record(owner.event(page, EventKind::PageRefused).because(reason));
        alert
    };
    let state = consume(page, (answer, CeremonyKind::Register), owner.bound()).await?;
    let made = state.ok_or(PasskeyRefusal::Ceremony);
    let credential = match made.and_then(|state| owner.party.finish_registration(&state, &answer.credential)) {
        Ok(credential) => credential,
        Err(why) => return Ok(Err(refused(why.as_str(), PasskeysAlert::Failed))),
    };
    let account = &owner.signed_in.record.account;
    let new = NewPasskey {
        id: PasskeyId::from(page.app.random.uuid()),
        brand: account.brand.clone(),
        account_id: account.id.clone(),
        rp_id: owner.party.id().to_owned(),
        credential,
    };
    let mut tx = page.app.db.begin().await?;
    match insert_passkey(&mut tx, &new, &page.frame("").t("passkeys-default-name"), page.now).await? {
        Insertion::Added(_) => {}
        Insertion::LimitReached => {
            return Ok(Err(refused("passkey_limit", PasskeysAlert::Limit)));
        }
        Insertion::Taken => return Ok(Err(refused("passkey_taken", PasskeysAlert::Failed))),
    }
    owner.tell(page, &mut tx, MailKind::PasskeyAdded).await?;
    owner.write_down(page, &mut tx, EventKind::PasskeyAdded).await?;
    tx.commit().await?;
    page.app.outbox.wake();
    Ok(Ok(()))
}

/// Back to the list, so that a reload repeats nothing.
fn done(page: &PageContext) -> Response {
    page.seal(see_other(&page.issuer().page(&format!("{PATH}?done=1"))))
}

async fn show(page: &PageContext, owner: &Owner, notice: Notice) -> Result<Response, Fault> {
    let action = page.issuer().page(PATH);
    let entry = |passkey: Passkey| PasskeyEntry {
        name: passkey.name.to_string(),
        created: date(passkey.created_at),
        last_used: passkey.last_used_at.map(date),
        rename_action: format!("{action}/{}/rename", passkey.id),
        remove_action: format!("{action}/{}/remove", passkey.id),
        id: passkey.id.to_string(),
    };
    let passkeys = list_passkeys(&page.app.db, owner.account()).await?;
    let mut frame = page.frame(PURPOSE);
    frame.here.clone_from(&action);
    let (status, alert) = match notice {
        Notice::Alert(alert) => (StatusCode::UNPROCESSABLE_ENTITY, Some(alert)),
        Notice::Done | Notice::Nothing => (StatusCode::OK, None),
    };
    let shown = PasskeysPage {
        frame,
        add: PasskeyForm { options_action: format!("{action}/options"), action: action.clone() },
        entries: passkeys.into_iter().map(entry).collect(),
        back_href: page.issuer().page("/account"),
        alert,
        done: matches!(notice, Notice::Done),
    };
    Ok(page.seal(render(status, &shown)))
}

/// A moment for people to read, on the clocks of Japan, where the service is.
fn date(at: Timestamp) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    let moment = jiff::Timestamp::from_millisecond(at.as_millis()).map(|at| at.to_zoned(zone));
    moment.map_or_else(|_| String::new(), |moment| moment.strftime("%Y-%m-%d %H:%M").to_string())
}
