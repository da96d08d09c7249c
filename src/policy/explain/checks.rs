//! The checks, one by one.

use super::{
    Check, ClientFacts, ConsentFacts, Facts, LineFacts, MethodFacts, Outcome, SecondFactorFacts, What, part_of,
};
use crate::policy::access_path::AccessPath;
use crate::policy::sign_in::{self, Decision, Reason};

/// The checks of the decision, each by the function that the decision asks, and where it refuses by the decision itself.
pub(super) fn decided(facts: &Facts, decision: Decision) -> Vec<Check> {
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

pub(super) const fn issuer(facts: &Facts) -> Check {
    of(What::Issuer, facts.has_issuer, ("issuer_there", "no_issuer"))
}

pub(super) const fn client(facts: &Facts) -> Check {
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

pub(super) fn redirect_uri(facts: &Facts) -> Check {
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

pub(super) const fn method(facts: &Facts) -> Check {
    let what = What::LoginMethod;
    match facts.method {
        MethodFacts::NoAccount => skipped(what, "no_account"),
        MethodFacts::Offered => check(what, Outcome::Passes, "method_offered"),
        MethodFacts::NotOffered => check(what, Outcome::Refuses, "method_not_offered"),
        MethodFacts::NoConnection => check(what, Outcome::Refuses, "connection_unknown"),
        MethodFacts::NotLinked => check(what, Outcome::Refuses, "upstream_not_linked"),
    }
}

pub(super) fn address(facts: &Facts) -> Check {
    match facts.limited {
        Err(()) => skipped(What::Address, "limits_unknown"),
        Ok(None) => check(What::Address, Outcome::Passes, "address_within_limits"),
        Ok(Some(wait)) => Check {
            about: vec![("seconds", wait.as_secs().max(1).to_string())],
            ..check(What::Address, Outcome::Refuses, "too_many_requests")
        },
    }
}

pub(super) const fn line(facts: &Facts) -> Check {
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

pub(super) fn second_factor(facts: &Facts) -> Check {
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

pub(super) const fn role(facts: &Facts) -> Check {
    match facts.sign_in.purpose {
        sign_in::Purpose::AdminConsole => of(What::Role, facts.role_suffices, ("role_suffices", "role_forbids")),
        sign_in::Purpose::Client | sign_in::Purpose::AccountMenu => skipped(What::Role, "role_not_asked"),
    }
}

pub(super) const fn consent(facts: &Facts) -> Check {
    let what = What::Consent;
    match facts.consent {
        ConsentFacts::NoClient => skipped(what, "no_client"),
        ConsentFacts::FirstParty => check(what, Outcome::Passes, "consent_first_party"),
        ConsentFacts::Given => check(what, Outcome::Passes, "consent_given"),
        ConsentFacts::Missing => check(what, Outcome::Asks, "consent_missing"),
        ConsentFacts::EachTime => check(what, Outcome::Asks, "consent_each_time"),
    }
}
