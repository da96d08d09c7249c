//! The SMTP server, RFC 5321, with 8BITMIME (RFC 6152), SIZE (RFC 1870), PIPELINING (RFC 2920), AUTH (RFC 4954).
//!
//! ```text
//! EHLO ─> MAIL ─> RCPT+ ─> DATA ─> (mail) ─> MAIL …     RSET goes back to the state after EHLO
//! ```

use super::Sink;
use super::mail::{self, Envelope};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Largest mail, in bytes (announced by SIZE).
const SIZE: usize = 1024 * 1024;
/// Longest command line: RFC 4954 §4 wants room for an AUTH response.
const COMMAND_LINE: usize = 12_288;
/// Longest line of a mail without its CRLF, RFC 5322 §2.1.1.
const TEXT_LINE: usize = 998;
const CONNECTIONS: usize = 64;
const IDLE: Duration = Duration::from_secs(120);
const RECIPIENTS: usize = 100;

pub async fn serve(sink: Sink, listener: TcpListener) -> anyhow::Result<()> {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let (stream, _) = listener.accept().await?;
        let Ok(place) = places.clone().acquire_owned().await else { return Ok(()) };
        let sink = sink.clone();
        tokio::spawn(async move {
            let (reader, writer) = stream.into_split();
            if let Err(error) = Session::new(sink, reader, writer).run().await {
                tracing::debug!(%error, "an SMTP connection ended");
            }
            drop(place);
        });
    }
}

struct Session<R, W> {
    sink: Sink,
    reader: BufReader<R>,
    writer: W,
    greeted: bool,
    mail: Option<Envelope>,
    authenticated: Option<String>,
    busy: Option<Busy>,
}

/// A mail between MAIL and its end, counted.
struct Busy(Sink);

impl Busy {
    fn begin(sink: &Sink) -> Self {
        let now = sink.inner.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        sink.inner.busiest.fetch_max(now, Ordering::SeqCst);
        Self(sink.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.inner.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

enum Line {
    Text(Vec<u8>),
    TooLong,
    End,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Session<R, W> {
    fn new(sink: Sink, reader: R, writer: W) -> Self {
        Self {
            sink,
            reader: BufReader::new(reader),
            writer,
            greeted: false,
            mail: None,
            authenticated: None,
            busy: None,
        }
    }

    async fn run(mut self) -> io::Result<()> {
        self.reply("220 localhost ESMTP inbox").await?;
        loop {
            let line = match self.line(COMMAND_LINE).await? {
                Line::Text(line) => String::from_utf8_lossy(&line).trim_end().to_owned(),
                Line::TooLong => {
                    self.reply("500 5.5.2 line too long").await?;
                    continue;
                }
                Line::End => return Ok(()),
            };
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.ehlo().await?,
                "HELO" => {
                    self.greeted = true;
                    self.mail = None;
                    self.reply("250 localhost").await?;
                }
                "AUTH" => self.auth(rest).await?,
                "MAIL" => self.mail_from(rest).await?,
                "RCPT" => self.rcpt_to(rest).await?,
                "DATA" => {
                    if !self.data().await? {
                        return Ok(());
                    }
                }
                "RSET" => {
                    (self.mail, self.busy) = (None, None);
                    self.reply("250 2.0.0 OK").await?;
                }
                "NOOP" => self.reply("250 2.0.0 OK").await?,
                "VRFY" => self.reply("252 2.1.5 send and see").await?,
                "QUIT" => return self.reply("221 2.0.0 bye").await,
                _ => self.reply("500 5.5.2 unknown command").await?,
            }
        }
    }

    async fn ehlo(&mut self) -> io::Result<()> {
        self.greeted = true;
        self.mail = None;
        let size = format!("250-SIZE {SIZE}");
        let lines = [
            "250-localhost",
            "250-PIPELINING",
            "250-8BITMIME",
            &size,
            "250-ENHANCEDSTATUSCODES",
            "250 AUTH PLAIN LOGIN",
        ];
        self.reply(&lines.join("\r\n")).await
    }

    /// Accepts whoever it is and remembers the name; the password is read and forgotten.
    async fn auth(&mut self, rest: &str) -> io::Result<()> {
        let (method, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let name = match method.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let answer = if initial.is_empty() { self.ask("334 ").await? } else { decode(initial) };
                answer.and_then(|text| text.split('\0').nth(1).map(str::to_owned))
            }
            "LOGIN" => {
                let name = if initial.is_empty() { self.ask("334 VXNlcm5hbWU6").await? } else { decode(initial) };
                self.ask("334 UGFzc3dvcmQ6").await?;
                name
            }
            _ => return self.reply("504 5.5.4 PLAIN or LOGIN").await,
        };
        match name {
            Some(name) => {
                self.authenticated = Some(name);
                self.reply("235 2.7.0 welcome").await
            }
            None => self.reply("501 5.5.2 not base64, or cancelled").await,
        }
    }

    async fn ask(&mut self, question: &str) -> io::Result<Option<String>> {
        self.reply(question).await?;
        match self.line(COMMAND_LINE).await? {
            Line::Text(line) => Ok(decode(String::from_utf8_lossy(&line).trim())),
            Line::TooLong | Line::End => Ok(None),
        }
    }

    async fn mail_from(&mut self, rest: &str) -> io::Result<()> {
        if !self.greeted {
            return self.reply("503 5.5.1 EHLO first").await;
        }
        if self.mail.is_some() {
            return self.reply("503 5.5.1 one mail at a time").await;
        }
        let Some((address, parameters)) = path(rest, "FROM:") else {
            return self.reply("501 5.5.4 MAIL FROM:<address>").await;
        };
        let size = parameters.to_ascii_uppercase();
        let size = size.split(' ').find_map(|parameter| parameter.strip_prefix("SIZE=")?.parse::<usize>().ok());
        if size.is_some_and(|size| size > SIZE) {
            return self.reply("552 5.3.4 mail too large").await;
        }
        if self.sink.inner.faults.take_refusal() {
            return self.reply("451 4.3.0 not now, please try again").await;
        }
        self.busy = Some(Busy::begin(&self.sink));
        self.mail = Some(Envelope { from: address, to: Vec::new(), authenticated: self.authenticated.clone() });
        self.reply("250 2.1.0 OK").await
    }

    async fn rcpt_to(&mut self, rest: &str) -> io::Result<()> {
        let Some(envelope) = &mut self.mail else { return self.reply("503 5.5.1 MAIL first").await };
        let answer = match path(rest, "TO:") {
            Some((address, _)) if !address.is_empty() && self.sink.inner.faults.take_rejection() => {
                "550 5.1.1 nobody of that name"
            }
            Some((address, _)) if !address.is_empty() && envelope.to.len() < RECIPIENTS => {
                envelope.to.push(address);
                "250 2.1.5 OK"
            }
            Some((address, _)) if !address.is_empty() => "452 4.5.3 too many recipients",
            _ => "501 5.5.4 RCPT TO:<address>",
        };
        self.reply(answer).await
    }

    /// `false` when the connection must end.
    async fn data(&mut self) -> io::Result<bool> {
        let Some(envelope) = self.mail.take_if(|envelope| !envelope.to.is_empty()) else {
            self.reply("503 5.5.1 RCPT first").await?;
            return Ok(true);
        };
        let _busy = self.busy.take();
        self.reply("354 go ahead, end with a lone dot").await?;
        let mut bytes = Vec::new();
        let mut refusal = None;
        loop {
            match self.line(TEXT_LINE + 2).await? {
                Line::End => return Ok(false),
                Line::TooLong => refusal = Some("500 5.6.0 a line is longer than 998 bytes"),
                // Only CRLF.CRLF ends a mail: a lone LF here is how one mail was smuggled inside another.
                Line::Text(line) if line == b".\r\n" => break,
                Line::Text(line) => {
                    // RFC 5321 §4.5.2: the sender doubled a leading dot.
                    let line = line.strip_prefix(b".").unwrap_or(&line);
                    if bytes.len() + line.len() > SIZE {
                        refusal = Some("552 5.3.4 mail too large");
                    } else {
                        bytes.extend_from_slice(line);
                    }
                }
            }
        }
        if let Some(refusal) = refusal {
            self.reply(refusal).await?;
            return Ok(true);
        }
        let dropped = self.sink.inner.faults.take_drop();
        if dropped != Some(false) {
            self.sink.inner.store.push(mail::parse(envelope, &bytes));
        }
        if dropped.is_some() {
            return Ok(false);
        }
        self.reply("250 2.0.0 kept").await?;
        Ok(true)
    }

    /// One line with its end, at most `limit` bytes; a longer one is read to its end and dropped.
    async fn line(&mut self, limit: usize) -> io::Result<Line> {
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            let read = tokio::time::timeout(IDLE, self.reader.fill_buf());
            let buffer = read.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
            if buffer.is_empty() {
                return Ok(Line::End);
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let part = end.map_or(buffer.len(), |at| at + 1);
            if line.len() + part > limit {
                too_long = true;
                line.clear();
            } else if !too_long {
                line.extend_from_slice(&buffer[..part]);
            }
            self.reader.consume(part);
            if end.is_some() {
                return Ok(if too_long { Line::TooLong } else { Line::Text(line) });
            }
        }
    }

    async fn reply(&mut self, text: &str) -> io::Result<()> {
        self.sink.inner.faults.delay().await;
        self.writer.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.writer.flush().await
    }
}

fn decode(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}

/// `FROM:<a@b> SIZE=1` → (`a@b`, `SIZE=1`).
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let (head, tail) = (rest.get(..keyword.len())?, rest.get(keyword.len()..)?);
    if !head.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let (address, parameters) = tail.trim_start().strip_prefix('<')?.split_once('>')?;
    (address.len() <= 254).then(|| (address.to_owned(), parameters.trim()))
}

#[cfg(test)]
#[path = "smtp_tests.rs"]
mod tests;
