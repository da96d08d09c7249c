//! Contracts: one customer company inside a brand, with its plan and state.
//!
//! Source: `product.md` §1 and §3. What a plan or state permits is decided in `policy::sign_in`, not here.
//!
//! ```text
//! active ── cancel ──▶ cancelled ── reinstate ──▶ active
//! ```

mod model;
pub mod search;
mod store;

pub use model::{AccessPathSetting, Contract, ContractState, Plan, SecondFactorSetting};
pub use store::{
    STATEMENTS, find_contract, insert_contract, list_contracts, rename_contract, update_access_path_setting,
    update_contract_state, update_plan, update_second_factor_setting,
};
