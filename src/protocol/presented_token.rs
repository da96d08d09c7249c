//! The request of revocation (RFC 7009 §2.1) and introspection (RFC 7662 §2.1): a token and a guess what it is.

use super::Error;
use super::params::Params;
use crate::secret::Secret;

words! {
    /// `token_type_hint`. A hint we do not know is no error: it is ignored (RFC 7009 §2.1).
    TokenTypeHint {
        /// RFC 7009 §2.1:
        AccessToken = "access_token",
        /// RFC 7009 §2.1:
        RefreshToken = "refresh_token",
    }
}

/// A token somebody shows us to ask about it or to end it.
#[derive(Clone)]
pub struct PresentedToken {
    /// The token.
    pub token: Secret<String>,
    /// Where to look first.
    pub token_type_hint: Option<TokenTypeHint>,
}

impl PresentedToken {
    /// Reads the form body.
    ///
    /// # Errors
    /// `invalid_request` when `token` is missing or a parameter is duplicated.
    pub fn parse(params: &Params) -> Result<Self, Error> {
        let token = Secret::new(params.required("token")?.to_owned());
        Ok(Self { token, token_type_hint: params.one("token_type_hint")?.and_then(TokenTypeHint::parse) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<PresentedToken, Error> {
        PresentedToken::parse(&Params::parse(body.as_bytes())?)
    }

    #[test]
    fn an_unknown_hint_is_ignored() {
        assert_eq!(parse("token=a&token_type_hint=pct").ok().and_then(|t| t.token_type_hint), None);
        let hinted = parse("token=a&token_type_hint=refresh_token").ok().and_then(|t| t.token_type_hint);
        assert_eq!(hinted, Some(TokenTypeHint::RefreshToken));
    }

    #[test]
    fn the_token_must_be_there_once() {
        for bad in ["", "token=", "token=a&token=b", "token=a&token_type_hint=x&token_type_hint=y"] {
            assert_eq!(parse(bad).err().map(|e| e.status()), Some(400), "{bad}");
        }
    }
}
