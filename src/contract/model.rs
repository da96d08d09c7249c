//! The contract's record.

use crate::clock::Timestamp;
use crate::id::{BrandCode, ContractId};

pub use crate::policy::access_path::AccessPathSetting;
pub use crate::policy::sign_in::{ContractState, Plan};
use crate::text_enum::text_enum;

text_enum! {
    /// Whether a contract asks its people for two-step verification (2段階認証設定).
    pub enum SecondFactorSetting {
        /// 2段階認証を有効にする: the default.
        Enabled = "enabled",
        /// 2段階認証を無効にする
        Disabled = "disabled",
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
    /// Whether its people are asked for two-step verification.
    pub second_factor: SecondFactorSetting,
    /// Over which networks its people may come.
    pub access_path: AccessPathSetting,
}

impl Contract {
    /// Whether two-step verification is in force: 「回線認証のみ」 switches it off by itself (`product.md` §4).
    pub fn asks_for_second_factor(&self) -> bool {
        self.second_factor == SecondFactorSetting::Enabled && self.access_path != AccessPathSetting::LineOnly
    }
}
