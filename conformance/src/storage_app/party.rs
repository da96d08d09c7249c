//! One relying party: a brand's storage application, or a brand's partner application. Every handler below a party's
//! path gets it as its state.

use super::config::{Brand, Config};
use super::cookie;
use super::http::HttpClient;
use super::provider::{Metadata, Provider, RelyingParty};
use super::session::{Session, Sessions};
use anyhow::Context as _;
use axum::http::{HeaderMap, HeaderValue};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, RedirectUrl};
use std::sync::Arc;

/// What all parties share.
pub struct Shared {
    pub config: Config,
    /// Served over https: cookies get their strongest form.
    pub secure: bool,
}

impl Shared {
    pub fn new(mut config: Config) -> anyhow::Result<Self> {
        config.base_url.truncate(config.base_url.trim_end_matches('/').len());
        let url = url::Url::parse(&config.base_url).context("base_url")?;
        Ok(Self { secure: url.scheme() == "https", config })
    }
}

/// One relying party.
pub struct Party {
    pub shared: Arc<Shared>,
    pub brand: Brand,
    /// Path below the base URL, e.g. `/VX7` or `/VX7/partner`.
    pub path: String,
    /// Name on the pages.
    pub name: String,
    /// Third-party application: fewer scopes, and the provider asks for consent.
    pub third_party: bool,
    pub provider: Arc<Provider>,
    pub sessions: Sessions,
    client_id: ClientId,
    client_secret: ClientSecret,
    redirect_uri: RedirectUrl,
}

/// Every party of the configuration.
pub fn all(shared: &Arc<Shared>) -> anyhow::Result<Vec<Party>> {
    let http = HttpClient::new()?;
    let mut parties = Vec::new();
    for brand in &shared.config.brands {
        let issuer = IssuerUrl::new(brand.issuer.clone()).with_context(|| format!("issuer of {}", brand.code))?;
        let provider = Arc::new(Provider::new(issuer, http.clone()));
        let path = format!("/{}", brand.code);
        let credentials = (brand.client_id.clone(), brand.client_secret.clone());
        parties.push(Party::new(shared, brand, path, credentials, provider.clone())?);
        if let Some(partner) = &brand.partner {
            let path = format!("/{}/partner", brand.code);
            let credentials = (partner.client_id.clone(), partner.client_secret.clone());
            let mut party = Party::new(shared, brand, path, credentials, provider)?;
            party.name.clone_from(&partner.name);
            party.third_party = true;
            parties.push(party);
        }
    }
    Ok(parties)
}

impl Party {
    fn new(
        shared: &Arc<Shared>,
        brand: &Brand,
        path: String,
        (client_id, client_secret): (String, String),
        provider: Arc<Provider>,
    ) -> anyhow::Result<Self> {
        let redirect_uri = RedirectUrl::new(format!("{}{path}/callback", shared.config.base_url))?;
        Ok(Self {
            shared: shared.clone(),
            brand: brand.clone(),
            name: brand.name.clone(),
            path,
            third_party: false,
            provider,
            sessions: Sessions::new(),
            client_id: ClientId::new(client_id),
            client_secret: ClientSecret::new(client_secret),
            redirect_uri,
        })
    }

    /// The OpenID Connect client of this party against `metadata`.
    pub fn client(&self, metadata: &Metadata) -> RelyingParty {
        RelyingParty::from_provider_metadata(metadata.clone(), self.client_id.clone(), Some(self.client_secret.clone()))
            .set_redirect_uri(self.redirect_uri.clone())
    }

    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Absolute address of `rest` below this party.
    pub fn url(&self, rest: &str) -> String {
        format!("{}{}{rest}", self.shared.config.base_url, self.path)
    }

    /// Name of a cookie of this party alone.
    pub fn cookie_name(&self, what: &str) -> String {
        let own = self.path.trim_start_matches('/').replace('/', "-");
        let line = if self.shared.config.line { "-line" } else { "" };
        cookie::name(&format!("{what}-{own}{line}"), self.shared.secure)
    }

    /// A `Set-Cookie` value for a cookie of this party.
    pub fn set_cookie(&self, what: &str, value: Option<&str>) -> HeaderValue {
        cookie::set(&self.cookie_name(what), value, self.shared.secure)
    }

    /// The session the browser of `headers` has here, with its id.
    pub fn find_session(&self, headers: &HeaderMap) -> Option<(String, Arc<Session>)> {
        let id = cookie::find(headers, &self.cookie_name("session"))?;
        Some((id.to_owned(), self.sessions.signed_in.find(id)?))
    }
}
