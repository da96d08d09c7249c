use askama::Template;

use crate::web::page::{Frame, Page};

/// The login page 「ログイン」, in the order of the manuals (chapter 1.1).
#[derive(Template)]
#[template(path = "page/login.html")]
pub struct LoginPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `email`, `password`, `csrf`.
    pub action: String,
    /// Where 「パスワード変更、その他認証・契約情報の変更はこちら」 leads.
    pub account_href: String,
    /// Where 「パスワードを忘れた方はこちら」 leads.
    pub forgotten_href: String,
    /// The address typed before, or the `login_hint` of the request.
    pub email: String,
    /// Why the page is shown again.
    pub alert: Option<LoginAlert>,
    /// The name of the application that asked, when it is not the brand's own.
    pub client_name: Option<String>,
    /// The upstream accounts this brand offers, in order; the whole section is absent when there is none.
    pub upstream: Vec<UpstreamButton>,
    /// Where the sign-in may lead: the client's redirect URI.
    pub redirect_uri: String,
}

/// A button of the login page that leads to an upstream account.
#[derive(Clone, Debug)]
pub struct UpstreamButton {
    /// Text key of the label: `login-google`, `login-facebook`, `login-microsoft`, `login-daccount`,
    /// `login-active-directory`.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
}

/// Why a sign-in did not go through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoginAlert {
    /// No address was typed.
    EmailMissing,
    /// No password was typed.
    PasswordMissing,
    /// The one neutral answer to a wrong password, an unknown address and an account with another login method.
    Mismatch,
    /// Too many wrong passwords in a row; the mail with the unblock link is on its way (manual, chapter 6).
    Locked,
    /// The contract or the account may not sign in at present.
    Unavailable,
    /// Too many tries from this network: wait.
    TooManyRequests,
    /// More sign-ins than the server can check now: try again at once.
    Overloaded,
    /// The client asked for a fresh sign-in (`prompt=login`, `max_age`). A notice, not an error.
    FreshSignIn,
}

impl LoginAlert {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::EmailMissing,
        Self::PasswordMissing,
        Self::Mismatch,
        Self::Locked,
        Self::Unavailable,
        Self::TooManyRequests,
        Self::Overloaded,
        Self::FreshSignIn,
    ];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::EmailMissing => "login-alert-email-missing",
            Self::PasswordMissing => "login-alert-password-missing",
            Self::Mismatch => "login-alert-mismatch",
            Self::Locked => "login-alert-locked",
            Self::Unavailable => "login-alert-unavailable",
            Self::TooManyRequests => "login-alert-too-many-requests",
            Self::Overloaded => "login-alert-overloaded",
            Self::FreshSignIn => "login-alert-fresh-sign-in",
        }
    }

    const fn is_error(self) -> bool {
        !matches!(self, Self::FreshSignIn)
    }

    const fn blames_email(self) -> bool {
        matches!(self, Self::EmailMissing | Self::Mismatch)
    }

    const fn blames_password(self) -> bool {
        matches!(self, Self::PasswordMissing | Self::Mismatch)
    }
}

impl LoginPage {
    fn email_is_wrong(&self) -> bool {
        self.alert.is_some_and(LoginAlert::blames_email)
    }

    fn password_is_wrong(&self) -> bool {
        self.alert.is_some_and(LoginAlert::blames_password)
    }

    /// The password field gets the cursor when the address is known.
    fn email_is_known(&self) -> bool {
        !self.email.is_empty() && !matches!(self.alert, Some(LoginAlert::EmailMissing))
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |alert, email: &str, upstream: &[&'static str]| Self {
            frame: frame.clone(),
            action: format!("{}/login/5d1f", frame.base),
            account_href: format!("{}/account", frame.base),
            forgotten_href: format!("{}/help/password", frame.base),
            email: email.to_owned(),
            alert,
            client_name: None,
            upstream: upstream
                .iter()
                .map(|label| UpstreamButton { label, href: format!("{}/upstream?a=1&b=\"2\"", frame.base) })
                .collect(),
            redirect_uri: "https://storage.example/VX7/callback".to_owned(),
        };
        let all = ["login-google", "login-facebook", "login-microsoft", "login-daccount", "login-active-directory"];
        let mut pages = vec![page(None, "", &all), page(None, "\"><script>alert(1)</script>", &[])];
        pages[1].client_name = Some("Evil <img src=x onerror=alert(1)> & 'Co'".to_owned());
        pages.extend(LoginAlert::ALL.map(|alert| page(Some(alert), "taro@example.jp", &[])));
        pages
    }
}

impl Page for LoginPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        vec![self.redirect_uri.clone()]
    }
}
