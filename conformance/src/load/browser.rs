//! A browser without a window: cookies, redirects, forms.

use super::connection::{Answer, Connection, Failure};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request};
use url::Url;
use url::form_urlencoded::Serializer;

const REDIRECTS: usize = 10;

/// A person's browser; dropping its cookies makes it another one.
pub struct Browser {
    connection: Connection,
    cookies: Vec<(String, String)>,
    /// Bytes of all answers so far.
    pub bytes: u64,
}

/// Where a navigation ended.
pub enum Arrival {
    /// A page, at this address.
    Page(Url, Answer),
    /// A redirect out of the provider, to this address.
    Away(Url),
}

impl Browser {
    /// A browser without cookies.
    pub fn new(connection: Connection) -> Self {
        Self { connection, cookies: Vec::new(), bytes: 0 }
    }

    /// Its connection, for requests that a client makes and not a browser.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// The cookies, to come back later as the same browser.
    pub fn cookies(&self) -> Vec<(String, String)> {
        self.cookies.clone()
    }

    /// Becomes the browser that had `cookies`.
    pub fn set_cookies(&mut self, cookies: Vec<(String, String)>) {
        self.cookies = cookies;
    }

    /// Forgets all cookies.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    /// Opens `url` and follows redirects while they stay at the provider and do not start with `away`.
    pub async fn open(&mut self, url: Url, away: &str) -> Result<Arrival, Failure> {
        self.navigate(Method::GET, url, Bytes::new(), away).await
    }

    /// Sends a form and follows as [`Self::open`].
    pub async fn submit(&mut self, url: Url, pairs: &[(&str, &str)], away: &str) -> Result<Arrival, Failure> {
        let body = encode(pairs);
        self.navigate(Method::POST, url, Bytes::from(body), away).await
    }

    async fn navigate(
        &mut self,
        mut method: Method,
        mut url: Url,
        body: Bytes,
        away: &str,
    ) -> Result<Arrival, Failure> {
        for _ in 0..REDIRECTS {
            let body = if method == Method::POST { body.clone() } else { Bytes::new() };
            let answer = self.request(&method, &url, body).await?;
            let Some(location) = answer.location().filter(|_| answer.status.is_redirection()) else {
                return Ok(Arrival::Page(url, answer));
            };
            let next = url.join(location).map_err(|_| Failure::new("bad_location"))?;
            if next.as_str().starts_with(away) || next.origin() != url.origin() {
                return Ok(Arrival::Away(next));
            }
            url = next;
            method = Method::GET;
        }
        Err(Failure::new("redirect_loop"))
    }

    async fn request(&mut self, method: &Method, url: &Url, body: Bytes) -> Result<Answer, Failure> {
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut request = Request::builder().method(method).uri(path);
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, self.cookie_line());
        }
        if method == Method::POST {
            request = request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::ORIGIN, url.origin().ascii_serialization());
        }
        let request = request.body(Full::new(body)).map_err(|_| Failure::new("bad_request"))?;
        let answer = self.connection.send(request).await?;
        self.bytes += answer.body.len() as u64;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            self.remember(line);
        }
        Ok(answer)
    }

    fn cookie_line(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn remember(&mut self, line: &HeaderValue) {
        let Some((pair, attributes)) = line.to_str().ok().map(|line| line.split_once(';').unwrap_or((line, ""))) else {
            return;
        };
        let Some((name, value)) = pair.split_once('=') else { return };
        self.cookies.retain(|(known, _)| known != name);
        let ended = attributes.to_ascii_lowercase().split(';').any(|attribute| attribute.trim() == "max-age=0");
        if !ended {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// `application/x-www-form-urlencoded`.
pub fn encode(pairs: &[(&str, &str)]) -> String {
    let mut serializer = Serializer::new(String::new());
    serializer.extend_pairs(pairs);
    serializer.finish()
}
