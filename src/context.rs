//! What every endpoint holds: the application's handles, and the facts of one request.
//!
//! [`App`] is cheap to clone and complete: there are no globals. [`Context`] is the one extractor of machine endpoints;
//! [`PageContext`] adds what a page needs (cookies, language, frame). Which issuer the request is for was decided
//! before routing and stands in the request's extensions.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};

use crate::audit::{AuditQueue, Event, EventKind};
use crate::brand::{Issuer, Issuers};
use crate::client::ClientDirectory;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::keys::KeyRing;
use crate::password::PasswordPool;
use crate::random::Random;
use crate::secret::{MasterKey, Secret, TokenHash};
use crate::storage::{Database, Fault};
use crate::token::verify::AccessTokenVerifier;
use crate::web::cookie::{self, Cookie, Purpose};
use crate::web::lang::Wishes;
use crate::web::{Csrf, Faces, Frame, Lang, Problem};

/// The application: everything that outlives a request.
#[derive(Clone)]
pub struct App(Arc<Handles>);

/// The handles of an [`App`].
pub struct Handles {
    /// The configuration.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The master key.
    pub master: MasterKey,
    /// The database.
    pub db: Database,
    /// The issuers.
    pub issuers: Issuers,
    /// Their faces.
    pub faces: Faces,
    /// The signing keys.
    pub keys: KeyRing,
    /// The clients.
    pub clients: ClientDirectory,
    /// The password hashers.
    pub passwords: PasswordPool,
    /// The audit log.
    pub audit: AuditQueue,
    /// Remembers verified access tokens.
    pub access_tokens: AccessTokenVerifier,
    /// Form tokens.
    pub csrf: Csrf,
}

impl App {
    /// From its handles.
    pub fn new(handles: Handles) -> Self {
        Self(Arc::new(handles))
    }
}

impl Deref for App {
    type Target = Handles;

    fn deref(&self) -> &Handles {
        &self.0
    }
}

/// Facts of a request that are settled before routing.
#[derive(Clone, Debug)]
pub struct RequestFacts {
    /// The issuer it is for.
    pub issuer: Arc<Issuer>,
    /// Its reference, for the log, the audit log and error pages.
    pub reference: String,
    /// The network address it came from, proxies taken into account.
    pub address: IpAddr,
}

/// What a machine endpoint holds.
#[derive(Clone)]
pub struct Context {
    /// The application.
    pub app: App,
    /// The request's facts.
    pub request: RequestFacts,
    /// When the request is being served.
    pub now: Timestamp,
}

impl Context {
    /// The issuer.
    pub fn issuer(&self) -> &Issuer {
        &self.request.issuer
    }

    /// An audit event of this request.
    pub fn event(&self, kind: EventKind) -> Event {
        let mut event = Event::new(kind, self.request.reference.clone());
        event.brand = Some(self.request.issuer.brand.clone());
        event.address = Some(self.request.address.to_string());
        event
    }
}

impl<S> FromRequestParts<S> for Context
where
    App: axum::extract::FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let app = <App as axum::extract::FromRef<S>>::from_ref(state);
        let Some(request) = parts.extensions.get::<RequestFacts>().cloned() else {
            tracing::error!("a request reached an endpoint without an issuer");
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        let now = app.clock.now();
        Ok(Self { app, request, now })
    }
}

/// What a page holds.
#[derive(Clone)]
pub struct PageContext {
    /// What every endpoint holds.
    pub context: Context,
    /// The language of the page.
    pub lang: Lang,
    /// The secret of the browser cookie, when the browser sent one.
    pub browser: Option<Secret<String>>,
    /// The hash of the session cookie's secret, when the browser sent one.
    pub session: Option<TokenHash>,
    /// Path and query as the browser sees them; empty unless they can be fetched again by GET.
    pub here: String,
    /// The request's headers.
    pub headers: HeaderMap,
    chosen: Option<Lang>,
}

impl Deref for PageContext {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.context
    }
}

impl<S> FromRequestParts<S> for PageContext
where
    App: axum::extract::FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let context = Context::from_request_parts(parts, state).await?;
        let issuer = context.issuer();
        let (secure, brand) = (issuer.secure, issuer.brand.as_str());
        let headers = parts.headers.clone();
        let query = parts.uri.query().unwrap_or_default();
        let pair = |name: &str| {
            form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
        };
        let (wished, ui_locales) = (pair("lang"), pair("ui_locales"));
        let lang = Lang::choose(Wishes {
            query: wished.as_deref(),
            cookie: cookie::read(&headers, &Purpose::Language.name(secure, brand)),
            ui_locales: ui_locales.as_deref(),
            accept_language: headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()),
        });
        let browser = cookie::read(&headers, &Purpose::Browser.name(secure, brand)).map(|s| Secret::new(s.to_owned()));
        let session = cookie::read(&headers, &Purpose::Session.name(secure, brand)).map(TokenHash::of);
        let here = match parts.uri.query() {
            // What was posted cannot be fetched again in another language.
            _ if !matches!(parts.method, Method::GET | Method::HEAD) => String::new(),
            Some(query) => format!("{}{}?{query}", issuer.path, parts.uri.path()),
            None => format!("{}{}", issuer.path, parts.uri.path()),
        };
        let chosen = wished.as_deref().and_then(Lang::from_tag);
        Ok(Self { lang, browser, session, here, headers, chosen, context })
    }
}

impl PageContext {
    /// The frame of a page whose form acts on `purpose`; without a form, give an empty purpose.
    pub fn frame(&self, purpose: &str) -> Frame {
        let csrf = match (&self.browser, purpose) {
            (Some(browser), purpose) if !purpose.is_empty() => self.app.csrf.token(browser.expose(), purpose),
            _ => String::new(),
        };
        Frame {
            face: Arc::clone(self.app.faces.of(self.issuer().brand.as_str())),
            lang: self.lang,
            base: self.issuer().path.clone(),
            here: self.here.clone(),
            csrf,
            request_id: self.request.reference.clone(),
        }
    }

    /// Whether a form of ours sent this, from this browser, for this purpose.
    pub fn is_our_form(&self, purpose: &str, token: &str) -> bool {
        let browser = self.browser.as_ref().map_or("", |secret| secret.expose().as_str());
        crate::web::csrf::comes_from(&self.headers, &self.issuer().origin)
            && self.app.csrf.verify(browser, purpose, token)
    }

    /// Makes sure that the browser has a cookie; a new one has to be set on the answer with [`PageContext::seal`].
    pub fn ensure_browser(&mut self) -> TokenHash {
        let random = &self.context.app.random;
        TokenHash::of(self.browser.get_or_insert_with(|| Secret::new(random.token())).expose())
    }

    /// Sets the cookies a page owes: the browser's, and the language just chosen.
    pub fn seal(&self, mut response: Response) -> Response {
        let (secure, brand) = (self.issuer().secure, self.issuer().brand.as_str());
        let sent = cookie::read(&self.headers, &Purpose::Browser.name(secure, brand));
        if let Some(browser) = &self.browser
            && sent != Some(browser.expose())
        {
            Cookie::new(Purpose::Browser, secure, brand, browser.expose()).set(response.headers_mut());
        }
        if let Some(lang) = self.chosen {
            let year = std::time::Duration::from_secs(365 * 86_400);
            Cookie::new(Purpose::Language, secure, brand, lang.tag()).lasting(year).set(response.headers_mut());
        }
        response
    }

    /// The error page of a problem, its reason in the audit log under the reference that the page shows.
    pub fn refuse(&self, problem: &Problem) -> Response {
        self.refuse_because(problem, EventKind::PageRefused, problem.code(), "")
    }

    /// The same with a reason of its own and a hint for whoever reads the audit log. The hint must hold no secret.
    pub fn refuse_because(&self, problem: &Problem, kind: EventKind, reason: &'static str, hint: &str) -> Response {
        let mut event = self.event(kind).because(reason);
        if !hint.is_empty() {
            event = event.with("hint", hint);
        }
        self.app.audit.record(event);
        self.seal(problem.respond(self.frame(""), Some(&self.issuer().service_url)))
    }

    /// The error page of a fault, logged once with the reference.
    pub fn fault(&self, fault: &Fault) -> Response {
        log_fault(fault, &self.request.reference);
        let problem = if fault.is_unavailable() { Problem::Overloaded { retry_after_s: 5 } } else { Problem::Internal };
        self.refuse(&problem)
    }
}

/// Logs a fault with its cause, once.
pub fn log_fault(fault: &Fault, reference: &str) {
    let cause = std::error::Error::source(fault).map(ToString::to_string).unwrap_or_default();
    tracing::error!(%fault, cause, reference, "a request failed");
}
