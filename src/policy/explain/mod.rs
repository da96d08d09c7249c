//! Why would this person be let in or refused now? Every check of a sign-in with its outcome, in the order the person
//! meets them.
//!
//! The verdict on account and contract is [`sign_in::decide`]'s, asked with the facts that a sign-in asks it with, so
//! the two cannot disagree; the checks beside it say what else would stand in the way afterwards. The proof itself is
//! taken as given: who asks here wants to know what happens to somebody who has the right password.

mod checks;

use std::time::Duration;

use super::sign_in::{self, Decision, Reason};
use crate::text_enum::text_enum;
use checks::{address, client, consent, decided, issuer, line, method, redirect_uri, role, second_factor};

text_enum! {
    /// What is checked, in the order of a sign-in.
    pub enum What {
        /// Whether the brand has an issuer on this network.
        Issuer = "issuer",
        /// Whether the client is registered at the brand and not disabled.
        Client = "client",
        /// Whether it can be answered at this issuer.
        RedirectUri = "redirect_uri",
        /// Whether the account's login method can be used.
        LoginMethod = "login_method",
        /// The limits of the network address.
        Address = "address",
        /// The lock after wrong passwords.
        Lock = "lock",
        /// Whether there is an account.
        Account = "account",
        /// The contract's state, plan and trial.
        Contract = "contract",
        /// The password, or the upstream's word.
        Proof = "proof",
        /// The account's state.
        State = "state",
        /// Access path (アクセス経路).
        AccessPath = "access_path",
        /// Line authentication (回線認証).
        Line = "line",
        /// Two-step verification (2段階認証).
        SecondFactor = "second_factor",
        /// Whether the role is enough for the admin console.
        Role = "role",
        /// Consent.
        Consent = "consent",
    }
}

text_enum! {
    /// How a check ends.
    pub enum Outcome {
        /// Nothing stands in the way.
        Passes = "passes",
        /// The person is asked for something, and goes on with it.
        Asks = "asks",
        /// The sign-in ends here.
        Refuses = "refuses",
        /// It depends on something that was not told.
        Unknown = "unknown",
        /// It does not come to that, or it cannot be known here.
        Skipped = "skipped",
    }
}

/// One check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// What.
    pub what: What,
    /// How it ends.
    pub outcome: Outcome,
    /// Why, as a code: the audit log's where it refuses.
    pub code: &'static str,
    /// Numbers and words for the sentence that says it.
    pub about: Vec<(&'static str, String)>,
}

/// All checks, and what they come to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// What they come to.
    pub verdict: Verdict,
    /// The checks, in their order.
    pub checks: Vec<Check>,
}

/// What the checks come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The person gets in, after what is asked for.
    LetIn,
    /// It depends on what was not told.
    Depends(What, &'static str),
    /// The person does not, for this reason.
    Refused(What, &'static str),
}

impl Verdict {
    /// As a word: `let_in`, `depends` or `refused`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LetIn => "let_in",
            Self::Depends(..) => "depends",
            Self::Refused(..) => "refused",
        }
    }
}

/// The client that the person comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientFacts {
    /// None: the account menu or the admin console.
    None,
    /// The brand has no such client.
    Unknown,
    /// A client of the brand.
    Known {
        /// Whether it may be used.
        is_active: bool,
        /// Whether it may use the authorization code flow.
        signs_people_in: bool,
        /// Redirect URIs at this issuer.
        redirect_uris: usize,
    },
}

/// Whether the login method of the account can be used at the brand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MethodFacts {
    /// Nobody's.
    NoAccount,
    /// It can.
    Offered,
    /// The brand does not offer it.
    NotOffered,
    /// The contract has no Active Directory that is in use.
    NoConnection,
    /// No upstream account is linked.
    NotLinked,
}

/// What is known of the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineFacts {
    /// Its number was not told.
    NotTold,
    /// What was told is no line number.
    Unreadable,
    /// No contract of the brand has it.
    Unregistered,
    /// Another contract has it.
    OfAnotherContract,
    /// The contract has it.
    Registered,
}

/// What is known of the second factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SecondFactorFacts {
    /// Whether it would be asked for in a browser that is not remembered; otherwise why not.
    pub asked: Result<(), &'static str>,
    /// Whether the account has one.
    pub is_enrolled: bool,
    /// How long wrong codes bar it.
    pub barred: Option<Duration>,
    /// In how many browsers it is remembered.
    pub remembered: u64,
}

/// Whether the person is asked to consent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConsentFacts {
    /// There is nobody to consent to.
    NoClient,
    /// The client is the service's own.
    FirstParty,
    /// Given before; asked again only for more.
    Given,
    /// Not given.
    Missing,
    /// A public client that cannot be told from an impostor.
    EachTime,
}

/// Everything that is known.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Whether the brand has an issuer on this network.
    pub has_issuer: bool,
    /// The client.
    pub client: ClientFacts,
    /// The login method.
    pub method: MethodFacts,
    /// How long the address has to wait; `Err` when that is not known here.
    pub limited: Result<Option<Duration>, ()>,
    /// Wrong passwords in a row.
    pub failures: i64,
    /// What the decision is asked with.
    pub sign_in: sign_in::Facts,
    /// The line.
    pub line: LineFacts,
    /// The second factor; `None` without an account.
    pub second_factor: Option<SecondFactorFacts>,
    /// Whether the role is enough for the admin console; true for everything else.
    pub role_suffices: bool,
    /// Consent.
    pub consent: ConsentFacts,
}

/// Every check of a sign-in with these facts, and what they come to.
pub fn explain(facts: &Facts) -> Explanation {
    let decision = sign_in::decide(&facts.sign_in);
    let before = [issuer(facts), client(facts), redirect_uri(facts), method(facts), address(facts)];
    let decided = decided(facts, decision);
    let after = [line(facts), second_factor(facts), role(facts), consent(facts)];
    // The decision's own word, not the list's: what is listed beside it must not change it.
    let reason = match decision {
        Decision::Allow => None,
        Decision::Refuse { reason, .. } => Some(Verdict::Refused(part_of(reason), reason.as_str())),
    };
    let verdict = first(&before, Outcome::Refuses, Verdict::Refused)
        .or(reason)
        .or_else(|| first(&after, Outcome::Refuses, Verdict::Refused))
        .or_else(|| first(&after, Outcome::Unknown, Verdict::Depends))
        .unwrap_or(Verdict::LetIn);
    let checks = before.into_iter().chain(decided).chain(after).collect();
    Explanation { verdict, checks }
}

fn first(checks: &[Check], outcome: Outcome, verdict: fn(What, &'static str) -> Verdict) -> Option<Verdict> {
    checks.iter().find(|check| check.outcome == outcome).map(|check| verdict(check.what, check.code))
}

/// The check that a reason of the decision belongs to.
const fn part_of(reason: Reason) -> What {
    match reason {
        Reason::AccountLocked | Reason::TooManyFailures => What::Lock,
        Reason::UnknownAccount => What::Account,
        Reason::ContractCancelled | Reason::TrialEnded | Reason::TrialEndedContractorOnly => What::Contract,
        Reason::OtherLoginMethod | Reason::WrongPassword => What::Proof,
        Reason::AccountInvited | Reason::AccountSuspended | Reason::AccountDeleted => What::State,
        Reason::LineRequired => What::AccessPath,
    }
}

#[cfg(test)]
mod tests;
