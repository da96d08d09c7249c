//! The parameters of a request: the ordered name and value pairs of an `application/x-www-form-urlencoded` text.
//!
//! RFC 6749 §3.1, §3.2 and Appendix B. Decoding follows the WHATWG URL standard (`+` is a blank, a broken percent
//! sequence stands for itself) with one exception: what is not UTF-8 is refused instead of being replaced, since a
//! replaced `state` or `code` would be a different one. The protocol endpoints read requests through this type alone.

use super::Error;

/// The longest value accepted, in bytes after decoding.
pub const VALUE_LIMIT: usize = 16 * 1024;
/// The largest number of pairs accepted.
pub const COUNT_LIMIT: usize = 100;

/// A JSON text may hold line breaks; no other parameter may hold a control character.
const MAY_BREAK_LINES: &[&str] = &["claims"];

/// A request's parameters in their order. `Debug` prints the names only: the values may be secrets.
#[derive(Clone, Default)]
pub struct Params(Vec<(String, String)>);

/// A parameter that was sent more than once although its definition allows it once (RFC 6749 §3.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duplicate(pub String);

impl From<Duplicate> for Error {
    fn from(duplicate: Duplicate) -> Self {
        Self::invalid_request(format!("the parameter {} is sent more than once", duplicate.0))
    }
}

impl Params {
    /// Parses a query or a form body.
    ///
    /// # Errors
    /// `invalid_request` when it is not UTF-8 after decoding, holds control characters, or exceeds a limit.
    pub fn parse(encoded: &[u8]) -> Result<Self, Error> {
        let mut pairs = Vec::new();
        for pair in encoded.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == COUNT_LIMIT {
                return Err(Error::invalid_request("too many parameters"));
            }
            let mut halves = pair.splitn(2, |b| *b == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            check_pair(&name, &value)?;
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// The one value of a parameter; `None` when absent or empty: a parameter without a value counts as omitted
    /// (RFC 6749 §3.1).
    ///
    /// # Errors
    /// [`Duplicate`] when sent more than once, even if all but one are empty.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Duplicate> {
        let mut values = self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() {
            return Err(Duplicate(name.to_owned()));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// The one value of a parameter that must be there.
    ///
    /// # Errors
    /// `invalid_request` when absent, empty or duplicated.
    pub fn required(&self, name: &str) -> Result<&str, Error> {
        self.one(name)?.ok_or_else(|| Error::invalid_request(format!("the parameter {name} is missing")))
    }

    /// The one value of a parameter, if at most `limit` bytes long.
    ///
    /// # Errors
    /// `invalid_request` when longer or duplicated.
    pub fn one_within(&self, name: &str, limit: usize) -> Result<Option<&str>, Error> {
        match self.one(name)? {
            Some(value) if value.len() > limit => {
                Err(Error::invalid_request(format!("the parameter {name} is longer than {limit} bytes")))
            }
            value => Ok(value),
        }
    }

    /// All values of a parameter that may repeat, such as `resource` (RFC 8707 §2); empty ones left out.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, value)| n == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Whether the parameter was sent with a value, once or more often.
    pub fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// Whether nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pairs in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

fn check_pair(name: &str, value: &str) -> Result<(), Error> {
    if name.len() > VALUE_LIMIT || value.len() > VALUE_LIMIT {
        return Err(Error::invalid_request(format!("a parameter is longer than {VALUE_LIMIT} bytes")));
    }
    let breaks = MAY_BREAK_LINES.contains(&name);
    let bad = |c: char| c.is_control() && !(breaks && matches!(c, '\t' | '\r' | '\n'));
    if name.chars().any(char::is_control) || value.chars().any(bad) {
        return Err(Error::invalid_request("a parameter holds a control character"));
    }
    Ok(())
}

/// Decodes one name or value as WHATWG's `application/x-www-form-urlencoded` parser does, but strict about UTF-8.
pub(super) fn decode(encoded: &[u8]) -> Result<String, Error> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b'+', _) => out.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = after;
                }
                _ => out.push(b'%'),
            },
            _ => out.push(byte),
        }
    }
    String::from_utf8(out).map_err(|_| Error::invalid_request("a parameter is not valid UTF-8"))
}

/// Encodes one name or value for a query or a form body (RFC 6749 Appendix B).
pub fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(encoded: &str) -> Params {
        Params::parse(encoded.as_bytes()).unwrap()
    }

    #[test]
    fn decodes_blanks_and_percent_sequences_and_keeps_broken_ones_as_they_are() {
        let params = parse("a=x+y%20z&b=%e6%89%8b%E5%BD%A2&c=%zz%4&&d");
        assert_eq!(params.one("a"), Ok(Some("x y z")));
        assert_eq!(params.one("b"), Ok(Some("手形")));
        assert_eq!(params.one("c"), Ok(Some("%zz%4")));
        assert_eq!(params.one("d"), Ok(None));
    }

    #[test]
    fn an_empty_value_counts_as_omitted() {
        let params = parse("scope=&state=");
        assert_eq!(params.one("scope"), Ok(None));
        assert!(!params.has("state"));
        assert_eq!(params.required("scope").unwrap_err().description(), "the parameter scope is missing");
    }

    #[test]
    fn a_repeated_parameter_is_refused_where_one_is_expected_even_if_empty() {
        let params = parse("a=1&a=1&b=&b=2&resource=x&resource=y");
        assert_eq!(params.one("a"), Err(Duplicate("a".to_owned())));
        assert_eq!(params.one("b"), Err(Duplicate("b".to_owned())));
        assert_eq!(params.all("resource").collect::<Vec<_>>(), ["x", "y"]);
    }

    #[test]
    fn refuses_what_is_not_utf_8_and_control_characters() {
        for bad in ["a=%ff", "%c3=1", "a=%00", "a=%0d%0a", "a%0a=1", "a=%7f", "a=%c2%85", "claims=%00"] {
            assert!(Params::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(Params::parse(b"a=\xff").is_err());
        assert_eq!(parse("claims={%0a}").one("claims"), Ok(Some("{\n}")));
    }

    #[test]
    fn refuses_more_than_the_limits() {
        let long = format!("a={}", "x".repeat(VALUE_LIMIT + 1));
        assert!(Params::parse(long.as_bytes()).is_err());
        assert!(Params::parse(&long.as_bytes()[..long.len() - 1]).is_ok());
        assert!(Params::parse("a=1&".repeat(COUNT_LIMIT + 1).as_bytes()).is_err());
        assert!(parse("a=12345").one_within("a", 4).is_err());
    }

    #[test]
    fn its_debug_output_shows_no_value() {
        assert_eq!(format!("{:?}", parse("client_secret=hunter2")), r#"["client_secret"]"#);
    }

    proptest::proptest! {
        #[test]
        fn what_was_encoded_decodes_to_itself(text in "\\PC*") {
            proptest::prop_assert_eq!(decode(encode(&text).as_bytes()).unwrap(), text);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = Params::parse(&bytes);
        }
    }
}
