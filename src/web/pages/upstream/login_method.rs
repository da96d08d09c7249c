use askama::Template;

use super::{UpstreamAlert, UpstreamButton};
use crate::web::page::{Frame, Page};
use crate::web::pages::optional_link;

/// 「ログイン方法の設定」 (manual, chapters 2.1 and 2.2): the present way to sign in, and the choice of another one.
#[derive(Template)]
#[template(path = "page/upstream/login_method.html")]
pub struct LoginMethodPage {
    /// The frame; its form token guards the buttons.
    pub frame: Frame,
    /// The present way in words: `upstream-password` of the catalogue, or what [`super::UpstreamKind::account`] makes.
    pub current: String,
    /// The address that signs in.
    pub email: String,
    /// The secret of a mailed link, a hidden field of each button; `None` in the account menu, which only the
    /// contractor can be in.
    pub ticket: Option<String>,
    /// Where the choice of a password leads: to [`super::MethodPasswordPage`]; `None` when it is not offered.
    pub password_href: Option<String>,
    /// The upstream accounts on offer ([`super::Offer::Change`]).
    pub upstream: Vec<UpstreamButton>,
    /// Why the page is shown again.
    pub upstream_alert: Option<UpstreamAlert>,
    /// Whether to say that one Facebook account cannot take the place of another.
    pub facebook_note: bool,
    /// Back to the menu.
    pub back_href: Option<String>,
}

impl LoginMethodPage {
    fn password(&self) -> Option<&str> {
        optional_link(self.password_href.as_ref())
    }

    fn back(&self) -> Option<&str> {
        optional_link(self.back_href.as_ref())
    }

    fn ticket(&self) -> &str {
        self.ticket.as_deref().unwrap_or_default()
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        use super::{Offer, UpstreamKind};
        let page = |current: String, ticket: Option<&str>, upstream| Self {
            frame: frame.clone(),
            current,
            email: "taro@example.jp".to_owned(),
            ticket: ticket.map(str::to_owned),
            password_href: Some(format!("{}/account/login-method/password?a=\"><b>", frame.base)),
            upstream,
            upstream_alert: None,
            facebook_note: false,
            back_href: None,
        };
        let all = UpstreamButton::samples(frame, Offer::Change);
        let social: Vec<_> = all.iter().take(4).cloned().collect();
        let mut contractor = page(frame.t("upstream-password").into_owned(), None, social);
        contractor.back_href = Some(format!("{}/account", frame.base));
        contractor.facebook_note = true;
        let mut mailed = page(UpstreamKind::Facebook.account(frame, ""), Some("cGVuZw\"><script>"), all);
        mailed.facebook_note = true;
        let mut alone = page("<script>alert(1)</script>".to_owned(), Some("x"), Vec::new());
        alone.email = "\"><b>".to_owned();
        alone.password_href = None;
        alone.back_href = Some("javascript:alert(1)".to_owned());
        let mut pages = vec![contractor, mailed, alone];
        pages.extend(UpstreamAlert::ALL.iter().map(|alert| Self {
            upstream_alert: Some(*alert),
            ..page(UpstreamKind::Google.account(frame, ""), None, Vec::new())
        }));
        pages
    }
}

impl Page for LoginMethodPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        UpstreamButton::origins(&self.upstream).collect()
    }
}
