//! The end of a trial (`product.md` §3; manual, chapter 0, notes 1 and 2).

use std::time::Duration;

use http::StatusCode;
use tegata::account::Role;
use tegata::contract::{Plan, find_contract};
use tegata::lifecycle::{PlanChange, change_plan};

use super::{CONTRACTS, everything, in_menu, person};
use crate::support::provider::PASSWORD;
use crate::support::{Person as _, Provider, SignIn as _, is_signed_in, sql};

const DAY: Duration = Duration::from_hours(24);

/// A provider whose usual contract is a trial in its `day`th day.
async fn on_day(day: u32) -> Provider {
    let provider = Provider::with_config(everything).await;
    sql::execute(&provider, "UPDATE contract SET plan = 'trial'").await;
    provider.clock.advance(DAY * day);
    provider
}

#[tokio::test]
async fn day_by_day_who_may_sign_in_and_who_may_enter_the_menu() {
    for (day, to_client, contractor_to_menu, user_to_menu) in [
        (29, true, true, true),
        (30, false, true, false),
        (40, false, true, false),
        (44, false, true, false),
        (45, false, false, false),
        (46, false, false, false),
    ] {
        let provider = on_day(day).await;
        let client = provider.storage_app().await;
        for (role, to_menu) in [(Role::Contractor, contractor_to_menu), (Role::User, user_to_menu)] {
            let account = person(&provider, role).await;
            let answer = provider.browser().sign_in_with(&client, account.email(), PASSWORD).await;
            let cell = format!("day {day}, {role}");
            match to_client {
                true => is_signed_in(&answer, &client),
                false => assert!(answer.body.contains("無料トライアルの期間が終了しました"), "{cell}: {}", answer.body),
            }
            let (_, menu) = in_menu(&provider, &account).await;
            assert_eq!(menu.body.contains("あなたに許可されたメニュー"), to_menu, "{cell}: {}", menu.body);
        }
    }
}

#[tokio::test]
async fn after_the_end_the_contractors_menu_has_the_change_of_plan_alone() {
    let provider = on_day(40).await;
    let contractor = person(&provider, Role::Contractor).await;
    let (mut browser, menu) = in_menu(&provider, &contractor).await;
    assert!(menu.body.contains("プラン変更") && menu.body.contains("トライアル期間終了後15日以内"), "{}", menu.body);
    assert!(!menu.body.contains("パスワード変更</span>"), "{}", menu.body);
    assert!(browser.get("/VX7/account/plan").await.location().starts_with(CONTRACTS));
    for path in ["password", "access-path", "second-factor", "active-directory", "contract", "email"] {
        browser.get(&format!("/VX7/account/{path}")).await.shows(StatusCode::FORBIDDEN, "forbidden");
    }
}

async fn moves_to_basic(provider: &Provider, late: bool) -> PlanChange {
    let id = sql::texts(provider, "SELECT id FROM contract").await.remove(0);
    let contract = find_contract(provider.db(), &tegata::id::ContractId::new(id)).await.unwrap().unwrap();
    let mut tx = provider.db().begin().await.unwrap();
    let outcome = change_plan(&mut tx, &provider.registrar(), &contract, (Plan::Basic, late)).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

#[tokio::test]
async fn the_contract_moves_to_basic_on_day_40_and_everybody_is_back() {
    let provider = on_day(40).await;
    let client = provider.storage_app().await;
    let user = person(&provider, Role::User).await;
    assert_eq!(moves_to_basic(&provider, false).await, PlanChange::Changed);
    is_signed_in(&provider.browser().sign_in_with(&client, user.email(), PASSWORD).await, &client);
    assert_eq!(moves_to_basic(&provider, false).await, PlanChange::Same);
}

#[tokio::test]
async fn it_does_not_on_day_46_except_by_an_operators_hand() {
    let provider = on_day(46).await;
    assert_eq!(moves_to_basic(&provider, false).await, PlanChange::TooLate);
    assert_eq!(sql::texts(&provider, "SELECT plan FROM contract").await, ["trial"]);
    assert_eq!(moves_to_basic(&provider, true).await, PlanChange::Changed);
}

/// A session that began on day 29 is good for nothing on day 30.
#[tokio::test]
async fn a_session_and_its_tokens_end_with_the_trial() {
    let provider = Provider::with_config(|config| {
        everything(config);
        config.session.idle = tegata::config::Span::days(3);
        config.session.absolute = tegata::config::Span::days(3);
    })
    .await;
    sql::execute(&provider, "UPDATE contract SET plan = 'trial'").await;
    let client = provider.storage_app().await;
    let user = person(&provider, Role::User).await;
    provider.clock.advance(DAY * 29);
    let mut browser = provider.browser();
    let answer = browser.sign_in_with(&client, user.email(), PASSWORD).await;
    let callback = crate::support::Callback::of(&answer);
    let tokens = provider.program().exchange(&client, callback.code()).await.ok();
    provider.clock.advance(DAY);
    assert_eq!(provider.program().refresh(&client, &tokens.get("refresh_token")).await.error(), "invalid_grant");
    browser.open_login(&crate::support::AuthorizeRequest::of(&client)).await.is_login();
}
