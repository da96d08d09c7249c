//! S30: what is switched off stays off, also for somebody who is on the way.

use http::StatusCode;
use tegata::account::AccountState;
use tegata::config::LoginMethodName;
use tegata::upstream::connection::{ConnectionState, update_connection_state};

use super::ways::{Returning, alert, change_link, identities, stays, token_requests, transactions, turned_back};
use crate::support::federation::submit;
use crate::support::{Federation, sql};

const USER: &str = "taro@corp";

async fn set_connection(world: &Federation, (from, to): (ConnectionState, ConnectionState)) {
    let mut tx = world.provider.db().begin().await.unwrap();
    let now = world.provider.clock.now();
    assert!(update_connection_state(&mut tx, &world.adfs, (from, to), now).await.unwrap());
    tx.commit().await.unwrap();
}

async fn disable(world: &Federation) {
    set_connection(world, (ConnectionState::Enabled, ConnectionState::Disabled)).await;
}

#[tokio::test]
async fn s30_a_disabled_connection_is_refused_at_the_start() {
    let world = Federation::start().await;
    let mut browser = world.provider.browser();
    let login = world.login_page(&mut browser).await;
    let ask = submit(&mut browser, &login, "/active-directory", &[]).await;
    let adfs = [("connection_id", world.adfs.as_str())];
    let confirm = submit(&mut browser, &ask, "/active-directory", &adfs).await;
    disable(&world).await;
    let page = stays(&mut browser, &confirm, world.adfs.as_str()).await;
    assert_eq!(page.is_login().status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(alert(&page).contains("この接続IDではログインできません"), "{}", page.body);
    let page = submit(&mut browser, &ask, "/active-directory", &adfs).await;
    assert!(page.body.contains("この接続IDは登録されていません"), "as one that never was: {}", page.body);
    let entry = browser.get(&format!("/VX7/ad/{}", world.adfs)).await;
    entry.shows(StatusCode::FORBIDDEN, "connection_disabled");
    assert_eq!(transactions(&world).await, 0);
}

#[tokio::test]
async fn s30_a_connection_that_is_disabled_on_the_way_is_refused_at_the_callback() {
    let world = Federation::start().await;
    world.member(world.adfs.as_str(), USER).await;
    let asked = token_requests(&world, world.adfs.as_str()).len();
    let mut returning = Returning::to(&world, world.adfs.as_str(), USER).await;
    disable(&world).await;
    let answer = returning.arrive().await;
    answer.shows(StatusCode::FORBIDDEN, "connection_disabled");
    assert_eq!(returning.browser.session(), None);
    assert_eq!(token_requests(&world, world.adfs.as_str()).len(), asked, "its server was not asked any more");
    // Nor does the way go on when it is enabled again: it was used up.
    set_connection(&world, (ConnectionState::Disabled, ConnectionState::Enabled)).await;
    let answer = returning.arrive().await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(!world.signs_in(world.adfs.as_str(), USER).await.code().is_empty(), "a new one does");
}

#[tokio::test]
async fn s30_a_connection_that_is_disabled_before_the_confirmation_links_nothing() {
    let world = Federation::start().await;
    world.provider.invite("jiro@vx7.example").await;
    let link = world.provider.mailed_link("jiro@vx7.example", "利用者登録").await;
    let mut returning = Returning::by_link(&world, &link, (world.adfs.as_str(), USER)).await;
    let confirm = returning.end().await;
    disable(&world).await;
    let answer = submit(&mut returning.browser, &confirm, "/link/", &[]).await;
    answer.shows(StatusCode::FORBIDDEN, "connection_disabled");
    let answer = submit(&mut returning.browser, &confirm, "/other", &[]).await;
    answer.shows(StatusCode::FORBIDDEN, "connection_disabled");
    assert!(identities(&world).await.is_empty());
    assert_eq!(world.provider.state_of("jiro@vx7.example").await, AccountState::Invited);
}

/// A method that the brand does not offer any more, as after a restart with another configuration.
#[tokio::test]
async fn s30_a_method_that_the_brand_gave_up_on_the_way_is_refused_at_the_callback() {
    let world = Federation::start().await;
    let adfs = world.adfs.to_string();
    for connection in ["google", adfs.as_str()] {
        world.member(connection, world.person_at(connection)).await;
        let asked = token_requests(&world, connection).len();
        let mut returning = Returning::to(&world, connection, world.person_at(connection)).await;
        let without = world
            .provider
            .node_with(|config| {
                for brand in &mut config.brand {
                    brand.login_methods = vec![LoginMethodName::Password];
                }
            })
            .await;
        returning.browser = returning.browser.on(without.front.clone());
        returning.arrive().await.shows(StatusCode::FORBIDDEN, "connection_disabled");
        assert_eq!(token_requests(&world, connection).len(), asked, "{connection}");
    }
}

#[tokio::test]
async fn s30_an_account_or_a_contract_that_is_stopped_on_the_way_lets_nobody_in() {
    let world = Federation::start().await;
    let adfs = world.adfs.to_string();
    for connection in ["google", adfs.as_str()] {
        let account = world.member(connection, world.person_at(connection)).await;
        let (id, contract) = (account.id.to_string(), account.contract_id.to_string());
        for (stop, go_on, (word, reason)) in [
            ("account SET state = 'suspended'", "account SET state = 'active'", ("locked-out", "account_suspended")),
            ("account SET state = 'deleted'", "account SET state = 'active'", ("not-linked", "account_deleted")),
            ("contract SET state = 'cancelled'", "contract SET state = 'active'", ("locked-out", "contract_cancelled")),
            (
                "contract SET plan = 'trial', started_at = 0",
                "contract SET plan = 'basic'",
                ("trial-ended", "trial_ended"),
            ),
        ] {
            let mut returning = Returning::to(&world, connection, world.person_at(connection)).await;
            let of = if stop.starts_with("account") { &id } else { &contract };
            sql::execute(&world.provider, &format!("UPDATE {stop} WHERE id = '{of}'")).await;
            let answer = returning.arrive().await;
            turned_back(&world, &answer, word, reason).await;
            assert_eq!(returning.browser.session(), None, "{connection} {reason}");
            returning.browser.follow(answer).await.is_login();
            sql::execute(&world.provider, &format!("UPDATE {go_on} WHERE id = '{of}'")).await;
        }
        assert!(!world.signs_in(connection, world.person_at(connection)).await.code().is_empty(), "{connection}");
    }
}

#[tokio::test]
async fn s30_an_account_that_is_stopped_before_the_confirmation_is_not_linked() {
    let world = Federation::start().await;
    let account = world.provider.account("saburo@vx7.example").await;
    let link = change_link(&world, account.email()).await;
    let mut returning = Returning::by_link(&world, &link, ("google", "taro")).await;
    let confirm = returning.end().await;
    for (stop, go_on) in [
        ("account SET state = 'suspended'", "account SET state = 'active'"),
        ("contract SET state = 'cancelled'", "contract SET state = 'active'"),
    ] {
        sql::execute(&world.provider, &format!("UPDATE {stop}")).await;
        let answer = submit(&mut returning.browser, &confirm, "/link/", &[]).await;
        assert_eq!(answer.status, StatusCode::GONE, "{stop}: {}", answer.body);
        sql::execute(&world.provider, &format!("UPDATE {go_on}")).await;
    }
    assert!(identities(&world).await.is_empty());
    let answer = submit(&mut returning.browser, &confirm, "/link/", &[]).await;
    assert!(answer.location().ends_with("/login-method/done"), "{}", answer.location());
}
