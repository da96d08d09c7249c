//! The rations of SMS: per number, account, block, contract and brand, exact on two nodes.

use std::sync::Arc;
use std::time::Duration;

use tegata::clock::Timestamp;
use tegata::policy::second_factor::{SmsRefusal, SmsRules};
use tegata::second_factor::guess::Verdict;
use tegata::second_factor::sms::{count_old_sms, count_old_windows, delete_old_sms, delete_old_windows};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::fixture::{NOW, at, count};
use super::second_factor_act::{Act, GENEROUS, Hand, PHONE, begin_for, send_for, session};
use super::single_use::CONTENDERS;

#[tokio::test]
async fn the_same_number_waits_30_then_60_then_120_seconds_within_an_attempt() {
    let (act, first) = (Act::new().await, session("first"));
    act.begin(&first, NOW).await;
    act.send(&first, (PHONE, true), NOW).await.unwrap();
    assert_eq!(act.send(&first, (PHONE, true), at(29)).await, Err(Some(SmsRefusal::TooSoon)));
    act.send(&first, (PHONE, true), at(30)).await.unwrap();
    assert_eq!(act.send(&first, (PHONE, true), at(89)).await, Err(Some(SmsRefusal::TooSoon)));
    act.send(&first, (PHONE, true), at(90)).await.unwrap();
    assert_eq!(act.send(&first, (PHONE, true), at(209)).await, Err(Some(SmsRefusal::TooSoon)));
    assert_eq!(act.send(&first, (PHONE, true), at(210)).await, Err(Some(SmsRefusal::Number)));
    act.send(&first, (PHONE, true), at(600)).await.unwrap();
}

#[tokio::test]
async fn a_number_has_its_ration_whoever_asks_and_an_account_whatever_number_it_asks_for() {
    let act = Act::new().await;
    for name in ["a", "b", "c", "d"] {
        let (hand, session) = (act.other(name).await, session(name));
        begin_for(act.db(), &hand, &session, NOW).await;
        let sent = send_for(act.db(), (&hand, &GENEROUS), &session, (PHONE, true), NOW).await;
        assert_eq!(sent.err(), (name == "d").then_some(Some(SmsRefusal::Number)), "{name}");
    }
    let first = session("first");
    act.begin(&first, NOW).await;
    for last in 0..4 {
        let sent = act.send(&first, (&format!("080-1111-000{last}"), true), NOW).await;
        assert_eq!(sent.err(), (last == 3).then_some(Some(SmsRefusal::Account)), "a corrected number need not wait");
    }
}

#[tokio::test]
async fn a_refused_sms_leaves_no_trace_and_the_former_code_good() {
    let (act, first) = (Act::new().await, session("first"));
    act.begin(&first, NOW).await;
    let code = act.send(&first, (PHONE, true), NOW).await.unwrap();
    let none = SmsRules { per_brand: 1, ..GENEROUS };
    for _ in 0..3 {
        let refused = send_for(act.db(), (&act.hand, &none), &first, (PHONE, true), at(60)).await;
        assert_eq!(refused, Err(Some(SmsRefusal::Brand)));
    }
    assert_eq!((count(act.db(), "sms_sent").await, act.attempt(&first, NOW).await.unwrap().sends), (1, 1));
    assert!(matches!(act.guess(&first, &code, at(60)).await, Verdict::Proved(_)));
}

/// One account each, sending to neighbors of one block at an instant; answers the first refusal and its place.
async fn send_to_block(
    act: &Act,
    rules: &SmsRules,
    (from, to): (usize, usize),
    now: Timestamp,
) -> Option<(usize, SmsRefusal)> {
    for place in from..to {
        let (hand, session) = (act.other(&format!("p{place}")).await, session(&format!("p{place}")));
        begin_for(act.db(), &hand, &session, now).await;
        let number = format!("070-5555-{place:04}");
        if let Err(refusal) = send_for(act.db(), (&hand, rules), &session, (&number, true), now).await {
            return Some((place, refusal.unwrap()));
        }
    }
    None
}

#[tokio::test]
async fn neighboring_numbers_share_a_ration_of_the_hour() {
    let (act, rules) = (Act::new().await, SmsRules { per_block: 5, ..GENEROUS });
    assert_eq!(send_to_block(&act, &rules, (0, 9), NOW).await, Some((5, SmsRefusal::Block)));
    assert_eq!(send_to_block(&act, &rules, (10, 12), at(3599)).await, Some((10, SmsRefusal::Block)));
    assert_eq!(send_to_block(&act, &rules, (20, 25), at(3600)).await, None);
}

#[tokio::test]
async fn a_block_whose_codes_nobody_types_in_is_stopped_for_a_day() {
    let (act, rules) = (Act::new().await, SmsRules { conversion_percent: 20, ..GENEROUS });
    assert_eq!(send_to_block(&act, &rules, (0, 20), NOW).await, None);
    assert_eq!(send_to_block(&act, &rules, (20, 21), at(599)).await, None, "their ten minutes are not over");
    assert_eq!(send_to_block(&act, &rules, (30, 31), at(600)).await, Some((30, SmsRefusal::Conversion)));
    let elsewhere = session("elsewhere");
    act.begin(&elsewhere, at(600)).await;
    let fine = send_for(act.db(), (&act.hand, &rules), &elsewhere, (PHONE, true), at(600)).await;
    assert!(fine.is_ok(), "other blocks are not concerned");
    assert_eq!(send_to_block(&act, &rules, (40, 41), at(24 * 3600)).await, None);
}

#[tokio::test]
async fn a_block_whose_codes_are_typed_in_goes_on() {
    let (act, rules) = (Act::new().await, SmsRules { conversion_percent: 20, ..GENEROUS });
    for place in 0..24 {
        let (hand, session) = (act.other(&format!("p{place}")).await, session(&format!("p{place}")));
        begin_for(act.db(), &hand, &session, NOW).await;
        let to = (&*format!("070-5555-{place:04}"), true);
        let code = send_for(act.db(), (&hand, &rules), &session, to, NOW).await.unwrap();
        if place % 4 == 0 {
            let mut tx = act.db().begin().await.unwrap();
            hand.guess(&mut tx, &session, &code, NOW).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
    assert_eq!(send_to_block(&act, &rules, (30, 31), at(700)).await, None);
}

#[tokio::test]
async fn contract_and_brand_have_a_budget_of_the_day() {
    let act = Act::new().await;
    let first = session("first");
    act.begin(&first, NOW).await;
    let rules = SmsRules { per_contract: 2, ..GENEROUS };
    for (last, expected) in [(0, None), (1, None), (2, Some(Some(SmsRefusal::Contract)))] {
        let to = (&*format!("080-1111-000{last}"), true);
        assert_eq!(send_for(act.db(), (&act.hand, &rules), &first, to, NOW).await.err(), expected);
    }
    let other = act.other("taro").await;
    let second = session("second");
    begin_for(act.db(), &other, &second, NOW).await;
    let rules = SmsRules { per_brand: 3, ..rules };
    for (last, expected) in [(3, None), (4, Some(Some(SmsRefusal::Brand)))] {
        let to = (&*format!("080-1111-000{last}"), true);
        assert_eq!(send_for(act.db(), (&other, &rules), &second, to, NOW).await.err(), expected, "{last}");
    }
    let tomorrow = at(24 * 3600);
    let third = session("third");
    act.begin(&third, tomorrow).await;
    assert!(send_for(act.db(), (&act.hand, &rules), &third, (PHONE, true), tomorrow).await.is_ok());
}

/// 64 accounts ask at the same moment on two nodes; answers how many get one.
async fn race(act: &Act, hands: &[Hand], rules: SmsRules, number: fn(usize) -> String) -> usize {
    let (start, nodes) = (Arc::new(Barrier::new(CONTENDERS)), act.store.nodes().await);
    for (place, hand) in hands.iter().enumerate() {
        begin_for(act.db(), hand, &session(&format!("race-{place}")), NOW).await;
    }
    let mut tasks = JoinSet::new();
    for place in 0..CONTENDERS {
        let (db, start, hand) = (nodes[place % 2].clone(), Arc::clone(&start), hands[place % hands.len()].clone());
        let session = session(&format!("race-{}", place % hands.len()));
        tasks.spawn(async move {
            start.wait().await;
            send_for(&db, (&hand, &rules), &session, (&number(place), true), NOW).await.is_ok()
        });
    }
    tasks.join_all().await.into_iter().filter(|sent| *sent).count()
}

async fn crowd(act: &Act) -> Vec<Hand> {
    let mut hands = Vec::new();
    for place in 0..CONTENDERS {
        hands.push(act.other(&format!("crowd-{place}")).await);
    }
    hands
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_accounts_at_once_three_reach_the_same_number() {
    let act = Act::new().await;
    let hands = crowd(&act).await;
    assert_eq!(race(&act, &hands, GENEROUS, |_| PHONE.to_owned()).await, 3);
    assert_eq!(count(act.db(), "sms_sent").await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_accounts_at_once_the_budgets_let_through_their_number() {
    let act = Act::new().await;
    let hands = crowd(&act).await;
    let neighbor = |place| format!("080-7777-{place:04}");
    let sent = race(&act, &hands, SmsRules { per_brand: 17, per_block: 20, ..GENEROUS }, neighbor).await;
    assert_eq!((sent, count(act.db(), "sms_sent").await), (17, 17));
    let act = Act::new().await;
    let hands = crowd(&act).await;
    assert_eq!(race(&act, &hands, SmsRules { per_brand: 17, per_block: 11, ..GENEROUS }, neighbor).await, 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_clicks_at_once_one_sends() {
    let act = Act::new().await;
    let hands = [act.hand.clone()];
    assert_eq!(race(&act, &hands, GENEROUS, |_| PHONE.to_owned()).await, 1);
    assert_eq!(act.attempt(&session("race-0"), NOW).await.unwrap().sends, 1);
}

#[tokio::test]
async fn what_the_limits_no_longer_look_at_is_deleted_in_batches() {
    let act = Act::new().await;
    assert_eq!(send_to_block(&act, &GENEROUS, (0, 3), NOW).await, None);
    let end = at(24 * 3600);
    let mut tx = act.db().begin().await.unwrap();
    assert_eq!(delete_old_sms(&mut tx, end, 2).await.unwrap(), 0, "on the edge");
    assert_eq!(delete_old_windows(&mut tx, end, 2).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let later = end.plus(Duration::from_millis(1));
    assert_eq!(count_old_sms(act.db(), later).await.unwrap(), 3);
    // Account, number and contract of each, the block, the brand.
    assert_eq!(count_old_windows(act.db(), later).await.unwrap(), 11);
    let mut tx = act.db().begin().await.unwrap();
    assert_eq!(delete_old_sms(&mut tx, later, 2).await.unwrap(), 2);
    assert_eq!(delete_old_windows(&mut tx, later, 100).await.unwrap(), 11);
    tx.commit().await.unwrap();
    assert_eq!(count(act.db(), "sms_sent").await, 1);
}
