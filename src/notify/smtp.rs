//! SMTP submission (RFC 6409): one server, its connections, and what a failure means.
//!
//! The commands are given one by one, since it matters when a connection breaks: before the mail's last line the server
//! has not taken it, afterwards it may have. Connections are kept for a while, but never one on which anything failed:
//! what comes next on it could be read as the rest of a mail.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;

use super::carrier::{CarrierError, read_secret};
use crate::config::{SmtpConfig, SmtpSecurity};
use crate::secret::Secret;

/// Connections that are kept.
const KEPT: usize = 4;
/// How long an idle connection is kept; servers close theirs after minutes.
const IDLE: Duration = Duration::from_secs(30);

/// A server that takes mails.
pub struct Smtp {
    /// What brands and logs call it.
    pub name: String,
    /// Domain of the envelope sender.
    pub bounce_domain: Option<String>,
    host: String,
    port: u16,
    security: SmtpSecurity,
    tls: Option<TlsParameters>,
    credentials: Option<(String, Secret<String>)>,
    timeout: Duration,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// Why a server did not take a mail, each with its code.
#[derive(Debug, PartialEq, Eq)]
pub enum SmtpFailure {
    /// It was never given the mail: another server may take it.
    Unreached(String),
    /// It said no: for now, or (`permanent`) for good.
    Refused {
        /// `smtp_550`
        code: String,
        /// A 5xx answer.
        permanent: bool,
    },
    /// It was given the mail and did not answer: it may have taken it.
    Unknown(String),
}

impl Smtp {
    /// From its settings.
    pub fn load(config: &SmtpConfig, timeout: Duration) -> Result<Self, CarrierError> {
        let tls = match config.security {
            SmtpSecurity::None => None,
            SmtpSecurity::Tls | SmtpSecurity::Starttls => Some(tls(config)?),
        };
        let credentials = match (&config.username, &config.password_file) {
            (Some(user), Some(file)) => Some((user.clone(), read_secret(file)?)),
            _ => None,
        };
        Ok(Self {
            name: config.name.clone(),
            bounce_domain: config.bounce_domain.clone(),
            host: config.host.clone(),
            port: config.port(),
            security: config.security,
            tls,
            credentials,
            timeout,
            idle: Mutex::default(),
        })
    }

    /// Hands a mail over.
    pub async fn send(&self, from: &Address, to: &Address, mail: &[u8]) -> Result<(), SmtpFailure> {
        let mut connection = match self.reuse().await {
            Some(connection) => connection,
            None => self.within(self.connect()).await?.map_err(unreached)?,
        };
        let mail_from = Mail::new(Some(from.clone()), vec![]);
        self.before(connection.command(mail_from)).await?;
        self.before(connection.command(Rcpt::new(to.clone(), vec![]))).await?;
        self.before(connection.command(Data)).await?;
        match tokio::time::timeout(self.timeout, connection.message(mail)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(refused(&error).unwrap_or(SmtpFailure::Unknown("no_answer".to_owned()))),
            Err(_) => return Err(SmtpFailure::Unknown("no_answer".to_owned())),
        }
        self.keep(connection);
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let (server, timeout) = ((self.host.as_str(), self.port), Some(self.timeout));
        let hello = ClientId::default();
        let at_once = self.tls.clone().filter(|_| self.security == SmtpSecurity::Tls);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, timeout, &hello, at_once, None).await?;
        if let (Some(tls), SmtpSecurity::Starttls) = (&self.tls, self.security) {
            // Fails when the server does not offer it: nobody in between can talk us out of TLS.
            connection.starttls(tls.clone(), &hello).await?;
        }
        if let Some((user, password)) = &self.credentials {
            let credentials = Credentials::new(user.clone(), password.expose().clone());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
        }
        Ok(connection)
    }

    /// A connection of before that still answers.
    async fn reuse(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (mut connection, since) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            if since.elapsed() < IDLE
                && tokio::time::timeout(self.timeout, connection.test_connected()).await == Ok(true)
            {
                return Some(connection);
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "measures how long a connection was idle, for nothing else")]
    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push((connection, Instant::now()));
        }
    }

    async fn within<T>(&self, step: impl Future<Output = T>) -> Result<T, SmtpFailure> {
        let late = |_| SmtpFailure::Unreached("time_out".to_owned());
        tokio::time::timeout(self.timeout, step).await.map_err(late)
    }

    /// A step before the server has the mail.
    async fn before<T>(&self, step: impl Future<Output = Result<T, Error>>) -> Result<(), SmtpFailure> {
        let outcome = self.within(step).await?;
        outcome.map(drop).map_err(|error| refused(&error).unwrap_or_else(|| unreached(error)))
    }
}

/// Only the code: what a server says may repeat the address.
fn refused(error: &Error) -> Option<SmtpFailure> {
    let code = format!("smtp_{}", error.status()?);
    Some(SmtpFailure::Refused { code, permanent: error.is_permanent() })
}

/// Of a connection that did not come to be; a refusal there (a wrong password, too many connections) concerns us and
/// not the mail.
#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
fn unreached(error: Error) -> SmtpFailure {
    let code = match error.status() {
        Some(code) => format!("smtp_{code}"),
        None if error.is_tls() => "tls".to_owned(),
        None if error.is_timeout() => "time_out".to_owned(),
        None if error.is_client() => "not_offered".to_owned(),
        None => "unreachable".to_owned(),
    };
    SmtpFailure::Unreached(code)
}

fn tls(config: &SmtpConfig) -> Result<TlsParameters, CarrierError> {
    let mut builder = TlsParameters::builder(config.host.clone());
    let refused = |source: Error| CarrierError::Tls { sender: config.name.clone(), source };
    if let Some(file) = &config.ca_file {
        builder = builder.certificate_store(CertificateStore::None);
        builder = builder.add_root_certificate(certificate(file)?);
    }
    builder.build_rustls().map_err(refused)
}

fn certificate(file: &Path) -> Result<Certificate, CarrierError> {
    let pem = std::fs::read(file).map_err(|source| CarrierError::File { path: file.into(), source })?;
    let unreadable = || CarrierError::Certificate(file.into());
    // A file without a certificate is read as none at all; then no server would be believed, and nobody told why.
    let some = pem.windows(27).any(|bytes| bytes == b"-----BEGIN CERTIFICATE-----");
    Certificate::from_pem(&pem).ok().filter(|_| some).ok_or_else(unreadable)
}
