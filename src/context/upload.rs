//! A posted form that carries a file (RFC 7578), read as strictly as any other: only from our page in this browser.

use axum::body::Body;
use axum::extract::{FromRequest as _, Multipart};
use bytes::Bytes;
use http::{HeaderMap, Request, header};

use super::PageContext;
use crate::web::{Problem, csrf};

/// The most parts a form of ours has.
const MOST_PARTS: usize = 8;

/// The parts of a form with a file.
pub struct Upload(Vec<(String, Bytes)>);

impl Upload {
    /// The content of a part; empty when it is absent.
    ///
    /// # Errors
    /// [`Problem::RequestMalformed`] when it is there twice.
    pub fn bytes(&self, name: &str) -> Result<&[u8], Problem> {
        let mut found = self.0.iter().filter(|(n, _)| n == name).map(|(_, bytes)| bytes.as_ref());
        let first = found.next().unwrap_or_default();
        if found.next().is_some() {
            return Err(malformed(format!("{name} is repeated")));
        }
        Ok(first)
    }

    /// The content of a part as text.
    ///
    /// # Errors
    /// [`Problem::RequestMalformed`] when it is there twice or is no UTF-8 text.
    pub fn text(&self, name: &str) -> Result<String, Problem> {
        let text = std::str::from_utf8(self.bytes(name)?).ok().filter(|text| !text.contains('\0'));
        text.map(str::to_owned).ok_or_else(|| malformed(format!("{name} is not valid UTF-8 text")))
    }
}

impl PageContext {
    /// Reads the form of a page that acts on `purpose` (`security.md` lines 20 and 87). The route bounds its length.
    ///
    /// # Errors
    /// What the person is told: the body is no such form, or not one of ours.
    pub async fn read_upload(&self, headers: &HeaderMap, body: Bytes, purpose: &str) -> Result<Upload, Problem> {
        let mut request = Request::new(Body::from(body));
        if let Some(content_type) = headers.get(header::CONTENT_TYPE) {
            request.headers_mut().insert(header::CONTENT_TYPE, content_type.clone());
        }
        let mut parts = Multipart::from_request(request, &()).await.map_err(|error| malformed(error.to_string()))?;
        let mut upload = Upload(Vec::new());
        while let Some(part) = parts.next_field().await.map_err(|error| malformed(error.to_string()))? {
            if upload.0.len() == MOST_PARTS {
                return Err(malformed("the form has too many parts".to_owned()));
            }
            let name = part.name().unwrap_or_default().to_owned();
            upload.0.push((name, part.bytes().await.map_err(|error| malformed(error.to_string()))?));
        }
        let token = upload.text(csrf::FIELD)?;
        if self.is_our_form(purpose, &token) { Ok(upload) } else { Err(Problem::CsrfFailed) }
    }
}

fn malformed(detail: String) -> Problem {
    Problem::RequestMalformed { detail: detail.into() }
}
