//! Time claims written by strangers.

use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::clock::Timestamp;

/// 9999-12-31T23:59:59Z, the last second that a four-digit year can name.
const LATEST: i64 = 253_402_300_799;

/// A JWT `NumericDate` (RFC 7519 §2): whole seconds since the Unix epoch. A fraction is rounded down.
///
/// Negative numbers and anything after the year 9999 are refused, so that arithmetic on it cannot overflow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NumericDate(i64);

impl NumericDate {
    /// From seconds; `None` when out of range.
    pub const fn from_seconds(seconds: i64) -> Option<Self> {
        if seconds >= 0 && seconds <= LATEST { Some(Self(seconds)) } else { None }
    }

    /// Seconds since the Unix epoch.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// As the house's own time.
    pub const fn timestamp(self) -> Timestamp {
        Timestamp::from_seconds(self.0)
    }
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumericDateVisitor)
    }
}

struct NumericDateVisitor;

impl Visitor<'_> for NumericDateVisitor {
    type Value = NumericDate;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("seconds since 1970 as a number")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<NumericDate, E> {
        NumericDate::from_seconds(value).ok_or_else(|| E::custom("a date out of range"))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<NumericDate, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    #[expect(clippy::cast_possible_truncation, reason = "the range was checked, and the fraction is to be dropped")]
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<NumericDate, E> {
        // NaN compares false with everything and falls out here as well.
        if !(value >= 0.0 && value < (LATEST + 1) as f64) {
            return Err(E::custom("a date out of range"));
        }
        self.visit_i64(value.floor() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<i64> {
        serde_json::from_str::<NumericDate>(text).ok().map(NumericDate::seconds)
    }

    #[test]
    fn reads_whole_and_fractional_seconds() {
        assert_eq!(parse("1700000000"), Some(1_700_000_000));
        assert_eq!(parse("1700000000.999"), Some(1_700_000_000));
        assert_eq!(parse("1.7e9"), Some(1_700_000_000));
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("253402300799"), Some(LATEST));
    }

    #[test]
    fn refuses_numbers_that_are_no_dates() {
        for text in
            ["1e300", "-1", "-0.5", "18446744073709551615", "253402300800", "\"1700000000\"", "null", "true", "[]"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
