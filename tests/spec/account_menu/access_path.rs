//! アクセス経路設定 (manual, chapter 4.1; `product.md` §6).

use http::StatusCode;
use tegata::account::Role;

use super::{everything, in_menu, person};
use crate::support::provider::{PASSWORD, TestAccount, TestClient};
use crate::support::{Answer, Browser, Person as _, Provider, SignIn as _, is_signed_in, sql};

struct World {
    provider: Provider,
    client: TestClient,
    contractor: TestAccount,
    user: TestAccount,
}

impl World {
    async fn start() -> Self {
        let provider = Provider::with_config(everything).await;
        let client = provider.storage_app().await;
        let contractor = person(&provider, Role::Contractor).await;
        let user = person(&provider, Role::User).await;
        Self { provider, client, contractor, user }
    }

    /// Puts a registered line there that was seen.
    async fn line_was_seen(&self) {
        let contract = &self.contractor.account.contract_id;
        sql::execute(
            &self.provider,
            &format!(
                "INSERT INTO contract_line (id, brand, contract_id, number_hash, number_sealed, tail, label, created_at, \
                 last_seen_at) SELECT 'line-1', 'VX7', '{contract}', secret_hash, secret_hash, '789', '', 1, 1 \
                 FROM session LIMIT 1"
            ),
        )
        .await;
    }

    async fn setting(&self) -> String {
        sql::texts(&self.provider, "SELECT access_path FROM contract").await.remove(0)
    }

    async fn signs_in(&self, account: &TestAccount) -> Answer {
        self.provider.browser().sign_in_with(&self.client, account.email(), PASSWORD).await
    }
}

async fn choose(browser: &mut Browser, value: &str) -> Answer {
    let form = browser.get("/VX7/account/access-path").await;
    browser.fill_in(&form, &[("value", value)]).await
}

#[tokio::test]
async fn it_is_chosen_confirmed_and_changed() {
    let world = World::start().await;
    let (mut browser, _) = in_menu(&world.provider, &world.contractor).await;
    world.line_was_seen().await;
    let page = browser.get("/VX7/account/access-path").await;
    for text in ["変更する通信経路を選択", "※ご契約内のユーザすべての設定が変更されます。", "※初期設定"]
    {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let confirmation = choose(&mut browser, "line_only").await;
    assert!(confirmation.body.contains("アクセス経路変更確認"), "{}", confirmation.body);
    assert_eq!(world.setting().await, "line_and_internet", "looking changes nothing");
    let done = browser.fill_in(&confirmation, &[("to", "line_only")]).await;
    assert!(done.body.contains("アクセス経路の変更が完了いたしました。"), "{}", done.body);
    assert_eq!(world.setting().await, "line_only");
    let back = choose(&mut browser, "line_and_internet").await;
    browser.fill_in(&back, &[("to", "line_and_internet")]).await;
    assert_eq!(world.setting().await, "line_and_internet");
}

#[tokio::test]
async fn line_only_shuts_out_the_internet_at_once_except_the_contractor_at_the_menu() {
    let world = World::start().await;
    let mut reader = world.provider.browser();
    let callback =
        crate::support::Callback::of(&reader.sign_in_with(&world.client, world.user.email(), PASSWORD).await);
    let tokens = world.provider.program().exchange(&world.client, callback.code()).await.ok();
    let (mut browser, _) = in_menu(&world.provider, &world.contractor).await;
    world.line_was_seen().await;
    let confirmation = choose(&mut browser, "line_only").await;
    browser.fill_in(&confirmation, &[("to", "line_only")]).await;

    let program = world.provider.program();
    assert_eq!(program.refresh(&world.client, &tokens.get("refresh_token")).await.error(), "invalid_grant");
    assert_eq!(program.userinfo(&tokens.get("access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(program.introspect(&world.client, &tokens.get("access_token")).await["active"], false);
    let again = crate::support::AuthorizeRequest::of(&world.client);
    reader.open_login(&again).await.is_login();

    for account in [&world.user, &world.contractor] {
        let refused = world.signs_in(account).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("「回線認証のみ」に設定されています"), "{}", refused.body);
        assert_eq!(world.provider.explained(&refused).await, ["line_required"]);
    }
    let menu = world.provider.browser().open_menu(&world.user, PASSWORD).await;
    assert!(menu.body.contains("「回線認証のみ」に設定されています"), "{}", menu.body);
    let (mut repairing, menu) = in_menu(&world.provider, &world.contractor).await;
    assert!(menu.body.contains("アクセス経路設定"), "{}", menu.body);
    let back = choose(&mut repairing, "line_and_internet").await;
    repairing.fill_in(&back, &[("to", "line_and_internet")]).await;
    is_signed_in(&world.signs_in(&world.user).await, &world.client);
    assert_eq!(
        program.refresh(&world.client, &tokens.get("refresh_token")).await.error(),
        "invalid_grant",
        "ended is ended"
    );
}

/// Whoever does not know the password learns nothing about the contract.
#[tokio::test]
async fn a_wrong_password_does_not_tell_that_a_line_is_required() {
    let world = World::start().await;
    sql::execute(&world.provider, "UPDATE contract SET access_path = 'line_only'").await;
    let wrong = world.provider.browser().sign_in_with(&world.client, world.user.email(), "Wrong-Horse-7").await;
    assert!(wrong.body.contains("メールアドレスまたはパスワードが正しくありません"), "{}", wrong.body);
    assert!(!wrong.body.contains("回線認証のみ"), "{}", wrong.body);
}

#[tokio::test]
async fn before_the_switch_the_page_says_who_came_over_the_internet() {
    let world = World::start().await;
    is_signed_in(&world.signs_in(&world.user).await, &world.client);
    world.provider.clock.advance(std::time::Duration::from_hours(24 * 29));
    let (mut browser, _) = in_menu(&world.provider, &world.contractor).await;
    let confirmation = choose(&mut browser, "line_only").await;
    assert!(confirmation.body.contains("インターネット経由でログインしたユーザ：2名"), "{}", confirmation.body);
    assert!(confirmation.body.contains(world.user.email()), "{}", confirmation.body);
    world.provider.clock.advance(std::time::Duration::from_hours(48));
    let (mut browser, _) = in_menu(&world.provider, &world.contractor).await;
    let confirmation = choose(&mut browser, "line_only").await;
    assert!(confirmation.body.contains("インターネット経由でログインしたユーザ：1名"), "{}", confirmation.body);
    assert!(!confirmation.body.contains(world.user.email()), "{}", confirmation.body);
}

#[tokio::test]
async fn without_a_line_that_was_ever_seen_the_switch_must_be_insisted_on() {
    let world = World::start().await;
    let (mut browser, _) = in_menu(&world.provider, &world.contractor).await;
    let confirmation = choose(&mut browser, "line_only").await;
    assert!(confirmation.body.contains("まだ一度も確認されていません"), "{}", confirmation.body);
    let refused = browser.fill_in(&confirmation, &[("to", "line_only")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert_eq!(world.setting().await, "line_and_internet");
    let done = browser.fill_in(&refused, &[("to", "line_only"), ("confirmed", "on")]).await;
    assert!(done.body.contains("完了いたしました"), "{}", done.body);
    assert_eq!(world.setting().await, "line_only");
}

#[tokio::test]
async fn a_choice_that_is_none_or_the_same_or_was_overtaken_changes_nothing() {
    let world = World::start().await;
    let (mut browser, _) = in_menu(&world.provider, &world.contractor).await;
    world.line_was_seen().await;
    for value in ["", "both", "line_and_internet"] {
        let again = choose(&mut browser, value).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{value}: {}", again.body);
    }
    let mut other = browser.clone();
    let (one, two) = (choose(&mut browser, "line_only").await, choose(&mut other, "line_only").await);
    browser.fill_in(&one, &[("to", "line_only")]).await;
    let late = other.fill_in(&two, &[("to", "line_only")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    let events = sql::texts(
        &world.provider,
        "SELECT detail FROM audit_event WHERE event = 'contract_changed' AND reason = 'access_path'",
    )
    .await;
    assert_eq!(events.len(), 1, "{events:?}");
    let gone = browser.get("/VX7/account/access-path/confirm?to=line_only").await;
    assert!(gone.location().ends_with("/VX7/account/access-path"), "nothing is left to confirm");
}

/// The session of the contractor who switches goes on in the menu, and is good for nothing else over the internet.
#[tokio::test]
async fn the_contractor_stays_in_the_menu_and_gets_no_code() {
    let world = World::start().await;
    let (mut browser, _) = in_menu(&world.provider, &world.contractor).await;
    world.line_was_seen().await;
    let confirmation = choose(&mut browser, "line_only").await;
    browser.fill_in(&confirmation, &[("to", "line_only")]).await;
    assert_eq!(browser.get("/VX7/account").await.status, StatusCode::OK);
    browser.open_login(&crate::support::AuthorizeRequest::of(&world.client)).await.is_login();
    let admin = browser.get("/VX7/admin").await;
    assert_ne!(admin.status, StatusCode::OK, "the admin console is part of the service");
}
