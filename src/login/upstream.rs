//! From the login page to an upstream (manual, chapters 1.2 and 1.3).

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::form::{purpose, show};
use crate::context::{Buttons, Journey, PageContext, parameter};
use crate::id::{ConnectionId, InteractionId};
use crate::interaction::Interaction;
use crate::lockout::Limit;
use crate::storage::Fault;
use crate::upstream::connection::parse_connection_id;
use crate::upstream::profile::Wishes;
use crate::upstream::transaction::Purpose;
use crate::web::cookie::{self, Cookie, Purpose as CookiePurpose};
use crate::web::pages::{
    ConnectionConfirmPage, ConnectionIdAlert, ConnectionIdPage, ConnectionPurpose, LoginAlert, Offer, UpstreamButton,
};
use crate::web::render;

/// The query of a button that leads to another account than the one the upstream remembers.
const OTHER: &str = "?other=1";

/// That query, if this one is it; otherwise none.
fn other_account(query: Option<&str>) -> &'static str {
    if parameter(query, "other") == "1" { OTHER } else { "" }
}

/// `POST /login/{interaction}/upstream/{connection}`.
pub async fn post(
    page: PageContext,
    Path((id, connection)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let other = !other_account(query.as_deref()).is_empty();
    let outcome = async {
        let interaction = match guarded(&page, id, (&headers, &body)).await? {
            Ok(interaction) => interaction,
            Err(response) => return Ok(*response),
        };
        match page.connection(&ConnectionId::new(connection)).await? {
            Some(connection) => begin(&page, &interaction, &connection, other).await,
            None => show(&page, &interaction, String::new(), Some(LoginAlert::ConnectionUnknown)).await,
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// Goes to a connection for an interaction, with what its client wants.
async fn begin(
    page: &PageContext,
    interaction: &Interaction,
    connection: &crate::upstream::Connection,
    other_account: bool,
) -> Result<Response, Fault> {
    let request = interaction.target.request();
    let wishes = Wishes {
        other_account: other_account || request.is_some_and(|request| request.prompt.select_account),
        fresh: request.is_none_or(|request| request.prompt.login || request.max_age.is_some()),
        max_age: request.and_then(|request| request.max_age),
    };
    let purpose = Purpose::SignIn { interaction: interaction.id.clone() };
    page.begin_upstream(Journey { connection, purpose, wishes, ticket: None }).await
}

/// `GET /login/{interaction}/active-directory`: the 接続ID.
pub async fn active_directory(page: PageContext, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let other = other_account(query.as_deref());
    let outcome = async {
        Ok(match page.interaction(&InteractionId::new(id)).await? {
            Ok(interaction) => ask(&page, &interaction, other, (String::new(), None)),
            Err(response) => *response,
        })
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// `POST /login/{interaction}/active-directory`: asks for the 接続ID, then shows it once more before going on.
pub async fn post_active_directory(
    page: PageContext,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let other = other_account(query.as_deref());
    let outcome = async {
        let form = match page.read_form(&headers, &body, &[&format!("login/{id}")]) {
            Ok(form) => form,
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        let interaction = match page.interaction(&InteractionId::new(id)).await? {
            Ok(interaction) => interaction,
            Err(response) => return Ok(*response),
        };
        let typed = match form.field("connection_id") {
            Ok(Some(typed)) => typed,
            // The button of the login page.
            Ok(None) => return Ok(ask(&page, &interaction, other, (String::new(), None))),
            Err(problem) => return Ok(page.refuse(&problem)),
        };
        if page.app.limits.wait(Limit::Failures, page.request.address).is_some() {
            return show(&page, &interaction, String::new(), Some(LoginAlert::TooManyRequests)).await;
        }
        let alert = match parse_connection_id(&typed) {
            None if typed.trim().is_empty() => ConnectionIdAlert::Missing,
            None => ConnectionIdAlert::Malformed,
            Some(connection) => match page.connection(&connection).await? {
                Some(connection) => return Ok(confirm(&page, &interaction, &connection, other)),
                None => {
                    page.app.limits.count(Limit::Failures, page.request.address);
                    ConnectionIdAlert::Unknown
                }
            },
        };
        Ok(ask(&page, &interaction, other, (typed, Some(alert))))
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

async fn guarded(
    page: &PageContext,
    id: String,
    (headers, body): (&HeaderMap, &Bytes),
) -> Result<Result<Interaction, Box<Response>>, Fault> {
    if let Err(problem) = page.read_form(headers, body, &[&format!("login/{id}")]) {
        return Ok(Err(Box::new(page.refuse(&problem))));
    }
    page.interaction(&InteractionId::new(id)).await
}

fn ask(
    page: &PageContext,
    interaction: &Interaction,
    other: &str,
    (connection_id, alert): (String, Option<ConnectionIdAlert>),
) -> Response {
    let path = page.issuer().page(&format!("/login/{}/active-directory{other}", interaction.id));
    let mut frame = page.frame(&purpose(interaction));
    frame.here.clone_from(&path);
    let connection_id = if connection_id.is_empty() { remembered(page).unwrap_or_default() } else { connection_id };
    let back_href = page.issuer().page(&format!("/login/{}", interaction.id));
    let status = if alert.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page.seal(render(status, &ConnectionIdPage { frame, action: path, connection_id, alert, back_href }))
}

fn confirm(
    page: &PageContext,
    interaction: &Interaction,
    connection: &crate::upstream::Connection,
    other: &str,
) -> Response {
    let path = format!("/login/{}", interaction.id);
    let mut frame = page.frame(&purpose(interaction));
    frame.here = page.issuer().page(&format!("{path}/active-directory{other}"));
    let confirm = ConnectionConfirmPage {
        frame,
        action: page.issuer().page(&format!("{path}/upstream/{}{other}", connection.id)),
        connection_id: connection.id.to_string(),
        hidden: Vec::new(),
        origin: connection.origin(),
        purpose: ConnectionPurpose::SignIn,
        back_href: page.issuer().page(&path),
    };
    page.seal(render(StatusCode::OK, &confirm))
}

/// The 接続ID that this browser signed in with last.
fn remembered(page: &PageContext) -> Option<String> {
    let name = CookiePurpose::Connection.name(page.issuer().secure, page.issuer().cookie_tag.as_str());
    parse_connection_id(cookie::read(&page.headers, &name)?).map(|id| id.to_string())
}

/// The buttons of the login page. Where the browser knows its Active Directory, the button leads there at once.
pub async fn buttons(page: &PageContext, interaction: &Interaction, other: bool) -> Result<Vec<UpstreamButton>, Fault> {
    let path = format!("/login/{}/upstream", interaction.id);
    let query = if other { OTHER } else { "" };
    let of = Buttons { offer: Offer::Login, path: &path, query };
    let mut all = page.upstream_buttons(of);
    let known = match remembered(page) {
        Some(id) => page.connection(&ConnectionId::new(id)).await?,
        None => None,
    };
    let active_directory = match known {
        Some(connection) => Some(page.upstream_button(&connection, of)),
        None => {
            let path = format!("/login/{}/active-directory{query}", interaction.id);
            page.active_directory_button(Offer::Login, &path)
        }
    };
    all.extend(active_directory);
    Ok(all)
}

/// The mailed login URL was opened a moment ago: on to its Active Directory without a page in between.
pub async fn start(page: &PageContext, interaction: &Interaction) -> Result<Option<Response>, Fault> {
    let (secure, brand) = (page.issuer().secure, page.issuer().cookie_tag.as_str());
    let name = CookiePurpose::Start.name(secure, brand);
    let Some(id) = cookie::read(&page.headers, &name).and_then(parse_connection_id) else { return Ok(None) };
    let Some(connection) = page.connection(&id).await? else { return Ok(None) };
    let mut response = begin(page, interaction, &connection, false).await?;
    Cookie::removal(CookiePurpose::Start, secure, brand).set(response.headers_mut());
    Ok(Some(response))
}

/// What the callback says of itself when it leads back here.
pub fn alert(query: &str) -> Option<LoginAlert> {
    let said = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "upstream")?.1;
    match &*said {
        "cancelled" => Some(LoginAlert::UpstreamCancelled),
        "unavailable" => Some(LoginAlert::UpstreamUnavailable),
        "failed" => Some(LoginAlert::UpstreamFailed),
        "not-linked" => Some(LoginAlert::UpstreamNotLinked),
        word => LoginAlert::of_refusal(word),
    }
}
