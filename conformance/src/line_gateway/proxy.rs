//! On to Tegata's line listener, over mTLS, one connection for each request.

use super::request::Request;
use super::{Settings, pki};
use anyhow::Context as _;
use axum::body::Bytes;
use axum::http;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How Tegata is reached.
pub struct Client {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl Client {
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        let config = pki::client(&settings.listener_ca, Some(&settings.identity))?;
        let name = ServerName::try_from(settings.listener_name.clone()).context("the listener's name")?;
        Ok(Self { config, name })
    }

    /// Sends a request with the gateway's own headers; answers status, headers and body.
    pub async fn send(
        &self,
        to: SocketAddr,
        request: &Request,
        own: Vec<(&str, String)>,
    ) -> anyhow::Result<http::Response<Bytes>> {
        let stream = TcpStream::connect(to).await.context("the line listener cannot be reached")?;
        let stream = TlsConnector::from(self.config.clone()).connect(self.name.clone(), stream).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driving = tokio::spawn(connection);
        let mut builder = http::Request::builder()
            .method(request.method.as_str())
            .uri(request.target.as_str())
            .header("host", &request.host);
        for (name, value) in request.headers_behind() {
            builder = builder.header(name, value);
        }
        for (name, value) in own {
            builder = builder.header(name, value);
        }
        let answer = sender.send_request(builder.body(Full::new(Bytes::from(request.body.clone())))?).await?;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        driving.abort();
        Ok(http::Response::from_parts(parts, body))
    }
}
