//! A posted form of one of our pages: read strictly, and only from our page in this browser.

use http::HeaderMap;

use super::PageContext;
use crate::secret::Secret;
use crate::web::form::Params;
use crate::web::{Problem, csrf};

/// The fields of a form.
pub struct Form(Params);

impl Form {
    /// Reads a body as a form; whether it is one of ours is the caller's question.
    pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, Problem> {
        let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        Params::parse_body(content_type, body).map(Self).map_err(|error| malformed(error.to_string()))
    }

    /// A field; empty when it is absent.
    ///
    /// # Errors
    /// [`Problem::RequestMalformed`] when it is there twice.
    pub fn text(&self, name: &str) -> Result<String, Problem> {
        let value = self.0.get(name).map_err(|twice| malformed(format!("{} is repeated", twice.0)))?;
        Ok(value.unwrap_or_default().to_owned())
    }

    /// A field; `None` when it is absent.
    ///
    /// # Errors
    /// As [`Form::text`].
    pub fn field(&self, name: &str) -> Result<Option<String>, Problem> {
        let value = self.0.get(name).map_err(|twice| malformed(format!("{} is repeated", twice.0)))?;
        Ok(value.map(str::to_owned))
    }

    /// A field that holds a secret.
    ///
    /// # Errors
    /// As [`Form::text`].
    pub fn secret(&self, name: &str) -> Result<Secret<String>, Problem> {
        self.text(name).map(Secret::new)
    }

    /// Whether a box was ticked.
    ///
    /// # Errors
    /// As [`Form::text`].
    pub fn ticked(&self, name: &str) -> Result<bool, Problem> {
        self.text(name).map(|value| !value.is_empty())
    }
}

impl PageContext {
    /// Reads the form of a page that acts on one of `purposes` (`security.md` lines 20 and 87).
    ///
    /// # Errors
    /// What the person is told: the body is no form, or not one of ours.
    pub fn read_form(&self, headers: &HeaderMap, body: &[u8], purposes: &[&str]) -> Result<Form, Problem> {
        let form = Form::parse(headers, body)?;
        let token = form.text(csrf::FIELD)?;
        if purposes.iter().any(|purpose| self.is_our_form(purpose, &token)) {
            Ok(form)
        } else {
            Err(Problem::CsrfFailed)
        }
    }
}

fn malformed(detail: String) -> Problem {
    Problem::RequestMalformed { detail: detail.into() }
}
