/// Why a new password was not taken. Both fields are empty again afterwards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewPasswordAlert {
    /// One of the two fields was empty.
    Missing,
    /// The two are not the same.
    Differ,
    /// Fewer than 8 characters.
    TooShort,
    /// More than 256 characters.
    TooLong,
    /// Fewer than three kinds of characters.
    TooFewClasses,
    /// The address, the name or another word that would be guessed first.
    Obvious,
    /// One of the most common passwords.
    TooCommon,
    /// More passwords than the server can take in now: try again at once.
    Overloaded,
}

impl NewPasswordAlert {
    /// The status of a form that is shown with it, or without.
    pub const fn status(alert: Option<Self>) -> http::StatusCode {
        match alert {
            None => http::StatusCode::OK,
            Some(Self::Overloaded) => http::StatusCode::SERVICE_UNAVAILABLE,
            Some(_) => http::StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Missing,
        Self::Differ,
        Self::TooShort,
        Self::TooLong,
        Self::TooFewClasses,
        Self::Obvious,
        Self::TooCommon,
        Self::Overloaded,
    ];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "new-password-alert-missing",
            Self::Differ => "new-password-alert-differ",
            Self::TooShort => "new-password-alert-too-short",
            Self::TooLong => "new-password-alert-too-long",
            Self::TooFewClasses => "new-password-alert-too-few-classes",
            Self::Obvious => "new-password-alert-obvious",
            Self::TooCommon => "new-password-alert-too-common",
            Self::Overloaded => "new-password-alert-overloaded",
        }
    }

    pub(in crate::web::pages) const fn blames_password(self) -> bool {
        !matches!(self, Self::Overloaded)
    }

    pub(in crate::web::pages) const fn blames_again(self) -> bool {
        matches!(self, Self::Missing | Self::Differ)
    }
}
