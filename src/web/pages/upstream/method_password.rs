use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::{NewPasswordAlert, link};

/// 「メールアドレス・パスワード認証の設定」 (manual, chapters 2.1 and 2.2): the password of an account that had none.
#[derive(Template)]
#[template(path = "page/upstream/method_password.html")]
pub struct MethodPasswordPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `ticket` (if there is one), `password`, `again`, `csrf` (and
    /// `username`, for the browser's password store only).
    pub action: String,
    /// The secret of a mailed link, a hidden field; `None` in the account menu.
    pub ticket: Option<String>,
    /// The address that will sign in with the password.
    pub email: String,
    /// Why the page is shown again.
    pub alert: Option<NewPasswordAlert>,
    /// Back to the choice.
    pub back_href: String,
}

impl MethodPasswordPage {
    fn password_is_wrong(&self) -> bool {
        self.alert.is_some_and(NewPasswordAlert::blames_password)
    }

    fn again_is_wrong(&self) -> bool {
        self.alert.is_some_and(NewPasswordAlert::blames_again)
    }

    fn back(&self) -> Option<&str> {
        link(&self.back_href)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |email: &str, ticket: Option<&str>, alert| Self {
            frame: frame.clone(),
            action: format!("{}/account/login-method/password", frame.base),
            ticket: ticket.map(str::to_owned),
            email: email.to_owned(),
            alert,
            back_href: format!("{}/account/login-method", frame.base),
        };
        let long = "hanako.nagai-namae-no-hito+cloud-storage@a-department.a-very-long-company-name.example.co.jp";
        let mut pages = vec![
            page("taro@example.jp", None, None),
            page(long, Some("cGVuZw\"><script>"), None),
            page("\"><script>alert(1)</script>", Some("x"), Some(NewPasswordAlert::Differ)),
        ];
        pages[2].back_href = "javascript:alert(1)".to_owned();
        pages.extend(NewPasswordAlert::ALL.map(|alert| page("taro@example.jp", None, Some(alert))));
        pages
    }
}

impl Page for MethodPasswordPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
