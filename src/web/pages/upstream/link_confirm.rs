use askama::Template;

use super::UpstreamKind;
use crate::web::foreign;
use crate::web::page::{Frame, Page};
use crate::web::pages::link;

/// The last look before an account elsewhere becomes the way to sign in: which one it is. It replaces the manuals'
/// advice to sign out of the service first.
#[derive(Template)]
#[template(path = "page/upstream/link_confirm.html")]
pub struct LinkConfirmPage {
    /// The frame; its form token guards both forms.
    pub frame: Frame,
    /// What kind of account it is; gives the look.
    pub kind: UpstreamKind,
    /// What it shall become.
    pub purpose: LinkPurpose,
    /// The account in words, as [`UpstreamKind::account`] makes them: 「Googleアカウント」.
    pub upstream_name: String,
    /// The person's name as the upstream tells it: foreign text.
    pub name: Option<String>,
    /// The address as the upstream tells it: foreign text, and no proof of anything.
    pub address: Option<String>,
    /// The address of the account here.
    pub account_email: String,
    /// Where 「このGoogleアカウントで登録」 is sent: `POST {action}` with `csrf`.
    pub action: String,
    /// Where 「別のアカウントを使う」 is sent, likewise; it leads to the upstream once more.
    pub other_action: String,
    /// Scheme, host and port of the upstream.
    pub other_origin: String,
    /// Where 「キャンセル」 leads.
    pub cancel_href: String,
}

/// What the account shall become: texts `link-confirm-<name>-title`, `-lead`, `-submit`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkPurpose {
    /// The way to sign in of somebody who was invited (manual, chapter 1.5).
    Registration,
    /// The new way to sign in (manual, chapter 2).
    Change,
}

impl LinkConfirmPage {
    fn words(&self, part: &str) -> String {
        let purpose = match self.purpose {
            LinkPurpose::Registration => "registration",
            LinkPurpose::Change => "change",
        };
        self.frame.t1(&format!("link-confirm-{purpose}-{part}"), "upstream", &self.upstream_name)
    }

    /// What the upstream tells, made fit to be shown; nothing for what it does not tell.
    fn shown(text: Option<&String>) -> Option<String> {
        text.map(|text| foreign::line(text)).filter(|text| !text.is_empty())
    }

    fn name(&self) -> Option<String> {
        Self::shown(self.name.as_ref())
    }

    fn address(&self) -> Option<String> {
        Self::shown(self.address.as_ref())
    }

    fn cancel(&self) -> Option<&str> {
        link(&self.cancel_href)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |kind: UpstreamKind, purpose, name: Option<&str>, address: Option<&str>| Self {
            frame: frame.clone(),
            kind,
            purpose,
            upstream_name: kind.account(frame, "Evil <b>"),
            name: name.map(str::to_owned),
            address: address.map(str::to_owned),
            account_email: "taro@example.jp".to_owned(),
            action: format!("{}/link/5d1f", frame.base),
            other_action: format!("{}/link/5d1f/other", frame.base),
            other_origin: super::ORIGIN.to_owned(),
            cancel_href: format!("{}/registration?ticket=x", frame.base),
        };
        let long = "hanako.nagai-namae-no-hito+cloud-storage@a-department.a-very-long-company-name.example.co.jp";
        let hostile = "\u{202e}<script>alert(1)</script>\r\n".repeat(20);
        let mut pages = vec![
            page(UpstreamKind::Google, LinkPurpose::Registration, Some("山田 太郎"), Some("taro.yamada@gmail.example")),
            page(UpstreamKind::ActiveDirectory, LinkPurpose::Change, Some("長井名前 花子エリザベス"), Some(long)),
            page(UpstreamKind::DAccount, LinkPurpose::Change, None, None),
            page(UpstreamKind::Facebook, LinkPurpose::Registration, Some("Taro Yamada"), None),
            page(UpstreamKind::OpenIdConnect, LinkPurpose::Registration, Some(&hostile), Some("\"><b>")),
        ];
        pages[4].cancel_href = "javascript:alert(1)".to_owned();
        pages
    }
}

impl Page for LinkConfirmPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        crate::web::pages::targets(&self.other_origin)
    }
}
