//! The carriers of every brand: which server or provider is asked, in which order.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::gateway::{self, SmsRoute};
use super::letter::Letterhead;
use super::message::Channel;
use super::smtp::Smtp;
use crate::config::{BrandConfig, Config};
use crate::id::BrandCode;
use crate::secret::Secret;

/// Mails under way to one recipient domain: the mobile carriers slow down whoever comes with more.
const PER_DOMAIN: usize = 2;

/// Why there are no carriers.
#[derive(Debug, thiserror::Error)]
pub enum CarrierError {
    /// A file with a password, a token or a certificate.
    #[error("{path} cannot be read", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file that should hold a secret.
    #[error("{path} must hold one line with the password or token", path = .0.display())]
    Secret(PathBuf),
    /// A file that should hold certificates.
    #[error("{path} holds no PEM certificates", path = .0.display())]
    Certificate(PathBuf),
    /// TLS towards a mail server.
    #[error("mail sender {sender}: TLS cannot be prepared")]
    Tls {
        /// The sender's name.
        sender: String,
        /// Why.
        source: lettre::transport::smtp::Error,
    },
    /// The HTTP client.
    #[error("the client for SMS providers cannot be prepared")]
    Client(#[source] reqwest::Error),
}

/// Takes messages away; cheap to clone.
#[derive(Clone)]
pub struct Carrier(pub(super) Arc<Carriers>);

pub(super) struct Carriers {
    pub senders: Vec<Smtp>,
    pub routes: Vec<SmsRoute>,
    pub brands: HashMap<BrandCode, BrandCarriers>,
    pub give_up_after: Duration,
    pub unknown_wait: Duration,
    stopped: AtomicBool,
    told: [AtomicBool; 2],
    domains: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// What one brand uses: indexes into the lists, best first.
pub(super) struct BrandCarriers {
    pub head: Option<Letterhead>,
    pub senders: Vec<usize>,
    pub routes: Vec<usize>,
}

impl Carrier {
    /// From the configuration, with passwords and certificates read. Needs a runtime.
    ///
    /// # Errors
    /// [`CarrierError`], in words for whoever configures them.
    pub fn load(config: &Config) -> Result<Self, CarrierError> {
        let senders = config.mail.sender.iter().map(|sender| Smtp::load(sender, config.mail.timeout.0));
        let senders = senders.collect::<Result<Vec<_>, _>>()?;
        let mut routes = Vec::new();
        if !config.sms.route.is_empty() {
            let client = gateway::client(config.sms.timeout.0)?;
            for route in &config.sms.route {
                routes.push(SmsRoute::load(route, client.clone())?);
            }
        }
        let used = |wanted: &[String], names: &[&str]| match wanted {
            [] => (0..names.len()).collect(),
            wanted => wanted.iter().filter_map(|name| names.iter().position(|known| known == name)).collect(),
        };
        let sender_names: Vec<&str> = senders.iter().map(|sender| sender.name.as_str()).collect();
        let route_names: Vec<&str> = routes.iter().map(|route| route.name.as_str()).collect();
        let carriers = |brand: &BrandConfig| BrandCarriers {
            head: Letterhead::of(brand),
            senders: used(&brand.mail_senders, &sender_names),
            routes: used(&brand.sms_routes, &route_names),
        };
        let brands = config.brand.iter().map(|brand| (brand.code.clone(), carriers(brand))).collect();
        Ok(Self(Arc::new(Carriers {
            brands,
            senders,
            routes,
            give_up_after: config.mail.give_up_after.0,
            unknown_wait: config.sms.unknown_wait.0,
            stopped: AtomicBool::new(false),
            told: Default::default(),
            domains: Mutex::default(),
        })))
    }

    /// Takes nothing more out of the outbox; what is under way goes on.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }
}

impl Carriers {
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Whether anybody takes messages of this kind.
    pub fn can_carry(&self, channel: Channel) -> bool {
        match channel {
            Channel::Mail => !self.senders.is_empty(),
            Channel::Sms => !self.routes.is_empty(),
        }
    }

    /// Whether nobody has been told yet that messages of this kind wait for want of a carrier.
    pub fn is_news(&self, channel: Channel) -> bool {
        !self.told[usize::from(channel == Channel::Sms)].swap(true, Ordering::Relaxed)
    }

    /// The places of a recipient domain.
    pub fn places(&self, domain: &str) -> Arc<Semaphore> {
        let mut domains = self.domains.lock().unwrap_or_else(PoisonError::into_inner);
        if domains.len() > 1_000 {
            domains.retain(|_, places| Arc::strong_count(places) > 1);
        }
        Arc::clone(domains.entry(domain.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(PER_DOMAIN))))
    }
}

/// A password or token: the one line of its file.
pub(super) fn read_secret(path: &Path) -> Result<Secret<String>, CarrierError> {
    let text = std::fs::read_to_string(path).map_err(|source| CarrierError::File { path: path.into(), source })?;
    let text = Secret::new(text);
    let line = text.expose().trim_end_matches(['\r', '\n']);
    if line.is_empty() || line.chars().any(char::is_control) {
        return Err(CarrierError::Secret(path.into()));
    }
    Ok(Secret::new(line.to_owned()))
}
