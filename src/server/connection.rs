//! One connection: HTTP/1.1 or HTTP/2, whichever the client speaks.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::{HeaderValue, Request, Version, header};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower::ServiceExt as _;
use tower_service::Service;

use super::supervisor::{Admitted, Life, Order};
use crate::line::PeerCertificate;

/// The largest head of a request, in bytes: room for a long authorization request by GET, and for cookies.
const LARGEST_HEAD: usize = 64 * 1024;
/// Requests one HTTP/2 connection may have under way.
const MOST_STREAMS: u32 = 128;

/// What answers requests: cheap to clone, once per request.
pub trait Front:
    Service<Request<Body>, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + 'static
{
}

impl<S> Front for S where
    S: Service<Request<Body>, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + 'static
{
}

/// How a connection is spoken to; made once.
pub fn protocol() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // The supervisor keeps the time; hyper's own time-out would cost every request a timer, and end idle ones.
    builder.http1().header_read_timeout(None).max_buf_size(LARGEST_HEAD);
    // A client that resets its streams as fast as it opens them is cut off by hyper's defaults (CVE-2023-44487).
    builder.http2().max_concurrent_streams(MOST_STREAMS).max_header_list_size(LARGEST_HEAD as u32);
    builder
}

/// The other end of a connection.
#[derive(Clone, Copy)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// What it proved to be in the handshake.
    pub certificate: Option<PeerCertificate>,
}

/// Serves a connection to its end.
pub async fn serve<S, F>(stream: S, peer: Peer, (protocol, front): (&Builder<TokioExecutor>, F), admitted: Admitted)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Front,
{
    let life = Arc::clone(&admitted.life);
    let served = Arc::clone(&life);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let under_way = served.begin(request.version() == Version::HTTP_2);
        request.extensions_mut().insert(ConnectInfo(peer.address));
        if let Some(certificate) = peer.certificate {
            request.extensions_mut().insert(certificate);
        }
        // RFC 9112 §6.1: a length beside chunks may be smuggling, and nothing after it is to be believed. hyper drops
        // the length without a word, so whoever sends chunks is answered once a connection.
        let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
        let answer = front.clone().oneshot(request.map(body));
        async move {
            let mut answer = answer.await;
            if let (true, Ok(response)) = (chunked, &mut answer) {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            drop(under_way);
            answer
        }
    });
    let io = TokioIo::new(Counted { inner: stream, life: Arc::clone(&life) });
    let mut connection = pin!(protocol.serve_connection(io, service));
    let mut draining = false;
    let outcome = poll_fn(|cx| {
        match life.order(cx.waker()) {
            Order::GoOn => {}
            Order::Drain if draining => {}
            Order::Drain => {
                draining = true;
                connection.as_mut().graceful_shutdown();
            }
            Order::End => return Poll::Ready(Ok(())),
        }
        connection.as_mut().poll(cx)
    });
    if let Err(error) = outcome.await {
        // Clients vanish, scanners talk nonsense: nobody's fault but theirs.
        tracing::debug!(error, "a connection broke");
    }
}

/// Most requests have no body, and need no box for it.
fn body(incoming: Incoming) -> Body {
    if incoming.is_end_stream() { Body::empty() } else { Body::new(incoming) }
}

/// A stream that tells the supervisor what it reads.
struct Counted<S> {
    inner: S,
    life: Arc<Life>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        let read = buf.filled().len() - before;
        if read > 0 {
            self.life.read(read);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
