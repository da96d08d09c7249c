//! The standard claims of a person, from a JSON file (OpenID Connect Core §5.1).

use std::path::Path;

use serde_json::{Map, Value};

use super::{CliError, input};
use crate::account::Profile;

/// The longest value of a claim, in characters.
const LONGEST: usize = 1000;

/// Reads and checks a file.
pub fn read(path: &Path) -> Result<Profile, CliError> {
    let value = input::json_file(path)?;
    parse(&value).map_err(|why| CliError::refused(format!("{}: {why}", path.display())))
}

fn parse(value: &Value) -> Result<Profile, String> {
    let Value::Object(given) = value else { return Err("holds no JSON object".to_owned()) };
    let profile: Profile = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let known = serde_json::to_value(&profile).map_err(|error| error.to_string())?;
    known.as_object().map_or(Ok(()), |known| check(given, known, ""))?;
    Ok(profile)
}

/// What came in and did not arrive in the record is no claim we know.
fn check(given: &Map<String, Value>, known: &Map<String, Value>, prefix: &str) -> Result<(), String> {
    for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
        match (value, known.get(name)) {
            (_, None) => {
                return Err(format!("{prefix}{name} is no claim of OpenID Connect Core §5.1 that is kept here"));
            }
            (Value::Object(given), Some(Value::Object(known))) => check(given, known, &format!("{name}."))?,
            (Value::String(text), _) => check_text(text).map_err(|why| format!("{prefix}{name} {why}"))?,
            _ => {}
        }
    }
    Ok(())
}

fn check_text(text: &str) -> Result<(), String> {
    // A formatted address has lines (§5.1.1).
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        return Err("holds a control character".to_owned());
    }
    match text.chars().count() {
        0 => Err("is empty; leave it out".to_owned()),
        n if n > LONGEST => Err(format!("has {n} characters, {LONGEST} at most")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_standard_claims_are_taken() {
        let claims = json!({
            "given_name": "花子", "phone_number": "+81 90 1234 5678", "phone_number_verified": false,
            "address": {"formatted": "千代田区\n東京都", "country": "JP"}
        });
        let profile = parse(&claims).unwrap();
        assert_eq!(profile.given_name.as_deref(), Some("花子"));
        assert_eq!(profile.address.unwrap().country.as_deref(), Some("JP"));
    }

    #[test]
    fn what_is_no_claim_or_no_text_is_refused_by_name() {
        for (bad, why) in [
            (json!([]), "no JSON object"),
            (json!({"givenname": "x"}), "givenname is no claim"),
            (json!({"address": {"planet": "x"}}), "address.planet is no claim"),
            (json!({"nickname": "a\tb"}), "nickname holds a control"),
            (json!({"nickname": ""}), "nickname is empty"),
            (json!({"nickname": "x".repeat(1001)}), "1001 characters"),
            (json!({"birthdate": 1970}), "string"),
        ] {
            let refused = parse(&bad).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
    }
}
