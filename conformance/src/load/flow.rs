//! The steps of the protocol as a client and its user take them: OpenID Connect Core 1.0 §3.1, RFC 6749, RFC 7662.

use super::browser::{Arrival, Browser, encode};
use super::connection::{Answer, Connection, Failure};
use super::html::Form;
use crate::random;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{self, HeaderValue};
use hyper::{Request, StatusCode};
use std::borrow::Cow;
use url::Url;
use url::form_urlencoded::byte_serialize;

/// A client and the password of its users.
pub struct Credentials {
    /// Client id.
    pub client_id: String,
    /// `None`: a public client.
    pub client_secret: Option<String>,
    /// Redirect URI, as registered.
    pub redirect_uri: String,
    /// Scope, separated by blanks.
    pub scope: String,
    /// Password of the client's users.
    pub password: String,
}

/// What the token endpoint issued.
#[derive(Clone)]
pub struct Tokens {
    /// The access token.
    pub access_token: String,
    /// The refresh token, if one was issued.
    pub refresh_token: Option<String>,
}

/// A code and what is needed to redeem it.
#[derive(Clone)]
pub struct Code {
    /// The code.
    pub code: String,
    /// PKCE verifier (RFC 7636 §4.1).
    pub verifier: String,
}

impl Credentials {
    /// `Authorization` of a confidential client, RFC 6749 §2.3.1.
    pub fn basic(&self) -> Option<HeaderValue> {
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encoded(&self.client_id), encoded(self.client_secret.as_ref()?));
        HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair))).ok()
    }
}

/// Asks for a code. Without a session at the provider, signs in as `email` on its login page.
pub async fn authorize(browser: &mut Browser, client: &Credentials, email: &str) -> Result<Code, Failure> {
    let (state, verifier) = (random::token(), random::token());
    let url = authorization_url(browser, client, &state, &verifier, None)?;
    let away = &client.redirect_uri;
    let answer = match browser.open(url, away).await? {
        Arrival::Away(answer) => answer,
        Arrival::Page(address, page) => {
            let page = page.expect(StatusCode::OK)?;
            let html = String::from_utf8_lossy(&page.body);
            let form = Form::with_password(&html).ok_or_else(|| Failure::new("no_login_form"))?;
            let action = address.join(&form.action).map_err(|_| Failure::new("bad_form"))?;
            match browser.submit(action, &form.fill(email, &client.password), away).await? {
                Arrival::Away(answer) => answer,
                Arrival::Page(_, page) if page.status == StatusCode::OK => return Err(Failure::new("login_refused")),
                Arrival::Page(_, page) => return Err(Failure(format!("login_status_{}", page.status.as_u16()))),
            }
        }
    };
    read_answer(&answer, &state, verifier)
}

/// Asks for a code with `prompt=none`: only a living session gets one (OpenID Connect Core 1.0 §3.1.2.1).
pub async fn authorize_silently(browser: &mut Browser, client: &Credentials) -> Result<Code, Failure> {
    let (state, verifier) = (random::token(), random::token());
    let url = authorization_url(browser, client, &state, &verifier, Some("none"))?;
    match browser.open(url, &client.redirect_uri).await? {
        Arrival::Away(answer) => read_answer(&answer, &state, verifier),
        Arrival::Page(_, page) => Err(Failure(format!("page_instead_of_code_{}", page.status.as_u16()))),
    }
}

fn authorization_url(
    browser: &mut Browser,
    client: &Credentials,
    state: &str,
    verifier: &str,
    prompt: Option<&str>,
) -> Result<Url, Failure> {
    let target = browser.connection().target();
    let challenge = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
    let mut query = encode(&[
        ("response_type", "code"),
        ("client_id", &client.client_id),
        ("redirect_uri", &client.redirect_uri),
        ("scope", &client.scope),
        ("state", state),
        ("nonce", state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    if let Some(prompt) = prompt {
        query.push('&');
        query.push_str(&encode(&[("prompt", prompt)]));
    }
    target.base.join(&format!("{}?{query}", target.path("/authorize"))).map_err(|_| Failure::new("bad_url"))
}

fn read_answer(answer: &Url, state: &str, verifier: String) -> Result<Code, Failure> {
    let find = |name: &str| answer.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
    if let Some(error) = find("error") {
        return Err(Failure(format!("authorization_{error}")));
    }
    if find("state").as_deref() != Some(state) {
        return Err(Failure::new("state_mismatch"));
    }
    let code = find("code").map(Cow::into_owned).ok_or_else(|| Failure::new("no_code"))?;
    Ok(Code { code, verifier })
}

/// Redeems a code.
pub async fn redeem(connection: &mut Connection, client: &Credentials, code: &Code) -> Result<Tokens, Failure> {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &code.code),
        ("redirect_uri", &client.redirect_uri),
        ("code_verifier", &code.verifier),
    ];
    tokens(&token_request(connection, client, &pairs).await?)
}

/// Redeems a refresh token.
pub async fn refresh(connection: &mut Connection, client: &Credentials, token: &str) -> Result<Tokens, Failure> {
    let answer =
        token_request(connection, client, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await?;
    tokens(&answer)
}

/// An access token for the client itself.
pub async fn client_credentials(connection: &mut Connection, client: &Credentials) -> Result<Tokens, Failure> {
    tokens(&token_request(connection, client, &[("grant_type", "client_credentials")]).await?)
}

async fn token_request(
    connection: &mut Connection,
    client: &Credentials,
    pairs: &[(&str, &str)],
) -> Result<Answer, Failure> {
    let request = form_request(connection, client, "/token", pairs)?;
    let answer = connection.send(request).await?;
    if answer.status == StatusCode::OK {
        return Ok(answer);
    }
    let code = answer.member("error").unwrap_or_else(|| answer.status.as_u16().to_string());
    Err(Failure(format!("token_{code}")))
}

/// A request to an endpoint that authenticates the client.
pub fn form_request(
    connection: &Connection,
    client: &Credentials,
    endpoint: &str,
    pairs: &[(&str, &str)],
) -> Result<Request<Full<Bytes>>, Failure> {
    let mut request = Request::post(connection.target().path(endpoint))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let mut body = encode(pairs);
    match client.basic() {
        Some(basic) => request = request.header(header::AUTHORIZATION, basic),
        None => {
            body.push('&');
            body.push_str(&encode(&[("client_id", &client.client_id)]));
        }
    }
    request.body(Full::new(Bytes::from(body))).map_err(|_| Failure::new("bad_request"))
}

fn tokens(answer: &Answer) -> Result<Tokens, Failure> {
    let access_token = answer.member("access_token").ok_or_else(|| Failure::new("no_access_token"))?;
    Ok(Tokens { access_token, refresh_token: answer.member("refresh_token") })
}
