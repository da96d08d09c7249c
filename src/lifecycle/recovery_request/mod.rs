//! 「パスワードを忘れた方」: what a page writes down, the same for every address, and a job works off.
//!
//! The page must take the same time whoever the address belongs to (`security.md` line 63). So it looks nothing up: it
//! seals what was typed into one row, and the look-up, the ticket and the mail happen later.

mod store;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::id::BrandCode;
use crate::policy::access_path::AccessPath;
use crate::random::Random;
use crate::secret::MasterKey;

pub use store::{STATEMENTS, count_waiting_requests, insert_request, take_requests};

/// What was asked for.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoveryRequest {
    /// The address typed.
    pub email: String,
    /// The language of the page.
    pub lang: String,
    /// The reference of the request, for the audit log.
    pub reference: String,
    /// The network address it came from.
    pub address: String,
    /// Over which network: a terminal on the carrier's may reach no other, so the link leads back there.
    #[serde(default = "internet")]
    pub access_path: AccessPath,
}

/// What a request of an earlier version means.
const fn internet() -> AccessPath {
    AccessPath::Internet
}

/// A request as it waits.
pub struct SealedRequest {
    id: String,
    /// The brand.
    pub brand: BrandCode,
    sealed: Vec<u8>,
    created_at: Timestamp,
}

const PURPOSE: &str = "recovery request";

impl RecoveryRequest {
    /// Seals it for the table.
    pub fn seal(&self, (master, random): (&MasterKey, &Random), brand: &BrandCode, now: Timestamp) -> SealedRequest {
        let id = random.row_id(now).hyphenated().to_string();
        let plain = serde_json::to_vec(self).unwrap_or_default();
        let sealed = master.seal(PURPOSE, id.as_bytes(), &plain);
        SealedRequest { id, brand: brand.clone(), sealed, created_at: now }
    }
}

impl SealedRequest {
    /// Opens it; `None` when it was sealed under another key.
    pub fn open(&self, master: &MasterKey) -> Option<RecoveryRequest> {
        serde_json::from_slice(&master.open(PURPOSE, self.id.as_bytes(), &self.sealed)?).ok()
    }
}
