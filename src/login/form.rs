//! The login page.

use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::StatusCode;

use super::upstream;
use crate::config::LoginMethodName;
use crate::context::PageContext;
use crate::id::InteractionId;
use crate::interaction::{Interaction, Target};
use crate::second_factor::passkey::RelyingParty;
use crate::storage::Fault;
use crate::web::pages::{LoginAlert, LoginKind, LoginPage, PasskeyForm};
use crate::web::render;

/// `GET /login/{interaction}`.
pub async fn get(page: PageContext, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let outcome = async {
        let interaction = match page.interaction(&InteractionId::new(id)).await? {
            Ok(interaction) => interaction,
            Err(response) => return Ok(*response),
        };
        if let Some(response) = upstream::start(&page, &interaction).await? {
            return Ok(response);
        }
        let request = interaction.target.request();
        let email = request.and_then(|request| request.login_hint.clone()).unwrap_or_default();
        let again = request.is_none_or(|request| request.prompt.login || request.max_age.is_some());
        let fresh = (again && page.session.is_some()).then_some(LoginAlert::FreshSignIn);
        let said = query.and_then(|query| passkey_alert(&query).or_else(|| upstream::alert(&query)));
        show(&page, &interaction, email, said.or(fresh)).await
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// What the sign-in with a passkey says of itself when it leads back here.
fn passkey_alert(query: &str) -> Option<LoginAlert> {
    let said = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "passkey")?.1;
    match &*said {
        "failed" => Some(LoginAlert::PasskeyFailed),
        word => LoginAlert::of_refusal(word),
    }
}

/// The form beside this one, where browsers know passkeys: its token is that of this page.
fn passkey(page: &PageContext, interaction: &Interaction) -> Option<PasskeyForm> {
    let action = page.issuer().page(&format!("/login/{}/passkey", interaction.id));
    RelyingParty::is_possible_at(page.issuer())
        .then(|| PasskeyForm { options_action: format!("{action}/options"), action })
}

/// The form's purpose, for its token.
pub fn purpose(interaction: &Interaction) -> String {
    format!("login/{}", interaction.id)
}

/// Shows the form.
///
/// # Errors
/// When the database fails.
pub async fn show(
    page: &PageContext,
    interaction: &Interaction,
    email: String,
    alert: Option<LoginAlert>,
) -> Result<Response, Fault> {
    let issuer = page.issuer();
    let client = interaction.target.client_id().and_then(|id| page.app.clients.find(&issuer.brand, id));
    let mut frame = page.frame(&purpose(interaction));
    frame.here = issuer.page(&format!("/login/{}", interaction.id));
    let status = match alert {
        None | Some(LoginAlert::FreshSignIn | LoginAlert::UpstreamCancelled) => StatusCode::OK,
        Some(LoginAlert::Overloaded) => StatusCode::SERVICE_UNAVAILABLE,
        Some(LoginAlert::TooManyRequests) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let back = format!("?from=login/{}", interaction.id);
    let mut response = render(
        status,
        &LoginPage {
            action: issuer.page(&format!("/login/{}", interaction.id)),
            kind: match interaction.target {
                Target::Client(_) => LoginKind::Client,
                Target::AccountMenu => LoginKind::AccountMenu,
                Target::AdminConsole => LoginKind::AdminConsole,
            },
            switch_href: match interaction.target {
                Target::Client(_) | Target::AdminConsole => issuer.page("/account"),
                Target::AccountMenu => issuer.service_url.clone(),
            },
            forgotten_action: issuer.page(&format!("/lo/forgot{back}")),
            email,
            alert,
            client_name: client.filter(|c| !c.settings.first_party).map(|c| c.metadata.client_name.clone()),
            password: issuer.offers(LoginMethodName::Password),
            upstream: upstream::buttons(page, interaction, alert == Some(LoginAlert::UpstreamNotLinked)).await?,
            passkey: passkey(page, interaction).filter(|_| issuer.offers(LoginMethodName::Password)),
            redirect_uri: interaction
                .target
                .request()
                .map_or_else(String::new, |request| request.callback.redirect_uri().to_owned()),
            frame,
        },
    );
    if alert == Some(LoginAlert::Overloaded) {
        response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from_static("5"));
    }
    Ok(page.seal(response))
}
