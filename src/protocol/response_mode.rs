//! `response_mode`: the way an authorization response travels back (OAuth 2.0 Multiple Response Type Encoding
//! Practices §2.1; OAuth 2.0 Form Post Response Mode).

use super::Error;

words! {
    /// How the parameters of an authorization response are handed to the client.
    ResponseMode {
        /// In the query of the redirect URI; the default for `code`:
        Query = "query",
        /// In its fragment:
        Fragment = "fragment",
        /// As a form that the browser posts:
        FormPost = "form_post",
    }
}

impl ResponseMode {
    /// Reads the parameter; `query` when it is absent.
    ///
    /// # Errors
    /// `invalid_request` for a mode we do not offer.
    pub fn from_param(value: Option<&str>) -> Result<Self, Error> {
        value.map_or(Ok(Self::Query), |value| {
            Self::parse(value)
                .ok_or_else(|| Error::invalid_request("the response modes offered are query, fragment and form_post"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_query_and_unknown_modes_are_refused() {
        assert_eq!(ResponseMode::from_param(None).unwrap(), ResponseMode::Query);
        assert_eq!(ResponseMode::from_param(Some("form_post")).unwrap(), ResponseMode::FormPost);
        assert!(ResponseMode::from_param(Some("web_message")).is_err());
    }
}
