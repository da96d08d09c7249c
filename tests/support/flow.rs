//! The way through a sign-in, in steps that a test can stop at.

use std::collections::BTreeMap;

use http::StatusCode;
use tegata::protocol::pkce::CodeVerifier;

use super::browser::{Answer, Browser};
use super::program::Program;
use super::provider::{PASSWORD, TestAccount, TestClient};

/// A verifier that every test may use.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// An authorization request to be changed at will.
#[derive(Clone)]
pub struct AuthorizeRequest {
    /// The issuer's path.
    pub issuer: &'static str,
    /// The parameters, in order.
    pub params: Vec<(String, String)>,
}

impl AuthorizeRequest {
    /// An OpenID Connect request with PKCE, state and nonce.
    pub fn of(client: &TestClient) -> Self {
        let Ok(verifier) = CodeVerifier::parse(VERIFIER) else { panic!("the verifier is good") };
        let challenge = verifier.challenge();
        let mut request = Self { issuer: "/VX7", params: Vec::new() };
        for (name, value) in [
            ("client_id", client.id.as_str()),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("response_type", "code"),
            ("scope", "openid profile email offline_access"),
            ("state", "state-1"),
            ("nonce", "nonce-1"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ] {
            request.params.push((name.to_owned(), value.to_owned()));
        }
        request
    }

    /// With a parameter once more, whether it is there or not.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// At another issuer.
    pub fn at(mut self, issuer: &'static str) -> Self {
        self.issuer = issuer;
        self
    }

    /// With a parameter set or replaced.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.params.retain(|(n, _)| n != name);
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a parameter.
    pub fn without(mut self, name: &str) -> Self {
        self.params.retain(|(n, _)| n != name);
        self
    }

    /// The encoded parameters.
    pub fn query(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.params).finish()
    }

    /// The URL at the authorization endpoint.
    pub fn url(&self) -> String {
        format!("{}/authorize?{}", self.issuer, self.query())
    }
}

/// What a client receives at its redirect URI.
#[derive(Debug, Clone)]
pub struct Callback {
    /// Where it went, without parameters.
    pub uri: String,
    /// How: `query`, `fragment` or `form_post`.
    pub mode: &'static str,
    /// The parameters.
    pub params: BTreeMap<String, String>,
}

impl Callback {
    /// From a redirect to a client, or from the page whose form posts itself there.
    #[track_caller]
    pub fn of(answer: &Answer) -> Self {
        if answer.status == StatusCode::OK && answer.body.contains("id=\"form-post\"") {
            return Self::of_form(answer);
        }
        let location = answer.location();
        let fragment = location.contains('#');
        let (uri, query) = location.split_once(['?', '#']).unwrap_or((location, ""));
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        Self::collect(uri, if fragment { "fragment" } else { "query" }, pairs)
    }

    fn of_form(answer: &Answer) -> Self {
        let page = scraper::Html::parse_document(&answer.body);
        let every = |selector: &str| scraper::Selector::parse(selector).expect("a good selector");
        let form = page.select(&every("form#form-post")).next().expect("the form");
        let value = |input: scraper::ElementRef<'_>, name| input.attr(name).unwrap_or_default().to_owned();
        let inputs = every("input[type=hidden]");
        let pairs = form.select(&inputs).map(|input| (value(input, "name"), value(input, "value")));
        Self::collect(form.attr("action").unwrap_or_default(), "form_post", pairs)
    }

    #[track_caller]
    fn collect(uri: &str, mode: &'static str, pairs: impl Iterator<Item = (String, String)>) -> Self {
        let mut params = BTreeMap::new();
        for (name, value) in pairs {
            assert_eq!(params.insert(name.clone(), value), None, "{name} is sent twice");
        }
        Self { uri: uri.to_owned(), mode, params }
    }

    /// Asserts an error and answers it.
    #[track_caller]
    pub fn error(&self) -> &str {
        assert!(!self.params.contains_key("code"), "no code stands beside an error: {self:?}");
        self.get("error")
    }

    /// A parameter, empty when absent.
    pub fn get(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// The code.
    #[track_caller]
    pub fn code(&self) -> &str {
        let code = self.get("code");
        assert!(!code.is_empty(), "a code was expected: {self:?}");
        code
    }
}

/// The answer of the token endpoint.
pub struct TokenAnswer(pub Answer);

impl TokenAnswer {
    /// A member of the answer.
    pub fn get(&self, name: &str) -> String {
        self.0.json()[name].as_str().unwrap_or_default().to_owned()
    }

    /// The claims of the ID token, not verified.
    pub fn id_token(&self) -> serde_json::Value {
        claims(&self.get("id_token"))
    }

    /// The claims of the access token, not verified.
    pub fn access_token(&self) -> serde_json::Value {
        claims(&self.get("access_token"))
    }

    /// Asserts that tokens came.
    pub fn ok(self) -> Self {
        assert_eq!(self.0.status, StatusCode::OK, "{}", self.0.body);
        self
    }

    /// Asserts an error and answers its hint-free description.
    pub fn error(&self) -> String {
        assert_ne!(self.0.status, StatusCode::OK, "an error was expected");
        self.get("error")
    }
}

/// The claims of a JWT, not verified.
pub fn claims(jwt: &str) -> serde_json::Value {
    use base64::Engine as _;
    let payload = jwt.split('.').nth(1).unwrap_or_else(|| panic!("no JWT: {jwt:?}"));
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// Steps of a sign-in.
pub trait SignIn {
    /// From the authorization endpoint to the login page.
    async fn open_login(&mut self, request: &AuthorizeRequest) -> Answer;
    /// Sends the login form.
    async fn submit(&mut self, login: &Answer, email: &str, password: &str) -> Answer;
    /// From the authorization endpoint to the client, signing in on the way.
    async fn sign_in(&mut self, request: &AuthorizeRequest, account: &TestAccount) -> Callback;
    /// From the authorization endpoint to the client, with the session the browser has.
    async fn authorize(&mut self, request: &AuthorizeRequest) -> Callback;
    /// From the authorization endpoint to whatever page or answer stands at the end.
    async fn open(&mut self, request: &AuthorizeRequest) -> Answer;
    /// Answers the consent page.
    async fn consent(&mut self, page: &Answer, answer: &str) -> Answer;
}

impl SignIn for Browser {
    async fn open_login(&mut self, request: &AuthorizeRequest) -> Answer {
        let first = self.get(&request.url()).await;
        let page = self.follow(first).await;
        assert_eq!(page.status, StatusCode::OK, "the login page was expected: {}", page.body);
        assert!(
            page.field("password").is_some() || page.body.contains("name=\"password\""),
            "no login page: {}",
            page.body
        );
        page
    }

    async fn submit(&mut self, login: &Answer, email: &str, password: &str) -> Answer {
        let csrf = login.field("csrf").expect("the form has a token");
        let action = login.action().to_owned();
        self.post(&action, &[("csrf", &csrf), ("email", email), ("password", password)]).await
    }

    async fn sign_in(&mut self, request: &AuthorizeRequest, account: &TestAccount) -> Callback {
        let login = self.open_login(request).await;
        let answer = self.submit(&login, account.email(), PASSWORD).await;
        let answer = self.follow(answer).await;
        Callback::of(&answer)
    }

    async fn authorize(&mut self, request: &AuthorizeRequest) -> Callback {
        Callback::of(&self.open(request).await)
    }

    async fn open(&mut self, request: &AuthorizeRequest) -> Answer {
        let first = self.get(&request.url()).await;
        self.follow(first).await
    }

    async fn consent(&mut self, page: &Answer, answer: &str) -> Answer {
        let csrf = page.field("csrf").expect("the form has a token");
        let action = page.action().to_owned();
        let answer = self.post(&action, &[("csrf", &csrf), ("answer", answer)]).await;
        self.follow(answer).await
    }
}

impl Program {
    /// Exchanges a code as its client would.
    pub async fn exchange(&self, client: &TestClient, code: &str) -> TokenAnswer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        TokenAnswer(self.post_as(client, "/VX7/token", &fields).await)
    }

    /// Uses a refresh token.
    pub async fn refresh(&self, client: &TestClient, token: &str) -> TokenAnswer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        TokenAnswer(self.post_as(client, "/VX7/token", &fields).await)
    }

    /// Introspects a token.
    pub async fn introspect(&self, client: &TestClient, token: &str) -> serde_json::Value {
        let answer = self.post_as(client, "/VX7/introspect", &[("token", token)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()
    }

    /// Asks who is behind an access token.
    pub async fn userinfo(&self, token: &str) -> Answer {
        self.get("/VX7/userinfo", &[("authorization", &format!("Bearer {token}"))]).await
    }
}
