//! A person signs in with an account elsewhere and does what people do on the way: turns back, presses the back button,
//! opens two tabs, takes too long, comes back in another browser. Each ends on a sensible page, never in a dead end.

use std::time::Duration;

use http::StatusCode;
use tegata_conformance::upstreams::{Fault, query_value};

use crate::support::federation::submit;
use crate::support::provider::PASSWORD;
use crate::support::{Answer, AuthorizeRequest, Browser, Callback, Federation, SignIn as _};

/// Where a browser stands after the upstream has sent it back.
async fn back_at(world: &Federation, browser: &mut Browser, page: &Answer, connection: &str) -> String {
    let url = world.depart(browser, page, connection).await;
    world.upstreams.sign_in(&url, world.person_at(connection)).await.unwrap().into()
}

/// The way on that a page about a problem offers.
fn way_on(page: &Answer) -> String {
    let html = scraper::Html::parse_document(&page.body);
    let links = scraper::Selector::parse("main a[href]").unwrap();
    let link = html.select(&links).next().unwrap_or_else(|| panic!("no way on: {}", page.body));
    link.attr("href").unwrap().to_owned()
}

#[tokio::test]
async fn whoever_turns_back_at_the_upstream_finds_the_other_ways_and_takes_one_of_them() {
    let world = Federation::start().await;
    let account = world.provider.account("hanako@vx7.example").await;
    for connection in world.connections() {
        let mut browser = world.provider.browser();
        let page = world.login_page(&mut browser).await;
        let url = world.depart(&mut browser, &page, &connection).await;
        let back = world.upstreams.cancel(&url).await.unwrap();
        let answer = browser.get(back.as_str()).await;
        let page = browser.follow(answer).await;
        assert_eq!(page.is_login().status, StatusCode::OK, "{connection}: to change one's mind is no error");
        assert!(
            page.body.contains("認証連携しているサービスでのログインを中止しました"),
            "{connection}: {}",
            page.body
        );
        assert!(page.body.contains("/upstream/google") && page.body.contains("/upstream/microsoft"), "{}", page.body);
        // The client hears nothing of it, and gets its code from the same request.
        let answer = browser.submit(&page, account.email(), PASSWORD).await;
        let answer = browser.follow(answer).await;
        let callback = Callback::of(&answer);
        assert_eq!(callback.get("state"), "state-1", "{connection}");
        assert!(!callback.code().is_empty(), "{connection}");
    }
}

/// A client that wants no page hears that one is needed; that nobody is signed in elsewhere is not asked there.
#[tokio::test]
async fn a_client_that_wants_no_page_is_told_so_without_anybody_being_sent_anywhere() {
    let world = Federation::start().await;
    world.member("google", "taro").await;
    let mut browser = world.provider.browser();
    let silent = AuthorizeRequest::of(&world.app).with("prompt", "none");
    assert_eq!(browser.authorize(&silent).await.error(), "login_required");
    let requests = world.upstreams.google().requests("/auth").len();
    world.sign_in(&mut browser, "google", "taro").await;
    assert!(!browser.authorize(&silent).await.code().is_empty());
    assert_eq!(world.upstreams.google().requests("/auth").len(), requests + 1, "for the sign-in alone");
}

/// The address of the callback is in the history; opened again it does no harm and leads on.
#[tokio::test]
async fn the_back_button_after_a_sign_in_leads_on_and_signs_nobody_in_twice() {
    let world = Federation::start().await;
    for connection in world.connections() {
        world.member(&connection, world.person_at(&connection)).await;
        let mut browser = world.provider.browser();
        let page = world.login_page(&mut browser).await;
        let callback = back_at(&world, &mut browser, &page, &connection).await;
        world.host(&connection).clear_log();
        let answer = browser.get(&callback).await;
        let end = browser.follow(answer).await;
        assert!(!Callback::of(&end).code().is_empty(), "{connection}");
        let session = browser.session().unwrap().to_owned();
        let asked = world.host(&connection).requests("*").len();
        for _ in 0..2 {
            let page = browser.get(&callback).await;
            page.shows(StatusCode::BAD_REQUEST, "upstream_expired");
            assert!(page.body.contains(&way_on(&page)), "{connection}");
            // Signed in already: the way on ends at the client.
            let answer = browser.get(&way_on(&page)).await;
            let end = browser.follow(answer).await;
            assert!(!Callback::of(&end).code().is_empty(), "{connection}");
        }
        assert_eq!(browser.session(), Some(session.as_str()), "{connection}: the same session");
        assert_eq!(world.host(&connection).requests("*").len(), asked, "{connection}: the upstream is not asked again");
        // And the login page that the button before shows still works.
        let url = world.depart(&mut browser, &page, &connection).await;
        let answer = world.arrive(&mut browser, &url, world.person_at(&connection)).await;
        let end = browser.follow(answer).await;
        assert!(!Callback::of(&end).code().is_empty(), "{connection}: once more from the page before");
    }
}

#[tokio::test]
async fn two_tabs_go_to_two_upstreams_and_both_come_back() {
    let world = Federation::start().await;
    world.member_as("taro@vx7.example", "google", "taro").await;
    let other = world.member_as("jiro@vx7.example", "other", "taro").await;
    let mut browser = world.provider.browser();
    let request = AuthorizeRequest::of(&world.app);
    let one = browser.open_login(&request.clone().with("state", "one")).await;
    let two = browser.open_login(&request.clone().with("state", "two")).await;
    let first = back_at(&world, &mut browser, &one, "google").await;
    let second = back_at(&world, &mut browser, &two, "other").await;
    // In the other order than they left.
    let answer = browser.get(&second).await;
    let end = Callback::of(&browser.follow(answer).await);
    assert_eq!(end.get("state"), "two");
    let tokens = world.provider.program().exchange(&world.app, end.code()).await.ok();
    assert_eq!(tokens.id_token()["sub"], other.subject.as_str());
    let answer = browser.get(&first).await;
    let end = Callback::of(&browser.follow(answer).await);
    assert_eq!(end.get("state"), "one");
    assert!(!end.code().is_empty());
    // From the same page to two upstreams: whichever comes back.
    let page = browser.open_login(&request.with("prompt", "login")).await;
    let first = back_at(&world, &mut browser, &page, "google").await;
    let second = back_at(&world, &mut browser, &page, "other").await;
    for callback in [second, first] {
        let answer = browser.get(&callback).await;
        assert!(answer.location().starts_with("/VX7/interaction/"), "{}", answer.location());
    }
}

/// A double click, or a browser that sends the request again: one session, one answer of the upstream.
#[tokio::test]
async fn a_callback_that_is_opened_twice_at_once_counts_once() {
    let world = Federation::start().await;
    for connection in world.connections() {
        world.member(&connection, world.person_at(&connection)).await;
        let mut browser = world.provider.browser();
        let page = world.login_page(&mut browser).await;
        let callback = back_at(&world, &mut browser, &page, &connection).await;
        world.host(&connection).clear_log();
        let mut twin = browser.clone();
        let (one, other) = tokio::join!(browser.get(&callback), twin.get(&callback));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::BAD_REQUEST], "{connection}");
        let sent = world.host(&connection).requests("*").into_iter().filter(|request| request.method == "POST").count();
        assert_eq!(sent, 1, "{connection}: one code, one request");
        let (winner, loser, page) = match one.status {
            StatusCode::SEE_OTHER => (browser, twin, other),
            _ => (twin, browser, one),
        };
        assert!(winner.session().is_some() && loser.session().is_none(), "{connection}");
        page.shows(StatusCode::BAD_REQUEST, "upstream_expired");
        // The browser is one and has the winner's cookie: the way on ends at the client.
        let mut browser = winner;
        let answer = browser.get(&way_on(&page)).await;
        let end = browser.follow(answer).await;
        assert!(!Callback::of(&end).code().is_empty(), "{connection}");
    }
}

/// A finished sign-in of somebody else, sent by mail: whoever opens it is not signed in as that person.
#[tokio::test]
async fn a_callback_in_another_browser_or_without_a_cookie_signs_nobody_in_and_spoils_nothing() {
    let world = Federation::start().await;
    for connection in world.connections() {
        world.member(&connection, world.person_at(&connection)).await;
        let mut owner = world.provider.browser();
        let page = world.login_page(&mut owner).await;
        let callback = back_at(&world, &mut owner, &page, &connection).await;
        world.host(&connection).clear_log();
        let mut victim = world.provider.browser();
        world.login_page(&mut victim).await;
        for mut browser in [victim, world.provider.browser()] {
            let page = browser.get(&callback).await;
            page.shows(StatusCode::BAD_REQUEST, "upstream_elsewhere");
            assert_eq!(way_on(&page), "https://ff.example/VX7", "{connection}: to the service");
            assert_eq!(browser.session(), None, "{connection}");
        }
        assert!(world.host(&connection).requests("*").is_empty(), "{connection}: the upstream was not asked");
        let answer = owner.get(&callback).await;
        let end = owner.follow(answer).await;
        assert!(!Callback::of(&end).code().is_empty(), "{connection}: whose it is, still gets in");
    }
}

/// Lunch between the password and the second step there: too late, and one click from where it began.
#[tokio::test]
async fn whoever_takes_eleven_minutes_begins_anew_with_the_same_request() {
    let world = Federation::start().await;
    for connection in world.connections() {
        world.member(&connection, world.person_at(&connection)).await;
        let mut browser = world.provider.browser();
        let request = AuthorizeRequest::of(&world.app).with("state", "mine").with("nonce", "my-nonce");
        let page = browser.open_login(&request).await;
        let url = world.depart(&mut browser, &page, &connection).await;
        world.provider.clock.advance(Duration::from_mins(11));
        let callback: String = world.upstreams.sign_in(&url, world.person_at(&connection)).await.unwrap().into();
        world.host(&connection).clear_log();
        let page = browser.get(&callback).await;
        page.shows(StatusCode::BAD_REQUEST, "upstream_expired");
        assert!(world.host(&connection).requests("*").is_empty(), "{connection}: no code is sent any more");
        let answer = browser.get(&way_on(&page)).await;
        let login = browser.follow(answer).await;
        let url = world.depart(&mut browser, login.is_login(), &connection).await;
        let answer = world.arrive(&mut browser, &url, world.person_at(&connection)).await;
        let end = Callback::of(&browser.follow(answer).await);
        assert_eq!(end.get("state"), "mine", "{connection}");
        let tokens = world.provider.program().exchange(&world.app, end.code()).await.ok();
        assert_eq!(tokens.id_token()["nonce"], "my-nonce", "{connection}");
        // The late one is no good again, however often it is opened.
        browser.get(&callback).await.shows(StatusCode::BAD_REQUEST, "upstream_expired");
    }
}

#[tokio::test]
async fn ten_minutes_to_the_second_are_enough() {
    let world = Federation::start().await;
    world.member("google", "taro").await;
    for (wait, gets_in) in [(Duration::from_millis(599_999), true), (Duration::from_mins(10), false)] {
        let mut browser = world.provider.browser();
        let page = world.login_page(&mut browser).await;
        let url = world.depart(&mut browser, &page, "google").await;
        world.provider.clock.advance(wait);
        let answer = world.arrive(&mut browser, &url, "taro").await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, gets_in, "{wait:?}: {}", answer.status);
    }
}

#[tokio::test]
async fn the_state_of_one_upstream_is_worth_nothing_on_the_callback_of_another() {
    let world = Federation::start().await;
    for connection in world.connections() {
        world.member(&connection, world.person_at(&connection)).await;
    }
    let all = world.connections();
    for (n, connection) in all.iter().enumerate() {
        let next = &all[(n + 1) % all.len()];
        let mut browser = world.provider.browser();
        let page = world.login_page(&mut browser).await;
        let callback = back_at(&world, &mut browser, &page, connection).await;
        for host in world.upstreams.hosts() {
            host.clear_log();
        }
        let url: url::Url = callback.parse().unwrap();
        let state = query_value(&url, "state").unwrap();
        let code = query_value(&url, "code").unwrap();
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code)
            .append_pair("state", &state)
            .finish();
        let page = browser.get(&format!("/VX7/callback/{next}?{query}")).await;
        page.shows(StatusCode::BAD_REQUEST, "upstream_malformed");
        assert_eq!(browser.session(), None);
        let asked: usize = world.upstreams.hosts().iter().map(|host| host.requests("*").len()).sum();
        assert_eq!(asked, 0, "{connection} at {next}: neither of them was asked");
        let answer = browser.get(&callback).await;
        assert!(answer.location().starts_with("/VX7/interaction/"), "{connection}: its own still works");
    }
}

/// The upstream fails; the person takes another way, or the same again, and the client never hears of it.
#[tokio::test]
async fn whoever_finds_the_upstream_down_signs_in_another_way_or_a_little_later() {
    let world = Federation::start().await;
    let account = world.provider.account("hanako@vx7.example").await;
    for connection in world.connections() {
        let user = world.person_at(&connection);
        world.member(&connection, user).await;
        let mut browser = world.provider.browser();
        let page = world.login_page(&mut browser).await;
        let callback = back_at(&world, &mut browser, &page, &connection).await;
        world.host(&connection).fault(Fault::Maintenance.times(1));
        let answer = browser.get(&callback).await;
        let page = browser.follow(answer).await;
        assert_eq!(page.is_login().status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains("現在、認証連携しているサービスに接続できません"), "{connection}: {}", page.body);
        // The same again: a new way, a new code.
        let mut again = browser.clone();
        let url = world.depart(&mut again, &page, &connection).await;
        let answer = world.arrive(&mut again, &url, user).await;
        let end = again.follow(answer).await;
        assert!(!Callback::of(&end).code().is_empty(), "{connection}: the same again");
        let answer = browser.submit(&page, account.email(), PASSWORD).await;
        let end = browser.follow(answer).await;
        assert!(!Callback::of(&end).code().is_empty(), "{connection}: another way");
    }
}

/// The same on the way to a registration and to another method: back to the page with the link, which is still good.
#[tokio::test]
async fn whoever_turns_back_while_registering_finds_the_registration_as_it_was() {
    let world = Federation::start().await;
    for (n, connection) in world.connections().iter().enumerate() {
        let email = format!("p{n}@vx7.example");
        world.provider.invite(&email).await;
        let link = world.provider.mailed_link(&email, "利用者登録").await;
        let mut browser = world.provider.browser();
        let page = browser.get(&link).await;
        let url = world.depart(&mut browser, &page, connection).await;
        let back = world.upstreams.cancel(&url).await.unwrap();
        let answer = browser.get(back.as_str()).await;
        let page = browser.follow(answer).await;
        assert!(page.body.contains("ログイン方法は登録・変更されていません"), "{connection}: {}", page.body);
        // Then it is down, then it works, and the person looks at the confirmation twice.
        let callback = back_at(&world, &mut browser, &page, connection).await;
        world.host(connection).fault(Fault::Status(503).times(1));
        let answer = browser.get(&callback).await;
        let page = browser.follow(answer).await;
        assert!(page.body.contains("接続できません"), "{connection}: {}", page.body);
        let callback = back_at(&world, &mut browser, &page, connection).await;
        let answer = browser.get(&callback).await;
        let confirm = browser.follow(answer).await;
        browser.get(&callback).await.shows(StatusCode::BAD_REQUEST, "upstream_expired");
        let answer = submit(&mut browser, &confirm, "/link/", &[]).await;
        let done = browser.follow(answer).await;
        assert!(done.body.contains("完了"), "{connection}: {}", done.body);
        let again = submit(&mut browser, &confirm, "/link/", &[]).await;
        again.shows(StatusCode::BAD_REQUEST, "upstream_expired");
        assert!(!world.signs_in(connection, world.person_at(connection)).await.code().is_empty(), "{connection}");
    }
}
