//! The way there and back, with each upstream.

use http::StatusCode;
use tegata::account::AccountState;

use crate::support::federation::{form, method_of, submit};
use crate::support::provider::PASSWORD;
use crate::support::{AuthorizeRequest, Federation, Program};

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

#[tokio::test]
async fn a_brand_without_passwords_asks_for_none_and_takes_none() {
    let world = Federation::start_with(|config| {
        for brand in &mut config.brand {
            brand.login_methods.retain(|method| method.as_str() != "password");
        }
    })
    .await;
    let mut browser = world.provider.browser();
    let first = browser.get(&AuthorizeRequest::of(&world.app).url()).await;
    let page = browser.follow(first).await;
    assert!(
        !page.body.contains("name=\"password\"") && page.body.contains("Googleアカウントでログイン"),
        "{}",
        page.body
    );
    let (button, fields) = form(&page, "/upstream/google").unwrap();
    let login = button.split_once("/upstream").unwrap().0;
    world.provider.account("hanako@vx7.example").await;
    let typed = [("csrf", fields["csrf"].as_str()), ("email", "hanako@vx7.example"), ("password", PASSWORD)];
    assert_eq!(browser.post(login, &typed).await.status, StatusCode::NOT_FOUND);
    world.member("google", "taro").await;
    assert!(!world.provider.browser().get("/VX7/account").await.body.contains("name=\"password\""));
}

#[tokio::test]
async fn whoever_changes_the_method_meanwhile_is_not_signed_in_by_the_former_one() {
    let world = Federation::start().await;
    let account = world.member("google", "taro").await;
    let mut browser = world.provider.browser();
    let page = world.login_page(&mut browser).await;
    let url = world.depart(&mut browser, &page, "google").await;
    let back = world.upstreams.sign_in(&url, "taro").await.unwrap();
    let link = world.method_change_link(&account.email).await;
    let mut elsewhere = world.provider.browser();
    let done = world.register(&mut elsewhere, &link, "microsoft", "work").await;
    assert!(done.body.contains("ログイン方法の変更完了"), "{}", done.body);
    let answer = browser.get(back.as_str()).await;
    assert!(answer.location().ends_with("upstream=not-linked"), "{}", answer.location());
    assert_eq!(browser.session(), None);
    assert!(!world.signs_in("microsoft", "work").await.code().is_empty());
}
