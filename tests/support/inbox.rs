//! Where mails and SMS arrive in a test: a real SMTP server and a real SMS endpoint in this process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tegata::config::{Config, SmsRouteConfig, SmsRouteKind, SmtpConfig, SmtpSecurity};
use tegata_conformance::sink::{Faults, Kind, Message, Sink};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// An inbox; clones are the same one. Its servers end with the last.
#[derive(Clone)]
pub struct Inbox(Arc<Inner>);

struct Inner {
    sink: Sink,
    smtp: SocketAddr,
    http: SocketAddr,
    folder: tempfile::TempDir,
    _servers: JoinSet<()>,
}

impl Inbox {
    /// Opens both servers on free ports.
    pub async fn open() -> Self {
        let sink = Sink::new(None).expect("a sink in memory");
        let bind = async || TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let (smtp, http) = (bind().await, bind().await);
        let address = |listener: &TcpListener| listener.local_addr().expect("a bound port");
        let (smtp_address, http_address) = (address(&smtp), address(&http));
        let mut servers = JoinSet::new();
        let (one, other) = (sink.clone(), sink.clone());
        servers.spawn(async move { one.serve_smtp(smtp).await.expect("the listener works") });
        servers.spawn(async move { other.serve_http(http).await.expect("the listener works") });
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self(Arc::new(Inner { sink, smtp: smtp_address, http: http_address, folder, _servers: servers }))
    }

    /// Has a provider send everything here; every brand gets an address of its own.
    pub fn configure(&self, config: &mut Config) {
        config.mail.sender.push(self.sender("inbox"));
        config.sms.route.push(self.route("inbox"));
        for brand in &mut config.brand {
            let domain = format!("{}.example", brand.code.as_str().to_lowercase());
            brand.mail_from.get_or_insert(format!("no-reply@{domain}").parse().expect("a mailbox"));
        }
    }

    /// This inbox as a `[[mail.sender]]`.
    pub fn sender(&self, name: &str) -> SmtpConfig {
        SmtpConfig {
            name: name.to_owned(),
            host: "127.0.0.1".to_owned(),
            port: Some(self.0.smtp.port()),
            security: SmtpSecurity::None,
            username: Some("tegata".to_owned()),
            password_file: Some(self.secret("mail-password-9")),
            ca_file: None,
            bounce_domain: Some("bounce.example".to_owned()),
        }
    }

    /// This inbox as an `[[sms.route]]`.
    pub fn route(&self, name: &str) -> SmsRouteConfig {
        SmsRouteConfig {
            name: name.to_owned(),
            kind: SmsRouteKind::Json,
            url: format!("http://{}/sms", self.0.http).parse().expect("a URL"),
            from: "M-Drive".to_owned(),
            username: Some("tegata".to_owned()),
            password_file: Some(self.secret("sms-password-9")),
            token_file: None,
        }
    }

    /// The same, as Twilio speaks.
    pub fn twilio_route(&self, name: &str) -> SmsRouteConfig {
        let url = format!("http://{}/2010-04-01/Accounts/AC1/Messages.json", self.0.http);
        SmsRouteConfig { kind: SmsRouteKind::Twilio, url: url.parse().expect("a URL"), ..self.route(name) }
    }

    fn secret(&self, text: &str) -> PathBuf {
        let path = self.0.folder.path().join(text);
        std::fs::write(&path, format!("{text}\n")).expect("a temporary file");
        path
    }

    /// Its mail server.
    pub fn smtp(&self) -> SocketAddr {
        self.0.smtp
    }

    /// What goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.0.sink.set_faults(faults);
    }

    /// How many mails were ever under way at once.
    pub fn busiest(&self) -> usize {
        self.0.sink.busiest()
    }

    /// Everything that arrived, oldest first.
    pub fn messages(&self) -> Vec<Arc<Message>> {
        let mut messages = self.0.sink.messages();
        messages.reverse();
        messages
    }

    /// The mails to an address, oldest first.
    pub fn mails_to(&self, to: &str) -> Vec<Arc<Message>> {
        self.of(Kind::Mail, to)
    }

    /// The SMS to a number, oldest first.
    pub fn sms_to(&self, to: &str) -> Vec<Arc<Message>> {
        self.of(Kind::Sms, to)
    }

    fn of(&self, kind: Kind, to: &str) -> Vec<Arc<Message>> {
        let wanted = |message: &Arc<Message>| message.kind == kind && message.to.iter().any(|one| one == to);
        self.messages().into_iter().filter(wanted).collect()
    }
}

/// The values of a mail's header field.
pub fn header<'m>(message: &'m Message, name: &str) -> Vec<&'m str> {
    let named = |(field, value): &'m (String, String)| field.eq_ignore_ascii_case(name).then_some(value.as_str());
    message.headers.iter().filter_map(named).collect()
}

/// The link of a mail.
pub fn link(message: &Message) -> &str {
    message.text.lines().find(|line| line.starts_with("http")).expect("the mail has a link")
}

/// The six digits of an SMS.
pub fn code(message: &Message) -> &str {
    let digits = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
    message.text.split(' ').find(digits).expect("the SMS has a code")
}
