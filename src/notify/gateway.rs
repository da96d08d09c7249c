//! SMS providers over HTTP: one request, and what its answer means.

use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde_json::json;
use url::Url;

use super::carrier::{CarrierError, read_secret};
use super::message::SmsBody;
use crate::config::{SmsRouteConfig, SmsRouteKind};
use crate::id::MessageId;
use crate::secret::Secret;

/// A provider.
pub struct SmsRoute {
    /// What brands and logs call it.
    pub name: String,
    kind: SmsRouteKind,
    url: Url,
    from: String,
    auth: Auth,
    client: Client,
}

enum Auth {
    None,
    Basic(String, Secret<String>),
    Bearer(Secret<String>),
}

/// What came of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum SmsOutcome {
    /// The provider has it.
    Accepted,
    /// It has not: another provider may be asked. `hopeless`: it would say the same again.
    Refused {
        /// `http_503`
        code: String,
        /// It found fault with the message, not with itself or with us.
        hopeless: bool,
    },
    /// It did not answer: it may have it.
    Unknown,
}

/// The one client of all providers: no redirects, no proxy out of the environment.
///
/// # Errors
/// When the system's certificates cannot be read.
pub fn client(timeout: Duration) -> Result<Client, CarrierError> {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(timeout)
        .timeout(timeout)
        .pool_max_idle_per_host(4)
        .user_agent(concat!("tegata/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(CarrierError::Client)
}

impl SmsRoute {
    /// From its settings.
    pub fn load(config: &SmsRouteConfig, client: Client) -> Result<Self, CarrierError> {
        let auth = match (&config.username, &config.password_file, &config.token_file) {
            (Some(user), Some(file), _) => Auth::Basic(user.clone(), read_secret(file)?),
            (_, _, Some(file)) => Auth::Bearer(read_secret(file)?),
            _ => Auth::None,
        };
        Ok(Self {
            name: config.name.clone(),
            kind: config.kind,
            url: config.url.clone(),
            from: config.from.clone(),
            auth,
            client,
        })
    }

    /// Hands an SMS over. The id is its idempotency key: the provider sends it once however often it is asked.
    pub async fn send(&self, id: &MessageId, sms: &SmsBody) -> SmsOutcome {
        match self.request(id, sms).send().await {
            // The answer's text is nobody's business; dropping it unread bounds it.
            Ok(answer) if answer.status().is_success() => SmsOutcome::Accepted,
            Ok(answer) => {
                let status = answer.status().as_u16();
                SmsOutcome::Refused {
                    code: format!("http_{status}"),
                    hopeless: matches!(status, 400 | 404 | 413 | 422),
                }
            }
            Err(error) if error.is_connect() || error.is_builder() => {
                SmsOutcome::Refused { code: "unreachable".to_owned(), hopeless: false }
            }
            Err(_) => SmsOutcome::Unknown,
        }
    }

    fn request(&self, id: &MessageId, sms: &SmsBody) -> RequestBuilder {
        let request = self.client.post(self.url.clone());
        let request = match &self.auth {
            Auth::None => request,
            Auth::Basic(user, password) => request.basic_auth(user, Some(password.expose())),
            Auth::Bearer(token) => request.bearer_auth(token.expose()),
        };
        match self.kind {
            SmsRouteKind::Json => request.header("Idempotency-Key", id.as_str()).json(&json!({
                "to": sms.to,
                "from": self.from,
                "text": sms.text,
                "idempotency_key": id.as_str(),
            })),
            SmsRouteKind::Twilio => request.header("I-Twilio-Idempotency-Token", id.as_str()).form(&[
                ("To", sms.to.as_str()),
                ("From", self.from.as_str()),
                ("Body", sms.text.as_str()),
            ]),
        }
    }
}
