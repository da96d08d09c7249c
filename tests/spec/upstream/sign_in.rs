//! The way there and back, with each upstream.

use http::StatusCode;
use tegata::account::AccountState;

use crate::support::federation::{method_of, submit};
use crate::support::{Federation, Program};

/// security.md line 76
#[tokio::test]
async fn an_invited_person_registers_and_signs_in_with_each_upstream() {
    let world = Federation::start().await;
    for connection in world.connections() {
        let user = world.person_at(&connection);
        let account = world.member(&connection, user).await;
        assert_eq!(
            (account.state, account.login_method),
            (AccountState::Active, method_of(&connection)),
            "{connection}"
        );
        let callback = world.signs_in(&connection, user).await;
        let program: Program = world.provider.program();
        let tokens = program.exchange(&world.app, callback.code()).await.ok();
        let id_token = tokens.id_token();
        assert_eq!(id_token["sub"], account.subject.as_str(), "{connection}");
        assert_eq!(id_token["amr"], serde_json::json!(["fed"]));
        assert_eq!(id_token["acr"], "urn:tegata:acr:federated");
    }
}

#[tokio::test]
async fn somebody_whose_account_is_not_linked_is_led_back_to_the_other_methods() {
    let world = Federation::start().await;
    for connection in world.connections() {
        let mut browser = world.provider.browser();
        let page = world.sign_in(&mut browser, &connection, world.person_at(&connection)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{connection}");
        page.is_login();
        assert!(page.body.contains("登録されていません") || page.body.contains("role=\"alert\""), "{}", page.body);
        assert_eq!(browser.session(), None, "{connection}");
    }
}

#[tokio::test]
async fn the_person_sees_which_account_is_linked_and_may_choose_another() {
    let world = Federation::start().await;
    world.provider.invite("jiro@vx7.example").await;
    let link = world.provider.mailed_link("jiro@vx7.example", "利用者登録").await;
    let mut browser = world.provider.browser();
    let page = browser.get(&link).await;
    let url = world.depart(&mut browser, &page, "google").await;
    let answer = world.arrive(&mut browser, &url, "taro").await;
    let confirm = browser.follow(answer).await;
    assert!(confirm.body.contains("このGoogleアカウントで登録"), "{}", confirm.body);
    let answer = submit(&mut browser, &confirm, "/other", &[]).await;
    let url: url::Url = answer.location().parse().unwrap();
    assert!(url.query().unwrap_or_default().ends_with("&prompt=select_account"), "{url}");
    let answer = world.arrive(&mut browser, &url, "hanako").await;
    let confirm = browser.follow(answer).await;
    let answer = submit(&mut browser, &confirm, "/link/", &[]).await;
    browser.follow(answer).await;
    assert!(!world.signs_in("google", "hanako").await.code().is_empty());
}
