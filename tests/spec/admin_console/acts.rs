//! One test per act: what it does, to whom, and what ends with it.

use http::StatusCode;
use tegata::account::{AccountState, LoginMethod, Role};

use super::scene::Console;
use crate::support::provider::PASSWORD;
use crate::support::{Browser, Person as _, SignIn as _, TestClient, TokenAnswer, is_signed_in, sql};

/// A user signed in at the storage application, with tokens.
struct InUse {
    console: Console,
    client: TestClient,
    user: Browser,
    tokens: TokenAnswer,
}

impl InUse {
    async fn begin() -> Self {
        let console = Console::open().await;
        let client = console.provider.storage_app().await;
        let mut user = console.provider.browser();
        let request = crate::support::AuthorizeRequest::of(&client);
        let callback = user.sign_in(&request, &console.user).await;
        let tokens = console.provider.program().exchange(&client, callback.code()).await.ok();
        Self { console, client, user, tokens }
    }

    async fn by(&self, who: &str, act: &str) -> crate::support::Answer {
        let actor = if who == "contractor" { &self.console.contractor } else { &self.console.administrator };
        let mut browser = self.console.sign_in(actor).await;
        self.console.act(&mut browser, &self.console.user, act).await
    }

    /// Whether the session still signs in without a page, and the refresh token still gives tokens.
    async fn still(&mut self) -> (bool, bool) {
        let request = crate::support::AuthorizeRequest::of(&self.client);
        let answer = self.user.open(&request).await;
        let refreshed = self.console.provider.program().refresh(&self.client, &self.tokens.get("refresh_token")).await;
        (answer.status == StatusCode::SEE_OTHER, refreshed.0.status == StatusCode::OK)
    }

    async fn signs_in_anew(&self) -> bool {
        let mut browser = self.console.provider.browser();
        let answer = browser.sign_in_with(&self.client, self.console.user.email(), PASSWORD).await;
        answer.status == StatusCode::SEE_OTHER
    }
}

#[tokio::test]
async fn a_suspension_acts_at_once_and_a_resumption_undoes_it() {
    let mut scene = InUse::begin().await;
    let page = scene.by("administrator", "suspend").await;
    assert!(page.body.contains("利用を停止しました。") && page.body.contains("停止中"), "{}", page.body);
    assert_eq!(scene.still().await, (false, false));
    assert!(!scene.signs_in_anew().await);
    let page = scene.by("contractor", "resume").await;
    assert!(page.body.contains("利用を再開しました。"), "{}", page.body);
    assert_eq!(scene.still().await, (false, false), "what ended stays ended");
    assert!(scene.signs_in_anew().await);
    let told = scene.console.told_of(&scene.console.user).await;
    assert!(told[0].starts_with("suspended") && told[0].contains(scene.console.administrator.account.id.as_str()));
    assert!(told[1].starts_with("resumed") && told[1].contains(scene.console.contractor.account.id.as_str()));
}

#[tokio::test]
async fn a_deleted_user_is_gone_and_the_address_free() {
    let mut scene = InUse::begin().await;
    let page = scene.by("administrator", "delete").await;
    assert!(page.body.contains("ユーザを削除しました。") && page.body.contains("<h1>ユーザ</h1>"), "{}", page.body);
    assert_eq!(scene.still().await, (false, false));
    assert!(!scene.signs_in_anew().await);
    let id = &scene.console.user.account.id;
    let left = format!("id = '{id}' AND (password_hash IS NOT NULL OR profile <> '{{}}')");
    assert_eq!(sql::count(&scene.console.provider, "account", &left).await, 0);
    let mut browser = scene.console.sign_in(&scene.console.contractor).await;
    browser.get(&Console::path(&scene.console.user, "")).await.shows(StatusCode::NOT_FOUND, "not_found");
    let form = browser.get("/VX7/admin/users/invite").await;
    let fields = [("name", "後任"), ("email", scene.console.user.email()), ("role", "user")];
    let page = browser.fill_in(&form, &fields).await;
    assert!(page.body.contains("利用者登録のご案内をメールで送信しました。"), "{}", page.body);
}

#[tokio::test]
async fn a_deletion_takes_an_invitation_and_an_identity_back() {
    let console = Console::open().await;
    let invited = console.provider.invite("jiro@vx7.example").await;
    let invited = crate::support::TestAccount { account: invited };
    let link = console.provider.mailed_link("jiro@vx7.example", "利用者登録のご案内").await;
    let google = console.provider.account_with("g@vx7.example", |a| a.login_method = LoginMethod::Google).await;
    let identity = format!(
        "INSERT INTO upstream_identity (account_id, login_method, brand, connection, subject, upstream_sub, linked_at) \
         VALUES ('{}', 'google', 'VX7', 'google', 's', 's', 1)",
        google.account.id
    );
    sql::execute(&console.provider, &identity).await;
    let mut browser = console.sign_in(&console.administrator).await;
    console.act(&mut browser, &invited, "delete").await;
    console.act(&mut browser, &google, "delete").await;
    assert_eq!(console.provider.browser().get(&link).await.status, StatusCode::GONE);
    let linked = sql::texts(&console.provider, "SELECT account_id FROM upstream_identity").await;
    assert_eq!(linked, Vec::<String>::new());
}

#[tokio::test]
async fn a_lock_is_taken_away_with_its_count() {
    let scene = InUse::begin().await;
    let mut stranger = scene.console.provider.browser();
    let login = stranger.open_login(&crate::support::AuthorizeRequest::of(&scene.client)).await;
    stranger.guess(&login, scene.console.user.email(), 10).await;
    assert_eq!(scene.console.state(&scene.console.user).await, AccountState::Locked);
    let page = scene.by("administrator", "unlock").await;
    assert!(page.body.contains("アカウントロックを解除しました。"), "{}", page.body);
    assert_eq!(scene.console.state(&scene.console.user).await, AccountState::Active);
    stranger.guess(&login, scene.console.user.email(), 9).await;
    assert_eq!(scene.console.state(&scene.console.user).await, AccountState::Active, "the count began anew");
}

#[tokio::test]
async fn sessions_end_by_the_hand_of_an_administrator() {
    let mut scene = InUse::begin().await;
    scene.by("administrator", "end-sessions").await;
    assert_eq!(scene.still().await, (false, false));
    assert!(scene.signs_in_anew().await);
}

#[tokio::test]
async fn ones_own_other_sessions_end_and_this_one_stays() {
    let console = Console::open().await;
    let mut elsewhere = console.sign_in(&console.contractor).await;
    let mut here = console.sign_in(&console.contractor).await;
    let page = console.act(&mut here, &console.contractor, "end-sessions").await;
    assert!(page.body.contains("ログインを終了しました。"), "{}", page.body);
    assert_eq!(here.get("/VX7/admin").await.status, StatusCode::OK);
    assert_eq!(elsewhere.get("/VX7/admin").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_promotion_leaves_sessions_and_a_demotion_ends_them() {
    let mut scene = InUse::begin().await;
    scene.by("administrator", "make-administrator").await;
    assert_eq!(scene.console.role(&scene.console.user).await, Role::Administrator);
    let request = crate::support::AuthorizeRequest::of(&scene.client);
    is_signed_in(&scene.user.open(&request).await, &scene.client);
    let mut promoted = scene.console.sign_in(&scene.console.user).await;
    scene.by("contractor", "make-user").await;
    assert_eq!(scene.console.role(&scene.console.user).await, Role::User);
    assert_eq!(scene.still().await, (false, false));
    assert_eq!(promoted.get("/VX7/admin").await.status, StatusCode::SEE_OTHER, "signed out");
}

#[tokio::test]
async fn the_contract_is_handed_over() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let page = console.act(&mut browser, &console.user, "transfer-contractor").await;
    assert!(page.body.contains("契約者を変更しました。"), "{}", page.body);
    assert_eq!(console.role(&console.contractor).await, Role::Administrator);
    assert_eq!(console.role(&console.user).await, Role::Contractor);
    for account in [&console.contractor, &console.user] {
        let subjects = console.provider.subjects(account.email()).await;
        assert!(subjects.iter().any(|subject| subject.contains("契約者変更のお知らせ")), "{subjects:?}");
    }
    // The former contractor goes on as an administrator, who leaves the contractor alone.
    let answer = browser.get(&Console::path(&console.user, "/suspend")).await;
    answer.shows(StatusCode::FORBIDDEN, "forbidden");
    assert_eq!(console.provider.explained(&answer).await, ["administration_refused"]);
}

#[tokio::test]
async fn a_contractor_never_signs_in_by_active_directory() {
    let console = Console::open().await;
    let directory =
        console.provider.account_with("ad@vx7.example", |a| a.login_method = LoginMethod::ActiveDirectory).await;
    let suspended = console.provider.account_with("teishi@vx7.example", |a| a.state = AccountState::Suspended).await;
    let mut browser = console.sign_in(&console.contractor).await;
    let answer = browser.get(&Console::path(&directory, "/transfer-contractor")).await;
    answer.shows(StatusCode::FORBIDDEN, "forbidden");
    let answer = browser.get(&Console::path(&suspended, "/transfer-contractor")).await;
    let page = browser.follow(answer).await;
    assert!(page.body.contains("操作は行われませんでした"), "{}", page.body);
    // A form that was open when the login method changed.
    let form = browser.get(&Console::path(&console.user, "/transfer-contractor")).await;
    let id = &console.user.account.id;
    let change = "UPDATE account SET password_hash = NULL, login_method = 'active_directory'";
    sql::execute(&console.provider, &format!("{change} WHERE id = '{id}'")).await;
    browser.fill_in(&form, &[]).await.shows(StatusCode::FORBIDDEN, "forbidden");
    assert_eq!(console.role(&console.contractor).await, Role::Contractor);
}

#[tokio::test]
async fn a_reset_of_the_second_factor_is_told_by_mail_and_ends_sessions() {
    let mut scene = InUse::begin().await;
    let id = &scene.console.user.account.id;
    let nothing = scene.by("administrator", "reset-second-factor").await;
    assert!(nothing.body.contains("操作は行われませんでした"), "{}", nothing.body);
    let passkey = format!(
        "INSERT INTO passkey (id, brand, account_id, slot, rp_id, credential_id, credential, version, name, created_at) \
         VALUES ('p1', 'VX7', '{id}', 1, 'login.example', 'c1', '{{}}', 1, 'x', 1)"
    );
    sql::execute(&scene.console.provider, &passkey).await;
    let page = scene.by("administrator", "reset-second-factor").await;
    assert!(page.body.contains("2段階認証の登録をリセットしました。"), "{}", page.body);
    assert_eq!(sql::count(&scene.console.provider, "passkey", "1 = 1").await, 0);
    assert_eq!(scene.still().await, (false, false));
    let subjects = scene.console.provider.subjects(scene.console.user.email()).await;
    assert!(subjects.iter().any(|subject| subject.contains("2段階認証リセット")), "{subjects:?}");
}

#[tokio::test]
async fn nobody_locks_himself_out_and_nobody_touches_the_contractor() {
    let console = Console::open().await;
    let mut contractor = console.sign_in(&console.contractor).await;
    let mut administrator = console.sign_in(&console.administrator).await;
    for act in ["suspend", "delete", "make-user", "reset-second-factor", "transfer-contractor", "unlock", "resume"] {
        let path = |account| Console::path(account, &format!("/{act}"));
        for (mut browser, target) in [
            (contractor.clone(), &console.contractor),
            (administrator.clone(), &console.administrator),
            (administrator.clone(), &console.contractor),
        ] {
            browser.get(&path(target)).await.shows(StatusCode::FORBIDDEN, "forbidden");
            // With the token of the same act on somebody else.
            let form = browser.get(&path(&console.user)).await;
            let token = form.field("csrf").unwrap_or_default();
            let answer = browser.post(&path(target), &[("csrf", &token)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{act}: {}", answer.body);
        }
    }
    for account in [&console.contractor, &console.administrator] {
        assert_eq!(console.state(account).await, AccountState::Active);
        assert_eq!(console.role(account).await, account.account.role);
        let page = contractor.get(&Console::path(account, "")).await;
        let offers = page.body.contains("/suspend\"");
        assert_eq!(offers, account.sub() == console.administrator.sub(), "{}", page.body);
    }
    let own = administrator.get(&Console::path(&console.administrator, "")).await;
    assert!(own.body.contains("/email\"") && !own.body.contains("/delete\""), "{}", own.body);
}

#[tokio::test]
async fn an_act_on_somebody_who_has_changed_says_so() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.administrator).await;
    let form = browser.get(&Console::path(&console.user, "/suspend")).await;
    let mut other = console.sign_in(&console.contractor).await;
    console.act(&mut other, &console.user, "suspend").await;
    let page = browser.fill_in(&form, &[]).await;
    assert!(page.body.contains("操作は行われませんでした"), "{}", page.body);
    assert_eq!(console.told_of(&console.user).await.len(), 1, "one suspension, one event");
}
