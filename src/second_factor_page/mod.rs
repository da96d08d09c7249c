//! Two-step verification: its pages' handlers (`product.md` §4; manual, chapters 1.1 (2) and 5.2 「参考」).
//!
//! ```text
//! /second-factor/{interaction}            GET   not enrolled: the field for the number; enrolled: a code is sent, asked
//!     /phone                              POST  a number: the code is sent ▶ /code
//!     /authenticator                      GET   QR code and secret; POST the first code ▶ /recovery-code
//!     /code                               GET   the field for the code; POST enrolling ▶ /recovery-code
//!                                                                            enrolled  ▶ the dispatcher
//!     /resend                             POST  another SMS ▶ /code
//!     /recovery                           GET   device lost: the field for the recovery code; POST ▶ /recovery-code
//!     /recovery-code (.txt)               GET   the code, until the box is ticked; POST ▶ /done
//!     /done                               GET   「2段階認証完了」 ▶ the dispatcher
//! ```
//! Every handler begins with [`step::open`]: the interaction of this browser, a session that a password began and that
//! has not shown a second factor, a contract that asks for one, and the attempt at its stage. Whatever does not fit the
//! page that was asked for leads to the one that does, so no step can be skipped (`security.md` line 88). Each
//! transaction that looks at a code begins with `confirm_password`: neither a lock nor a new password slips in between.
//!
//! It must not: compare or count codes (`second_factor`), decide what comes after it (the dispatcher does).

mod authenticator;
mod code;
mod done;
mod enter;
mod finish;
mod phone;
mod recovery;
mod recovery_code;
mod send;
mod show;
mod step;

pub use authenticator::{get as get_authenticator, post as post_authenticator};
pub use code::{get as get_code, post as post_code};
pub use done::get as done;
pub use enter::get as enter;
pub use phone::{post as post_phone, resend};
pub use recovery::{get as get_recovery, post as post_recovery};
pub use recovery_code::{download as download_recovery_code, get as get_recovery_code, post as post_recovery_code};
