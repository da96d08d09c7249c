//! The one SMS there is: a code.

use super::clean;
use super::message::{Body, Content, SmsBody};
use crate::web::{Face, Lang};

/// UTF-16 units that go into one SMS of UCS-2 (3GPP TS 23.040 §9.2.3.24.1); one more makes it two, or none at all.
pub const SMS_UNITS: usize = 70;

/// Composes the SMS with a code. `to_e164` has its plus sign; the text holds no URL, since carriers filter those.
pub fn compose_code_sms(face: &Face, lang: Lang, to_e164: &str, code: &str, minutes: u32) -> Content {
    let (name, minutes) = (clean::name(&face.sms_name), minutes.to_string());
    let text = face.texts(lang).text_with("sms-code", &[("name", &name), ("code", code), ("minutes", &minutes)]);
    Content { kind: "code", body: Body::Sms(SmsBody { to: to_e164.to_owned(), text }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SMS_NAME_UNITS;
    use crate::web::FaceSpec;
    use crate::web::pages::check::faces;

    #[test]
    fn the_code_of_every_brand_fits_into_one_sms_and_holds_no_link() {
        let longest = FaceSpec { code: "LONG".into(), name: "長".repeat(SMS_NAME_UNITS), ..FaceSpec::default() };
        let longest = std::sync::Arc::new(Face::load(&longest, None).unwrap());
        for face in faces().iter().chain([&longest]) {
            for lang in Lang::ALL {
                let sms = compose_code_sms(face, lang, "+819012345678", "012345", 10);
                let text = sms.text();
                assert!(text.encode_utf16().count() <= SMS_UNITS, "{} {text}", text.encode_utf16().count());
                assert!(text.contains("012345") && text.contains("10") && text.contains(&face.sms_name), "{text}");
                assert!(!text.contains("//") && !text.contains("www") && !text.contains(['\n', '@', '[']), "{text}");
            }
        }
    }

    #[test]
    fn the_words_are_those_a_person_expects() {
        let faces = faces();
        let say = |lang| compose_code_sms(&faces[0], lang, "+819012345678", "123456", 10).text().to_owned();
        assert_eq!(say(Lang::Ja), "【M-Drive】認証コードは 123456 です。10分間有効。他人に教えないでください。");
        assert_eq!(say(Lang::En), "【M-Drive】Code: 123456 (valid 10 min). Never share it.");
    }
}
