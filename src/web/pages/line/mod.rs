//! The pages of line authentication (manual, chapters 1.4 and 4): 回線認証エラー, and the way to the carrier's own page.
//!
//! ```text
//! /line/{interaction} ─┬ verified: no page
//!                      ├ LineRefusedPage: 回線認証エラー, with the last three characters of the number
//!                      ├ CarrierPage: what the carrier will ask ─▶ carrier ─▶ back, looked at anew
//!                      └ LineTroublePage: refused by the person, given up, not to be had now
//! ```
//! These pages must not show more of a line number than its last three characters, or say whose it is.

mod carrier;
mod refused;
mod trouble;

pub use carrier::{CarrierPage, CarrierReason};
pub use refused::{LineRefusal, LineRefusedPage};
pub use trouble::{LineTrouble, LineTroublePage};
