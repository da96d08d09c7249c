//! Ways back into an account (ASVS 6.3.6, 6.4). Security lines 62, 64, 66 and 67.

use std::collections::HashSet;
use std::time::Duration;

use http::StatusCode;
use tegata::account::AccountState;

use super::{reset, reset_link, scene};
use crate::spec::passkey;
use crate::spec::second_factor::{Act, asks_for_code, asks_for_number, step_of};
use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{Callback, NEW_PASSWORD, Person as _, SignIn as _, is_signed_in, sql};

/// Security line 64: no initial password is ever sent; what is sent is random, works once, and dies in 14 days.
#[tokio::test]
async fn v6_4_1_a_mailed_secret_is_random_short_lived_and_no_password() {
    let scene = scene().await;
    scene.provider.invite("jiro@vx7.example").await;
    let invitation = scene.provider.mailed_link("jiro@vx7.example", "利用者登録のご案内").await;
    let mut seen = HashSet::new();
    for link in [reset_link(&scene.provider).await, reset_link(&scene.provider).await, invitation.clone()] {
        let secret = link.split_once("ticket=").unwrap().1.to_owned();
        assert_eq!(secret.len(), 43, "256 bit");
        let stored = "SELECT id FROM ticket";
        assert!(sql::texts(&scene.provider, stored).await.iter().all(|id| *id != secret));
        assert!(seen.insert(secret));
    }
    let mut jiro = scene.provider.browser();
    let refused = jiro.sign_in_with(&scene.client, "jiro@vx7.example", "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "an invited person has no password");
    scene.provider.clock.advance(Duration::from_hours(14 * 24));
    let late = jiro.get(&invitation).await;
    assert_eq!(late.status, StatusCode::GONE);
    assert_eq!(scene.provider.explained(&late).await, ["ticket_expired"]);
    assert_eq!(scene.provider.state_of("jiro@vx7.example").await, AccountState::Invited);
}

/// Security line 62: e-mail is no factor. Whoever holds a link can set or unlock, and must then sign in like anybody.
#[tokio::test]
async fn v6_3_6_a_mailed_link_signs_nobody_in() {
    let scene = scene().await;
    let mut browser = scene.provider.browser();
    let page = browser.open_login(&scene.request()).await;
    browser.guess(&page, HANAKO, 10).await;
    let unblock = scene.provider.mailed_link(HANAKO, "アカウントロック").await;
    let reset = reset_link(&scene.provider).await;
    scene.provider.invite("jiro@vx7.example").await;
    let invitation = scene.provider.mailed_link("jiro@vx7.example", "利用者登録のご案内").await;
    let new = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
    for (link, fields) in [(unblock, &[][..]), (reset, &new), (invitation, &new)] {
        let form = browser.get(&link).await;
        let mut done = browser.fill_in(&form, fields).await;
        if done.body.contains("name=\"draft\"") {
            done = browser.fill_in(&done, &[]).await;
        }
        assert_eq!(done.status, StatusCode::OK, "{link}: {}", done.body);
        assert_eq!(browser.session(), None, "{link}");
    }
    assert_eq!(sql::count(&scene.provider, "session", "1 = 1").await, 0);
    let silent = browser.authorize(&scene.request().with("prompt", "none")).await;
    assert_eq!(silent.error(), "login_required");
}

/// Security line 66, as far as the manual goes: 「この手順を実施後は、2段階認証の登録がリセットされます」. Two-step verification is
/// not skipped after a reset: it is enrolled anew, and nothing that was enrolled or remembered before it counts.
#[tokio::test]
async fn v6_4_3_after_a_reset_the_second_factor_is_asked_for_and_enrolled_anew() {
    let mut act = Act::start().await;
    let (secret, recovery) = act.enroll_authenticator().await;
    act.scene.wait(60);
    let page = act.password_elsewhere().await;
    act.submit(&page, &[("code", &act.totp(&secret)), ("remember", "on")]).await;
    let mut device = passkey::add(&mut act.scene).await;
    let login = act.scene.browser.open_login(&act.scene.request().with("prompt", "login")).await;
    Callback::of(&act.scene.log_in(&login).await);
    reset(&act.scene.provider).await;

    let client = act.scene.client.clone();
    let page = act.scene.browser.sign_in_with(&client, HANAKO, NEW_PASSWORD).await;
    asks_for_number(&page);
    let step = step_of(&page);
    for (to, typed) in [("/code", act.totp(&secret)), ("/recovery", recovery)] {
        let answer = act.send_to(&page, &format!("{step}{to}"), &[("code", &typed)]).await;
        asks_for_number(&act.follow(answer).await);
    }
    act.scene.browser = act.scene.provider.browser();
    let (page, action) = passkey::login(&mut act.scene).await;
    let challenge = passkey::challenge(&mut act.scene.browser, &page, &action).await;
    let credential = device.sign(&challenge.options);
    let sent = (challenge.ceremony.as_str(), credential.as_str());
    let refused = passkey::send(&mut act.scene.browser, &page, &action, sent).await;
    assert!(refused.location().ends_with("?passkey=failed"), "{}", refused.location());
}

/// Security line 67: a lost factor is replaced with the password and the recovery code, never by mail.
#[tokio::test]
async fn v6_4_4_a_lost_factor_needs_the_password_and_the_recovery_code() {
    let mut act = Act::start().await;
    let (recovery, _) = act.enroll_sms().await;
    act.scene.wait(60);
    let mut stranger = act.scene.provider.browser();
    let login = stranger.open_login(&act.scene.request()).await;
    let entry = login.action().replace("/login/", "/second-factor/") + "/recovery";
    let csrf = login.field("csrf").unwrap();
    let answer = stranger.post(&entry, &[("csrf", &csrf), ("code", &recovery)]).await;
    stranger.follow(answer).await.is_login();
    // An unblock brings back the password alone.
    stranger.guess(&login, HANAKO, 10).await;
    let link = act.scene.provider.mailed_link(HANAKO, "アカウントロック").await;
    let button = stranger.get(&link).await;
    stranger.fill_in(&button, &[]).await;
    asks_for_code(&stranger.sign_in_with(&act.scene.client, HANAKO, PASSWORD).await);
}

/// Failures are forgotten after 14 days, like the link: a lock is not, and it is lifted by a reset then.
#[tokio::test]
async fn a_lock_outlives_its_link_and_the_count() {
    let scene = scene().await;
    let mut browser = scene.provider.browser();
    let page = browser.open_login(&scene.request()).await;
    browser.guess(&page, HANAKO, 10).await;
    scene.provider.clock.advance(Duration::from_hours(14 * 24 + 1));
    tegata::jobs::clean_up::tick(&scene.provider.app).await.unwrap();
    assert_eq!(scene.provider.state_of(HANAKO).await, AccountState::Locked);
    let refused = scene.provider.browser().sign_in_with(&scene.client, HANAKO, PASSWORD).await;
    assert!(refused.body.contains("アカウントがブロックされました"), "{}", refused.body);
    reset(&scene.provider).await;
    let answer = scene.provider.browser().sign_in_with(&scene.client, HANAKO, NEW_PASSWORD).await;
    is_signed_in(&answer, &scene.client);
}
