//! What a person is told of without having asked (ASVS 6.3.5, 6.3.7). Security line 61.

use super::{ask_for_address, change_password, reset, signed_in};
use crate::spec::{passkey, second_factor};
use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{NEW_PASSWORD, Person as _, Scene, SignIn as _, is_signed_in};

/// The subjects that came to Hanako's address since the last time.
struct Mailbox(usize);

impl Mailbox {
    async fn of(scene: &Scene) -> Self {
        Self(scene.provider.subjects(HANAKO).await.len())
    }

    /// Mails written in the same moment have no order.
    async fn gets(&mut self, scene: &Scene, expected: &[&str]) {
        let mut subjects = scene.provider.subjects(HANAKO).await.split_off(self.0);
        self.0 += subjects.len();
        let mut expected: Vec<_> = expected.iter().map(|subject| format!("【M-Drive】{subject}")).collect();
        subjects.sort();
        expected.sort();
        assert_eq!(subjects, expected);
    }
}

/// The very first browser of an account is that of its registration.
#[tokio::test]
async fn v6_3_5_a_browser_never_seen_before_is_notified_once() {
    let mut scene = signed_in().await;
    let mut mailbox = Mailbox(0);
    mailbox.gets(&scene, &[]).await;
    let mut elsewhere = scene.provider.browser();
    for expected in [&["新しいブラウザからのログイン"][..], &[]] {
        let login = elsewhere.open_login(&scene.request().with("prompt", "login")).await;
        let answer = elsewhere.submit(&login, HANAKO, PASSWORD).await;
        is_signed_in(&elsewhere.follow(answer).await, &scene.client);
        mailbox.gets(&scene, expected).await;
    }
    let mail = scene.provider.inbox().mails_to(HANAKO).remove(0);
    assert!(mail.text.contains("2026-11-20 09:00 (JST)"), "when: {}", mail.text);
    let login = scene.open(&scene.request().with("prompt", "login")).await;
    scene.log_in(&login).await;
    mailbox.gets(&scene, &[]).await;
}

#[tokio::test]
async fn v6_3_5_a_lock_is_notified() {
    let scene = signed_in().await;
    let mut mailbox = Mailbox::of(&scene).await;
    let mut stranger = scene.provider.browser();
    let page = stranger.open_login(&scene.request()).await;
    stranger.guess(&page, HANAKO, 12).await;
    mailbox.gets(&scene, &["アカウントロック"]).await;
}

#[tokio::test]
async fn v6_3_7_a_changed_password_is_notified() {
    let mut scene = signed_in().await;
    let mut mailbox = Mailbox::of(&scene).await;
    change_password(&mut scene, "Wrong-Horse-7", NEW_PASSWORD).await;
    mailbox.gets(&scene, &[]).await;
    change_password(&mut scene, PASSWORD, NEW_PASSWORD).await;
    mailbox.gets(&scene, &["パスワード変更のお知らせ"]).await;
}

#[tokio::test]
async fn v6_3_7_a_reset_is_notified_and_with_it_the_end_of_the_second_factor() {
    let scene = signed_in().await;
    let mut mailbox = Mailbox::of(&scene).await;
    reset(&scene.provider).await;
    mailbox.gets(&scene, &["パスワードリセット", "パスワード変更のお知らせ"]).await;

    let mut act = second_factor::Act::start().await;
    act.enroll_authenticator().await;
    let mut mailbox = Mailbox::of(&act.scene).await;
    reset(&act.scene.provider).await;
    let all = ["パスワードリセット", "パスワード変更のお知らせ", "2段階認証リセットのお知らせ"];
    mailbox.gets(&act.scene, &all).await;
}

#[tokio::test]
async fn v6_3_7_a_changed_address_is_notified_to_the_old_one() {
    const NEW: &str = "hanako.new@vx7.example";
    let mut scene = signed_in().await;
    let mut mailbox = Mailbox::of(&scene).await;
    ask_for_address(&mut scene, NEW).await;
    mailbox.gets(&scene, &[]).await;
    let link = scene.provider.mailed_link(NEW, "メールアドレス変更登録").await;
    let form = scene.browser.get(&link).await;
    scene.browser.fill_in(&form, &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]).await;
    mailbox.gets(&scene, &["メールアドレス変更のお知らせ"]).await;
    let notice = scene.provider.inbox().mails_to(HANAKO).pop().unwrap();
    assert!(notice.text.contains("h•••@vx7.example") && !notice.text.contains(NEW), "{}", notice.text);
}

#[tokio::test]
async fn v6_3_7_every_change_of_a_factor_is_notified() {
    let mut scene = signed_in().await;
    let mut mailbox = Mailbox::of(&scene).await;
    passkey::add(&mut scene).await;
    mailbox.gets(&scene, &["パスキー登録のお知らせ"]).await;
    scene.provider.reset_second_factor(HANAKO).await;
    mailbox.gets(&scene, &["2段階認証リセットのお知らせ"]).await;

    let mut act = second_factor::Act::start().await;
    let (code, _) = act.enroll_sms().await;
    act.scene.wait(60);
    let mut mailbox = Mailbox::of(&act.scene).await;
    let page = act.password_elsewhere().await;
    let entry = act.get(&format!("{}/recovery", second_factor::step_of(&page))).await;
    act.submit(&entry, &[("code", &code)]).await;
    mailbox.gets(&act.scene, &["リカバリコード使用のお知らせ"]).await;
}
