//! Two-step verification over HTTP (`product.md` §4; ASVS V6.5 and V6.6; NIST SP 800-63B-4; security lines 66–74, 88,
//! 92–96).

mod enrolment;
mod limits;
mod recovery;
mod remembered;
mod secrets;
mod steps;
mod verification;

use crate::support::inbox::code;
use crate::support::provider::PASSWORD;
use crate::support::{Answer, Browser, Callback, Provider, Scene, SignIn as _, sql};

/// Hanako's number, as she types it.
pub(super) const TYPED: &str = "090-1234-5678";
/// The same as the carrier gets it.
pub(super) const PHONE: &str = "+819012345678";

/// Hanako's contract asks for a second factor.
pub(super) struct Act {
    pub(super) scene: Scene,
}

impl Act {
    pub(super) async fn start() -> Self {
        Self::at(Provider::with_inbox().await).await
    }

    pub(super) async fn at(provider: Provider) -> Self {
        let scene = Scene::at(provider).await;
        sql::execute(&scene.provider, "UPDATE contract SET second_factor = 'enabled'").await;
        Self { scene }
    }

    /// Hanako types her password; answers what stands there then.
    pub(super) async fn password(&mut self) -> Answer {
        let request = self.scene.request();
        let login = self.scene.browser.open_login(&request).await;
        self.scene.log_in(&login).await
    }

    /// The same in a browser that has never been here, which is hers from then on.
    pub(super) async fn password_elsewhere(&mut self) -> Answer {
        self.scene.browser = self.scene.provider.browser();
        self.password().await
    }

    pub(super) async fn get(&mut self, url: &str) -> Answer {
        self.scene.browser.get(url).await
    }

    /// Sends the first form of a page; does not follow.
    pub(super) async fn send(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let action = page.action().to_owned();
        self.send_to(page, &action, fields).await
    }

    /// Sends a form of a page to another action of its step.
    pub(super) async fn send_to(&mut self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        post(&mut self.scene.browser, page, action, fields).await
    }

    pub(super) async fn follow(&mut self, answer: Answer) -> Answer {
        self.scene.browser.follow(answer).await
    }

    /// Sends the first form of a page and follows.
    pub(super) async fn submit(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let answer = self.send(page, fields).await;
        self.follow(answer).await
    }

    /// The last code that reached the number.
    pub(super) async fn sms(&self) -> String {
        self.scene.provider.deliver().await;
        let arrived = self.scene.provider.inbox().sms_to(PHONE);
        code(arrived.last().expect("an SMS arrived")).to_owned()
    }

    /// How many SMS reached the number.
    pub(super) async fn count_sms(&self) -> usize {
        self.scene.provider.deliver().await;
        self.scene.provider.inbox().sms_to(PHONE).len()
    }

    /// Enrols the number to the end; answers the recovery code and what the client got.
    pub(super) async fn enroll_sms(&mut self) -> (String, Callback) {
        let first = self.password().await;
        let page = self.submit(&first, &[("phone", TYPED)]).await;
        let code = self.sms().await;
        let page = self.submit(&page, &[("code", &code)]).await;
        self.save(&page).await
    }

    /// Enrols an authenticator app to the end; answers its secret and the recovery code.
    pub(super) async fn enroll_authenticator(&mut self) -> (Vec<u8>, String) {
        let first = self.password().await;
        let page = self.get(&format!("{}/authenticator", step_of(&first))).await;
        let secret = secret_of(&page);
        let code = self.totp(&secret);
        let page = self.submit(&page, &[("code", &code)]).await;
        (secret, self.save(&page).await.0)
    }

    /// Ticks the box of the recovery code's page and goes on to the client.
    pub(super) async fn save(&mut self, page: &Answer) -> (String, Callback) {
        let recovery = recovery_code_of(page);
        let done = self.submit(page, &[("saved", "on")]).await;
        assert!(done.body.contains("2段階認証完了"), "{} {}", done.status, done.body);
        let on = done.body.split("href=\"").find(|part| part.contains("/interaction/")).expect("a way on");
        let href = on.split('"').next().unwrap().to_owned();
        let answer = self.get(&href).await;
        let answer = self.follow(answer).await;
        (recovery, Callback::of(&answer))
    }

    /// The code that the app shows now.
    pub(super) fn totp(&self, secret: &[u8]) -> String {
        let app = totp_rs::Builder::new().with_secret(secret.to_vec()).build().unwrap();
        app.generate(u64::try_from(self.scene.provider.clock.now().as_seconds()).unwrap()).to_string()
    }

    /// The claims of the ID token that the client gets for its code.
    pub(super) async fn id_token(&self, callback: &Callback) -> serde_json::Value {
        self.scene.tokens(callback).await.id_token()
    }

    /// How many audit events of a kind there are.
    pub(super) async fn events(&self, kind: &str) -> usize {
        self.scene.provider.app.audit.flush().await;
        sql::count(&self.scene.provider, "audit_event", &format!("event = '{kind}'")).await
    }
}

/// Sends a form as a browser does.
pub(super) async fn post(browser: &mut Browser, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = page.field("csrf").unwrap_or_else(|| panic!("no form: {} {}", page.status, page.body));
    let all: Vec<_> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
    browser.post(action, &all).await
}

/// `/VX7/second-factor/<id>`.
pub fn step_of(page: &Answer) -> String {
    let action = page.action();
    assert!(action.contains("/second-factor/"), "{} {}", page.status, page.body);
    action.split('/').take(4).collect::<Vec<_>>().join("/")
}

/// The secret that the authenticator's page spells out.
pub fn secret_of(page: &Answer) -> Vec<u8> {
    let is_secret = |text: &&str| {
        text.len() == 39 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ')
    };
    let text = page.body.split(['<', '>']).find(is_secret).expect("the page spells the secret out");
    totp_rs::Secret::try_from_base32(text.replace(' ', "")).unwrap().as_bytes().to_vec()
}

/// The recovery code that the page shows.
pub fn recovery_code_of(page: &Answer) -> String {
    let is_code = |text: &&str| {
        let groups: Vec<_> = text.split('-').collect();
        groups.len() == 5 && groups.iter().all(|g| g.len() == 5 && g.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    let found = page.body.split(['<', '>']).find(is_code);
    found.unwrap_or_else(|| panic!("no recovery code: {} {}", page.status, page.body)).to_owned()
}

/// A code of six digits that is not this one.
pub(super) fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 500_000) % 1_000_000)
}

#[track_caller]
pub(super) fn asks_for_number(page: &Answer) {
    assert!(page.body.contains("name=\"phone\""), "the field for the number: {} {}", page.status, page.body);
}

#[track_caller]
pub(super) fn asks_for_code(page: &Answer) {
    assert!(
        page.body.contains("autocomplete=\"one-time-code\""),
        "the field for the code: {} {}",
        page.status,
        page.body
    );
}
