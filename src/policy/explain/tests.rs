use super::*;
use crate::clock::Timestamp;
use crate::policy::access_path::{AccessPath, AccessPathSetting};
use crate::policy::sign_in::{
    AccountFacts, AccountState, ContractFacts, ContractState, Plan, PrimaryProof, Purpose, TRIAL, TRIAL_GRACE, decide,
};

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn account() -> AccountFacts {
    AccountFacts {
        contract: ContractFacts {
            plan: Plan::Basic,
            state: ContractState::Active,
            started_at: START,
            access_path: AccessPathSetting::LineAndInternet,
        },
        state: AccountState::Active,
        is_contractor: false,
        proof: PrimaryProof::Match,
    }
}

fn facts(sign_in: sign_in::Facts) -> Facts {
    let has_account = sign_in.account.is_some();
    Facts {
        has_issuer: true,
        client: ClientFacts::Known { is_active: true, signs_people_in: true, redirect_uris: 1 },
        method: if has_account { MethodFacts::Offered } else { MethodFacts::NoAccount },
        limited: Ok(None),
        failures: 0,
        sign_in,
        line: LineFacts::Registered,
        second_factor: has_account.then_some(SecondFactorFacts {
            asked: Ok(()),
            is_enrolled: true,
            barred: None,
            remembered: 0,
        }),
        role_suffices: true,
        consent: ConsentFacts::FirstParty,
    }
}

fn sign_in_facts(account: Option<AccountFacts>) -> sign_in::Facts {
    sign_in::Facts {
        purpose: Purpose::Client,
        access_path: AccessPath::Internet,
        now: START.plus(Duration::from_hours(1)),
        too_many_failures: false,
        account,
    }
}

/// Every combination of what the decision depends on.
fn all() -> Vec<sign_in::Facts> {
    let mut all = Vec::new();
    let hour = Duration::from_hours(1);
    let times = [hour, TRIAL - hour, TRIAL, TRIAL + TRIAL_GRACE].map(|after| START.plus(after));
    for purpose in [Purpose::Client, Purpose::AccountMenu, Purpose::AdminConsole] {
        for access_path in [AccessPath::Internet, AccessPath::Line] {
            for now in times {
                for too_many_failures in [false, true] {
                    let mut push = |account| {
                        all.push(sign_in::Facts { purpose, access_path, now, too_many_failures, account });
                    };
                    push(None);
                    for state in AccountState::ALL {
                        for contract_state in ContractState::ALL {
                            for plan in Plan::ALL {
                                for setting in AccessPathSetting::ALL {
                                    for is_contractor in [false, true] {
                                        for proof in [PrimaryProof::Match, PrimaryProof::Upstream] {
                                            let contract = ContractFacts {
                                                plan: *plan,
                                                state: *contract_state,
                                                started_at: START,
                                                access_path: *setting,
                                            };
                                            push(Some(AccountFacts { contract, state: *state, is_contractor, proof }));
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    all
}

#[test]
fn the_verdict_is_that_of_the_sign_in_and_the_list_tells_the_same() {
    let all = all();
    assert!(all.len() > 7_000, "{}", all.len());
    for sign_in in all {
        let explained = explain(&facts(sign_in));
        let expected = match decide(&sign_in) {
            Decision::Allow => Verdict::LetIn,
            Decision::Refuse { reason, .. } => Verdict::Refused(part_of(reason), reason.as_str()),
        };
        assert_eq!(explained.verdict, expected, "{sign_in:?}");
        let listed = first(&explained.checks, Outcome::Refuses, Verdict::Refused).unwrap_or(Verdict::LetIn);
        assert_eq!(listed, expected, "the first refusal of the list is the decision's: {sign_in:?}");
        let order: Vec<_> = explained.checks.iter().map(|check| check.what).collect();
        assert_eq!(order, What::ALL);
    }
}

#[test]
fn what_stands_before_and_after_the_decision_refuses_too() {
    let good = || facts(sign_in_facts(Some(account())));
    assert_eq!(explain(&good()).verdict, Verdict::LetIn);
    let client = |is_active, signs_people_in, redirect_uris| Facts {
        client: ClientFacts::Known { is_active, signs_people_in, redirect_uris },
        ..good()
    };
    let over_line = |line| {
        let mut facts = Facts { line, ..good() };
        facts.sign_in.access_path = AccessPath::Line;
        facts
    };
    let factor = |factor| Facts { second_factor: Some(factor), ..good() };
    let barred =
        SecondFactorFacts { asked: Ok(()), is_enrolled: true, barred: Some(Duration::from_mins(15)), remembered: 0 };
    let mut admin = Facts { role_suffices: false, client: ClientFacts::None, ..good() };
    admin.sign_in.purpose = Purpose::AdminConsole;
    for (facts, expected) in [
        (Facts { has_issuer: false, ..good() }, Verdict::Refused(What::Issuer, "no_issuer")),
        (Facts { client: ClientFacts::Unknown, ..good() }, Verdict::Refused(What::Client, "unknown_client")),
        (client(false, true, 1), Verdict::Refused(What::Client, "client_disabled")),
        (client(true, false, 1), Verdict::Refused(What::Client, "unauthorized_client")),
        (client(true, true, 0), Verdict::Refused(What::RedirectUri, "no_redirect_uri")),
        (
            Facts { method: MethodFacts::NotOffered, ..good() },
            Verdict::Refused(What::LoginMethod, "method_not_offered"),
        ),
        (
            Facts { limited: Ok(Some(Duration::from_secs(7))), ..good() },
            Verdict::Refused(What::Address, "too_many_requests"),
        ),
        (Facts { limited: Err(()), ..good() }, Verdict::LetIn),
        (over_line(LineFacts::Registered), Verdict::LetIn),
        (over_line(LineFacts::NotTold), Verdict::Depends(What::Line, "line_not_told")),
        (over_line(LineFacts::Unreadable), Verdict::Refused(What::Line, "line_unreadable")),
        (over_line(LineFacts::Unregistered), Verdict::Refused(What::Line, "line_unregistered")),
        (over_line(LineFacts::OfAnotherContract), Verdict::Refused(What::Line, "line_of_another_contract")),
        (factor(barred), Verdict::Refused(What::SecondFactor, "second_factor_barred")),
        (factor(SecondFactorFacts { remembered: 1, ..barred }), Verdict::LetIn),
        (factor(SecondFactorFacts { is_enrolled: false, ..barred }), Verdict::LetIn),
        (admin, Verdict::Refused(What::Role, "role_forbids")),
        (Facts { consent: ConsentFacts::EachTime, ..good() }, Verdict::LetIn),
    ] {
        assert_eq!(explain(&facts).verdict, expected, "{facts:?}");
    }
}

#[test]
fn a_trial_says_how_many_days_are_left() {
    for (after, days) in [(0, "30"), (1, "30"), (24, "29"), (30 * 24 - 1, "1"), (30 * 24, "0"), (60 * 24, "0")] {
        let mut trial = account();
        trial.contract.plan = Plan::Trial;
        let mut sign_in = sign_in_facts(Some(trial));
        sign_in.now = START.plus(Duration::from_hours(after));
        let explained = explain(&facts(sign_in));
        let contract = explained.checks.iter().find(|check| check.what == What::Contract).unwrap();
        assert_eq!(contract.about, [("days", days.to_owned())], "{after} hours");
    }
}
