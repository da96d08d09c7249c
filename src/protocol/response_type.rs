//! `response_type` (RFC 6749 §3.1.1).

use super::Error;

words! {
    /// What the authorization endpoint answers with. The implicit and hybrid types are absent on purpose
    /// (RFC 9700 §2.1.2).
    ResponseType {
        /// RFC 6749 §4.1.1:
        Code = "code",
    }
}

impl ResponseType {
    /// Reads the parameter.
    ///
    /// # Errors
    /// `unsupported_response_type` for any other type, `invalid_request` when missing.
    pub fn from_param(value: Option<&str>) -> Result<Self, Error> {
        let value = value.ok_or_else(|| Error::invalid_request("the parameter response_type is missing"))?;
        Self::parse(value).ok_or_else(|| Error::unsupported_response_type("the only response type offered is code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_offered() {
        assert_eq!(ResponseType::from_param(Some("code")).unwrap(), ResponseType::Code);
        for other in ["token", "id_token", "code id_token", "none", "CODE"] {
            assert_eq!(ResponseType::from_param(Some(other)).unwrap_err().code().as_str(), "unsupported_response_type");
        }
        assert_eq!(ResponseType::from_param(None).unwrap_err().code().as_str(), "invalid_request");
    }
}
