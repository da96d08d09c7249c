//! The chain over the audit log: who changes, takes away or slips in an event afterwards is found.
//!
//! ```text
//! act + event ─ commit ─▶ audit_unsealed ─ the job, each second ─▶ audit_seal ─ after its time ─▶ audit_start
//!              (trigger)     (who waits)      hash n = HMAC(key, hash n-1, event n)              (signed checkpoint)
//! ```
//! An event is written in the transaction of the act it tells of, by many at once; numbering it there would let one
//! sign-in wait for another. So a trigger only queues it, and a run of the job seals whatever is queued, in batches,
//! one node at a time: whoever updates the one row of `audit_head` first holds it until the batch is committed. On
//! PostgreSQL commits become visible in any order; an event that appears late is in the queue when it appears, and
//! nothing is skipped by a time or a number.
//!
//! The key hangs from the master key, which is not in the database: whoever can write the tables cannot make a seal.
//! What is left to such a person is (1) to add an event about the present, as the product does; (2) to cut off the end
//! and seal it anew by the product itself, which a head noted elsewhere gives away (each is logged hourly); (3) to
//! backdate an event, which [`mod@verify`] tells by the run that did not find it. Triggers refuse the plain UPDATE and
//! DELETE, so that nobody does it by mistake.
//!
//! It must not: make a request wait, forget an event, change a row of the log.

mod retain;
mod seal;
mod store;
mod verify;

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::Timestamp;
use crate::secret::{MasterKey, base64url};
use store::{RawEvent, Start};

pub use retain::remove_old_events;
pub use seal::{Lag, find_head, measure_lag, seal_batch, seal_waiting};
pub use store::{STATEMENTS, SealedEvent, export, find_seal};
pub use verify::{Finding, Problem, Report, TOLERANCE, verify};

/// The keys of the chain.
pub struct ChainKey {
    seal: hmac::Key,
    start: hmac::Key,
}

impl ChainKey {
    /// The keys of a deployment.
    pub fn of(master: &MasterKey) -> Self {
        Self { seal: master.mac_key("audit chain"), start: master.mac_key("audit chain start") }
    }
}

/// The end of the chain: the last seal. Its text, `SEQ:HASH`, is what is noted elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The number of the last seal; 0 while there is none.
    pub seq: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, base64url(&self.hash))
    }
}

impl FromStr for Head {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.trim().split_once(':');
        let parsed = parsed.and_then(|(seq, hash)| Some((seq.parse().ok()?, URL_SAFE_NO_PAD.decode(hash).ok()?)));
        match parsed {
            Some((seq, hash)) if seq >= 0 && (hash.len() == 32 || seq == 0 && hash.is_empty()) => {
                Ok(Self { seq, hash })
            }
            _ => Err("a head looks like 4711:<43 characters>, as `tegata audit verify` prints it".to_owned()),
        }
    }
}

/// The hash of seal `seq` over its predecessor's and the event. Each part is written with its length, so that no two
/// rows have the same encoding.
fn hash_of(key: &ChainKey, (previous, seq): (&[u8], i64), sealed_at: Timestamp, event: &RawEvent) -> Vec<u8> {
    let mut mac = hmac::Context::with_key(&key.seal);
    let mut part = |bytes: Option<&[u8]>| match bytes {
        None => mac.update(&[0]),
        Some(bytes) => {
            mac.update(&[1]);
            mac.update(&(bytes.len() as u64).to_be_bytes());
            mac.update(bytes);
        }
    };
    part(Some(b"tegata audit event 1"));
    part(Some(previous));
    for number in [seq, sealed_at.as_millis(), event.at] {
        part(Some(&number.to_be_bytes()));
    }
    for text in [&event.id, &event.event, &event.reference, &event.detail] {
        part(Some(text.as_bytes()));
    }
    let optional = [
        &event.reason,
        &event.brand,
        &event.contract_id,
        &event.account_id,
        &event.client_id,
        &event.session_id,
        &event.address,
    ];
    for text in optional {
        part(text.as_ref().map(String::as_bytes));
    }
    mac.sign().as_ref().to_vec()
}

impl Start {
    fn sign(mut self, key: &ChainKey) -> Self {
        self.signature = hmac::sign(&key.start, &self.encoding()).as_ref().to_vec();
        self
    }

    fn is_genuine(&self, key: &ChainKey) -> bool {
        hmac::verify(&key.start, &self.encoding(), &self.signature).is_ok()
    }

    fn encoding(&self) -> Vec<u8> {
        let numbers = [self.seq, self.sealed_at.as_millis(), self.removed_at.as_millis()];
        [numbers.map(i64::to_be_bytes).as_flattened(), &self.hash].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_back_from_what_was_noted() {
        let head = Head { seq: 4711, hash: vec![7; 32] };
        assert_eq!(head.to_string().parse(), Ok(head));
        assert_eq!("0:".parse(), Ok(Head { seq: 0, hash: Vec::new() }));
        for wrong in ["", "4711", "4711:", "x:AAAA", "-1:", &format!("1:{}", base64url(&[7; 31]))] {
            assert!(wrong.parse::<Head>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_two_rows_have_one_hash() {
        let key = ChainKey::of(&MasterKey::new([7; 32]));
        let row = |reason: Option<&str>, brand: Option<&str>, reference: &str| RawEvent {
            id: "id".to_owned(),
            at: 1,
            event: "signed_in".to_owned(),
            reason: reason.map(str::to_owned),
            reference: reference.to_owned(),
            brand: brand.map(str::to_owned),
            contract_id: None,
            account_id: None,
            client_id: None,
            session_id: None,
            address: None,
            detail: "{}".to_owned(),
        };
        let rows = [
            row(None, None, "ab"),
            row(Some(""), None, "ab"),
            row(None, Some(""), "ab"),
            row(Some("a"), Some("b"), "ab"),
            row(Some("ab"), Some(""), "ab"),
            row(None, None, "a"),
        ];
        let hashes: std::collections::BTreeSet<_> =
            rows.iter().map(|row| hash_of(&key, (b"", 1), Timestamp::from_millis(0), row)).collect();
        assert_eq!(hashes.len(), rows.len());
    }
}
