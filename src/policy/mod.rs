//! The rules of the house, each a pure function over facts and each tested as a table.
//!
//! | rule | question it answers |
//! |---|---|
//! | [`sign_in`] | may this person sign in here and now? |
//! | [`explain`] | what would every check of a sign-in say, and why? |
//! | [`prompts`] | which page comes next, or which error answers `prompt=none`? |
//! | [`lifetimes`] | how long does each thing live? |
//! | [`administration`] | who may do what to whom in the admin console? |
//! | [`menu`] | who sees what in the account menu? |
//! | [`password_rule`] | may this be somebody's password? |
//! | [`operator_access`] | what may an operator or an API key do? |
//! | [`operator_sign_in`] | how do operators prove who they are? |
//! | [`second_factor`] | may this code be guessed, may this SMS be sent? |
//!
//! Facts are gathered by the floors above, decisions are returned as enums, effects are theirs again. Nothing here
//! reads a clock, a database or a request, and nothing here words a message for a user.

pub mod access_path;
pub mod administration;
pub mod explain;
pub mod key_rotation;
pub mod lifetimes;
pub mod menu;
pub mod operator_access;
pub mod operator_sign_in;
pub mod password_rule;
pub mod prompts;
pub mod second_factor;
pub mod sign_in;
