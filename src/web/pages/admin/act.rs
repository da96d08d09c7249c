use askama::Template;

use super::{AdminNav, Concerned};
use crate::policy::administration::Act;
use crate::web::page::{Frame, Page};

/// What an act will do, before it is done.
#[derive(Template)]
#[template(path = "page/admin/act.html")]
pub struct AdminActPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// The act.
    pub act: Act,
    /// Whom it concerns.
    pub who: Concerned,
    /// Where the form is sent: `POST {action}` with `csrf`.
    pub action: String,
    /// Back to the user.
    pub back_href: String,
}

impl AdminActPage {
    fn text(&self, part: &str) -> String {
        self.frame.t(&format!("admin-act-{}-{part}", self.act)).into_owned()
    }

    /// Whether it ends or hands over something.
    const fn is_dangerous(&self) -> bool {
        matches!(self.act, Act::Suspend | Act::Delete | Act::TransferContractor)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |act: &Act| Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, super::AdminSection::Users),
            act: *act,
            who: Concerned::sample(),
            action: format!("{}/{act}", super::user_path(frame)),
            back_href: super::user_path(frame),
        };
        // The change of address or method has a page of its own.
        Act::ALL.iter().filter(|act| **act != Act::ChangeSignIn).map(page).collect()
    }
}

impl Page for AdminActPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
