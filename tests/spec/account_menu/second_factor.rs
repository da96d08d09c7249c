//! 2段階認証設定 (manual, chapter 5.1; `product.md` §4, §9).

use http::StatusCode;
use tegata::account::Role;

use super::{everything, in_menu, person};
use crate::support::provider::PASSWORD;
use crate::support::{Answer, Browser, Person as _, Provider, is_signed_in, sql};

async fn choose(browser: &mut Browser, value: &str) -> Answer {
    let form = browser.get("/VX7/account/second-factor").await;
    browser.fill_in(&form, &[("value", value)]).await
}

#[tokio::test]
async fn it_is_switched_with_the_box_ticked_and_asked_for_at_the_next_sign_in() {
    let provider = Provider::with_config(everything).await;
    let client = provider.storage_app().await;
    let contractor = person(&provider, Role::Contractor).await;
    let user = person(&provider, Role::User).await;
    let (mut browser, _) = in_menu(&provider, &contractor).await;
    let page = browser.get("/VX7/account/second-factor").await;
    let note = "※アクセス経路設定を「回線認証のみ」を選択されている場合、2段階認証の設定は自動的に無効となります。";
    assert!(page.body.contains(note), "{}", page.body);
    let confirmation = choose(&mut browser, "enabled").await;
    for text in ["設定確認", "上記の説明を確認しました。", "現在の設定", "変更後の設定", "2段階認証を有効にする"]
    {
        assert!(confirmation.body.contains(text), "{text}: {}", confirmation.body);
    }
    let unticked = browser.fill_in(&confirmation, &[("to", "enabled")]).await;
    assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unticked.body);
    is_signed_in(&provider.browser().sign_in_with(&client, user.email(), PASSWORD).await, &client);
    let done = browser.fill_in(&unticked, &[("to", "enabled"), ("confirmed", "on")]).await;
    assert!(done.body.contains("2段階認証の設定が完了いたしました。"), "{}", done.body);
    let asked = provider.browser().sign_in_with(&client, user.email(), PASSWORD).await;
    assert!(asked.body.contains("QRコードでの認証はこちら"), "{}", asked.body);
}

#[tokio::test]
async fn switching_it_off_shows_the_warnings_of_the_manual() {
    let provider = Provider::with_config(everything).await;
    let contractor = person(&provider, Role::Contractor).await;
    let (mut browser, _) = in_menu(&provider, &contractor).await;
    sql::execute(&provider, "UPDATE contract SET second_factor = 'enabled'").await;
    sql::execute(&provider, "UPDATE session SET second_factor = 'verified'").await;
    let confirmation = choose(&mut browser, "disabled").await;
    for text in [
        "※2段階認証を無効にする場合、第三者による不正ログインのリスクが高まります。",
        "※メールアドレス・パスワード認証以外をご利用する場合、ご利用のアカウントにて多要素認証の設定をお願いします。",
    ] {
        assert!(confirmation.body.contains(text), "{text}: {}", confirmation.body);
    }
    browser.fill_in(&confirmation, &[("to", "disabled"), ("confirmed", "on")]).await;
    assert_eq!(sql::texts(&provider, "SELECT second_factor FROM contract").await, ["disabled"]);
    let late = browser.fill_in(&confirmation, &[("to", "disabled"), ("confirmed", "on")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
}

/// `product.md` §4: 「回線認証のみ」 switches it off by itself, without touching the setting.
#[tokio::test]
async fn line_only_switches_it_off_and_the_way_back_brings_it_back() {
    let provider = Provider::with_config(everything).await;
    let contractor = person(&provider, Role::Contractor).await;
    sql::execute(&provider, "UPDATE contract SET second_factor = 'enabled', access_path = 'line_only'").await;
    let (_, menu) = in_menu(&provider, &contractor).await;
    assert!(menu.body.contains("アクセス経路設定"), "nothing is asked beside the password: {}", menu.body);
    sql::execute(&provider, "UPDATE contract SET access_path = 'line_and_internet'").await;
    let (_, asked) = in_menu(&provider, &contractor).await;
    assert!(asked.body.contains("QRコードでの認証はこちら"), "{}", asked.body);
}
