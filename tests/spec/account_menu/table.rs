//! The table of `product.md` §9, cell by cell: on the page and at the URL.

use http::StatusCode;
use tegata::account::Role;
use tegata::config::Config;

use super::{CONTRACTS, bare, everything, in_menu, person, without_links};
use crate::support::{Answer, Provider, sql};

/// An entry: its label, its URL, and what the brand must have for it.
const ENTRIES: [(&str, &str, Needs); 9] = [
    ("ログイン方法の設定", "/VX7/account/login-method", Needs::Nothing),
    ("メールアドレス変更", "/VX7/account/email", Needs::Nothing),
    ("パスワード変更", "/VX7/account/password", Needs::Nothing),
    ("アクセス経路設定", "/VX7/account/access-path", Needs::Brand),
    ("2段階認証設定", "/VX7/account/second-factor", Needs::Nothing),
    ("Active Directory設定", "/VX7/account/active-directory", Needs::Brand),
    ("契約情報変更", "/VX7/account/contract", Needs::Link),
    ("プラン変更", "/VX7/account/plan", Needs::Link),
    ("解約", "/VX7/account/cancellation", Needs::Link),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Needs {
    Nothing,
    Brand,
    Link,
}

/// The columns: plan, role; and the cells of each, in the order of [`ENTRIES`].
const COLUMNS: [(&str, Role, [bool; 9]); 6] = [
    ("basic", Role::Contractor, [true, true, true, true, true, true, true, true, true]),
    ("basic", Role::Administrator, [false, false, true, false, false, false, false, false, false]),
    ("basic", Role::User, [false, false, true, false, false, false, false, false, false]),
    ("trial", Role::Contractor, [false, false, true, true, true, true, false, true, false]),
    ("trial", Role::Administrator, [false, false, true, false, false, false, false, false, false]),
    ("trial", Role::User, [false, false, true, false, false, false, false, false, false]),
];

async fn every_cell(what: &str, change: fn(&mut Config), has: fn(Needs) -> bool) {
    for (plan, role, cells) in COLUMNS {
        let provider = Provider::with_config(change).await;
        sql::execute(&provider, &format!("UPDATE contract SET plan = '{plan}'")).await;
        let account = person(&provider, role).await;
        let (mut browser, menu) = in_menu(&provider, &account).await;
        assert!(menu.body.contains("認証・契約情報変更メニュー"), "{}", menu.body);
        for ((label, url, needs), cell) in ENTRIES.into_iter().zip(cells) {
            let expected = cell && has(needs);
            let cell = format!("{what}, {plan}, {role}: {label}");
            assert_eq!(menu.body.contains(&format!("href=\"{url}\"")), expected, "{cell}: on the page");
            let answer = browser.get(url).await;
            match (expected, needs) {
                (false, _) => drop(answer.shows(StatusCode::FORBIDDEN, "forbidden")),
                (true, Needs::Link) => assert!(answer.location().starts_with(CONTRACTS), "{cell}"),
                (true, _) => is_page(&answer, label, &cell),
            }
        }
    }
}

#[track_caller]
fn is_page(answer: &Answer, label: &str, cell: &str) {
    assert_eq!(answer.status, StatusCode::OK, "{cell}: {}", answer.body);
    assert!(answer.body.contains(label), "{cell}: {}", answer.body);
}

#[tokio::test]
async fn each_cell_holds_at_a_brand_that_has_everything() {
    every_cell("everything", everything, |_| true).await;
}

#[tokio::test]
async fn each_cell_holds_at_a_brand_without_a_contract_system() {
    every_cell("without links", without_links, |needs| needs != Needs::Link).await;
}

#[tokio::test]
async fn each_cell_holds_at_a_brand_with_passwords_alone() {
    every_cell("bare", bare, |needs| needs == Needs::Nothing).await;
}

/// A form of an entry that is not allowed changes nothing, whoever posts it.
#[tokio::test]
async fn what_is_not_in_the_menu_cannot_be_posted_either() {
    let provider = Provider::with_config(everything).await;
    for role in [Role::Administrator, Role::User] {
        let account = person(&provider, role).await;
        let (mut browser, _) = in_menu(&provider, &account).await;
        // A form token of one's own, from a page that is allowed.
        let csrf = browser.get("/VX7/account/password").await.field("csrf").unwrap_or_default();
        for path in ["access-path", "access-path/confirm", "second-factor", "second-factor/confirm"] {
            for value in ["line_only", "disabled", "enabled"] {
                let fields = [
                    ("csrf", csrf.as_str()),
                    ("value", value),
                    ("from", "line_and_internet"),
                    ("to", value),
                    ("confirmed", "on"),
                ];
                let answer = browser.post(&format!("/VX7/account/{path}"), &fields).await;
                answer.shows(StatusCode::FORBIDDEN, "forbidden");
            }
        }
    }
    let settings = sql::texts(&provider, "SELECT access_path || ' ' || second_factor FROM contract").await;
    assert!(settings.iter().all(|settings| settings == "line_and_internet disabled"), "{settings:?}");
}

/// `security.md` line 20: a form of another page's token is none of ours.
#[tokio::test]
async fn a_setting_is_not_taken_from_another_pages_form() {
    let provider = Provider::with_config(everything).await;
    let account = person(&provider, Role::Contractor).await;
    let (mut browser, _) = in_menu(&provider, &account).await;
    let csrf = browser.get("/VX7/account/password").await.field("csrf").unwrap();
    for path in ["access-path", "access-path/confirm", "second-factor", "second-factor/confirm"] {
        for token in [csrf.as_str(), ""] {
            let fields = [("csrf", token), ("value", "line_only"), ("to", "line_only"), ("confirmed", "on")];
            browser.post(&format!("/VX7/account/{path}"), &fields).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
        }
    }
}

#[tokio::test]
async fn an_entry_for_passwords_is_not_there_for_accounts_elsewhere() {
    let provider = Provider::with_config(everything).await;
    let account = person(&provider, Role::Contractor).await;
    let (mut browser, _) = in_menu(&provider, &account).await;
    let one = "UPDATE account SET login_method = 'google', password_hash = NULL";
    sql::execute(&provider, one).await;
    let menu = browser.get("/VX7/account").await;
    assert!(!menu.body.contains("/VX7/account/password") && menu.body.contains("/VX7/account/email"), "{}", menu.body);
    browser.get("/VX7/account/password").await.shows(StatusCode::FORBIDDEN, "forbidden");
}
