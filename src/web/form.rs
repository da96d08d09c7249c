//! Strict `application/x-www-form-urlencoded`: what a query string or a form body really says.
//!
//! The lenient parsers let a broken escape through and replace bad UTF-8, so that two programs can read two different
//! things from one request. Here a request is either exactly understood or refused (RFC 6749 appendix B asks for UTF-8).

use std::fmt;

/// The most bytes a body or query may have.
pub const MAX_BYTES: usize = 64 * 1024;
/// The most parameters one request may carry.
pub const MAX_PARAMETERS: usize = 200;

/// Why a query or body was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FormError {
    /// The body is not declared as a UTF-8 form.
    #[error("the content type must be application/x-www-form-urlencoded")]
    ContentType,
    /// More than [`MAX_BYTES`].
    #[error("the request is too large")]
    TooLarge,
    /// More than [`MAX_PARAMETERS`].
    #[error("the request has too many parameters")]
    TooManyParameters,
    /// A `%` that is not followed by two hexadecimal digits.
    #[error("the request has a broken percent escape")]
    PercentEncoding,
    /// Bytes that are no UTF-8, or the character NUL, which no text column can hold.
    #[error("the request is not valid UTF-8 text")]
    Text,
}

/// A parameter was sent more than once (refused by RFC 6749 §3.1 and §3.2).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the parameter {0} is repeated")]
pub struct Duplicate(pub String);

/// The parameters of one request, in the order they were sent.
#[derive(Clone, Default)]
pub struct Params(Vec<(String, String)>);

impl fmt::Debug for Params {
    /// Names only: the values hold passwords, codes and secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Params {
    /// Parses the part of a URL after the `?`.
    ///
    /// # Errors
    /// Everything in [`FormError`] but `ContentType`.
    pub fn parse_query(query: &str) -> Result<Self, FormError> {
        parse(query.as_bytes())
    }

    /// Parses a request body; `content_type` is the header's value as sent.
    ///
    /// # Errors
    /// Everything in [`FormError`].
    pub fn parse_body(content_type: Option<&str>, body: &[u8]) -> Result<Self, FormError> {
        if !content_type.is_some_and(is_form) {
            return Err(FormError::ContentType);
        }
        parse(body)
    }

    /// The one value of a parameter. Absent and empty are the same (RFC 6749 §3.1: "Parameters sent without a value
    /// MUST be treated as if they were omitted").
    ///
    /// # Errors
    /// [`Duplicate`] when it was sent more than once.
    pub fn get(&self, name: &str) -> Result<Option<&str>, Duplicate> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(Duplicate(name.to_owned()));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// All values of a parameter that may be repeated, such as `resource` (RFC 8707 §2), empty ones included.
    pub fn all<'p>(&'p self, name: &str) -> impl Iterator<Item = &'p str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The first parameter that was sent more than once, if any.
    pub fn duplicate(&self) -> Option<&str> {
        let mut seen = std::collections::HashSet::with_capacity(self.0.len());
        self.0.iter().map(|(name, _)| name.as_str()).find(|name| !seen.insert(*name))
    }

    /// All pairs in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether a content type declares a form, in UTF-8 where it names a character set.
fn is_form(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    parts.next().is_some_and(|t| t.eq_ignore_ascii_case("application/x-www-form-urlencoded"))
        && parts.filter(|p| !p.is_empty()).all(|p| {
            p.split_once('=').is_none_or(|(name, value)| {
                !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        })
}

fn parse(bytes: &[u8]) -> Result<Params, FormError> {
    if bytes.len() > MAX_BYTES {
        return Err(FormError::TooLarge);
    }
    let mut out = Vec::new();
    for pair in bytes.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
        if out.len() == MAX_PARAMETERS {
            return Err(FormError::TooManyParameters);
        }
        let cut = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
        let value = pair.get(cut + 1..).unwrap_or_default();
        out.push((decode(&pair[..cut])?, decode(value)?));
    }
    Ok(Params(out))
}

fn decode(bytes: &[u8]) -> Result<String, FormError> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => match (rest.next().and_then(hex), rest.next().and_then(hex)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(FormError::PercentEncoding),
            },
            other => *other,
        });
    }
    String::from_utf8(out).ok().filter(|text| !text.contains('\0')).ok_or(FormError::Text)
}

fn hex(digit: &u8) -> Option<u8> {
    char::from(*digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(text: &str) -> Params {
        Params::parse_query(text).unwrap()
    }

    #[test]
    fn reads_pairs_in_order() {
        let p = query("a=1&b=%E6%97%A5+x%2B&&c&=d");
        let pairs: Vec<_> = p.iter().collect();
        assert_eq!(pairs, [("a", "1"), ("b", "日 x+"), ("c", ""), ("", "d")]);
    }

    #[test]
    fn treats_an_empty_parameter_as_absent_and_reports_a_repeated_one() {
        let p = query("a=&b=1&b=1&c=x");
        assert_eq!(p.get("a"), Ok(None));
        assert_eq!(p.get("z"), Ok(None));
        assert_eq!(p.get("c"), Ok(Some("x")));
        assert_eq!(p.get("b"), Err(Duplicate("b".into())));
        assert_eq!(p.duplicate(), Some("b"));
        assert_eq!(p.all("b").count(), 2);
    }

    #[test]
    fn refuses_what_two_parsers_could_read_in_two_ways() {
        for (text, error) in [
            ("a=%", FormError::PercentEncoding),
            ("a=%4", FormError::PercentEncoding),
            ("a=%zz", FormError::PercentEncoding),
            ("a=%+1", FormError::PercentEncoding),
            ("a=%FF", FormError::Text),
            ("a=%C0%AF", FormError::Text),
            ("a=%00", FormError::Text),
        ] {
            assert_eq!(Params::parse_query(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn refuses_too_much() {
        assert_eq!(Params::parse_query(&"a".repeat(MAX_BYTES + 1)).unwrap_err(), FormError::TooLarge);
        assert_eq!(Params::parse_query(&"a=1&".repeat(MAX_PARAMETERS + 1)).unwrap_err(), FormError::TooManyParameters);
    }

    #[test]
    fn takes_a_body_only_when_it_is_declared_as_a_utf8_form() {
        let with = |t| Params::parse_body(t, b"a=1").map(|p| p.get("a").unwrap().map(str::to_owned));
        for good in [
            "application/x-www-form-urlencoded",
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
            "application/x-www-form-urlencoded;charset=\"utf-8\"",
        ] {
            assert_eq!(with(Some(good)), Ok(Some("1".into())), "{good}");
        }
        for bad in [None, Some("text/plain"), Some("application/json"), Some("multipart/form-data")] {
            assert_eq!(with(bad), Err(FormError::ContentType), "{bad:?}");
        }
        assert_eq!(with(Some("application/x-www-form-urlencoded; charset=shift_jis")), Err(FormError::ContentType));
    }

    #[test]
    fn prints_no_value() {
        assert_eq!(format!("{:?}", query("password=hunter2")), r#"["password"]"#);
    }

    proptest! {
        #[test]
        fn reads_back_whatever_a_browser_writes(pairs in proptest::collection::vec(("[^\0]{0,12}", "[^\0]{0,40}"), 0..8)) {
            let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
            let read = query(&text);
            let read: Vec<_> = read.iter().collect();
            let meant: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            prop_assert_eq!(read, meant);
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Params::parse_body(Some("application/x-www-form-urlencoded"), &bytes);
        }
    }
}
