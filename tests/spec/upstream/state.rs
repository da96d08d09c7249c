//! `state`, the browser it is bound to, and several tabs (S1 to S3; RFC 9700 §2.1, §4.7).

use std::time::Duration;

use http::StatusCode;
use tegata::id::BrandCode;
use tegata::secret::TokenHash;
use tegata::upstream::connection::{find_connection, update_connection};

use super::steps::{
    FAILED, Outcome, Visitor, asked, clear_logs, discovered, hex, hexadecimal, nobody_was_asked, parameter,
    token_requests,
};
use crate::support::federation::CONFIGURED;
use crate::support::{Answer, Callback, Federation, sql};

fn wait(world: &Federation, seconds: u64) {
    world.provider.clock.advance(Duration::from_secs(seconds));
}

/// Where the page's button 「はじめから」 leads.
fn restart(page: &Answer) -> String {
    let hrefs = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut inside = hrefs.filter(|href| href.contains("/interaction/"));
    inside.next().unwrap_or_else(|| panic!("no way on: {}", page.body)).to_owned()
}

#[tokio::test]
async fn s01_a_state_that_is_unknown_cut_short_or_anothers_asks_nobody_and_spoils_nothing() {
    let world = Federation::start().await;
    for connection in world.connections() {
        let (mut browser, back) = Visitor::new(&world, &connection).permitted().await;
        clear_logs(&world);
        let state = parameter(&back, "state");
        assert_eq!(state.len(), 43, "256 bit");
        let other = if connection == "google" { "microsoft" } else { "google" };
        let of_other = back.as_str().replace(&format!("/callback/{connection}"), &format!("/callback/{other}"));
        let with = |new: &str| back.as_str().replace(&state, new);
        let malformed = ("upstream_malformed", "upstream_malformed");
        let unknown = ("upstream_expired", "upstream_state_unknown");
        for (what, url, (problem, reason)) in [
            ("unknown", with(&"A".repeat(43)), unknown),
            ("cut short", with(&state[..42]), unknown),
            ("too long", with(&format!("{state}A")), unknown),
            ("in another case", with(&swapped(&state)), unknown),
            ("empty", with(""), malformed),
            ("endless", with(&"A".repeat(129)), malformed),
            ("not there", back.as_str().replace("state=", "estate="), malformed),
            ("of another connection", of_other, ("upstream_malformed", "upstream_state_of_another_connection")),
        ] {
            let answer = browser.get(&url).await;
            answer.shows(StatusCode::BAD_REQUEST, problem);
            assert_eq!(world.reasons(&answer).await, [reason], "{connection}: {what}");
            assert_eq!(browser.session(), None, "{connection}: {what}");
        }
        nobody_was_asked(&world, &connection);
        Outcome::of(&world, browser, back.as_str()).await.proved(&connection);
    }
}

fn swapped(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect()
}

#[tokio::test]
async fn s01_a_state_is_good_for_ten_minutes_and_once() {
    let world = Federation::start().await;
    for connection in world.connections() {
        let visitor = Visitor::new(&world, &connection);
        let host = world.host(&connection);
        let (browser, url) = visitor.set_out().await;
        wait(&world, 599);
        let back = visitor.permit(&url).await;
        clear_logs(&world);
        let outcome = Outcome::of(&world, browser, back.as_str()).await;
        outcome.proved(&connection);
        let mut browser = outcome.browser;
        let again = browser.get(back.as_str()).await;
        again.shows(StatusCode::BAD_REQUEST, "upstream_expired");
        assert_eq!(world.reasons(&again).await, ["upstream_state_used"], "{connection}");
        assert_eq!(token_requests(&host).len(), 1, "{connection}: a code is sent once");

        let (mut browser, back) = visitor.permitted().await;
        clear_logs(&world);
        wait(&world, 600);
        let late = browser.get(back.as_str()).await;
        late.shows(StatusCode::BAD_REQUEST, "upstream_expired");
        assert_eq!(world.reasons(&late).await, ["upstream_state_expired"], "{connection}");
        nobody_was_asked(&world, &connection);
        let anew = browser.get(&restart(&late)).await;
        browser.follow(anew).await.is_login();
    }
}

#[tokio::test]
async fn s01_of_two_callbacks_at_once_one_wins() {
    let world = Federation::start().await;
    world.member("other", "taro").await;
    let (browser, back) = Visitor::new(&world, "other").permitted().await;
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (mut browser, back) = (browser.clone(), back.to_string());
        all.spawn(async move { browser.get(&back).await.status });
    }
    let mut statuses = all.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (StatusCode::SEE_OTHER, &[StatusCode::BAD_REQUEST; 7][..]));
    assert_eq!(token_requests(&world.host("other")).len(), 2, "the registration's and one more");
}

/// The record holds the issuer: whoever takes its place meanwhile gets nobody's code.
#[tokio::test]
async fn s01_a_connection_that_leads_elsewhere_by_now_gets_no_code() {
    let world = Federation::start().await;
    let (browser, back) = Visitor::new(&world, world.adfs.as_str()).permitted().await;
    let (db, brand) = (world.provider.db(), BrandCode::new("VX7"));
    let mut row = find_connection(db, &brand, &world.adfs).await.unwrap().unwrap();
    row.settings.issuer = format!("{}/adfs", world.upstreams.adfs("adfs-b").origin());
    row.endpoints = Some(discovered(&world, &row.settings.issuer).await.unwrap());
    let mut tx = db.begin().await.unwrap();
    assert!(update_connection(&mut tx, &row, world.provider.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    clear_logs(&world);
    let outcome = Outcome::of(&world, browser, back.as_str()).await;
    outcome.refused("upstream_connection_changed", FAILED, "another issuer");
    nobody_was_asked(&world, "another issuer");
}

/// A login CSRF (RFC 9700 §4.7): the attacker's finished callback, opened in the victim's browser.
#[tokio::test]
async fn s02_a_callback_that_began_in_another_browser_signs_nobody_in_and_is_not_used_up() {
    let world = Federation::start().await;
    for connection in world.connections() {
        world.member(&connection, world.person_at(&connection)).await;
        let (attacker, back) = Visitor::new(&world, &connection).permitted().await;
        let sessions = sql::count(&world.provider, "session", "1 = 1").await;
        clear_logs(&world);
        let mut known = world.provider.browser();
        world.login_page(&mut known).await;
        let mut busy = known.clone();
        Visitor::new(&world, &connection).set_out_in(&mut busy).await;
        for (what, mut victim) in [("never here", world.provider.browser()), ("here", known), ("on its way", busy)] {
            let answer = victim.get(back.as_str()).await;
            answer.shows(StatusCode::BAD_REQUEST, "upstream_elsewhere");
            assert_eq!(world.reasons(&answer).await, ["upstream_state_of_another_browser"], "{connection}: {what}");
            assert_eq!(victim.session(), None, "{connection}: {what}");
        }
        nobody_was_asked(&world, &connection);
        assert_eq!(sql::count(&world.provider, "session", "1 = 1").await, sessions, "{connection}");
        Outcome::of(&world, attacker, back.as_str()).await.signed_in(&connection);
    }
}

#[tokio::test]
async fn s02_the_browser_is_bound_by_a_cookie_of_its_own_of_which_only_the_hash_is_stored() {
    let world = Federation::start().await;
    let visitor = Visitor::new(&world, "google");
    let mut browser = world.provider.browser();
    let first = browser.get(&crate::support::AuthorizeRequest::of(&world.app).url()).await;
    let cookie = first.cookies().into_iter().find(|cookie| cookie.starts_with("__Host-tegata-browser-VX7=")).unwrap();
    for attribute in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"] {
        assert!(cookie.split("; ").any(|part| part == attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let url = visitor.set_out_in(&mut browser).await;
    let secret = browser.cookies["__Host-tegata-browser-VX7"].clone();
    assert!(!url.as_str().contains(&secret), "it is independent of what the upstream sees");
    let stored = |secret: &str| vec![hexadecimal(TokenHash::of(secret).as_bytes())];
    assert_eq!(hex(&world, "browser_hash", "upstream_transaction").await, stored(&secret));
    assert_eq!(hex(&world, "state_hash", "upstream_transaction").await, stored(&parameter(&url, "state")));
    let rows = "id || brand || connection || purpose";
    let rows = sql::texts(&world.provider, &format!("SELECT {rows} FROM upstream_transaction")).await.concat();
    let sealed = hex(&world, "secrets", "upstream_transaction").await.concat();
    for (what, secret) in
        [("browser", secret), ("state", parameter(&url, "state")), ("nonce", parameter(&url, "nonce"))]
    {
        let in_clear = rows.contains(&secret) || sealed.contains(&hexadecimal(secret.as_bytes()));
        assert!(!in_clear, "the {what} can be read");
    }
}

#[tokio::test]
async fn s03_two_tabs_go_to_two_upstreams_and_both_come_back() {
    let world = Federation::start().await;
    world.member("google", "taro").await;
    world.member("microsoft", "work").await;
    let mut browser = world.provider.browser();
    let (one, other) = (Visitor::new(&world, "google"), Visitor::new(&world, "microsoft"));
    let first = one.set_out_in(&mut browser).await;
    let second = other.set_out_in(&mut browser).await;
    let (first, second) = (one.permit(&first).await, other.permit(&second).await);
    for back in [second, first] {
        let answer = browser.get(back.as_str()).await;
        let answer = browser.follow(answer).await;
        assert!(!Callback::of(&answer).code().is_empty(), "{back}");
    }
}

#[tokio::test]
async fn s03_fifty_starts_leave_the_cookies_as_they_were_and_the_oldest_still_comes_back() {
    let world = Federation::start().await;
    world.member("google", "taro").await;
    let visitor = Visitor::new(&world, "google");
    let mut browser = world.provider.browser();
    let first = visitor.set_out_in(&mut browser).await;
    let cookies = browser.cookies.clone();
    let page = world.login_page(&mut browser).await;
    let mut states = vec![parameter(&first, "state")];
    for n in 0..50 {
        let url = world.depart(&mut browser, &page, CONFIGURED[n % CONFIGURED.len()]).await;
        states.push(parameter(&url, "state"));
    }
    assert_eq!(browser.cookies, cookies);
    let header: usize = browser.cookies.iter().map(|(name, value)| name.len() + value.len() + 3).sum();
    assert!(header < 1024, "{header}");
    states.sort_unstable();
    states.dedup();
    assert_eq!(states.len(), 51, "no state twice");
    let back = visitor.permit(&first).await;
    let outcome = Outcome::of(&world, browser, back.as_str()).await;
    outcome.signed_in("the first of fifty-one");
    assert_eq!(asked(&world.host("facebook")).len(), 0);
}
