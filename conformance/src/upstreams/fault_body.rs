//! Faults carried out: a good answer goes in, something else comes out, if anything does.

use super::answer::{self, Answer, redirect, with};
use super::fault::Fault;
use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use serde_json::{Value, json};
use std::io;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// What a fault makes of a request before anybody looks at it; `None` if the answer itself is what it is about.
pub fn instead(fault: Fault, attacker: &str) -> Option<Answer> {
    const METADATA: &str = "http://169.254.169.254/latest/meta-data/";
    let page = |status, text: &str| {
        let html = format!("<!DOCTYPE html><html lang=\"ja\"><title>{text}</title><h1>{text}</h1></html>");
        answer::answer(status, "text/html; charset=utf-8", html)
    };
    Some(match fault {
        Fault::Html => page(StatusCode::OK, "ようこそ"),
        Fault::Maintenance => page(StatusCode::SERVICE_UNAVAILABLE, "ただいまメンテナンス中です"),
        Fault::Moved => redirect(StatusCode::MOVED_PERMANENTLY, &format!("{attacker}/redirected")),
        Fault::Redirected => redirect(StatusCode::TEMPORARY_REDIRECT, &format!("{attacker}/redirected")),
        Fault::MovedToMetadata => redirect(StatusCode::MOVED_PERMANENTLY, METADATA),
        Fault::RedirectedToMetadata => redirect(StatusCode::TEMPORARY_REDIRECT, METADATA),
        Fault::TooManyRequests(seconds) => {
            let refused = answer::json(StatusCode::TOO_MANY_REQUESTS, &json!({ "error": "temporarily_unavailable" }));
            with(refused, header::RETRY_AFTER, &seconds.to_string())
        }
        Fault::Status(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            answer::json(status, &json!({ "error": "server_error" }))
        }
        Fault::GzipBomb => {
            let bomb = answer::answer(StatusCode::OK, "application/json", gzip_of_spaces());
            with(bomb, header::CONTENT_ENCODING, "gzip")
        }
        Fault::HugeKeySet => answer::answer(StatusCode::OK, "application/json", huge_key_set()),
        _ => return None,
    })
}

/// The answer as `fault` lets it through.
pub fn distort(fault: Option<Fault>, answer: Answer) -> Response<FaultyBody> {
    let (mut parts, body) = answer.into_parts();
    let body = match fault {
        Some(Fault::SlowDrip(milliseconds)) => FaultyBody::drip(body, Duration::from_millis(milliseconds)),
        Some(Fault::EndlessBody) => FaultyBody::Endless { opened: false },
        Some(Fault::CutBody) => FaultyBody::Cut { first: Some(half(body).into()) },
        Some(Fault::TruncatedJson) => FaultyBody::whole(half(body)),
        Some(Fault::ByteOrderMark) => FaultyBody::whole([b"\xef\xbb\xbf".as_slice(), &body].concat()),
        Some(Fault::DuplicateKeys) => FaultyBody::whole(duplicate_members(body)),
        Some(Fault::WrongContentType) => {
            parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
            FaultyBody::whole(body)
        }
        _ => FaultyBody::whole(body),
    };
    Response::from_parts(parts, body)
}

fn half(mut body: Vec<u8>) -> Vec<u8> {
    body.truncate(body.len() / 2);
    body
}

/// `{"a":1}` becomes `{"a":"https://attacker.example/","a":1}`.
fn duplicate_members(body: Vec<u8>) -> Vec<u8> {
    let Ok(Value::Object(members)) = serde_json::from_slice(&body) else { return body };
    let twice = members.iter().map(|(name, value)| {
        let name = Value::from(name.as_str());
        format!(r#"{name}:"https://attacker.example/",{name}:{value}"#)
    });
    format!("{{{}}}", twice.collect::<Vec<_>>().join(",")).into_bytes()
}

/// Makes what takes long to make, so that it does not look like a slow provider in the middle of somebody's request.
pub fn prepare(fault: Fault) {
    match fault {
        Fault::GzipBomb => {
            gzip_of_spaces();
        }
        Fault::HugeKeySet => {
            huge_key_set();
        }
        _ => (),
    }
}

fn huge_key_set() -> &'static [u8] {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    MADE.get_or_init(|| many_keys().to_string().into_bytes())
}

fn many_keys() -> Value {
    let modulus = super::jose::base64url([0xa7; 256]);
    let key = |number: u32| json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": format!("key-{number}"), "n": modulus, "e": "AQAB" });
    json!({ "keys": (0..10_000).map(key).collect::<Vec<_>>() })
}

/// 16 MiB of spaces in a gzip member (RFC 1952): one deflate block with the fixed codes (RFC 1951 §3.2.6) that says
/// "a space, then 258 bytes like the one before" over and over, 13 bits each.
fn gzip_of_spaces() -> &'static [u8] {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    MADE.get_or_init(compress_spaces)
}

fn compress_spaces() -> Vec<u8> {
    const REPEATS: u32 = 16 * 1024 * 1024 / 258;
    let mut bits = Bits::default();
    bits.put(1, 1); // the last block
    bits.put(0b01, 2); // with fixed codes
    bits.put_code(0x30 + u32::from(b' '), 8);
    for _ in 0..REPEATS {
        bits.put_code(0b1100_0101, 8); // length 258
        bits.put_code(0, 5); // distance 1
    }
    bits.put_code(0, 7); // end of block
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    gzip.extend(bits.bytes());
    let length = 1 + REPEATS * 258;
    gzip.extend(crc32_of_spaces(length).to_le_bytes());
    gzip.extend(length.to_le_bytes());
    gzip
}

#[derive(Default)]
struct Bits {
    done: Vec<u8>,
    current: u32,
    filled: u32,
}

impl Bits {
    /// `count` bits, the lowest first.
    fn put(&mut self, bits: u32, count: u32) {
        for index in 0..count {
            self.current |= (bits >> index & 1) << self.filled;
            self.filled += 1;
            if self.filled == 8 {
                self.done.push(u8::try_from(self.current).unwrap_or_default());
                (self.current, self.filled) = (0, 0);
            }
        }
    }

    /// A Huffman code: the highest bit first.
    fn put_code(&mut self, code: u32, count: u32) {
        self.put(code.reverse_bits() >> (32 - count), count);
    }

    fn bytes(mut self) -> Vec<u8> {
        if self.filled > 0 {
            self.put(0, 8 - self.filled);
        }
        self.done
    }
}

fn crc32_of_spaces(length: u32) -> u32 {
    let table: [u32; 256] = std::array::from_fn(|byte| {
        let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        (0..8).fold(u32::try_from(byte).unwrap_or_default(), step)
    });
    let step = |crc: u32, _| crc >> 8 ^ table[usize::from(crc.to_le_bytes()[0] ^ b' ')];
    !(0..length).fold(u32::MAX, step)
}

/// A body that may be slow, endless or broken.
pub enum FaultyBody {
    /// At once.
    Whole(Option<Bytes>),
    /// Byte by byte.
    Drip { bytes: Bytes, pause: Duration, sleep: Pin<Box<Sleep>> },
    /// A JSON text that never closes.
    Endless { opened: bool },
    /// A first part, then a broken connection.
    Cut { first: Option<Bytes> },
}

impl FaultyBody {
    /// The whole body at once.
    pub fn whole(body: impl Into<Bytes>) -> Self {
        Self::Whole(Some(body.into()))
    }

    fn drip(body: Vec<u8>, pause: Duration) -> Self {
        Self::Drip { bytes: body.into(), pause, sleep: Box::pin(tokio::time::sleep(pause)) }
    }
}

impl Body for FaultyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let frame = match self.get_mut() {
            Self::Whole(body) => body.take().map(|bytes| Ok(Frame::data(bytes))),
            Self::Drip { bytes, .. } if bytes.is_empty() => None,
            Self::Drip { bytes, pause, sleep } => {
                std::task::ready!(sleep.as_mut().poll(context));
                *sleep = Box::pin(tokio::time::sleep(*pause));
                Some(Ok(Frame::data(bytes.split_to(1))))
            }
            Self::Endless { opened } => {
                let chunk: &[u8] = if *opened { &[b'x'; 16 * 1024] } else { b"{\"endless\":\"" };
                *opened = true;
                Some(Ok(Frame::data(Bytes::copy_from_slice(chunk))))
            }
            Self::Cut { first } => match first.take() {
                Some(bytes) => Some(Ok(Frame::data(bytes))),
                None => Some(Err(io::Error::new(io::ErrorKind::ConnectionReset, "told to break"))),
            },
        };
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => SizeHint::with_exact(body.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Drip { bytes, .. } => SizeHint::with_exact(bytes.len() as u64),
            Self::Endless { .. } | Self::Cut { .. } => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    #[test]
    fn the_bomb_is_small_and_gzip_believes_it() {
        let bomb = gzip_of_spaces();
        assert!(bomb.len() < 512 * 1024, "{} bytes", bomb.len());
        let Ok(mut gzip) = Command::new("gzip").arg("-t").stdin(Stdio::piped()).spawn() else { return };
        gzip.stdin.take().unwrap().write_all(bomb).unwrap();
        assert!(gzip.wait().unwrap().success());
    }

    #[test]
    fn members_come_twice() {
        let twice = duplicate_members(br#"{"a":1}"#.to_vec());
        assert_eq!(twice, br#"{"a":"https://attacker.example/","a":1}"#);
    }
}
