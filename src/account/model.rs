//! The account's record.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::contract::Contract;
use crate::id::{AccountId, BrandCode, ContractId, Subject};
use crate::policy::access_path::AccessPath;
use crate::policy::sign_in::{self, AccountFacts, ContractFacts, PrimaryProof, Purpose, Reason};
use crate::secret::Secret;
use crate::text_enum::text_enum;

pub use crate::policy::administration::Role;
pub use crate::policy::sign_in::AccountState;

text_enum! {
    /// How an account proves who it is: exactly one, always.
    pub enum LoginMethod {
        /// E-mail address and password.
        Password = "password",
        /// Google.
        Google = "google",
        /// Facebook.
        Facebook = "facebook",
        /// Microsoft.
        Microsoft = "microsoft",
        /// dアカウント.
        DAccount = "daccount",
        /// The customer's own Active Directory (ADFS).
        ActiveDirectory = "active_directory",
        /// An upstream of the operator's own choice.
        OpenIdConnect = "openid_connect",
    }
}

/// A postal address (OpenID Connect Core §5.1.1).
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the members are the standard's own")]
#[serde(default)]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// The standard claims that are not columns of their own (OpenID Connect Core §5.1).
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the members are the standard's own")]
#[serde(default)]
pub struct Profile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number_verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// A person's record in a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Row id; never shown outside.
    pub id: AccountId,
    /// The brand it exists in.
    pub brand: BrandCode,
    /// Its contract.
    pub contract_id: ContractId,
    /// Its `sub`.
    pub subject: Subject,
    /// Its address, as typed.
    pub email: String,
    /// When the address was proved to be its own.
    pub email_verified_at: Option<Timestamp>,
    /// Its full name.
    pub name: String,
    /// Further standard claims.
    pub profile: Profile,
    /// Its role.
    pub role: Role,
    /// Its state.
    pub state: AccountState,
    /// Its login method.
    pub login_method: LoginMethod,
    /// Last change, for `updated_at`.
    pub updated_at: Timestamp,
}

/// All that a sign-in has to know about an account, read at once.
#[derive(Debug)]
pub struct SignInRecord {
    /// The account.
    pub account: Account,
    /// Its contract.
    pub contract: Contract,
    /// Its password hash (PHC string), when its method is the password and one is set.
    pub password_hash: Option<Secret<String>>,
}

impl SignInRecord {
    /// What the sign-in policy wants to know.
    pub fn facts(&self, proof: PrimaryProof) -> AccountFacts {
        AccountFacts {
            contract: ContractFacts {
                plan: self.contract.plan,
                state: self.contract.state,
                started_at: self.contract.started_at,
                access_path: self.contract.access_path,
            },
            state: self.account.state,
            is_contractor: self.account.role == Role::Contractor,
            proof,
        }
    }

    /// Why a person who signed in before may not go on now; `None`: may. Asked of every session and token, so that a
    /// suspension, the end of a contract or a closed access path acts at once (`security.md` line 89).
    pub fn refusal(&self, path: AccessPath, now: Timestamp) -> Option<Reason> {
        self.refusal_for((Purpose::Client, path), now)
    }

    /// Whether ten wrong passwords lock this account. Where a lock would take nothing away (another method, an
    /// invitation, a suspension, the end of a contract) the count alone makes the page say what it says to everybody.
    pub fn is_lockable(&self, now: Timestamp) -> bool {
        self.account.login_method == LoginMethod::Password
            && self.account.state == AccountState::Active
            && self.refusal_for((Purpose::AccountMenu, AccessPath::Line), now).is_none()
    }

    /// Whether the contract lets nobody in any more.
    pub fn contract_refuses(&self, now: Timestamp) -> bool {
        sign_in::check_contract(Purpose::Client, now, &self.facts(PrimaryProof::Match)).is_some()
    }

    /// The same for a purpose: the account menu lets in the contractor of a trial that has ended.
    pub fn refusal_for(&self, (purpose, path): (Purpose, AccessPath), now: Timestamp) -> Option<Reason> {
        let facts = self.facts(PrimaryProof::Match);
        sign_in::check_contract(purpose, now, &facts)
            .or_else(|| sign_in::check_state(self.account.state))
            .or_else(|| sign_in::check_access_path((purpose, path), &facts))
    }
}
