//! Bearer tokens at a protected resource: how they are presented, and the challenge of a refusal (RFC 6750).

use super::params::Params;
use super::{Error, ErrorCode};
use crate::secret::Secret;

/// Finds the access token of a request: `Authorization` header or form body, exactly one of them.
///
/// `body` is given only for a POST of type `application/x-www-form-urlencoded` (§2.2). `Ok(None)`: no token was
/// presented at all; the challenge then names no error (§3.1).
///
/// # Errors
/// `invalid_request` for a token in the query (§2.3; RFC 9700 §4.3.2 forbids it), two tokens, or a malformed header.
pub fn parse(
    authorization: Option<&str>,
    query: &Params,
    body: Option<&Params>,
) -> Result<Option<Secret<String>>, Error> {
    if query.iter().any(|(name, _)| name == "access_token") {
        return Err(Error::invalid_request("an access token must not be sent in the query"));
    }
    let header = authorization.map(parse_header).transpose()?.flatten();
    let field = body.map(|body| body.one("access_token")).transpose()?.flatten();
    match (header, field) {
        (Some(_), Some(_)) => Err(Error::invalid_request("the access token is sent in more than one way")),
        (Some(token), None) | (None, Some(token)) if is_b64token(token) => Ok(Some(Secret::new(token.to_owned()))),
        (None, None) => Ok(None),
        _ => Err(Error::invalid_request("the access token is malformed")),
    }
}

/// The token of a `Bearer` header; `None` for another scheme.
fn parse_header(authorization: &str) -> Result<Option<&str>, Error> {
    let (scheme, token) = authorization.trim().split_once(' ').unwrap_or((authorization.trim(), ""));
    match scheme.eq_ignore_ascii_case("Bearer") {
        false => Ok(None),
        true if token.is_empty() => Err(Error::invalid_request("the Authorization header holds no access token")),
        true => Ok(Some(token.trim_start())),
    }
}

/// §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b))
}

/// The `WWW-Authenticate` value of a refusal (§3). `scope` is what the resource needs, for `insufficient_scope`.
pub fn challenge(realm: &str, error: Option<&Error>, scope: Option<&str>) -> String {
    let mut out = format!("Bearer realm=\"{}\"", quoted(realm));
    if let Some(error) = error {
        let (code, description) = (error.code(), error.description());
        out.push_str(&format!(", error=\"{code}\", error_description=\"{description}\""));
        if let (ErrorCode::InsufficientScope, Some(scope)) = (code, scope) {
            out.push_str(&format!(", scope=\"{}\"", quoted(scope)));
        }
    }
    out
}

/// What may stand inside a quoted string of a header.
pub(super) fn quoted(text: &str) -> String {
    text.chars().filter(|c| matches!(c, ' '..='~') && *c != '"' && *c != '\\').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(authorization: Option<&str>, query: &str, body: Option<&str>) -> Result<Option<String>, &'static str> {
        let query = Params::parse(query.as_bytes()).unwrap();
        let body = body.map(|body| Params::parse(body.as_bytes()).unwrap());
        let token = parse(authorization, &query, body.as_ref()).map_err(|error| error.code().as_str())?;
        Ok(token.map(|token| token.expose().clone()))
    }

    #[test]
    fn header_and_body_are_accepted_one_at_a_time() {
        assert_eq!(token(Some("Bearer a.b-c_d~+/=="), "", None), Ok(Some("a.b-c_d~+/==".to_owned())));
        assert_eq!(token(Some("bearer abc"), "x=1", Some("y=2")), Ok(Some("abc".to_owned())));
        assert_eq!(token(None, "", Some("access_token=abc")), Ok(Some("abc".to_owned())));
        assert_eq!(token(Some("Bearer abc"), "", Some("access_token=abc")), Err("invalid_request"));
    }

    #[test]
    fn a_token_in_the_query_is_refused_even_beside_a_header() {
        assert_eq!(token(None, "access_token=abc", None), Err("invalid_request"));
        assert_eq!(token(Some("Bearer abc"), "access_token=abc", None), Err("invalid_request"));
    }

    #[test]
    fn no_token_is_no_error_and_a_broken_one_is() {
        assert_eq!(token(None, "", None), Ok(None));
        assert_eq!(token(Some("Basic YTpi"), "", None), Ok(None));
        for bad in ["Bearer", "Bearer ", "Bearer a b", "Bearer a\"b", "Bearer =", "Bearer 手形"] {
            assert_eq!(token(Some(bad), "", None), Err("invalid_request"), "{bad}");
        }
        assert_eq!(token(None, "", Some("access_token=a&access_token=b")), Err("invalid_request"));
    }

    #[test]
    fn the_challenge_names_an_error_only_when_a_token_was_presented() {
        assert_eq!(challenge("VX7", None, None), "Bearer realm=\"VX7\"");
        assert_eq!(
            challenge("V\"X7", Some(&Error::invalid_token("the access token is not valid")), Some("openid")),
            "Bearer realm=\"VX7\", error=\"invalid_token\", error_description=\"the access token is not valid\""
        );
        let needs = challenge("VX7", Some(&Error::insufficient_scope("needs openid")), Some("openid"));
        assert!(needs.ends_with(", scope=\"openid\""));
    }
}
