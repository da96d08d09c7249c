//! The login page.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use crate::context::PageContext;
use crate::id::InteractionId;
use crate::interaction::Interaction;
use crate::web::pages::{LoginAlert, LoginKind, LoginPage};
use crate::web::render;

/// `GET /login/{interaction}`.
pub async fn get(page: PageContext, Path(id): Path<String>) -> Response {
    match page.interaction(&InteractionId::new(id)).await {
        Ok(Ok(interaction)) => {
            let email = interaction.request.login_hint.clone().unwrap_or_default();
            let again = interaction.request.prompt.login || interaction.request.max_age.is_some();
            let alert = (again && page.session.is_some()).then_some(LoginAlert::FreshSignIn);
            show(&page, &interaction, email, alert)
        }
        Ok(Err(response)) => *response,
        Err(fault) => page.fault(&fault),
    }
}

/// The form's purpose, for its token.
pub fn purpose(interaction: &Interaction) -> String {
    format!("login/{}", interaction.id)
}

/// Shows the form.
pub fn show(page: &PageContext, interaction: &Interaction, email: String, alert: Option<LoginAlert>) -> Response {
    let issuer = page.issuer();
    let client = page.app.clients.find(&issuer.brand, &interaction.request.client_id);
    let mut frame = page.frame(&purpose(interaction));
    frame.here = issuer.page(&format!("/login/{}", interaction.id));
    let status = match alert {
        None | Some(LoginAlert::FreshSignIn) => StatusCode::OK,
        Some(LoginAlert::Overloaded) => StatusCode::SERVICE_UNAVAILABLE,
        Some(LoginAlert::TooManyRequests) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let back = format!("?from=login/{}", interaction.id);
    let mut response = render(
        status,
        &LoginPage {
            action: issuer.page(&format!("/login/{}", interaction.id)),
            kind: LoginKind::Client,
            switch_href: issuer.page(&format!("/account{back}")),
            forgotten_action: issuer.page(&format!("/lo/forgot{back}")),
            email,
            alert,
            client_name: client.filter(|c| !c.settings.first_party).map(|c| c.metadata.client_name.clone()),
            upstream: Vec::new(),
            passkey: None,
            redirect_uri: interaction.request.callback.redirect_uri().to_owned(),
            frame,
        },
    );
    if alert == Some(LoginAlert::Overloaded) {
        response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from_static("5"));
    }
    page.seal(response)
}
