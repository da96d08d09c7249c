//! The contract's record.

use crate::clock::Timestamp;
use crate::id::{BrandCode, ContractId};
use crate::text_enum::text_enum;

text_enum! {
    /// What the company has bought.
    pub enum Plan {
        /// 基本プラン.
        Basic = "basic",
        /// 無料トライアル: ends by itself after 30 days.
        Trial = "trial",
    }
}

text_enum! {
    /// Whether the contract is in force.
    pub enum ContractState {
        /// In force.
        Active = "active",
        /// Ended by the customer or the operator.
        Cancelled = "cancelled",
    }
}

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
