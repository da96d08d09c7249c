use askama::Template;

use super::{AdminNav, AdminSection};
use crate::web::page::{Frame, Page};

/// 「管理コンソール」: what there is.
#[derive(Template)]
#[template(path = "page/admin/top.html")]
pub struct AdminTopPage {
    /// The frame.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// Who is signed in.
    pub name: String,
    /// The text of that person's role.
    pub role: &'static str,
    /// To the service.
    pub top_href: String,
}

impl AdminTopPage {
    /// Section, its note, its link.
    fn entries(&self) -> Vec<(AdminSection, String, String)> {
        let sections = self.nav.entries().into_iter().filter(|(section, ..)| *section != AdminSection::Top);
        sections.map(|(section, href, _)| (section, format!("{}-note", section.key()), href)).collect()
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        vec![Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, AdminSection::Top),
            name: "\"><i>端場 花子".to_owned(),
            role: super::role_key(crate::policy::administration::Role::Contractor),
            top_href: "https://storage.example/VX7".to_owned(),
        }]
    }
}

impl Page for AdminTopPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
