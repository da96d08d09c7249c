//! ログイン方法の設定 (manual, chapters 1.3, 2.1 (1) and 2.2 (1)).

use http::StatusCode;
use tegata::account::{LoginMethod, Role};
use tegata::contract::Plan;
use tegata::lifecycle::unlink_upstream;
use tegata::upstream::identity::find_identity;
use tokio::task::JoinSet;

use crate::support::federation::{form, submit};
use crate::support::provider::PASSWORD;
use crate::support::{Answer, Browser, Federation, NEW_PASSWORD, Person as _, is_signed_in};

const CONTRACTOR: &str = "keiyaku@vx7.example";
const MENU: &str = "/VX7/account/login-method";

/// The contractor in the account menu, signed in by password.
async fn in_the_menu(world: &Federation) -> Browser {
    let contractor = world.contractor(CONTRACTOR).await;
    let mut browser = world.provider.browser();
    let menu = browser.open_menu(&contractor, PASSWORD).await;
    assert!(menu.body.contains(MENU), "{}", menu.body);
    browser
}

/// From the choice through an upstream to the page at the end.
async fn change_to(world: &Federation, browser: &mut Browser, page: &str, connection: &str, user: &str) -> Answer {
    world.register(browser, page, connection, user).await
}

async fn method_of(world: &Federation, email: &str) -> LoginMethod {
    world.provider.record_of(email).await.account.login_method
}

#[tokio::test]
async fn the_contractor_goes_from_password_to_google_and_back() {
    let world = Federation::start().await;
    let mut browser = in_the_menu(&world).await;
    let choice = browser.get(MENU).await;
    assert!(choice.body.contains("メールアドレス・パスワード"), "the present method is shown: {}", choice.body);
    assert!(form(&choice, "active-directory").is_none(), "a contractor is not offered Active Directory");
    let done = change_to(&world, &mut browser, MENU, "google", "taro").await;
    assert!(done.body.contains("ログイン方法の変更完了"), "{}", done.body);
    assert_eq!(method_of(&world, CONTRACTOR).await, LoginMethod::Google);
    assert!(browser.get("/VX7/account").await.location().contains("/interaction/"), "every session has ended");
    let mut other = world.provider.browser();
    let refused = other.sign_in_with(&world.app, CONTRACTOR, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the former password is nobody's");
    assert!(world.provider.subjects(CONTRACTOR).await.iter().any(|subject| subject.contains("ログイン方法変更")));

    let first = browser.get("/VX7/account").await;
    let login = browser.follow(first).await;
    let url = world.depart(&mut browser, &login, "google").await;
    let answer = world.arrive(&mut browser, &url, "taro").await;
    let menu = browser.follow(answer).await;
    assert!(menu.body.contains(MENU) && !menu.body.contains("/VX7/account/password"), "{}", menu.body);
    let page = browser.get(&format!("{MENU}/password")).await;
    let short = submit(&mut browser, &page, MENU, &[("password", "short"), ("again", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = submit(&mut browser, &page, MENU, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    let done = browser.follow(answer).await;
    assert!(done.body.contains("ログイン方法の変更完了"), "{}", done.body);
    is_signed_in(&other.sign_in_with(&world.app, CONTRACTOR, NEW_PASSWORD).await, &world.app);
    let refused = world.sign_in(&mut world.provider.browser(), "google", "taro").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "Google lets nobody in any more");
}

#[tokio::test]
async fn a_user_changes_by_a_mailed_link_to_active_directory_and_gets_its_login_url() {
    let world = Federation::start().await;
    let account = world.member("microsoft", "work").await;
    let link = world.method_change_link(&account.email).await;
    let mut browser = world.provider.browser();
    let choice = browser.get(&link).await;
    assert!(choice.body.contains("Microsoftアカウント"), "{}", choice.body);
    let confirm = submit(&mut browser, &choice, "/active-directory", &[]).await;
    assert!(confirm.body.contains(world.adfs.as_str()), "the connection ID is shown: {}", confirm.body);
    let done = change_to(&world, &mut browser, &link, world.adfs.as_str(), "taro@corp").await;
    assert!(done.body.contains("ログイン方法の変更完了"), "{}", done.body);
    let mails = world.provider.subjects(&account.email).await;
    assert!(
        mails.contains(&"【M-Drive】Active Directoryアカウントのログイン用URL・接続ID通知".to_owned()),
        "{mails:?}"
    );

    // The mailed URL leads to the service, and from its login page straight on to the Active Directory.
    let mut browser = world.provider.browser();
    let entry = browser.get(&format!("/VX7/ad/{}", world.adfs)).await;
    let go = entry.body.split_once("/go?token=").unwrap().1.split_once('"').unwrap().0.to_owned();
    let answer = browser.get(&format!("/VX7/ad/{}/go?token={go}", world.adfs)).await;
    assert_eq!(answer.location(), "https://ff.example/VX7");
    let first = browser.get(&crate::support::AuthorizeRequest::of(&world.app).url()).await;
    let away = browser.follow(first).await;
    assert!(away.location().contains("/adfs/oauth2/authorize"), "{}", away.location());
    let back = world.arrive(&mut browser, &away.location().parse().unwrap(), "taro@corp").await;
    let end = browser.follow(back).await;
    is_signed_in(&end, &world.app);
    // From now on the browser knows its Active Directory.
    let mut again = world.provider.browser();
    again.cookies = browser.cookies.clone();
    again.cookies.retain(|name, _| !name.contains("session"));
    let login = world.login_page(&mut again).await;
    assert!(form(&login, &format!("/upstream/{}", world.adfs)).is_some(), "{}", login.body);
}

#[tokio::test]
async fn one_facebook_account_takes_the_place_of_another_only_by_way_of_another_method() {
    let world = Federation::start().await;
    let account = world.member("facebook", "taro").await;
    let link = world.method_change_link(&account.email).await;
    let mut browser = world.provider.browser();
    let choice = browser.get(&link).await;
    assert!(choice.body.contains("異なるFacebookアカウント"), "the manual's note: {}", choice.body);
    assert!(form(&choice, "/upstream/facebook").is_none());
    let (action, fields) = form(&choice, "/upstream/google").unwrap();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let forced = browser.post(&action.replace("google", "facebook"), &fields).await;
    assert_eq!(forced.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", forced.body);
    let page = browser.get(&link.replace("/login-method?", "/login-method/password?")).await;
    let answer =
        submit(&mut browser, &page, "/login-method/password", &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)])
            .await;
    assert!(browser.follow(answer).await.body.contains("ログイン方法の変更完了"));
    let link = world.method_change_link(&account.email).await;
    let done = change_to(&world, &mut browser, &link, "facebook", "hanako").await;
    assert!(done.body.contains("ログイン方法の変更完了"), "{}", done.body);
    assert!(!world.signs_in("facebook", "hanako").await.code().is_empty());
}

#[tokio::test]
async fn only_the_contractor_of_a_basic_contract_changes_by_the_menu() {
    let world = Federation::start().await;
    let trial = world.provider.contract("お試し", Plan::Trial).await;
    let people = [
        world.provider.account("user@vx7.example").await,
        world.provider.account_with("admin@vx7.example", |account| account.role = Role::Administrator).await,
        world
            .provider
            .account_with("otameshi@vx7.example", |account| {
                account.role = Role::Contractor;
                account.contract_id = trial.clone();
            })
            .await,
    ];
    for person in people {
        let mut browser = world.provider.browser();
        let menu = browser.open_menu(&person, PASSWORD).await;
        assert!(!menu.body.contains(MENU), "{}", person.email());
        browser.get(MENU).await.shows(StatusCode::FORBIDDEN, "forbidden");
        browser.get(&format!("{MENU}/password")).await.shows(StatusCode::FORBIDDEN, "forbidden");
    }
}

#[tokio::test]
async fn a_contractor_cannot_take_the_active_directory_by_force() {
    let world = Federation::start().await;
    let mut browser = in_the_menu(&world).await;
    let choice = browser.get(MENU).await;
    let (action, fields) = form(&choice, "/upstream/google").unwrap();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let forced = browser.post(&action.replace("google", world.adfs.as_str()), &fields).await;
    assert_eq!(forced.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(method_of(&world, CONTRACTOR).await, LoginMethod::Password);
}

#[tokio::test]
async fn of_many_who_confirm_the_same_upstream_account_at_once_one_gets_it() {
    let world = Federation::start().await;
    let mut waiting = Vec::new();
    for n in 0..8 {
        let email = format!("jiro{n}@vx7.example");
        world.provider.invite(&email).await;
        let link = world.provider.mailed_link(&email, "利用者登録").await;
        let mut browser = world.provider.browser();
        let page = browser.get(&link).await;
        let url = world.depart(&mut browser, &page, "google").await;
        let answer = world.arrive(&mut browser, &url, "taro").await;
        let confirm = browser.follow(answer).await;
        waiting.push((browser, confirm));
    }
    let mut running = JoinSet::new();
    for (browser, confirm) in waiting {
        // Each of them twice: a double click is one confirmation.
        for _ in 0..4 {
            let (mut browser, body) = (browser.clone(), confirm.body.clone());
            let (status, headers) = (confirm.status, confirm.headers.clone());
            running.spawn(async move {
                let page = Answer { status, headers, body };
                submit(&mut browser, &page, "/link/", &[]).await.header("location").to_owned()
            });
        }
    }
    let ends = running.join_all().await;
    let registered = ends.iter().filter(|location| location.ends_with("/registration/done")).count();
    assert_eq!(registered, 1, "{ends:?}");
    assert!(!world.signs_in("google", "taro").await.code().is_empty());
}

#[tokio::test]
async fn what_facebook_says_of_an_account_that_is_no_longer_linked_takes_nothing_away() {
    let world = Federation::start().await;
    let account = world.member("facebook", "taro").await;
    let former = find_identity(world.provider.db(), &account.id).await.unwrap().unwrap();
    let record = world.provider.record_of(&account.email).await;
    let link = world.method_change_link(&account.email).await;
    change_to(&world, &mut world.provider.browser(), &link, "google", "taro").await;
    let mut tx = world.provider.db().begin().await.unwrap();
    assert!(!unlink_upstream(&mut tx, &world.provider.registrar(), (&record, &former)).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!world.signs_in("google", "taro").await.code().is_empty());
}
