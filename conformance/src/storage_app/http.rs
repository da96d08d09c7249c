//! The HTTP client under the `openidconnect` crate: no redirects (an answer from elsewhere is no answer from the
//! provider), time limits, and a cap on the body.

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Largest body read from a provider, in bytes.
const BODY_LIMIT: usize = 256 * 1024;

/// Client for one or many providers; cheap to clone.
#[derive(Clone)]
pub struct HttpClient(reqwest::Client);

/// Why a provider could not be reached. The `Debug` form never holds a request body.
#[derive(Debug)]
pub enum HttpError {
    /// Connection, time limit or protocol.
    Transport(reqwest::Error),
    /// The answer was larger than this client reads.
    TooLarge,
    /// The answer cannot be represented.
    Malformed(axum::http::Error),
}

impl std::fmt::Display for HttpError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Transport(_) => f.write_str("the provider cannot be reached"),
            Self::TooLarge => write!(f, "the provider answered more than {BODY_LIMIT} bytes"),
            Self::Malformed(_) => f.write_str("the provider's answer is malformed"),
        }
    }
}

impl std::error::Error for HttpError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport(error) => Some(error),
            Self::TooLarge => None,
            Self::Malformed(error) => Some(error),
        }
    }
}

impl HttpClient {
    pub fn new() -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10))
            // A provider on this machine must not be looked for behind somebody's proxy.
            .no_proxy()
            .build()?;
        Ok(Self(client))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(HttpError::Transport)?;
        let mut answer = self.0.execute(request).await.map_err(HttpError::Transport)?;
        let mut response = axum::http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            *headers = answer.headers().clone();
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(HttpError::Transport)? {
            if body.len() + chunk.len() > BODY_LIMIT {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        response.body(body).map_err(HttpError::Malformed)
    }
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
