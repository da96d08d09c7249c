//! Sessions and frames around a sign-in elsewhere (S10, S11; RFC 9700 §4.16).

use http::StatusCode;

use super::steps::Visitor;
use crate::support::federation::{form, submit};
use crate::support::provider::PASSWORD;
use crate::support::{Answer, AuthorizeRequest, Callback, Federation, Person as _, SignIn as _, sql};

/// Whether a session secret still opens anything.
async fn is_alive(world: &Federation, secret: &str) -> bool {
    let mut browser = world.provider.browser();
    browser.cookies.insert("__Host-tegata-session-VX7".to_owned(), secret.to_owned());
    let callback = browser.authorize(&AuthorizeRequest::of(&world.app).with("prompt", "none")).await;
    !callback.params.contains_key("error")
}

/// A step-up is a sign-in anew: whoever signs in with an account elsewhere is asked for no second factor of ours.
#[tokio::test]
async fn s10_signing_in_gives_a_new_session_and_ends_the_one_before_whoever_planted_it() {
    let world = Federation::start().await;
    for connection in world.connections() {
        world.member(&connection, world.person_at(&connection)).await;
        let visitor = Visitor::new(&world, &connection);
        let outcome = visitor.come_back().await;
        outcome.signed_in(&connection);
        let mut browser = outcome.browser;
        let first = browser.session().unwrap().to_owned();
        assert!(is_alive(&world, &first).await, "{connection}");
        let page = browser.open_login(&AuthorizeRequest::of(&world.app).with("prompt", "login")).await;
        let url = world.depart(&mut browser, &page, &connection).await;
        let back = visitor.permit(&url).await;
        let answer = browser.get(back.as_str()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let second = browser.session().unwrap().to_owned();
        assert_ne!(first, second, "{connection}");
        assert!(is_alive(&world, &second).await && !is_alive(&world, &first).await, "{connection}");
    }
    let attackers = Visitor::new(&world, "google").come_back().await.browser.session().unwrap().to_owned();
    for planted in [attackers.as_str(), "planted-by-somebody"] {
        let (mut victim, url) = Visitor::new(&world, "other").set_out().await;
        victim.cookies.insert("__Host-tegata-session-VX7".to_owned(), planted.to_owned());
        let back = Visitor::new(&world, "other").permit(&url).await;
        victim.get(back.as_str()).await;
        assert_ne!(victim.session(), Some(planted));
        assert!(!is_alive(&world, planted).await);
    }
}

#[tokio::test]
async fn s10_linking_another_way_to_sign_in_ends_every_session() {
    let world = Federation::start().await;
    let contractor = world.contractor("keiyaku@vx7.example").await;
    let mut browser = world.provider.browser();
    browser.open_menu(&contractor, PASSWORD).await;
    let before = browser.session().unwrap().to_owned();
    let page = browser.get("/VX7/account/login-method").await;
    let url = world.depart(&mut browser, &page, "google").await;
    let back = Visitor::new(&world, "google").permit(&url).await;
    let answer = browser.get(back.as_str()).await;
    let confirm = browser.follow(answer).await;
    assert!(is_alive(&world, &before).await, "nothing changes before the confirmation");
    let answer = submit(&mut browser, &confirm, "/link/", &[]).await;
    let done = browser.follow(answer).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert!(!is_alive(&world, &before).await);
    assert_eq!(sql::count(&world.provider, "session", "ended_at IS NULL").await, 0);
    Visitor::new(&world, "google").come_back().await.signed_in("by the new way");
}

#[track_caller]
fn assert_unframed(page: &Answer, what: &str) {
    assert_eq!(page.header("x-frame-options"), "DENY", "{what}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{what}");
}

#[tokio::test]
async fn s11_no_page_on_the_way_to_an_upstream_and_back_may_be_framed() {
    let world = Federation::start().await;
    let mut browser = world.provider.browser();
    let login = world.login_page(&mut browser).await;
    let id_page = submit(&mut browser, &login, "/active-directory", &[]).await;
    let id = world.adfs.as_str();
    let confirm_id = submit(&mut browser, &id_page, "/active-directory", &[("connection_id", id)]).await;
    let departure = submit(&mut browser, &confirm_id, &format!("/upstream/{id}"), &[]).await;
    let refused = Visitor::new(&world, "google").come_back().await.page;
    world.provider.invite("jiro@vx7.example").await;
    let link = world.provider.mailed_link("jiro@vx7.example", "利用者登録").await;
    let registration = browser.get(&link).await;
    let url = world.depart(&mut browser, &registration, "facebook").await;
    let back = world.arrive(&mut browser, &url, "taro").await;
    let confirm_link = browser.follow(back).await;
    assert!(form(&confirm_link, "/link/").is_some(), "{}", confirm_link.body);
    let answer = submit(&mut browser, &confirm_link, "/link/", &[]).await;
    let done = browser.follow(answer).await;
    let contractor = world.contractor("keiyaku@vx7.example").await;
    let mut menu = world.provider.browser();
    menu.open_menu(&contractor, PASSWORD).await;
    for (what, page) in [
        ("login", login),
        ("connection ID", id_page),
        ("connection ID, confirmed", confirm_id),
        ("departure", departure),
        ("login, refused", refused),
        ("registration", registration),
        ("link", confirm_link),
        ("done", done),
        ("login method", menu.get("/VX7/account/login-method").await),
        ("mailed login URL", browser.get(&format!("/VX7/ad/{id}")).await),
        ("callback", browser.get("/VX7/callback/google").await),
        ("link of nobody", browser.get("/VX7/link/x").await),
        ("deletion of nobody", browser.get("/VX7/deletion/x").await),
    ] {
        assert_unframed(&page, what);
    }
    let callback: Callback = world.signs_in("facebook", "taro").await;
    assert!(!callback.code().is_empty());
}
