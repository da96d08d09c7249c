//! Codes by SMS: made, bound and rationed here; sent by `notify` from the caller's transaction.
//!
//! Every SMS costs money that somebody else may earn (toll fraud, `upstreams.md` §5.3), so each is asked for three
//! times: may this number, this account have one more; is there budget; are codes sent to its neighbours ever typed in?
//! The limits are exact on several nodes: parallel senders wait for each other at the rows of `sms_window`, always in
//! the same order, and count what the one before has committed.
//!
//! It must not: keep a number readable, send.

mod store;

use aws_lc_rs::hmac;

pub use store::{STATEMENTS, count_old_sms, count_old_windows, delete_old_sms, delete_old_windows};

use super::attempt::{self, Attempt, NewCode};
use super::phone::PhoneNumber;
use super::{Tools, sealed};
use crate::id::{BrandCode, ContractId, SessionId};
use crate::policy::second_factor::{CODE_LIFETIME, SmsFacts, SmsRefusal, SmsRules, refuse_sms, resend_delay};
use crate::random::Random;
use crate::secret::{Secret, TokenHash, constant_time_eq};
use crate::storage::{Fault, Tx};

/// A code to be sent.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// The attempt, as it was found.
    pub attempt: &'a Attempt,
    /// To which number.
    pub to: &'a PhoneNumber,
    /// Whether the number is being enrolled; otherwise it is the factor's.
    pub enrolls: bool,
    /// Out of whose budgets.
    pub payers: (&'a BrandCode, &'a ContractId),
}

/// What became of it.
pub enum Sending {
    /// The code to be sent, by the same transaction.
    Code(Secret<String>),
    /// None is sent. The transaction must be dropped: what was counted in it did not happen.
    Refused(SmsRefusal),
    /// The attempt is not open any more, or another request has just sent one. The transaction must be dropped.
    Gone,
}

/// Makes a code, in the place of the one before, if one may be sent.
///
/// # Errors
/// When the database fails.
pub async fn new_code(tx: &mut Tx, tools: &Tools<'_>, order: &Order<'_>, rules: &SmsRules) -> Result<Sending, Fault> {
    if is_too_soon(tools, order)? {
        return Ok(Sending::Refused(SmsRefusal::TooSoon));
    }
    let who = order.attempt.who();
    let code = six_random_digits(tools.random);
    let sealed_phone = order.enrolls.then(|| sealed::seal_phone(tools.master, who.account, order.to));
    let new = NewCode {
        sealed_phone: sealed_phone.as_deref(),
        hash: code_hash(tools, who.session, order.to, code.expose()),
        expires_at: tools.now.plus(CODE_LIFETIME),
        sends: order.attempt.sends,
    };
    if !attempt::set_code(tx, who, &new, tools.now).await? {
        return Ok(Sending::Gone);
    }
    let keys = Keys::of(tools, order.to);
    let facts = gather(tx, tools, order, (&keys, rules)).await?;
    if let Some(refusal) = refuse_sms(&facts, rules) {
        return Ok(Sending::Refused(refusal));
    }
    store::insert_sms(tx, tools.random.row_id(tools.now), who, (keys.number, keys.block), tools.now).await?;
    Ok(Sending::Code(code))
}

/// The same number again has to wait; a corrected one has its own limits.
fn is_too_soon(tools: &Tools<'_>, order: &Order<'_>) -> Result<bool, Fault> {
    let attempt = order.attempt;
    let same = !order.enrolls || attempt.phone(tools.master)?.is_some_and(|last| last.e164() == order.to.e164());
    Ok(same && tools.now.since(attempt.sent_at) < resend_delay(attempt.sends))
}

/// Locks the windows, in the same order everywhere, and reads what the limits look at.
async fn gather(
    tx: &mut Tx,
    tools: &Tools<'_>,
    order: &Order<'_>,
    (keys, rules): (&Keys, &SmsRules),
) -> Result<SmsFacts, Fault> {
    const DAY: std::time::Duration = std::time::Duration::from_hours(24);
    const HOUR: std::time::Duration = std::time::Duration::from_hours(1);
    let (now, account, (brand, contract)) = (tools.now, &order.attempt.account, order.payers);
    // From the narrowest to the widest, so that what all senders wait at is held the shortest.
    let number = hex(keys.number.as_bytes());
    store::count_in_window(tx, &format!("account/{account}"), (now, DAY)).await?;
    store::count_in_window(tx, &format!("number/{number}"), (now, DAY)).await?;
    let block = store::count_in_window(tx, &format!("block/{}", hex(keys.block.as_bytes())), (now, HOUR)).await?;
    let of_contract = store::count_in_window(tx, &format!("contract/{contract}"), (now, DAY)).await?;
    let of_brand = store::count_in_window(tx, &format!("brand/{brand}"), (now, DAY)).await?;
    Ok(SmsFacts {
        now,
        to_number: store::list_of_number(tx, keys.number, now).await?,
        for_account: store::list_of_account(tx, account, now).await?,
        for_contract: of_contract - 1,
        for_brand: of_brand - 1,
        to_block: block - 1,
        converted: store::converted(tx, keys.block, (rules.conversion_sample, now)).await?,
    })
}

/// Whether this is the code that was sent to this number in this attempt. Takes the same time wherever they differ.
pub(super) fn is_code(tools: &Tools<'_>, attempt: &Attempt, to: &PhoneNumber, code: &str) -> bool {
    let hash = code_hash(tools, &attempt.session, to, code);
    attempt.code.is_some_and(|sent| constant_time_eq(sent.as_bytes(), hash.as_bytes()))
}

/// Notes that a code of this attempt to this number was typed in: the SMS reached a person.
pub(super) async fn mark_converted(
    tx: &mut Tx,
    tools: &Tools<'_>,
    session: &SessionId,
    to: &PhoneNumber,
) -> Result<(), Fault> {
    metrics::counter!("tegata_sms_codes_verified_total", "range" => to.range().to_owned()).increment(1);
    store::mark_converted(tx, session, Keys::of(tools, to).number, tools.now).await
}

/// Every code is equally likely: what would favor the low ones is drawn again.
fn six_random_digits(random: &Random) -> Secret<String> {
    const CODES: u32 = 1_000_000;
    const FAIR: u32 = u32::MAX - u32::MAX % CODES;
    loop {
        let number = u32::from_le_bytes(random.bytes());
        if number < FAIR {
            return Secret::new(format!("{:06}", number % CODES));
        }
    }
}

/// Keyed, since a plain hash of six digits hides nothing; bound to the attempt and the number.
fn code_hash(tools: &Tools<'_>, session: &SessionId, to: &PhoneNumber, code: &str) -> TokenHash {
    keyed(tools, "second-factor-code", &format!("{session}/{}/{code}", to.e164()))
}

fn keyed(tools: &Tools<'_>, purpose: &str, text: &str) -> TokenHash {
    let tag = hmac::sign(&tools.master.mac_key(purpose), text.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(tag.as_ref());
    TokenHash::from_bytes(hash)
}

/// What stands for a number in the tables.
struct Keys {
    number: TokenHash,
    block: TokenHash,
}

impl Keys {
    fn of(tools: &Tools<'_>, to: &PhoneNumber) -> Self {
        Self { number: keyed(tools, "sms-number", to.e164()), block: keyed(tools, "sms-block", to.block()) }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_six_digits_and_spread_evenly() {
        let random = Random::seeded(3);
        let mut first_digits = [0_u32; 10];
        for _ in 0..10_000 {
            let code = six_random_digits(&random);
            assert_eq!(code.expose().len(), 6);
            first_digits[usize::from(code.expose().as_bytes()[0] - b'0')] += 1;
        }
        assert!(first_digits.iter().all(|count| (850..1150).contains(count)), "{first_digits:?}");
    }
}
