use askama::Template;

use crate::web::page::{Frame, Page};

/// A sentence and the way to the sign-in.
#[derive(Template)]
#[template(path = "page/operator/notice.html")]
pub struct OperatorNoticePage {
    /// The frame.
    pub frame: Frame,
    /// What it says.
    pub notice: OperatorNotice,
}

/// What an [`OperatorNoticePage`] says: `operator-<name>-title` and `-lead` of the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperatorNotice {
    /// Password and second factor are chosen.
    Enrolled,
    /// The session is over.
    SignedOut,
    /// An enrolment link that was used, replaced or had its time.
    LinkDead,
}

impl OperatorNotice {
    const fn name(self) -> &'static str {
        match self {
            Self::Enrolled => "enrolled",
            Self::SignedOut => "signed-out",
            Self::LinkDead => "link-dead",
        }
    }

    const fn is_good(self) -> bool {
        !matches!(self, Self::LinkDead)
    }
}

impl OperatorNoticePage {
    fn words(&self, part: &str) -> String {
        self.frame.t(&format!("operator-{}-{part}", self.notice.name())).into_owned()
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let all = [OperatorNotice::Enrolled, OperatorNotice::SignedOut, OperatorNotice::LinkDead];
        all.map(|notice| Self { frame: frame.clone(), notice }).into()
    }
}

impl Page for OperatorNoticePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
