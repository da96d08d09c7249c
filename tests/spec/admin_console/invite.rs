//! One invitation.

use http::StatusCode;

use super::scene::Console;
use crate::support::{NEW_PASSWORD, Person as _, sql};

#[tokio::test]
async fn an_invited_person_registers_and_has_the_role() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.administrator).await;
    let form = browser.get("/VX7/admin/users/invite").await;
    let fields = [("name", "新人 三郎"), ("email", "Saburo@vx7.example"), ("role", "administrator")];
    let page = browser.fill_in(&form, &fields).await;
    assert!(page.body.contains("新人 三郎") && page.body.contains("招待中"), "{}", page.body);
    let link = console.provider.mailed_link("Saburo@vx7.example", "利用者登録のご案内").await;
    let mut person = console.provider.browser();
    let form = person.get(&link).await;
    let confirm = person.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    person.fill_in(&confirm, &[]).await;
    let record = console.provider.record_of("saburo@vx7.example").await;
    assert_eq!((record.account.role.as_str(), record.account.state.as_str()), ("administrator", "active"));
    assert_eq!(record.contract.id, *console.provider.usual_contract());
}

#[tokio::test]
async fn an_invitation_is_sent_again_with_a_new_link() {
    let console = Console::open().await;
    let account = console.provider.invite("jiro@vx7.example").await;
    let account = crate::support::TestAccount { account };
    let first = console.provider.mailed_link("jiro@vx7.example", "利用者登録のご案内").await;
    let mut browser = console.sign_in(&console.contractor).await;
    let page = console.act(&mut browser, &account, "invite-again").await;
    assert!(page.body.contains("利用者登録のご案内をもう一度送信しました。"), "{}", page.body);
    let second = console.provider.mailed_link("jiro@vx7.example", "利用者登録のご案内").await;
    assert_eq!(console.provider.browser().get(&first).await.status, StatusCode::GONE);
    assert_eq!(console.provider.browser().get(&second).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_cannot_be_invited_is_said_at_the_field() {
    let console = Console::open().await;
    console.provider.invite("jiro@vx7.example").await;
    let mut browser = console.sign_in(&console.contractor).await;
    let form = browser.get("/VX7/admin/users/invite").await;
    let before = sql::count(&console.provider, "account", "1 = 1").await;
    for (name, email, words) in [
        ("", "a@vx7.example", "氏名を200文字以内で"),
        ("see https://x", "a@vx7.example", "氏名を200文字以内で"),
        ("新人", "a", "メールアドレスが正しくありません"),
        ("新人", "RIYOU@vx7.example", "ご契約内のユーザが使用しています"),
        ("新人", "jiro@vx7.example", "招待済みです"),
        ("新人", "yoso@vx7.example", "このメールアドレスは使用できません"),
    ] {
        let answer = browser.fill_in(&form, &[("name", name), ("email", email), ("role", "user")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert!(answer.body.contains(words) && answer.body.contains("aria-invalid=\"true\""), "{}", answer.body);
    }
    for role in ["contractor", "", "root"] {
        let fields = [("name", "新人"), ("email", "a@vx7.example"), ("role", role)];
        browser.fill_in(&form, &fields).await.shows(StatusCode::BAD_REQUEST, "request_malformed");
    }
    assert_eq!(sql::count(&console.provider, "account", "1 = 1").await, before);
}

#[tokio::test]
async fn a_contract_sends_so_many_mails_and_no_more() {
    let provider =
        crate::support::Provider::with_inbox_and(|config| config.limits.mails_per_contract = 3.try_into().unwrap())
            .await;
    let console = Console::at(provider).await;
    let mut browser = console.sign_in(&console.contractor).await;
    let form = browser.get("/VX7/admin/users/invite").await;
    let mut statuses = Vec::new();
    for n in 0..6 {
        let email = format!("n{n}@vx7.example");
        let answer = browser.fill_in(&form, &[("name", "新人"), ("email", &email), ("role", "user")]).await;
        statuses.push(answer.status);
    }
    assert_eq!(statuses[..4], [StatusCode::OK; 4], "the fourth goes over the limit");
    assert_eq!(statuses[4..], [StatusCode::TOO_MANY_REQUESTS; 2]);
    assert_eq!(sql::count(&console.provider, "account", "state = 'invited'").await, 4);
    let change = browser.get(&Console::path(&console.user, "/email")).await;
    let fields = [("email", console.user.email()), ("confirmed", "yes")];
    assert_eq!(browser.fill_in(&change, &fields).await.status, StatusCode::TOO_MANY_REQUESTS);
    // Another contract is not concerned, and after a while this one is not either.
    let mut stranger = console.sign_in(&console.stranger).await;
    let form = stranger.get("/VX7/admin/users/invite").await;
    let fields = [("name", "新人"), ("email", "x@vx7.example"), ("role", "user")];
    assert_eq!(stranger.fill_in(&form, &fields).await.status, StatusCode::OK);
}
