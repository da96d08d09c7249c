//! Forms that only our own pages can send (`security.md` lines 20 and 87).
//!
//! Two independent locks: a token in every form, bound to the browser's secret cookie and to the form's purpose, and
//! the headers in which browsers themselves say where a request came from. `SameSite=Lax` on the cookies is the third.

use aws_lc_rs::hmac;
use http::HeaderMap;
use http::header::ORIGIN;

use crate::secret::{MasterKey, base64url, constant_time_eq};

/// Name of the hidden field that carries the token.
pub const FIELD: &str = "csrf";

/// Makes and checks form tokens; cheap to clone.
#[derive(Clone)]
pub struct Csrf(hmac::Key);

impl Csrf {
    /// With the deployment's key: tokens stay good over restarts and on every node.
    pub fn new(master: &MasterKey) -> Self {
        Self(master.mac_key("csrf"))
    }

    /// The token of one form. `browser` is the secret of the browser cookie; `purpose` names the form and what it acts
    /// on, for example `login/<interaction id>`, so that a token of one page opens no other.
    pub fn token(&self, browser: &str, purpose: &str) -> String {
        // The length in front keeps ("ab", "c") and ("a", "bc") apart.
        let text = format!("{}:{browser}{purpose}", browser.len());
        base64url(hmac::sign(&self.0, text.as_bytes()).as_ref())
    }

    /// Whether the presented token belongs to this browser and purpose. Takes the same time wherever it differs.
    pub fn verify(&self, browser: &str, purpose: &str, presented: &str) -> bool {
        !browser.is_empty() && constant_time_eq(self.token(browser, purpose).as_bytes(), presented.as_bytes())
    }
}

/// Whether the browser says that a POST came from a page of `origin` (`https://login.example.jp`, no trailing slash).
///
/// `Sec-Fetch-Site` must be `same-origin`, or `none` for a form sent again by reload or session restore. `Origin` must
/// be ours; `null` is not. A browser too old to send either leaves the decision to the form token.
pub fn comes_from(headers: &HeaderMap, origin: &str) -> bool {
    let site = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    let ours = headers.get_all(ORIGIN).iter().all(|from| from == origin);
    site && ours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csrf() -> Csrf {
        Csrf::new(&MasterKey::new([7; 32]))
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect::<HeaderMap>()
    }

    #[test]
    fn a_token_opens_only_its_own_form_in_its_own_browser() {
        let token = csrf().token("browser", "login/1");
        assert!(csrf().verify("browser", "login/1", &token));
        assert!(!csrf().verify("browser", "login/2", &token));
        assert!(!csrf().verify("browserl", "ogin/1", &token));
        assert!(!csrf().verify("other", "login/1", &token));
        assert!(!csrf().verify("browser", "login/1", ""));
        assert!(!csrf().verify("browser", "login/1", &token[1..]));
        assert!(!Csrf::new(&MasterKey::new([8; 32])).verify("browser", "login/1", &token));
    }

    #[test]
    fn without_a_browser_cookie_no_token_is_good() {
        assert!(!csrf().verify("", "login/1", &csrf().token("", "login/1")));
    }

    #[test]
    fn only_our_own_pages_may_post() {
        let ours = "https://login.example.jp";
        for good in [
            headers(&[("sec-fetch-site", "same-origin"), ("origin", ours)]),
            headers(&[("sec-fetch-site", "none")]),
            headers(&[("origin", ours)]),
            headers(&[]),
        ] {
            assert!(comes_from(&good, ours), "{good:?}");
        }
        for bad in [
            headers(&[("sec-fetch-site", "cross-site"), ("origin", ours)]),
            headers(&[("sec-fetch-site", "same-site")]),
            headers(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")]),
            headers(&[("origin", "null")]),
            headers(&[("origin", "http://login.example.jp")]),
            headers(&[("origin", "https://login.example.jp:8443")]),
            headers(&[("origin", "https://login.example.jp.evil.example")]),
        ] {
            assert!(!comes_from(&bad, ours), "{bad:?}");
        }
    }
}
