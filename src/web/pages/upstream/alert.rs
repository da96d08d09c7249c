use crate::text_enum::text_enum;

text_enum! {
    /// Why an account elsewhere did not become somebody's way to sign in; shared by all pages that link one. Its word
    /// may stand in a URL: it tells nothing that the page does not.
    pub enum UpstreamAlert {
        /// The person turned back. A notice, not an error.
        Cancelled = "cancelled",
        /// The upstream is down, slow, or asked too much of.
        Unavailable = "unavailable",
        /// Its answer could not be verified.
        Failed = "failed",
        /// The account is somebody else's way to sign in; nothing was moved.
        LinkedElsewhere = "linked-elsewhere",
        /// Another Facebook account in place of one (manual, chapter 2.1).
        SameFacebook = "same-facebook",
        /// The Active Directory of another contract.
        WrongContract = "wrong-contract",
        /// Not for this person: a contractor cannot have Active Directory; or the brand no longer offers it.
        NotPossible = "not-possible",
    }
}

impl UpstreamAlert {
    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cancelled => "upstream-alert-cancelled",
            Self::Unavailable => "upstream-alert-unavailable",
            Self::Failed => "upstream-alert-failed",
            Self::LinkedElsewhere => "upstream-alert-linked-elsewhere",
            Self::SameFacebook => "upstream-alert-same-facebook",
            Self::WrongContract => "upstream-alert-wrong-contract",
            Self::NotPossible => "upstream-alert-not-possible",
        }
    }

    /// The status of a page that shows it.
    pub const fn status(alert: Option<Self>) -> http::StatusCode {
        match alert {
            Some(alert) if alert.is_error() => http::StatusCode::UNPROCESSABLE_ENTITY,
            _ => http::StatusCode::OK,
        }
    }

    pub(in crate::web::pages) const fn is_error(self) -> bool {
        !matches!(self, Self::Cancelled)
    }
}
