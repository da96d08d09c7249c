//! The door of the operators' listener: one host, permitted networks, and what every answer carries.
//!
//! It knows no issuer. Whoever comes from elsewhere than a permitted network, or asks for another host, is answered
//! before anything is looked up.

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
use http::{Method, Request, header};
use tower_service::Service;

use super::{authority, client_address, finish, plain, readiness};
use crate::audit::{Event, EventKind};
use crate::context::{App, OperatorFacts};
use crate::web::lang::Wishes;
use crate::web::{Frame, Lang, Problem, SecurityHeaders};

/// The service in front of the operators' router; cheap to clone.
#[derive(Clone)]
pub struct OperatorFront {
    app: App,
    router: Router,
    host: Arc<str>,
}

impl OperatorFront {
    /// In front of `router`; `host` is what requests must name.
    pub fn new(app: App, router: Router, host: String) -> Self {
        Self { app, router, host: host.into() }
    }

    /// Why a request is not let in.
    fn check(&self, request: &Request<Body>, address: IpAddr) -> Result<(), Problem> {
        let permitted = &self.app.config.operator.permitted_networks;
        let canonical = address.to_canonical();
        if !permitted.is_empty() && !permitted.iter().any(|net| net.contains(&canonical)) {
            return Err(Problem::Forbidden);
        }
        match authority(request) {
            Some(host) if *host == *self.host => Ok(()),
            _ => Err(Problem::Misdirected),
        }
    }

    fn stranger(&self, problem: &Problem, request: &Request<Body>, facts: OperatorFacts) -> Response {
        let mut event = Event::new(EventKind::PageRefused, facts.reference.clone()).because(problem.code());
        event.address = Some(facts.address.to_string());
        self.app.audit.record(event.with("path", request.uri().path()).with("listener", "operator"));
        let accept_language = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let frame = Frame {
            face: Arc::clone(self.app.faces.neutral()),
            lang: Lang::choose(Wishes { accept_language, ..Wishes::default() }),
            base: String::new(),
            here: String::new(),
            csrf: String::new(),
            request_id: facts.reference,
        };
        problem.respond(frame, None)
    }

    fn asset(&self, request: &Request<Body>) -> Option<Response> {
        let name = request.uri().path().strip_prefix("/assets/")?;
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        reads.then(|| self.app.faces.neutral().assets.respond(name, request.headers())).flatten()
    }

    async fn answer(mut self, mut request: Request<Body>) -> Response {
        match request.uri().path() {
            "/healthz" => return plain(http::StatusCode::OK, "ok\n"),
            "/readyz" => return readiness(&self.app).await,
            _ => {}
        }
        let peer =
            request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |c| c.0.ip());
        let address = client_address(peer, request.headers(), &self.app.config.server.trusted_proxies);
        let facts = OperatorFacts { reference: self.app.random.reference(), address };
        let reference = facts.reference.clone();
        let mut response = match (self.check(&request, address), self.asset(&request)) {
            (Err(problem), _) => self.stranger(&problem, &request, facts),
            (Ok(()), Some(asset)) => asset,
            (Ok(()), None) => {
                request.extensions_mut().insert(facts);
                let Ok(response) = self.router.call(request).await;
                response
            }
        };
        finish(&mut response, &reference, SecurityHeaders { https: self.app.config.operator.is_secure() });
        response
    }
}

impl Service<Request<Body>> for OperatorFront {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let this = self.clone();
        Box::pin(async move { Ok(this.answer(request).await) })
    }
}
