//! One cell of the table, lived: prepare, let the state change, act, look.

use http::StatusCode;
use tegata::policy::sign_in::{TRIAL, TRIAL_GRACE};

use super::super::passkey;
use super::super::second_factor::{Act, step_of};
use super::Action::{EmailChange, Forgotten, Introspection, Menu, Passkey, Password, PasswordForMenu, RecoveryCode};
use super::Action::{Refresh, Reset, Unblock, Userinfo};
use super::Seen::{Blocked, Dead, Gone, Login, Neutral, NoMail, Told, Works};
use super::Standing::{
    Active, Cancelled, Deleted, Invited, Locked, Suspended, TrialLongOver, TrialOfContractor, TrialOfUser,
};
use super::{Action, Seen, Standing};
use crate::support::provider::PASSWORD;
use crate::support::scene::HANAKO;
use crate::support::{Answer, NEW_PASSWORD, Person as _, Provider, Scene, SignIn as _, TokenAnswer, is_signed_in, sql};

/// Hanako, contractor of a basic contract, signed in at the storage application.
pub struct Life {
    scene: Scene,
    standing: Standing,
    tokens: TokenAnswer,
    recovery_code: String,
}

impl Life {
    pub async fn begin(standing: Standing, action: Action) -> Self {
        let provider = Provider::with_inbox().await;
        let (mut scene, mut recovery_code) = (None, None);
        let callback = if action == RecoveryCode {
            let mut act = Act::at(provider).await;
            let (code, callback) = act.enroll_sms().await;
            (scene, recovery_code) = (Some(act.scene), Some(code));
            callback
        } else {
            scene.insert(Scene::at(provider).await).sign_in().await
        };
        let scene = scene.expect("there is one by now");
        sql::execute(&scene.provider, "UPDATE account SET role = 'contractor'").await;
        let tokens = scene.tokens(&callback).await;
        Self { scene, standing, tokens, recovery_code: recovery_code.unwrap_or_default() }
    }

    /// Prepares an action, lets the state change, and acts.
    pub async fn act(mut self, action: Action) -> Seen {
        match action {
            Password => self.password().await,
            PasswordForMenu => self.password_for_menu().await,
            Passkey => self.passkey().await,
            Forgotten => self.forgotten().await,
            Reset => self.reset().await,
            Unblock => self.unblock().await,
            RecoveryCode => self.recovery_code().await,
            EmailChange => self.email_change().await,
            Menu => self.menu().await,
            Refresh => self.refresh().await,
            Userinfo => self.userinfo().await,
            Introspection => self.introspection().await,
        }
    }

    async fn come_about(&self) {
        let provider = &self.scene.provider;
        let state = async |state: &str| sql::execute(provider, &format!("UPDATE account SET state = '{state}'")).await;
        match self.standing {
            Active => {}
            Locked if self.is_locked().await => {}
            Locked => self.lock().await,
            Invited => state("invited").await,
            Suspended => state("suspended").await,
            Deleted => state("deleted").await,
            Cancelled => sql::execute(provider, "UPDATE contract SET state = 'cancelled'").await,
            TrialOfUser => {
                sql::execute(provider, "UPDATE account SET role = 'user'").await;
                self.try_since(TRIAL).await;
            }
            TrialOfContractor => self.try_since(TRIAL).await,
            TrialLongOver => self.try_since(TRIAL + TRIAL_GRACE).await,
        }
    }

    async fn try_since(&self, ago: std::time::Duration) {
        let began = self.scene.provider.clock.now().minus(ago).as_millis();
        let sql = format!("UPDATE contract SET plan = 'trial', started_at = {began}");
        sql::execute(&self.scene.provider, &sql).await;
    }

    /// Somebody types ten wrong passwords.
    async fn lock(&self) {
        let mut stranger = self.scene.provider.browser();
        let page = stranger.open_login(&self.scene.request()).await;
        stranger.guess(&page, HANAKO, 10).await;
        assert!(self.is_locked().await);
    }

    async fn is_locked(&self) -> bool {
        self.state().await == "locked"
    }

    async fn state(&self) -> String {
        sql::texts(&self.scene.provider, "SELECT state FROM account").await.remove(0)
    }

    async fn password_hash(&self) -> String {
        sql::texts(&self.scene.provider, "SELECT password_hash FROM account").await.remove(0)
    }

    async fn password(&self) -> Seen {
        self.come_about().await;
        let mut elsewhere = self.scene.provider.browser();
        let answer = elsewhere.sign_in_with(&self.scene.client, HANAKO, PASSWORD).await;
        if answer.status == StatusCode::SEE_OTHER {
            is_signed_in(&answer, &self.scene.client);
            return Works;
        }
        assert_eq!(elsewhere.session(), None, "no session begins");
        self.scene.provider.explained(&answer).await;
        refused(&answer)
    }

    async fn password_for_menu(&self) -> Seen {
        self.come_about().await;
        let answer = self.scene.provider.browser().open_menu(&self.scene.account, PASSWORD).await;
        if is_menu(&answer) { Works } else { refused(&answer) }
    }

    async fn passkey(&mut self) -> Seen {
        let mut device = passkey::add(&mut self.scene).await;
        self.come_about().await;
        self.scene.browser = self.scene.provider.browser();
        let (page, action) = passkey::login(&mut self.scene).await;
        let browser = &mut self.scene.browser;
        let challenge = passkey::challenge(browser, &page, &action).await;
        let credential = device.sign(&challenge.options);
        let answer = passkey::send(browser, &page, &action, (&challenge.ceremony, &credential)).await;
        let seen = match answer.location().split_once("?passkey=") {
            None => {
                let end = browser.follow(answer).await;
                is_signed_in(&end, &self.scene.client);
                return Works;
            }
            Some((_, "failed")) => Neutral,
            Some((_, "locked-out" | "trial-ended")) => Told,
            Some((_, other)) => panic!("{other}"),
        };
        assert_eq!(browser.session(), None, "no session begins");
        seen
    }

    async fn forgotten(&self) -> Seen {
        self.come_about().await;
        let provider = &self.scene.provider;
        let before = provider.subjects(HANAKO).await.len();
        let answers = [ask_for_reset(provider, HANAKO).await, ask_for_reset(provider, "nobody@vx7.example").await];
        assert_eq!(answers[0], answers[1], "the page is the same for every address");
        let subjects = provider.subjects(HANAKO).await.split_off(before);
        match &subjects[..] {
            [] => NoMail,
            [subject] if subject.contains("パスワードリセット") => Works,
            others => panic!("{others:?}"),
        }
    }

    async fn reset(&self) -> Seen {
        ask_for_reset(&self.scene.provider, HANAKO).await;
        let link = self.scene.provider.mailed_link(HANAKO, "パスワードリセット").await;
        let before = self.password_hash().await;
        let new = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
        let seen = self.use_link(&link, &new, "リセットパスワードの手続きが完了いたしました").await;
        assert_eq!(self.password_hash().await != before, seen == Works);
        assert!(!self.is_locked().await, "a reset unlocks");
        seen
    }

    async fn unblock(&self) -> Seen {
        self.lock().await;
        let link = self.scene.provider.mailed_link(HANAKO, "アカウントロック").await;
        if self.standing == Active {
            // An administrator was faster than the person; the link is still there.
            self.scene.provider.unlock(HANAKO).await;
        }
        let seen = self.use_link(&link, &[], "アカウントロックが解除されました").await;
        assert!(seen != Works || !self.is_locked().await);
        seen
    }

    async fn email_change(&mut self) -> Seen {
        const NEW: &str = "hanako.new@vx7.example";
        let form = self.scene.browser.get("/VX7/account/email").await;
        self.scene.browser.fill_in(&form, &[("email", NEW), ("again", NEW)]).await;
        let link = self.scene.provider.mailed_link(NEW, "メールアドレス変更登録").await;
        let new = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
        let seen = self.use_link(&link, &new, "メールアドレス変更のお手続きが完了いたしました").await;
        let address = sql::texts(&self.scene.provider, "SELECT email FROM account").await.remove(0);
        assert_eq!(address, if seen == Works { NEW } else { HANAKO });
        seen
    }

    /// Opens a link, lets the state change, and sends the form that was open meanwhile.
    async fn use_link(&self, link: &str, fields: &[(&str, &str)], done: &str) -> Seen {
        let mut browser = self.scene.provider.browser();
        let form = browser.get(link).await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.body);
        self.come_about().await;
        let before = self.state().await;
        let shown = self.scene.provider.browser().get(link).await;
        let answer = browser.fill_in(&form, fields).await;
        assert_eq!(shown.status, answer.status, "what GET shows is what POST does");
        match answer.status {
            StatusCode::OK => {
                assert!(answer.body.contains(done), "{}", answer.body);
                Works
            }
            status => {
                assert_eq!(status, StatusCode::GONE, "{}", answer.body);
                assert_eq!(self.state().await, before, "nothing changed");
                self.scene.provider.explained(&answer).await;
                Gone
            }
        }
    }

    /// The password was typed before, the recovery code is typed after the state changed.
    async fn recovery_code(mut self) -> Seen {
        self.scene.wait(60);
        let mut act = Act { scene: self.scene };
        let page = act.password_elsewhere().await;
        let entry = act.get(&format!("{}/recovery", step_of(&page))).await;
        self.scene = act.scene;
        self.come_about().await;
        let answer = self.scene.browser.fill_in(&entry, &[("code", &self.recovery_code)]).await;
        if answer.body.contains("新たなリカバリコードが発行されました") {
            return Works;
        }
        answer.is_login();
        let used = sql::count(&self.scene.provider, "audit_event", "event = 'recovery_code_used'").await;
        assert_eq!(used, 0, "the code is still good");
        Login
    }

    async fn menu(&mut self) -> Seen {
        self.come_about().await;
        let answer = self.scene.browser.get("/VX7/account").await;
        let answer = self.scene.browser.follow(answer).await;
        if is_menu(&answer) {
            return Works;
        }
        answer.is_login();
        Login
    }

    async fn refresh(&self) -> Seen {
        self.come_about().await;
        let program = self.scene.provider.program();
        let answer = program.refresh(&self.scene.client, &self.tokens.get("refresh_token")).await;
        if answer.0.status == StatusCode::OK {
            return Works;
        }
        assert_eq!(answer.error(), "invalid_grant");
        Dead
    }

    async fn userinfo(&self) -> Seen {
        self.come_about().await;
        let answer = self.scene.provider.program().userinfo(&self.tokens.get("access_token")).await;
        if answer.status == StatusCode::OK {
            return Works;
        }
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.header("www-authenticate").contains("invalid_token"), "{}", answer.header("www-authenticate"));
        Dead
    }

    async fn introspection(&self) -> Seen {
        let provider = &self.scene.provider;
        let files =
            provider.client("files", |r| r.settings.introspects = vec!["https://login.example/VX7".to_owned()]).await;
        self.come_about().await;
        let access = provider.program().introspect(&files, &self.tokens.get("access_token")).await;
        let refresh = provider.program().introspect(&self.scene.client, &self.tokens.get("refresh_token")).await;
        assert_eq!(access["active"], refresh["active"], "both tokens stand and fall together");
        if access["active"] == true {
            return Works;
        }
        assert_eq!((access, refresh), (serde_json::json!({"active": false}), serde_json::json!({"active": false})));
        Dead
    }
}

fn is_menu(answer: &Answer) -> bool {
    answer.status == StatusCode::OK && answer.body.contains("認証・契約情報変更メニュー</h1>")
}

/// What a login page says that is shown again.
#[track_caller]
fn refused(answer: &Answer) -> Seen {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    let said = [
        (Neutral, "メールアドレスまたはパスワードが正しくありません"),
        (Blocked, "アカウントがブロックされました"),
        (Told, "このアカウントではログインできません"),
        (Told, "無料トライアルの期間が終了しました"),
    ];
    let said: Vec<_> = said.into_iter().filter(|(_, words)| answer.body.contains(words)).collect();
    assert_eq!(said.len(), 1, "one message: {}", answer.body);
    said[0].0
}

/// The page that answers 「パスワードを忘れた方はこちら」, without what differs from one request to the next.
async fn ask_for_reset(provider: &Provider, email: &str) -> String {
    let mut browser = provider.browser();
    let form = browser.get("/VX7/lo/forgot").await;
    let answer = browser.fill_in(&form, &[("email", email)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.body.replace(answer.reference(), "")
}
