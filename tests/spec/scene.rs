//! What the rules about tokens share: a provider with one client and one user, and the other side's own cryptography.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcCurve;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jws::{self, JwsSigner, JwsVerifier};
use serde_json::{Value, json};
use tegata::account::{AccountState, update_account_state};
use tegata::client::{ClientState, Registration, update_client_state};
use tegata::id::{BrandCode, ClientId};
use tegata::jose::Algorithm;
use tegata::protocol::client_metadata::TokenEndpointAuthMethod;

use crate::support::flow::VERIFIER;
use crate::support::{
    Answer, AuthorizeRequest, Browser, Program, Provider, SignIn as _, TestAccount, TestClient, TokenAnswer,
};

/// The issuer of VX7.
pub const ISSUER: &str = "https://login.example/VX7";

/// A provider, one client, one user and the user's browser.
pub struct Scene {
    pub provider: Provider,
    pub program: Program,
    pub client: TestClient,
    pub account: TestAccount,
    pub browser: Browser,
}

impl Scene {
    /// With the brand's own confidential client.
    pub async fn confidential() -> Self {
        Self::with(|_| {}).await
    }

    /// With a public client.
    pub async fn public() -> Self {
        Self::with(|r| r.metadata.token_endpoint_auth_method = TokenEndpointAuthMethod::None).await
    }

    /// With a client that differs from the storage application.
    pub async fn with(change: impl FnOnce(&mut Registration)) -> Self {
        let provider = Provider::start().await;
        let client = provider.client("storage-app", change).await;
        Self::of(provider, client).await
    }

    /// With a provider and a client of it.
    pub async fn of(provider: Provider, client: TestClient) -> Self {
        let account = provider.account("hanako@vx7.example").await;
        Self { program: provider.program(), browser: provider.browser(), provider, client, account }
    }

    /// What the client asks for unless a rule says otherwise.
    pub fn request(&self) -> AuthorizeRequest {
        AuthorizeRequest::of(&self.client)
    }

    /// A new code.
    pub async fn code(&mut self) -> String {
        let request = self.request();
        self.code_for(&request).await
    }

    /// The code that answers a request; the user signs in only the first time.
    pub async fn code_for(&mut self, request: &AuthorizeRequest) -> String {
        let callback = match self.browser.session() {
            Some(_) => self.browser.authorize(request).await,
            None => self.browser.sign_in(request, &self.account).await,
        };
        callback.code().to_owned()
    }

    /// New tokens.
    pub async fn tokens(&mut self) -> TokenAnswer {
        let request = self.request();
        self.tokens_for(&request).await
    }

    /// The tokens that a request comes to.
    pub async fn tokens_for(&mut self, request: &AuthorizeRequest) -> TokenAnswer {
        let code = self.code_for(request).await;
        self.program.exchange(&self.client, &code).await.ok()
    }

    /// New tokens after a new sign-in, for when the session has reached its limit.
    pub async fn tokens_of_a_new_sign_in(&mut self) -> TokenAnswer {
        self.browser = self.provider.browser();
        self.tokens().await
    }

    /// New tokens with another scope.
    pub async fn tokens_with_scope(&mut self, scope: &str) -> TokenAnswer {
        let request = self.request().with("scope", scope);
        self.tokens_for(&request).await
    }

    /// POST of a form to the token endpoint, as the client.
    pub async fn token(&self, form: &Form) -> TokenAnswer {
        TokenAnswer(self.program.post_as(&self.client, "/VX7/token", &form.pairs()).await)
    }

    /// Whether an access token is good, by introspection and at the UserInfo endpoint: both must agree.
    pub async fn is_alive(&self, access_token: &str) -> bool {
        let active = self.program.introspect(&self.client, access_token).await["active"] == true;
        let answered = self.program.userinfo(access_token).await.status == 200;
        assert_eq!(active, answered, "introspection and userinfo disagree");
        active
    }

    /// Lets time pass.
    pub fn wait(&self, time: Duration) {
        self.provider.clock.advance(time);
    }

    /// Suspends the user's account.
    pub async fn suspend(&self) {
        let now = self.provider.clock.now();
        let states = (AccountState::Active, AccountState::Suspended);
        let mut tx = self.provider.db().begin().await.unwrap();
        assert!(update_account_state(&mut tx, &self.account.account.id, states, now).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Switches the client off.
    pub async fn disable_client(&self) {
        let now = self.provider.clock.now();
        let place = (&BrandCode::new("VX7"), &ClientId::new(&self.client.id));
        let mut tx = self.provider.db().begin().await.unwrap();
        assert!(update_client_state(&mut tx, place, ClientState::Disabled, now).await.unwrap());
        tx.commit().await.unwrap();
        self.provider.app.clients.reload(self.provider.db()).await.unwrap();
    }

    /// Ends the user's session.
    pub async fn log_out(&mut self, id_token: &str) {
        self.browser.get(&format!("/VX7/logout?id_token_hint={id_token}")).await;
        assert_eq!(self.browser.session(), None, "the user is logged out");
    }

    /// Gives the client another secret; the former one is good for `overlap` more.
    pub async fn change_secret(&self, secret: &str, overlap: Duration) -> TestClient {
        change_secret(&self.provider, &self.client, secret, overlap).await
    }
}

/// Gives a client of VX7 another secret.
pub async fn change_secret(provider: &Provider, client: &TestClient, secret: &str, overlap: Duration) -> TestClient {
    let hash = tegata::client::hash_client_secret(&provider.app.master, secret);
    let now = provider.clock.now();
    let mut tx = provider.db().begin().await.unwrap();
    let place = (&BrandCode::new("VX7"), &ClientId::new(&client.id));
    assert!(tegata::client::update_secret(&mut tx, place, hash, now.plus(overlap), now).await.unwrap());
    tx.commit().await.unwrap();
    provider.app.clients.reload(provider.db()).await.unwrap();
    TestClient { secret: Some(secret.to_owned()), ..client.clone() }
}

/// A form to be changed at will.
#[derive(Clone, Debug)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// From its fields.
    pub fn of(fields: &[(&str, &str)]) -> Self {
        Self(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// The exchange of a code.
    pub fn code(client: &TestClient, code: &str) -> Self {
        Self::of(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &client.redirect_uri),
            ("code_verifier", VERIFIER),
        ])
    }

    /// A refresh.
    pub fn refresh(token: &str) -> Self {
        Self::of(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// A client in its own name.
    pub fn credentials() -> Self {
        Self::of(&[("grant_type", "client_credentials")])
    }

    /// With one more field, in place of those of its name.
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut form = self.without(name);
        form.0.push((name.to_owned(), value.to_owned()));
        form
    }

    /// With one more field beside those of its name.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a field.
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(own, _)| own != name);
        self
    }

    /// The fields.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// A key pair of a client, held by another library than ours.
pub struct ClientKey {
    signer: Box<dyn JwsSigner>,
    /// The public part, as registered.
    pub public: Value,
}

impl ClientKey {
    /// A P-256 key.
    pub fn new(kid: &str) -> Self {
        Self::of(Algorithm::Es256, kid)
    }

    /// A key for an algorithm.
    pub fn of(alg: Algorithm, kid: &str) -> Self {
        let jwk = match alg {
            Algorithm::Es256 => Jwk::generate_ec_key(EcCurve::P256),
            Algorithm::EdDsa => Jwk::generate_ed_key(EdCurve::Ed25519),
            Algorithm::Rs256 | Algorithm::Ps256 => Jwk::generate_rsa_key(2048),
        }
        .unwrap();
        let signer: Box<dyn JwsSigner> = match alg {
            Algorithm::Es256 => Box::new(jws::ES256.signer_from_jwk(&jwk).unwrap()),
            Algorithm::EdDsa => Box::new(jws::EdDSA.signer_from_jwk(&jwk).unwrap()),
            Algorithm::Rs256 => Box::new(jws::RS256.signer_from_jwk(&jwk).unwrap()),
            Algorithm::Ps256 => Box::new(jws::PS256.signer_from_jwk(&jwk).unwrap()),
        };
        let mut public = serde_json::to_value(jwk.to_public_key().unwrap()).unwrap();
        public["kid"] = kid.into();
        Self { signer, public }
    }

    /// Signs any two texts.
    pub fn sign(&self, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", encode(header), encode(payload));
        let signature = self.signer.sign(message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// An assertion with a plain header.
    pub fn assertion(&self, claims: &Value) -> String {
        self.sign(r#"{"alg":"ES256"}"#, &claims.to_string())
    }
}

/// base64url of a text.
pub fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// The header of a JWT, not verified.
pub fn header(jwt: &str) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(jwt.split('.').next().unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// The published keys.
pub async fn jwks(program: &Program) -> Value {
    program.get("/VX7/jwks.json", &[]).await.json()
}

/// Verifies a JWT as a stranger does: with the published key that its `kid` names, and another library than ours.
pub async fn verify(program: &Program, jwt: &str) -> Option<Value> {
    let header = header(jwt);
    let keys = jwks(program).await;
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"])?;
    assert_eq!(key["alg"], header["alg"], "the key says what it is for");
    let jwk: Jwk = serde_json::from_value(key.clone()).unwrap();
    let verifier: Box<dyn JwsVerifier> = match header["alg"].as_str().unwrap() {
        "ES256" => Box::new(jws::ES256.verifier_from_jwk(&jwk).unwrap()),
        "RS256" => Box::new(jws::RS256.verifier_from_jwk(&jwk).unwrap()),
        "PS256" => Box::new(jws::PS256.verifier_from_jwk(&jwk).unwrap()),
        "EdDSA" => Box::new(jws::EdDSA.verifier_from_jwk(&jwk).unwrap()),
        other => panic!("{other} was not offered"),
    };
    assert_eq!(verifier.algorithm().name(), header["alg"]);
    let (payload, _) = jws::deserialize_compact(jwt, &*verifier).ok()?;
    Some(serde_json::from_slice(&payload).unwrap())
}

/// Asserts a protocol error: its status, its code, and that nothing keeps or embeds it.
#[track_caller]
pub fn assert_error(answer: &Answer, status: u16, code: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.body);
    let body = answer.json();
    assert_eq!(body["error"], code, "{what}: {}", answer.body);
    assert!(body["error_description"].is_string(), "{what}");
    assert_unkept(answer, what);
}

/// Asserts that no cache may keep an answer (`security.md` line 37).
#[track_caller]
pub fn assert_unkept(answer: &Answer, what: &str) {
    assert!(answer.header("cache-control").contains("no-store"), "{what}: {:?}", answer.headers);
}

/// The answer of introspection about everything that is not to be known.
pub fn inactive() -> Value {
    json!({"active": false})
}
