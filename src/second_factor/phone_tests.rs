//! What people type into the field for their phone number.

use proptest::prelude::*;

use super::*;

fn in_japan(text: &str) -> Result<String, PhoneRefusal> {
    parse(text, &["JP"])
}

fn parse(text: &str, countries: &[&str]) -> Result<String, PhoneRefusal> {
    let countries: Vec<_> = countries.iter().map(|&code| code.to_owned()).collect();
    PhoneNumber::parse(text, &countries).map(|number| number.e164().to_owned())
}

#[test]
fn a_japanese_mobile_number_is_understood_however_it_is_written() {
    for text in [
        "09012345678",
        "090-1234-5678",
        "090 1234 5678",
        " 090\u{3000}1234\u{3000}5678 ",
        "０９０－１２３４－５６７８",
        "０９０ー１２３４ー５６７８",
        "090‐1234‑5678",
        "090–1234—5678",
        "090−1234﹣5678",
        "(090)1234-5678",
        "（０９０）１２３４−５６７８",
        "+819012345678",
        "+81 90-1234-5678",
        "＋８１９０１２３４５６７８",
        "+81 (0)90-1234-5678",
        "+81090-1234-5678",
        "0081 90 1234 5678",
        "0081 090 1234 5678",
        "010-81-90-1234-5678",
        "81 90 1234 5678",
        "8109012345678",
        "\u{202A}+81 90 1234 5678\u{202C}",
        "090\u{200B}1234\u{FEFF}5678",
    ] {
        assert_eq!(in_japan(text).as_deref(), Ok("+819012345678"), "{text:?}");
    }
    for range in ["60", "70", "80", "90"] {
        assert!(in_japan(&format!("0{range}-1234-5678")).is_ok(), "{range}");
    }
}

#[test]
fn what_gets_no_sms_is_refused_for_what_it_is() {
    use PhoneRefusal::{Country, Invalid, Missing, NotMobile};
    #[rustfmt::skip]
    let table = [
        ("", Missing), (" \u{3000}-() ", Missing),
        // IP phones, landlines, free numbers, pagers, machines.
        ("050-1234-5678", NotMobile), ("+81 50 1234 5678", NotMobile),
        ("03-1234-5678", NotMobile), ("045-123-4567", NotMobile), ("+81 (0)3 1234 5678", NotMobile),
        ("0120-123-456", NotMobile), ("0800-123-4567", NotMobile),
        ("020-1234-5678", NotMobile), ("020-0123-4567", NotMobile),
        ("0200-1234567890", NotMobile), ("0600 1234567890", NotMobile), ("0700-1234567890", NotMobile),
        ("0800 1234567890", NotMobile), ("0900-1234567890", NotMobile), ("+81 900 1234567890", NotMobile),
        // Nobody's.
        ("090-0123-4567", Invalid), ("060-0123-4567", Invalid),
        ("090-1234-567", Invalid), ("090-1234-56789", Invalid), ("9012345678", Invalid), ("110", Invalid),
        ("0", Invalid), ("00", Invalid), ("+", Invalid), ("+81", Invalid), ("+810", Invalid), ("81", Invalid),
        ("++819012345678", Invalid), ("090-1234-5678 ext 1", Invalid), ("tel:09012345678", Invalid),
        ("hanako@example.jp", Invalid), ("٠٩٠١٢٣٤٥٦٧٨", Invalid), ("+81901234567890123", Invalid),
        ("+999123456789", Invalid), ("+1 202", Invalid),
        // Elsewhere.
        ("+1 202 555 0123", Country), ("0044 7911 123456", Country), ("+86 138 0013 8000", Country),
        ("+82 10 1234 5678", Country),
    ];
    for (text, expected) in table {
        assert_eq!(in_japan(text), Err(expected), "{text:?}");
    }
    assert_eq!(in_japan(&"0".repeat(100_000)), Err(Invalid));
}

#[test]
fn other_countries_are_a_matter_of_configuration() {
    assert_eq!(parse("+44 (0)7400 123456", &["JP", "GB"]).as_deref(), Ok("+447400123456"));
    assert_eq!(parse("+44 20 7946 0958", &["GB"]), Err(PhoneRefusal::NotMobile));
    assert_eq!(parse("+82 10 1234 5678", &["KR"]).as_deref(), Ok("+821012345678"));
    assert_eq!(parse("090-1234-5678", &["KR"]), Err(PhoneRefusal::Country));
    assert_eq!(parse("090-1234-5678", &[]), Err(PhoneRefusal::Country));
}

#[test]
fn of_a_number_the_pages_show_its_range_and_its_last_digits() {
    let number = PhoneNumber::parse("080-9876-1234", &["JP".to_owned()]).unwrap();
    assert_eq!((number.masked().as_str(), number.ending()), ("080-****-1234", "34"));
    assert_eq!((number.block(), number.range()), ("81809876", "+8180"));
    assert!(!format!("{number:?}").contains('8'), "{number:?}");
    let foreign = PhoneNumber::from_stored("+447911123456").unwrap();
    assert_eq!((foreign.masked().as_str(), foreign.range()), ("+****3456", "+447"));
}

proptest! {
    #[test]
    fn nothing_that_can_be_typed_panics(text in any::<String>()) {
        let _ = parse(&text, &["JP", "GB", "US"]);
    }

    #[test]
    fn nothing_that_looks_like_a_number_panics_and_what_is_taken_is_e164(text in "[+0-9０-９() .ー-]{0,24}") {
        if let Ok(number) = parse(&text, &["JP", "GB", "US", "KR", "IT"]) {
            prop_assert!(number.len() <= 16 && number[1..].bytes().all(|b| b.is_ascii_digit()), "{}", number);
        }
    }

    #[test]
    fn every_japanese_mobile_number_is_taken_and_shows_its_last_four_digits(
        range in prop::sample::select(vec!["60", "70", "80", "90"]), rest in "[1-9][0-9]{7}"
    ) {
        let number = PhoneNumber::parse(&format!("0{range}{rest}"), &["JP".to_owned()]).unwrap();
        prop_assert_eq!(number.e164(), format!("+81{range}{rest}"));
        prop_assert_eq!(number.masked(), format!("0{range}-****-{}", &rest[4..]));
    }
}
