//! The table of `prompts`: each row changes one signed-in, consented request and says what happens with and without
//! `prompt=none`.

use super::*;
use ErrorCode::{
    AccessDenied, AccountSelectionRequired, ConsentRequired, InteractionRequired, LoginRequired,
    UnmetAuthenticationRequirements,
};
use Next::{Consent, Line, Login, Refuse, Respond, SecondFactor};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// Signed in an hour ago with a password, first-party client.
fn signed_in() -> Facts {
    Facts {
        prompt: Prompt::default(),
        max_age: None,
        needs_auth_time: false,
        acr: AcrRequest::default(),
        now: NOW,
        session: Some(SessionFacts {
            auth_time: Some(NOW.minus(Duration::from_secs(3600))),
            is_federated: false,
            asked_at: NOW.minus(Duration::from_secs(60)),
            acr: Acr::OneFactor,
            fresh: false,
            is_required_subject: true,
            is_hinted_account: true,
        }),
        line: Step::Satisfied,
        second_factor: Step::Satisfied,
        can_step_up: false,
        consent: ConsentFacts { first_party: true, ..ConsentFacts::default() },
    }
}

fn session(f: &mut Facts) -> &mut SessionFacts {
    f.session.as_mut().expect("every row starts signed in")
}

fn fresh(f: &mut Facts) {
    session(f).auth_time = Some(NOW.minus(Duration::from_secs(30)));
    session(f).fresh = true;
}

/// An upstream vouched for this, and says that it asked the user so many seconds before the request; or does not say.
fn vouched(f: &mut Facts, before: Option<u64>) {
    fresh(f);
    let asked_at = session(f).asked_at;
    session(f).is_federated = true;
    session(f).acr = Acr::Federated;
    session(f).auth_time = before.map(|s| asked_at.minus(Duration::from_secs(s)));
}

fn prompt(f: &mut Facts, word: &str) {
    f.prompt = Prompt::parse(word).expect("a known prompt");
}

fn acr(f: &mut Facts, value: &str, essential: bool) {
    f.acr = AcrRequest { values: vec![value.to_owned()], essential };
}

const TWO: &str = "urn:tegata:acr:2fa";

type Change = fn(&mut Facts);
type Row = (&'static str, Change, Next, Next);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    // what is different                      the change                                                  with pages    with prompt=none
    ("nothing",                               |_| {},                                                      Respond,      Respond),
    ("no session",                            |f| f.session = None,                                        Login,        Refuse(LoginRequired)),
    ("max_age not reached",                   |f| f.max_age = Some(3600),                                  Respond,      Respond),
    ("max_age exceeded",                      |f| f.max_age = Some(3599),                                  Login,        Refuse(LoginRequired)),
    ("max_age zero",                          |f| f.max_age = Some(0),                                     Login,        Refuse(LoginRequired)),
    ("max_age zero in the same instant",      |f| { f.max_age = Some(0); session(f).auth_time = Some(NOW); },    Login,        Refuse(LoginRequired)),
    ("max_age zero, authenticated for this",  |f| { f.max_age = Some(0); fresh(f); },                      Respond,      Respond),
    ("max_age huge",                          |f| f.max_age = Some(u64::MAX),                              Respond,      Respond),
    ("upstream vouches",                      |f| vouched(f, None),                                        Respond,      Respond),
    ("upstream says not when, login asked",   |f| { vouched(f, None); prompt(f, "login"); },                  Refuse(LoginRequired), Refuse(LoginRequired)),
    ("upstream says not when, max_age",       |f| { vouched(f, None); f.max_age = Some(9999); },           Refuse(LoginRequired), Refuse(LoginRequired)),
    ("upstream says not when, time needed",   |f| { vouched(f, None); f.needs_auth_time = true; },         Refuse(LoginRequired), Refuse(LoginRequired)),
    ("upstream asked just before, login",     |f| { vouched(f, Some(299)); prompt(f, "login"); },             Respond,      Respond),
    ("upstream asked long before, login",     |f| { vouched(f, Some(301)); prompt(f, "login"); },             Refuse(LoginRequired), Refuse(LoginRequired)),
    ("upstream asked within max_age",         |f| { vouched(f, Some(600)); f.max_age = Some(600); },       Respond,      Respond),
    ("upstream asked before max_age",         |f| { vouched(f, Some(901)); f.max_age = Some(600); },       Refuse(LoginRequired), Refuse(LoginRequired)),
    ("upstream vouched before, max_age",      |f| { vouched(f, None); session(f).fresh = false; f.max_age = Some(9999); }, Login, Refuse(LoginRequired)),
    ("another subject than required",         |f| session(f).is_required_subject = false,                  Login,        Refuse(LoginRequired)),
    ("another subject signed in for this",    |f| { fresh(f); session(f).is_required_subject = false; },   Refuse(LoginRequired), Refuse(LoginRequired)),
    ("another account than hinted",           |f| session(f).is_hinted_account = false,                    Login,        Refuse(AccountSelectionRequired)),
    ("another account than hinted, for this", |f| { fresh(f); session(f).is_hinted_account = false; },     Respond,      Respond),
    ("line missing",                          |f| f.line = Step::Missing,                                  Line,         Refuse(InteractionRequired)),
    ("line refused",                          |f| f.line = Step::Refused,                                  Refuse(AccessDenied), Refuse(AccessDenied)),
    ("second factor missing",                 |f| f.second_factor = Step::Missing,                         SecondFactor, Refuse(InteractionRequired)),
    ("second factor refused",                 |f| f.second_factor = Step::Refused,                         Refuse(AccessDenied), Refuse(AccessDenied)),
    ("voluntary acr reached",                 |f| acr(f, "urn:tegata:acr:1fa", false),                     Respond,      Respond),
    ("voluntary acr out of reach",            |f| acr(f, TWO, false),                                      Respond,      Respond),
    ("voluntary acr within reach",            |f| { acr(f, TWO, false); f.can_step_up = true; },           SecondFactor, Respond),
    ("voluntary acr unknown",                 |f| { acr(f, "urn:x", false); f.can_step_up = true; },       Respond,      Respond),
    ("essential acr reached",                 |f| { acr(f, TWO, true); session(f).acr = Acr::TwoFactor; }, Respond,      Respond),
    ("essential acr covered by a higher one", |f| { acr(f, "urn:tegata:acr:1fa", true); session(f).acr = Acr::TwoFactor; }, Respond, Respond),
    ("essential acr within reach",            |f| { acr(f, TWO, true); f.can_step_up = true; },            SecondFactor, Refuse(InteractionRequired)),
    ("essential acr out of reach",            |f| acr(f, TWO, true), Refuse(UnmetAuthenticationRequirements), Refuse(UnmetAuthenticationRequirements)),
    ("essential acr unknown",                 |f| { acr(f, "urn:x", true); f.can_step_up = true; }, Refuse(UnmetAuthenticationRequirements), Refuse(UnmetAuthenticationRequirements)),
    ("third party, never asked",              |f| f.consent.first_party = false,                           Consent,      Refuse(ConsentRequired)),
    ("third party, remembered",               |f| f.consent = ConsentFacts { remembered: true, ..ConsentFacts::default() }, Respond, Respond),
    ("third party, agreed just now",          |f| f.consent = ConsentFacts { answer: Some(ConsentAnswer::Given), ..ConsentFacts::default() }, Respond, Respond),
    ("denied just now",                       |f| f.consent.answer = Some(ConsentAnswer::Denied),          Refuse(AccessDenied), Refuse(AccessDenied)),
    // the order of the needs
    ("login before consent",                  |f| { f.session = None; f.consent.first_party = false; },    Login,        Refuse(LoginRequired)),
    ("login before line",                     |f| { f.session = None; f.line = Step::Missing; },           Login,        Refuse(LoginRequired)),
    ("line before second factor",             |f| { f.line = Step::Missing; f.second_factor = Step::Missing; }, Line,    Refuse(InteractionRequired)),
    ("second factor before consent",          |f| { f.second_factor = Step::Missing; f.consent.first_party = false; }, SecondFactor, Refuse(InteractionRequired)),
];

#[test]
fn the_same_list_answers_which_page_and_which_error() {
    for (what, change, with_pages, silent) in TABLE {
        let mut facts = signed_in();
        change(&mut facts);
        assert_eq!(next(&facts), *with_pages, "{what}");
        facts.prompt.none = true;
        assert_eq!(next(&facts), *silent, "{what}, prompt=none");
    }
}

#[test]
fn a_prompt_asks_once_and_is_met_by_an_answer_in_this_interaction() {
    #[rustfmt::skip]
    let table: &[(&str, Change, Next)] = &[
        ("login",          |_| {},                                                     Login),
        ("login",          fresh,                                                      Respond),
        ("select_account", |_| {},                                                     Login),
        ("select_account", fresh,                                                      Respond),
        ("consent",        |_| {},                                                     Consent),
        ("consent",        |f| f.consent.remembered = true,                            Consent),
        ("consent",        |f| f.consent.answer = Some(ConsentAnswer::Given),          Respond),
        ("login consent",  |_| {},                                                     Login),
        ("login consent",  fresh,                                                      Consent),
        ("login consent",  |f| f.consent.answer = Some(ConsentAnswer::Given),          Login),
        ("login consent",  |f| { fresh(f); f.consent.answer = Some(ConsentAnswer::Given); }, Respond),
    ];
    for (words, change, expected) in table {
        let mut facts = signed_in();
        prompt(&mut facts, words);
        change(&mut facts);
        assert_eq!(next(&facts), *expected, "{words}");
    }
}

#[test]
fn prompt_none_never_leads_to_a_page() {
    for bits in 0..(1u32 << 12) {
        let on = |bit: u32| bits & (1 << bit) != 0;
        let mut facts = signed_in();
        facts.prompt.none = true;
        facts.max_age = on(0).then_some(60);
        *session(&mut facts) = SessionFacts {
            fresh: on(1),
            is_required_subject: on(2),
            is_hinted_account: on(3),
            acr: if on(4) { Acr::TwoFactor } else { Acr::OneFactor },
            ..*session(&mut facts)
        };
        facts.line = if on(5) { Step::Missing } else { Step::Satisfied };
        facts.second_factor = if on(6) { Step::Missing } else { Step::Satisfied };
        acr(&mut facts, TWO, on(7));
        facts.can_step_up = on(8);
        facts.consent = ConsentFacts { first_party: on(9), remembered: on(10), answer: None };
        facts.session = facts.session.filter(|_| on(11));
        assert!(matches!(next(&facts), Respond | Refuse(_)), "{facts:?}");
    }
}
