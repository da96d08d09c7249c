//! Contracts as a list: filtered, and turned page by page (`product.md` §10).
//!
//! A page begins after a key, never after a number of rows, so that the last page costs as much as the first.

mod store;

use super::{Contract, ContractState, Plan};
use crate::clock::Timestamp;
use crate::id::{BrandCode, ContractId};

pub use store::{STATEMENTS, search_contracts};

/// Which contracts.
#[derive(Clone, Debug, Default)]
pub struct ContractSearch {
    /// Of this brand alone.
    pub brand: Option<BrandCode>,
    /// In this state alone.
    pub state: Option<ContractState>,
    /// On this plan alone.
    pub plan: Option<Plan>,
    /// Whose name holds this text, letters of ASCII in either case.
    pub name: Option<String>,
    /// What comes after this place.
    pub after: Option<Place>,
    /// The most of a page.
    pub limit: u16,
}

/// A place in the list: the oldest contracts come first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// When the contract before it was made.
    pub created_at: Timestamp,
    /// Its id.
    pub id: ContractId,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct ContractPage {
    /// The contracts, in order.
    pub contracts: Vec<Contract>,
    /// Where the next page is.
    pub next: Option<Place>,
}
