//! The headers that tell a browser what it must not do with our answers (`security.md` lines 6, 7, 37, 86).
//!
//! [`SecurityHeaders`] goes on every answer and fills in what the answer did not say itself; pages say more
//! ([`page`]). Measured in Chromium, and the reason for two choices here:
//!
//! - `Referrer-Policy: no-referrer` makes the browser send `Origin: null` with our own forms, so the check of their
//!   origin would refuse everybody; `same-origin` does the same to a client that gets its answer by `form_post`.
//!   `strict-origin` hands out our origin and never a path or query.
//! - `form-action` is enforced on every redirect that follows a form, to the end of the chain. A login form is followed
//!   by the redirect to the client, and its callback may send the user on to yet another of its hosts.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use url::{Host, Url};

const NOTHING: &str = "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
const NO_FEATURES: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), usb=()";
/// Two years, what browsers ask for before they preload a host; `security.md` line 86 asks for at least one.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// The headers of every answer.
#[derive(Clone, Copy, Debug)]
pub struct SecurityHeaders {
    /// Whether the public URL is https: only then may a browser be told to stay there.
    pub https: bool,
}

impl SecurityHeaders {
    /// Adds what is not there yet.
    pub fn apply(self, headers: &mut HeaderMap) {
        let mut fill = |name: HeaderName, value: &'static str| {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        };
        fill(CONTENT_SECURITY_POLICY, NOTHING);
        fill(X_FRAME_OPTIONS, "DENY");
        fill(X_CONTENT_TYPE_OPTIONS, "nosniff");
        fill(REFERRER_POLICY, "no-referrer");
        fill(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        fill(HeaderName::from_static("permissions-policy"), NO_FEATURES);
        if self.https {
            fill(STRICT_TRANSPORT_SECURITY, HSTS);
        }
    }

    /// The same as a layer: `axum::middleware::from_fn_with_state(SecurityHeaders { https }, SecurityHeaders::layer)`.
    pub async fn layer(State(this): State<Self>, request: Request, next: Next) -> Response {
        let mut response = next.run(request).await;
        this.apply(response.headers_mut());
        response
    }
}

/// The headers of a page whose forms lead, by redirect or directly, to `form_targets` (complete URLs).
pub fn page(headers: &mut HeaderMap, form_targets: &[String]) {
    headers.insert(CONTENT_SECURITY_POLICY, page_policy(form_targets));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

fn page_policy(form_targets: &[String]) -> HeaderValue {
    let mut policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; \
                      connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        .to_owned();
    let sources: std::collections::BTreeSet<_> = form_targets.iter().filter_map(|target| form_source(target)).collect();
    for source in &sources {
        policy.push(' ');
        policy.push_str(source);
    }
    if !sources.is_empty() && !sources.contains("https:") {
        // The end of the client's own redirects is not known here; it must at least be encrypted.
        policy.push_str(" https:");
    }
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static(NOTHING))
}

/// The CSP source that covers one URL; `None` for what no source can cover (then the form cannot lead there).
fn form_source(target: &str) -> Option<String> {
    let url = Url::parse(target).ok()?;
    match (url.scheme(), url.host()) {
        // CSP has no syntax for an IPv6 host (CSP 3 §2.3.1); over http it can only be a native app on the loopback.
        ("http", Some(Host::Ipv6(_))) => Some("http:".to_owned()),
        ("http", _) => Some(url.origin().ascii_serialization()),
        ("javascript" | "data" | "blob" | "file" | "about" | "filesystem", _) => None,
        // https, and the private schemes of native apps (RFC 8252 §7.1).
        (scheme, _) => Some(format!("{scheme}:")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(targets: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        page(&mut headers, &targets.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>());
        headers[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_page_without_targets_posts_only_home() {
        assert!(policy(&[]).ends_with("form-action 'self'"));
    }

    #[test]
    fn a_form_may_lead_to_its_client_and_on_over_https() {
        assert!(policy(&["https://app.example/cb?x=1"]).ends_with("form-action 'self' https:"));
        assert!(policy(&["http://127.0.0.1:5173/cb"]).ends_with("form-action 'self' http://127.0.0.1:5173 https:"));
        assert!(policy(&["http://[::1]:5173/cb"]).ends_with("form-action 'self' http: https:"));
        assert!(policy(&["jp.example.app:/cb"]).ends_with("form-action 'self' jp.example.app: https:"));
        assert!(policy(&["jp.example.app://cb"]).ends_with("form-action 'self' jp.example.app: https:"));
    }

    #[test]
    fn a_target_cannot_add_directives_or_run_script() {
        for hostile in ["javascript:alert(1)", "data:text/html,x", "x; script-src *", "'unsafe-inline'", "", "*"] {
            assert!(policy(&[hostile]).ends_with("form-action 'self'"), "{hostile}");
        }
        assert!(!policy(&["http://a.example;script-src *"]).contains(";script-src"));
    }

    #[test]
    fn fills_in_what_an_answer_did_not_say() {
        let mut headers = HeaderMap::new();
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
        SecurityHeaders { https: true }.apply(&mut headers);
        assert_eq!(headers[REFERRER_POLICY], "strict-origin");
        assert_eq!(headers[X_FRAME_OPTIONS], "DENY");
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(headers[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-ancestors 'none'"));
        assert!(headers.contains_key(STRICT_TRANSPORT_SECURITY));
        let mut headers = HeaderMap::new();
        SecurityHeaders { https: false }.apply(&mut headers);
        assert!(!headers.contains_key(STRICT_TRANSPORT_SECURITY));
    }
}
