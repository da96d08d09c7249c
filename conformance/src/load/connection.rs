//! One kept HTTP/1.1 connection. Opened on first need, again after it broke.

use super::target::Target;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(30);
const BODY_LIMIT: usize = 1024 * 1024;

/// Why a step failed; a short word, counted in the report.
#[derive(Debug)]
pub struct Failure(pub String);

impl Failure {
    /// A failure of this kind.
    pub fn new(kind: &str) -> Self {
        Self(kind.to_owned())
    }

    /// The connection failed, so nobody knows what the server did.
    pub fn is_transport(&self) -> bool {
        matches!(self.0.as_str(), "connect" | "connection_lost" | "body" | "timeout")
    }
}

/// An answer, read to its end.
pub struct Answer {
    /// Status code.
    pub status: StatusCode,
    /// Header fields.
    pub headers: HeaderMap,
    /// The whole body, 1 MiB at most.
    pub body: Bytes,
}

impl Answer {
    /// The answer if it has `status`, else a failure that names the real one.
    pub fn expect(self, status: StatusCode) -> Result<Self, Failure> {
        if self.status == status { Ok(self) } else { Err(Failure(format!("status_{}", self.status.as_u16()))) }
    }

    /// A string member of a JSON answer.
    pub fn member(&self, name: &str) -> Option<String> {
        let json: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        json.get(name)?.as_str().map(str::to_owned)
    }

    /// `Location`, if any.
    pub fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION)?.to_str().ok()
    }
}

/// One user's connection.
pub struct Connection {
    target: Arc<Target>,
    host: HeaderValue,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Connection {
    /// A connection that is opened with its first request.
    pub fn new(target: Arc<Target>) -> Self {
        let host = HeaderValue::from_str(&target.host).unwrap_or(HeaderValue::from_static("localhost"));
        Self { target, host, sender: None }
    }

    /// Where it leads.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Sends `request` (path and headers; `Host` is added) and reads the answer.
    pub async fn send(&mut self, mut request: Request<Full<Bytes>>) -> Result<Answer, Failure> {
        request.headers_mut().insert(header::HOST, self.host.clone());
        match tokio::time::timeout(PATIENCE, self.exchange(request)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                self.sender = None;
                Err(Failure::new("timeout"))
            }
        }
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>) -> Result<Answer, Failure> {
        let mut sender = match self.sender.take() {
            Some(sender) if !sender.is_closed() => sender,
            _ => self.open().await?,
        };
        sender.ready().await.map_err(|_| Failure::new("connection_lost"))?;
        let response = sender.send_request(request).await.map_err(|_| Failure::new("connection_lost"))?;
        let answer = read(response).await?;
        self.sender = Some(sender);
        Ok(answer)
    }

    async fn open(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let stream = TcpStream::connect(self.target.address).await.map_err(|_| Failure::new("connect"))?;
        stream.set_nodelay(true).map_err(|_| Failure::new("connect"))?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|_| Failure::new("connect"))?;
        tokio::spawn(connection);
        Ok(sender)
    }
}

async fn read(response: Response<Incoming>) -> Result<Answer, Failure> {
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect().await.map_err(|_| Failure::new("body"))?.to_bytes();
    Ok(Answer { status: parts.status, headers: parts.headers, body })
}
