//! The token request: one type per grant (RFC 6749 §4.1.3, §4.4.2, §6).

use super::Error;
use super::authorization_request::parse_resources;
use super::client_metadata::GrantType;
use super::params::Params;
use super::pkce::CodeVerifier;
use super::scope::Scope;
use crate::secret::Secret;

/// A request to the token endpoint, the client's authentication left out. Without `Debug`: it holds secrets.
pub enum TokenRequest {
    /// `grant_type=authorization_code`
    AuthorizationCode(AuthorizationCodeRequest),
    /// `grant_type=refresh_token`
    RefreshToken(RefreshTokenRequest),
    /// `grant_type=client_credentials`
    ClientCredentials(ClientCredentialsRequest),
}

/// RFC 6749 §4.1.3.
pub struct AuthorizationCodeRequest {
    /// `code`
    pub code: Secret<String>,
    /// `redirect_uri`; must equal the authorization request's.
    pub redirect_uri: Option<String>,
    /// `code_verifier` (RFC 7636 §4.5).
    pub code_verifier: Option<CodeVerifier>,
    /// `resource` (RFC 8707 §2.2).
    pub resource: Vec<String>,
}

/// RFC 6749 §6.
pub struct RefreshTokenRequest {
    /// `refresh_token`
    pub refresh_token: Secret<String>,
    /// `scope`; the granted one when absent, never wider.
    pub scope: Option<Scope>,
    /// `resource` (RFC 8707 §2.2).
    pub resource: Vec<String>,
}

/// RFC 6749 §4.4.2.
pub struct ClientCredentialsRequest {
    /// `scope`; the client's registered one when absent.
    pub scope: Option<Scope>,
    /// `resource` (RFC 8707 §2.2).
    pub resource: Vec<String>,
}

impl TokenRequest {
    /// Reads the form body.
    ///
    /// # Errors
    /// `invalid_request` for a missing or duplicated parameter, `unsupported_grant_type` for a grant we do not offer,
    /// and what the parameters' own types say.
    pub fn parse(params: &Params) -> Result<Self, Error> {
        let grant_type = GrantType::parse(params.required("grant_type")?)
            .ok_or_else(|| Error::unsupported_grant_type("this grant_type is not offered"))?;
        let scope = params.one("scope")?.map(Scope::parse).transpose()?;
        let resource = parse_resources(params)?;
        Ok(match grant_type {
            GrantType::AuthorizationCode => Self::AuthorizationCode(AuthorizationCodeRequest {
                code: Secret::new(params.required("code")?.to_owned()),
                redirect_uri: params.one("redirect_uri")?.map(str::to_owned),
                code_verifier: params.one("code_verifier")?.map(CodeVerifier::parse).transpose()?,
                resource,
            }),
            GrantType::RefreshToken => Self::RefreshToken(RefreshTokenRequest {
                refresh_token: Secret::new(params.required("refresh_token")?.to_owned()),
                scope,
                resource,
            }),
            GrantType::ClientCredentials => Self::ClientCredentials(ClientCredentialsRequest { scope, resource }),
        })
    }

    /// Which grant it uses.
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode(_) => GrantType::AuthorizationCode,
            Self::RefreshToken(_) => GrantType::RefreshToken,
            Self::ClientCredentials(_) => GrantType::ClientCredentials,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<TokenRequest, Error> {
        TokenRequest::parse(&Params::parse(body.as_bytes())?)
    }

    #[test]
    fn each_grant_has_its_own_shape() {
        let verifier = "v".repeat(43);
        let body =
            format!("grant_type=authorization_code&code=c&redirect_uri=https://a.example/&code_verifier={verifier}");
        match parse(&body) {
            Ok(TokenRequest::AuthorizationCode(request)) => {
                assert_eq!(request.code.expose(), "c");
                assert_eq!(request.redirect_uri.as_deref(), Some("https://a.example/"));
                assert!(request.code_verifier.is_some());
            }
            _ => panic!("expected a code request"),
        }
        match parse("grant_type=refresh_token&refresh_token=r&scope=openid") {
            Ok(TokenRequest::RefreshToken(request)) => assert!(request.scope.is_some_and(|scope| scope.is_openid())),
            _ => panic!("expected a refresh request"),
        }
        let credentials = parse("grant_type=client_credentials").ok().map(|request| request.grant_type());
        assert_eq!(credentials, Some(GrantType::ClientCredentials));
    }

    #[test]
    fn what_cannot_be_accepted_has_its_error() {
        for (body, code) in [
            ("", "invalid_request"),
            ("grant_type=", "invalid_request"),
            ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
            ("grant_type=authorization_code", "invalid_request"),
            ("grant_type=authorization_code&code=a&code=b", "invalid_request"),
            ("grant_type=authorization_code&code=a&code_verifier=short", "invalid_grant"),
            ("grant_type=refresh_token", "invalid_request"),
            ("grant_type=refresh_token&refresh_token=r&scope=%22", "invalid_scope"),
            ("grant_type=client_credentials&resource=x", "invalid_target"),
            ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        ] {
            assert_eq!(parse(body).err().map(|e| e.code().as_str()), Some(code), "{body}");
        }
    }
}
