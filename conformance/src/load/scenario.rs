//! What one user repeats.

use super::browser::Browser;
use super::connection::{Connection, Failure};
use super::flow::{self, Credentials};
use super::target::Target;
use anyhow::bail;
use bytes::Bytes;
use clap::ValueEnum;
use http_body_util::Full;
use hyper::{Method, Request, StatusCode, header};
use std::sync::Arc;

/// The kinds of load.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Scenario {
    /// Full code + PKCE sign-in with password, by a new browser each time
    SignIn,
    /// Code + PKCE with an existing session, then the exchange
    SingleSignOn,
    /// Access token for the client itself
    ClientCredentials,
    /// Refresh, each time with the newest refresh token
    Refresh,
    /// Introspection of one access token
    Introspection,
    /// Claims for one access token
    Userinfo,
    /// Discovery document
    Discovery,
    /// Key set
    Jwks,
    /// Any `METHOD PATH` (absolute path)
    Raw,
}

/// One user.
pub struct User {
    browser: Browser,
    credentials: Arc<Credentials>,
    email: String,
    scenario: Scenario,
    /// The request of scenarios that repeat one.
    request: Option<Request<Full<Bytes>>>,
    refresh_token: String,
}

impl User {
    /// A user who signs in as `email`; `raw` is method and path of the scenario of that name.
    ///
    /// # Errors
    /// `raw` is missing, malformed, or given to another scenario.
    pub fn new(
        target: Arc<Target>,
        credentials: Arc<Credentials>,
        email: String,
        scenario: Scenario,
        raw: &[String],
    ) -> anyhow::Result<Self> {
        let request = match (scenario, raw) {
            (Scenario::Discovery, []) => Some(get(&target.path("/.well-known/openid-configuration"))?),
            (Scenario::Jwks, []) => Some(get(&target.path("/jwks.json"))?),
            (Scenario::Raw, [method, path]) => {
                let method = Method::from_bytes(method.as_bytes())?;
                Some(Request::builder().method(method).uri(path).body(Full::default())?)
            }
            (Scenario::Raw, _) => bail!("raw needs a method and a path, e.g. `raw GET /healthz`"),
            (_, []) => None,
            _ => bail!("only raw takes a method and a path"),
        };
        let browser = Browser::new(Connection::new(target));
        Ok(Self { browser, credentials, email, scenario, request, refresh_token: String::new() })
    }

    /// What must be there before the measurement: a session, a token.
    pub async fn prepare(&mut self) -> Result<(), Failure> {
        match self.scenario {
            Scenario::SignIn | Scenario::ClientCredentials => Ok(()),
            Scenario::Discovery | Scenario::Jwks | Scenario::Raw => Ok(()),
            Scenario::SingleSignOn => self.sign_in().await.map(drop),
            Scenario::Refresh => {
                let tokens = self.sign_in().await?;
                self.refresh_token = tokens.refresh_token.ok_or_else(|| Failure::new("no_refresh_token"))?;
                Ok(())
            }
            Scenario::Introspection => {
                let tokens = flow::client_credentials(self.browser.connection(), &self.credentials).await?;
                let pairs = [("token", tokens.access_token.as_str())];
                let connection = self.browser.connection();
                self.request = Some(flow::form_request(connection, &self.credentials, "/introspect", &pairs)?);
                Ok(())
            }
            Scenario::Userinfo => {
                let tokens = self.sign_in().await?;
                let path = self.browser.connection().target().path("/userinfo");
                let request = Request::get(path)
                    .header(header::AUTHORIZATION, format!("Bearer {}", tokens.access_token))
                    .body(Full::default());
                self.request = Some(request.map_err(|_| Failure::new("bad_request"))?);
                Ok(())
            }
        }
    }

    /// Once around; returns the bytes received.
    pub async fn once(&mut self) -> Result<u64, Failure> {
        match self.scenario {
            Scenario::SignIn => {
                self.browser.forget();
                self.browser.bytes = 0;
                self.sign_in().await?;
                Ok(self.browser.bytes)
            }
            Scenario::SingleSignOn => {
                self.browser.bytes = 0;
                self.sign_in().await?;
                Ok(self.browser.bytes)
            }
            Scenario::ClientCredentials => {
                flow::client_credentials(self.browser.connection(), &self.credentials).await?;
                Ok(0)
            }
            Scenario::Refresh => {
                let old = &self.refresh_token;
                let tokens = flow::refresh(self.browser.connection(), &self.credentials, old).await?;
                // A confidential client may keep its refresh token; a rotated one replaces it.
                if let Some(token) = tokens.refresh_token {
                    self.refresh_token = token;
                }
                Ok(0)
            }
            _ => {
                let Some(request) = &self.request else { return Err(Failure::new("not_prepared")) };
                let request = request.clone();
                let answer = self.browser.connection().send(request).await?.expect(StatusCode::OK)?;
                if self.scenario == Scenario::Introspection && !answer.body.starts_with(b"{\"active\":true") {
                    check_active(&answer.body)?;
                }
                Ok(answer.body.len() as u64)
            }
        }
    }

    async fn sign_in(&mut self) -> Result<flow::Tokens, Failure> {
        let code = flow::authorize(&mut self.browser, &self.credentials, &self.email).await?;
        flow::redeem(self.browser.connection(), &self.credentials, &code).await
    }
}

/// The slow look, for a provider that writes `active` elsewhere than first.
fn check_active(body: &[u8]) -> Result<(), Failure> {
    let answer: serde_json::Value = serde_json::from_slice(body).map_err(|_| Failure::new("not_json"))?;
    if answer["active"] == true { Ok(()) } else { Err(Failure::new("inactive")) }
}

fn get(path: &str) -> anyhow::Result<Request<Full<Bytes>>> {
    Ok(Request::get(path).body(Full::default())?)
}
