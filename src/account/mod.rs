//! Accounts: a person's record in a contract.
//!
//! The e-mail address is the login ID, unique within the brand; an account has exactly one login method, always
//! (a database constraint). Source: `product.md` §1, §5, §8.
//!
//! ```text
//! invited ─▶ active ◀─▶ locked
//!              ▲ │
//!              │ ▼
//!           suspended ─▶ deleted (from every state)
//! ```
//!
//! It must not: decide who may sign in (`policy::sign_in`), compare passwords (`password`).

pub mod administration;
pub mod directory;
mod email;
mod model;
mod name;
mod store;
pub mod visitor;

pub use email::{EmailAddress, InvalidEmail};
pub use model::{Account, AccountState, Address, LoginMethod, Profile, Role, SignInRecord};
pub use name::{InvalidName, LONGEST_NAME, name_key, parse_name};
pub(crate) use store::sign_in_columns;
pub use store::{
    NewAccount, STATEMENTS, SignInRow, confirm_password, find_account, find_by_email, insert_account, list_accounts,
    register_account, register_upstream_account, replace_password_hash, update_account_state, update_email,
    update_login_method, update_password_hash, update_rehash,
};
pub use visitor::{InternetVisitor, count_internet_visitors, list_internet_visitors, note_sign_in};
