//! The second factor: once, revocable, as the contract and the client wish (ASVS 6.3.3, 6.5, 6.6). Security lines 59, 69,
//! 72, 73, 80 and 88.

use std::sync::Arc;

use http::StatusCode;
use tokio::task::JoinSet;

use super::change_password;
use crate::spec::passkey;
use crate::spec::second_factor::{Act, asks_for_code, asks_for_number, post, step_of};
use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{Answer, AuthorizeRequest, Callback, NEW_PASSWORD, Scene, SignIn as _, sql};

const ONE: &str = "urn:tegata:acr:1fa";
const TWO: &str = "urn:tegata:acr:2fa";

/// Hanako has an authenticator app, and a browser that is remembered; answers the app's secret.
async fn remembered() -> (Act, Vec<u8>) {
    let mut act = Act::start().await;
    let (secret, _) = act.enroll_authenticator().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    act.submit(&page, &[("code", &act.totp(&secret)), ("remember", "on")]).await;
    act.scene.wait(60);
    (act, secret)
}

async fn acr(act: &Act, answer: &Answer) -> String {
    act.id_token(&Callback::of(answer)).await["acr"].as_str().unwrap_or_default().to_owned()
}

async fn set_contract(scene: &Scene, setting: &str) {
    sql::execute(&scene.provider, &format!("UPDATE contract SET second_factor = '{setting}'")).await;
}

fn essential(request: AuthorizeRequest) -> AuthorizeRequest {
    request.with("claims", &format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":["{TWO}"]}}}}}}"#))
}

/// Security line 69: sixteen browsers on two nodes, one code; one is let in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v6_5_1_a_recovery_code_works_once_however_many_try_at_once() {
    let mut act = Act::start().await;
    let (recovery, _) = act.enroll_sms().await;
    act.scene.wait(60);
    let other = act.scene.provider.second_node().await;
    let mut entries = Vec::new();
    for n in 0..16 {
        let page = act.password_elsewhere().await;
        let entry = act.get(&format!("{}/recovery", step_of(&page))).await;
        let browser = if n % 2 == 0 { act.scene.browser.clone() } else { act.scene.browser.on(other.front.clone()) };
        entries.push((browser, entry));
    }
    let recovery = Arc::new(recovery);
    let mut tasks = JoinSet::new();
    for (mut browser, entry) in entries {
        let recovery = Arc::clone(&recovery);
        tasks.spawn(async move {
            let answer = post(&mut browser, &entry, entry.action(), &[("code", &recovery)]).await;
            (answer.status, answer.header("location").to_owned())
        });
    }
    let answers = tasks.join_all().await;
    let let_in = answers.iter().filter(|(_, location)| location.ends_with("/recovery-code")).count();
    assert_eq!(let_in, 1, "{answers:?}");
    assert!(answers.iter().all(|(status, _)| !status.is_server_error()), "{answers:?}");
    assert_eq!(act.events("recovery_code_used").await, 1);
}

/// Security line 72: an administrator takes everything back at once; the person begins anew.
#[tokio::test]
async fn v6_5_6_every_factor_can_be_taken_back() {
    let (mut act, _) = remembered().await;
    passkey::add(&mut act.scene).await;
    act.scene.wait(60);
    act.scene.provider.reset_second_factor(HANAKO).await;
    let provider = &act.scene.provider;
    for table in ["second_factor", "recovery_code", "remembered_browser", "passkey"] {
        assert_eq!(sql::texts(provider, &format!("SELECT account_id FROM {table}")).await, [""; 0], "{table}");
    }
    let again = act.scene.request().with("prompt", "login");
    let login = act.scene.browser.open_login(&again).await;
    asks_for_number(&act.scene.log_in(&login).await);
}

/// `product.md` §4: the memory of a browser dies with the password it was remembered with.
#[tokio::test]
async fn a_remembered_browser_is_forgotten_with_a_change_of_the_password() {
    let (mut act, secret) = remembered().await;
    let mut elsewhere = act.scene.browser.clone();
    let done = change_password(&mut act.scene, PASSWORD, NEW_PASSWORD).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let login = elsewhere.open_login(&act.scene.request().with("prompt", "login")).await;
    let answer = elsewhere.submit(&login, HANAKO, NEW_PASSWORD).await;
    let page = elsewhere.follow(answer).await;
    asks_for_code(&page);
    let answer = post(&mut elsewhere, &page, page.action(), &[("code", &act.totp(&secret))]).await;
    Callback::of(&elsewhere.follow(answer).await);
}

/// Security line 59: the contract's setting counts from one moment to the next, and forgets no enrolment.
#[tokio::test]
async fn v6_3_3_a_contract_switches_two_step_verification_off_and_on() {
    let mut act = Act::start().await;
    let (secret, _) = act.enroll_authenticator().await;
    act.scene.wait(60);
    set_contract(&act.scene, "disabled").await;
    let answer = act.password_elsewhere().await;
    assert_eq!(acr(&act, &answer).await, ONE);
    set_contract(&act.scene, "enabled").await;
    // A session that began without is not good enough any more.
    let silent = act.scene.request().with("prompt", "none");
    assert_eq!(act.scene.authorize(&silent).await.error(), "interaction_required");
    let request = act.scene.request();
    let page = act.scene.open(&request).await;
    asks_for_code(&page);
    let answer = act.submit(&page, &[("code", &act.totp(&secret))]).await;
    assert_eq!(acr(&act, &answer).await, TWO);
}

/// A client asks for two factors, and a remembered browser is asked once more; what was shown counts from then on.
#[tokio::test]
async fn v7_5_3_a_client_that_asks_for_two_factors_gets_them_from_a_remembered_browser() {
    let (mut act, secret) = remembered().await;
    let request = act.scene.request();
    let answer = act.scene.open(&request).await;
    assert_eq!(acr(&act, &answer).await, TWO, "the session of the code lives on");
    let login = act.scene.browser.open_login(&act.scene.request().with("prompt", "login")).await;
    let answer = act.scene.log_in(&login).await;
    assert_eq!(acr(&act, &answer).await, ONE, "remembered");

    let wished = act.scene.request().with("acr_values", TWO);
    let silent = act.scene.open(&wished.clone().with("prompt", "none")).await;
    assert_eq!(acr(&act, &silent).await, ONE, "a wish shows no page where none may be shown");
    let insisted = essential(act.scene.request()).with("prompt", "none");
    assert_eq!(act.scene.refused(&insisted).await, "interaction_required");

    let before = act.scene.browser.session().unwrap().to_owned();
    let page = act.scene.open(&wished).await;
    asks_for_code(&page);
    let answer = act.submit(&page, &[("code", &act.totp(&secret))]).await;
    assert_eq!(acr(&act, &answer).await, TWO);
    assert_ne!(act.scene.browser.session().unwrap(), before, "a new session");
    for request in [wished, insisted] {
        let answer = act.scene.open(&request).await;
        assert_eq!(acr(&act, &answer).await, TWO, "asked once");
    }
}

#[tokio::test]
async fn two_factors_that_cannot_be_had_are_refused_only_to_who_insists() {
    let mut act = Act::start().await;
    set_contract(&act.scene, "disabled").await;
    let request = act.scene.request().with("acr_values", TWO);
    let login = act.scene.browser.open_login(&request).await;
    let answer = act.scene.log_in(&login).await;
    assert_eq!(acr(&act, &answer).await, ONE, "the answer tells the truth");
    let insisted = essential(act.scene.request());
    assert_eq!(act.scene.refused(&insisted).await, "unmet_authentication_requirements");
}

/// Security lines 80 and 88: whoever leaves in the second step has left.
#[tokio::test]
async fn v7_4_1_logging_out_in_the_second_step_ends_it() {
    let mut act = Act::start().await;
    let (secret, _) = act.enroll_authenticator().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    let question = act.get("/VX7/logout").await;
    let answer = act.send(&question, &[("answer", "yes")]).await;
    act.follow(answer).await;
    assert_eq!(act.scene.browser.session(), None);
    let answer = act.submit(&page, &[("code", &act.totp(&secret))]).await;
    answer.is_login();
    assert_eq!(sql::count(&act.scene.provider, "session", "ended_at IS NULL").await, 1, "that of the enrolment");
}

/// Security line 73: SMS is the manual's first page; the stronger way is on it.
#[tokio::test]
async fn v6_6_1_the_page_for_the_number_offers_a_stronger_way() {
    let mut act = Act::start().await;
    let page = act.password().await;
    asks_for_number(&page);
    let href = format!("href=\"{}/authenticator\"", step_of(&page));
    assert!(page.body.contains(&href), "{}", page.body);
}
