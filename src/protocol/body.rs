//! The body of a request to a protocol endpoint: a form and nothing else (RFC 6749 §3.2, appendix B).

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::Error;
use super::params::Params;

/// The only media type of protocol requests.
const FORM: &str = "application/x-www-form-urlencoded";

/// Reads a form body. A charset other than UTF-8 would change what the bytes mean and is refused.
///
/// # Errors
/// `invalid_request` for another media type or a body that is no such form.
pub fn parse_form(headers: &HeaderMap, body: &[u8]) -> Result<Params, Error> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let content_type = types.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    if types.next().is_some() || !is_form(content_type) {
        return Err(Error::invalid_request("the body must be application/x-www-form-urlencoded"));
    }
    Params::parse(body)
}

/// Whether a `Content-Type` value names a form.
pub fn is_form(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    let utf8 = |part: &str| match part.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    };
    media_type.eq_ignore_ascii_case(FORM) && parts.all(utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_forms_in_utf_8_are_read() {
        for (content_type, expected) in [
            ("application/x-www-form-urlencoded", true),
            ("Application/X-WWW-Form-Urlencoded; Charset=\"UTF-8\"", true),
            ("application/x-www-form-urlencoded; charset=shift_jis", false),
            ("application/json", false),
            ("multipart/form-data; boundary=x", false),
            ("", false),
        ] {
            assert_eq!(is_form(content_type), expected, "{content_type}");
        }
    }
}
