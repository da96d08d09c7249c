//! People in distress: passwords guessed until the account locks, passwords forgotten. Each is promised a mail.

use super::Stage;
use crate::load::browser::{Arrival, Browser};
use crate::load::connection::{Connection, Failure};
use crate::load::html::{self, Form};
use hyper::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// What the page says once an account is locked (manual, chapter 6.1).
const LOCKED: &str = "アカウントがブロックされました";
/// Between two guesses, and between two requests for a reset: people, not a flood.
const PAUSE: Duration = Duration::from_millis(30);
/// Nobody at the provider leads there.
const NOWHERE: &str = "http://nowhere.invalid/";

/// What was promised by address, over all rounds.
#[derive(Default)]
pub struct Promises {
    /// Accounts whose lock a page has told of: one mail each.
    pub locks: Vec<String>,
    /// Requests for a reset that were answered: a mail each.
    pub resets: BTreeMap<String, u64>,
    /// Requests without an answer: a mail each, or none.
    pub unanswered: BTreeMap<String, u64>,
    /// Refusals nobody expects of a healthy provider.
    pub surprises: Vec<String>,
}

impl Promises {
    /// Adds those of another person.
    pub fn add(&mut self, other: Self) {
        self.locks.extend(other.locks);
        for (mine, others) in [(&mut self.resets, other.resets), (&mut self.unanswered, other.unanswered)] {
            for (address, count) in others {
                *mine.entry(address).or_default() += count;
            }
        }
        self.surprises.extend(other.surprises);
    }
}

/// Types wrong passwords for one address after the other until each account is locked. Answers what was promised, and
/// the addresses that are left for the next round.
pub async fn guess(stage: Arc<Stage>, mut addresses: Vec<String>) -> (Promises, Vec<String>) {
    let mut promises = Promises::default();
    let mut browser = Browser::new(Connection::new(stage.target.clone()));
    while let Some(address) = addresses.last() {
        match is_locked(&mut browser, address).await {
            Ok(true) => promises.locks.extend(addresses.pop()),
            Ok(false) => {}
            Err(failure) if failure.is_transport() => break,
            Err(failure) if failure.0.ends_with("503") => {}
            Err(failure) => {
                promises.surprises.push(format!("a guess: {}", failure.0));
                break;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    (promises, addresses)
}

/// One guess; whether the page tells of a lock.
async fn is_locked(browser: &mut Browser, address: &str) -> Result<bool, Failure> {
    let (at, page) = open(browser, "/account").await?;
    let form = Form::with_password(&page).ok_or_else(|| Failure::new("no_login_form"))?;
    let action = at.join(&form.action).map_err(|_| Failure::new("bad_form"))?;
    match browser.submit(action, &form.fill(address, "Wrong-Horse-7"), NOWHERE).await? {
        Arrival::Page(_, page) if page.status == StatusCode::UNPROCESSABLE_ENTITY => {
            Ok(String::from_utf8_lossy(&page.body).contains(LOCKED))
        }
        Arrival::Page(_, page) => Err(Failure(format!("status_{}", page.status.as_u16()))),
        Arrival::Away(_) => Err(Failure::new("led_away")),
    }
}

/// Asks for a reset again and again.
pub async fn forget(stage: Arc<Stage>, addresses: Vec<String>) -> Promises {
    let mut promises = Promises::default();
    let mut browser = Browser::new(Connection::new(stage.target.clone()));
    for address in addresses.iter().cycle() {
        match ask(&mut browser, address).await {
            Ok(()) => *promises.resets.entry(address.clone()).or_default() += 1,
            Err(failure) if failure.is_transport() => {
                *promises.unanswered.entry(address.clone()).or_default() += 1;
                break;
            }
            Err(failure) if failure.0.ends_with("503") => {}
            Err(failure) => {
                promises.surprises.push(format!("a request for a reset: {}", failure.0));
                break;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    promises
}

async fn ask(browser: &mut Browser, address: &str) -> Result<(), Failure> {
    let (at, page) = open(browser, "/lo/forgot").await?;
    let asks_for_address = |form: &Form| form.fields.iter().any(|field| field.name == "email");
    let form = html::forms(&page).into_iter().find(asks_for_address).ok_or_else(|| Failure::new("no_form"))?;
    let action = at.join(&form.action).map_err(|_| Failure::new("bad_form"))?;
    match browser.submit(action, &form.fill(address, ""), NOWHERE).await? {
        Arrival::Page(at, page) if page.status == StatusCode::OK && at.path().ends_with("/sent") => Ok(()),
        Arrival::Page(_, page) => Err(Failure(format!("status_{}", page.status.as_u16()))),
        Arrival::Away(_) => Err(Failure::new("led_away")),
    }
}

async fn open(browser: &mut Browser, path: &str) -> Result<(Url, String), Failure> {
    let target = browser.connection().target();
    let url = target.base.join(&target.path(path)).map_err(|_| Failure::new("bad_url"))?;
    match browser.open(url, NOWHERE).await? {
        Arrival::Page(at, page) => {
            let page = page.expect(StatusCode::OK)?;
            Ok((at, String::from_utf8_lossy(&page.body).into_owned()))
        }
        Arrival::Away(_) => Err(Failure::new("led_away")),
    }
}
