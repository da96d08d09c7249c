//! The dispatcher for the account menu and the admin console: the same decision, with the page in the client's place
//! (`product.md` §3).

use axum::response::Response;

use super::facts;
use crate::context::PageContext;
use crate::interaction::{Interaction, Target};
use crate::policy::prompts::{self, Next};
use crate::storage::Fault;
use crate::web::callback::see_other;

/// Sends the browser to the next step, or to where the sign-in leads.
pub async fn proceed(page: &PageContext, interaction: &Interaction) -> Result<Response, Fault> {
    let end = match interaction.target {
        Target::AdminConsole => "/admin",
        Target::AccountMenu | Target::Client(_) => "/account",
    };
    if interaction.is_expired(page.now) {
        // The page begins a new one.
        return Ok(page.seal(see_other(&page.issuer().page(end))));
    }
    let signed_in = page.signed_in_for(interaction.target.purpose()).await?;
    let path = match prompts::next(&facts::of_menu(page, interaction, signed_in.as_ref()).await?) {
        Next::Respond => end.to_owned(),
        Next::Line => format!("/line/{}", interaction.id),
        Next::SecondFactor => format!("/second-factor/{}", interaction.id),
        Next::Login | Next::Consent | Next::Refuse(_) => format!("/login/{}", interaction.id),
    };
    Ok(page.seal(see_other(&page.issuer().page(&path))))
}
