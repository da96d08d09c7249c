//! The gateway's own listener: one strict reader for each connection, an answer for each request.

use super::assertion;
use super::request::{self, Refused, Request};
use super::state::Fault;
use super::{Shared, control, page, west};
use axum::body::Bytes;
use axum::http::{Response, StatusCode, header};
use rustls::ServerConfig;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// An answer to a terminal.
pub type Answer = Response<Bytes>;

/// Serves until the task is aborted.
pub async fn serve(shared: Arc<Shared>, listener: TcpListener, certificate: Option<Arc<ServerConfig>>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, peer)) = accepted {
                connections.spawn(connection(shared.clone(), certificate.clone(), stream, peer));
            },
            Some(_) = connections.join_next() => (),
        }
    }
}

async fn connection(shared: Arc<Shared>, certificate: Option<Arc<ServerConfig>>, stream: TcpStream, peer: SocketAddr) {
    let outcome = match certificate {
        None => talk(&shared, stream, peer).await,
        Some(config) => match TlsAcceptor::from(config).accept(stream).await {
            Ok(stream) => talk(&shared, stream, peer).await,
            Err(error) => Err(error),
        },
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, %peer, "a connection to the line gateway ended");
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(shared: &Shared, stream: S, peer: SocketAddr) -> io::Result<()> {
    let mut stream = BufStream::new(stream);
    let authority = shared.origin.split_once("://").map_or("", |(_, authority)| authority);
    loop {
        let (answer, close) = match request::read(&mut stream, authority).await {
            Ok(request) => (respond(shared, &request, peer).await, request.close),
            // What follows on this connection could be anything.
            Err(Refused::Ambiguous(why)) => (page::plain(StatusCode::BAD_REQUEST, why), true),
            Err(Refused::Ended) => return Ok(()),
            Err(Refused::Broken(error)) => return Err(error),
        };
        write(&mut stream, &answer, close).await?;
        if close {
            return stream.shutdown().await;
        }
    }
}

async fn write<S: AsyncWrite + Unpin>(stream: &mut S, answer: &Answer, close: bool) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {}\r\n", answer.status());
    let framing = [header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
    for (name, value) in answer.headers().iter().filter(|(name, _)| !framing.contains(name)) {
        head.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value.as_bytes())));
    }
    head.push_str(&format!("content-length: {}\r\n", answer.body().len()));
    head.push_str(if close { "connection: close\r\n\r\n" } else { "\r\n" });
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(answer.body()).await?;
    stream.flush().await
}

async fn respond(shared: &Shared, request: &Request, peer: SocketAddr) -> Answer {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    if path == "/__gateway" || path.starts_with("/__gateway/") {
        return control::respond(shared, request, path);
    }
    if path == "/__carrier/notification" {
        return west::respond(shared, request, query);
    }
    let (listener, assertions) = {
        let mut state = shared.state();
        let assertions = {
            let line = state.line_of(request.chosen_line());
            assertion::headers(shared, &mut state, ((&request.method, path), &line))
        };
        (state.listener.filter(|_| state.fault != Fault::Down), assertions)
    };
    let Some(listener) = listener else { return page::plain(StatusCode::BAD_GATEWAY, "the gateway is down") };
    let mut own: Vec<(&str, String)> = assertions.into_iter().map(|value| ("line-assertion", value)).collect();
    own.push(("x-forwarded-for", peer.ip().to_string()));
    match shared.client.send(listener, request, own).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the line listener did not answer");
            page::plain(StatusCode::BAD_GATEWAY, "the line listener did not answer")
        }
    }
}
