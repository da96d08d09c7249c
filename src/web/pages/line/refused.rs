use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::link;

/// 回線認証エラー (manual, chapter 1.4): what the contractor or an administrator has to look at.
#[derive(Template)]
#[template(path = "page/line/refused.html")]
pub struct LineRefusedPage {
    /// The frame.
    pub frame: Frame,
    /// Why.
    pub why: LineRefusal,
    /// Where 「もう一度確認する」 leads.
    pub retry: String,
    /// Where the service begins.
    pub service_url: String,
}

/// What is wrong with the line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineRefusal {
    /// It is none that the contract registered: the last three characters of its number.
    NotRegistered(String),
    /// No line number arrived, or none that could be believed.
    NotProved,
}

impl LineRefusedPage {
    const fn code(&self) -> &'static str {
        match self.why {
            LineRefusal::NotRegistered(_) => "line_not_registered",
            LineRefusal::NotProved => "line_not_proved",
        }
    }

    fn retry(&self) -> Option<&str> {
        link(&self.retry)
    }

    fn service(&self) -> Option<&str> {
        link(&self.service_url)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |why| Self {
            frame: frame.clone(),
            why,
            retry: format!("{}/line/5d1f", frame.base),
            service_url: "https://storage.example/".to_owned(),
        };
        vec![page(LineRefusal::NotRegistered("7\"<".to_owned())), page(LineRefusal::NotProved)]
    }
}

impl Page for LineRefusedPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
