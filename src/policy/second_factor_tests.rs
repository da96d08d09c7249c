//! The tables of `second_factor`.

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const RULES: SmsRules =
    SmsRules { per_contract: 100, per_brand: 1_000, per_block: 30, conversion_sample: 20, conversion_percent: 20 };

#[test]
fn from_the_tenth_wrong_code_in_a_row_each_doubles_the_wait_up_to_a_day() {
    let minutes = |failures| bar(failures).map(|wait| wait.as_secs() / 60);
    #[rustfmt::skip]
    let table = [
        (i64::MIN, None), (-1, None), (0, None), (1, None), (9, None),
        (10, Some(15)), (11, Some(30)), (12, Some(60)), (13, Some(120)), (14, Some(240)), (15, Some(480)),
        (16, Some(960)), (17, Some(1440)), (18, Some(1440)), (100, Some(1440)), (i64::MAX, Some(1440)),
    ];
    for (failures, expected) in table {
        assert_eq!(minutes(failures), expected, "{failures}");
    }
}

#[test]
fn each_further_sms_of_an_attempt_takes_longer() {
    let waits = [-1, 0, 1, 2, 3, 4, 100].map(|sends| resend_delay(sends).as_secs());
    assert_eq!(waits, [0, 0, 30, 60, 120, 120, 120]);
}

/// `count` SMS, the last one `seconds` ago.
fn sent(count: usize, seconds: u64) -> Vec<Timestamp> {
    vec![NOW.minus(Duration::from_secs(seconds)); count]
}

#[test]
fn a_number_and_an_account_get_3_in_ten_minutes_5_in_an_hour_and_10_in_a_day() {
    const TEN_MINUTES: u64 = 600;
    const HOUR: u64 = 3600;
    const DAY_SECONDS: u64 = 86_400;
    #[rustfmt::skip]
    let table = [
        (sent(0, 0), false),
        (sent(2, 0), false),
        (sent(3, 0), true),
        (sent(3, TEN_MINUTES - 1), true),
        (sent(3, TEN_MINUTES), false),
        (sent(4, TEN_MINUTES), false),
        (sent(5, TEN_MINUTES), true),
        (sent(5, HOUR - 1), true),
        (sent(5, HOUR), false),
        (sent(9, HOUR), false),
        (sent(10, HOUR), true),
        (sent(10, DAY_SECONDS - 1), true),
        (sent(10, DAY_SECONDS), false),
        ([sent(2, 0), sent(2, TEN_MINUTES)].concat(), false),
        ([sent(2, 0), sent(3, TEN_MINUTES)].concat(), true),
    ];
    for (times, refused) in table {
        let number = SmsFacts { now: NOW, to_number: times.clone(), ..SmsFacts::default() };
        assert_eq!(refuse_sms(&number, &RULES), refused.then_some(SmsRefusal::Number), "{times:?}");
        let account = SmsFacts { now: NOW, for_account: times.clone(), ..SmsFacts::default() };
        assert_eq!(refuse_sms(&account, &RULES), refused.then_some(SmsRefusal::Account), "{times:?}");
    }
}

#[test]
fn budgets_and_the_block_are_kept_and_the_first_reason_is_named() {
    let facts = SmsFacts { now: NOW, ..SmsFacts::default() };
    #[rustfmt::skip]
    let table = [
        (SmsFacts { for_contract: 99, for_brand: 999, to_block: 29, ..facts.clone() }, None),
        (SmsFacts { for_contract: 100, ..facts.clone() }, Some(SmsRefusal::Contract)),
        (SmsFacts { for_brand: 1_000, ..facts.clone() }, Some(SmsRefusal::Brand)),
        (SmsFacts { to_block: 30, ..facts.clone() }, Some(SmsRefusal::Block)),
        (SmsFacts { to_number: sent(3, 0), to_block: 30, ..facts.clone() }, Some(SmsRefusal::Number)),
        (SmsFacts { converted: (19, 0), ..facts.clone() }, None),
        (SmsFacts { converted: (20, 4), ..facts.clone() }, None),
        (SmsFacts { converted: (20, 3), ..facts.clone() }, Some(SmsRefusal::Conversion)),
        (SmsFacts { converted: (21, 4), ..facts }, Some(SmsRefusal::Conversion)),
    ];
    for (facts, expected) in table {
        assert_eq!(refuse_sms(&facts, &RULES), expected, "{facts:?}");
    }
}
