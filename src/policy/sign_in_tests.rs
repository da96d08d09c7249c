//! The table of `sign_in`.

use super::*;
use AccountState::{Active, Deleted, Invited, Locked, Suspended};
use PrimaryProof::{Match, Mismatch, OtherMethod, Passkey};
use Purpose::{AccountMenu, Client};

const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn facts(purpose: Purpose, now: Timestamp, account: AccountFacts) -> Facts {
    Facts { purpose, access_path: AccessPath::Internet, now, too_many_failures: false, account: Some(account) }
}

fn account(plan: Plan, state: AccountState, proof: PrimaryProof) -> AccountFacts {
    let contract = ContractFacts {
        plan,
        state: ContractState::Active,
        started_at: START,
        access_path: AccessPathSetting::LineAndInternet,
    };
    AccountFacts { contract, state, is_contractor: false, proof }
}

const fn refuse(reason: Reason, disclosed: bool) -> Decision {
    Decision::Refuse { reason, disclosed }
}

#[test]
fn account_state_against_proof() {
    #[rustfmt::skip]
    let table = [
        (Active,    Match,       Decision::Allow),
        (Active,    Mismatch,    refuse(Reason::WrongPassword, false)),
        (Active,    OtherMethod, refuse(Reason::OtherLoginMethod, false)),
        (Active,    Passkey,     Decision::Allow),
        (Locked,    Match,       refuse(Reason::AccountLocked, true)),
        (Locked,    Mismatch,    refuse(Reason::AccountLocked, false)),
        (Locked,    OtherMethod, refuse(Reason::AccountLocked, false)),
        (Locked,    Passkey,     Decision::Allow),
        (Suspended, Match,       refuse(Reason::AccountSuspended, true)),
        (Suspended, Mismatch,    refuse(Reason::WrongPassword, false)),
        (Suspended, OtherMethod, refuse(Reason::OtherLoginMethod, false)),
        (Suspended, Passkey,     refuse(Reason::AccountSuspended, true)),
        (Invited,   Match,       refuse(Reason::AccountInvited, false)),
        (Invited,   Mismatch,    refuse(Reason::WrongPassword, false)),
        (Invited,   OtherMethod, refuse(Reason::OtherLoginMethod, false)),
        (Invited,   Passkey,     refuse(Reason::AccountInvited, false)),
        (Deleted,   Match,       refuse(Reason::AccountDeleted, false)),
        (Deleted,   Mismatch,    refuse(Reason::WrongPassword, false)),
        (Deleted,   OtherMethod, refuse(Reason::OtherLoginMethod, false)),
        (Deleted,   Passkey,     refuse(Reason::AccountDeleted, false)),
    ];
    for (state, proof, expected) in table {
        for purpose in [Client, AccountMenu] {
            let decision = decide(&facts(purpose, START, account(Plan::Basic, state, proof)));
            assert_eq!(decision, expected, "{state:?} {proof:?} {purpose:?}");
        }
    }
    let nobody = Facts {
        purpose: Client,
        access_path: AccessPath::Internet,
        now: START,
        too_many_failures: false,
        account: None,
    };
    assert_eq!(decide(&nobody), refuse(Reason::UnknownAccount, false));
    let guessed = Facts { too_many_failures: true, ..nobody };
    assert_eq!(decide(&guessed), refuse(Reason::TooManyFailures, true), "as a locked account would");
    for proof in [Match, Mismatch, OtherMethod] {
        let locked = Facts { account: Some(account(Plan::Basic, Locked, proof)), ..guessed };
        assert_eq!(decide(&locked), refuse(Reason::AccountLocked, true), "{proof:?}");
    }
    for state in [Invited, Suspended] {
        let known = Facts { account: Some(account(Plan::Basic, state, Match)), ..guessed };
        assert_eq!(decide(&known), refuse(Reason::TooManyFailures, true), "{state:?}");
    }
}

#[test]
fn a_trial_ends_after_30_days_and_its_contractor_has_15_more_for_the_menu() {
    let ms = Duration::from_millis(1);
    let end = START.plus(TRIAL);
    let grace_end = end.plus(TRIAL_GRACE);
    let ended = Some(Reason::TrialEnded);
    #[rustfmt::skip]
    let table = [
        // when                purpose      contractor                other
        (START,                Client,      None,                     None),
        (end.minus(ms),        Client,      None,                     None),
        (end,                  Client,      ended,                    ended),
        (grace_end,            Client,      ended,                    ended),
        (end.minus(ms),        AccountMenu, None,                     None),
        (end,                  AccountMenu, None,                     Some(Reason::TrialEndedContractorOnly)),
        (grace_end.minus(ms),  AccountMenu, None,                     Some(Reason::TrialEndedContractorOnly)),
        (grace_end,            AccountMenu, ended,                    ended),
    ];
    for (now, purpose, contractor, other) in table {
        for (is_contractor, expected) in [(true, contractor), (false, other)] {
            let account = AccountFacts { is_contractor, ..account(Plan::Trial, Active, Match) };
            let expected = expected.map_or(Decision::Allow, |reason| refuse(reason, true));
            assert_eq!(decide(&facts(purpose, now, account)), expected, "{now:?} {purpose:?} {is_contractor}");
        }
    }
    assert_eq!(decide(&facts(Client, grace_end, account(Plan::Basic, Active, Match))), Decision::Allow);
}

#[test]
fn a_contract_that_ended_is_told_only_to_whoever_proved_to_be_its_user() {
    let mut cancelled = account(Plan::Basic, Active, Match);
    cancelled.contract.state = ContractState::Cancelled;
    cancelled.is_contractor = true;
    for purpose in [Client, AccountMenu] {
        assert_eq!(decide(&facts(purpose, START, cancelled)), refuse(Reason::ContractCancelled, true));
    }
    for proof in [Mismatch, OtherMethod] {
        let stranger = AccountFacts { proof, ..cancelled };
        assert_eq!(decide(&facts(Client, START, stranger)), refuse(Reason::ContractCancelled, false));
    }
    let locked = AccountFacts { state: Locked, ..cancelled };
    assert_eq!(decide(&facts(Client, START, locked)), refuse(Reason::AccountLocked, true));
    let gone = AccountFacts { state: Deleted, ..cancelled };
    assert_eq!(decide(&facts(Client, START, gone)), refuse(Reason::ContractCancelled, false));
}
