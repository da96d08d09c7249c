//! Secrets and files that a command is given.

use std::io::{self, BufRead as _, Read as _};
use std::path::Path;

use serde_json::Value;

use super::CliError;
use crate::client::registration::check_secret;
use crate::secret::Secret;

/// The longest secret read from stdin, and the largest file, in bytes.
const LARGEST: u64 = 64 * 1024;
/// The first line of stdin without its end. Blanks belong to it.
pub fn secret_from_stdin() -> Result<Secret<String>, CliError> {
    let mut line = String::new();
    io::BufReader::new(io::stdin().lock().take(LARGEST)).read_line(&mut line)?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    if line.is_empty() {
        return Err(CliError::refused("nothing came on stdin: write the secret as its first line"));
    }
    Ok(Secret::new(line))
}

/// A client secret from stdin (RFC 6749 §A.2: printable ASCII).
pub fn client_secret_from_stdin() -> Result<Secret<String>, CliError> {
    let secret = secret_from_stdin()?;
    check_secret(secret.expose())
        .map_err(|why| CliError::refused(format!("{why}; leave out --secret-stdin to have one made")))?;
    Ok(secret)
}

/// The name of a person, company or application.
pub fn check_name(what: &str, name: &str) -> Result<(), CliError> {
    let wrong = name.trim().is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control);
    if wrong {
        return Err(CliError::refused(format!("{what} has 1 to 200 characters, and no control characters")));
    }
    Ok(())
}

/// A person's name goes into mails: nothing in it may look like an address to click.
pub fn check_person(what: &str, name: &str) -> Result<(), CliError> {
    check_name(what, name)?;
    if ["://", "www.", "@"].iter().any(|sign| name.to_lowercase().contains(sign)) {
        return Err(CliError::refused(format!("{what} holds no web or mail address")));
    }
    Ok(())
}

/// An id that the operator chose: it stands in URLs, headers and logs as it is.
pub fn check_id(what: &str, id: String) -> Result<String, CliError> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'-');
    if id.is_empty() || id.len() > 128 || !id.bytes().all(fits) {
        return Err(CliError::refused(format!("{what} has 1 to 128 letters, digits, \".\", \"_\", \"~\" or \"-\"")));
    }
    Ok(id)
}

/// A file with text.
pub fn text_file(path: &Path) -> Result<String, CliError> {
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| refuse_file(path, &error))?;
    file.take(LARGEST).read_to_string(&mut text).map_err(|error| refuse_file(path, &error))?;
    Ok(text)
}

/// A file with JSON.
pub fn json_file(path: &Path) -> Result<Value, CliError> {
    serde_json::from_str(&text_file(path)?).map_err(|error| refuse_file(path, &error))
}

fn refuse_file(path: &Path, why: &dyn std::fmt::Display) -> CliError {
    CliError::refused(format!("{}: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ids_hold_nothing_that_breaks_a_line_or_a_url() {
        assert!(check_name("a name", "株式会社サンプル 花子").is_ok());
        for bad in ["", "  ", "a\nb", &"x".repeat(201)] {
            assert!(check_name("a name", bad).is_err(), "{bad:?}");
        }
        assert!(check_id("an id", "storage-vx7.4430".to_owned()).is_ok());
        for bad in ["", "a b", "a/b", "日本", &"x".repeat(129)] {
            assert!(check_id("an id", bad.to_owned()).is_err(), "{bad:?}");
        }
    }
}
