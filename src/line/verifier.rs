//! The port: one way in which lines become known, chosen by the configuration (`upstreams.md` §4.4).

use std::sync::Arc;

use arc_swap::ArcSwap;
use url::Url;

use super::assertion::{self, Gateways};
use super::evidence::{LineOutcome, LineRequest, PeerCertificate, PendingLine};
use super::notifier::{self, Notifier, Return};
use super::number::NumberRule;
use super::prefix::{ImportError, PrefixSource};
use super::witness::{BadKeys, Witness};
use crate::clock::Timestamp;
use crate::config::{LineConfig, LineMethodName};
use crate::random::Random;
use crate::secret::MasterKey;
use crate::storage::{Database, Fault};

/// Why line authentication cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum BadLine {
    /// A file with keys.
    #[error(transparent)]
    Keys(#[from] BadKeys),
    /// A setting that `[line]` must have for its method.
    #[error("[line] `{method}` needs `{key}`")]
    Missing {
        /// The method.
        method: LineMethodName,
        /// The key.
        key: &'static str,
    },
}

/// The one way in use. None stands in for another.
#[derive(Clone)]
enum Adapter {
    SignedAssertion,
    RedirectNotifier(Notifier),
    PrefixTable(PrefixSource),
}

/// What files hold, read again on SIGHUP.
struct Loaded {
    gateways: Gateways,
    adapter: Adapter,
}

struct Inner {
    config: LineConfig,
    rule: NumberRule,
    loaded: ArcSwap<Loaded>,
    master: MasterKey,
    random: Random,
}

/// Finds out over which line a request came. Cheap to clone.
#[derive(Clone)]
pub struct LineVerifier(Arc<Inner>);

impl LineVerifier {
    /// From the configuration and the keys that its files hold now.
    ///
    /// # Errors
    /// [`BadLine`].
    pub fn load(config: &LineConfig, (master, random): (MasterKey, Random)) -> Result<Self, BadLine> {
        let loaded = ArcSwap::from_pointee(read(config, None)?);
        let rule = NumberRule::new(config.number_forms.clone());
        Ok(Self(Arc::new(Inner { config: config.clone(), rule, loaded, master, random })))
    }

    /// Reads the keys again. After an error the old ones stay.
    ///
    /// # Errors
    /// [`BadLine`].
    pub fn reload(&self) -> Result<(), BadLine> {
        let loaded = read(&self.0.config, Some(&self.0.loaded.load().adapter))?;
        self.0.loaded.store(Arc::new(loaded));
        Ok(())
    }

    /// How lines become known.
    pub fn method(&self) -> LineMethodName {
        self.0.config.method
    }

    /// How line numbers are built.
    pub fn rule(&self) -> &NumberRule {
        &self.0.rule
    }

    /// The name of the gateway with this certificate; `None` for a stranger.
    pub fn gateway(&self, peer: &PeerCertificate) -> Option<String> {
        self.0.loaded.load().gateways.find(peer).map(|gateway| gateway.name.clone())
    }

    /// Takes the table of prefixes that is on disk into use, where there is one; `false` when nothing changed.
    ///
    /// # Errors
    /// [`ImportError`]; the table in use stays, until it is too old.
    pub async fn import(&self, db: &Database, now: Timestamp) -> Result<bool, ImportError> {
        let loaded = self.0.loaded.load_full();
        match &loaded.adapter {
            Adapter::PrefixTable(source) => source.import(db, &self.0.rule, now).await,
            Adapter::SignedAssertion | Adapter::RedirectNotifier(_) => Ok(false),
        }
    }

    /// Reads the table of prefixes that is on disk and answers how many rows it has; `None` where there is none to read.
    ///
    /// # Errors
    /// [`ImportError`].
    pub async fn examine(&self, now: Timestamp) -> Result<Option<usize>, ImportError> {
        match &self.0.loaded.load_full().adapter {
            Adapter::PrefixTable(source) => source.examine(&self.0.rule, now).await.map(Some),
            Adapter::SignedAssertion | Adapter::RedirectNotifier(_) => Ok(None),
        }
    }

    /// Finds out over which line this very request came. Uses an assertion up: ask once for each request.
    pub async fn observe(&self, db: &Database, request: &LineRequest<'_>) -> LineOutcome {
        let (inner, loaded) = (&self.0, self.0.loaded.load_full());
        match &loaded.adapter {
            Adapter::SignedAssertion => assertion::observe(db, (&loaded.gateways, &inner.rule), request).await,
            Adapter::RedirectNotifier(notifier) => {
                notifier::observe(db, (notifier, &inner.master, &inner.random), request).await
            }
            Adapter::PrefixTable(source) => source.observe(request),
        }
    }

    /// Finds out the same when a person comes back from the carrier. The way back itself proves nothing: either it brings
    /// a signed answer, or the line is looked at anew.
    pub async fn resume(&self, db: &Database, request: &LineRequest<'_>, back: Return<'_>) -> LineOutcome {
        let (inner, loaded) = (&self.0, self.0.loaded.load_full());
        match &loaded.adapter {
            Adapter::RedirectNotifier(notifier) if !back.response.is_empty() => {
                notifier::resume(db, (notifier, &inner.master, &inner.rule), request, back).await
            }
            _ => self.observe(db, request).await,
        }
    }

    /// The way to the carrier's page where people in the west allow their line to be told, and what must be kept
    /// meanwhile; `None` where the page is not known.
    pub fn west_page(&self, request: &LineRequest<'_>) -> Option<(Url, PendingLine)> {
        let mut url = self.0.config.west_notification_url.clone()?;
        let pending = notifier::pending(&self.0.random);
        let back = notifier::return_uri(request, request.interaction?);
        url.query_pairs_mut().append_pair("return_to", &back).append_pair("state", pending.state.expose());
        Some((url, pending))
    }

    /// Whether a way back belongs to a departure of this sign-in; uses its state up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn came_back(&self, db: &Database, request: &LineRequest<'_>, state: &str) -> Result<bool, Fault> {
        let Some(interaction) = request.interaction else { return Ok(false) };
        Ok(notifier::returned(db, interaction, state, request).await?.is_some())
    }
}

fn read(config: &LineConfig, former: Option<&Adapter>) -> Result<Loaded, BadLine> {
    let gateways = Gateways::load(&config.gateway)?;
    let missing = |key| BadLine::Missing { method: config.method, key };
    let adapter = match config.method {
        LineMethodName::SignedAssertion => Adapter::SignedAssertion,
        LineMethodName::RedirectNotifier => {
            let keys = config.notifier_keys_file.as_deref().ok_or_else(|| missing("notifier_keys_file"))?;
            let name = config.notifier_issuer.as_deref().ok_or_else(|| missing("notifier_issuer"))?;
            Adapter::RedirectNotifier(Notifier {
                url: config.notifier_url.clone().ok_or_else(|| missing("notifier_url"))?,
                client_id: config.notifier_client_id.clone().ok_or_else(|| missing("notifier_client_id"))?,
                witness: Witness::load(name, keys)?,
            })
        }
        LineMethodName::PrefixTable => {
            let keys = config.prefix_table_keys_file.as_deref().ok_or_else(|| missing("prefix_table_keys_file"))?;
            let name = config.prefix_table_issuer.as_deref().ok_or_else(|| missing("prefix_table_issuer"))?;
            let witness = Witness::load(name, keys)?;
            match former {
                Some(Adapter::PrefixTable(source)) => Adapter::PrefixTable(source.with_witness(witness)),
                _ => Adapter::PrefixTable(prefix_source(config, witness).ok_or_else(|| missing("prefix_table_file"))?),
            }
        }
    };
    Ok(Loaded { gateways, adapter })
}

fn prefix_source(config: &LineConfig, witness: Witness) -> Option<PrefixSource> {
    let files = (config.prefix_table_file.clone()?, config.prefix_table_signature_file.clone()?);
    Some(PrefixSource::new(files, witness, config.prefix_table_max_age.0, config.prefix_table_max_shrink))
}
