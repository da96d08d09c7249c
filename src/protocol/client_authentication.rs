//! How a client authenticates: what was presented, by exactly one method (RFC 6749 §2.3, RFC 7521 §4.2, RFC 7523 §2.2).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::Error;
use super::bearer::quoted;
use super::client_metadata::TokenEndpointAuthMethod;
use super::params::{Params, decode};
use crate::id::ClientId;
use crate::secret::Secret;

/// `client_assertion_type` of a JWT (RFC 7523 §2.2).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a client presented, not verified. Without `Debug`: it holds secrets.
pub enum ClientAuthentication {
    /// Only its name: a public client.
    None {
        /// `client_id`
        client_id: ClientId,
    },
    /// A secret in the `Authorization` header.
    SecretBasic {
        /// The user name of HTTP Basic.
        client_id: ClientId,
        /// The password of HTTP Basic.
        secret: Secret<String>,
    },
    /// A secret in the body.
    SecretPost {
        /// `client_id`
        client_id: ClientId,
        /// `client_secret`
        secret: Secret<String>,
    },
    /// A signed assertion.
    PrivateKeyJwt {
        /// The assertion's `sub`, not verified: it only says whose keys to verify with.
        client_id: ClientId,
        /// `client_assertion`
        assertion: Secret<String>,
    },
}

impl ClientAuthentication {
    /// Reads the `Authorization` header and the body of a request to the token, revocation or introspection endpoint.
    ///
    /// # Errors
    /// `invalid_request` when several methods are used at once or a parameter is duplicated (RFC 6749 §5.2),
    /// `invalid_client` when nothing is presented or it cannot be read.
    pub fn parse(authorization: Option<&str>, params: &Params) -> Result<Self, Error> {
        let client_id = params.one("client_id")?;
        let secret = params.one("client_secret")?;
        let assertion = params.one("client_assertion")?;
        let assertion_type = params.one("client_assertion_type")?;
        let methods = [authorization.is_some(), secret.is_some(), assertion.is_some() || assertion_type.is_some()];
        if methods.into_iter().filter(|used| *used).count() > 1 {
            return Err(Error::invalid_request("the client authenticates by more than one method"));
        }
        let presented = if let Some(header) = authorization {
            parse_basic(header)?
        } else if let Some(secret) = secret {
            Self::SecretPost { client_id: named(client_id)?, secret: Secret::new(secret.to_owned()) }
        } else if assertion.is_some() || assertion_type.is_some() {
            parse_assertion(assertion, assertion_type)?
        } else {
            Self::None { client_id: named(client_id)? }
        };
        if client_id.is_some_and(|id| id != presented.client_id().as_str()) {
            return Err(Error::invalid_request("client_id is not the client that authenticates"));
        }
        Ok(presented)
    }

    /// Who it says it is.
    pub const fn client_id(&self) -> &ClientId {
        match self {
            Self::None { client_id }
            | Self::SecretBasic { client_id, .. }
            | Self::SecretPost { client_id, .. }
            | Self::PrivateKeyJwt { client_id, .. } => client_id,
        }
    }

    /// The method used; it must be the registered one.
    pub const fn method(&self) -> TokenEndpointAuthMethod {
        match self {
            Self::None { .. } => TokenEndpointAuthMethod::None,
            Self::SecretBasic { .. } => TokenEndpointAuthMethod::ClientSecretBasic,
            Self::SecretPost { .. } => TokenEndpointAuthMethod::ClientSecretPost,
            Self::PrivateKeyJwt { .. } => TokenEndpointAuthMethod::PrivateKeyJwt,
        }
    }
}

/// The `WWW-Authenticate` value of an `invalid_client` answer (RFC 6749 §5.2, RFC 7617 §2.1).
pub fn challenge(realm: &str) -> String {
    format!("Basic realm=\"{}\", charset=\"UTF-8\"", quoted(realm))
}

fn named(client_id: Option<&str>) -> Result<ClientId, Error> {
    client_id.map(ClientId::new).ok_or_else(|| Error::invalid_client("the client does not authenticate"))
}

/// RFC 6749 §2.3.1: both halves are form-encoded before they become user name and password of RFC 7617.
fn parse_basic(header: &str) -> Result<ClientAuthentication, Error> {
    let broken = || Error::invalid_client("the Authorization header is not valid HTTP Basic");
    let (scheme, credentials) = header.trim().split_once(' ').ok_or_else(broken)?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return Err(Error::invalid_client("the only Authorization scheme offered here is Basic"));
    }
    let bytes = BASE64.decode(credentials.trim()).map_err(|_| broken())?;
    let colon = bytes.iter().position(|b| *b == b':').ok_or_else(broken)?;
    let client_id = decode(&bytes[..colon]).map_err(|_| broken())?;
    let secret = decode(&bytes[colon + 1..]).map_err(|_| broken())?;
    if client_id.is_empty() || client_id.chars().any(char::is_control) {
        return Err(broken());
    }
    Ok(ClientAuthentication::SecretBasic { client_id: ClientId::new(client_id), secret: Secret::new(secret) })
}

fn parse_assertion(assertion: Option<&str>, kind: Option<&str>) -> Result<ClientAuthentication, Error> {
    let kind = kind.ok_or_else(|| Error::invalid_request("the parameter client_assertion_type is missing"))?;
    let assertion = assertion.ok_or_else(|| Error::invalid_request("the parameter client_assertion is missing"))?;
    if kind != JWT_BEARER {
        return Err(Error::invalid_client("the only client_assertion_type offered is jwt-bearer"));
    }
    let client_id =
        subject(assertion).ok_or_else(|| Error::invalid_client("client_assertion is not a JWT with a sub"))?;
    Ok(ClientAuthentication::PrivateKeyJwt { client_id, assertion: Secret::new(assertion.to_owned()) })
}

/// The `sub` of a JWT that nobody has verified yet (RFC 7523 §3: it is the `client_id`).
fn subject(jwt: &str) -> Option<ClientId> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
    }
    let mut parts = jwt.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let usable = parts.next().is_none() && !claims.sub.is_empty() && !claims.sub.chars().any(char::is_control);
    usable.then(|| ClientId::new(claims.sub))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    fn basic(credentials: &[u8]) -> String {
        format!("Basic {}", STANDARD.encode(credentials))
    }

    fn parse(authorization: Option<&str>, body: &str) -> Result<ClientAuthentication, Error> {
        ClientAuthentication::parse(authorization, &Params::parse(body.as_bytes()).unwrap())
    }

    fn code(authorization: Option<&str>, body: &str) -> &'static str {
        parse(authorization, body).err().map_or("accepted", |error| error.code().as_str())
    }

    fn jwt(claims: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode("{}"), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn basic_credentials_are_form_decoded() {
        match parse(Some(&basic(b"my%3Aclient:p%2Bq+r:s%25")), "client_id=my:client") {
            Ok(ClientAuthentication::SecretBasic { client_id, secret }) => {
                assert_eq!(client_id.as_str(), "my:client");
                assert_eq!(secret.expose(), "p+q r:s%");
            }
            _ => panic!("expected basic"),
        }
    }

    #[test]
    fn each_method_is_recognized() {
        let assertion = jwt(r#"{"sub":"c"}"#);
        let by_key = format!("client_assertion={assertion}&client_assertion_type={JWT_BEARER}");
        for (authorization, body, method) in [
            (None, "client_id=c", TokenEndpointAuthMethod::None),
            (None, "client_id=c&client_secret=s", TokenEndpointAuthMethod::ClientSecretPost),
            (Some(basic(b"c:s")), "", TokenEndpointAuthMethod::ClientSecretBasic),
            (None, by_key.as_str(), TokenEndpointAuthMethod::PrivateKeyJwt),
        ] {
            let presented = parse(authorization.as_deref(), body).ok().unwrap();
            assert_eq!((presented.method(), presented.client_id().as_str()), (method, "c"));
        }
    }

    #[test]
    fn broken_basic_is_an_invalid_client() {
        let broken = ["Basic", "Basic ", "Basic !!!", "Bearer abc", "Digest x", "Basic Y2xpZW50", ""];
        for header in broken {
            assert_eq!(code(Some(header), ""), "invalid_client", "{header}");
        }
        for bytes in [&b":s"[..], b"c\xff:s", b"c%ff:s", b"c%00:s"] {
            assert_eq!(code(Some(&basic(bytes)), ""), "invalid_client", "{bytes:?}");
        }
    }

    #[test]
    fn two_methods_at_once_are_refused() {
        let assertion = jwt(r#"{"sub":"c"}"#);
        let header = basic(b"c:s");
        for (authorization, body) in [
            (Some(header.as_str()), "client_id=c&client_secret=s".to_owned()),
            (Some(header.as_str()), format!("client_assertion={assertion}&client_assertion_type={JWT_BEARER}")),
            (None, format!("client_id=c&client_secret=s&client_assertion={assertion}")),
            (Some(header.as_str()), "client_id=other".to_owned()),
            (None, "client_id=c&client_id=c".to_owned()),
        ] {
            assert_eq!(code(authorization, &body), "invalid_request", "{body}");
        }
    }

    #[test]
    fn nothing_or_an_unreadable_assertion_is_no_client() {
        assert_eq!(code(None, ""), "invalid_client");
        assert_eq!(code(None, "client_secret=s"), "invalid_client");
        for assertion in ["abc".to_owned(), "a.b.c".to_owned(), jwt("{}"), jwt(r#"{"sub":""}"#), jwt(r#"{"sub":1}"#)] {
            let body = format!("client_assertion={assertion}&client_assertion_type={JWT_BEARER}");
            assert_eq!(code(None, &body), "invalid_client", "{assertion}");
        }
        assert_eq!(code(None, "client_assertion=a.b.c&client_assertion_type=saml"), "invalid_client");
        assert_eq!(code(None, "client_assertion=a.b.c"), "invalid_request");
        let other =
            format!("client_id=d&client_assertion={}&client_assertion_type={JWT_BEARER}", jwt(r#"{"sub":"c"}"#));
        assert_eq!(code(None, &other), "invalid_request");
    }
}
