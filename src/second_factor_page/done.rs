//! `GET /second-factor/{interaction}/done`: 「2段階認証完了」.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use crate::context::PageContext;
use crate::id::InteractionId;
use crate::protocol::acr::Amr;
use crate::session::SecondFactorProof;
use crate::storage::Fault;
use crate::web::pages::FactorDonePage;
use crate::web::render;

/// For whoever is through; anybody else is sent to the dispatcher, which knows what is missing.
pub async fn get(page: PageContext, Path(id): Path<String>) -> Response {
    show(&page, InteractionId::new(id)).await.unwrap_or_else(|fault| page.fault(&fault))
}

async fn show(page: &PageContext, id: InteractionId) -> Result<Response, Fault> {
    let interaction = match page.interaction(&id).await? {
        Ok(interaction) => interaction,
        Err(response) => return Ok(*response),
    };
    let signed_in = page.signed_in_for(interaction.target.purpose()).await?;
    let Some(authentication) = signed_in.map(|signed_in| signed_in.session.authentication) else {
        return Ok(page.to_dispatcher(&id));
    };
    if authentication.second_factor != SecondFactorProof::Verified {
        return Ok(page.to_dispatcher(&id));
    }
    // A recovery code is the one way through that no word of RFC 8176 names.
    let known = [Amr::Password, Amr::MultipleFactors].map(Amr::as_str);
    let shown = FactorDonePage {
        frame: page.frame(""),
        continue_href: page.issuer().page(&format!("/interaction/{id}")),
        recovered: authentication.amr.iter().all(|word| known.contains(&word.as_str())),
    };
    Ok(page.seal(render(StatusCode::OK, &shown)))
}
