//! Steps in order, in the browser that took them (security lines 74, 87 and 88).

use http::Method;

use super::*;
use crate::spec::passkey;

const PAGES: [&str; 7] = ["", "/authenticator", "/code", "/recovery", "/recovery-code", "/recovery-code.txt", "/done"];

#[tokio::test]
async fn between_the_steps_a_session_opens_nothing() {
    let mut act = Act::start().await;
    let first = act.password().await;
    let step = step_of(&first);
    let request = act.scene.request();
    asks_for_number(&act.scene.open(&request).await);
    for page in ["/recovery", "/recovery-code", "/recovery-code.txt", "/done", "/code"] {
        let answer = act.get(&format!("{step}{page}")).await;
        asks_for_number(&act.follow(answer).await);
    }
    let consent = act.get(&step.replace("/second-factor/", "/consent/")).await;
    let after = act.follow(consent).await;
    asks_for_number(&after);
    let answer = act.send_to(&first, &format!("{step}/recovery-code"), &[("saved", "on")]).await;
    asks_for_number(&act.follow(answer).await);
    let answer = act.send_to(&first, &format!("{step}/recovery"), &[("code", "01234-56789-ABCDE-FGHJK-MNPQR")]).await;
    asks_for_number(&act.follow(answer).await);
    assert_eq!(sql::count(&act.scene.provider, "token_family", "1 = 1").await, 0);
    let menu = act.get("/VX7/account").await;
    let menu = act.follow(menu).await;
    assert!(!menu.body.contains("/account/password\""), "{}", menu.body);
}

#[tokio::test]
async fn without_a_password_there_is_no_second_step() {
    let mut act = Act::start().await;
    let request = act.scene.request();
    let login = act.scene.browser.open_login(&request).await;
    let step = login.action().replace("/login/", "/second-factor/");
    for page in PAGES {
        let answer = act.get(&format!("{step}{page}")).await;
        act.follow(answer).await.is_login();
    }
    let csrf = login.field("csrf").unwrap();
    for page in ["/phone", "/authenticator", "/code", "/resend", "/recovery", "/recovery-code"] {
        let fields = [("csrf", csrf.as_str()), ("phone", TYPED), ("code", "123456"), ("saved", "on")];
        let answer = act.scene.browser.post(&format!("{step}{page}"), &fields).await;
        act.follow(answer).await.is_login();
    }
    assert_eq!(sql::texts(&act.scene.provider, "SELECT session_id FROM second_factor_attempt").await, [""; 0]);
}

#[tokio::test]
async fn whoever_is_enrolled_cannot_enroll_over_it() {
    let mut act = Act::start().await;
    act.enroll_sms().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    let step = step_of(&page);
    let answer = act.get(&format!("{step}/authenticator")).await;
    asks_for_code(&act.follow(answer).await);
    for (to, field, value) in [("/phone", "phone", "080-1111-2222"), ("/authenticator", "code", "123456")] {
        let answer = act.send_to(&page, &format!("{step}{to}"), &[(field, value)]).await;
        asks_for_code(&act.follow(answer).await);
    }
    act.scene.provider.deliver().await;
    assert!(act.scene.provider.inbox().sms_to("+818011112222").is_empty());
}

#[tokio::test]
async fn whoever_has_passkeys_and_nothing_else_cannot_enroll_with_the_password_alone() {
    let (mut scene, _device) = passkey::with_passkey().await;
    passkey::ask_for_second_step(&scene).await;
    let request = scene.request();
    let login = scene.browser.open_login(&request).await;
    let page = scene.log_in(&login).await;
    assert!(page.action().ends_with("/passkey"), "{} {}", page.status, page.body);
    let step = step_of(&page);
    for rest in ["", "/code", "/authenticator", "/recovery"] {
        let answer = scene.browser.get(&format!("{step}{rest}")).await;
        let answer = scene.browser.follow(answer).await;
        assert!(answer.action().ends_with("/passkey"), "{rest}: {} {}", answer.status, answer.body);
    }
    for (rest, field, value) in [("/phone", "phone", TYPED), ("/authenticator", "code", "123456")] {
        let answer = post(&mut scene.browser, &page, &format!("{step}{rest}"), &[(field, value)]).await;
        assert!(answer.location().ends_with("/passkey"), "{rest}");
    }
}

#[tokio::test]
async fn the_way_to_the_account_menu_asks_as_well() {
    let mut act = Act::start().await;
    let menu = act.get("/VX7/account").await;
    let login = act.follow(menu).await;
    let first = act.scene.log_in(&login).await;
    asks_for_number(&first);
    let page = act.get(&format!("{}/authenticator", step_of(&first))).await;
    let code = act.totp(&secret_of(&page));
    let page = act.submit(&page, &[("code", &code)]).await;
    let done = act.submit(&page, &[("saved", "on")]).await;
    let on = done.body.split("href=\"").find(|part| part.contains("/interaction/")).expect("a way on");
    let answer = act.get(on.split('"').next().unwrap()).await;
    let menu = act.follow(answer).await;
    assert!(menu.body.contains("認証・契約情報変更メニュー"), "{} {}", menu.status, menu.body);
}

#[tokio::test]
async fn a_step_belongs_to_its_browser() {
    let mut act = Act::start().await;
    let first = act.password().await;
    let step = step_of(&first);
    let csrf = first.field("csrf").unwrap();
    let mut other = act.scene.provider.browser();
    for page in PAGES {
        let answer = other.get(&format!("{step}{page}")).await;
        answer.shows(http::StatusCode::BAD_REQUEST, "interaction_elsewhere");
    }
    let answer = other.post(&format!("{step}/phone"), &[("csrf", &csrf), ("phone", TYPED)]).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(act.count_sms().await, 0);
}

#[tokio::test]
async fn a_form_that_is_not_ours_does_nothing() {
    let mut act = Act::start().await;
    act.enroll_sms().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    let (step, code) = (step_of(&page), act.sms().await);
    for fields in [vec![("code", &*code)], vec![("csrf", "x"), ("code", &*code)]] {
        let refused = act.scene.browser.post(&format!("{step}/code"), &fields).await;
        assert_eq!(refused.problem(), "csrf_failed", "{}", refused.body);
    }
    let csrf = page.field("csrf").unwrap();
    let foreign = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    let fields = [("csrf", &*csrf), ("code", &*code)];
    let refused = act.scene.browser.post_from(&format!("{step}/code"), &fields, &foreign).await;
    assert_eq!(refused.problem(), "csrf_failed");
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    for method in [Method::GET, Method::HEAD, Method::PUT] {
        act.scene.browser.send(method, &format!("{step}/code?{query}"), None, &[]).await;
    }
    let answer = act.submit(&page, &[("code", &code)]).await;
    Callback::of(&answer);
}

#[tokio::test]
async fn a_suspension_in_between_takes_the_step_away() {
    let mut act = Act::start().await;
    act.enroll_sms().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    let code = act.sms().await;
    sql::execute(&act.scene.provider, "UPDATE account SET state = 'suspended'").await;
    let answer = act.submit(&page, &[("code", &code)]).await;
    answer.is_login();
}

#[tokio::test]
async fn an_attempt_that_expired_begins_anew() {
    let mut act = Act::start().await;
    act.enroll_sms().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    let code = act.sms().await;
    act.scene.wait(3600);
    let answer = act.submit(&page, &[("code", &code)]).await;
    asks_for_code(&answer);
    assert_eq!(act.count_sms().await, 3, "to enroll, to verify, to verify anew");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_the_same_form_on_two_nodes_verifies_once_and_makes_no_fault() {
    let mut act = Act::start().await;
    act.enroll_sms().await;
    act.scene.wait(60);
    let page = std::sync::Arc::new(act.password_elsewhere().await);
    let code = act.sms().await;
    let other = act.scene.provider.second_node().await;
    let mut clicks = tokio::task::JoinSet::new();
    for click in 0..16 {
        let mut browser = if click % 2 == 0 { act.scene.browser.clone() } else { other.browser() };
        browser.cookies.clone_from(&act.scene.browser.cookies);
        let (page, code) = (page.clone(), code.clone());
        clicks.spawn(async move {
            let answer = post(&mut browser, &page, page.action(), &[("code", &code)]).await;
            assert!(!answer.status.is_server_error(), "{} {}", answer.status, answer.body);
            usize::from(answer.cookies().iter().any(|cookie| cookie.contains("tegata-session-")))
        });
    }
    assert_eq!(clicks.join_all().await.into_iter().sum::<usize>(), 1, "one new session");
    let verified = "second_factor = 'verified' AND ended_at IS NULL";
    assert_eq!(sql::count(&act.scene.provider, "session", verified).await, 2, "the one that enrolled, and this one");
    assert_eq!(act.events("second_factor_verified").await, 2);
}
