//! An answer that is written while it is sent: its length is known to nobody, and it never stands in memory as a whole.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use hyper::body::Frame;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::machine;

/// Pieces that wait to be sent; whoever writes waits for the reader.
const WAITING: usize = 2;

/// The rest cannot be written: the connection breaks off, so that nobody takes a part for the whole.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the answer could not be written to its end")]
pub struct Broken;

/// Answers what `write` sends. It runs on its own and ends when nobody reads any more.
pub fn respond<F>(content_type: &'static str, write: impl FnOnce(Sender<Result<Bytes, Broken>>) -> F) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    let (sender, receiver) = channel(WAITING);
    tokio::spawn(write(sender));
    machine::raw(StatusCode::OK, content_type, Body::new(Pieces(receiver)))
}

struct Pieces(Receiver<Result<Bytes, Broken>>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
