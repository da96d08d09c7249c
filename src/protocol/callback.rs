//! The authorization response: where it goes, how, and what is in it (RFC 6749 §4.1.2, RFC 9207 §2).

use serde::{Deserialize, Serialize};

use super::Error;
use super::redirect_uri::{with_fragment, with_query};
use super::response_mode::ResponseMode;

/// A verified way back to a client. It comes only from `Unverified::verify` (or from the database, where such a one was
/// stored), so holding one is the right to redirect.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    pub(super) redirect_uri: String,
    pub(super) response_mode: ResponseMode,
    pub(super) state: Option<String>,
}

/// What the client is told.
#[derive(Clone, Copy)]
pub enum Outcome<'a> {
    /// An authorization code.
    Code(&'a str),
    /// An error.
    Error(&'a Error),
}

/// The response, ready for the browser. Without `Debug`: it may hold a code.
pub enum AuthorizationResponse {
    /// 303 to this location.
    Redirect(String),
    /// A page with a form that posts itself (OAuth 2.0 Form Post Response Mode §2).
    FormPost {
        /// The form's action.
        action: String,
        /// Its hidden fields.
        fields: Vec<(&'static str, String)>,
    },
}

impl Callback {
    /// The client's redirect URI as the request spelled it: bound to the code, compared at the token endpoint.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// How the response travels.
    pub const fn response_mode(&self) -> ResponseMode {
        self.response_mode
    }

    /// The client's `state`, given back byte for byte.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Builds the response. `issuer` goes into every one (RFC 9207 §2).
    pub fn respond(&self, issuer: &str, outcome: Outcome<'_>) -> AuthorizationResponse {
        let mut fields = match outcome {
            Outcome::Code(code) => vec![("code", code)],
            Outcome::Error(error) => {
                vec![("error", error.code().as_str()), ("error_description", error.description())]
            }
        };
        fields.extend(self.state().map(|state| ("state", state)));
        fields.push(("iss", issuer));
        match self.response_mode {
            ResponseMode::Query => AuthorizationResponse::Redirect(with_query(&self.redirect_uri, fields)),
            ResponseMode::Fragment => AuthorizationResponse::Redirect(with_fragment(&self.redirect_uri, fields)),
            ResponseMode::FormPost => AuthorizationResponse::FormPost {
                action: self.redirect_uri.clone(),
                fields: fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://op.example/VX7";

    fn callback(response_mode: ResponseMode) -> Callback {
        let state = Some("a&b=c 手形".to_owned());
        Callback { redirect_uri: "https://app.example/cb?x=1".to_owned(), response_mode, state }
    }

    fn location(response: AuthorizationResponse) -> String {
        match response {
            AuthorizationResponse::Redirect(location) => location,
            AuthorizationResponse::FormPost { .. } => panic!("expected a redirect"),
        }
    }

    #[test]
    fn a_code_travels_with_state_and_issuer() {
        let tail = "code=abc&state=a%26b%3Dc+%E6%89%8B%E5%BD%A2&iss=https%3A%2F%2Fop.example%2FVX7";
        let query = callback(ResponseMode::Query).respond(ISSUER, Outcome::Code("abc"));
        assert_eq!(location(query), format!("https://app.example/cb?x=1&{tail}"));
        let fragment = callback(ResponseMode::Fragment).respond(ISSUER, Outcome::Code("abc"));
        assert_eq!(location(fragment), format!("https://app.example/cb?x=1#{tail}"));
    }

    #[test]
    fn an_error_travels_the_same_way_with_issuer() {
        let error = Error::invalid_scope("no").with_hint("log only");
        let callback = Callback { state: None, ..callback(ResponseMode::Query) };
        assert_eq!(
            location(callback.respond(ISSUER, Outcome::Error(&error))),
            "https://app.example/cb?x=1&error=invalid_scope&error_description=no&iss=https%3A%2F%2Fop.example%2FVX7"
        );
    }

    #[test]
    fn a_form_holds_the_values_as_they_are() {
        match callback(ResponseMode::FormPost).respond(ISSUER, Outcome::Code("abc")) {
            AuthorizationResponse::FormPost { action, fields } => {
                assert_eq!(action, "https://app.example/cb?x=1");
                let expected = [("code", "abc"), ("state", "a&b=c 手形"), ("iss", ISSUER)];
                assert!(fields.iter().map(|(name, value)| (*name, value.as_str())).eq(expected));
            }
            AuthorizationResponse::Redirect(_) => panic!("expected a form"),
        }
    }
}
