//! How operators sign in and enrol, at the listener of their own (`policy::operator_sign_in` has the rules).
//!
//! ```text
//! sign-in page ─ password ─▶ second factor ─ code or passkey ─▶ where they came from
//!      ▲                          └─ 5 wrong codes, 10 minutes ─▶ sign-in page
//!      └─ «sign in again» before dangerous acts
//! link ─ password ─▶ authenticator or passkey ─▶ enrolled ─▶ sign-in page
//! ```
//!
//! Both factors are always wanted. An address that nobody has costs the same time, is counted and barred the same, and
//! gets the same words.
//!
//! It must not: know what a role may do, make or change an operator beyond their enrolment.

mod code;
mod enrolment;
mod enrolment_factor;
mod finish;
mod leave;
mod passkey;
mod password;
mod pending;

pub use code::{get as second_factor, post as post_code};
pub use enrolment::{get as enrolment, post as choose_password};
pub use enrolment_factor::{
    done as enrolment_done, get as enrolment_factor, passkey_options as enrolment_passkey_options,
    post as enrol_authenticator, post_passkey as enrol_passkey,
};
pub use leave::{sign_out, signed_out};
pub use passkey::{options as passkey_options, post as post_passkey};
pub use password::{get, post};
