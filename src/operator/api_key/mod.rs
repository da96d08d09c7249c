//! Keys of the JSON API: who presents one (RFC 6750 §2.1) is a program of the house, as the contract system is.
//!
//! A key is random (256 bit), shown once, kept as its hash, and at most a year good. It may do what its scopes name and
//! its role allows, at all brands or at those it names.

mod store;

use std::time::Duration;

use crate::audit::{Clerk, EventKind};
use crate::clock::Timestamp;
use crate::id::{ApiKeyId, BrandCode};
use crate::policy::operator_access::{OperatorRole, Permission, allows_key};
use crate::policy::operator_sign_in::LONGEST_API_KEY;
use crate::secret::Secret;
use crate::storage::{Fault, Tx};

pub use store::{STATEMENTS, find_api_key, find_api_key_by_secret, list_api_keys, touch_api_key};

/// What every key begins with, so that one that leaked is recognized by those who search for such things.
pub const PREFIX: &str = "tegata_key_";
/// How often a use is noted.
const NOTED_EVERY: Duration = Duration::from_mins(1);

/// A key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// What it may do at the most.
    pub role: OperatorRole,
    /// What it may do.
    pub scopes: Vec<Permission>,
    /// At which brands; `None`: at all.
    pub brands: Option<Vec<BrandCode>>,
    /// Who made it: an operator's id, or `command line`.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it is good.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether it may do something.
    pub fn may(&self, permission: Permission) -> bool {
        allows_key(self.role, &self.scopes, permission)
    }

    /// Whether it is good for a brand.
    pub fn covers(&self, brand: &BrandCode) -> bool {
        self.brands.as_ref().is_none_or(|brands| brands.contains(brand))
    }

    /// Whether its use has to be noted now.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|at| now.since(at) >= NOTED_EVERY)
    }
}

/// A key to be made.
pub struct NewApiKey {
    /// What it is for.
    pub name: String,
    /// What it may do at the most.
    pub role: OperatorRole,
    /// What it may do.
    pub scopes: Vec<Permission>,
    /// At which brands; `None`: at all.
    pub brands: Option<Vec<BrandCode>>,
    /// How long; a year at the most.
    pub lifetime: Duration,
}

/// Why a key cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyProblem {
    /// It would be for nothing.
    #[error("a key needs at least one scope")]
    NoScope,
    /// It names something its role does not allow.
    #[error("the role does not allow {0}")]
    BeyondRole(Permission),
    /// It would live too long, or not at all.
    #[error("a key lives a year at the most")]
    Lifetime,
    /// A list of brands without a brand.
    #[error("a list of brands names at least one")]
    NoBrand,
}

impl NewApiKey {
    /// Checks the rules between its parts.
    ///
    /// # Errors
    /// The first that is broken.
    pub fn check(&self) -> Result<(), KeyProblem> {
        if self.scopes.is_empty() {
            return Err(KeyProblem::NoScope);
        }
        if let Some(beyond) = self.scopes.iter().find(|scope| !allows_key(self.role, &self.scopes, **scope)) {
            return Err(KeyProblem::BeyondRole(*beyond));
        }
        if self.brands.as_ref().is_some_and(Vec::is_empty) {
            return Err(KeyProblem::NoBrand);
        }
        let fits = !self.lifetime.is_zero() && self.lifetime <= LONGEST_API_KEY;
        if fits { Ok(()) } else { Err(KeyProblem::Lifetime) }
    }
}

/// Makes a key that was checked; answers it and its secret, which nobody can show again.
///
/// # Errors
/// When the database fails.
pub async fn create_api_key(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    (new, by): (NewApiKey, &str),
) -> Result<(ApiKey, Secret<String>), Fault> {
    let NewApiKey { name, role, mut scopes, brands, lifetime } = new;
    scopes.sort_unstable();
    scopes.dedup();
    let secret = Secret::new(format!("{PREFIX}{}", clerk.random.token()));
    let key = ApiKey {
        id: clerk.random.uuid().into(),
        name,
        role,
        scopes,
        brands,
        created_by: by.to_owned(),
        created_at: clerk.now,
        expires_at: clerk.now.plus(lifetime),
        last_used_at: None,
        revoked_at: None,
    };
    store::insert_api_key(tx, &key, &secret).await?;
    let event = clerk.event(EventKind::ApiKeyChanged, "created").with("api_key", key.id.as_str());
    clerk.record(tx, &event.with("scopes", words(&key.scopes))).await?;
    Ok((key, secret))
}

/// Revokes a key; `false` when there is none, or it was revoked before.
///
/// # Errors
/// When the database fails.
pub async fn revoke_api_key(tx: &mut Tx, clerk: &Clerk<'_>, id: &ApiKeyId) -> Result<bool, Fault> {
    if !store::revoke(tx, id, clerk.now).await? {
        return Ok(false);
    }
    let event = clerk.event(EventKind::ApiKeyChanged, "revoked").with("api_key", id.as_str());
    clerk.record(tx, &event).await?;
    Ok(true)
}

/// Scopes as one text, with blanks between them.
pub fn words(scopes: &[Permission]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(role: OperatorRole, scopes: &[Permission], days: u64) -> NewApiKey {
        NewApiKey {
            name: "contract system".to_owned(),
            role,
            scopes: scopes.to_vec(),
            brands: None,
            lifetime: Duration::from_hours(24 * days),
        }
    }

    #[test]
    fn a_key_names_what_its_role_allows_and_lives_a_year_at_the_most() {
        use OperatorRole::{Full, Support};
        use Permission::{AccountsSupport, ContractsRead, ContractsWrite};
        assert_eq!(new(Full, &[ContractsRead, ContractsWrite], 366).check(), Ok(()));
        assert_eq!(new(Support, &[AccountsSupport], 1).check(), Ok(()));
        assert_eq!(new(Full, &[], 1).check(), Err(KeyProblem::NoScope));
        assert_eq!(new(Support, &[ContractsWrite], 1).check(), Err(KeyProblem::BeyondRole(ContractsWrite)));
        assert_eq!(new(Full, &[ContractsRead], 367).check(), Err(KeyProblem::Lifetime));
        assert_eq!(new(Full, &[ContractsRead], 0).check(), Err(KeyProblem::Lifetime));
        let nowhere = NewApiKey { brands: Some(Vec::new()), ..new(Full, &[ContractsRead], 1) };
        assert_eq!(nowhere.check(), Err(KeyProblem::NoBrand));
    }
}
