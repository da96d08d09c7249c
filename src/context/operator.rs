//! What endpoints of the operators' listener hold: no issuer, no brand, cookies and a frame of their own.
//!
//! [`OperatorRequest`] is the ground; [`OperatorPage`] adds what a page needs before anybody has signed in;
//! [`OperatorContext`] is the extractor of every page behind the sign-in, and refuses by itself.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};

use super::{App, Form, log_fault};
use crate::audit::{Clerk, Event, EventKind};
use crate::brand::Issuer;
use crate::clock::Timestamp;
use crate::lifecycle::Registrar;
use crate::operator::session::{OperatorSession, Stage, find_session, touch_session};
use crate::operator::{Operator, Permission};
use crate::secret::{Secret, TokenHash};
use crate::storage::Fault;
use crate::web::callback::see_other;
use crate::web::cookie::{self, Cookie, Purpose};
use crate::web::lang::Wishes;
use crate::web::{Frame, Lang, Problem, csrf};

/// Where operators sign in.
pub const SIGN_IN: &str = "/sign-in";
/// What the forms of the console act on, signing out among them.
pub const CONSOLE_PURPOSE: &str = "console";
/// How long a browser is known as the same one.
const BROWSER_KEPT: std::time::Duration = std::time::Duration::from_hours(400 * 24);
/// The longest path to come back to, in bytes.
const LONGEST_NEXT: usize = 1000;

/// Facts of a request that are settled before routing.
#[derive(Clone, Debug)]
pub struct OperatorFacts {
    /// Its reference, for the log, the audit log and error pages.
    pub reference: String,
    /// The network address it came from, proxies taken into account.
    pub address: IpAddr,
}

/// What every endpoint of the listener holds.
#[derive(Clone)]
pub struct OperatorRequest {
    /// The application.
    pub app: App,
    /// The request's facts.
    pub facts: OperatorFacts,
    /// When the request is being served.
    pub now: Timestamp,
}

impl OperatorRequest {
    /// An audit event of this request.
    pub fn event(&self, kind: EventKind) -> Event {
        let mut event = Event::new(kind, self.facts.reference.clone());
        event.address = Some(self.facts.address.to_string());
        event
    }

    /// The tools of `lifecycle` at a brand; `event` is what its events begin with.
    pub fn registrar<'a>(&'a self, issuer: &'a Issuer, lang: Lang, mut event: Event) -> Registrar<'a> {
        event.brand = Some(issuer.brand.clone());
        Registrar {
            random: &self.app.random,
            master: &self.app.master,
            outbox: &self.app.outbox,
            issuers: &self.app.issuers,
            issuer,
            face: self.app.faces.of(issuer.brand.as_str()),
            now: self.now,
            lang,
            event,
        }
    }

    /// The tools of verbs that need no brand; `event` is what its events begin with.
    pub fn clerk(&self, event: Event) -> Clerk<'_> {
        Clerk { random: &self.app.random, now: self.now, event }
    }
}

impl<S> FromRequestParts<S> for OperatorRequest
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let app = App::from_ref(state);
        let Some(facts) = parts.extensions.get::<OperatorFacts>().cloned() else {
            tracing::error!("a request reached an operators' endpoint past the operators' front");
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        let now = app.clock.now();
        Ok(Self { app, facts, now })
    }
}

/// What a page holds before anybody has signed in.
#[derive(Clone)]
pub struct OperatorPage {
    /// What every endpoint holds.
    pub request: OperatorRequest,
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

impl Deref for OperatorPage {
    type Target = OperatorRequest;

    fn deref(&self) -> &OperatorRequest {
        &self.request
    }
}

impl<S> FromRequestParts<S> for OperatorPage
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let request = OperatorRequest::from_request_parts(parts, state).await?;
        let secure = request.app.config.operator.is_secure();
        let headers = parts.headers.clone();
        let query = parts.uri.query().unwrap_or_default();
        let wished = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "lang")
            .map(|(_, value)| value.into_owned());
        let lang = Lang::choose(Wishes {
            query: wished.as_deref(),
            cookie: cookie::read(&headers, &Purpose::Language.name(secure, "")),
            ui_locales: None,
            accept_language: headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()),
        });
        let sent = |purpose: Purpose| cookie::read(&headers, &purpose.name(secure, ""));
        let browser = sent(Purpose::OperatorBrowser).map(|secret| Secret::new(secret.to_owned()));
        let session = sent(Purpose::OperatorSession).map(TokenHash::of);
        let fetched = matches!(parts.method, Method::GET | Method::HEAD);
        let here = parts.uri.path_and_query().filter(|_| fetched).map_or_else(String::new, ToString::to_string);
        let chosen = wished.as_deref().and_then(Lang::from_tag);
        Ok(Self { request, lang, browser, session, here, headers, chosen })
    }
}

impl OperatorPage {
    /// The frame of a page whose form acts on `purpose`; without a form, give an empty purpose.
    pub fn frame(&self, purpose: &str) -> Frame {
        let csrf = match &self.browser {
            Some(browser) if !purpose.is_empty() => self.app.csrf.token(browser.expose(), &scoped(purpose)),
            _ => String::new(),
        };
        Frame {
            face: Arc::clone(self.app.faces.neutral()),
            lang: self.lang,
            base: String::new(),
            here: self.here.clone(),
            csrf,
            request_id: self.facts.reference.clone(),
        }
    }

    /// Reads the form of a page that acts on one of `purposes` (`security.md` lines 20 and 87).
    ///
    /// # Errors
    /// What the person is told: the body is no form, or not one of ours.
    pub fn read_form(&self, body: &[u8], purposes: &[&str]) -> Result<Form, Problem> {
        let form = Form::parse(&self.headers, body)?;
        let token = form.text(csrf::FIELD)?;
        let browser = self.browser.as_ref().map_or("", |secret| secret.expose().as_str());
        let origin = self.app.config.operator.origin().unwrap_or_default();
        let ours = csrf::comes_from(&self.headers, &origin)
            && purposes.iter().any(|purpose| self.app.csrf.verify(browser, &scoped(purpose), &token));
        if ours { Ok(form) } else { Err(Problem::CsrfFailed) }
    }

    /// The hash of the browser cookie's secret, when the browser sent one.
    pub fn browser_hash(&self) -> Option<TokenHash> {
        self.browser.as_ref().map(|secret| TokenHash::of(secret.expose()))
    }

    /// Makes sure that the browser has a cookie; a new one has to be set on the answer with [`OperatorPage::seal`].
    pub fn ensure_browser(&mut self) -> TokenHash {
        let random = &self.request.app.random;
        TokenHash::of(self.browser.get_or_insert_with(|| Secret::new(random.token())).expose())
    }

    /// Sets the cookies a page owes: the browser's, and the language just chosen.
    pub fn seal(&self, mut response: Response) -> Response {
        let secure = self.app.config.operator.is_secure();
        let sent = cookie::read(&self.headers, &Purpose::OperatorBrowser.name(secure, ""));
        if let Some(browser) = &self.browser
            && sent != Some(browser.expose())
        {
            Cookie::new(Purpose::OperatorBrowser, secure, "", browser.expose())
                .lasting(BROWSER_KEPT)
                .set(response.headers_mut());
        }
        if let Some(lang) = self.chosen {
            let year = std::time::Duration::from_secs(365 * 86_400);
            Cookie::new(Purpose::Language, secure, "", lang.tag()).lasting(year).set(response.headers_mut());
        }
        response
    }

    /// The session of this browser, at whatever stage it is, and whose it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_session(&self) -> Result<Option<(OperatorSession, Operator)>, Fault> {
        let Some(secret) = self.session else { return Ok(None) };
        find_session(&self.app.db, secret, (self.now, self.app.config.operator.session_idle.0)).await
    }

    /// To a page of ours, by GET.
    pub fn go(&self, path: &str) -> Response {
        self.seal(see_other(path))
    }

    /// The error page of a problem, its reason in the audit log under the reference that the page shows.
    pub fn refuse(&self, problem: &Problem) -> Response {
        self.refuse_because(problem, self.event(EventKind::PageRefused).because(problem.code()))
    }

    /// The same with an event of its own.
    pub fn refuse_because(&self, problem: &Problem, event: Event) -> Response {
        self.app.audit.record(event);
        self.seal(problem.respond(self.frame(""), None))
    }

    /// The error page of a fault, logged once with the reference.
    pub fn fault(&self, fault: &Fault) -> Response {
        log_fault(fault, &self.facts.reference);
        let problem = if fault.is_unavailable() { Problem::Overloaded { retry_after_s: 5 } } else { Problem::Internal };
        self.refuse(&problem)
    }
}

/// A page behind the sign-in: who looks at it. Without an open session the extractor answers with the way to it.
#[derive(Clone)]
pub struct OperatorContext {
    /// What every page holds.
    pub page: OperatorPage,
    /// Who.
    pub operator: Operator,
    /// Their session.
    pub session: OperatorSession,
}

impl Deref for OperatorContext {
    type Target = OperatorPage;

    fn deref(&self) -> &OperatorPage {
        &self.page
    }
}

impl<S> FromRequestParts<S> for OperatorContext
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let page = OperatorPage::from_request_parts(parts, state).await?;
        let found = page.find_session().await.map_err(|fault| page.fault(&fault))?;
        match found {
            Some((session, operator)) if session.stage == Stage::Open => {
                if session.wants_touch(page.now) {
                    touch(&page, &session).await.map_err(|fault| page.fault(&fault))?;
                }
                Ok(Self { page, operator, session })
            }
            _ => Err(page.go(&sign_in_path(&page.here))),
        }
    }
}

async fn touch(page: &OperatorPage, session: &OperatorSession) -> Result<(), Fault> {
    let mut tx = page.app.db.begin().await?;
    touch_session(&mut tx, &session.id, page.now).await?;
    tx.commit().await
}

impl OperatorContext {
    /// Whether the operator's role allows something; `Err` is the answer otherwise.
    ///
    /// # Errors
    /// The page that says so, with status 403.
    pub fn require(&self, permission: Permission) -> Result<(), Box<Response>> {
        if self.operator.may(permission) {
            return Ok(());
        }
        let event = self.event(EventKind::PageRefused).because("role_forbids").with("permission", permission.as_str());
        Err(Box::new(self.refuse_because(&Problem::Forbidden, event)))
    }

    /// The same for acts that want a sign-in of the last minutes; `back` is the page to come back to after a new one.
    ///
    /// # Errors
    /// The page that says so, or the way to a new sign-in.
    pub fn require_fresh(&self, permission: Permission, back: &str) -> Result<(), Box<Response>> {
        self.require(permission)?;
        if !permission.needs_fresh_sign_in() || self.session.is_fresh(self.now) {
            return Ok(());
        }
        Err(Box::new(self.go(&format!("{}&again=1", sign_in_path(back)))))
    }

    /// An audit event of this request, by this operator.
    pub fn event(&self, kind: EventKind) -> Event {
        let mut event = self.page.event(kind).with("by", format!("operator {}", self.operator.id));
        event.session = Some(self.session.id.clone());
        event
    }

    /// The tools of `lifecycle` at a brand, on behalf of this operator.
    pub fn registrar<'a>(&'a self, issuer: &'a Issuer) -> Registrar<'a> {
        self.request.registrar(issuer, self.lang, self.event(EventKind::AccountChanged))
    }

    /// The tools of verbs that need no brand, on behalf of this operator.
    pub fn clerk(&self) -> Clerk<'_> {
        self.request.clerk(self.event(EventKind::OperatorChanged))
    }

    /// The error page of a problem, noted as this operator's.
    pub fn refuse(&self, problem: &Problem) -> Response {
        self.refuse_because(problem, self.event(EventKind::PageRefused).because(problem.code()))
    }
}

/// The sign-in page that leads back to `next`.
fn sign_in_path(next: &str) -> String {
    let next = own_path(next).unwrap_or("/");
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("{SIGN_IN}?{query}")
}

/// A path of ours to come back to; `None` for everything that leads elsewhere.
pub fn own_path(text: &str) -> Option<&str> {
    let elsewhere = text.starts_with("//") || text.contains(['\\', '\0']) || text.chars().any(char::is_control);
    (text.starts_with('/') && !elsewhere && text.len() <= LONGEST_NEXT).then_some(text)
}

/// A form of this listener is not one of a brand's, even where a browser has the same secret at both.
fn scoped(purpose: &str) -> String {
    format!("operator/{purpose}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_back_to_our_own_pages_and_nowhere_else() {
        assert_eq!(sign_in_path("/console?a=b&c"), "/sign-in?next=%2Fconsole%3Fa%3Db%26c");
        let long = format!("/{}", "x".repeat(1000));
        for elsewhere in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "x", long.as_str()]
        {
            assert_eq!(sign_in_path(elsewhere), "/sign-in?next=%2F", "{elsewhere:?}");
        }
    }
}
