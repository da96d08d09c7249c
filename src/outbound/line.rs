//! One connection's way out: its HTTP client, its places, its breaker.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING};
use http::{HeaderValue, Request, Response, StatusCode};
use ipnet::IpNet;
use tokio::sync::Semaphore;

use super::breaker::{Admission, Breaker, Change, Verdict};
use super::failure::{Failure, Refusal, classify};
use super::guard::check_url;
use crate::clock::Clock;
use crate::config::OutboundConfig;

/// One connection's way out. From [`Outbound::line`](super::Outbound::line).
pub struct Line {
    settings: Settings,
    client: reqwest::Client,
    places: Semaphore,
    breaker: Mutex<Breaker>,
    clock: Clock,
}

/// What a line was built for.
pub(super) struct Settings {
    pub name: String,
    pub permitted: Vec<IpNet>,
    pub config: OutboundConfig,
}

/// A failure and its cause in words, for the log.
type Trouble = (Failure, String);

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        (failure, String::new())
    }
}

impl Line {
    pub(super) fn new(settings: Settings, client: reqwest::Client, clock: Clock) -> Self {
        let config = &settings.config;
        let places = Semaphore::new(usize::try_from(config.max_concurrent.get()).unwrap_or(usize::MAX));
        let breaker = Mutex::new(Breaker::new(config.breaker_failures.get(), config.breaker_pause.0));
        Self { settings, client, places, breaker, clock }
    }

    /// Sends one request, once, and reads its whole answer, of whatever status. It takes `request_timeout` at the most,
    /// or `deadline` if that is shorter: what the caller has left. An answer of 500 and above is one, but the breaker
    /// counts it. Dropping the future gives its place back at once.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn send(
        &self,
        request: Request<Vec<u8>>,
        deadline: Option<Duration>,
    ) -> Result<Response<Bytes>, Failure> {
        let outcome = self.try_send(request, deadline).await;
        let word = match &outcome {
            Ok(answer) => status_word(answer.status()),
            Err((failure, _)) => failure.as_str(),
        };
        let connection = &self.settings.name;
        metrics::counter!("tegata_outbound_requests_total", "connection" => connection.clone(), "outcome" => word)
            .increment(1);
        outcome.map_err(|(failure, cause)| {
            match failure {
                // One line for each would be a flood in the very moment when there is too much of everything.
                Failure::Busy | Failure::Paused => {
                    tracing::debug!(connection, failure = word, "a request was not sent")
                }
                _ => tracing::info!(connection, failure = word, cause, "a request to another server failed"),
            }
            failure
        })
    }

    /// Whether a request would be refused now because too many have failed.
    pub fn is_open(&self) -> bool {
        self.breaker().is_open(self.clock.now())
    }

    async fn try_send(
        &self,
        request: Request<Vec<u8>>,
        deadline: Option<Duration>,
    ) -> Result<Response<Bytes>, Trouble> {
        let request = self.prepare(request)?;
        let whole = self.settings.config.request_timeout.0;
        let budget = deadline.map_or(whole, |left| left.min(whole));
        if budget.is_zero() {
            return Err(Failure::Timeout.into());
        }
        // The place first: a probe that then found none would leave the breaker waiting.
        let _place = self.places.try_acquire().map_err(|_| Failure::Busy)?;
        let mut passage = Passage::enter(self)?;
        let outcome = tokio::time::timeout(budget, self.exchange(request)).await;
        let outcome = outcome.unwrap_or_else(|_| Err(Failure::Timeout.into()));
        passage.verdict = match &outcome {
            Ok(answer) if answer.status().is_server_error() => Verdict::Failed,
            Err((failure, _)) if failure.is_outage() => Verdict::Failed,
            // Refused by its address: nobody was asked, so nobody answered.
            Err((Failure::Refused(_), _)) => Verdict::Abandoned,
            _ => Verdict::Answered,
        };
        outcome
    }

    /// The URL is checked as the client will read it, not as the caller wrote it.
    fn prepare(&self, request: Request<Vec<u8>>) -> Result<reqwest::Request, Failure> {
        let mut request = reqwest::Request::try_from(request).map_err(|_| Failure::Refused(Refusal::Url))?;
        let Settings { config, permitted, .. } = &self.settings;
        check_url(request.url(), &config.ports, permitted).map_err(Failure::Refused)?;
        let headers = request.headers_mut();
        // Without the header a server may encode as it likes (RFC 9110 §12.5.3); and a bomb is an encoding.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        Ok(request)
    }

    async fn exchange(&self, request: reqwest::Request) -> Result<Response<Bytes>, Trouble> {
        let most = self.settings.config.max_response;
        let mut answer = self.client.execute(request).await.map_err(|error| classify(&error))?;
        let status = answer.status();
        if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
            return Err(Failure::Redirected.into());
        }
        if answer.headers().get_all(CONTENT_ENCODING).iter().any(|coding| coding != "identity") {
            return Err((Failure::Broken, "a content encoding".to_owned()));
        }
        if answer.content_length().is_some_and(|length| length > most as u64) {
            return Err(Failure::TooLarge.into());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| classify(&error))? {
            if body.len() + chunk.len() > most {
                return Err(Failure::TooLarge.into());
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = Response::new(Bytes::from(body));
        *whole.status_mut() = status;
        *whole.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(whole)
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn status_word(status: StatusCode) -> &'static str {
    match status.as_u16() {
        500.. => "http_5xx",
        400.. => "http_4xx",
        _ => "ok",
    }
}

/// A request that got through the breaker; whatever becomes of it, the breaker hears.
struct Passage<'a> {
    line: &'a Line,
    admission: Admission,
    verdict: Verdict,
}

impl<'a> Passage<'a> {
    fn enter(line: &'a Line) -> Result<Self, Failure> {
        let admission = line.breaker().admit(line.clock.now()).ok_or(Failure::Paused)?;
        Ok(Self { line, admission, verdict: Verdict::Abandoned })
    }
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        let change = self.line.breaker().note(self.admission, self.verdict, self.line.clock.now());
        let connection = &self.line.settings.name;
        match change {
            Some(Change::Opened) => tracing::warn!(connection, "a connection fails and is paused"),
            Some(Change::Closed) => tracing::info!(connection, "a connection works again"),
            None => {}
        }
    }
}
