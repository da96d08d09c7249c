//! A program that talks to the endpoints for machines: token, userinfo, introspection, revocation.

use axum::body::Body;
use base64::Engine as _;
use http::{Method, Request, header};

use super::browser::{Answer, Door, HOST};
use super::provider::TestClient;

/// A program.
#[derive(Clone)]
pub struct Program {
    door: Door,
    host: &'static str,
}

impl Program {
    pub(super) fn new(door: impl Into<Door>) -> Self {
        Self { door: door.into(), host: HOST }
    }

    /// One that talks to the operators' listener.
    pub(super) fn at(door: impl Into<Door>, host: &'static str) -> Self {
        Self { door: door.into(), host }
    }

    /// GET of a path.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers, Vec::new()).await
    }

    /// POST of a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &[&form, headers].concat(), body.into_bytes()).await
    }

    /// POST of a form as a client: with its secret in the header if it has one, else with its `client_id` in the body.
    pub async fn post_as(&self, client: &TestClient, path: &str, fields: &[(&str, &str)]) -> Answer {
        match &client.secret {
            Some(secret) => self.post(path, fields, &[("authorization", &basic(&client.id, secret))]).await,
            None => self.post(path, &[fields, &[("client_id", &client.id)]].concat(), &[]).await,
        }
    }

    /// Any request.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.door.clone().answer(request.body(Body::from(body)).expect("a good request")).await
    }
}

/// The value of an `Authorization: Basic` header (RFC 6749 §2.3.1: form-encoded first).
pub fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(id), encode(secret));
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}
