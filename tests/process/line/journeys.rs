//! To the carrier and back: 回線情報通知設定 in the west, and what coming back does not prove.

use tegata_conformance::line_gateway::{Line, Standing};

use super::world::{EAST, WEST, World, code};
use crate::process::http::Person;
use crate::support::Answer;

/// The carrier's page that a person in the west is sent to.
async fn to_the_carrier(person: &mut Person, page: &Answer) -> Answer {
    let answer = person.fill_in(page, &[]).await;
    assert!(person.at.starts_with("/__carrier/notification?"), "{}", person.at);
    answer
}

fn field(page: &Answer, name: &str) -> String {
    page.field(name).unwrap_or_else(|| panic!("{name}: {}", page.body)).replace("&#38;", "&")
}

#[tokio::test]
async fn the_first_sign_in_from_the_west_leads_to_the_carrier_and_back() {
    let world = World::new("\"east\", \"west\"").await;
    world.gateway.choose(Line::west_not_set(WEST));
    let (mut person, page) = world.try_sign_in().await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("「通知する」を選択し、「決定」ボタンをクリックしてください。"), "{}", page.body);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https:"), "the carrier is announced: {policy}");
    assert_eq!(page.header("referrer-policy"), "strict-origin", "no path of ours is told to it");
    let carrier = to_the_carrier(&mut person, &page).await;
    let (back, state) = (field(&carrier, "return_to"), field(&carrier, "state"));
    let answer = notify(&mut person, (&back, &state), "yes").await;
    code(&answer);
    assert_eq!(world.audited("line_verified", "").await["area"], "west");
}

/// The person's choice at the carrier; what the browser shows in the end.
async fn notify(person: &mut Person, (back, state): (&str, &str), choice: &str) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("return_to", back), ("state", state), ("notify", choice)])
        .finish();
    person.post_body("/__carrier/notification", body).await
}

#[tokio::test]
async fn whoever_declines_is_told_so_and_whoever_gives_up_is_helped_after_two_rounds() {
    let world = World::new("\"east\", \"west\"").await;
    world.gateway.choose(Line::west_not_set(WEST));
    let (mut person, page) = world.try_sign_in().await;
    let step = person.at.clone();
    let carrier = to_the_carrier(&mut person, &page).await;
    let (back, state) = (field(&carrier, "return_to"), field(&carrier, "state"));
    let answer = notify(&mut person, (&back, &state), "no").await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (403, "line_declined"));
    world.assert_refused(&answer, "line_declined").await;
    // The setting is taken back, and the window closed twice.
    world.gateway.choose(Line::west_not_set(WEST));
    let page = person.open(&step).await;
    to_the_carrier(&mut person, &page).await;
    let page = person.open(&step).await;
    assert_eq!((page.status.as_u16(), page.problem()), (403, "line_still_not_notified"), "help, and no loop");
    world.assert_refused(&page, "line_not_notified").await;
    // Once it is set, 「もう一度確認する」 is enough.
    world.gateway.choose(Line { standing: Standing::Notified, ..Line::west_not_set(WEST) });
    code(&person.open(&step).await);
}

#[tokio::test]
async fn the_way_back_from_the_carrier_proves_nothing_and_is_good_for_its_own_browser() {
    let world = World::new("\"east\", \"west\"").await;
    world.gateway.choose(Line::west_not_set(WEST));
    let (mut person, page) = world.try_sign_in().await;
    let carrier = to_the_carrier(&mut person, &page).await;
    let (back, state) = (field(&carrier, "return_to"), field(&carrier, "state"));
    let way_back = format!("{back}?state={state}");
    // Nothing was set: back without it.
    let answer = person.open(&way_back).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("まだ確認できません"), "{}", answer.body);
    // The state was used; that, somebody else's and none are noted, and change nothing.
    for state in [state.as_str(), "somebody-elses", ""] {
        person.open(&format!("{back}?state={state}")).await;
        world.audited("line_refused", "line_answer_wrong_state").await;
    }
    // Another browser has no use for it, wherever it read it.
    let mut thief = world.person();
    assert_eq!(thief.open(&way_back).await.problem(), "interaction_elsewhere");
    let (mut other, _) = world.try_sign_in().await;
    assert_eq!(other.open(&way_back).await.problem(), "interaction_elsewhere");
    // And an answer that nobody signed is no evidence.
    let claimed = person.open(&format!("{way_back}&response={EAST}")).await;
    assert!(!claimed.headers.contains_key("location"));
}
