//! TLS towards the mail server: believed only with a certificate of the configured authority, never talked out of.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tegata::config::{SmtpConfig, SmtpSecurity};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::support::Inbox;

/// A server that speaks TLS and hands everything on to an inbox; it ends with the test.
struct Guarded {
    port: u16,
    ca_file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Guarded {
    async fn open(inbox: &Inbox, security: SmtpSecurity, name: &str) -> Self {
        tegata::boot::install_cryptography();
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let chain = vec![CertificateDer::from(cert.der().to_vec())];
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let folder = tempfile::tempdir().unwrap();
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, cert.pem()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, to) = (listener.local_addr().unwrap().port(), inbox.smtp());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, to, security, acceptor.clone()));
            }
        });
        Self { port, ca_file, _folder: folder }
    }

    fn sender(&self, inbox: &Inbox, security: SmtpSecurity) -> SmtpConfig {
        SmtpConfig {
            host: "localhost".to_owned(),
            port: Some(self.port),
            security,
            ca_file: Some(self.ca_file.clone()),
            ..inbox.sender("guarded")
        }
    }
}

/// One connection. Under STARTTLS (RFC 3207) the greeting comes in clear, and again, unread, from the inbox behind.
async fn serve(
    stream: TcpStream,
    to: SocketAddr,
    security: SmtpSecurity,
    acceptor: TlsAcceptor,
) -> std::io::Result<()> {
    let mut inner = BufReader::new(TcpStream::connect(to).await?);
    let mut stream = BufReader::new(stream);
    if security == SmtpSecurity::Starttls {
        inner.read_line(&mut String::new()).await?;
        stream.write_all(b"220 localhost\r\n").await?;
        stream.read_line(&mut String::new()).await?;
        stream.write_all(b"250-localhost\r\n250 STARTTLS\r\n").await?;
        stream.read_line(&mut String::new()).await?;
        stream.write_all(b"220 go ahead\r\n").await?;
    }
    let mut tls = acceptor.accept(stream.into_inner()).await?;
    copy_bidirectional(&mut tls, &mut inner).await.map(drop)
}

async fn outcome(inbox: &Inbox, sender: SmtpConfig) -> (MessageState, Option<String>) {
    let provider = Provider::with_config(|config| {
        inbox.configure(config);
        config.mail.sender = vec![sender];
        config.mail.timeout = "5s".parse().unwrap();
    })
    .await;
    let id = put_reset(&provider).await;
    provider.deliver().await;
    fate(&provider, &id).await
}

#[tokio::test]
async fn a_mail_travels_inside_tls_when_the_certificate_is_right() {
    for security in [SmtpSecurity::Tls, SmtpSecurity::Starttls] {
        let inbox = Inbox::open().await;
        let guarded = Guarded::open(&inbox, security, "localhost").await;
        assert_eq!(outcome(&inbox, guarded.sender(&inbox, security)).await, SENT, "{security}");
        assert_eq!(inbox.mails_to(TO).len(), 1);
    }
}

#[tokio::test]
async fn a_certificate_of_somebody_else_or_for_another_name_gets_nothing() {
    for security in [SmtpSecurity::Tls, SmtpSecurity::Starttls] {
        let inbox = Inbox::open().await;
        let (guarded, named) =
            (Guarded::open(&inbox, security, "localhost").await, Guarded::open(&inbox, security, "mail.example").await);
        let mut foreign = guarded.sender(&inbox, security);
        foreign.ca_file = Some(named.ca_file.clone());
        let unknown = SmtpConfig { ca_file: None, ..guarded.sender(&inbox, security) };
        for sender in [foreign, unknown, named.sender(&inbox, security)] {
            let (state, error) = outcome(&inbox, sender).await;
            assert_eq!(state, MessageState::Waiting, "{security} {error:?}");
        }
        assert!(inbox.messages().is_empty());
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_nothing() {
    let inbox = Inbox::open().await;
    let guarded = Guarded::open(&inbox, SmtpSecurity::Starttls, "localhost").await;
    let mut sender = guarded.sender(&inbox, SmtpSecurity::Starttls);
    sender.port = Some(inbox.smtp().port());
    assert_eq!(outcome(&inbox, sender).await, waits_with("not_offered"));
    assert!(inbox.messages().is_empty());
}
