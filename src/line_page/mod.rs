//! The line's step of a sign-in (回線認証, `product.md` §6; `upstreams.md` §4.3; manual, chapter 1.4).
//!
//! ```text
//! dispatcher ─ GET /line/{interaction} ─ looked at ─┬ registered: into the session ─▶ dispatcher
//!                                                   ├ not the contract's, not proved ─▶ 回線認証エラー
//!                                                   ├ to be told by the carrier first ─▶ page ─ POST ─▶ carrier
//!                                                   │     └ GET /line/{interaction}/return: looked at anew; never believed
//!                                                   └ not to be had now ─▶ 503
//! ```
//! A person is sent to the carrier twice at the most; after that there is help, and no loop. What was found is written into
//! the session on the server, and into the audit log with three characters of the number.
//!
//! It must not: sign anybody in, tell whose line it is, let anybody past because something is out of order.

mod back;
mod depart;
mod show;
mod step;

pub use back::get as back;
pub use depart::post;
pub use step::get;
