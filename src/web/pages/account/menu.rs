use askama::Template;

use crate::web::page::{Frame, Page};

/// 「認証・契約情報変更メニュー」 (manual, chapter 2.1).
#[derive(Template)]
#[template(path = "page/account/menu.html")]
pub struct AccountMenuPage {
    /// The frame.
    pub frame: Frame,
    /// Who is signed in.
    pub name: String,
    /// The address that signs in.
    pub email: String,
    /// What this person may change, in order; a section without entries is not shown.
    pub sections: Vec<MenuSection>,
    /// Where 「トップ画面へ」 leads.
    pub top_href: String,
}

/// A part of the menu. Texts: `menu-authentication-title`, `menu-settings-title`, `menu-contract-title`; notes
/// `menu-authentication-note`, `menu-authentication-email-note`, `menu-settings-note`, `menu-settings-all-note`,
/// `menu-contract-note`.
#[derive(Clone, Debug)]
pub struct MenuSection {
    /// Text key of its heading.
    pub title: &'static str,
    /// Text keys of the sentences under it.
    pub notes: Vec<&'static str>,
    /// The entries.
    pub entries: Vec<MenuEntry>,
}

/// An entry of the menu. Texts: `menu-login-method`, `menu-email`, `menu-password`, `menu-passkeys`,
/// `menu-access-path`, `menu-second-factor`, `menu-active-directory`, `menu-contract`, `menu-plan`, `menu-cancel`.
#[derive(Clone, Debug)]
pub struct MenuEntry {
    /// Text key of its label.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
}

impl AccountMenuPage {
    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let section = |title, notes: &[&'static str], entries: &[&'static str]| MenuSection {
            title,
            notes: notes.to_vec(),
            entries: entries
                .iter()
                .map(|label| MenuEntry { label, href: format!("{}/account/{label}?a=\"><b>", frame.base) })
                .collect(),
        };
        let page = |name: &str, email: &str, sections| Self {
            frame: frame.clone(),
            name: name.to_owned(),
            email: email.to_owned(),
            sections,
            top_href: "https://storage.example/VX7".to_owned(),
        };
        let contractor = vec![
            section(
                "menu-authentication-title",
                &["menu-authentication-note", "menu-authentication-email-note"],
                &["menu-login-method", "menu-email", "menu-password", "menu-passkeys"],
            ),
            section(
                "menu-settings-title",
                &["menu-settings-note", "menu-settings-all-note"],
                &["menu-access-path", "menu-second-factor", "menu-active-directory"],
            ),
            section("menu-contract-title", &["menu-contract-note"], &["menu-contract", "menu-plan", "menu-cancel"]),
        ];
        let user = vec![
            section("menu-authentication-title", &["menu-authentication-note"], &["menu-password", "menu-passkeys"]),
            section("menu-contract-title", &["menu-contract-note"], &[]),
        ];
        let long = "hanako.nagai-namae-no-hito+cloud-storage@a-department.a-very-long-company-name.example.co.jp";
        vec![
            page("山田 太郎", "taro@example.jp", contractor),
            page("長井名前 花子エリザベス・マリー・アントワネット", long, user),
            page("<script>alert(1)</script>", "\"><b>", Vec::new()),
        ]
    }
}

impl Page for AccountMenuPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
