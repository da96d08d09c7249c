//! What Facebook sends by itself: `signed_request` to the deauthorize and deletion callbacks of an app, well made or
//! with one flaw. Form `signed_request=<b64url(HMAC-SHA256)>.<b64url(JSON)>`.

use super::super::browser;
use super::super::control::find;
use super::super::host::Host;
use super::super::hub::Hub;
use super::super::jose::base64url;
use super::super::model::User;
use super::scoped_id;
use anyhow::Context as _;
use aws_lc_rs::hmac;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// What is wrong with a signed request.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedRequestFlaw {
    /// Signed with another secret.
    BadSignature,
    /// `algorithm` is `HMAC-SHA1`; the signature is a right HMAC-SHA256.
    WrongAlgorithm,
    /// No `algorithm`.
    MissingAlgorithm,
    /// `issued_at` of last week.
    OldIssuedAt,
    /// `issued_at` of tomorrow.
    FutureIssuedAt,
    /// `user_id` that nobody has.
    UnknownUser,
    /// No dot.
    Malformed,
    /// The signature is padded (`=`), which base64url here never is.
    PaddedSignature,
}

impl SignedRequestFlaw {
    /// One of each.
    pub const ALL: &'static [Self] = &[
        Self::BadSignature,
        Self::WrongAlgorithm,
        Self::MissingAlgorithm,
        Self::OldIssuedAt,
        Self::FutureIssuedAt,
        Self::UnknownUser,
        Self::Malformed,
        Self::PaddedSignature,
    ];
}

/// A notice of Facebook's own.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SignedRequest {
    /// App id.
    pub app: String,
    /// Name of the person.
    pub user: String,
    /// What is wrong with it; nothing by default.
    #[serde(default)]
    pub flaw: Option<SignedRequestFlaw>,
}

/// What the app answered.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// Status of the callback.
    pub status: u16,
    /// Its body.
    pub body: String,
    /// Status of the page that a deletion's answer names in `url`, if it names one.
    pub status_page: Option<u16>,
}

impl SignedRequest {
    /// Without flaw.
    pub fn new(app: &str, user: &str) -> Self {
        Self { app: app.to_owned(), user: user.to_owned(), flaw: None }
    }

    /// With a flaw.
    #[must_use]
    pub fn flawed(self, flaw: SignedRequestFlaw) -> Self {
        Self { flaw: Some(flaw), ..self }
    }
}

impl Host {
    /// Facebook: the id of a person at an app, as `/me` and signed requests have it.
    pub fn facebook_id(&self, user: &str, app: &str) -> Option<String> {
        self.user(user).map(|user| scoped_id(&user, app))
    }

    /// Facebook: the value of the form parameter `signed_request`.
    pub fn signed_request(&self, request: &SignedRequest) -> String {
        use SignedRequestFlaw as Flaw;
        let flaw = request.flaw;
        let now = self.now();
        let unknown = User::new("nobody at all", "", "");
        let user = self.user(&request.user).filter(|_| flaw != Some(Flaw::UnknownUser)).unwrap_or(unknown);
        let mut payload = json!({
            "user_id": scoped_id(&user, &request.app),
            "algorithm": "HMAC-SHA256",
            "issued_at": match flaw {
                Some(Flaw::OldIssuedAt) => now - 7 * 86_400,
                Some(Flaw::FutureIssuedAt) => now + 86_400,
                _ => now,
            },
        });
        match flaw {
            Some(Flaw::WrongAlgorithm) => payload["algorithm"] = json!("HMAC-SHA1"),
            Some(Flaw::MissingAlgorithm) => {
                drop(payload.as_object_mut().and_then(|members| members.remove("algorithm")))
            }
            _ => (),
        }
        let payload = base64url(payload.to_string());
        let client = self.client(&request.app).unwrap_or_default();
        let secret: &[u8] = if flaw == Some(Flaw::BadSignature) { b"another secret" } else { client.secret_bytes() };
        let signature = base64url(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), payload.as_bytes()));
        match flaw {
            Some(Flaw::Malformed) => format!("{signature}{payload}"),
            Some(Flaw::PaddedSignature) => format!("{signature}=.{payload}"),
            _ => format!("{signature}.{payload}"),
        }
    }

    /// Facebook: tells the app at `url` (its deauthorize or deletion callback); if the answer names a status page,
    /// opens that too, as people do.
    ///
    /// # Errors
    /// The app cannot be reached.
    pub async fn send_signed_request(&self, url: &str, request: &SignedRequest) -> anyhow::Result<Told> {
        let value = self.signed_request(request);
        // The app is not one of the simulated names, so it is found and believed as anything else is.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .tls_certs_merge(browser::authorities(self.ground())?)
            .build()?;
        let response =
            client.post(url).form(&[("signed_request", value)]).send().await.context("the app's callback")?;
        let status = response.status().as_u16();
        let body = response.text().await?;
        let page =
            serde_json::from_str::<Value>(&body).ok().and_then(|answer| answer["url"].as_str().map(str::to_owned));
        let status_page = match page {
            Some(page) => Some(client.get(page).send().await.context("the status page")?.status().as_u16()),
            None => None,
        };
        Ok(Told { status, body, status_page })
    }
}

/// Which notice to send.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The person removed the app.
    Deauthorize,
    /// The person wants their data deleted.
    Deletion,
}

/// A notice to send now.
#[derive(Deserialize)]
pub struct Order {
    #[serde(flatten)]
    request: SignedRequest,
    notice: Notice,
}

/// `POST /__sim/fb/signed-requests`: sends a notice to the address the client registered for it.
pub async fn control(State(hub): State<Arc<Hub>>, Path(name): Path<String>, Json(order): Json<Order>) -> Response {
    let host = match find(&hub, &name) {
        Ok(host) => host,
        Err(refusal) => return *refusal,
    };
    let client = host.client(&order.request.app).unwrap_or_default();
    let url = match order.notice {
        Notice::Deauthorize => client.deauthorize_url,
        Notice::Deletion => client.deletion_url,
    };
    let Some(url) = url else {
        return (StatusCode::UNPROCESSABLE_ENTITY, "the client has no address for this notice\n").into_response();
    };
    match host.send_signed_request(&url, &order.request).await {
        Ok(told) => Json(told).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, format!("{error:#}\n")).into_response(),
    }
}
