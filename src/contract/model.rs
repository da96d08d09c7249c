//! The contract's record.

use crate::clock::Timestamp;
use crate::id::{BrandCode, ContractId};

pub use crate::policy::sign_in::{ContractState, Plan};

/// One customer company's contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Its id; the storage application receives it as `contract_id`.
    pub id: ContractId,
    /// The brand it belongs to.
    pub brand: BrandCode,
    /// The company's name.
    pub name: String,
    /// Its plan.
    pub plan: Plan,
    /// Its state.
    pub state: ContractState,
    /// When the plan began: a trial's days count from here.
    pub started_at: Timestamp,
}
