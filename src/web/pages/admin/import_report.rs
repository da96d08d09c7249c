use askama::Template;

use super::{AdminNav, ImportRow};
use crate::web::page::{Frame, Page};

/// What will become, or has become, of each line of a file.
#[derive(Template)]
#[template(path = "page/admin/import_report.html")]
pub struct ImportReportPage {
    /// The frame; its form token guards all forms of the page.
    pub frame: Frame,
    /// The navigation.
    pub nav: AdminNav,
    /// The lines, in order.
    pub rows: Vec<ImportRow>,
    /// All lines as CSV: `POST {send_action}` as multipart with `lines`, `csrf` invites those that are good. Empty once
    /// they were sent.
    pub lines: String,
    /// Where the lines are sent to be invited.
    pub send_action: String,
    /// The lines to be corrected as CSV: `POST {correct_action}` as multipart with `lines`, `csrf` reads them again.
    pub to_correct: String,
    /// Where corrected lines are sent.
    pub correct_action: String,
    /// `POST {download_action}` as multipart with `lines`, `csrf` answers them as a file.
    pub download_action: String,
    /// Back to the list.
    pub back_href: String,
}

impl ImportReportPage {
    fn is_preview(&self) -> bool {
        !self.lines.is_empty()
    }

    fn good(&self) -> usize {
        self.rows.iter().filter(|row| row.verdict.is_good()).count()
    }

    fn to_correct_count(&self) -> usize {
        self.rows.iter().filter(|row| row.verdict.is_to_be_corrected()).count()
    }

    /// Those that need neither an invitation nor a correction.
    fn others(&self) -> usize {
        self.rows.len() - self.good() - self.to_correct_count()
    }

    fn count(&self, key: &str, count: usize) -> String {
        self.frame.t1(key, "count", &count.to_string())
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        use super::{AdminSection, ImportVerdict};
        let row = |(number, verdict): (usize, &ImportVerdict)| ImportRow {
            number: number as u64 + 2,
            name: "<b>端場</b> 花子".to_owned(),
            email: "hanako@example.jp".to_owned(),
            role: "\"><script>".to_owned(),
            verdict: *verdict,
        };
        let page = |rows: Vec<ImportRow>, lines: &str, to_correct: &str| Self {
            frame: frame.clone(),
            nav: AdminNav::sample(frame, AdminSection::Users),
            rows,
            lines: lines.to_owned(),
            send_action: format!("{}/admin/users/import/send", frame.base),
            to_correct: to_correct.to_owned(),
            correct_action: format!("{}/admin/users/import", frame.base),
            download_action: format!("{}/admin/users/import/lines.csv", frame.base),
            back_href: format!("{}/admin/users", frame.base),
        };
        let all = || ImportVerdict::ALL.iter().enumerate().map(row).collect::<Vec<_>>();
        let bad = all().into_iter().filter(|row| !row.verdict.is_good()).collect();
        vec![
            page(all(), "\"><script>", "</textarea><script>"),
            page(all(), "", "氏名,メールアドレス,権限\n"),
            page(bad, "x", "y"),
            page(vec![row((0, &ImportVerdict::Invited))], "", ""),
        ]
    }
}

impl Page for ImportReportPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
