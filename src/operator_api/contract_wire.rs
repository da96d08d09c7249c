//! What contracts look like on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contract::{AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting};
use crate::lifecycle::plan_change_deadline;

/// A contract: one customer company inside a brand.
#[derive(Serialize, ToSchema)]
#[schema(as = Contract)]
pub struct ContractView {
    /// Its id; client applications receive it as the claim `contract_id`.
    contract_id: String,
    /// The brand it belongs to.
    #[schema(example = "VX7")]
    brand: String,
    /// The company's name.
    name: String,
    /// Its plan.
    plan: Plan,
    /// Whether it is in force.
    state: ContractState,
    /// When the plan began: a trial's days count from here.
    #[schema(format = "date-time")]
    started_at: String,
    /// Until when a trial may become a basic contract; absent for others.
    #[schema(format = "date-time")]
    #[serde(skip_serializing_if = "Option::is_none")]
    plan_change_until: Option<String>,
    /// Over which networks its people may come.
    access_path: AccessPathSetting,
    /// Whether its people are asked for two-step verification.
    second_factor: SecondFactorSetting,
    /// Whether two-step verification is in force: `line_only` switches it off by itself.
    second_factor_in_force: bool,
}

impl ContractView {
    /// Of a contract.
    pub fn of(contract: &Contract) -> Self {
        Self {
            contract_id: contract.id.to_string(),
            brand: contract.brand.to_string(),
            name: contract.name.clone(),
            plan: contract.plan,
            state: contract.state,
            started_at: contract.started_at.to_rfc3339(),
            plan_change_until: plan_change_deadline(contract).map(|at| at.to_rfc3339()),
            access_path: contract.access_path,
            second_factor: contract.second_factor,
            second_factor_in_force: contract.asks_for_second_factor(),
        }
    }
}

/// A contract to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContract {
    /// The brand's code.
    #[schema(example = "VX7")]
    pub brand: String,
    /// An id of the contract system, instead of a made one.
    #[serde(default)]
    pub contract_id: Option<String>,
    /// The company's name.
    pub name: String,
    /// Its plan.
    pub plan: Plan,
    /// When the plan began; absent: now.
    #[schema(format = "date-time")]
    #[serde(default)]
    pub started_at: Option<String>,
    /// Whether its people are asked for two-step verification; absent: they are.
    #[serde(default)]
    pub second_factor: Option<SecondFactorSetting>,
    /// Its contractor, who is invited by mail.
    pub contractor: NewContractor,
    /// The address that the invitation names as its sender; absent: the brand's own.
    #[serde(default)]
    pub inviter: Option<String>,
}

/// A contractor to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContractor {
    /// The person's full name.
    pub name: String,
    /// The address that will sign in.
    pub email: String,
    /// The person's language, `ja` or `en`; absent: `ja`.
    #[schema(example = "ja")]
    #[serde(default)]
    pub language: Option<String>,
}

/// A new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameChange {
    /// The company's name.
    pub name: String,
}

/// A new plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlanChange)]
pub struct PlanWish {
    /// `basic`; there is no way to the trial.
    pub plan: Plan,
    /// Also when the trial ended more than 15 days ago.
    #[serde(default)]
    pub late: bool,
}

/// A new state.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StateChange {
    /// `cancelled` ends everybody's sessions and tokens; `active` lets people sign in anew.
    pub state: ContractState,
}

/// A new access path.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessPathChange {
    /// `line_only` ends every session and token without a verified line.
    pub access_path: AccessPathSetting,
    /// Also when none of the contract's lines was ever seen, so that nobody is known to be able to sign in afterwards.
    #[serde(default)]
    pub even_unseen: bool,
}

/// Two-step verification on or off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorChange {
    /// Whether the contract's people are asked for it.
    pub second_factor: SecondFactorSetting,
}
