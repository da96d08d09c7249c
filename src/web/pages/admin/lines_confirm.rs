use askama::Template;

use super::AdminNav;
use super::lines::path_key;
use crate::policy::access_path::AccessPathSetting;
use crate::web::page::{Frame, Page};
use crate::web::pages::AccessPathPreview;

/// 「アクセス経路変更確認」 in the console: what another access path will do, before anything is saved.
#[derive(Template)]
#[template(path = "page/admin/lines_confirm.html")]
pub struct LinesConfirmPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// Where the form is sent: `POST {action}` with everything typed before and `step`, `confirmed`, `csrf`.
    pub action: String,
    /// What is in force.
    pub from: AccessPathSetting,
    /// What will be.
    pub to: AccessPathSetting,
    /// Number and name of each line that is registered with it.
    pub rows: Vec<(String, String)>,
    /// What it does to people, where it shuts some out.
    pub preview: Option<AccessPathPreview>,
    /// Whether the person who looks is shut out too.
    pub shuts_out: bool,
    /// Whether a box must be ticked, since nobody is known to be able to sign in afterwards.
    pub must_confirm: bool,
    /// Whether it was not.
    pub is_unconfirmed: bool,
    /// Back to the page before.
    pub back_href: String,
}

impl LinesConfirmPage {
    fn key_before(&self) -> &'static str {
        path_key(self.from)
    }

    fn key_after(&self) -> &'static str {
        path_key(self.to)
    }

    fn warnings(&self) -> Vec<String> {
        let key = |n: usize| format!("{}-warning-{n}", self.key_after());
        (1..=3).map(|n| self.frame.t_or(&key(n), "")).filter(|text| !text.is_empty()).collect()
    }

    fn count(&self, key: &str, count: impl ToString) -> String {
        self.frame.t1(key, "count", &count.to_string())
    }

    /// How many people are not named.
    fn others(&self, preview: &AccessPathPreview) -> Option<String> {
        let named = i64::try_from(preview.people.len()).unwrap_or(i64::MAX);
        let others = preview.internet.saturating_sub(named);
        (others > 0).then(|| self.count("setting-preview-others", others))
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        use AccessPathSetting::{LineAndInternet, LineOnly};
        let preview = |seen| AccessPathPreview {
            internet: 42,
            people: vec![("<script>alert(1)</script>".to_owned(), "hanako@example.jp".to_owned())],
            lines: 2,
            seen,
        };
        let page = |(from, to), preview: Option<AccessPathPreview>, is_unconfirmed| Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, super::AdminSection::Line),
            action: format!("{}/admin/line-authentication", frame.base),
            from,
            to,
            rows: vec![("\"><script>".to_owned(), "本社".to_owned()), (String::new(), String::new())],
            must_confirm: preview.as_ref().is_some_and(|preview| !preview.seen),
            shuts_out: preview.is_some(),
            preview,
            is_unconfirmed,
            back_href: format!("{}/admin/line-authentication", frame.base),
        };
        vec![
            page((LineAndInternet, LineOnly), Some(preview(true)), false),
            page((LineAndInternet, LineOnly), Some(preview(false)), false),
            page((LineAndInternet, LineOnly), Some(preview(false)), true),
            page((LineOnly, LineAndInternet), None, false),
        ]
    }
}

impl Page for LinesConfirmPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
