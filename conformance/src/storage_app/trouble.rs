//! What can go wrong on the way to the provider and back, and what a person is told about it: a sentence, a reason code
//! and a way back. The details go to the log.

use super::text::Text;
use axum::http::StatusCode;
use std::fmt::Display;

/// Why somebody sees the trouble page.
pub enum Trouble {
    /// The provider does not answer.
    Unreachable,
    /// The answer belongs to no sign-in of this browser, or was used.
    Expired,
    /// The provider refused, with its error code.
    Refused(String),
    /// What the provider sent cannot be trusted; the code says which check failed.
    Invalid(&'static str),
}

impl Trouble {
    pub fn unreachable(error: &dyn Display) -> Self {
        tracing::warn!(%error, "the provider cannot be reached");
        Self::Unreachable
    }

    pub fn refused(code: &str, description: Option<&str>) -> Self {
        tracing::info!(code, description, "the provider refused");
        // RFC 6749 §4.1.2.1 allows printable ASCII; the page shows a code, never a text of unknown length.
        Self::Refused(code.chars().filter(|c| c.is_ascii_graphic()).take(64).collect())
    }

    pub fn invalid(check: &'static str, error: &dyn Display) -> Self {
        tracing::warn!(check, %error, "the provider's answer is not accepted");
        Self::Invalid(check)
    }

    /// A failed token request: refused by the provider, unreachable, or unreadable.
    pub fn exchange<E, R>(error: &openidconnect::RequestTokenError<E, R>) -> Self
    where
        E: std::error::Error + 'static,
        R: openidconnect::ErrorResponse + Display,
    {
        match error {
            openidconnect::RequestTokenError::ServerResponse(answer) => {
                let answer = answer.to_string();
                let code = answer.split(':').next().unwrap_or_default();
                Self::refused(code, None)
            }
            openidconnect::RequestTokenError::Request(error) => Self::unreachable(error),
            other => Self::invalid("token_response", other),
        }
    }

    /// The provider no longer honours the sign-in (RFC 6749 §5.2 `invalid_grant`).
    pub fn ends_session(&self) -> bool {
        matches!(self, Self::Refused(code) if code == "invalid_grant")
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Expired | Self::Refused(_) => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::BAD_GATEWAY,
        }
    }

    pub fn explain(&self, text: &Text) -> &'static str {
        match self {
            Self::Unreachable => text.trouble_unreachable,
            Self::Expired => text.trouble_expired,
            Self::Refused(code) if code == "access_denied" => text.trouble_denied,
            Self::Refused(code) if code == "invalid_grant" => text.trouble_expired,
            Self::Refused(_) => text.trouble_provider,
            Self::Invalid(_) => text.trouble_invalid,
        }
    }

    pub fn code(&self) -> &str {
        match self {
            Self::Unreachable => "provider_unreachable",
            Self::Expired => "expired",
            Self::Refused(code) => code,
            Self::Invalid(check) => check,
        }
    }
}
