//! Reading a request as strictly as a gateway must: whatever two servers could read differently is refused with 400 and
//! the connection with it (RFC 9112 §2.2, §3.2, §5.1, §5.2, §6.1, §6.3).

use std::io;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

/// The longest head, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;
/// The longest body, in bytes.
const LONGEST_BODY: usize = 256 * 1024;

/// A request that can be read in one way only.
#[derive(Debug)]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The `Host`.
    pub host: String,
    /// The headers but those of the connection and of the body's framing.
    pub headers: Vec<(String, String)>,
    /// The body; trailers are dropped.
    pub body: Vec<u8>,
    /// Whether the client wants the connection ended.
    pub close: bool,
}

/// Why a request was refused.
#[derive(Debug)]
pub enum Refused {
    /// The client has gone, or never asked.
    Ended,
    /// It could be read in more than one way.
    Ambiguous(&'static str),
    /// The connection broke.
    Broken(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

const fn refuse<T>(why: &'static str) -> Result<T, Refused> {
    Err(Refused::Ambiguous(why))
}

/// Reads one request; `authorities` are the hosts an absolute target may name.
///
/// # Errors
/// [`Refused`].
pub async fn read<R: AsyncBufRead + Unpin>(stream: &mut R, authority: &str) -> Result<Request, Refused> {
    let start = line(stream, true).await?;
    let mut words = start.split(' ');
    let (Some(method), Some(target), Some("HTTP/1.1"), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return refuse("not a request of HTTP/1.1");
    };
    if !is_token(method) {
        return refuse("no method");
    }
    let target = own_target(target, authority)?;
    let headers = headers(stream, start.len()).await?;
    let framing = Framing::of(&headers)?;
    let host = match &values(&headers, "host")[..] {
        [one] => (*one).to_owned(),
        _ => return refuse("not one Host"),
    };
    let close = values(&headers, "connection").iter().any(|value| value.eq_ignore_ascii_case("close"));
    let body = framing.read(stream).await?;
    Ok(Request { method: method.to_owned(), target, host, headers: kept(headers), body, close })
}

/// The target's path and query; an absolute one must name this very host.
fn own_target(target: &str, authority: &str) -> Result<String, Refused> {
    let path = match target.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            if !host.eq_ignore_ascii_case(authority) {
                return refuse("an absolute target of another host");
            }
            format!("/{path}")
        }
        Some(_) => return refuse("a target of another scheme"),
        None => target.to_owned(),
    };
    let good = path.starts_with('/') && path.bytes().all(|b| b.is_ascii_graphic());
    if good { Ok(path) } else { refuse("not a path") }
}

/// One line without its end, which is CRLF and nothing else.
async fn line<R: AsyncBufRead + Unpin>(stream: &mut R, first: bool) -> Result<String, Refused> {
    let mut bytes = Vec::new();
    let mut limited = (&mut *stream).take(LONGEST_HEAD as u64);
    if limited.read_until(b'\n', &mut bytes).await? == 0 {
        return if first { Err(Refused::Ended) } else { refuse("the head ends too early") };
    }
    let Some(text) = bytes.strip_suffix(b"\r\n") else { return refuse("a line without CRLF") };
    if text.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        return refuse("a control character in a line");
    }
    match String::from_utf8(text.to_vec()) {
        Ok(text) => Ok(text),
        Err(_) => refuse("a line that is no text"),
    }
}

async fn headers<R: AsyncBufRead + Unpin>(stream: &mut R, mut size: usize) -> Result<Vec<(String, String)>, Refused> {
    let mut headers = Vec::new();
    loop {
        let text = line(stream, false).await?;
        size += text.len();
        if size > LONGEST_HEAD {
            return refuse("a head that is too long");
        }
        if text.is_empty() {
            return Ok(headers);
        }
        if text.starts_with([' ', '\t']) {
            return refuse("a folded header");
        }
        let Some((name, value)) = text.split_once(':') else { return refuse("a header without a colon") };
        if !is_token(name) {
            return refuse("no header name");
        }
        headers.push((name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned()));
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn values<'h>(headers: &'h [(String, String)], name: &str) -> Vec<&'h str> {
    headers.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str()).collect()
}

/// How the body is delimited.
enum Framing {
    Length(usize),
    Chunked,
}

impl Framing {
    fn of(headers: &[(String, String)]) -> Result<Self, Refused> {
        let (lengths, encodings) = (values(headers, "content-length"), values(headers, "transfer-encoding"));
        match (&lengths[..], &encodings[..]) {
            ([], []) => Ok(Self::Length(0)),
            ([length], []) if !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit()) => {
                match length.parse() {
                    Ok(length) if length <= LONGEST_BODY => Ok(Self::Length(length)),
                    _ => refuse("a body that is too long"),
                }
            }
            ([], [encoding]) if encoding.eq_ignore_ascii_case("chunked") => Ok(Self::Chunked),
            ([_, ..], [_, ..]) => refuse("a length beside an encoding"),
            _ => refuse("a length or an encoding that is no such thing"),
        }
    }

    async fn read<R: AsyncBufRead + Unpin>(self, stream: &mut R) -> Result<Vec<u8>, Refused> {
        let mut body = Vec::new();
        if let Self::Length(length) = self {
            body.resize(length, 0);
            stream.read_exact(&mut body).await?;
            return Ok(body);
        }
        loop {
            let size = line(stream, false).await?;
            let digits = !size.is_empty() && size.len() <= 8 && size.bytes().all(|b| b.is_ascii_hexdigit());
            let Some(size) = usize::from_str_radix(&size, 16).ok().filter(|_| digits) else {
                return refuse("a chunk without a size");
            };
            if body.len() + size > LONGEST_BODY {
                return refuse("a body that is too long");
            }
            if size == 0 {
                // Trailers are read like headers, and dropped: none of them reaches anybody.
                headers(stream, 0).await?;
                return Ok(body);
            }
            let end = body.len() + size;
            body.resize(end, 0);
            stream.read_exact(&mut body[end - size..]).await?;
            if !line(stream, false).await?.is_empty() {
                return refuse("a chunk longer than its size");
            }
        }
    }
}

/// Without what concerns this connection alone, what frames the body, and what only a gateway may say.
fn kept(headers: Vec<(String, String)>) -> Vec<(String, String)> {
    const HOP: [&str; 13] = [
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "host",
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
    ];
    let named: Vec<String> = values(&headers, "connection")
        .iter()
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let dropped = |name: &str| HOP.contains(&name) || named.iter().any(|n| n == name) || is_of_the_family(name);
    headers.into_iter().filter(|(name, _)| !dropped(name)).collect()
}

/// The cookie in which a browser keeps the line it comes over; the gateway's own, so nobody behind it sees it.
pub const LINE_COOKIE: &str = "gateway-line";

impl Request {
    /// The line that this browser chose for itself, as the word of [`super::Line`].
    pub fn chosen_line(&self) -> Option<&str> {
        let cookies = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        let mut pairs = cookies.flat_map(|(_, value)| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == LINE_COOKIE).map(|(_, value)| value)
    }

    /// The headers without that cookie.
    pub fn headers_behind(&self) -> impl Iterator<Item = (&str, String)> {
        let own = format!("{LINE_COOKIE}=");
        self.headers.iter().filter_map(move |(name, value)| {
            if !name.eq_ignore_ascii_case("cookie") {
                return Some((name.as_str(), value.clone()));
            }
            let kept: Vec<_> = value.split(';').map(str::trim).filter(|pair| !pair.starts_with(&own)).collect();
            (!kept.is_empty()).then(|| (name.as_str(), kept.join("; ")))
        })
    }
}

/// Every way to write the header that only the gateway adds: any case, `_` for `-`, anything behind it.
pub fn is_of_the_family(name: &str) -> bool {
    name.to_ascii_lowercase().replace('_', "-").starts_with("line-assertion")
}
