//! Everything that can go wrong as far as a user is told: a closed list, so that no page can say more.
//!
//! What really happened goes to the audit log and the technical log; the page names the request's reference, which
//! finds it there. Each problem has three texts: what happened, why, and what to do (`problem-<code>-title`, `-what`,
//! `-do` in the catalogues).

use std::borrow::Cow;

use axum::response::Response;
use http::header::{ALLOW, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

use super::page::{Frame, render};
use super::pages::ErrorPage;

/// A message to a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// No client has this `client_id`. Never a redirect (RFC 6749 §4.1.2.1).
    UnknownClient,
    /// The operator has switched the client off.
    ClientDisabled,
    /// The `redirect_uri` is not one of the client's. Never a redirect (RFC 6749 §4.1.2.1).
    RedirectUriMismatch,
    /// The authorization request cannot be understood, and there is no verified place to say so.
    RequestMalformed {
        /// Which rule was broken, in the protocol's words, for the client's developer. Never a value of the request
        /// that could be a secret; cut after 200 characters.
        detail: Cow<'static, str>,
    },
    /// The request is larger than any form of ours.
    RequestTooLarge,
    /// The sign-in in progress is over: too old, or finished.
    InteractionExpired {
        /// Where a new one begins, usually the service's entry.
        restart: Option<String>,
    },
    /// The sign-in in progress belongs to another browser, or this one refuses cookies.
    InteractionElsewhere {
        /// Where a new one begins.
        restart: Option<String>,
    },
    /// The way to an upstream and back took too long, or was gone already.
    UpstreamExpired {
        /// Where a new one begins.
        restart: Option<String>,
    },
    /// The way to an upstream began in another browser, or this one refuses cookies.
    UpstreamElsewhere {
        /// Where a new one begins.
        restart: Option<String>,
    },
    /// What came back from an upstream cannot be understood, and belongs to no way we know.
    UpstreamMalformed,
    /// The connection to an upstream is switched off, or no longer offered here.
    ConnectionDisabled,
    /// A form did not come from our page in this browser.
    CsrfFailed,
    /// Nobody is signed in any more.
    SessionEnded {
        /// Where to sign in again.
        restart: Option<String>,
    },
    /// The user refused, and the client cannot be told.
    ConsentDenied,
    /// The account or its contract may not do this.
    Forbidden,
    /// No such page.
    NotFound,
    /// The page exists, the method does not.
    MethodNotAllowed {
        /// The methods it has, as for the `Allow` header.
        allow: &'static str,
    },
    /// The host is not one of ours (RFC 9110 §15.5.20).
    Misdirected,
    /// Too many tries from here.
    TooManyRequests {
        /// When to try again, seconds.
        retry_after_s: u32,
    },
    /// More work than the server can do now.
    Overloaded {
        /// When to try again, seconds.
        retry_after_s: u32,
    },
    /// A fault of ours.
    Internal,
}

impl Problem {
    /// One of each.
    #[cfg(test)]
    pub fn samples() -> Vec<Self> {
        let restart = Some("https://storage.example/VX7".to_owned());
        vec![
            Self::UnknownClient,
            Self::ClientDisabled,
            Self::RedirectUriMismatch,
            Self::RequestMalformed { detail: "the parameter <scope> is repeated".into() },
            Self::RequestTooLarge,
            Self::InteractionExpired { restart: restart.clone() },
            Self::InteractionElsewhere { restart: restart.clone() },
            Self::UpstreamExpired { restart: restart.clone() },
            Self::UpstreamElsewhere { restart: restart.clone() },
            Self::UpstreamMalformed,
            Self::ConnectionDisabled,
            Self::CsrfFailed,
            Self::SessionEnded { restart },
            Self::ConsentDenied,
            Self::Forbidden,
            Self::NotFound,
            Self::MethodNotAllowed { allow: "GET, HEAD" },
            Self::Misdirected,
            Self::TooManyRequests { retry_after_s: 60 },
            Self::Overloaded { retry_after_s: 5 },
            Self::Internal,
        ]
    }

    /// Its code: in the audit log, in the page's `data-problem`, and (with dashes) in the text keys.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownClient => "unknown_client",
            Self::ClientDisabled => "client_disabled",
            Self::RedirectUriMismatch => "redirect_uri_mismatch",
            Self::RequestMalformed { .. } => "request_malformed",
            Self::RequestTooLarge => "request_too_large",
            Self::InteractionExpired { .. } => "interaction_expired",
            Self::InteractionElsewhere { .. } => "interaction_elsewhere",
            Self::UpstreamExpired { .. } => "upstream_expired",
            Self::UpstreamElsewhere { .. } => "upstream_elsewhere",
            Self::UpstreamMalformed => "upstream_malformed",
            Self::ConnectionDisabled => "connection_disabled",
            Self::CsrfFailed => "csrf_failed",
            Self::SessionEnded { .. } => "session_ended",
            Self::ConsentDenied => "consent_denied",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::Misdirected => "misdirected",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Overloaded { .. } => "overloaded",
            Self::Internal => "internal",
        }
    }

    /// Its HTTP status.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::UnknownClient
            | Self::ClientDisabled
            | Self::RedirectUriMismatch
            | Self::RequestMalformed { .. }
            | Self::InteractionExpired { .. }
            | Self::InteractionElsewhere { .. }
            | Self::UpstreamExpired { .. }
            | Self::UpstreamElsewhere { .. }
            | Self::UpstreamMalformed
            | Self::SessionEnded { .. } => StatusCode::BAD_REQUEST,
            Self::ConnectionDisabled | Self::CsrfFailed | Self::ConsentDenied | Self::Forbidden => {
                StatusCode::FORBIDDEN
            }
            Self::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Where the user can begin anew, if the problem knows.
    pub fn restart(&self) -> Option<&str> {
        match self {
            Self::InteractionExpired { restart }
            | Self::InteractionElsewhere { restart }
            | Self::UpstreamExpired { restart }
            | Self::UpstreamElsewhere { restart }
            | Self::SessionEnded { restart } => restart.as_deref(),
            _ => None,
        }
    }

    /// For the client's developer, at most 200 characters.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::RequestMalformed { detail } => Some(detail.chars().take(200).collect()),
            _ => None,
        }
    }

    /// The error page. `service_url` is the brand's own entry, where the button leads when there is nothing better;
    /// `None` when the brand is unknown.
    pub fn respond(&self, frame: Frame, service_url: Option<&str>) -> Response {
        let mut response = render(self.status(), &ErrorPage::new(frame, self, service_url));
        let headers = response.headers_mut();
        match self {
            Self::MethodNotAllowed { allow } => {
                headers.insert(ALLOW, HeaderValue::from_static(allow));
            }
            Self::TooManyRequests { retry_after_s } | Self::Overloaded { retry_after_s } => {
                headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after_s));
            }
            _ => {}
        }
        response
    }
}
