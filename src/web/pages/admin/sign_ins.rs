use askama::Template;

use super::AdminNav;
use crate::web::page::{Frame, Page};

/// 「ログイン履歴」: the sign-ins of the contract's people.
#[derive(Template)]
#[template(path = "page/admin/sign_ins.html")]
pub struct SignInsPage {
    /// The frame; it has no form token, since the only form is a search by GET.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// What was looked for.
    pub filter: SignInFilter,
    /// The sign-ins, newest first.
    pub lines: Vec<SignInLine>,
    /// The newest ones; empty on their page.
    pub first_href: String,
    /// The older ones; empty without any.
    pub next_href: String,
    /// The same as a file.
    pub export_href: String,
}

/// What was looked for, as in the query.
#[derive(Clone, Default, Debug)]
pub struct SignInFilter {
    /// The address of a person.
    pub person: String,
    /// Whether nobody of the contract has it.
    pub is_nobody: bool,
    /// `allowed`, `refused` or empty.
    pub outcome: &'static str,
    /// The first day, `2026-11-20`.
    pub from: String,
    /// The last day.
    pub to: String,
}

/// A sign-in.
#[derive(Clone, Debug)]
pub struct SignInLine {
    /// When, for people to read.
    pub at: String,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: String,
    /// Whether the person got in.
    pub is_allowed: bool,
    /// Why not.
    pub why: String,
    /// Over which network.
    pub path: String,
    /// From which network address.
    pub address: String,
    /// The reference that the page showed.
    pub reference: String,
}

impl SignInLine {
    const fn outcome(&self) -> &'static str {
        if self.is_allowed { "admin-sign-ins-allowed" } else { "admin-sign-ins-refused" }
    }
}

impl SignInsPage {
    fn path(&self) -> String {
        format!("{}/admin/sign-ins", self.frame.base)
    }

    /// Value, text, whether it is chosen.
    fn outcomes(&self) -> Vec<(&'static str, &'static str, bool)> {
        let options =
            [("", "admin-search-all"), ("allowed", "admin-sign-ins-allowed"), ("refused", "admin-sign-ins-refused")];
        options.map(|(value, key)| (value, key, value == self.filter.outcome)).into()
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let line = |name: &str, is_allowed| SignInLine {
            at: "2026-11-20 09:00 (JST)".to_owned(),
            name: name.to_owned(),
            email: "hanako@example.jp".to_owned(),
            is_allowed,
            why: if is_allowed { String::new() } else { "パスワードが正しくありません。".to_owned() },
            path: "インターネット".to_owned(),
            address: "2001:db8::1".to_owned(),
            reference: "7K3Q-9P2M".to_owned(),
        };
        let page = |filter, lines, first_href: &str, next_href: &str| Self {
            frame: Frame { csrf: String::new(), ..frame.clone() },
            nav: AdminNav::sample(frame, super::AdminSection::SignIns),
            filter,
            lines,
            first_href: first_href.to_owned(),
            next_href: next_href.to_owned(),
            export_href: format!("{}/admin/sign-ins.csv?outcome=\"><b>", frame.base),
        };
        let lines = vec![line("端場 花子", true), line("<script>alert(1)</script>", false), line("", false)];
        let nobody = SignInFilter {
            person: "\"><script>".to_owned(),
            is_nobody: true,
            outcome: "refused",
            from: "2026-11-01".to_owned(),
            to: String::new(),
        };
        let (first, next) =
            (format!("{}/admin/sign-ins", frame.base), format!("{}/admin/sign-ins?after=1", frame.base));
        vec![
            page(SignInFilter::default(), lines.clone(), "", &next),
            page(SignInFilter::default(), lines, &first, ""),
            page(nobody, Vec::new(), "", ""),
        ]
    }
}

impl Page for SignInsPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
