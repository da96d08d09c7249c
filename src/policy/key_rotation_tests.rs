use proptest::prelude::*;

use super::*;

const RULES: RotationRules = RotationRules { rotate_every: days(90), publish_before: days(2), retire_after: days(1) };
const EC: &str = "ES256";
const RSA: &str = "RS256";

const fn days(n: u32) -> Duration {
    Duration::from_secs(86_400 * n as u64)
}

/// The day `n` of the story.
fn day(n: u32) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000).plus(days(n))
}

fn key(kid: &str, state: KeyState, since: u32) -> KeyFacts<&'static str> {
    KeyFacts {
        kid: KeyId::new(kid),
        alg: EC,
        state,
        published_at: day(since),
        activated_at: (state != KeyState::Next).then(|| day(since)),
        retired_at: (state == KeyState::Retired).then(|| day(since)),
    }
}

fn create(state: KeyState) -> Action<&'static str> {
    Action::Create { alg: EC, state }
}

fn promote(kid: &str) -> Action<&'static str> {
    Action::Promote { kid: KeyId::new(kid) }
}

fn delete(kid: &str) -> Action<&'static str> {
    Action::Delete { kid: KeyId::new(kid) }
}

#[test]
fn each_situation_has_its_action() {
    use KeyState::{Current, Next, Retired};
    let table = [
        ("first start", 0, vec![], vec![create(Current)]),
        ("a young key", 1, vec![key("a", Current, 0)], vec![]),
        ("just before the announcement", 87, vec![key("a", Current, 0)], vec![]),
        ("the announcement", 88, vec![key("a", Current, 0)], vec![create(Next)]),
        ("long asleep", 500, vec![key("a", Current, 0)], vec![create(Next)]),
        ("announced", 89, vec![key("a", Current, 0), key("b", Next, 88)], vec![]),
        ("announced long enough", 90, vec![key("a", Current, 0), key("b", Next, 88)], vec![promote("b")]),
        ("announced late after sleep", 501, vec![key("a", Current, 0), key("b", Next, 500)], vec![]),
        ("announced early by hand", 12, vec![key("a", Current, 0), key("b", Next, 10)], vec![promote("b")]),
        ("two announced", 95, vec![key("a", Current, 0), key("c", Next, 90), key("b", Next, 89)], vec![promote("b")]),
        ("nothing signs", 1, vec![key("b", Next, 1)], vec![promote("b")]),
        ("only the past is left", 1, vec![key("a", Retired, 1)], vec![create(Current)]),
        ("freshly retired", 90, vec![key("b", Current, 90), key("a", Retired, 90)], vec![]),
        ("retired long enough", 91, vec![key("b", Current, 90), key("a", Retired, 90)], vec![delete("a")]),
        ("the clock went back", 0, vec![key("b", Current, 90), key("a", Retired, 90)], vec![]),
    ];
    for (name, today, keys, expected) in table {
        assert_eq!(next_actions(day(today), &[EC], &keys, &RULES), expected, "{name}");
    }
}

#[test]
fn the_first_start_makes_a_signing_key_for_each_algorithm_at_once() {
    let actions = next_actions(day(0), &[EC, RSA, EC], &[], &RULES);
    let expected = [EC, RSA].map(|alg| Action::Create { alg, state: KeyState::Current });
    assert_eq!(actions, expected);
}

#[test]
fn an_algorithm_that_is_no_longer_wanted_keeps_rotating_while_it_has_keys() {
    let keys = [key("a", KeyState::Current, 0)];
    assert_eq!(next_actions(day(88), &[], &keys, &RULES), [create(KeyState::Next)]);
}

#[test]
fn an_order_to_rotate_announces_a_key_or_promotes_it_at_once() {
    use KeyState::{Current, Next};
    let table = [
        ("announce", vec![key("a", Current, 0)], Urgency::Announced, vec![create(Next)]),
        ("already announced", vec![key("a", Current, 0), key("b", Next, 1)], Urgency::Announced, vec![]),
        ("emergency", vec![key("a", Current, 0)], Urgency::Immediate, vec![create(Current)]),
        (
            "announced, then emergency",
            vec![key("a", Current, 0), key("b", Next, 1)],
            Urgency::Immediate,
            vec![promote("b")],
        ),
        ("no key yet", vec![], Urgency::Announced, vec![create(Current)]),
    ];
    for (name, keys, urgency, expected) in table {
        assert_eq!(rotate(EC, &keys, urgency), expected, "{name}");
    }
    assert_eq!(rotate(RSA, &[key("a", Current, 0)], Urgency::Announced).len(), 1, "other algorithms do not count");
    assert_eq!(promotion_due(&key("b", Next, 1), &RULES), day(3));
}

#[test]
fn states_are_written_and_read_alike() {
    for state in [KeyState::Current, KeyState::Next, KeyState::Retired] {
        assert_eq!(KeyState::parse(state.as_str()), Some(state));
    }
    assert_eq!(KeyState::parse("Current"), None);
}

/// Does to the facts what the store does to the table.
fn apply(now: Timestamp, keys: &mut Vec<KeyFacts<&'static str>>, actions: Vec<Action<&'static str>>, made: &mut u32) {
    for action in actions {
        match action {
            Action::Delete { kid } => keys.retain(|key| key.kid != kid),
            Action::Create { alg, state } => {
                *made += 1;
                if state == KeyState::Current {
                    retire(now, keys, alg);
                }
                let activated_at = (state == KeyState::Current).then_some(now);
                let kid = KeyId::new(format!("{made:04}"));
                keys.push(KeyFacts { kid, alg, state, published_at: now, activated_at, retired_at: None });
            }
            Action::Promote { kid } => {
                let alg = keys.iter().find(|key| key.kid == kid).unwrap().alg;
                retire(now, keys, alg);
                let key = keys.iter_mut().find(|key| key.kid == kid).unwrap();
                (key.state, key.activated_at) = (KeyState::Current, Some(now));
            }
        }
    }
}

fn retire(now: Timestamp, keys: &mut [KeyFacts<&'static str>], alg: &str) {
    for key in keys.iter_mut().filter(|key| key.alg == alg && key.state == KeyState::Current) {
        (key.state, key.retired_at) = (KeyState::Retired, Some(now));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// However seldom the job runs and whenever an operator rotates: one key signs, it was published in time, and what
    /// it signed can be verified to the end.
    #[test]
    fn no_client_ever_meets_a_key_it_cannot_find(
        extra_hours in 1_u64..300,
        publish_hours in 0_u64..100,
        retire_hours in 0_u64..100,
        steps in prop::collection::vec((1_u64..200, any::<bool>()), 1..120),
    ) {
        let hours = |n: u64| Duration::from_secs(3600 * n);
        let rules = RotationRules {
            rotate_every: hours(publish_hours + extra_hours), publish_before: hours(publish_hours), retire_after: hours(retire_hours),
        };
        let (mut now, mut keys, mut made) = (day(0), Vec::new(), 0);
        let mut last_signed: Vec<(KeyId, Timestamp)> = Vec::new();
        for (step, by_hand) in steps {
            let due = next_actions(now, &[EC, RSA], &keys, &rules);
            apply(now, &mut keys, due, &mut made);
            if by_hand {
                let ordered = rotate(EC, &keys, Urgency::Announced);
                apply(now, &mut keys, ordered, &mut made);
            }
            // What is due after what was due: only the key that somebody just ordered, if nothing needs announcing.
            let again = next_actions(now, &[EC, RSA], &keys, &rules);
            let only_promotions = again.iter().all(|action| matches!(action, Action::Promote { .. } | Action::Delete { .. }));
            prop_assert!(only_promotions && (publish_hours == 0 || retire_hours == 0 || again.is_empty()), "{again:?}");

            for alg in [EC, RSA] {
                let current: Vec<_> = keys.iter().filter(|key| key.alg == alg && key.state == KeyState::Current).collect();
                prop_assert_eq!(current.len(), 1);
                let first = current[0].published_at == day(0);
                let published = current[0].activated_at.unwrap().since(current[0].published_at);
                prop_assert!(first || published >= rules.publish_before);
                last_signed.retain(|(kid, _)| *kid != current[0].kid);
                last_signed.push((current[0].kid.clone(), now));
                prop_assert!(keys.iter().filter(|key| key.alg == alg && key.state == KeyState::Next).count() <= 1);
            }
            for (kid, at) in &last_signed {
                let published = keys.iter().any(|key| key.kid == *kid);
                prop_assert!(published || now.since(*at) >= rules.retire_after, "{kid} was deleted too early");
            }
            now = now.plus(hours(step));
        }
    }
}
