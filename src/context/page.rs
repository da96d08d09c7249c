//! What a page holds, and how it refuses.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, Method, header};

use super::line::Transport;
use super::{App, Context, log_fault};
use crate::audit::EventKind;
use crate::id::InteractionId;
use crate::interaction::{Interaction, find_interaction};
use crate::policy::sign_in::Purpose as SignInPurpose;
use crate::secret::{Secret, TokenHash};
use crate::session::{SignedIn, find_signed_in};
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::cookie::{self, Cookie, Purpose};
use crate::web::lang::Wishes;
use crate::web::{Frame, Lang, Problem};

/// How long a browser is known as the same one: the longest a browser keeps a cookie (RFC 6265bis §5.5).
const BROWSER_KEPT: std::time::Duration = std::time::Duration::from_hours(400 * 24);

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
    /// What the connection shows of itself, and what came of looking at its line.
    pub(super) transport: Arc<Transport>,
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
        let (secure, brand) = (issuer.secure, issuer.cookie_tag.as_str());
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
        let transport = Arc::new(Transport::of(parts, &issuer.path));
        Ok(Self { lang, browser, session, here, headers, transport, chosen, context })
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

    /// The hash of the browser cookie's secret, when the browser sent one.
    pub fn browser_hash(&self) -> Option<TokenHash> {
        self.browser.as_ref().map(|secret| TokenHash::of(secret.expose()))
    }

    /// Who is signed in here, if anybody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signed_in(&self) -> Result<Option<SignedIn>, Fault> {
        self.signed_in_for(SignInPurpose::Client).await
    }

    /// The same for a purpose: the account menu lets in the contractor of a trial that has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signed_in_for(&self, purpose: SignInPurpose) -> Result<Option<SignedIn>, Fault> {
        let limits = (self.now, self.app.config.session.idle.0);
        find_signed_in(&self.app.db, self.issuer(), (self.session.as_ref(), purpose), limits).await
    }

    /// The interaction of a step's URL, if it is this browser's and not over; `Err` is the answer otherwise.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn interaction(&self, id: &InteractionId) -> Result<Result<Interaction, Box<Response>>, Fault> {
        let restart = Some(self.issuer().service_url.clone());
        let found = find_interaction(&self.app.db, self.issuer().place(), id).await?;
        let Some(interaction) = found else {
            return Ok(Err(Box::new(self.refuse(&Problem::InteractionExpired { restart }))));
        };
        if self.browser.is_none() || interaction.browser != self.browser_hash() {
            return Ok(Err(Box::new(self.refuse(&Problem::InteractionElsewhere { restart }))));
        }
        if interaction.is_expired(self.now) {
            // The dispatcher begins anew with the same request.
            return Ok(Err(Box::new(self.to_dispatcher(id))));
        }
        Ok(Ok(interaction))
    }

    /// Back to the dispatcher, by URL.
    pub fn to_dispatcher(&self, id: &InteractionId) -> Response {
        self.seal(see_other(&self.issuer().page(&format!("/interaction/{id}"))))
    }

    /// Makes sure that the browser has a cookie; a new one has to be set on the answer with [`PageContext::seal`].
    pub fn ensure_browser(&mut self) -> TokenHash {
        let random = &self.context.app.random;
        TokenHash::of(self.browser.get_or_insert_with(|| Secret::new(random.token())).expose())
    }

    /// Sets the cookies a page owes: the browser's, and the language just chosen.
    pub fn seal(&self, mut response: Response) -> Response {
        let (secure, brand) = (self.issuer().secure, self.issuer().cookie_tag.as_str());
        let sent = cookie::read(&self.headers, &Purpose::Browser.name(secure, brand));
        if let Some(browser) = &self.browser
            && sent != Some(browser.expose())
        {
            Cookie::new(Purpose::Browser, secure, brand, browser.expose())
                .lasting(BROWSER_KEPT)
                .set(response.headers_mut());
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
