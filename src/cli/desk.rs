//! What every command that changes something holds.

use super::CliError;
use crate::audit::{Clerk, Event, EventKind, insert_event};
use crate::boot;
use crate::clock::{Clock, Timestamp};
use crate::config::{BrandConfig, Config};
use crate::id::BrandCode;
use crate::keys::load_or_create_master_key;
use crate::random::Random;
use crate::secret::MasterKey;
use crate::storage::{Database, Tx};

/// The operator's desk: configuration, database, time and randomness.
pub struct Desk {
    pub config: Config,
    pub db: Database,
    pub random: Random,
    pub now: Timestamp,
}

impl Desk {
    /// Opens the database; its schema is brought up to date where a start would do so.
    pub async fn open(config: Config) -> Result<Self, CliError> {
        let db = boot::open(&config).await?;
        Ok(Self { config, db, random: Random::system(), now: Clock::system().now() })
    }

    /// The master key; made when this is the very first command of a deployment.
    pub fn master(&self) -> Result<MasterKey, CliError> {
        let key = load_or_create_master_key(&self.config.secrets.master_key_file, &self.random);
        Ok(key.map_err(boot::BootError::from)?)
    }

    /// A configured brand.
    pub fn brand(&self, code: &str) -> Result<&BrandConfig, CliError> {
        let found = self.config.brand.iter().find(|brand| brand.code.as_str() == code);
        found.ok_or_else(|| {
            let known: Vec<_> = self.config.brand.iter().map(|brand| brand.code.as_str()).collect();
            CliError::refused(format!("there is no brand {code}; configured are {}", known.join(", ")))
        })
    }

    /// An audit event of this command.
    pub fn event(&self, kind: EventKind, what: &'static str, brand: Option<&BrandCode>) -> Event {
        let mut event = Event::new(kind, self.random.reference()).because(what).with("by", "command line");
        event.brand = brand.cloned();
        event
    }

    /// Who works here, for the verbs that need no brand.
    pub fn clerk(&self) -> Clerk<'_> {
        let event = self.event(EventKind::AccountChanged, "", None);
        Clerk { random: &self.random, now: self.now, event }
    }

    /// Writes an event beside the change it tells of.
    pub async fn record(&self, tx: &mut Tx, event: &Event) -> Result<(), CliError> {
        Ok(insert_event(tx, self.random.row_id(self.now).into(), event, self.now).await?)
    }
}
