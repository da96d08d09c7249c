use askama::Template;

use super::link;
use crate::web::page::{Frame, Page};
use crate::web::problem::Problem;

/// What went wrong, what to do, a way back, and the reference that finds the reason in the audit log.
#[derive(Template)]
#[template(path = "page/error.html")]
pub struct ErrorPage {
    /// The frame.
    pub frame: Frame,
    code: &'static str,
    detail: Option<String>,
    restart: Option<String>,
    service_url: Option<String>,
}

impl ErrorPage {
    /// The page of one problem; `service_url` as for [`Problem::respond`].
    pub fn new(frame: Frame, problem: &Problem, service_url: Option<&str>) -> Self {
        let restart = problem.restart().and_then(link).map(str::to_owned);
        let service_url = service_url.and_then(link).filter(|_| restart.is_none()).map(str::to_owned);
        Self { frame, code: problem.code(), detail: problem.detail(), restart, service_url }
    }

    fn words(&self, part: &str) -> String {
        let key = format!("problem-{}-{part}", self.code.replace('_', "-"));
        self.frame.t(&key).into_owned()
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let mut pages: Vec<_> = Problem::samples()
            .iter()
            .map(|problem| Self::new(frame.clone(), problem, Some("https://storage.example/VX7")))
            .collect();
        let elsewhere = Problem::InteractionExpired { restart: Some("javascript:alert(1)".to_owned()) };
        pages.push(Self::new(Frame { here: String::new(), ..frame.clone() }, &elsewhere, None));
        pages
    }
}

impl Page for ErrorPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
