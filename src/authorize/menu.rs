//! The dispatcher for the account menu: the same decision, with the menu in the client's place (`product.md` §3).

use axum::response::Response;

use super::facts;
use crate::context::PageContext;
use crate::interaction::Interaction;
use crate::policy::prompts::{self, Next};
use crate::policy::sign_in::Purpose;
use crate::storage::Fault;
use crate::web::callback::see_other;

/// Sends the browser to the next step, or to the menu.
pub async fn proceed(page: &PageContext, interaction: &Interaction) -> Result<Response, Fault> {
    if interaction.is_expired(page.now) {
        // The menu begins a new one.
        return Ok(page.seal(see_other(&page.issuer().page("/account"))));
    }
    let signed_in = page.signed_in_for(Purpose::AccountMenu).await?;
    let path = match prompts::next(&facts::of_menu(page, interaction, signed_in.as_ref())) {
        Next::Respond => "/account".to_owned(),
        Next::SecondFactor => format!("/second-factor/{}", interaction.id),
        Next::Login | Next::Line | Next::Consent | Next::Refuse(_) => format!("/login/{}", interaction.id),
    };
    Ok(page.seal(see_other(&page.issuer().page(&path))))
}
