//! The operators' side of a provider: its listener, its staff with their authenticators, its API keys.

use std::path::Path;
use std::time::Duration;

use http::Method;
use serde_json::Value;
use tegata::account::EmailAddress;
use tegata::audit::{Clerk, Event, EventKind};
use tegata::config::{Config, OperatorConfig, load};
use tegata::front::OperatorFront;
use tegata::id::BrandCode;
use tegata::operator::api_key::{NewApiKey, create_api_key};
use tegata::operator::enrolment::path;
use tegata::operator::{NewOperator, Operator, OperatorRole, Permission, create};

use super::{Answer, Browser, Program, Provider};

/// Where operators are.
pub const HOST: &str = "ops.example";
/// The password of every operator of the tests.
pub const PASSWORD: &str = "Staff-Correct-Horse-7";

/// A provider with operators.
pub struct Operators {
    /// The provider.
    pub provider: Provider,
    front: OperatorFront,
}

/// Somebody of the staff who has enrolled.
pub struct Staff {
    /// Who.
    pub operator: Operator,
    /// The secret of their authenticator.
    pub secret: Vec<u8>,
}

/// The part of the configuration.
pub fn configure(config: &mut Config) {
    let text = "[operator]\nlisten = \"127.0.0.1:0\"\nurl = \"https://ops.example\"\n[[brand]]\ncode = \"VX7\"\n\
                name = \"x\"\nissuer = \"https://x.example\"\nservice_url = \"https://x.example\"\n";
    let read = load(Path::new("/nowhere/tegata.toml"), text, &[]).expect("the configuration is good");
    config.operator = read.operator;
}

impl Operators {
    /// A provider with an operators' listener and nobody there.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn with(change: impl FnOnce(&mut OperatorConfig)) -> Self {
        let provider = Provider::with_config(|config| {
            configure(config);
            config.brand[0].mail_from = Some("no-reply@vx7.example".parse().expect("a mailbox"));
            change(&mut config.operator);
        });
        Self::of(provider.await)
    }

    /// Of a provider whose configuration has operators.
    pub fn of(provider: Provider) -> Self {
        let front = tegata::router::operator::service(provider.app.clone()).expect("there is a listener");
        Self { provider, front }
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.front.clone(), HOST)
    }

    /// A program.
    pub fn program(&self) -> Program {
        Program::at(self.front.clone(), HOST)
    }

    /// What a command of the command line holds.
    pub fn clerk(&self) -> Clerk<'_> {
        let event = Event::new(EventKind::OperatorChanged, self.provider.app.random.reference());
        Clerk { random: &self.provider.app.random, now: self.provider.clock.now(), event }
    }

    /// Makes an operator; answers the path of their enrolment link.
    pub async fn create(&self, email: &str, role: OperatorRole) -> (Operator, String) {
        let email = EmailAddress::parse(email).expect("a test's address is good");
        let new = NewOperator { email, name: "運用 太郎".to_owned(), role };
        let mut tx = self.provider.db().begin().await.unwrap();
        let made = create(&mut tx, &self.clerk(), new).await.unwrap();
        tx.commit().await.unwrap();
        let (operator, secret) = made.expect("the address is free");
        (operator, path(&secret))
    }

    /// Makes an operator who enrols with an authenticator, over the pages.
    pub async fn staff(&self, email: &str, role: OperatorRole) -> Staff {
        let (operator, link) = self.create(email, role).await;
        let mut browser = self.browser();
        let factor = self.choose_password(&mut browser, &link).await;
        let secret = secret_of(&factor);
        let fields = [("csrf", csrf(&factor)), ("code", self.code(&secret))];
        let answer = browser.post("/enrolment/second-factor", &pairs(&fields)).await;
        assert_eq!(answer.location(), "/enrolment/done");
        // The step that enrolled is used up.
        self.provider.clock.advance(Duration::from_secs(30));
        Staff { operator, secret }
    }

    /// From an enrolment link to its second page.
    pub async fn choose_password(&self, browser: &mut Browser, link: &str) -> Answer {
        let page = browser.get(link).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let link = page.field("link").expect("the link is in the form");
        let fields =
            [("csrf", csrf(&page)), ("link", link), ("password", PASSWORD.to_owned()), ("again", PASSWORD.to_owned())];
        let answer = browser.post("/enrolment", &pairs(&fields)).await;
        assert_eq!(answer.location(), "/enrolment/second-factor");
        browser.follow(answer).await
    }

    /// What an authenticator shows now.
    pub fn code(&self, secret: &[u8]) -> String {
        let seconds = u64::try_from(self.provider.clock.now().as_seconds()).unwrap();
        let app = totp_rs::Builder::new().with_secret(secret.to_vec()).build().unwrap();
        app.generate(seconds).to_string()
    }

    /// A browser in which somebody of the staff has signed in.
    pub async fn signed_in(&self, staff: &Staff) -> Browser {
        let mut browser = self.browser();
        let answer = self.sign_in(&mut browser, staff).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        self.provider.clock.advance(Duration::from_secs(30));
        browser
    }

    /// Both steps of a sign-in; answers the last answer.
    pub async fn sign_in(&self, browser: &mut Browser, staff: &Staff) -> Answer {
        let answer = submit(browser, &staff.operator.email, PASSWORD).await;
        let page = browser.follow(answer).await;
        let fields = [("csrf", csrf(&page)), ("code", self.code(&staff.secret))];
        browser.post("/sign-in/second-factor", &pairs(&fields)).await
    }

    /// Makes an API key; answers it.
    pub async fn key(&self, role: OperatorRole, scopes: &[Permission]) -> String {
        self.key_for(role, scopes, None).await
    }

    /// An API key for some brands.
    pub async fn key_for(&self, role: OperatorRole, scopes: &[Permission], brands: Option<&[&str]>) -> String {
        let new = NewApiKey {
            name: "tests".to_owned(),
            role,
            scopes: scopes.to_vec(),
            brands: brands.map(|codes| codes.iter().map(|code| BrandCode::new(*code)).collect()),
            lifetime: Duration::from_hours(24),
        };
        let mut tx = self.provider.db().begin().await.unwrap();
        let (_, secret) = create_api_key(&mut tx, &self.clerk(), (new, "tests")).await.unwrap();
        tx.commit().await.unwrap();
        secret.expose().clone()
    }

    /// A request to the API.
    pub async fn call(&self, key: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.call_with(key, (method, path), body, &[]).await
    }

    /// The same with further headers.
    pub async fn call_with(
        &self,
        key: &str,
        (method, path): (&str, &str),
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let authorization = format!("Bearer {key}");
        let mut all = vec![("authorization", authorization.as_str())];
        if body.is_some() {
            all.push(("content-type", "application/json"));
        }
        all.extend_from_slice(headers);
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        self.program().send(method, path, &all, bytes).await
    }

    /// Everything that the audit log says under a reference, as one text.
    pub async fn audit_of(&self, answer: &Answer) -> String {
        self.provider.app.audit.flush().await;
        let events = tegata::audit::find_by_reference(self.provider.db(), answer.reference()).await.unwrap();
        events.iter().map(|event| format!("{event:?}\n")).collect()
    }
}

/// Sends the sign-in form.
pub async fn submit(browser: &mut Browser, email: &str, password: &str) -> Answer {
    let page = browser.get("/sign-in?next=/api/docs").await;
    let next = page.field("next").unwrap_or_default();
    let fields =
        [("csrf", csrf(&page)), ("next", next), ("email", email.to_owned()), ("password", password.to_owned())];
    browser.post("/sign-in", &pairs(&fields)).await
}

/// The form token of a page.
#[track_caller]
pub fn csrf(page: &Answer) -> String {
    page.field("csrf").unwrap_or_else(|| panic!("a form was expected: {}", page.body))
}

/// Fields as a form sends them.
pub fn pairs<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// The authenticator's secret that a page shows.
#[track_caller]
pub fn secret_of(page: &Answer) -> Vec<u8> {
    let text = page.between("<code id=\"secret\" translate=\"no\">", "</code>").expect("the page shows a secret");
    totp_rs::Secret::try_from_base32(text.replace(' ', "")).unwrap().as_bytes().to_vec()
}

/// Runs many things at once and answers their outcomes.
pub async fn together<T, F: Future<Output = T>>(many: impl Iterator<Item = F>) -> Vec<T> {
    let mut waiting: Vec<_> = many.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        let mut all = true;
        for (one, outcome) in waiting.iter_mut().zip(&mut done) {
            if outcome.is_none() {
                match one.as_mut().poll(cx) {
                    std::task::Poll::Ready(value) => *outcome = Some(value),
                    std::task::Poll::Pending => all = false,
                }
            }
        }
        if all { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
