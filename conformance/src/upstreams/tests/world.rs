//! A relying party made of an HTTP client.

use super::super::*;
use crate::upstreams::browser;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

pub const CALLBACK: &str = "https://rp.example/callback";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Providers, and a client that talks to them as a server does.
pub struct World {
    pub upstreams: Upstreams,
    pub http: reqwest::Client,
}

pub struct Reply {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub text: String,
}

impl Reply {
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap().to_owned()
    }
}

impl World {
    pub async fn start() -> Self {
        let upstreams = Upstreams::start(Scheme::Https).await.unwrap();
        let http = browser::client(upstreams.inner.hub.ground()).unwrap();
        Self { upstreams, http }
    }

    pub async fn get(&self, url: &str) -> Reply {
        Reply::of(self.http.get(url).send().await.unwrap()).await
    }

    pub async fn post(&self, url: &str, form: &[(&str, &str)]) -> Reply {
        Reply::of(self.http.post(url).form(form).send().await.unwrap()).await
    }

    pub async fn post_basic(&self, url: &str, client: (&str, &str), form: &[(&str, &str)]) -> Reply {
        let request = self.http.post(url).basic_auth(client.0, Some(client.1)).form(form);
        Reply::of(request.send().await.unwrap()).await
    }

    /// The code a person brings back.
    pub async fn code(&self, authorize: &str, user: &str) -> String {
        let callback = self.upstreams.sign_in(&authorize.parse().unwrap(), user).await.unwrap();
        query_value(&callback, "code").unwrap_or_else(|_| panic!("no code: {callback}"))
    }

    /// An error the browser is sent back with.
    pub async fn refused(&self, authorize: &str) -> String {
        match self.upstreams.browser().unwrap().open(&authorize.parse().unwrap()).await.unwrap() {
            Arrival::Redirect(url) => query_value(&url, "error").unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Status and text of the page the browser stays at.
    pub async fn page(&self, url: &str) -> (u16, String) {
        match self.upstreams.browser().unwrap().open(&url.parse().unwrap()).await.unwrap() {
            Arrival::Page { status, body } => (status.as_u16(), body),
            other => panic!("{other:?}"),
        }
    }
}

/// An address with parameters.
pub fn url(base: &str, params: &[(&str, &str)]) -> String {
    Url::parse_with_params(base, params).unwrap().to_string().replace('+', "%20")
}

pub fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

pub fn claims(reply: &Reply) -> Value {
    let json = reply.json();
    part(json["id_token"].as_str().unwrap_or_else(|| panic!("no ID token: {json}")), 1)
}

/// Whether `jwks` has the key that made the signature (RS256).
pub fn verifies(token: &str, jwks: &Value) -> bool {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let bytes = |value: &Value| URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap();
    jwks["keys"].as_array().unwrap().iter().any(|key| {
        let (n, e) = (bytes(&key["n"]), bytes(&key["e"]));
        let public = aws_lc_rs::signature::RsaPublicKeyComponents { n, e };
        let scheme = &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
        public.verify(scheme, input.as_bytes(), &signature).is_ok()
    })
}
