//! `GET` and `POST /sign-in`: address and password.

use std::time::Duration;

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;

use super::pending::SECOND_FACTOR;
use crate::account::EmailAddress;
use crate::audit::EventKind;
use crate::context::{Form, OperatorPage, own_path, parameter};
use crate::lockout::{Limit, LoginKey, count_failure, find_last_failure, take_failures};
use crate::operator::session::{NewOperatorSession, Stage, end_session, insert_session};
use crate::operator::{OperatorRecord, confirm_operator, find_operator_by_email, update_rehash};
use crate::password::Outcome;
use crate::policy::operator_sign_in::wait;
use crate::secret::Secret;
use crate::storage::Fault;
use crate::web::cookie::{Cookie, Purpose};
use crate::web::pages::{OperatorAlert, OperatorSignInPage};
use crate::web::{Problem, render};

/// What the form acts on.
const PURPOSE: &str = "sign-in";

/// What was typed, and where it is to lead.
struct Typed {
    email: String,
    password: Secret<String>,
    next: String,
}

/// What became of it.
enum Attempt {
    Proved(Box<OperatorRecord>, LoginKey),
    Wrong(&'static str),
    Limited(Duration),
    Overloaded,
}

/// Shows the page; whoever is signed in goes on, unless they are to sign in again.
pub async fn get(mut page: OperatorPage, RawQuery(query): RawQuery) -> Response {
    let query = query.as_deref();
    let next = own_path(&parameter(query, "next")).unwrap_or("/").to_owned();
    let flag = |name| !parameter(query, name).is_empty();
    let alert = match (flag("again"), flag("over")) {
        (true, _) => Some(OperatorAlert::FreshSignIn),
        (_, true) => Some(OperatorAlert::CodesOver),
        _ => None,
    };
    let known = match page.find_session().await {
        Ok(found) => found.filter(|(session, _)| session.stage == Stage::Open).map(|(_, operator)| operator),
        Err(fault) => return page.fault(&fault),
    };
    match (known, alert) {
        (Some(_), None) => page.go(&next),
        (known, alert) => {
            page.ensure_browser();
            show(&page, (known.map_or_else(String::new, |operator| operator.email), next), alert)
        }
    }
}

/// Compares the password; the right one leads to the second factor.
pub async fn post(page: OperatorPage, body: Bytes) -> Response {
    let typed = match page.read_form(&body, &[PURPOSE]).and_then(|form| read(&form)) {
        Ok(typed) => typed,
        Err(problem) => return page.refuse(&problem),
    };
    if typed.email.trim().is_empty() || typed.password.expose().is_empty() {
        return show(&page, (typed.email, typed.next), Some(OperatorAlert::Missing));
    }
    let done = async {
        match attempt(&page, &typed).await? {
            Attempt::Proved(record, key) => match accept(&page, &typed, (&record, key)).await? {
                Ok(response) => Ok(response),
                Err(outcome) => refuse(&page, typed, outcome).await,
            },
            outcome => refuse(&page, typed, outcome).await,
        }
    };
    done.await.unwrap_or_else(|fault| page.fault(&fault))
}

fn read(form: &Form) -> Result<Typed, Problem> {
    let next = own_path(&form.text("next")?).unwrap_or("/").to_owned();
    Ok(Typed { email: form.text("email")?, password: form.secret("password")?, next })
}

/// Compares; nothing is written yet. Without an operator the comparison takes as long.
async fn attempt(page: &OperatorPage, typed: &Typed) -> Result<Attempt, Fault> {
    let app = &page.app;
    if let Some(wait) = app.limits.wait(Limit::Failures, page.facts.address) {
        return Ok(Attempt::Limited(wait));
    }
    let key = LoginKey::of_operator(&app.master, &typed.email);
    if let Some(wait) = find_last_failure(&app.db, key).await?.and_then(|(n, at)| wait(n, at, page.now)) {
        return Ok(Attempt::Limited(wait));
    }
    let found = match EmailAddress::parse(&typed.email) {
        Ok(email) => find_operator_by_email(&app.db, &email).await?,
        Err(_) => None,
    };
    let active = found.as_ref().filter(|record| record.operator.is_active());
    let hash = active.and_then(|record| record.password_hash.as_ref()).map(|hash| hash.expose().clone());
    let Ok(outcome) = app.passwords.verify(typed.password.clone(), hash).await else {
        return Ok(Attempt::Overloaded);
    };
    let why = match &found {
        None => "unknown_operator",
        Some(record) if !record.operator.is_active() => "operator_suspended",
        Some(record) if !record.operator.is_enrolled => "operator_not_enrolled",
        Some(_) => "password_mismatch",
    };
    match (outcome, found) {
        (Outcome::Mismatch, _) | (_, None) => {
            app.limits.count(Limit::Failures, page.facts.address);
            let mut tx = app.db.begin().await?;
            count_failure(&mut tx, key, page.now).await?;
            tx.commit().await?;
            Ok(Attempt::Wrong(why))
        }
        (Outcome::MatchNeedsRehash, Some(mut record)) => {
            rehash(page, &mut record, typed).await?;
            Ok(Attempt::Proved(Box::new(record), key))
        }
        (Outcome::Match, Some(record)) => Ok(Attempt::Proved(Box::new(record), key)),
    }
}

/// Renews a hash with today's parameters; not worth failing a sign-in for.
async fn rehash(page: &OperatorPage, record: &mut OperatorRecord, typed: &Typed) -> Result<(), Fault> {
    let Some(old) = &record.password_hash else { return Ok(()) };
    let Ok(new) = page.app.passwords.hash(typed.password.clone()).await else { return Ok(()) };
    let mut tx = page.app.db.begin().await?;
    let renewed = update_rehash(&mut tx, &record.operator.id, old, &new).await?;
    tx.commit().await?;
    if renewed {
        record.password_hash = Some(Secret::new(new));
    }
    Ok(())
}

/// A session that waits for the second factor; the inner error when the count, a suspension or a reset came in between.
async fn accept(
    page: &OperatorPage,
    typed: &Typed,
    (record, key): (&OperatorRecord, LoginKey),
) -> Result<Result<Response, Attempt>, Fault> {
    let (app, operator) = (&page.app, &record.operator);
    let former = page.find_session().await?;
    let new = NewOperatorSession::new(&app.random, operator.id.clone(), typed.next.clone(), page.now);
    let mut tx = app.db.begin().await?;
    // Of many guesses at once no more than ten may learn anything: what was committed before this one counts.
    if let Some(wait) = take_failures(&mut tx, key).await?.and_then(|(n, at)| wait(n, at, page.now)) {
        return Ok(Err(Attempt::Limited(wait)));
    }
    let Some(hash) = &record.password_hash else { return Ok(Err(Attempt::Wrong("operator_changed"))) };
    if !confirm_operator(&mut tx, &operator.id, hash).await? {
        return Ok(Err(Attempt::Wrong("operator_changed")));
    }
    if let Some((former, _)) = former {
        end_session(&mut tx, &former.id, page.now).await?;
    }
    insert_session(&mut tx, &new).await?;
    tx.commit().await?;
    let mut response = page.go(SECOND_FACTOR);
    let secure = app.config.operator.is_secure();
    Cookie::new(Purpose::OperatorSession, secure, "", new.secret.expose().as_str()).set(response.headers_mut());
    Ok(Ok(response))
}

async fn refuse(page: &OperatorPage, typed: Typed, outcome: Attempt) -> Result<Response, Fault> {
    let (reason, alert, retry) = match outcome {
        Attempt::Wrong(why) => (why, OperatorAlert::Wrong, None),
        Attempt::Limited(wait) => ("too_many_requests", OperatorAlert::TooManyRequests, Some(wait.as_secs().max(1))),
        Attempt::Overloaded | Attempt::Proved(..) => ("overloaded", OperatorAlert::Overloaded, Some(5)),
    };
    metrics::counter!("tegata_operator_sign_ins_total", "outcome" => reason).increment(1);
    page.app.audit.record(page.event(EventKind::OperatorSignInRefused).because(reason));
    let mut response = show(page, (typed.email, typed.next), Some(alert));
    if let Some(seconds) = retry {
        response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from(seconds));
    }
    Ok(response)
}

fn show(page: &OperatorPage, (email, next): (String, String), alert: Option<OperatorAlert>) -> Response {
    let mut frame = page.frame(PURPOSE);
    if frame.here.is_empty() {
        frame.here = "/sign-in".to_owned();
    }
    page.seal(render(OperatorAlert::status(alert), &OperatorSignInPage { frame, email, next, alert }))
}
