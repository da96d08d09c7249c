//! The pages of operators: the sign-in, the enrolment and the console. They stand in the neutral frame and belong to no brand.
//!
//! They must not know whether anybody has an address, or why a sign-in failed: the flow gives an alert.

pub mod console;
mod enrolment;
mod enrolment_factor;
mod factor;
mod notice;
mod reference;
mod sign_in;

pub use enrolment::OperatorEnrolmentPage;
pub use enrolment_factor::OperatorEnrolmentFactorPage;
pub use factor::OperatorFactorPage;
pub use notice::{OperatorNotice, OperatorNoticePage};
pub use reference::{
    ApiReferencePage, ReferenceAnswer, ReferenceCode, ReferenceGroup, ReferenceKind, ReferenceMember,
    ReferenceOperation, ReferenceSchema,
};
pub use sign_in::OperatorSignInPage;

/// Why a page of the sign-in or the enrolment is shown again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperatorAlert {
    /// Address or password was not typed.
    Missing,
    /// They do not belong together, or to nobody.
    Wrong,
    /// Too many tries: wait.
    TooManyRequests,
    /// More work than the server can do now.
    Overloaded,
    /// The code is wrong.
    CodeWrong,
    /// Too many wrong codes in this sign-in: from the beginning.
    CodesOver,
    /// The passkey was not taken.
    PasskeyFailed,
    /// A sign-in of the last minutes is wanted.
    FreshSignIn,
}

impl OperatorAlert {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Missing,
        Self::Wrong,
        Self::TooManyRequests,
        Self::Overloaded,
        Self::CodeWrong,
        Self::CodesOver,
        Self::PasskeyFailed,
        Self::FreshSignIn,
    ];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "operator-alert-missing",
            Self::Wrong => "operator-alert-wrong",
            Self::TooManyRequests => "operator-alert-too-many-requests",
            Self::Overloaded => "operator-alert-overloaded",
            Self::CodeWrong => "operator-alert-code-wrong",
            Self::CodesOver => "operator-alert-codes-over",
            Self::PasskeyFailed => "operator-alert-passkey-failed",
            Self::FreshSignIn => "operator-alert-fresh-sign-in",
        }
    }

    /// The status of a page that is shown with it, or without.
    pub const fn status(alert: Option<Self>) -> http::StatusCode {
        match alert {
            None | Some(Self::FreshSignIn) => http::StatusCode::OK,
            Some(Self::TooManyRequests) => http::StatusCode::TOO_MANY_REQUESTS,
            Some(Self::Overloaded) => http::StatusCode::SERVICE_UNAVAILABLE,
            Some(_) => http::StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    pub(in crate::web::pages) const fn is_error(self) -> bool {
        !matches!(self, Self::FreshSignIn)
    }

    const fn blames_credentials(self) -> bool {
        matches!(self, Self::Missing | Self::Wrong)
    }
}
