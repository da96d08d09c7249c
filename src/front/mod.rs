//! The front door: which issuer a request is for, who sent it, and what every answer carries.
//!
//! Stands before routing, since the issuer's path is not part of any route. It looks at the configured hosts and paths
//! and at nothing a client can choose (`product.md` §2); forwarded addresses are believed only from the configured
//! proxies, and the left-most entry of `X-Forwarded-For` never (RFC 9700 §4.13, `security.md` line 52).
//!
//! Discovery and JWKS are answered right here from memory, without routing.

mod operator;

use std::borrow::Cow;
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use tower_service::Service;

use crate::audit::{Event, EventKind};
use crate::brand::Resolved;
use crate::context::{App, RequestFacts};
use crate::discovery::Documents;
use crate::line::has_line_header;
use crate::policy::access_path::AccessPath;
use crate::web::lang::Wishes;
use crate::web::{Frame, Lang, Problem, SecurityHeaders};

pub use operator::OperatorFront;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The service in front of the router; cheap to clone.
#[derive(Clone)]
pub struct Front {
    app: App,
    router: Router,
    documents: Arc<Documents>,
    listener: AccessPath,
}

impl Front {
    /// In front of `router`, at the listener of one of the networks: it knows the issuers of that one alone.
    pub fn new(app: App, router: Router, listener: AccessPath) -> Self {
        let documents = Arc::new(Documents::new(&app, listener));
        Self { app, router, documents, listener }
    }

    /// Resolves a request; `Err` is the answer to one that is for nobody.
    fn resolve(&self, request: &mut Request<Body>) -> Result<SecurityHeaders, Box<Response>> {
        let peer =
            request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |c| c.0.ip());
        let address = client_address(peer, request.headers(), &self.app.config.server.trusted_proxies);
        let reference = self.app.random.reference();
        if self.listener == AccessPath::Internet && has_line_header(request.headers()) {
            // Nobody reads it here; that somebody tried is worth knowing (`upstreams.md` §4.5).
            let mut event = Event::new(EventKind::LineHeaderIgnored, reference.clone());
            event.address = Some(address.to_string());
            self.app.audit.record(event.with("path", request.uri().path()));
        }
        let authority = authority(request).map(Cow::into_owned);
        let resolved = match &authority {
            Some(authority) => self.app.issuers.resolve(self.listener, authority, request.uri().path()),
            None => Resolved::UnknownHost,
        };
        let problem = match resolved {
            Resolved::Issuer(issuer, rest) => {
                let headers = SecurityHeaders { https: issuer.secure };
                *request.uri_mut() = inner_uri(request.uri(), &rest);
                request.extensions_mut().insert(RequestFacts { issuer, reference, address });
                return Ok(headers);
            }
            Resolved::UnknownPath => Problem::NotFound,
            Resolved::UnknownHost => Problem::Misdirected,
        };
        let mut event = Event::new(EventKind::PageRefused, reference.clone()).because(problem.code());
        event.address = Some(address.to_string());
        self.app.audit.record(event.with("path", request.uri().path()));
        let https = authority.is_some_and(|authority| self.is_secure(&authority));
        Err(Box::new(self.stranger(&problem, request.headers(), reference, https)))
    }

    /// The answer to a request that belongs to no brand, with the neutral face.
    fn stranger(&self, problem: &Problem, headers: &HeaderMap, reference: String, https: bool) -> Response {
        let accept_language = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let lang = Lang::choose(Wishes { accept_language, ..Wishes::default() });
        let frame = Frame {
            face: Arc::clone(self.app.faces.neutral()),
            lang,
            base: String::new(),
            here: String::new(),
            csrf: String::new(),
            request_id: reference.clone(),
        };
        let mut response = problem.respond(frame, None);
        finish(&mut response, &reference, SecurityHeaders { https });
        response
    }

    async fn answer(mut self, mut request: Request<Body>) -> Response {
        match request.uri().path() {
            "/healthz" => return plain(StatusCode::OK, "ok\n"),
            "/readyz" => return readiness(&self.app).await,
            path if path.starts_with("/assets/") => {
                if let Some(response) = self.neutral_asset(&request) {
                    return response;
                }
            }
            _ => {}
        }
        let security = match self.resolve(&mut request) {
            Ok(security) => security,
            Err(response) => return *response,
        };
        let reference =
            request.extensions().get::<RequestFacts>().map(|facts| facts.reference.clone()).unwrap_or_default();
        let Ok(mut response) = self.router.call(request).await;
        finish(&mut response, &reference, security);
        response
    }

    /// A file of the neutral face, for the pages of `stranger`; none where an issuer without a path has its own.
    fn neutral_asset(&self, request: &Request<Body>) -> Option<Response> {
        let (authority, path) = (authority(request).unwrap_or_default(), request.uri().path());
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if !reads || matches!(self.app.issuers.resolve(self.listener, &authority, path), Resolved::Issuer(..)) {
            return None;
        }
        let name = path.trim_start_matches("/assets/");
        let mut response = self.app.faces.neutral().assets.respond(name, request.headers())?;
        SecurityHeaders { https: self.is_secure(&authority) }.apply(response.headers_mut());
        Some(response)
    }

    /// Whether a host of ours is reached over https.
    fn is_secure(&self, authority: &str) -> bool {
        self.app.issuers.at(self.listener, authority).any(|issuer| issuer.secure)
    }
}

impl Service<Request<Body>> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let found = authority(&request).and_then(|host| self.documents.find(&self.app, &host, &request));
        if let Some(response) = found {
            return Box::pin(std::future::ready(Ok(response)));
        }
        let this = self.clone();
        Box::pin(async move { Ok(this.answer(request).await) })
    }
}

/// The host a request names, lower case: the URI's over HTTP/2, else the `Host` header. Several differing ones: none.
fn authority<B>(request: &Request<B>) -> Option<Cow<'_, str>> {
    let lower = |host: &'_ str| host.bytes().any(|b| b.is_ascii_uppercase()).then(|| host.to_ascii_lowercase());
    let host = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => {
            let mut hosts = request.headers().get_all(header::HOST).iter();
            let host = hosts.next()?.to_str().ok()?;
            hosts.next().is_none().then_some(host)?
        }
    };
    Some(lower(host).map_or(Cow::Borrowed(host), Cow::Owned))
}

/// The URI as the routes know it: without the issuer's path.
fn inner_uri(uri: &Uri, rest: &str) -> Uri {
    let path_and_query = match uri.query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    PathAndQuery::try_from(path_and_query).map(Uri::from).unwrap_or_default()
}

/// The sender's address: the right-most entry of `X-Forwarded-For` that is not one of our proxies, if the connection
/// itself comes from one of them; else the connection's.
fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &[ipnet::IpNet]) -> IpAddr {
    let trusted = |address: &IpAddr| proxies.iter().any(|net| net.contains(address));
    if !trusted(&peer) {
        return peer;
    }
    let entries: Vec<_> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|entry| entry.trim().parse::<IpAddr>().ok())
        .collect();
    let mut last = peer;
    for entry in entries.into_iter().rev() {
        // What cannot be read was not written by our proxies: believe nothing left of it.
        let Some(address) = entry else { return last };
        last = address;
        if !trusted(&address) {
            return address;
        }
    }
    last
}

/// Whether this process serves.
async fn readiness(app: &App) -> Response {
    match (app.is_ready(), app.db.ping().await) {
        (true, Ok(())) => plain(StatusCode::OK, "ready\n"),
        (false, _) => plain(StatusCode::SERVICE_UNAVAILABLE, "starting or stopping\n"),
        (_, Err(_)) => plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    SecurityHeaders { https: false }.apply(headers);
    response
}

fn finish(response: &mut Response, reference: &str, security: SecurityHeaders) {
    let headers = response.headers_mut();
    security.apply(headers);
    if let Ok(value) = HeaderValue::from_str(reference) {
        headers.insert(REQUEST_ID.clone(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        let proxies = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        client_address(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn forwarded_addresses_count_only_from_our_proxies_and_never_the_left_most() {
        for (peer, forwarded, expected) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["1.2.3.4, nonsense"], "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("::1", &["2001:db8::1"], "2001:db8::1"),
        ] {
            assert_eq!(seen(peer, forwarded), expected, "{peer} {forwarded:?}");
        }
    }
}
