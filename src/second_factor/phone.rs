//! Phone numbers that can get an SMS (`upstreams.md` §5.2).
//!
//! Japan's numbering plan is written down here: the metadata of libraries lags behind the ministry (060 was opened for
//! mobile phones by the ordinance of late 2024). Numbers of other countries, where a deployment allows any, are judged
//! by `phonenumber`.

use phonenumber::country::Id;
use phonenumber::metadata::DATABASE;

use super::typed::squeeze;
use crate::secret::Secret;

/// E.164: fifteen digits at the most.
const LONGEST: usize = 15;

/// A number that can get an SMS, in E.164. Has no `Display`, and `Debug` shows nothing of it: numbers are in no log.
#[derive(Clone, Debug)]
pub struct PhoneNumber(Secret<String>);

/// Why a text is no number to send an SMS to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PhoneRefusal {
    /// Nothing was typed.
    Missing,
    /// Not a phone number.
    Invalid,
    /// A number that gets no SMS: a landline, an IP phone (050), a pager or a machine (020, 14 digits).
    NotMobile,
    /// A number of a country that the deployment does not send to.
    Country,
}

impl PhoneNumber {
    /// The number that a person typed. `countries` are the codes (`JP`) of those that get SMS.
    ///
    /// A number without a country code is Japanese, as the product's customers write it: `090-1234-5678`.
    ///
    /// # Errors
    /// [`PhoneRefusal`], whatever the text is.
    pub fn parse(text: &str, countries: &[String]) -> Result<Self, PhoneRefusal> {
        let text = squeeze(text).ok_or(PhoneRefusal::Invalid)?;
        if text.is_empty() {
            return Err(PhoneRefusal::Missing);
        }
        match international(&text)? {
            Number::Japanese(national) => {
                let number = japanese(&national)?;
                if countries.iter().any(|code| code == "JP") { Ok(number) } else { Err(PhoneRefusal::Country) }
            }
            Number::Foreign(digits) => foreign(&digits, countries),
        }
    }

    /// A number that was stored; `None` unless E.164.
    pub fn from_stored(e164: &str) -> Option<Self> {
        let digits = e164.strip_prefix('+')?;
        is_digits(digits).then(|| Self(Secret::new(e164.to_owned())))
    }

    /// `+819012345678`.
    pub fn e164(&self) -> &str {
        self.0.expose()
    }

    /// For the pages: `090-****-5678`, and only the last four digits of a foreign one.
    pub fn masked(&self) -> String {
        let digits = self.digits();
        let last = digits.get(digits.len().saturating_sub(4)..).unwrap_or_default();
        match digits.strip_prefix("81").and_then(|national| national.get(..2)) {
            Some(range) => format!("0{range}-****-{last}"),
            None => format!("+****{last}"),
        }
    }

    /// The last two digits: all that the audit log gets.
    pub fn ending(&self) -> &str {
        let digits = self.digits();
        digits.get(digits.len().saturating_sub(2)..).unwrap_or_default()
    }

    /// The number without its last four digits, the same for ten thousand neighbours: as dialed in Japan, its first
    /// seven digits.
    pub fn block(&self) -> &str {
        let digits = self.digits();
        digits.get(..digits.len().saturating_sub(4)).unwrap_or_default()
    }

    /// Country and range, `+8190`: coarse enough for a metric's label.
    pub fn range(&self) -> &str {
        let end = if self.digits().starts_with("81") { 5 } else { 4 };
        self.e164().get(..end).unwrap_or_default()
    }

    fn digits(&self) -> &str {
        self.e164().trim_start_matches('+')
    }

    fn of(digits: &str) -> Self {
        Self(Secret::new(format!("+{digits}")))
    }
}

/// A number with its country settled, digits only.
enum Number {
    /// Without 81 and without the trunk prefix 0.
    Japanese(String),
    /// With its country code.
    Foreign(String),
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_digit())
}

/// `+81…`, `0081…`, `01081…` (dialed from Japan), `81…` or `0…`.
fn international(text: &str) -> Result<Number, PhoneRefusal> {
    let dialed = ["+", "00", "010"].iter().find_map(|prefix| text.strip_prefix(prefix));
    let digits = match dialed {
        Some(rest) => rest,
        None => match text.strip_prefix('0') {
            Some(national) if is_digits(national) => return Ok(Number::Japanese(national.to_owned())),
            // Every number dialed within Japan begins with 0; what begins with 81 has its country code.
            None if text.starts_with("81") => text,
            _ => return Err(PhoneRefusal::Invalid),
        },
    };
    if !is_digits(digits) {
        return Err(PhoneRefusal::Invalid);
    }
    Ok(match digits.strip_prefix("81") {
        // People keep the trunk prefix: +81 (0)90…
        Some(national) => Number::Japanese(national.strip_prefix('0').unwrap_or(national).to_owned()),
        None => Number::Foreign(digits.to_owned()),
    })
}

/// The numbering plan, without the trunk prefix.
fn japanese(national: &str) -> Result<PhoneNumber, PhoneRefusal> {
    let bytes = national.as_bytes();
    let (range, third) = (national.get(..2).unwrap_or_default(), bytes.get(2).copied().unwrap_or(b'0'));
    let mobile = matches!(range, "60" | "70" | "80" | "90");
    match bytes.len() {
        10 if mobile && third != b'0' => Ok(PhoneNumber::of(&format!("81{national}"))),
        // 0200, 0600, 0700, 0800, 0900 and ten digits: machines. 0800 and six to seven: free of charge for the caller.
        13 if (mobile || range == "20") && third == b'0' => Err(PhoneRefusal::NotMobile),
        10 if range == "80" => Err(PhoneRefusal::NotMobile),
        10 if range == "50" || range == "20" => Err(PhoneRefusal::NotMobile),
        9 if !mobile && bytes.first().is_some_and(|first| *first != b'0') => Err(PhoneRefusal::NotMobile),
        _ => Err(PhoneRefusal::Invalid),
    }
}

fn foreign(digits: &str, countries: &[String]) -> Result<PhoneNumber, PhoneRefusal> {
    let number = phonenumber::parse(None, format!("+{digits}")).map_err(|_| PhoneRefusal::Invalid)?;
    if !number.is_valid() {
        return Err(PhoneRefusal::Invalid);
    }
    let country = number.country().id().ok_or(PhoneRefusal::Invalid)?;
    if !countries.iter().any(|code| code.parse::<Id>().is_ok_and(|allowed| allowed == country)) {
        return Err(PhoneRefusal::Country);
    }
    match number.number_type(&DATABASE) {
        phonenumber::Type::Mobile | phonenumber::Type::FixedLineOrMobile => {
            // Written anew: a trunk prefix that the person kept is gone.
            let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
            PhoneNumber::from_stored(&e164).ok_or(PhoneRefusal::Invalid)
        }
        _ => Err(PhoneRefusal::NotMobile),
    }
}

#[cfg(test)]
#[path = "phone_tests.rs"]
mod tests;
