//! From two files to a table in use.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use serde::Deserialize;

use super::store::{AcceptedTable, accept_table, find_table, replace_table};
use super::table::{BadTable, Table};
use crate::clock::Timestamp;
use crate::config::LineMethodName;
use crate::jose::{NumericDate, TypeRule};
use crate::line::evidence::{EVIDENCE_LIFETIME, LineEvidence, LineOutcome, LineReject, LineRequest, Outage};
use crate::line::number::NumberRule;
use crate::line::witness::{LEEWAY, Witness};
use crate::secret::{TokenHash, base64url};
use crate::storage::{Database, Fault};

/// A signature's `typ`, which no other token has.
const TYPE: TypeRule = TypeRule { accepted: &["line-table+jwt"], may_be_absent: false };
/// The largest table, in bytes.
const LARGEST: u64 = 128 * 1024 * 1024;

/// Why a table was not taken into use.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{path}: {why}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        why: String,
    },
    /// The signature is not right.
    #[error("the signature of the table of prefixes is refused: {0}")]
    Signature(LineReject),
    /// The text is not the one that was signed.
    #[error("the table of prefixes is not the one that was signed")]
    Digest,
    /// It was signed too long ago.
    #[error("the table of prefixes is too old")]
    TooOld,
    /// It says something that cannot be.
    #[error("the table of prefixes is refused: {0}")]
    Table(#[from] BadTable),
    /// A newer one is in use, or another one with the same version.
    #[error("version {given} of the table of prefixes is refused: version {in_use} is in use")]
    Version {
        /// What its signature says.
        given: i64,
        /// What is in use.
        in_use: i64,
    },
    /// It lost more rows than may be lost at once.
    #[error(
        "the table of prefixes has {given} rows, after {in_use}: refused, unless prefix_table_max_shrink allows it"
    )]
    Shrunk {
        /// Its rows.
        given: i64,
        /// Those of the one in use.
        in_use: i64,
    },
    /// The database.
    #[error(transparent)]
    Fault(#[from] Fault),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    version: u32,
    iat: NumericDate,
    sha256: String,
}

/// A text that its signer stands for, and that is not too old.
struct Signed {
    csv: String,
    version: i64,
    digest: TokenHash,
    signed_at: Timestamp,
}

struct InUse {
    table: Table,
    version: i64,
    digest: TokenHash,
    signed_at: Timestamp,
}

/// Where the table comes from, and the one in use. Cheap to clone.
#[derive(Clone)]
pub struct PrefixSource {
    /// The CSV.
    pub file: PathBuf,
    /// Its signature.
    pub signature_file: PathBuf,
    /// Who signs.
    pub witness: Witness,
    /// How old a table may be.
    pub max_age: Duration,
    /// By how many percent a table may shrink.
    pub max_shrink: u8,
    in_use: Arc<ArcSwapOption<InUse>>,
}

impl PrefixSource {
    /// A source, nothing in use.
    pub fn new(
        (file, signature_file): (PathBuf, PathBuf),
        witness: Witness,
        max_age: Duration,
        max_shrink: u8,
    ) -> Self {
        Self { file, signature_file, witness, max_age, max_shrink, in_use: Arc::default() }
    }

    /// The same source with keys read anew, and the table that is in use.
    #[must_use]
    pub fn with_witness(&self, witness: Witness) -> Self {
        Self { witness, ..self.clone() }
    }

    /// Reads the table that the files hold now, as far as that can be judged without knowing the one in use.
    ///
    /// # Errors
    /// [`ImportError`].
    pub async fn examine(&self, rule: &NumberRule, now: Timestamp) -> Result<usize, ImportError> {
        let signed = self.read_signed(now).await?;
        Ok(Table::parse(&signed.csv, rule)?.len())
    }

    /// Takes the table that the files hold now into use; `false` when it is in use already.
    ///
    /// # Errors
    /// [`ImportError`]; the one in use stays.
    pub async fn import(&self, db: &Database, rule: &NumberRule, now: Timestamp) -> Result<bool, ImportError> {
        let Signed { csv, version, digest, signed_at } = self.read_signed(now).await?;
        let current = self.in_use.load();
        if current.as_ref().is_some_and(|c| c.version == version && c.digest == digest && c.signed_at == signed_at) {
            return Ok(false);
        }
        let table = Table::parse(&csv, rule)?;
        let entries = i64::try_from(table.len()).unwrap_or(i64::MAX);
        self.accept(db, AcceptedTable { version, digest, entries, accepted_at: now }).await?;
        self.in_use.store(Some(Arc::new(InUse { table, version, digest, signed_at })));
        Ok(true)
    }

    async fn read_signed(&self, now: Timestamp) -> Result<Signed, ImportError> {
        let token = read(&self.signature_file).await?;
        let claims: Claims = self.witness.claims(token.trim(), TYPE).map_err(ImportError::Signature)?;
        if claims.iss != self.witness.name {
            return Err(ImportError::Signature(LineReject::WrongIssuer));
        }
        let (signed_at, version) = (claims.iat.timestamp(), i64::from(claims.version));
        if signed_at > now.plus(LEEWAY) {
            return Err(ImportError::Signature(LineReject::NotYetValid));
        }
        if now.since(signed_at) > self.max_age {
            return Err(ImportError::TooOld);
        }
        let csv = read(&self.file).await?;
        let digest = TokenHash::of(&csv);
        if base64url(digest.as_bytes()) != claims.sha256 {
            return Err(ImportError::Digest);
        }
        Ok(Signed { csv, version, digest, signed_at })
    }

    async fn accept(&self, db: &Database, new: AcceptedTable) -> Result<(), ImportError> {
        let iss = self.witness.name.as_str();
        let Some(former) = find_table(db, iss).await? else {
            let mut tx = db.begin().await?;
            let first = accept_table(&mut tx, iss, &new).await?;
            tx.commit().await?;
            // Another node was first with it, or with another one: the next round tells.
            return if first { Ok(()) } else { Err(ImportError::Version { given: new.version, in_use: new.version }) };
        };
        if new.version == former.version && new.digest == former.digest {
            return Ok(());
        }
        if new.version <= former.version {
            return Err(ImportError::Version { given: new.version, in_use: former.version });
        }
        let kept = former.entries.saturating_mul(100 - i64::from(self.max_shrink));
        if new.entries.saturating_mul(100) < kept {
            return Err(ImportError::Shrunk { given: new.entries, in_use: former.entries });
        }
        let mut tx = db.begin().await?;
        let replaced = replace_table(&mut tx, iss, former.version, &new).await?;
        tx.commit().await?;
        if replaced { Ok(()) } else { Err(ImportError::Version { given: new.version, in_use: former.version }) }
    }

    /// The line of a request's address.
    pub(in crate::line) fn observe(&self, request: &LineRequest<'_>) -> LineOutcome {
        let Some(source) = request.source.filter(|_| request.on_line_listener) else { return LineOutcome::NotOnLine };
        let in_use = self.in_use.load();
        let fresh = in_use.as_ref().filter(|in_use| request.now.since(in_use.signed_at) <= self.max_age);
        let Some(in_use) = fresh else {
            return LineOutcome::Unavailable { why: Outage::Table, retry_after: crate::line::RETRY };
        };
        let Some((number, area)) = in_use.table.find(source, request.now) else {
            return LineOutcome::Rejected(LineReject::UnknownPrefix);
        };
        LineOutcome::Verified(LineEvidence {
            number: number.clone(),
            area,
            method: LineMethodName::PrefixTable,
            witness: self.witness.name.clone(),
            observed_at: request.now,
            expires_at: request.now.plus(EVIDENCE_LIFETIME),
        })
    }
}

async fn read(path: &std::path::Path) -> Result<String, ImportError> {
    let failed = |why: String| ImportError::File { path: path.to_owned(), why };
    let size = tokio::fs::metadata(path).await.map_err(|why| failed(why.to_string()))?.len();
    if size > LARGEST {
        return Err(failed(format!("longer than {LARGEST} bytes")));
    }
    tokio::fs::read_to_string(path).await.map_err(|why| failed(why.to_string()))
}
