//! Reading the forms of these pages.

use http::HeaderMap;

use crate::context::PageContext;
use crate::id::CeremonyId;
use crate::web::form::Params;
use crate::web::{Problem, csrf};

/// A form of ours.
pub struct Form(Params);

/// What the script put into the form.
pub struct Answer {
    /// Which challenge it answers.
    pub ceremony: CeremonyId,
    /// The authenticator's answer, JSON; empty when the browser had none.
    pub credential: String,
}

impl Form {
    /// Reads a body that must come from our own page.
    pub fn read(page: &PageContext, purpose: &str, headers: &HeaderMap, body: &[u8]) -> Result<Self, Problem> {
        let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let form = Self(Params::parse_body(content_type, body).map_err(|error| malformed(error.to_string()))?);
        if page.is_our_form(purpose, form.field(csrf::FIELD)?) { Ok(form) } else { Err(Problem::CsrfFailed) }
    }

    /// One field, empty when it is not there.
    pub fn field(&self, name: &str) -> Result<&str, Problem> {
        self.0.get(name).map(Option::unwrap_or_default).map_err(|twice| malformed(format!("{} is repeated", twice.0)))
    }

    /// The fields that the script fills.
    pub fn answer(&self) -> Result<Answer, Problem> {
        let ceremony = CeremonyId::new(self.field("ceremony")?);
        Ok(Answer { ceremony, credential: self.field("credential")?.to_owned() })
    }
}

fn malformed(detail: String) -> Problem {
    Problem::RequestMalformed { detail: detail.into() }
}
