//! The inbox as a person sees it. A mail's HTML part is foreign text: it is shown in a sandboxed frame, from its own
//! address, under a policy that allows it nothing but its own style.

use super::Sink;
use super::store::{Kind, Message};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use std::sync::Arc;

const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";
const FRAME_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
    style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

#[derive(Template)]
#[template(path = "inbox/list.html")]
struct ListPage {
    messages: Vec<Arc<Message>>,
}

#[derive(Template)]
#[template(path = "inbox/message.html")]
struct MessagePage {
    message: Arc<Message>,
    text: Vec<Piece>,
}

/// `GET /`
pub async fn list(State(sink): State<Sink>) -> Response {
    page(&ListPage { messages: sink.messages() })
}

/// `GET /message/{id}`
pub async fn message(State(sink): State<Sink>, Path(id): Path<u64>) -> Response {
    match sink.inner.store.find(id) {
        Some(message) => page(&MessagePage { text: link(&message.text), message }),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /message/{id}/html`
pub async fn html(State(sink): State<Sink>, Path(id): Path<u64>) -> Response {
    let found = sink.inner.store.find(id).and_then(|message| message.html.clone());
    let Some(html) = found else { return StatusCode::NOT_FOUND.into_response() };
    // Links of the mail open beside the inbox, not inside its frame.
    let html = format!("<!DOCTYPE html><base target=\"_blank\">{html}");
    with_policy(FRAME_POLICY, Html(html).into_response())
}

/// `GET /assets/inbox.css`
pub async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../assets/inbox.css")).into_response()
}

/// `GET /assets/inbox.svg`
pub async fn icon() -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml")], include_str!("../../assets/inbox.svg")).into_response()
}

fn page(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => with_policy(PAGE_POLICY, Html(html).into_response()),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn with_policy(policy: &'static str, response: Response) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, response).into_response()
}

/// A stretch of text; with `link`, an address to open.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    link: bool,
}

#[allow(clippy::string_slice, reason = "every index comes from `find` or a trimmed slice: a character boundary")]
fn link(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, tail) = rest.split_at(start);
        // RFC 3986 §2: an address holds ASCII only, so Japanese text right behind it does not join it.
        let end = tail.find(|c: char| !c.is_ascii_graphic() || "<>\"'`{}|\\^".contains(c)).unwrap_or(tail.len());
        let address = tail[..end].trim_end_matches(['.', ',', ')', ']', ';', ':', '!', '?']);
        if !before.is_empty() {
            pieces.push(Piece { text: before.to_owned(), link: false });
        }
        pieces.push(Piece { text: address.to_owned(), link: true });
        rest = &tail[address.len()..];
    }
    if !rest.is_empty() {
        pieces.push(Piece { text: rest.to_owned(), link: false });
    }
    pieces
}

impl Message {
    fn is_mail(&self) -> bool {
        self.kind == Kind::Mail
    }

    fn title(&self) -> String {
        self.subject.clone().unwrap_or_else(|| self.text.chars().take(60).collect())
    }

    fn recipients(&self) -> String {
        self.to.join(", ")
    }

    /// Time in Japan, where the service is.
    fn time(&self) -> String {
        let seconds = i64::try_from(self.received / 1000).unwrap_or(0) + 9 * 3600;
        let t = mail_parser::DateTime::from_timestamp(seconds);
        format!("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", t.year, t.month, t.day, t.hour, t.minute, t.second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_addresses_clickable_and_nothing_else() {
        let pieces = link("次のURL（http://localhost:8080/VX7/t?a=1）を開く。https://b.example/.");
        let links: Vec<_> = pieces.iter().filter(|piece| piece.link).map(|piece| piece.text.as_str()).collect();
        assert_eq!(links, ["http://localhost:8080/VX7/t?a=1", "https://b.example/"]);
        assert!(link("javascript:alert(1)").iter().all(|piece| !piece.link));
    }
}
