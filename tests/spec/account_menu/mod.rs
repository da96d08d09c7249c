//! 認証・契約情報変更メニュー (`product.md` §6, §9; manual, chapters 0, 4.1, 5.1): who sees and reaches what, and what the
//! settings of a contract do to everybody in it.

mod access_path;
mod second_factor;
mod table;
mod trial;

use tegata::account::{Account, Role};
use tegata::config::Config;

use crate::support::provider::{PASSWORD, TestAccount};
use crate::support::{Answer, Browser, Person as _, Provider};

/// The contract system's pages.
const CONTRACTS: &str = "https://contracts.example";

/// A brand with everything that entries of the menu need.
fn everything(config: &mut Config) {
    let brand = &mut config.brand[0];
    brand.line_issuer = Some("https://login.line.example/VX7".parse().unwrap());
    brand.login_methods.push(tegata::config::LoginMethodName::ActiveDirectory);
    let url = |path: &str| Some(format!("{CONTRACTS}/{path}").parse().unwrap());
    brand.contract_change_url = url("change");
    brand.plan_change_url = url("plan?from=menu");
    brand.cancellation_url = url("cancel");
}

/// A brand without the contract system's pages, as おまかせクラウドストレージ.
fn without_links(config: &mut Config) {
    everything(config);
    let brand = &mut config.brand[0];
    (brand.contract_change_url, brand.plan_change_url, brand.cancellation_url) = (None, None, None);
}

/// A brand with nothing but passwords.
fn bare(_: &mut Config) {}

/// An account of the usual contract in this role.
async fn person(provider: &Provider, role: Role) -> TestAccount {
    let email = format!("{role}@vx7.example");
    provider.account_with(&email, |account: &mut Account| account.role = role).await
}

/// A browser that is in the menu.
async fn in_menu(provider: &Provider, account: &TestAccount) -> (Browser, Answer) {
    let mut browser = provider.browser();
    let menu = browser.open_menu(account, PASSWORD).await;
    (browser, menu)
}
