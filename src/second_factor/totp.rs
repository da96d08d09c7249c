//! One-time passwords of an authenticator app (RFC 6238), in the one form that every app reads: SHA-1, six digits, thirty
//! seconds. Google's app ignores other parameters of the URI and shows codes that never match.

use std::fmt::Write as _;

use totp_rs::{Algorithm, Builder, Totp};

use super::typed::six_digits;
use crate::clock::Timestamp;
use crate::random::Random;
use crate::secret::Secret;
use crate::storage::Fault;

/// 160 bit, as RFC 4226 §4 recommends. Bytes.
const SECRET_LENGTH: usize = 20;
/// Seconds.
const STEP: u64 = 30;
/// Steps before and after the present one that are accepted, for phones whose clock is off (RFC 6238 §5.2).
const DRIFT: u16 = 1;
/// Modules of white around a QR code (ISO/IEC 18004).
const QUIET_ZONE: usize = 4;

/// The secret that an authenticator app shares with us.
pub struct TotpSecret(Secret<Vec<u8>>);

impl TotpSecret {
    /// A new one.
    pub fn new(random: &Random) -> Self {
        Self(Secret::new(random.bytes::<SECRET_LENGTH>().to_vec()))
    }

    /// One that was stored; `None` unless it has the right length.
    pub fn from_stored(bytes: Vec<u8>) -> Option<Self> {
        let secret = Self(Secret::new(bytes));
        (secret.bytes().len() == SECRET_LENGTH).then_some(secret)
    }

    /// Its bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        self.0.expose()
    }

    /// In base32 and groups of four, to be typed into an app that cannot scan.
    pub fn grouped(&self) -> String {
        let text = totp_rs::Secret::from(self.bytes().to_vec()).to_base32();
        let letters: Vec<char> = text.chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    /// The step whose code this is, counted from 1970, if it is that of the present step or of a neighbour. That no step
    /// counts twice is for the caller's guarded write.
    ///
    /// # Errors
    /// When the library refuses our own parameters.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Result<Option<i64>, Fault> {
        let Some(code) = six_digits(code) else { return Ok(None) };
        let seconds = u64::try_from(now.as_seconds()).unwrap_or(0);
        let step = self.totp("", "")?.check(&code, seconds);
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }

    /// The key URI that authenticator apps scan, with the brand's name and the account's address.
    ///
    /// # Errors
    /// When the library refuses our own parameters.
    pub fn uri(&self, issuer: &str, account: &str) -> Result<Secret<String>, Fault> {
        // The label is `issuer:account`: neither may hold a colon of its own.
        let (issuer, account) = (issuer.replace(':', " "), account.replace(':', " "));
        let uri = self.totp(&issuer, &account)?.to_url().map_err(|error| refused(&error))?;
        Ok(Secret::new(uri))
    }

    fn totp(&self, issuer: &str, account: &str) -> Result<Totp, Fault> {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(DRIFT)
            .with_step_duration(STEP)
            .with_secret(self.bytes().to_vec())
            .with_issuer((!issuer.is_empty()).then_some(issuer))
            .with_account_name(account)
            .build()
            .map_err(|error| refused(&error))
    }
}

fn refused(error: &totp_rs::TotpError) -> Fault {
    Fault::Other(format!("the one-time password library refused our parameters: {error}"))
}

/// A QR code as an SVG element for a page: attributes only, no style and no script, nothing to be read out (the same
/// secret stands beside it as a text).
///
/// # Errors
/// When the text is too long for a QR code.
pub fn qr_svg(text: &Secret<String>) -> Result<String, Fault> {
    let mut builder = fast_qr::QRBuilder::new(text.expose().as_bytes().to_vec());
    let Ok(code) = builder.ecl(fast_qr::ECL::M).build() else {
        return Err(Fault::Other("the key URI is too long for a QR code".to_owned()));
    };
    let mut dark = String::new();
    for y in 0..code.size {
        let mut x = 0;
        while x < code.size {
            let run = code[y][x..].iter().take_while(|module| module.value()).count();
            if run > 0 {
                let _ = write!(dark, "M{} {}h{run}v1h-{run}z", x + QUIET_ZONE, y + QUIET_ZONE);
            }
            x += run.max(1);
        }
    }
    let side = code.size + 2 * QUIET_ZONE;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\" aria-hidden=\"true\" focusable=\"false\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{dark}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, SHA-1, the last six digits.
    #[test]
    fn the_codes_are_those_of_the_rfc() {
        let secret = TotpSecret::from_stored(b"12345678901234567890".to_vec()).unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = secret.step_of(code, Timestamp::from_seconds(seconds)).unwrap();
            assert_eq!(step, Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_clock_may_be_off_by_one_step_and_not_by_two() {
        let secret = TotpSecret::from_stored(b"12345678901234567890".to_vec()).unwrap();
        let at = |seconds| secret.step_of("005924", Timestamp::from_seconds(seconds)).unwrap();
        let begin = 1_234_567_890 / 30 * 30;
        for (seconds, accepted) in [(-31, false), (-30, true), (-1, true), (0, true), (59, true), (60, false)] {
            assert_eq!(at(begin + seconds).is_some(), accepted, "{seconds}");
        }
        assert_eq!(secret.step_of("００５ ９２４", Timestamp::from_seconds(begin)).unwrap(), Some(begin / 30));
        for wrong in ["", "005925", "05924", "0005924", "+05924"] {
            assert_eq!(secret.step_of(wrong, Timestamp::from_seconds(begin)).unwrap(), None, "{wrong}");
        }
        assert_eq!(secret.step_of("005924", Timestamp::from_seconds(-5)).unwrap(), None);
    }

    #[test]
    fn the_uri_names_brand_and_account_and_nothing_that_an_app_could_misread() {
        let secret = TotpSecret::from_stored(b"12345678901234567890".to_vec()).unwrap();
        let uri = secret.uri("M-Drive", "hanako@vx7.example").unwrap();
        assert_eq!(
            uri.expose(),
            "otpauth://totp/M-Drive:hanako%40vx7.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=M-Drive"
        );
        let hostile = secret.uri("A:B&secret=X#あ", "\"a:b\"@x.example?issuer=Y").unwrap();
        let parsed = url::Url::parse(hostile.expose()).unwrap();
        let pairs: Vec<_> = parsed.query_pairs().map(|(name, _)| name.into_owned()).collect();
        assert_eq!(pairs, ["secret", "issuer"]);
        assert_eq!(secret.grouped(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }

    #[test]
    fn the_qr_code_is_markup_that_our_pages_may_hold() {
        let secret = TotpSecret::new(&Random::seeded(1));
        let svg = qr_svg(&secret.uri("コーデックストレージ", "hanako@vx7.example").unwrap()).unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        assert!(!svg.contains("style") && !svg.contains("script") && svg.contains("aria-hidden=\"true\""), "{svg}");
        // The finder pattern of the upper left corner, seven modules wide, after the quiet zone.
        assert!(svg.contains("M4 4h7v1h-7z"), "{svg}");
        assert!(qr_svg(&Secret::new("x".repeat(10_000))).is_err());
    }

    #[test]
    fn a_secret_of_another_length_is_none() {
        assert!(TotpSecret::from_stored(vec![7; 19]).is_none() && TotpSecret::from_stored(Vec::new()).is_none());
    }
}
