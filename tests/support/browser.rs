//! A browser as far as the provider can tell: cookies, forms, redirects followed by hand.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use tegata::front::{Front, OperatorFront};
use tower_service::Service as _;

/// Where the brands of the tests live.
pub const HOST: &str = "login.example";

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Answer {
    /// A header, empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it redirects.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "a redirect was expected: {}", self.body);
        self.header("location")
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    /// The code of the problem an error page shows.
    pub fn problem(&self) -> &str {
        self.between("data-problem=\"", "\"").unwrap_or_default()
    }

    /// The reference under which the audit log has it.
    pub fn reference(&self) -> &str {
        self.header("x-request-id")
    }

    /// The value of a field of the page's form.
    pub fn field(&self, name: &str) -> Option<String> {
        let at = self.body.find(&format!("name=\"{name}\""))?;
        let start = self.body[..at].rfind('<')?;
        let tag = &self.body[start..start + self.body[start..].find('>')?];
        let value = tag.split_once("value=\"")?.1.split_once('"')?.0;
        Some(value.replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'").replace("&amp;", "&"))
    }

    /// Asserts a page that tells a person about a problem: its status, its code, no way to anywhere unverified.
    #[track_caller]
    pub fn shows(&self, status: StatusCode, problem: &str) -> &Self {
        assert_eq!((self.status, self.problem()), (status, problem), "{}", self.body);
        assert!(!self.headers.contains_key(header::LOCATION), "a page leads nowhere by itself");
        assert!(self.body.contains(self.reference()), "the page names its reference");
        self
    }

    /// Asserts that this is the login page.
    #[track_caller]
    pub fn is_login(&self) -> &Self {
        assert!(self.body.contains("name=\"password\""), "the login page was expected: {} {}", self.status, self.body);
        self
    }

    /// The cookies it sets, as written.
    pub fn cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// The action of the page's form with the given field.
    pub fn action(&self) -> &str {
        self.between("action=\"", "\"").unwrap_or_default()
    }

    pub fn between(&self, before: &str, after: &str) -> Option<&str> {
        Some(self.body.split_once(before)?.1.split_once(after)?.0)
    }
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    door: Door,
    /// Its cookies by name.
    pub cookies: BTreeMap<String, String>,
    /// Its `Accept-Language`.
    pub language: &'static str,
    /// The host it talks to.
    pub host: &'static str,
}

impl Browser {
    pub(super) fn new(door: impl Into<Door>, host: &'static str) -> Self {
        Self { door: door.into(), cookies: BTreeMap::new(), language: "ja", host }
    }

    /// The same browser, its requests served by another node.
    pub fn on(&self, front: Front) -> Self {
        Self { door: front.into(), ..self.clone() }
    }

    /// The secret of the session cookie at VX7.
    pub fn session(&self) -> Option<&str> {
        self.cookies.get("__Host-tegata-session-VX7").map(String::as_str)
    }

    /// GET of a path or URL at the provider.
    pub async fn get(&mut self, url: &str) -> Answer {
        self.send(Method::GET, url, None, &[("sec-fetch-site", "none")]).await
    }

    /// POST of a form, as from our own page.
    pub async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("https://{}", self.host);
        let own = [("origin", origin.as_str()), ("sec-fetch-site", "same-origin")];
        self.post_from(url, fields, &own).await
    }

    /// POST of a form with the headers that say where it comes from.
    pub async fn post_from(&mut self, url: &str, fields: &[(&str, &str)], from: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, url, Some(body), &[&form, from].concat()).await
    }

    /// Any request.
    pub async fn send(&mut self, method: Method, url: &str, body: Option<String>, headers: &[(&str, &str)]) -> Answer {
        self.send_bytes(method, url, body.unwrap_or_default().into_bytes(), headers).await
    }

    /// Any request with any body.
    pub async fn send_bytes(&mut self, method: Method, url: &str, body: Vec<u8>, headers: &[(&str, &str)]) -> Answer {
        let url = url.strip_prefix("https://").and_then(|url| url.strip_prefix(self.host)).unwrap_or(url);
        let mut request = Request::builder().method(method).uri(url).header(header::HOST, self.host);
        request = request.header(header::ACCEPT_LANGUAGE, self.language);
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a good request");
        let answer = self.door.answer(request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("a readable cookie");
            let (name, rest) = text.split_once('=').expect("a cookie has a name");
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() || text.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Follows redirects as long as they stay at the provider; answers the last answer.
    pub async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            let inside = answer.status == StatusCode::SEE_OTHER
                && (answer.header("location").starts_with('/')
                    || answer.header("location").starts_with(&format!("https://{}/", self.host)));
            if !inside {
                return answer;
            }
            let location = answer.location().to_owned();
            answer = self.get(&location).await;
        }
        panic!("the redirects do not end");
    }
}

/// A door of the provider.
#[derive(Clone)]
pub enum Door {
    /// For the people of the brands.
    Brands(Front),
    /// For operators.
    Operators(OperatorFront),
}

impl From<Front> for Door {
    fn from(front: Front) -> Self {
        Self::Brands(front)
    }
}

impl From<OperatorFront> for Door {
    fn from(front: OperatorFront) -> Self {
        Self::Operators(front)
    }
}

impl Door {
    /// Sends one request through it.
    pub async fn answer(&mut self, request: Request<Body>) -> Answer {
        let Ok(response) = match self {
            Self::Brands(front) => front.call(request).await,
            Self::Operators(front) => front.call(request).await,
        };
        read(response).await
    }
}

async fn read(response: http::Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("the body arrives");
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}
