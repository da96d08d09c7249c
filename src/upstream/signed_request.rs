//! Facebook's `signed_request`: how it tells us that somebody removed our application, or wants their data deleted
//! (`upstreams.md` §1.2, S37).

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::clock::Timestamp;
use crate::secret::Secret;

/// How old a request may be, and how far in the future.
const WINDOW: Duration = Duration::from_mins(10);
/// The longest we read, in bytes.
const LONGEST: usize = 4096;

#[derive(Deserialize)]
struct Content {
    algorithm: String,
    user_id: String,
    issued_at: i64,
}

/// The app-scoped id of whom a request is about; `None` when it is not Facebook's, not for us, or not of now.
pub fn read(signed_request: &str, secret: &Secret<String>, now: Timestamp) -> Option<String> {
    if signed_request.len() > LONGEST {
        return None;
    }
    let (signature, content) = signed_request.split_once('.')?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    hmac::verify(&key, content.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    let content: Content = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(content).ok()?).ok()?;
    let issued = Timestamp::from_seconds(content.issued_at);
    let timely = issued <= now.plus(WINDOW) && now < issued.plus(WINDOW);
    let digits = (1..=64).contains(&content.user_id.len()) && content.user_id.bytes().all(|b| b.is_ascii_digit());
    (content.algorithm == "HMAC-SHA256" && timely && digits).then_some(content.user_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::base64url;

    fn signed(content: &str, secret: &str) -> String {
        let content = base64url(content.as_bytes());
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        format!("{}.{content}", base64url(hmac::sign(&key, content.as_bytes()).as_ref()))
    }

    #[test]
    fn only_a_fresh_request_under_our_secret_is_believed() {
        let (now, secret) = (Timestamp::from_seconds(1_000_000), Secret::new("app secret".to_owned()));
        let content = |algorithm: &str, user: &str, at: i64| {
            format!(r#"{{"algorithm":"{algorithm}","user_id":"{user}","issued_at":{at}}}"#)
        };
        let good = content("HMAC-SHA256", "42", 1_000_000);
        assert_eq!(read(&signed(&good, "app secret"), &secret, now).as_deref(), Some("42"));
        for (text, key) in [
            (good.clone(), "another secret"),
            (content("none", "42", 1_000_000), "app secret"),
            (content("HMAC-SHA256", "42", 999_399), "app secret"),
            (content("HMAC-SHA256", "42", 1_000_601), "app secret"),
            (content("HMAC-SHA256", "x", 1_000_000), "app secret"),
            ("{}".to_owned(), "app secret"),
        ] {
            assert_eq!(read(&signed(&text, key), &secret, now), None, "{text}");
        }
        assert_eq!(read("", &secret, now), None);
        assert_eq!(read("a.b", &secret, now), None);
    }
}
