//! S40: whoever floods us is stopped before anything is written or sent.

use std::time::Duration;

use http::{Method, StatusCode};
use tegata::config::Config;

use super::ways::{Returning, change_link, transactions};
use crate::support::federation::{CLIENT_ID, form, submit};
use crate::support::provider::PASSWORD;
use crate::support::{Answer, Browser, Federation, Person as _, is_signed_in};

const MOST: u32 = 5;

fn five(config: &mut Config) {
    config.limits.upstream_per_address = MOST.try_into().unwrap();
    config.limits.upstream_per_network = MOST.try_into().unwrap();
}

/// Sends a form with the headers of somebody who pretends to come from elsewhere each time.
async fn press(browser: &mut Browser, page: &Answer, part: &str, from: &str) -> Answer {
    let (action, fields) = form(page, part).unwrap();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let elsewhere = [("x-forwarded-for", from), ("x-real-ip", from), ("forwarded", &format!("for={from}"))];
    browser.post_from(&action, &fields, &elsewhere).await
}

#[tokio::test]
async fn s40_a_flood_of_departures_from_one_address_is_refused_before_a_row_is_written() {
    let world = Federation::start_with(five).await;
    let link = {
        let account = world.provider.account("saburo@vx7.example").await;
        change_link(&world, account.email()).await
    };
    let mut browser = world.provider.browser();
    let login = world.login_page(&mut browser).await;
    let mut sent = 0;
    // The first one over the limit still passes: it is what shows that the limit was reached.
    for n in 0..=MOST {
        let answer = press(&mut browser, &login, "/upstream/google", &format!("198.51.100.{n}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        sent += 1;
    }
    let page = browser.get(&link).await;
    for (page, part) in [(&login, "/upstream/google"), (&login, "/upstream/other"), (&page, "/upstream/google")] {
        for n in 0..3 {
            let answer = press(&mut browser.clone(), page, part, &format!("203.0.113.{n}")).await;
            answer.shows(StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
            let wait: u64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=600).contains(&wait), "{wait}");
        }
    }
    assert_eq!(transactions(&world).await, sent, "nothing was written");
    // Other browsers behind the same address wait as well, those on the way come back, and later it goes on.
    let mut other = world.provider.browser();
    let page = world.login_page(&mut other).await;
    submit(&mut other, &page, "/upstream/google", &[]).await.shows(StatusCode::TOO_MANY_REQUESTS, "too_many_requests");
    world.provider.clock.advance(Duration::from_mins(10));
    let page = world.login_page(&mut other).await;
    submit(&mut other, &page, "/upstream/google", &[]).await.location();
}

#[tokio::test]
async fn s40_whoever_is_on_the_way_comes_back_although_others_flood() {
    let world = Federation::start_with(five).await;
    let mut returning = Returning::to(&world, "google", "taro").await;
    let mut flood = world.provider.browser();
    let login = world.login_page(&mut flood).await;
    for _ in 0..10 {
        press(&mut flood, &login, "/upstream/google", "198.51.100.1").await;
    }
    for n in 0..30 {
        flood.get(&format!("/VX7/callback/google?state=guess-{n}&code=x")).await;
    }
    let answer = returning.arrive().await;
    assert_eq!(world.reasons(&answer).await, ["upstream_not_linked"]);
}

#[tokio::test]
async fn s40_a_flood_of_callbacks_asks_no_upstream_writes_no_row_and_is_told_to_wait() {
    let world = Federation::start_with(five).await;
    let mut browser = world.provider.browser();
    world.login_page(&mut browser).await;
    let mut refused = 0;
    for n in 0..40 {
        let url = format!("/VX7/callback/google?state=guess-{n}&code=code-{n}");
        let elsewhere = [("x-forwarded-for", "198.51.100.7")];
        let answer = browser.send(Method::GET, &url, None, &elsewhere).await;
        match answer.status {
            StatusCode::BAD_REQUEST => answer.shows(StatusCode::BAD_REQUEST, "upstream_expired"),
            _ => answer.shows(StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
        };
        refused += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 40 - 2 * usize::try_from(MOST).unwrap(), "{refused} of 40 were told to wait");
    assert!(world.upstreams.google().requests("*").is_empty());
    assert_eq!(transactions(&world).await, 0);
    let audit = super::ways::audit(&world).await;
    assert!(audit.len() < 20, "nor does the audit log grow by it: {}", audit.len());
}

#[tokio::test]
async fn s40_identifiers_of_connections_cannot_be_tried_out_in_numbers() {
    let world = Federation::start_with(|config| {
        config.limits.failures_per_address = 4.try_into().unwrap();
        config.limits.failures_per_network = 4.try_into().unwrap();
    })
    .await;
    let mut browser = world.provider.browser();
    let login = world.login_page(&mut browser).await;
    let mut ask = submit(&mut browser, &login, "/active-directory", &[]).await;
    let mut statuses = Vec::new();
    for n in 0..8 {
        let typed = format!("adfs-{n:016}");
        let page = submit(&mut browser, &ask, "/active-directory", &[("connection_id", &typed)]).await;
        statuses.push(page.status);
        if form(&page, "/active-directory").is_some() {
            ask = page;
        }
    }
    assert!(statuses[..4].iter().all(|status| *status == StatusCode::UNPROCESSABLE_ENTITY), "{statuses:?}");
    assert!(statuses[5..].iter().all(|status| *status == StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
    let adfs = [("connection_id", world.adfs.as_str())];
    let page = submit(&mut browser, &ask, "/active-directory", &adfs).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "the right one is not told apart: {}", page.body);
}

/// Nothing can be guessed at a callback, and what fails there is the upstream's or the operator's doing.
#[tokio::test]
async fn a_company_whose_upstream_fails_again_and_again_keeps_its_passwords() {
    let world = Federation::start_with(|config| {
        config.limits.failures_per_address = 2.try_into().unwrap();
        config.limits.failures_per_network = 2.try_into().unwrap();
    })
    .await;
    world.host("google").change_client(CLIENT_ID, |client| client.secret = Some("another secret".to_owned()));
    for _ in 0..4 {
        let page = world.sign_in(&mut world.provider.browser(), "google", "taro").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let person = world.provider.account("hanako@vx7.example").await;
    let end = world.provider.browser().sign_in_with(&world.app, person.email(), PASSWORD).await;
    is_signed_in(&end, &world.app);
}
