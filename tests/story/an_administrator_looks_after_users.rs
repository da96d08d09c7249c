//! 管理コンソール: a contract from its first users to its next contractor (manual, chapter 2.2; `product.md` §8, §10).

use http::{Method, StatusCode};
use tegata::account::{AccountState, Role};

use crate::support::provider::PASSWORD;
use crate::support::{
    Answer, AuthorizeRequest, Browser, NEW_PASSWORD, Person as _, Provider, SignIn as _, TestAccount, is_signed_in,
};

const CONTRACTOR: &str = "keiyaku@vx7.example";
const ICHIRO: &str = "ichiro@vx7.example";

/// Clicks a link of a page by the end of its address.
async fn click(browser: &mut Browser, page: &Answer, end: &str) -> Answer {
    let page = scraper::Html::parse_document(&page.body);
    let links = scraper::Selector::parse("a[href]").unwrap();
    let mut hrefs = page.select(&links).filter_map(|link| link.attr("href")).map(str::to_owned);
    let href = hrefs.find(|href| href.ends_with(end)).unwrap_or_else(|| panic!("no link ends with {end}"));
    let answer = browser.get(&href).await;
    browser.follow(answer).await
}

async fn console(provider: &Provider, email: &str, password: &str) -> (Browser, Answer) {
    let mut browser = provider.browser();
    let answer = browser.get("/VX7/admin").await;
    let login = browser.follow(answer).await;
    let answer = browser.submit(&login, email, password).await;
    let top = browser.follow(answer).await;
    assert!(top.body.contains("<h1>管理コンソール</h1>"), "{}", top.body);
    (browser, top)
}

/// Pastes lines into the page for many, and sends those that are good.
async fn invite(browser: &mut Browser, page: &Answer, lines: &str) -> Answer {
    let mut page = page.clone();
    for _ in 0..2 {
        let html = scraper::Html::parse_document(&page.body);
        let first = |selector: &str| html.select(&scraper::Selector::parse(selector).unwrap()).next();
        let action = first("form").unwrap().attr("action").unwrap().to_owned();
        let text =
            first("input[name=lines]").map_or_else(|| lines.to_owned(), |it| it.attr("value").unwrap().to_owned());
        let csrf = page.field("csrf").unwrap();
        let part = |name: &str, text: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let body = format!("{}{}--b--\r\n", part("csrf", &csrf), part("lines", &text));
        let headers = [
            ("content-type", "multipart/form-data; boundary=b"),
            ("origin", "https://login.example"),
            ("sec-fetch-site", "same-origin"),
        ];
        page = browser.send(Method::POST, &action, Some(body), &headers).await;
    }
    page
}

async fn register(provider: &Provider, email: &str) {
    let link = provider.mailed_link(email, "利用者登録のご案内").await;
    let mut person = provider.browser();
    let form = person.get(&link).await;
    let confirm = person.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    person.fill_in(&confirm, &[]).await;
}

#[tokio::test]
async fn users_come_change_and_go_and_the_contract_gets_another_contractor() {
    let provider = Provider::with_inbox().await;
    let client = provider.storage_app().await;
    let contractor = provider.account_with(CONTRACTOR, |account| account.role = Role::Contractor).await;
    let (mut browser, top) = console(&provider, CONTRACTOR, PASSWORD).await;

    // Two come, one line is wrong and stays on the page.
    let users = click(&mut browser, &top, "/admin/users").await;
    let many = click(&mut browser, &users, "/admin/users/import").await;
    let lines = "氏名\tメールアドレス\t権限\n端場 一郎\tichiro@vx7.example\t利用者\n端場 二郎\tjiro@vx7.example\t\n\
                 端場 三郎\tsaburo\t\n";
    let report = invite(&mut browser, &many, lines).await;
    assert!(report.body.contains("招待の結果") && report.body.contains("メールアドレスが正しくありません"));
    assert_eq!(report.body.matches("招待しました</td>").count(), 2, "{}", report.body);
    register(&provider, ICHIRO).await;
    assert_eq!(provider.state_of(ICHIRO).await, AccountState::Active);
    assert_eq!(provider.state_of("jiro@vx7.example").await, AccountState::Invited);

    // Ichiro becomes an administrator, then the contractor.
    let users = click(&mut browser, &report, "/admin/users").await;
    assert!(users.body.contains("招待中"), "{}", users.body);
    let ichiro = provider.record_of(ICHIRO).await;
    let detail = click(&mut browser, &users, &format!("/admin/users/{}", ichiro.account.subject)).await;
    let promote = click(&mut browser, &detail, "/make-administrator").await;
    let detail = browser.fill_in(&promote, &[]).await;
    let transfer = click(&mut browser, &detail, "/transfer-contractor").await;
    assert!(transfer.body.contains("現在の契約者であるあなたは管理者になります"), "{}", transfer.body);
    let detail = browser.fill_in(&transfer, &[]).await;
    assert!(detail.body.contains("契約者を変更しました。"), "{}", detail.body);
    assert_eq!(provider.record_of(ICHIRO).await.account.role, Role::Contractor);

    // The former contractor leaves.
    let mut storage = provider.browser();
    storage.sign_in(&AuthorizeRequest::of(&client), &contractor).await;
    let (mut browser, top) = console(&provider, ICHIRO, NEW_PASSWORD).await;
    let users = click(&mut browser, &top, "/admin/users").await;
    let detail = click(&mut browser, &users, &format!("/admin/users/{}", contractor.sub())).await;
    let delete = click(&mut browser, &detail, "/delete").await;
    let users = browser.fill_in(&delete, &[]).await;
    assert!(users.body.contains("ユーザを削除しました。") && !users.body.contains(CONTRACTOR), "{}", users.body);
    storage.open(&AuthorizeRequest::of(&client)).await.is_login();

    // The history remembers him.
    let history = click(&mut browser, &users, "/admin/sign-ins").await;
    assert!(history.body.contains(CONTRACTOR), "{}", history.body);
}

#[tokio::test]
async fn a_user_who_lost_everything_is_helped_without_anybody_seeing_a_password() {
    let provider = Provider::with_inbox().await;
    let client = provider.storage_app().await;
    provider.account_with(CONTRACTOR, |account| account.role = Role::Contractor).await;
    let user: TestAccount = provider.account("hanako@vx7.example").await;

    // Hanako forgot the password and locked herself out; the mailbox she had is gone, too.
    let mut hanako = provider.browser();
    let login = hanako.open_login(&AuthorizeRequest::of(&client)).await;
    hanako.guess(&login, user.email(), 10).await;
    assert_eq!(provider.state_of(user.email()).await, AccountState::Locked);

    let (mut browser, top) = console(&provider, CONTRACTOR, PASSWORD).await;
    let users = click(&mut browser, &top, "/admin/users").await;
    let detail = click(&mut browser, &users, &format!("/admin/users/{}", user.sub())).await;
    assert!(detail.body.contains("ロック中") && !detail.body.contains("type=\"password\""), "{}", detail.body);
    let form = click(&mut browser, &detail, "/email").await;
    let confirm = browser.fill_in(&form, &[("email", "hanako.new@vx7.example")]).await;
    let fields = [("email", "hanako.new@vx7.example"), ("confirmed", "yes")];
    let detail = browser.fill_in(&confirm, &fields).await;
    assert!(detail.body.contains("hanako.new@vx7.example"), "{}", detail.body);

    // She sets a new password by the link, which unlocks her as well.
    let link = provider.mailed_link("hanako.new@vx7.example", "メールアドレス変更登録").await;
    let form = hanako.get(&link).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.body);
    hanako.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    let mut again = provider.browser();
    let end = again.sign_in_with(&client, "hanako.new@vx7.example", NEW_PASSWORD).await;
    is_signed_in(&end, &client);
}
