//! The usual scene: a provider, the storage application, Hanako and her browser.

use super::provider::PASSWORD;
use super::{Answer, AuthorizeRequest, Browser, Callback, Provider, SignIn as _, TestAccount, TestClient, TokenAnswer};

/// The three ways an authorization response travels.
pub const MODES: [&str; 3] = ["query", "fragment", "form_post"];

/// Hanako's address.
pub const HANAKO: &str = "hanako@vx7.example";

/// Who is there.
pub struct Scene {
    /// The provider.
    pub provider: Provider,
    /// The storage application.
    pub client: TestClient,
    /// Hanako.
    pub account: TestAccount,
    /// Her browser.
    pub browser: Browser,
}

impl Scene {
    /// Nobody is signed in.
    pub async fn start() -> Self {
        Self::at(Provider::start().await).await
    }

    /// Nobody is signed in at this provider.
    pub async fn at(provider: Provider) -> Self {
        let (client, account) = (provider.storage_app().await, provider.account(HANAKO).await);
        let browser = provider.browser();
        Self { provider, client, account, browser }
    }

    /// Hanako is signed in at the storage application.
    pub async fn signed_in() -> Self {
        let mut scene = Self::start().await;
        scene.sign_in().await;
        scene
    }

    /// The storage application's request.
    pub fn request(&self) -> AuthorizeRequest {
        AuthorizeRequest::of(&self.client)
    }

    /// Hanako signs in at the storage application.
    pub async fn sign_in(&mut self) -> Callback {
        let request = self.request();
        self.browser.sign_in(&request, &self.account).await
    }

    /// Hanako fills in a login page; answers what stands at the end.
    pub async fn log_in(&mut self, login: &Answer) -> Answer {
        let answer = self.browser.submit(login, self.account.email(), PASSWORD).await;
        self.browser.follow(answer).await
    }

    /// The tokens of an answer to the storage application.
    pub async fn tokens(&self, callback: &Callback) -> TokenAnswer {
        self.provider.program().exchange(&self.client, callback.code()).await.ok()
    }

    /// What stands at the end of a request in Hanako's browser.
    pub async fn open(&mut self, request: &AuthorizeRequest) -> Answer {
        self.browser.open(request).await
    }

    /// The answer to the client in Hanako's browser.
    pub async fn authorize(&mut self, request: &AuthorizeRequest) -> Callback {
        self.browser.authorize(request).await
    }

    /// The error the client gets, which the audit log must explain.
    pub async fn refused(&mut self, request: &AuthorizeRequest) -> String {
        let answer = self.open(request).await;
        let error = Callback::of(&answer).error().to_owned();
        let reasons = self.provider.explained(&answer).await;
        assert!(reasons.contains(&error), "the audit log says {reasons:?} about {error}");
        error
    }

    /// Lets time pass.
    pub fn wait(&self, seconds: u64) {
        self.provider.clock.advance(std::time::Duration::from_secs(seconds));
    }
}
