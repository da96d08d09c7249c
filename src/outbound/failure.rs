//! Why there is no answer, in classes: what an operator's metrics and a customer's page may say, and no more.

use std::error::Error;
use std::io;

use super::resolve::Unresolved;
use crate::text_enum::text_enum;

text_enum! {
    /// Why a request was not even begun.
    pub enum Refusal {
        /// It is no URL.
        Url = "bad_url",
        /// Not https (for the exception, see [`check_url`](super::check_url)).
        Scheme = "scheme",
        /// A user name or password in the URL.
        UserInfo = "user_info",
        /// An IP address instead of a name, in whatever notation.
        Literal = "ip_literal",
        /// A host that is no name of the DNS, or one with a dot at its end.
        Host = "host",
        /// A port that may not be asked.
        Port = "port",
        /// The name leads to an address that is not public and was not permitted.
        Address = "address",
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}", self.as_str())]
pub enum Failure {
    /// It must not be asked; no packet left.
    Refused(Refusal),
    /// The name has no address, or it could not be found out in time.
    Dns,
    /// There was no connection: refused, unreachable, or not in time.
    Connect,
    /// TLS came to nothing: a certificate nobody vouches for, expired, for another name, or no TLS at all.
    Tls,
    /// No whole answer in time. It may have been received.
    Timeout,
    /// The answer broke off, is no HTTP, or has a content encoding that was not asked for. It may have been received.
    Broken,
    /// The answer is longer than `max_response`.
    TooLarge,
    /// The answer sends elsewhere.
    Redirected,
    /// All places of the connection are taken; no packet left.
    Busy,
    /// The connection failed too often and rests; no packet left.
    Paused,
}

impl Failure {
    /// Its word, for audit and metrics; a refusal has that of its reason.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.as_str(),
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::TooLarge => "too_large",
            Self::Redirected => "redirected",
            Self::Busy => "busy",
            Self::Paused => "paused",
        }
    }

    /// Whether the request was certainly not written, so that one that works only once may be sent again.
    pub const fn before_sent(self) -> bool {
        match self {
            Self::Refused(_) | Self::Dns | Self::Connect | Self::Tls | Self::Busy | Self::Paused => true,
            Self::Timeout | Self::Broken | Self::TooLarge | Self::Redirected => false,
        }
    }

    /// Whether the other side (or the way to it) is to blame: what the breaker counts. A lookup that hangs holds a
    /// thread, so names count as well.
    pub(super) const fn is_outage(self) -> bool {
        matches!(self, Self::Dns | Self::Connect | Self::Tls | Self::Timeout | Self::Broken)
    }
}

/// The class of an error of the HTTP client, and its last cause in words. Never the error's own words: they have the URL.
pub(super) fn classify(error: &reqwest::Error) -> (Failure, String) {
    let causes = causes(error);
    let words = causes.last().map(ToString::to_string).unwrap_or_default();
    let unresolved = causes.iter().find_map(|cause| cause.downcast_ref::<Unresolved>().copied());
    let failure = match unresolved {
        Some(Unresolved::Refused(refusal)) => Failure::Refused(refusal),
        Some(Unresolved::Unknown) => Failure::Dns,
        None if error.is_connect() && causes.iter().any(|cause| is_of_handshake(*cause)) => Failure::Tls,
        None if error.is_connect() => Failure::Connect,
        None => Failure::Broken,
    };
    (failure, words)
}

/// The causes below an error. An `io::Error` does not count what it wraps among its sources; here it is.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut found = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        found.push(cause);
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source());
    }
    found
}

/// Whether TLS failed. A handshake that is broken off leaves an error of the stream, such as connecting never gives.
fn is_of_handshake(cause: &(dyn Error + 'static)) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof};
    let broken = |error: &io::Error| {
        matches!(error.kind(), UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe | InvalidData)
    };
    cause.is::<rustls::Error>() || cause.downcast_ref::<io::Error>().is_some_and(broken)
}
