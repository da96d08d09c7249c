//! 64 at once on two nodes: every code counts once, and no more guesses count than are allowed.

use std::sync::Arc;
use std::time::Duration;

use tegata::clock::Timestamp;
use tegata::id::SessionId;
use tegata::policy::second_factor::MOST_GUESSES;
use tegata::second_factor::enrolment::{Completion, complete};
use tegata::second_factor::guess::{Verdict, guess_recovery_code};
use tegata::second_factor::{Method, find_bar};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::fixture::{NOW, at, count};
use super::second_factor_act::{Act, Hand, PHONE, session, totp, wrong};
use super::single_use::{CONTENDERS, winners};

/// Types the same code 64 times at once, each in the session of its number; answers the verdicts.
async fn guess_at_once(
    act: &Act,
    sessions: impl Fn(usize) -> SessionId,
    codes: impl Fn(usize) -> String,
    now: Timestamp,
) -> Vec<Verdict> {
    let (start, nodes) = (Arc::new(Barrier::new(CONTENDERS)), act.store.nodes().await);
    let mut tasks = JoinSet::new();
    for number in 0..CONTENDERS {
        let (db, start, hand) = (nodes[number % 2].clone(), Arc::clone(&start), act.hand.clone());
        let (session, code) = (sessions(number), codes(number));
        tasks.spawn(async move {
            start.wait().await;
            let mut tx = db.begin().await.unwrap();
            let verdict = hand.guess(&mut tx, &session, &code, now).await.unwrap();
            tx.commit().await.unwrap();
            verdict
        });
    }
    tasks.join_all().await
}

fn of(verdicts: &[Verdict], wanted: Verdict) -> usize {
    verdicts.iter().filter(|verdict| **verdict == wanted).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_by_sms_verifies_once() {
    let act = Act::new().await;
    act.enroll_sms(NOW).await;
    let second = session("second");
    act.begin(&second, at(60)).await;
    let code = act.send(&second, (PHONE, false), at(60)).await.unwrap();
    let verdicts = guess_at_once(&act, |_| second.clone(), |_| code.clone(), at(60)).await;
    assert_eq!(of(&verdicts, Verdict::Verified(Method::Sms)), 1, "{verdicts:?}");
    assert_eq!(of(&verdicts, Verdict::Gone), CONTENDERS - 1, "{verdicts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_of_an_authenticator_verifies_one_of_64_sign_ins() {
    let act = Act::new().await;
    let secret = act.enroll_authenticator(NOW).await;
    let (now, sessions) = (at(60), |number: usize| session(&format!("s{number}")));
    for number in 0..CONTENDERS {
        act.begin(&sessions(number), now).await;
    }
    let verdicts = guess_at_once(&act, sessions, |_| totp(&secret, now), now).await;
    assert_eq!(of(&verdicts, Verdict::Verified(Method::Authenticator)), 1, "{verdicts:?}");
    assert_eq!(of(&verdicts, Verdict::Gone), 0, "{verdicts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_wrong_codes_in_one_attempt_five_are_looked_at() {
    let act = Act::new().await;
    let secret = act.enroll_authenticator(NOW).await;
    let (now, second) = (at(3600), session("second"));
    act.begin(&second, now).await;
    let bad = wrong(&totp(&secret, now));
    let verdicts = guess_at_once(&act, |_| second.clone(), |_| bad.clone(), now).await;
    let looked_at = of(&verdicts, Verdict::Wrong) + of(&verdicts, Verdict::Over);
    assert_eq!(looked_at, usize::try_from(MOST_GUESSES).unwrap(), "{verdicts:?}");
    assert_eq!(of(&verdicts, Verdict::Over), 1);
    assert_eq!(of(&verdicts, Verdict::Gone), CONTENDERS - looked_at);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_wrong_codes_in_64_attempts_ten_are_looked_at_and_the_right_one_among_them_does_not_help() {
    let act = Act::new().await;
    let secret = act.enroll_authenticator(NOW).await;
    let (now, sessions) = (at(3600), |number: usize| session(&format!("s{number}")));
    for number in 0..CONTENDERS {
        act.begin(&sessions(number), now).await;
    }
    let bad = wrong(&totp(&secret, now));
    let verdicts = guess_at_once(&act, sessions, |_| bad.clone(), now).await;
    assert_eq!((of(&verdicts, Verdict::Wrong), of(&verdicts, Verdict::Barred)), (10, CONTENDERS - 10), "{verdicts:?}");
    let until = find_bar(act.db(), &act.hand.account.id, now).await.unwrap();
    assert_eq!(until, Some(now.plus(Duration::from_mins(15))), "one bar, not one for each");
    let verdicts = guess_at_once(&act, sessions, |_| totp(&secret, now), now).await;
    assert_eq!(of(&verdicts, Verdict::Barred), CONTENDERS, "{verdicts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_code_recovers_one_of_64_sign_ins_and_one_new_code_is_good() {
    let act = Act::new().await;
    let code = act.enroll_sms(NOW).await;
    let sessions: Vec<SessionId> = (0..CONTENDERS).map(|number| session(&format!("s{number}"))).collect();
    for session in &sessions {
        act.begin(session, NOW).await;
    }
    let (hand, all): (Hand, _) = (act.hand.clone(), sessions.clone());
    let won = winners(&act.store, move |mut tx, number| {
        let (hand, session, code) = (hand.clone(), all[number].clone(), code.clone());
        async move {
            let verdict = guess_recovery_code(&mut tx, &hand.tools(NOW), hand.who(&session), &code).await;
            (tx, verdict.map(|verdict| verdict == Verdict::Recovered))
        }
    });
    let won = won.await;
    assert_eq!(won.len(), 1);
    let new = act.recovery_code(&sessions[won[0]], NOW).await.unwrap();
    act.complete(&sessions[won[0]], NOW).await;
    // The 63 others were wrong codes in a row.
    let (last, later) = (session("last"), at(48 * 3600));
    act.begin(&last, later).await;
    assert_eq!(act.guess_recovery(&last, &new, later).await, Verdict::Recovered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_enrolment_is_completed_once() {
    let act = Act::new().await;
    let first = session("first");
    act.begin(&first, NOW).await;
    let code = act.send(&first, (PHONE, true), NOW).await.unwrap();
    act.guess(&first, &code, NOW).await;
    let hand = act.hand.clone();
    let won = winners(&act.store, move |mut tx, _| {
        let (hand, first) = (hand.clone(), first.clone());
        async move {
            let completion = complete(&mut tx, &hand.tools(NOW), hand.who(&first)).await;
            (tx, completion.map(|completion| matches!(completion, Completion::Enrolled { .. })))
        }
    });
    assert_eq!(won.await.len(), 1);
    assert_eq!(count(act.db(), "recovery_code").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_browsers_that_enroll_at_once_one_does() {
    let act = Act::new().await;
    let sessions: Vec<SessionId> = (0..CONTENDERS).map(|number| session(&format!("s{number}"))).collect();
    for session in &sessions {
        act.begin(session, NOW).await;
        let attempt = act.attempt(session, NOW).await.unwrap();
        let code = totp(attempt.secret(&act.hand.master).unwrap().bytes(), NOW);
        assert_eq!(act.guess_authenticator(session, &code, NOW).await, Verdict::Proved(Method::Authenticator));
    }
    let (hand, all) = (act.hand.clone(), sessions.clone());
    let won = winners(&act.store, move |mut tx, number| {
        let (hand, session) = (hand.clone(), all[number].clone());
        async move {
            let completion = complete(&mut tx, &hand.tools(NOW), hand.who(&session)).await;
            (tx, completion.map(|completion| matches!(completion, Completion::Enrolled { .. })))
        }
    });
    assert_eq!(won.await.len(), 1);
    assert_eq!(count(act.db(), "second_factor_attempt").await, 0, "the others have to begin anew");
}
