//! A server that does one thing, right or wrong, to whoever connects.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A certificate authority made for a test.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// What is wrong with a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    None,
    Expired,
    NotYet,
    OtherName,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Authority of a test");
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    pub fn pem(&self) -> String {
        self.pem.clone()
    }

    pub fn acceptor(&self, flaw: Flaw) -> TlsAcceptor {
        let names = match flaw {
            Flaw::OtherName => vec!["elsewhere.sim.test".to_owned()],
            _ => vec!["fs.sim.test".to_owned(), "other.sim.test".to_owned(), "fs.localhost".to_owned()],
        };
        let mut params = CertificateParams::new(names).unwrap();
        match flaw {
            Flaw::Expired => params.not_after = date_time_ymd(2020, 1, 1),
            Flaw::NotYet => params.not_before = date_time_ymd(3000, 1, 1),
            Flaw::None | Flaw::OtherName => {}
        }
        let key = KeyPair::generate().unwrap();
        let chain = vec![params.signed_by(&key, &self.issuer).unwrap().der().clone()];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        TlsAcceptor::from(Arc::new(builder.with_no_client_auth().with_single_cert(chain, key).unwrap()))
    }
}

/// What the server does once it has read a request.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Writes these bytes and ends as TLS wants it.
    Answer(Vec<u8>),
    /// Writes these bytes and hangs up in the middle.
    BreakOff(Vec<u8>),
    /// Writes these bytes and keeps the connection open for the next request.
    KeepAlive(Vec<u8>),
    /// Writes these bytes and then nothing, ever.
    Hang(Vec<u8>),
    /// Writes these bytes and then one more byte every few milliseconds.
    Drip(Vec<u8>),
    /// Writes the first bytes and then the second again and again.
    Endless(Vec<u8>, Vec<u8>),
}

/// An answer of 200 with a body.
pub fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// An answer without a body.
pub fn bare(status: &str, headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n{headers}\r\n").into_bytes()
}

/// What the server does before there could be a request.
pub enum Greeting {
    /// TLS, as it should.
    Tls(TlsAcceptor),
    /// No TLS: HTTP in clear.
    Clear,
    /// Takes the connection and says nothing.
    Silent,
    /// Reads the whole hello and hangs up: the stream ends.
    HangUp,
    /// Reads a little of it and hangs up: the connection is reset.
    Reset,
    /// Answers the hello like a server that has never heard of TLS.
    Babble,
}

/// The server; it ends with the test.
pub struct Server {
    pub port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
    deeds: Mutex<Vec<Deed>>,
}

impl Server {
    /// One with a good certificate that does one thing.
    pub async fn doing(authority: &Authority, deed: Deed) -> Self {
        Self::open(Greeting::Tls(authority.acceptor(Flaw::None)), deed).await
    }

    pub async fn open(greeting: Greeting, deed: Deed) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State { deeds: Mutex::new(vec![deed]), ..State::default() });
        let (shared, greeting) = (Arc::clone(&state), Arc::new(greeting));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, Arc::clone(&greeting), Arc::clone(&shared)));
            }
        });
        Self { port, state }
    }

    /// From the next request on.
    pub fn does_now(&self, deed: Deed) {
        *self.state.deeds.lock().unwrap() = vec![deed];
    }

    /// The connections made to it so far.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// The requests it has read, head and body.
    pub fn requests(&self) -> Vec<String> {
        self.state.requests.lock().unwrap().clone()
    }

    /// Waits until so many requests have been read.
    pub async fn has_read(&self, number: usize) {
        while self.requests().len() < number {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

async fn serve(mut stream: TcpStream, greeting: Arc<Greeting>, state: Arc<State>) -> io::Result<()> {
    match &*greeting {
        Greeting::Tls(acceptor) => converse(acceptor.accept(stream).await?, &state).await,
        Greeting::Clear => converse(stream, &state).await,
        Greeting::Silent => std::future::pending().await,
        Greeting::HangUp => stream.read(&mut [0; 16_384]).await.map(drop),
        Greeting::Reset => stream.read(&mut [0; 64]).await.map(drop),
        Greeting::Babble => {
            let _heard: usize = stream.read(&mut [0; 16_384]).await?;
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await
        }
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, state: &State) -> io::Result<()> {
    loop {
        let request = read_request(&mut stream).await?;
        state.requests.lock().unwrap().push(request);
        let deed = state.deeds.lock().unwrap()[0].clone();
        match deed {
            Deed::Answer(bytes) => {
                stream.write_all(&bytes).await?;
                return stream.shutdown().await;
            }
            Deed::BreakOff(bytes) => {
                stream.write_all(&bytes).await?;
                return stream.flush().await;
            }
            Deed::KeepAlive(bytes) => stream.write_all(&bytes).await?,
            Deed::Hang(bytes) => {
                stream.write_all(&bytes).await?;
                stream.flush().await?;
                return std::future::pending().await;
            }
            Deed::Drip(bytes) => {
                stream.write_all(&bytes).await?;
                loop {
                    stream.write_all(b"x").await?;
                    stream.flush().await?;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
            Deed::Endless(bytes, again) => {
                stream.write_all(&bytes).await?;
                loop {
                    stream.write_all(&again).await?;
                }
            }
        }
    }
}

/// The head, and the body that `content-length` announces.
async fn read_request<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<String> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Ok(text);
            }
        }
        let mut some = [0; 1024];
        match stream.read(&mut some).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            length => read.extend_from_slice(&some[..length]),
        }
    }
}
