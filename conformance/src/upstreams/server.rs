//! One listener for all providers: TLS by the name the client asks for, then HTTP/1.1 (or HTTP/2) by the `Host`.
//! Faults of connections happen before the handshake, faults of answers after the request was read.

use super::answer::{Answer, answer};
use super::fault::Fault;
use super::fault_body::{FaultyBody, distort, instead};
use super::ground::{Ground, Scheme};
use super::host::Host;
use super::hub::Hub;
use super::request::Received;
use super::tls::Certificate;
use super::{page, sign_in};
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use serde_json::Value;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::LazyConfigAcceptor;

const BODY_LIMIT: usize = 256 * 1024;

/// Serves until the future is dropped.
pub async fn serve(hub: Arc<Hub>, listener: TcpListener) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => drop(connections.spawn(connection(hub.clone(), stream, peer))),
                // Out of descriptors, most likely: they come back.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => (),
        }
    }
}

async fn connection(hub: Arc<Hub>, stream: TcpStream, peer: SocketAddr) {
    let outcome = match hub.ground().scheme {
        Scheme::Http => http(hub, stream, peer).await,
        Scheme::Https => tls(hub, stream, peer).await,
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, %peer, "a connection to a simulated provider ended");
    }
}

async fn tls(hub: Arc<Hub>, stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
    let start = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream).await?;
    let name = start.client_hello().server_name().unwrap_or_default().to_owned();
    let host = hub.ground().label(&name).and_then(|label| hub.find(label)).map(|(_, host)| host);
    let fault = host.as_ref().and_then(|host| host.state().faults.take_for_connection());
    let certificate = match fault {
        Some(Fault::Refuse) => return start.io.set_zero_linger(),
        Some(Fault::SilentHandshake) => {
            // The stream stays open for as long as the client has patience.
            let mut stream = start.io;
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
            return Ok(());
        }
        Some(Fault::TlsUntrusted) => Certificate::Untrusted,
        Some(Fault::TlsExpired) => Certificate::Expired,
        Some(Fault::TlsWrongName) => Certificate::WrongName,
        _ => host.as_ref().map_or(Certificate::Public, |host| host.settings().certificate),
    };
    let http2 = host.is_some_and(|host| host.settings().http2);
    let stream = start.into_stream(hub.ground().certificates.config(certificate, http2)).await?;
    http(hub, stream, peer).await
}

async fn http<S>(hub: Arc<Hub>, stream: S, peer: SocketAddr) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| respond(hub.clone(), request, peer));
    let mut builder = Builder::new(TokioExecutor::new());
    // A connection for each request: a fault of connections set now must meet the next request, not the next
    // connection of somebody's pool.
    builder.http1().keep_alive(false);
    builder.serve_connection(TokioIo::new(stream), service).await.map_err(io::Error::other)
}

async fn respond(hub: Arc<Hub>, request: Request<Incoming>, peer: SocketAddr) -> io::Result<Response<FaultyBody>> {
    let (parts, body) = request.into_parts();
    let authority = match parts.uri.authority() {
        Some(authority) => authority.to_string(),
        None => parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned(),
    };
    let Some((role, host)) = hub.ground().label(&authority).and_then(|label| hub.find(label)) else {
        let nobody = answer(StatusCode::MISDIRECTED_REQUEST, "text/plain", "No provider has this name here.\n");
        return Ok(distort(None, nobody));
    };
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => Bytes::new(),
    };
    let received = Received {
        role,
        authority,
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
        peer,
    };
    if received.path.starts_with(page::OWN) && !received.path.starts_with(sign_in::SIGN_IN) {
        return Ok(distort(None, own(&host, &received)));
    }
    let number = note(&host, &received);
    let plain = hub.ground().scheme == Scheme::Http;
    let fault = host.state().faults.take_for_request(&received.path, plain);
    let mut sent = carry_out(&host, &received, fault).await?;
    sent.headers_mut().insert(header::DATE, date(host.now()));
    host.state().log.answer(number, sent.status().as_u16());
    Ok(sent)
}

/// The provider's own time, right or wrong: from here a relying party can learn that the clocks differ.
fn date(seconds: i64) -> HeaderValue {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    let text = httpdate::fmt_http_date(std::time::SystemTime::UNIX_EPOCH + since);
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"))
}

fn note(host: &Host, received: &Received) -> u64 {
    let now = host.now();
    host.state().log.note(received, now)
}

async fn carry_out(host: &Host, received: &Received, fault: Option<Fault>) -> io::Result<Response<FaultyBody>> {
    let broken = || io::Error::new(io::ErrorKind::ConnectionReset, "told to break");
    match fault {
        Some(Fault::Refuse) => return Err(broken()),
        Some(Fault::Hang) => std::future::pending::<()>().await,
        Some(Fault::SlowHeaders(milliseconds)) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
        _ => (),
    }
    if let Some(answer) = fault.and_then(|fault| instead(fault, &host.attacker())) {
        return Ok(distort(fault, answer));
    }
    let answer = dispatch(host, received);
    if fault == Some(Fault::LostAnswer) {
        return Err(broken());
    }
    Ok(distort(fault, answer))
}

/// What the provider says when nothing goes wrong.
fn dispatch(host: &Host, received: &Received) -> Answer {
    let play = host.kind().play();
    if received.path == sign_in::SIGN_IN {
        return sign_in::submit(host, received);
    }
    if received.path == "/" {
        return sign_in::home(host, received);
    }
    if play.is_authorize(received) {
        return sign_in::authorize(host, received);
    }
    let answer = play.answer(host, received);
    let discovery = received.path.trim_end_matches('/').ends_with("/.well-known/openid-configuration");
    if discovery && answer.status() == StatusCode::OK { overlay(host, answer) } else { answer }
}

/// The discovery document with the members that were set by hand.
fn overlay(host: &Host, answer: Answer) -> Answer {
    let changes = host.state().discovery.clone();
    let (parts, body) = answer.into_parts();
    let body = match serde_json::from_slice(&body) {
        Ok(Value::Object(mut document)) => {
            document.extend(changes);
            document.retain(|_, value| !value.is_null());
            Value::Object(document).to_string().into_bytes()
        }
        _ => body,
    };
    Response::from_parts(parts, body)
}

fn own(host: &Host, received: &Received) -> Answer {
    if received.path == sign_in::SIGN_OUT { sign_in::sign_out(host, received) } else { page::asset(&received.path) }
}

/// The sockets of both schemes listen alike.
pub async fn listen(ground: &Ground) -> io::Result<TcpListener> {
    TcpListener::bind(ground.address).await
}
