//! Why would this person be let in or refused now? Every check of a sign-in with its outcome, in the order the person
//! meets them.
//!
//! The verdict on account and contract is [`sign_in::decide`]'s, asked with the facts that a sign-in asks it with, so
//! the two cannot disagree; the checks beside it say what else would stand in the way afterwards. The proof itself is
//! taken as given: who asks here wants to know what happens to somebody who has the right password.

use std::time::Duration;

use super::access_path::AccessPath;
use super::sign_in::{self, Decision, Reason};
use crate::text_enum::text_enum;

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

/// The checks of the decision, each by the function that the decision asks, and where it refuses by the decision itself.
fn decided(facts: &Facts, decision: Decision) -> Vec<Check> {
    let sign_in = &facts.sign_in;
    let account = sign_in.account.as_ref();
    let given = match decision {
        Decision::Allow => None,
        Decision::Refuse { reason, .. } => Some(reason),
    };
    let ask = |check: &dyn Fn(&sign_in::AccountFacts) -> Option<Reason>| account.and_then(check);
    let rows: [(What, Option<Reason>, &'static str); 6] = [
        (What::Lock, None, if facts.failures > 0 { "some_failures" } else { "no_failures" }),
        (What::Account, account.is_none().then_some(Reason::UnknownAccount), "account_found"),
        (What::Contract, ask(&|a| sign_in::check_contract(sign_in.purpose, sign_in.now, a)), contract_word(facts)),
        (What::Proof, None, "proof_taken_as_given"),
        (What::State, ask(&|a| sign_in::check_state(a.state)), "account_active"),
        (
            What::AccessPath,
            ask(&|a| sign_in::check_access_path((sign_in.purpose, sign_in.access_path), a)),
            "access_path_permitted",
        ),
    ];
    let row = |(what, own, good): (What, Option<Reason>, &'static str)| {
        let reason = given.filter(|reason| part_of(*reason) == what).or(own);
        match reason {
            Some(reason) => check(what, Outcome::Refuses, reason.as_str()),
            None if account.is_none() && !matches!(what, What::Lock | What::Account) => skipped(what, "no_account"),
            None => check(what, Outcome::Passes, good),
        }
    };
    let mut checks: Vec<Check> = rows.into_iter().map(row).collect();
    for check in &mut checks {
        match check.what {
            What::Lock => check.about.push(("failures", facts.failures.to_string())),
            What::Contract => check.about.extend(days_left(facts).map(|days| ("days", days.to_string()))),
            _ => {}
        }
    }
    checks
}

fn contract_word(facts: &Facts) -> &'static str {
    match facts.sign_in.account.map(|account| account.contract.plan) {
        Some(sign_in::Plan::Trial) if days_left(facts) == Some(0) => "contract_trial_grace",
        Some(sign_in::Plan::Trial) => "contract_trial",
        _ => "contract_active",
    }
}

/// Days that are left of a trial, the one that has begun counted in.
fn days_left(facts: &Facts) -> Option<u64> {
    let contract = facts.sign_in.account?.contract;
    let left = contract.started_at.plus(sign_in::TRIAL).since(facts.sign_in.now);
    (contract.plan == sign_in::Plan::Trial).then(|| left.as_secs().div_ceil(86_400))
}

const fn check(what: What, outcome: Outcome, code: &'static str) -> Check {
    Check { what, outcome, code, about: Vec::new() }
}

const fn skipped(what: What, code: &'static str) -> Check {
    check(what, Outcome::Skipped, code)
}

const fn of(what: What, good: bool, (yes, no): (&'static str, &'static str)) -> Check {
    if good { check(what, Outcome::Passes, yes) } else { check(what, Outcome::Refuses, no) }
}

const fn issuer(facts: &Facts) -> Check {
    of(What::Issuer, facts.has_issuer, ("issuer_there", "no_issuer"))
}

const fn client(facts: &Facts) -> Check {
    match facts.client {
        ClientFacts::None => skipped(What::Client, "no_client"),
        ClientFacts::Unknown => check(What::Client, Outcome::Refuses, "unknown_client"),
        ClientFacts::Known { is_active: false, .. } => check(What::Client, Outcome::Refuses, "client_disabled"),
        ClientFacts::Known { signs_people_in: false, .. } => {
            check(What::Client, Outcome::Refuses, "unauthorized_client")
        }
        ClientFacts::Known { .. } => check(What::Client, Outcome::Passes, "client_active"),
    }
}

fn redirect_uri(facts: &Facts) -> Check {
    match facts.client {
        ClientFacts::Known { redirect_uris, .. } => {
            let words = ("redirect_uri_registered", "no_redirect_uri");
            let mut check = of(What::RedirectUri, redirect_uris > 0, words);
            check.about.push(("count", redirect_uris.to_string()));
            check
        }
        ClientFacts::None | ClientFacts::Unknown => skipped(What::RedirectUri, "no_client"),
    }
}

const fn method(facts: &Facts) -> Check {
    let what = What::LoginMethod;
    match facts.method {
        MethodFacts::NoAccount => skipped(what, "no_account"),
        MethodFacts::Offered => check(what, Outcome::Passes, "method_offered"),
        MethodFacts::NotOffered => check(what, Outcome::Refuses, "method_not_offered"),
        MethodFacts::NoConnection => check(what, Outcome::Refuses, "connection_unknown"),
        MethodFacts::NotLinked => check(what, Outcome::Refuses, "upstream_not_linked"),
    }
}

fn address(facts: &Facts) -> Check {
    match facts.limited {
        Err(()) => skipped(What::Address, "limits_unknown"),
        Ok(None) => check(What::Address, Outcome::Passes, "address_within_limits"),
        Ok(Some(wait)) => Check {
            about: vec![("seconds", wait.as_secs().max(1).to_string())],
            ..check(What::Address, Outcome::Refuses, "too_many_requests")
        },
    }
}

const fn line(facts: &Facts) -> Check {
    let what = What::Line;
    match (facts.sign_in.access_path, facts.sign_in.account, facts.line) {
        (AccessPath::Internet, ..) => skipped(what, "line_not_asked"),
        (AccessPath::Line, None, _) => skipped(what, "no_account"),
        (AccessPath::Line, Some(_), LineFacts::NotTold) => check(what, Outcome::Unknown, "line_not_told"),
        (AccessPath::Line, Some(_), LineFacts::Unreadable) => check(what, Outcome::Refuses, "line_unreadable"),
        (AccessPath::Line, Some(_), LineFacts::Unregistered) => check(what, Outcome::Refuses, "line_unregistered"),
        (AccessPath::Line, Some(_), LineFacts::OfAnotherContract) => {
            check(what, Outcome::Refuses, "line_of_another_contract")
        }
        (AccessPath::Line, Some(_), LineFacts::Registered) => check(what, Outcome::Passes, "line_registered"),
    }
}

fn second_factor(facts: &Facts) -> Check {
    let what = What::SecondFactor;
    let Some(factor) = facts.second_factor else { return skipped(what, "no_account") };
    let code = match factor {
        SecondFactorFacts { asked: Err(why), .. } => return skipped(what, why),
        SecondFactorFacts { is_enrolled: false, .. } => "second_factor_enrolment",
        SecondFactorFacts { barred: Some(wait), .. } => {
            let about =
                vec![("minutes", wait.as_secs().div_ceil(60).to_string()), ("browsers", factor.remembered.to_string())];
            // A remembered browser passes all the same.
            let outcome = if factor.remembered > 0 { Outcome::Asks } else { Outcome::Refuses };
            return Check { about, ..check(what, outcome, "second_factor_barred") };
        }
        SecondFactorFacts { remembered: 0, .. } => "second_factor_asked",
        SecondFactorFacts { .. } => "second_factor_unless_remembered",
    };
    Check { about: vec![("browsers", factor.remembered.to_string())], ..check(what, Outcome::Asks, code) }
}

const fn role(facts: &Facts) -> Check {
    match facts.sign_in.purpose {
        sign_in::Purpose::AdminConsole => of(What::Role, facts.role_suffices, ("role_suffices", "role_forbids")),
        sign_in::Purpose::Client | sign_in::Purpose::AccountMenu => skipped(What::Role, "role_not_asked"),
    }
}

const fn consent(facts: &Facts) -> Check {
    let what = What::Consent;
    match facts.consent {
        ConsentFacts::NoClient => skipped(what, "no_client"),
        ConsentFacts::FirstParty => check(what, Outcome::Passes, "consent_first_party"),
        ConsentFacts::Given => check(what, Outcome::Passes, "consent_given"),
        ConsentFacts::Missing => check(what, Outcome::Asks, "consent_missing"),
        ConsentFacts::EachTime => check(what, Outcome::Asks, "consent_each_time"),
    }
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
