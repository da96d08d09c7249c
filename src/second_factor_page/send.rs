//! Having a code sent.

use super::show::Told;
use super::step::{Step, tools};
use crate::audit::{EventKind, insert_event};
use crate::config::SecondFactorConfig;
use crate::context::PageContext;
use crate::notify::{Due, compose_code_sms};
use crate::policy::second_factor::{CODE_LIFETIME, SmsRefusal, SmsRules};
use crate::second_factor::phone::PhoneNumber;
use crate::second_factor::sms::{Order, Sending, new_code};
use crate::storage::Fault;
use crate::web::pages::FactorAlert;

/// What became of it.
pub enum Sent {
    /// It is on its way.
    Yes,
    /// Why none is.
    No(Told),
    /// The attempt is not what it was: another click, another tab.
    Gone,
}

/// Has a code sent to the number of the factor, or to one that is being enrolled.
///
/// # Errors
/// When the database fails.
pub async fn send(page: &PageContext, step: &Step, to: &PhoneNumber) -> Result<Sent, Fault> {
    let app = &page.app;
    if app.config.sms.route.is_empty() {
        refuse(page, step, to, "no_route");
        return Ok(Sent::No(FactorAlert::SmsUnavailable.into()));
    }
    let Some(mut tx) = step.begin(page).await? else { return Ok(Sent::Gone) };
    let account = step.account();
    let order = Order {
        attempt: &step.attempt,
        to,
        enrolls: step.factor.is_none(),
        payers: (&account.brand, &account.contract_id),
    };
    let code = match new_code(&mut tx, &tools(page), &order, &rules(&app.config.second_factor)).await? {
        Sending::Code(code) => code,
        Sending::Gone => return Ok(Sent::Gone),
        Sending::Refused(refusal) => {
            // First the transaction goes, and with it everything that was counted in it.
            drop(tx);
            refuse(page, step, to, refusal.as_str());
            return Ok(Sent::No(told(refusal)));
        }
    };
    let minutes = u32::try_from(CODE_LIFETIME.as_secs() / 60).unwrap_or(1);
    let face = app.faces.of(account.brand.as_str());
    let sms = compose_code_sms(face, page.lang, to.e164(), code.expose(), minutes);
    let due = Due { now: page.now, expires_at: Some(page.now.plus(CODE_LIFETIME)) };
    app.outbox.insert(&mut tx, (&account.brand, Some(&account.id)), &sms, due).await?;
    let event = step.event(page, EventKind::SmsSent).with("ending", to.ending());
    insert_event(&mut tx, app.random.row_id(page.now).into(), &event, page.now).await?;
    tx.commit().await?;
    app.outbox.wake();
    metrics::counter!("tegata_sms_codes_sent_total", "range" => to.range().to_owned()).increment(1);
    Ok(Sent::Yes)
}

fn refuse(page: &PageContext, step: &Step, to: &PhoneNumber, why: &'static str) {
    metrics::counter!("tegata_sms_codes_refused_total", "reason" => why).increment(1);
    let event = step.event(page, EventKind::SmsRefused).because(why).with("ending", to.ending());
    page.app.audit.record(event);
}

/// What the person is told. Budgets and blocks are ours to worry about: for the person it is the limit, or a moment in
/// which nothing can be sent; an authenticator app is offered beside either.
fn told(refusal: SmsRefusal) -> Told {
    match refusal {
        SmsRefusal::TooSoon => FactorAlert::SmsTooSoon.into(),
        SmsRefusal::Number | SmsRefusal::Account => FactorAlert::SmsLimit.into(),
        SmsRefusal::Contract | SmsRefusal::Brand | SmsRefusal::Block | SmsRefusal::Conversion => {
            FactorAlert::SmsUnavailable.into()
        }
    }
}

fn rules(config: &SecondFactorConfig) -> SmsRules {
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    SmsRules {
        per_contract: config.sms_per_contract_per_day.into(),
        per_brand: config.sms_per_brand_per_day.into(),
        per_block: config.sms_per_block_per_hour.into(),
        conversion_sample: count(config.sms_conversion_sample),
        conversion_percent: count(config.sms_conversion_percent),
    }
}
