//! A browser for tests: real HTTP, cookies, no JavaScript, redirects followed only as far as the provider goes.

use super::ground::Ground;
use super::sign_in::SIGN_IN;
use anyhow::{Context as _, anyhow, bail};
use axum::http::{StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Certificate, Client, RequestBuilder, Response};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use url::{Url, form_urlencoded};

const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// Where a request to a provider ended.
#[derive(Clone, Debug)]
pub enum Arrival {
    /// It sends the browser somewhere.
    Redirect(Url),
    /// It shows a page, the sign-in page or an error.
    Page {
        /// Status.
        status: StatusCode,
        /// HTML.
        body: String,
    },
    /// It has the browser post a form (`response_mode=form_post`).
    Form {
        /// Where to.
        action: Url,
        /// What.
        fields: Vec<(String, String)>,
    },
}

/// A browser; clones share cookies.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    user_agent: String,
    cookies: Arc<Mutex<BTreeMap<(String, String), String>>>,
}

impl Browser {
    /// A browser without cookies that finds all simulated names.
    ///
    /// # Errors
    /// The client cannot be built.
    pub(super) fn new(ground: &Ground) -> anyhow::Result<Self> {
        let client = client(ground)?;
        Ok(Self { client, user_agent: USER_AGENT.to_owned(), cookies: Arc::default() })
    }

    /// The same browser, cookies included, under another name.
    #[must_use]
    pub fn with_user_agent(&self, user_agent: &str) -> Self {
        Self { user_agent: user_agent.to_owned(), ..self.clone() }
    }

    /// Opens an address and follows redirects only while they stay at the provider.
    ///
    /// # Errors
    /// The provider cannot be reached.
    pub async fn open(&self, url: &Url) -> anyhow::Result<Arrival> {
        self.send(self.client.get(url.clone()), url).await
    }

    /// Opens the sign-in page at `authorize_url` and chooses `user`; the callback's address, not followed. A form that
    /// would be posted is given as its address with the fields in the query.
    ///
    /// # Errors
    /// The provider shows something else.
    pub async fn sign_in(&self, authorize_url: &Url, user: &str) -> anyhow::Result<Url> {
        self.choose(authorize_url, ("user", user)).await
    }

    /// Opens the sign-in page and cancels; the callback's address.
    ///
    /// # Errors
    /// The provider shows something else.
    pub async fn cancel(&self, authorize_url: &Url) -> anyhow::Result<Url> {
        self.choose(authorize_url, ("cancel", "1")).await
    }

    /// What [`Self::sign_in`] does, with whatever comes of it.
    ///
    /// # Errors
    /// There is no sign-in page.
    pub async fn submit(&self, page: &str, at: &Url, choice: (&str, &str)) -> anyhow::Result<Arrival> {
        let login = hidden(page, "login").context("the page is not the sign-in page")?;
        let action = at.join(SIGN_IN)?;
        let request = self.client.post(action.clone()).form(&[("login", login.as_str()), choice]);
        self.send(request, &action).await
    }

    async fn choose(&self, authorize_url: &Url, choice: (&str, &str)) -> anyhow::Result<Url> {
        let arrival = match self.open(authorize_url).await? {
            Arrival::Page { status: StatusCode::OK, body } => self.submit(&body, authorize_url, choice).await?,
            // Somebody is signed in already.
            other => other,
        };
        match arrival {
            Arrival::Redirect(url) => Ok(url),
            Arrival::Form { mut action, fields } => {
                action.query_pairs_mut().extend_pairs(fields);
                Ok(action)
            }
            Arrival::Page { status, body } => bail!("the provider stays at a page ({status}): {}", headline(&body)),
        }
    }

    /// Answers a challenge for integrated authentication with the ticket of `user`, as a browser inside the company
    /// does, and goes on.
    ///
    /// # Errors
    /// The provider cannot be reached.
    pub async fn open_integrated(&self, url: &Url, user: &str) -> anyhow::Result<Arrival> {
        let ticket = format!("Negotiate {}", STANDARD.encode(user));
        self.send(self.client.get(url.clone()).header(header::AUTHORIZATION, ticket), url).await
    }

    async fn send(&self, request: RequestBuilder, url: &Url) -> anyhow::Result<Arrival> {
        let request =
            request.header(header::USER_AGENT, &self.user_agent).header(header::COOKIE, self.cookies_for(url));
        let response = request.send().await.with_context(|| url.origin().ascii_serialization())?;
        self.keep_cookies(url, &response);
        let status = response.status();
        if let Some(location) = response.headers().get(header::LOCATION) {
            return Ok(Arrival::Redirect(url.join(location.to_str()?)?));
        }
        let body = response.text().await?;
        match form(&body) {
            Some((action, fields)) if status == StatusCode::OK => Ok(Arrival::Form { action: action.parse()?, fields }),
            _ => Ok(Arrival::Page { status, body }),
        }
    }

    fn cookies_for(&self, url: &Url) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let host = url.host_str().unwrap_or_default();
        let mine = cookies.iter().filter(|((known, _), _)| known == host);
        mine.map(|((_, name), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&self, url: &Url, response: &Response) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let host = url.host_str().unwrap_or_default();
        for line in response.headers().get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let pair = line.split(';').next().and_then(|pair| pair.split_once('='));
            if let Some((name, value)) = pair {
                cookies.insert((host.to_owned(), name.trim().to_owned()), value.trim().to_owned());
            }
        }
    }
}

/// A client that finds all simulated names, trusts their authorities and follows nothing.
pub(super) fn client(ground: &Ground) -> anyhow::Result<Client> {
    let builder = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let builder = builder.tls_certs_only(authorities(ground)?);
    Ok(builder.dns_resolver(Arc::new(Everywhere(ground.address))).build()?)
}

/// The authorities of the simulated names.
pub(super) fn authorities(ground: &Ground) -> anyhow::Result<Vec<Certificate>> {
    let all = [&ground.certificates.public, &ground.certificates.private];
    Ok(all.iter().map(|pem| Certificate::from_pem(pem.as_bytes())).collect::<Result<_, _>>()?)
}

/// Every name is at the simulators' address.
struct Everywhere(SocketAddr);

impl reqwest::dns::Resolve for Everywhere {
    fn resolve(&self, _name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        // A port that is 0 leaves the one of the URL.
        let addresses: reqwest::dns::Addrs = Box::new(std::iter::once(SocketAddr::new(self.0.ip(), 0)));
        Box::pin(async move { Ok(addresses) })
    }
}

/// Action and fields of the form of [`super::page::form_post`].
fn form(page: &str) -> Option<(String, Vec<(String, String)>)> {
    let (_, rest) = page.split_once("<form method=\"post\" action=\"")?;
    let (action, rest) = rest.split_once("\" id=\"answer\">")?;
    let fields = rest.split("<input type=\"hidden\" name=\"").skip(1).filter_map(|field| {
        let (name, rest) = field.split_once("\" value=\"")?;
        let (value, _) = rest.split_once('"')?;
        Some((unescape(name), unescape(value)))
    });
    Some((unescape(action), fields.collect()))
}

fn hidden(page: &str, name: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split_once('"').map(|(value, _)| unescape(value))
}

/// Takes back what the templates escape.
fn unescape(text: &str) -> String {
    ["&#38;", "&amp;"].iter().fold(
        text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">"),
        |text, ampersand| text.replace(ampersand, "&"),
    )
}

fn headline(page: &str) -> String {
    let inner = page.split_once("<h1>").and_then(|(_, rest)| rest.split_once("</h1>"));
    inner.map_or_else(|| page.chars().take(200).collect(), |(text, _)| text.to_owned())
}

/// A value of a callback's query.
///
/// # Errors
/// It is not there.
pub fn query_value(url: &Url, name: &str) -> anyhow::Result<String> {
    let query = url.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let found = pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    found.ok_or_else(|| anyhow!("no {name} in the query"))
}
