//! `GET /second-factor/{interaction}`: where the dispatcher sends to.

use axum::extract::Path;
use axum::response::Response;

use super::send::{Sent, send};
use super::show::{self, Told};
use super::step::{Place, Step, open};
use crate::context::PageContext;
use crate::storage::Fault;

/// Whoever is not enrolled gets the field for the phone number; whoever is, the field for the code.
pub async fn get(page: PageContext, Path(id): Path<String>) -> Response {
    let step = match open(&page, id, Place::Entrance).await {
        Ok(step) => step,
        Err(response) => return *response,
    };
    enter(&page, &step).await.unwrap_or_else(|fault| page.fault(&fault))
}

async fn enter(page: &PageContext, step: &Step) -> Result<Response, Fault> {
    let told = Told::at_first(page, step).await?;
    match (&step.factor, told.alert) {
        (None, _) => Ok(show::phone(page, step, String::new(), told)),
        (Some(_), None) => ask(page, step, told).await,
        (Some(_), Some(_)) => show::code(page, step, told),
    }
}

/// Asks for the code. The first SMS of an attempt goes out by itself, exactly one however often the page is fetched;
/// every further one is asked for by a form.
pub async fn ask(page: &PageContext, step: &Step, mut told: Told) -> Result<Response, Fault> {
    if let Some(factor) = &step.factor
        && step.attempt.sends == 0
        && let Some(number) = factor.phone(&page.app.master, step.who())?
        && let Sent::No(refused) = send(page, step, &number).await?
    {
        told = refused;
    }
    show::code(page, step, told)
}
