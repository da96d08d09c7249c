//! メールアドレス変更 of a user: one page for two changes (manual, chapter 2.2).

use http::StatusCode;

use super::scene::Console;
use crate::support::{Answer, Browser, Person as _};

async fn send(browser: &mut Browser, form: &Answer, email: &str) -> Answer {
    let confirm = browser.fill_in(form, &[("email", email)]).await;
    if !confirm.body.contains("よろしいですか？") {
        return confirm;
    }
    browser.fill_in(&confirm, &[("email", email), ("confirmed", "yes")]).await
}

#[tokio::test]
async fn the_address_unchanged_means_another_login_method() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.administrator).await;
    let form = browser.get(&Console::path(&console.user, "/email")).await;
    assert_eq!(form.field("email").as_deref(), Some(console.user.email()));
    let confirm = browser.fill_in(&form, &[("email", console.user.email())]).await;
    assert!(confirm.body.contains("指定されたメールアドレスに確認メールを送信します。よろしいですか？"));
    assert!(
        confirm.body.contains("ログイン方法の変更") && console.provider.subjects(console.user.email()).await.is_empty()
    );
    let page = browser.fill_in(&confirm, &[("email", console.user.email()), ("confirmed", "yes")]).await;
    assert!(page.body.contains("ログイン方法の変更用のURLをメールで送信しました。"), "{}", page.body);
    let link = console.provider.mailed_link(console.user.email(), "ログイン方法の設定変更").await;
    assert_eq!(console.provider.browser().get(&link).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_address_gets_the_mail_that_changes_it() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let form = browser.get(&Console::path(&console.user, "/email")).await;
    let page = send(&mut browser, &form, "atarashii@vx7.example").await;
    assert!(page.body.contains("メールアドレス変更用のURLを送信しました。"), "{}", page.body);
    assert!(page.body.contains("お手続き中の変更") && page.body.contains("atarashii@vx7.example"));
    console.provider.mailed_link("atarashii@vx7.example", "メールアドレス変更登録").await;
    assert!(console.provider.subjects(console.user.email()).await.is_empty());
}

#[tokio::test]
async fn both_at_once_is_refused_with_the_reason() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let form = browser.get(&Console::path(&console.user, "/email")).await;
    send(&mut browser, &form, "atarashii@vx7.example").await;
    let refused = send(&mut browser, &form, console.user.email()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("ログイン方法の変更とメールアドレス変更は同時に実施できません。"),
        "{}",
        refused.body
    );
    assert!(console.provider.subjects(console.user.email()).await.is_empty());
    // One of the same kind takes the place of the first.
    let first = console.provider.mailed_link("atarashii@vx7.example", "メールアドレス変更登録").await;
    send(&mut browser, &form, "motto@vx7.example").await;
    console.provider.mailed_link("motto@vx7.example", "メールアドレス変更登録").await;
    assert_eq!(console.provider.browser().get(&first).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_pending_change_can_be_taken_back() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let form = browser.get(&Console::path(&console.user, "/email")).await;
    let page = send(&mut browser, &form, "machigai@vx7.example").await;
    let link = console.provider.mailed_link("machigai@vx7.example", "メールアドレス変更登録").await;
    let page = browser.fill_in(&page, &[]).await;
    assert!(page.body.contains("お手続き中の変更を取り消しました。"), "{}", page.body);
    assert_eq!(console.provider.browser().get(&link).await.status, StatusCode::GONE);
    let page = send(&mut browser, &form, console.user.email()).await;
    assert!(page.body.contains("ログイン方法の変更用のURLをメールで送信しました。"), "{}", page.body);
}

#[tokio::test]
async fn an_address_of_the_contract_is_refused_and_one_elsewhere_is_not_told() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let form = browser.get(&Console::path(&console.user, "/email")).await;
    let refused = send(&mut browser, &form, console.administrator.email()).await;
    assert!(refused.body.contains("ご契約内の別のユーザが使用しています"), "{}", refused.body);
    let page = send(&mut browser, &form, console.stranger.email()).await;
    assert!(page.body.contains("メールアドレス変更用のURLを送信しました。"), "{}", page.body);
    let subjects = console.provider.subjects(console.stranger.email()).await;
    assert!(matches!(&subjects[..], [one] if one.contains("メールアドレスの変更について")), "{subjects:?}");
}

#[tokio::test]
async fn what_is_no_address_is_said_at_the_field() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let form = browser.get(&Console::path(&console.user, "/email")).await;
    for (typed, words) in [("", "メールアドレスを入力してください。"), ("nobody", "メールアドレスが正しくありません。")]
    {
        let answer = browser.fill_in(&form, &[("email", typed)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(words) && answer.body.contains("aria-invalid=\"true\""), "{}", answer.body);
    }
}
