//! Who signed in lately, and over which network: read before a network is closed (`product.md` §6).

mod store;

pub use store::{InternetVisitor, STATEMENTS, count_internet_visitors, list_internet_visitors, note_sign_in};
