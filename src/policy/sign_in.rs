//! May this person sign in here and now? The order of decisions of the product's chapter on signing in.
//!
//! ```text
//! lock ─▶ contract ─▶ primary proof ─▶ account state ─▶ access path ─▶ allowed
//! ```
//! The lock stands first since it belongs to the address typed: one that nobody has behaves the same, so a locked
//! account must show the same page whatever its contract, its method or the password are. It guards the password alone:
//! a passkey or an upstream's word cannot be guessed, so its owner passes a lock that somebody else has brought about.
//!
//! The reason goes to the audit log; whether the page may name it is a second, separate answer: whoever has not proved
//! who they are learns nothing about the account or its contract (`security.md` line 63).

use std::time::Duration;

use super::access_path::{self, AccessPath, AccessPathSetting};
use crate::clock::Timestamp;
use crate::text_enum::text_enum;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a trial lasts from its start.
pub const TRIAL: Duration = DAY.saturating_mul(30);
/// How long after a trial its contractor may still enter the account menu.
pub const TRIAL_GRACE: Duration = DAY.saturating_mul(15);

text_enum! {
    /// A contract's plan.
    pub enum Plan {
        /// 基本プラン
        Basic = "basic",
        /// 無料トライアル
        Trial = "trial",
    }
}

text_enum! {
    /// A contract's state.
    pub enum ContractState {
        /// In force.
        Active = "active",
        /// 解約
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// An account's state.
    pub enum AccountState {
        /// Invited, not registered yet.
        Invited = "invited",
        /// In use.
        Active = "active",
        /// Blocked after too many wrong passwords.
        Locked = "locked",
        /// Stopped by an administrator.
        Suspended = "suspended",
        /// Gone.
        Deleted = "deleted",
    }
}

/// What the person signs in for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// A client application.
    Client,
    /// The account menu.
    AccountMenu,
    /// The admin console: a part of the service, so under the rules of a client.
    AdminConsole,
}

/// What became of the proof that was presented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrimaryProof {
    /// It holds.
    Match,
    /// A passkey that holds: the account was found by it, no address was typed.
    Passkey,
    /// An upstream's word that holds: the account was found by the linked identity.
    Upstream,
    /// It does not.
    Mismatch,
    /// The account signs in by another method than the one used.
    OtherMethod,
}

/// The contract of the account.
#[derive(Clone, Copy, Debug)]
pub struct ContractFacts {
    /// Its plan.
    pub plan: Plan,
    /// Its state.
    pub state: ContractState,
    /// When the plan began.
    pub started_at: Timestamp,
    /// Over which networks its people may come.
    pub access_path: AccessPathSetting,
}

/// The account that was named.
#[derive(Clone, Copy, Debug)]
pub struct AccountFacts {
    /// Its contract.
    pub contract: ContractFacts,
    /// Its state.
    pub state: AccountState,
    /// Whether it is the contract's contractor.
    pub is_contractor: bool,
    /// The proof presented for it.
    pub proof: PrimaryProof,
}

/// Everything the decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// What for.
    pub purpose: Purpose,
    /// Over which network.
    pub access_path: AccessPath,
    /// The present instant.
    pub now: Timestamp,
    /// Whether ten wrong passwords in a row were typed for an address whose account, if there is one, is not there to
    /// be locked by the next: it behaves like a locked one.
    pub too_many_failures: bool,
    /// The account with the address typed; `None` when there is none.
    pub account: Option<AccountFacts>,
}

/// The decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// A session may begin.
    Allow,
    /// It may not.
    Refuse {
        /// For the audit log.
        reason: Reason,
        /// Whether the page may name the reason; otherwise it shows the one neutral message of a failed sign-in.
        disclosed: bool,
    },
}

/// Why a sign-in was refused: reason codes of the audit log.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// The contract was cancelled.
    ContractCancelled,
    /// The trial and, where it applies, its 15 days after the end are over.
    TrialEnded,
    /// The trial is over: only the contractor may still enter the account menu.
    TrialEndedContractorOnly,
    /// No account has this address.
    UnknownAccount,
    /// The account signs in by another method.
    OtherLoginMethod,
    /// The proof does not hold.
    WrongPassword,
    /// The invitation was not taken yet.
    AccountInvited,
    /// The account is blocked.
    AccountLocked,
    /// Ten wrong passwords in a row for an address that has no account to be blocked.
    TooManyFailures,
    /// The account is suspended.
    AccountSuspended,
    /// The account was deleted.
    AccountDeleted,
    /// The contract's people come over a line alone, and this is the internet.
    LineRequired,
}

impl Reason {
    /// The word for a refusal that may be told: what a page needs to know, and no more.
    pub const fn told(self) -> &'static str {
        match self {
            Self::LineRequired => "line-required",
            Self::TrialEnded | Self::TrialEndedContractorOnly => "trial-ended",
            _ => "locked-out",
        }
    }

    /// The audit log's reason code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContractCancelled => "contract_cancelled",
            Self::TrialEnded => "trial_ended",
            Self::TrialEndedContractorOnly => "trial_ended_contractor_only",
            Self::UnknownAccount => "unknown_account",
            Self::OtherLoginMethod => "other_login_method",
            Self::WrongPassword => "wrong_password",
            Self::AccountInvited => "account_invited",
            Self::AccountLocked => "account_locked",
            Self::TooManyFailures => "too_many_failures",
            Self::AccountSuspended => "account_suspended",
            Self::AccountDeleted => "account_deleted",
            Self::LineRequired => "line_required",
        }
    }
}

/// Decides.
pub fn decide(facts: &Facts) -> Decision {
    if let Some(reason) = facts.account.as_ref().and_then(check_lock) {
        // Failures are forgotten before a lock is: without them an address that nobody has would show nothing either.
        let proved = facts.account.is_some_and(|account| account.proof == PrimaryProof::Match);
        return Decision::Refuse { reason, disclosed: facts.too_many_failures || proved };
    }
    if facts.too_many_failures {
        return Decision::Refuse { reason: Reason::TooManyFailures, disclosed: true };
    }
    let Some(account) = facts.account else {
        return Decision::Refuse { reason: Reason::UnknownAccount, disclosed: false };
    };
    let refusal = check_contract(facts.purpose, facts.now, &account)
        .or_else(|| check_proof(&account))
        .or_else(|| check_state(account.state))
        .or_else(|| check_access_path((facts.purpose, facts.access_path), &account));
    refusal.map_or(Decision::Allow, |reason| Decision::Refuse { reason, disclosed: is_disclosed(reason, &account) })
}

/// Whether a contract lets this person in, without any proof: also asked of a session that lives already.
pub fn check_contract(purpose: Purpose, now: Timestamp, account: &AccountFacts) -> Option<Reason> {
    let contract = account.contract;
    if contract.state == ContractState::Cancelled {
        return Some(Reason::ContractCancelled);
    }
    let trial_end = contract.started_at.plus(TRIAL);
    if contract.plan == Plan::Basic || now < trial_end {
        return None;
    }
    match (purpose, now < trial_end.plus(TRIAL_GRACE)) {
        (Purpose::AccountMenu, true) if account.is_contractor => None,
        (Purpose::AccountMenu, true) => Some(Reason::TrialEndedContractorOnly),
        _ => Some(Reason::TrialEnded),
    }
}

/// Whether the contract's people may come over this network: also asked of a session that lives already.
pub fn check_access_path((purpose, path): (Purpose, AccessPath), account: &AccountFacts) -> Option<Reason> {
    let setting = account.contract.access_path;
    let permitted = access_path::permits(setting, path, purpose, account.is_contractor);
    (!permitted).then_some(Reason::LineRequired)
}

/// Whether a contract is a trial that has ended.
pub fn is_trial_over(contract: &ContractFacts, now: Timestamp) -> bool {
    contract.plan == Plan::Trial && contract.started_at.plus(TRIAL) <= now
}

/// A locked account refuses even the right password.
fn check_lock(account: &AccountFacts) -> Option<Reason> {
    let guessed = matches!(account.proof, PrimaryProof::Match | PrimaryProof::Mismatch | PrimaryProof::OtherMethod);
    (guessed && account.state == AccountState::Locked).then_some(Reason::AccountLocked)
}

fn check_proof(account: &AccountFacts) -> Option<Reason> {
    match account.proof {
        PrimaryProof::Match | PrimaryProof::Passkey | PrimaryProof::Upstream => None,
        PrimaryProof::Mismatch => Some(Reason::WrongPassword),
        PrimaryProof::OtherMethod => Some(Reason::OtherLoginMethod),
    }
}

/// Whether the account's state lets this person in: also asked of a session that lives already, where a lock does not
/// count, since it guards the password alone.
pub const fn check_state(state: AccountState) -> Option<Reason> {
    match state {
        AccountState::Active | AccountState::Locked => None,
        AccountState::Invited => Some(Reason::AccountInvited),
        AccountState::Suspended => Some(Reason::AccountSuspended),
        AccountState::Deleted => Some(Reason::AccountDeleted),
    }
}

/// An account that is not or no longer there is told to nobody; everything else only after the proof held. (Too many
/// failures are told to everybody: an address nobody has behaves the same.)
fn is_disclosed(reason: Reason, account: &AccountFacts) -> bool {
    match reason {
        Reason::UnknownAccount | Reason::OtherLoginMethod | Reason::WrongPassword => false,
        _ => {
            matches!(account.proof, PrimaryProof::Match | PrimaryProof::Passkey | PrimaryProof::Upstream)
                && matches!(account.state, AccountState::Active | AccountState::Suspended)
        }
    }
}

#[cfg(test)]
#[path = "sign_in_tests.rs"]
mod tests;
