//! How an operator comes to a password and a second factor.

use std::time::Duration;

use tegata::operator::{OperatorRole, find_operator, reset, suspend};

use crate::support::operators::{PASSWORD, csrf, pairs, secret_of, submit};
use crate::support::{Answer, Browser, Operators};

const HOURS_25: Duration = Duration::from_hours(25);

async fn finish(ops: &Operators, browser: &mut Browser, page: &Answer) -> Answer {
    let fields = [("csrf", csrf(page)), ("code", ops.code(&secret_of(page)))];
    browser.post("/enrolment/second-factor", &pairs(&fields)).await
}

#[tokio::test]
async fn a_link_leads_to_a_password_and_an_authenticator_and_then_the_operator_signs_in() {
    let ops = Operators::start().await;
    let (operator, link) = ops.create("ops@example.jp", OperatorRole::Support).await;
    assert!(!operator.is_enrolled);
    let mut browser = ops.browser();
    let refused = submit(&mut browser, "ops@example.jp", "").await;
    assert_eq!(refused.status, 422, "nobody has a default password");
    let staff = {
        let page = ops.choose_password(&mut browser, &link).await;
        assert!(!page.body.contains(link.split('=').nth(1).unwrap()), "the link's secret stays behind");
        let secret = secret_of(&page);
        assert_eq!(finish(&ops, &mut browser, &page).await.location(), "/enrolment/done");
        ops.provider.clock.advance(Duration::from_secs(30));
        crate::support::operators::Staff { operator, secret }
    };
    assert_eq!(ops.sign_in(&mut browser, &staff).await.location(), "/api/docs");
}

#[tokio::test]
async fn looking_at_a_link_uses_nothing_up() {
    let ops = Operators::start().await;
    let (_, link) = ops.create("ops@example.jp", OperatorRole::Full).await;
    for _ in 0..3 {
        assert_eq!(ops.browser().get(&link).await.status, 200);
    }
    let mut browser = ops.browser();
    let page = ops.choose_password(&mut browser, &link).await;
    assert_eq!(finish(&ops, &mut browser, &page).await.status, 303);
}

#[tokio::test]
async fn a_link_enrols_once_however_many_try_together() {
    let ops = Operators::start().await;
    let (operator, link) = ops.create("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.browser();
    let page = ops.choose_password(&mut browser, &link).await;
    let tries = (0..64).map(|_| {
        let (mut browser, page, ops) = (browser.clone(), page.clone(), &ops);
        async move { finish(ops, &mut browser, &page).await }
    });
    let answers = crate::support::operators::together(tries).await;
    let done = answers.iter().filter(|answer| answer.status == 303).count();
    let dead = answers.iter().filter(|answer| answer.status == 410).count();
    assert_eq!((done, dead), (1, 63));
    assert!(find_operator(ops.provider.db(), &operator.id).await.unwrap().unwrap().operator.is_enrolled);
    assert_eq!(browser.get(&link).await.status, 410);
    assert_eq!(browser.get("/enrolment/second-factor").await.status, 410);
}

#[tokio::test]
async fn a_link_lives_a_day_and_dies_with_a_newer_one_and_with_a_suspension() {
    let ops = Operators::start().await;
    let (operator, first) = ops.create("ops@example.jp", OperatorRole::Full).await;
    let mut tx = ops.provider.db().begin().await.unwrap();
    let secret = reset(&mut tx, &ops.clerk(), &operator).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ops.browser().get(&first).await.status, 410, "a newer one was issued");
    let second = tegata::operator::enrolment::path(&secret);
    assert_eq!(ops.browser().get(&second).await.status, 200);
    ops.provider.clock.advance(HOURS_25);
    assert_eq!(ops.browser().get(&second).await.status, 410, "a day is over");
    let (other, link) = ops.create("other@example.jp", OperatorRole::Full).await;
    let mut tx = ops.provider.db().begin().await.unwrap();
    assert!(suspend(&mut tx, &ops.clerk(), &other).await.unwrap());
    tx.commit().await.unwrap();
    let dead = ops.browser().get(&link).await;
    assert_eq!(dead.status, 410);
    ops.provider.explained(&dead).await;
}

#[tokio::test]
async fn only_the_browser_that_chose_the_password_last_can_finish() {
    let ops = Operators::start().await;
    let (_, link) = ops.create("ops@example.jp", OperatorRole::Full).await;
    let (mut thief, mut owner) = (ops.browser(), ops.browser());
    let stolen = ops.choose_password(&mut thief, &link).await;
    let own = ops.choose_password(&mut owner, &link).await;
    assert_ne!(secret_of(&stolen), secret_of(&own), "each browser has an authenticator's secret of its own");
    assert_eq!(finish(&ops, &mut thief, &stolen).await.status, 410);
    assert_eq!(finish(&ops, &mut owner, &own).await.status, 303);
}

#[tokio::test]
async fn a_password_of_an_operator_has_twelve_characters_and_keeps_the_rule() {
    let ops = Operators::start().await;
    let (_, link) = ops.create("ops.person@example.jp", OperatorRole::Full).await;
    let mut browser = ops.browser();
    for (password, again, words) in [
        ("", "", "パスワードと確認用のパスワードを入力してください。"),
        ("Staff-Horse-7x", "Staff-Horse-7y", "一致しません"),
        ("Aa3-Aa3-Aa3", "Aa3-Aa3-Aa3", "12文字以上"),
        ("alllowercaseletters", "alllowercaseletters", "文字の種類が足りません"),
        ("Ops.Person@example.jp", "Ops.Person@example.jp", "推測できるパスワード"),
    ] {
        let page = browser.get(&link).await;
        let fields = [
            ("csrf", csrf(&page)),
            ("link", page.field("link").unwrap()),
            ("password", password.to_owned()),
            ("again", again.to_owned()),
        ];
        let answer = browser.post("/enrolment", &pairs(&fields)).await;
        assert_eq!(answer.status, 422, "{password}");
        assert!(answer.body.contains(words), "{password}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_wrong_code_enrols_nobody() {
    let ops = Operators::start().await;
    let (operator, link) = ops.create("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.browser();
    let page = ops.choose_password(&mut browser, &link).await;
    let fields = [("csrf", csrf(&page)), ("code", "000000".to_owned())];
    let answer = browser.post("/enrolment/second-factor", &pairs(&fields)).await;
    assert_eq!(answer.status, 422);
    assert!(!find_operator(ops.provider.db(), &operator.id).await.unwrap().unwrap().operator.is_enrolled);
    let refused = submit(&mut browser, "ops@example.jp", PASSWORD).await;
    assert_eq!(refused.status, 422, "a password without its second factor is nobody's");
}

#[tokio::test]
async fn a_reset_ends_what_was_there_at_once() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.signed_in(&staff).await;
    let mut tx = ops.provider.db().begin().await.unwrap();
    reset(&mut tx, &ops.clerk(), &staff.operator).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let answer = browser.get("/sign-in").await;
    assert_eq!(answer.status, 200, "the session is over: {:?}", answer.headers);
    let refused = submit(&mut browser, &staff.operator.email, PASSWORD).await;
    assert_eq!(refused.status, 422, "and so is the password");
}
