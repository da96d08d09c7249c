//! The logout request of a client (OpenID Connect RP-Initiated Logout 1.0 §2).

use serde::{Deserialize, Serialize};

use super::Error;
use super::authorization_request::STATE_LIMIT;
use super::params::Params;
use super::redirect_uri::{LENGTH_LIMIT, with_query};
use crate::id::ClientId;

/// The parameters, none of them verified. Whether to ask the user and where to go is decided by who holds the session.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// `id_token_hint`: an ID token issued before; may have expired.
    pub id_token_hint: Option<String>,
    /// `logout_hint`
    pub logout_hint: Option<String>,
    /// `client_id`
    pub client_id: Option<ClientId>,
    /// `post_logout_redirect_uri`: followed only if registered, byte for byte, for the client (§3).
    pub post_logout_redirect_uri: Option<String>,
    /// `state`
    pub state: Option<String>,
    /// `ui_locales`, in order of preference.
    pub ui_locales: Vec<String>,
}

impl LogoutRequest {
    /// Reads the query or the form body.
    ///
    /// # Errors
    /// `invalid_request`, for a page, when a parameter is duplicated or too long.
    pub fn parse(params: &Params) -> Result<Self, Error> {
        let text = |name, limit| params.one_within(name, limit).map(|value| value.map(str::to_owned));
        let ui_locales = params.one_within("ui_locales", LENGTH_LIMIT)?.unwrap_or_default();
        Ok(Self {
            id_token_hint: params.one("id_token_hint")?.map(str::to_owned),
            logout_hint: text("logout_hint", LENGTH_LIMIT)?,
            client_id: params.one("client_id")?.map(ClientId::new),
            post_logout_redirect_uri: text("post_logout_redirect_uri", LENGTH_LIMIT)?,
            state: text("state", STATE_LIMIT)?,
            ui_locales: ui_locales.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        })
    }

    /// Where to go afterwards, `state` added (§3). Call it only with a URI that was found among the registered ones.
    pub fn location(&self, verified_uri: &str) -> String {
        with_query(verified_uri, self.state.as_deref().map(|state| ("state", state)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<LogoutRequest, Error> {
        LogoutRequest::parse(&Params::parse(query.as_bytes())?)
    }

    #[test]
    fn every_parameter_is_optional() {
        assert!(parse("").ok() == Some(LogoutRequest::default()));
        let request = parse("client_id=c&post_logout_redirect_uri=https://a.example/?x=1&state=a%26b").ok().unwrap();
        assert_eq!(request.location("https://a.example/?x=1"), "https://a.example/?x=1&state=a%26b");
        assert_eq!(LogoutRequest::default().location("https://a.example/"), "https://a.example/");
    }

    #[test]
    fn a_duplicated_parameter_is_refused() {
        for name in ["id_token_hint", "logout_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales"] {
            let error = parse(&format!("{name}=a&{name}=a")).err().unwrap();
            assert_eq!(error.code().as_str(), "invalid_request", "{name}");
        }
    }
}
