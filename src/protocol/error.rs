//! The error a client's developer reads: OAuth 2.0's `error` and `error_description`, and what only the log sees.
//!
//! One value, four audiences: the code for the client program, the description for its
//! developer, the hint for our log, the source for whoever debugs us. Only the first two ever leave the house.

use std::borrow::Cow;

use serde_json::{Value, json};

words! {
    /// The error codes of RFC 6749 §4.1.2.1 and §5.2 and of the specifications that extend them.
    ErrorCode {
        /// RFC 6749 §4.1.2.1, §5.2; RFC 6750 §3.1:
        InvalidRequest = "invalid_request",
        /// RFC 6749 §5.2:
        InvalidClient = "invalid_client",
        /// RFC 6749 §5.2:
        InvalidGrant = "invalid_grant",
        /// RFC 6749 §4.1.2.1, §5.2:
        UnauthorizedClient = "unauthorized_client",
        /// RFC 6749 §5.2:
        UnsupportedGrantType = "unsupported_grant_type",
        /// RFC 6749 §4.1.2.1, §5.2:
        InvalidScope = "invalid_scope",
        /// RFC 6749 §4.1.2.1:
        AccessDenied = "access_denied",
        /// RFC 6749 §4.1.2.1:
        UnsupportedResponseType = "unsupported_response_type",
        /// RFC 6749 §4.1.2.1:
        ServerError = "server_error",
        /// RFC 6749 §4.1.2.1:
        TemporarilyUnavailable = "temporarily_unavailable",
        /// OpenID Connect Core §3.1.2.6:
        InteractionRequired = "interaction_required",
        /// OpenID Connect Core §3.1.2.6:
        LoginRequired = "login_required",
        /// OpenID Connect Core §3.1.2.6:
        AccountSelectionRequired = "account_selection_required",
        /// OpenID Connect Core §3.1.2.6:
        ConsentRequired = "consent_required",
        /// OpenID Connect Core §3.1.2.6:
        RequestNotSupported = "request_not_supported",
        /// OpenID Connect Core §3.1.2.6:
        RequestUriNotSupported = "request_uri_not_supported",
        /// OpenID Connect Core §3.1.2.6:
        RegistrationNotSupported = "registration_not_supported",
        /// OpenID Connect Core Error Code `unmet_authentication_requirements` §2:
        UnmetAuthenticationRequirements = "unmet_authentication_requirements",
        /// RFC 6750 §3.1:
        InvalidToken = "invalid_token",
        /// RFC 6750 §3.1:
        InsufficientScope = "insufficient_scope",
        /// RFC 7009 §2.2.1:
        UnsupportedTokenType = "unsupported_token_type",
        /// RFC 7591 §3.2.2:
        InvalidRedirectUri = "invalid_redirect_uri",
        /// RFC 7591 §3.2.2:
        InvalidClientMetadata = "invalid_client_metadata",
        /// RFC 8707 §2:
        InvalidTarget = "invalid_target",
    }
}

impl ErrorCode {
    /// The HTTP status of an error that is answered directly (not by a redirect). RFC 6749 §5.2, RFC 6750 §3.1.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::AccessDenied | Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }
}

type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A protocol error: code and description go over the wire, hint and source go to the log.
#[derive(Debug)]
pub struct Error {
    code: ErrorCode,
    description: Cow<'static, str>,
    hint: Option<String>,
    source: Option<Source>,
}

impl Error {
    /// An error. Characters that RFC 6749 §5.2 does not allow in `error_description` are replaced.
    pub fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        Self { code, description: wire_text(description.into()), hint: None, source: None }
    }

    /// Adds what only the log may see: never a secret, never personal data.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the fault behind this error, for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// `error`.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// `error_description`: ASCII within RFC 6749's character set.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// For the log alone.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The HTTP status when answered directly.
    pub const fn status(&self) -> u16 {
        self.code.status()
    }

    /// The JSON body of RFC 6749 §5.2.
    pub fn to_json(&self) -> Value {
        json!({ "error": self.code.as_str(), "error_description": &*self.description })
    }
}

macro_rules! constructors {
    ($($name:ident => $code:ident),+ $(,)?) => {
        impl Error {$(
            #[doc = concat!("An error with the code [`ErrorCode::", stringify!($code), "`].")]
            pub fn $name(description: impl Into<Cow<'static, str>>) -> Self {
                Self::new(ErrorCode::$code, description)
            }
        )+}
    };
}

constructors! {
    invalid_request => InvalidRequest,
    invalid_client => InvalidClient,
    invalid_grant => InvalidGrant,
    unauthorized_client => UnauthorizedClient,
    unsupported_grant_type => UnsupportedGrantType,
    invalid_scope => InvalidScope,
    access_denied => AccessDenied,
    unsupported_response_type => UnsupportedResponseType,
    server_error => ServerError,
    temporarily_unavailable => TemporarilyUnavailable,
    invalid_token => InvalidToken,
    insufficient_scope => InsufficientScope,
    invalid_target => InvalidTarget,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.description)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// RFC 6749 §5.2: values of `error_description` lie within %x20-21 / %x23-5B / %x5D-7E.
fn wire_text(text: Cow<'static, str>) -> Cow<'static, str> {
    let allowed = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
    if text.chars().all(allowed) {
        return text;
    }
    text.chars()
        .map(|c| {
            if allowed(c) {
                c
            } else if c == '"' {
                '\''
            } else {
                '?'
            }
        })
        .collect::<String>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_never_leaves_the_character_set_of_the_rfc() {
        let error = Error::invalid_request("bad \"scope\"\r\nSet-Cookie: \u{3042}\\");
        assert_eq!(error.description(), "bad 'scope'??Set-Cookie: ??");
    }

    #[test]
    fn hint_and_source_stay_off_the_wire() {
        let error = Error::invalid_grant("the code is not valid").with_hint("expired").with_source("disk on fire");
        assert_eq!(error.to_json(), json!({"error": "invalid_grant", "error_description": "the code is not valid"}));
        assert_eq!(error.to_string(), "invalid_grant: the code is not valid");
        assert_eq!(error.hint(), Some("expired"));
        assert!(std::error::Error::source(&error).is_some());
    }

    #[test]
    fn each_code_has_the_status_of_its_specification() {
        for code in ErrorCode::ALL {
            let expected = match code.as_str() {
                "invalid_client" | "invalid_token" => 401,
                "access_denied" | "insufficient_scope" => 403,
                "server_error" => 500,
                "temporarily_unavailable" => 503,
                _ => 400,
            };
            assert_eq!(code.status(), expected, "{code}");
            assert_eq!(ErrorCode::parse(code.as_str()), Some(*code));
        }
    }
}
