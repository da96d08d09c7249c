//! Who may (`product.md` §9).

use std::time::Duration;

use http::StatusCode;
use tegata::account::Role;
use tegata::contract::Plan;

use super::{Desk, Fields, PATH};
use crate::spec::upstream::ways::in_the_menu;
use crate::support::Federation;

#[tokio::test]
async fn the_entry_is_for_contractors_of_either_plan_and_everybody_else_is_forbidden() {
    let world = Federation::start().await;
    for (n, (plan, role, expected)) in [
        (Plan::Basic, Role::Contractor, StatusCode::OK),
        (Plan::Trial, Role::Contractor, StatusCode::OK),
        (Plan::Basic, Role::Administrator, StatusCode::FORBIDDEN),
        (Plan::Trial, Role::User, StatusCode::FORBIDDEN),
    ]
    .into_iter()
    .enumerate()
    {
        let contract = world.provider.contract("会社", plan).await;
        let email = format!("p{n}@vx7.example");
        let set = |account: &mut tegata::account::Account| {
            account.role = role;
            account.contract_id = contract;
        };
        let account = world.provider.account_with(&email, set).await;
        let mut browser = world.provider.browser();
        use crate::support::Person as _;
        let menu = browser.open_menu(&account, crate::support::provider::PASSWORD).await;
        assert_eq!(menu.body.contains(PATH), expected == StatusCode::OK, "{plan:?} {role:?}");
        assert_eq!(browser.get(PATH).await.status, expected, "{plan:?} {role:?}");
        for to in ["", "/test", "/approve"] {
            let answer = browser.post(&format!("{PATH}{to}"), &[]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{to}: without our form token, or at all");
        }
    }
}

#[tokio::test]
async fn a_brand_without_active_directory_has_no_such_page() {
    let world = Federation::start_with(|config| {
        for brand in &mut config.brand {
            brand.login_methods.retain(|method| *method != tegata::config::LoginMethodName::ActiveDirectory);
        }
    })
    .await;
    let mut browser = in_the_menu(&world, "keiyaku@vx7.example", Role::Contractor).await;
    assert!(!browser.get("/VX7/account").await.body.contains(PATH));
    assert_eq!(browser.get(PATH).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_sign_in_older_than_ten_minutes_is_asked_for_again() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    assert_eq!(page.status, StatusCode::OK);
    desk.world.provider.clock.advance(Duration::from_secs(601));
    assert!(desk.open().await.location().contains("/interaction/"));
    let fields = Fields::of(&desk.world, &desk.adfs());
    for to in ["", "/test", "/approve"] {
        let answer = desk.send(to, &page, &fields.all()).await;
        assert!(answer.location().contains("/interaction/"), "{to}");
    }
}

#[tokio::test]
async fn a_form_that_is_not_ours_changes_and_tests_nothing() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    let fields = Fields::of(&desk.world, &desk.adfs()).with("csrf", "forged");
    for to in ["", "/test", "/approve"] {
        let mut all = fields.all();
        all.push(("version", "1"));
        let answer = desk.browser.post(&format!("{PATH}{to}"), &all).await;
        answer.shows(StatusCode::FORBIDDEN, "csrf_failed");
    }
    assert!(desk.adfs().requests("*").iter().all(|request| request.method == "GET"), "{}", page.status);
    assert_eq!(desk.row().await.version, 1);
}
