//! The browsers an account has signed in with: who signs in with another one is told by mail (`security.md` line 61).
//!
//! A browser is the hash of its cookie's secret; nothing about the machine is kept. It must not: decide who may sign in.

mod store;

pub use store::{Recognized, STATEMENTS, count_forgotten_browsers, delete_forgotten_browsers, recognize_browser};
