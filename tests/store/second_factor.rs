//! Two-step verification: enrolment, verification, recovery, wrong codes, remembered browsers.

use std::time::Duration;

use tegata::policy::second_factor::{ATTEMPT_LIFETIME, CODE_LIFETIME, REMEMBERED};
use tegata::random::Random;
use tegata::second_factor::attempt::{Stage, delete_expired_attempts};
use tegata::second_factor::enrolment::Completion;
use tegata::second_factor::guess::Verdict;
use tegata::second_factor::remembered_browser::{self, delete_expired_browsers};
use tegata::second_factor::{Method, find_bar, find_factor, reset};
use tegata::secret::TokenHash;

use super::fixture::{NOW, at, count};
use super::second_factor_act::{Act, PHONE, session, totp, wrong};

#[tokio::test]
async fn a_number_is_enrolled_when_its_recovery_code_was_saved_and_not_before() {
    let (act, first) = (Act::new().await, session("first"));
    act.begin(&first, NOW).await;
    let code = act.send(&first, (PHONE, true), NOW).await.unwrap();
    assert_eq!(act.complete(&first, NOW).await, Completion::Gone, "nothing is proved yet");
    assert_eq!(act.guess(&first, &wrong(&code), NOW).await, Verdict::Wrong);
    assert_eq!(act.guess(&first, &code, NOW).await, Verdict::Proved(Method::Sms));
    assert!(find_factor(act.db(), &act.hand.account.id).await.unwrap().is_none());
    let shown = act.recovery_code(&first, NOW).await.unwrap();
    assert_eq!(act.recovery_code(&first, at(60)).await.as_ref(), Some(&shown), "a reload shows the same");
    assert_eq!(act.guess(&first, &code, NOW).await, Verdict::Gone, "a code works once");
    let enrolled = Completion::Enrolled { method: Method::Sms, remember: false };
    assert_eq!(act.complete(&first, NOW).await, enrolled);
    assert_eq!(act.complete(&first, NOW).await, Completion::Gone);
    assert!(act.recovery_code(&first, NOW).await.is_none(), "never again");
    let factor = find_factor(act.db(), &act.hand.account.id).await.unwrap().unwrap();
    assert_eq!(factor.method, Method::Sms);
}

#[tokio::test]
async fn a_later_sign_in_is_verified_by_a_code_to_the_enrolled_number_only() {
    let act = Act::new().await;
    act.enroll_sms(NOW).await;
    let second = session("second");
    act.begin(&second, at(60)).await;
    assert_eq!(act.guess(&second, "123456", at(60)).await, Verdict::Expired, "none was sent");
    // The hash covers the number: what another number gets verifies nothing.
    let elsewhere = act.send(&second, ("080-1111-2222", true), at(60)).await.unwrap();
    assert_eq!(act.guess(&second, &elsewhere, at(60)).await, Verdict::Wrong);
    let code = act.send(&second, (PHONE, false), at(120)).await.unwrap();
    assert_eq!(act.guess(&session("other"), &code, at(120)).await, Verdict::Gone, "it belongs to its sign-in");
    assert_eq!(act.guess(&second, &code, at(120)).await, Verdict::Verified(Method::Sms));
    assert_eq!(act.guess(&second, &code, at(120)).await, Verdict::Gone);
}

#[tokio::test]
async fn a_code_by_sms_ends_after_ten_minutes_and_when_the_next_one_is_sent() {
    let act = Act::new().await;
    act.enroll_sms(NOW).await;
    let second = session("second");
    act.begin(&second, NOW).await;
    let old = act.send(&second, (PHONE, false), NOW).await.unwrap();
    let end = NOW.plus(CODE_LIFETIME);
    assert_eq!(act.guess(&second, &old, end).await, Verdict::Expired);
    assert_eq!(act.attempt(&second, end).await.unwrap().guesses, 0, "an expired code is no guess");
    let new = act.send(&second, (PHONE, false), end).await.unwrap();
    assert_eq!(act.guess(&second, &old, end).await, Verdict::Wrong);
    let last = end.plus(CODE_LIFETIME).minus(Duration::from_millis(1));
    assert_eq!(act.guess(&second, &new, last).await, Verdict::Verified(Method::Sms));
}

#[tokio::test]
async fn an_authenticator_is_enrolled_and_no_step_of_it_counts_twice() {
    let act = Act::new().await;
    let secret = act.enroll_authenticator(NOW).await;
    let second = session("second");
    act.begin(&second, NOW).await;
    assert_eq!(act.guess(&second, &totp(&secret, NOW), NOW).await, Verdict::Wrong, "the step that enrolled is used");
    let before = totp(&secret, at(-30));
    assert_eq!(act.guess(&second, &before, NOW).await, Verdict::Wrong, "and so are those before it");
    assert_eq!(act.guess(&second, &totp(&secret, at(30)), NOW).await, Verdict::Verified(Method::Authenticator));
    let third = session("third");
    act.begin(&third, at(30)).await;
    assert_eq!(act.guess(&third, &totp(&secret, at(30)), at(30)).await, Verdict::Wrong);
    assert_eq!(act.guess(&third, &totp(&secret, at(60)), at(60)).await, Verdict::Verified(Method::Authenticator));
    let (fourth, code) = (session("fourth"), totp(&secret, at(120)));
    act.begin(&fourth, at(120)).await;
    assert_eq!(act.guess_authenticator(&fourth, &code, at(120)).await, Verdict::Gone, "it is enrolled already");
}

#[tokio::test]
async fn the_fifth_wrong_code_ends_the_attempt_and_the_tenth_in_a_row_bars_the_account() {
    let act = Act::new().await;
    let secret = act.enroll_authenticator(NOW).await;
    let now = at(3600);
    let code = totp(&secret, now);
    let bad = wrong(&code);
    for (attempt, barred) in [("one", false), ("two", true)] {
        let session = session(attempt);
        act.begin(&session, now).await;
        for _ in 0..4 {
            assert_eq!(act.guess(&session, &bad, now).await, Verdict::Wrong);
        }
        for slip in ["", "12345", "abcdef", "1234567"] {
            assert_eq!(act.guess(&session, slip, now).await, Verdict::Wrong, "{slip:?} is no guess");
        }
        assert_eq!(act.guess(&session, &bad, now).await, Verdict::Over);
        assert_eq!(act.guess(&session, &code, now).await, if barred { Verdict::Barred } else { Verdict::Gone });
        assert_eq!(act.attempt(&session, now).await.unwrap().stage, Stage::Over);
        act.begin(&session, now).await;
        assert_eq!(act.attempt(&session, now).await.unwrap().stage, Stage::Over, "there is no second one for it");
        assert_eq!(find_bar(act.db(), &act.hand.account.id, now).await.unwrap().is_some(), barred);
    }
    let until = now.plus(Duration::from_mins(15));
    assert_eq!(find_bar(act.db(), &act.hand.account.id, now).await.unwrap(), Some(until));
    let third = session("three");
    act.begin(&third, until).await;
    let before = until.minus(Duration::from_millis(1));
    assert_eq!(act.guess(&third, &totp(&secret, before), before).await, Verdict::Barred);
    assert_eq!(act.guess_recovery(&third, "01234-56789-ABCDE-FGHJK-MNPQR", before).await, Verdict::Barred);
    assert_eq!(act.guess(&third, &wrong(&totp(&secret, until)), until).await, Verdict::Wrong);
    let longer = until.plus(Duration::from_mins(30));
    assert_eq!(find_bar(act.db(), &act.hand.account.id, until).await.unwrap(), Some(longer), "the next one doubles");
    assert_eq!(act.guess(&third, &totp(&secret, longer), longer).await, Verdict::Verified(Method::Authenticator));
    assert_eq!(count(act.db(), "second_factor_failure").await, 0, "a right code begins anew");
}

#[tokio::test]
async fn a_recovery_code_is_replaced_by_its_use_and_its_guesses_count() {
    let act = Act::new().await;
    let old = act.enroll_sms(NOW).await;
    let second = session("second");
    act.begin(&second, NOW).await;
    for _ in 0..3 {
        assert_eq!(act.guess_recovery(&second, "01234-56789-ABCDE-FGHJK-MNPQR", NOW).await, Verdict::Wrong);
    }
    assert_eq!(act.attempt(&second, NOW).await.unwrap().guesses, 3);
    let typed = old.to_lowercase().replace('-', "　");
    assert_eq!(act.guess_recovery(&second, &typed, NOW).await, Verdict::Recovered);
    let new = act.recovery_code(&second, NOW).await.unwrap();
    assert_ne!(new, old);
    assert_eq!(act.guess_recovery(&second, &new, NOW).await, Verdict::Gone);
    assert_eq!(act.complete(&second, NOW).await, Completion::Recovered);
    let third = session("third");
    act.begin(&third, NOW).await;
    assert_eq!(act.guess_recovery(&third, &old, NOW).await, Verdict::Wrong, "the old one is dead");
    assert_eq!(act.guess_recovery(&third, &new, NOW).await, Verdict::Recovered);
    assert!(find_factor(act.db(), &act.hand.account.id).await.unwrap().is_some(), "the factor stays");
}

#[tokio::test]
async fn what_was_proved_counts_for_nothing_once_another_browser_has_enrolled() {
    let act = Act::new().await;
    let (slow, fast) = (session("slow"), session("fast"));
    act.begin(&slow, NOW).await;
    let code = act.send(&slow, ("080-1111-2222", true), NOW).await.unwrap();
    assert_eq!(act.guess(&slow, &code, NOW).await, Verdict::Proved(Method::Sms));
    act.begin(&fast, NOW).await;
    let code = act.send(&fast, (PHONE, true), NOW).await.unwrap();
    assert_eq!(act.guess(&fast, &code, NOW).await, Verdict::Proved(Method::Sms));
    act.complete(&fast, NOW).await;
    assert_eq!(act.complete(&slow, NOW).await, Completion::EnrolledElsewhere);
    let third = session("third");
    act.begin(&third, at(60)).await;
    let code = act.send(&third, (PHONE, false), at(60)).await.unwrap();
    assert_eq!(act.guess(&third, &code, at(60)).await, Verdict::Verified(Method::Sms), "the first number is enrolled");
}

#[tokio::test]
async fn an_attempt_lasts_an_hour_and_then_makes_room_for_another_of_its_session() {
    let (act, first) = (Act::new().await, session("first"));
    act.begin(&first, NOW).await;
    let code = act.send(&first, (PHONE, true), NOW).await.unwrap();
    assert_eq!(act.guess(&first, &code, NOW).await, Verdict::Proved(Method::Sms));
    let end = NOW.plus(ATTEMPT_LIFETIME);
    assert!(act.attempt(&first, end).await.is_none());
    assert_eq!(act.complete(&first, end).await, Completion::Gone);
    let secret =
        |attempt: &tegata::second_factor::attempt::Attempt| attempt.secret(&act.hand.master).unwrap().bytes().to_vec();
    let before = secret(&act.attempt(&first, NOW).await.unwrap());
    act.begin(&first, end).await;
    let renewed = act.attempt(&first, end).await.unwrap();
    assert_eq!((renewed.stage, renewed.sends, renewed.guesses), (Stage::Open, 0, 0));
    assert!(renewed.phone(&act.hand.master).unwrap().is_none() && secret(&renewed) != before);
    let mut tx = act.db().begin().await.unwrap();
    let deleted = delete_expired_attempts(&mut tx, end.plus(ATTEMPT_LIFETIME).plus(Duration::from_millis(1)), 10).await;
    tx.commit().await.unwrap();
    assert_eq!((deleted.unwrap(), count(act.db(), "second_factor_attempt").await), (1, 0));
}

#[tokio::test]
async fn what_is_stored_is_readable_with_the_master_key_alone_and_bound_to_its_account() {
    let act = Act::new().await;
    act.enroll_sms(NOW).await;
    let (second, other) = (session("second"), act.other("taro").await);
    act.begin(&second, NOW).await;
    let attempt = act.attempt(&second, NOW).await.unwrap();
    assert!(attempt.secret(&tegata::secret::MasterKey::new([8; 32])).is_err());
    let mut foreign = attempt.clone();
    foreign.account = other.account.id;
    assert!(foreign.secret(&act.hand.master).is_err(), "another account's row opens nothing");
}

#[tokio::test]
async fn a_browser_is_remembered_for_30_days_since_its_last_sign_in() {
    let act = Act::new().await;
    let account = &act.hand.account.id;
    let mut tx = act.db().begin().await.unwrap();
    let secret = remembered_browser::remember(&mut tx, &act.hand.tools(NOW), account).await.unwrap();
    tx.commit().await.unwrap();
    let hash = TokenHash::of(secret.expose());
    let others: Vec<TokenHash> = (0..7).map(|_| TokenHash::of(&Random::system().token())).collect();
    let all = [others.as_slice(), &[hash]].concat();
    let end = NOW.plus(REMEMBERED);
    let last = end.minus(Duration::from_millis(1));
    let find =
        async |secrets: &[TokenHash], now| remembered_browser::find(act.db(), account, secrets, now).await.unwrap();
    assert!(find(&[], NOW).await.is_none() && find(&others, NOW).await.is_none());
    assert!(find(&all, NOW).await.is_some() && find(&[hash], last).await.is_some());
    assert!(find(&[hash], end).await.is_none());
    let stranger = act.other("taro").await.account.id;
    assert!(
        remembered_browser::find(act.db(), &stranger, &all, NOW).await.unwrap().is_none(),
        "not for another account"
    );
    let id = find(&all, last).await.unwrap();
    let mut tx = act.db().begin().await.unwrap();
    assert!(remembered_browser::touch(&mut tx, &id, last).await.unwrap());
    tx.commit().await.unwrap();
    assert!(find(&[hash], end).await.is_some(), "a sign-in gives 30 more days");
    let end = last.plus(REMEMBERED);
    assert!(find(&[hash], end).await.is_none());
    let mut tx = act.db().begin().await.unwrap();
    assert!(!remembered_browser::touch(&mut tx, &id, end).await.unwrap());
    assert_eq!(delete_expired_browsers(&mut tx, end, 10).await.unwrap(), 0);
    assert_eq!(delete_expired_browsers(&mut tx, end.plus(Duration::from_millis(1)), 10).await.unwrap(), 1);
}

#[tokio::test]
async fn a_reset_forgets_everything_of_the_account_and_nothing_of_another() {
    let act = Act::new().await;
    act.enroll_sms(NOW).await;
    let (second, account) = (session("second"), &act.hand.account.id);
    act.begin(&second, at(60)).await;
    let code = act.send(&second, (PHONE, false), at(60)).await.unwrap();
    assert_eq!(act.guess(&second, &wrong(&code), at(60)).await, Verdict::Wrong);
    let other = act.other("taro").await;
    let mut tx = act.db().begin().await.unwrap();
    remembered_browser::remember(&mut tx, &act.hand.tools(NOW), account).await.unwrap();
    remembered_browser::remember(&mut tx, &other.tools(NOW), &other.account.id).await.unwrap();
    assert!(!reset(&mut tx, &other.account.id).await.unwrap(), "there was nothing");
    remembered_browser::remember(&mut tx, &other.tools(NOW), &other.account.id).await.unwrap();
    assert!(reset(&mut tx, account).await.unwrap());
    tx.commit().await.unwrap();
    for table in ["second_factor", "recovery_code", "second_factor_failure", "second_factor_attempt"] {
        assert_eq!(count(act.db(), table).await, 0, "{table}");
    }
    assert_eq!(count(act.db(), "remembered_browser").await, 1);
    assert_eq!(act.guess(&second, &code, at(60)).await, Verdict::Gone);
}
