//! A user at work until the provider dies: signs in, redeems the code, refreshes a few times, starts over.

use super::Stage;
use super::ledger::Ledger;
use crate::load::browser::Browser;
use crate::load::connection::{Connection, Failure};
use crate::load::flow::{self, Code};
use crate::provider::world;
use std::sync::Arc;

/// Refreshes per family.
const REFRESHES: usize = 3;
/// One sign-in in so many is by password, the others use the session: password hashing would leave little else.
const PASSWORD_EVERY: usize = 5;
/// More surprises than this are one surprise too many to list.
const SURPRISES: usize = 5;

/// Works until the connection fails, and returns the notes.
pub async fn work(stage: Arc<Stage>, number: usize) -> Ledger {
    let mut ledger = Ledger::new(number);
    let mut browser = Browser::new(Connection::new(stage.target.clone()));
    for turn in 0.. {
        if turn % PASSWORD_EVERY == 0 {
            browser.forget();
        }
        match once(&stage, &mut browser, &mut ledger).await {
            Ok(()) => {}
            Err(failure) if failure.is_transport() => break,
            // Overload is an honest answer.
            Err(failure) if failure.0.ends_with("503") => {}
            Err(failure) => {
                ledger.surprises.push(failure.0);
                if ledger.surprises.len() >= SURPRISES {
                    break;
                }
            }
        }
    }
    ledger
}

async fn once(stage: &Stage, browser: &mut Browser, ledger: &mut Ledger) -> Result<(), Failure> {
    let client = stage.client(ledger.number);
    let code = flow::authorize(browser, client, &world::email(ledger.number)).await?;
    let cookies = browser.cookies();
    if ledger.sessions.last() != Some(&cookies) {
        ledger.sessions.push(cookies);
    }
    let tokens = flow::redeem(browser.connection(), client, &code).await;
    let tokens = tokens.inspect_err(|failure| note_code(ledger, failure, &code))?;
    ledger.redeemed.push(code);
    let mut newest = tokens.refresh_token.ok_or_else(|| Failure::new("no_refresh_token"))?;
    for _ in 0..REFRESHES {
        match flow::refresh(browser.connection(), client, &newest).await {
            Ok(tokens) => newest = tokens.refresh_token.unwrap_or(newest),
            Err(failure) => {
                if failure.is_transport() {
                    ledger.unanswered_refresh = Some(newest);
                }
                return Err(failure);
            }
        }
        ledger.refreshes += 1;
    }
    ledger.families.push(newest);
    Ok(())
}

fn note_code(ledger: &mut Ledger, failure: &Failure, code: &Code) {
    if failure.is_transport() {
        ledger.unanswered_code = Some(code.clone());
    }
}
