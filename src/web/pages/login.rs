use askama::Template;

use super::{PasskeyForm, UpstreamButton, targets};
use crate::web::page::{Frame, Page};

/// The login page 「ログイン」 (manual, chapter 1.1), and the one of the account menu, 「認証・契約情報変更ログイン」 (chapter
/// 2.1), both in the order of the manuals.
#[derive(Template)]
#[template(path = "page/login.html")]
pub struct LoginPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `email`, `password`, `csrf`.
    pub action: String,
    /// What the sign-in is for.
    pub kind: LoginKind,
    /// Where the first link leads: to the other of the two login pages.
    pub switch_href: String,
    /// Where 「パスワードを忘れた方はこちら」 sends the form, so that the address typed so far goes along by POST: `email`,
    /// `csrf` (the token of this form) and a password that nobody must read.
    pub forgotten_action: String,
    /// The address typed before, or the `login_hint` of the request.
    pub email: String,
    /// Why the page is shown again.
    pub alert: Option<LoginAlert>,
    /// The name of the application that asked, when it is not the brand's own.
    pub client_name: Option<String>,
    /// Whether this brand offers the sign-in by password: the form is absent otherwise.
    pub password: bool,
    /// The upstream accounts this brand offers ([`super::Offer::Login`]), in order; the whole section is absent when
    /// there is none.
    pub upstream: Vec<UpstreamButton>,
    /// The sign-in with a passkey, if the brand offers it.
    pub passkey: Option<PasskeyForm>,
    /// Where the sign-in may lead: the client's redirect URI; empty when it stays with us.
    pub redirect_uri: String,
}

/// What a sign-in is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoginKind {
    /// An application asked for it.
    Client,
    /// The person wants to change how they sign in, or the contract.
    AccountMenu,
    /// The person manages their contract's people.
    AdminConsole,
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
    /// The contract's people come over its lines alone (回線認証のみ).
    LineRequired,
    /// The free trial is over; the contractor may still move to the basic plan for a while.
    TrialEnded,
    /// Too many tries from this network: wait.
    TooManyRequests,
    /// More sign-ins than the server can check now: try again at once.
    Overloaded,
    /// The passkey did not prove anybody, or there was none.
    PasskeyFailed,
    /// The client asked for a fresh sign-in (`prompt=login`, `max_age`). A notice, not an error.
    FreshSignIn,
    /// The person turned back at the upstream. A notice, not an error.
    UpstreamCancelled,
    /// The upstream is down, slow, or asked too much of: another way, or later.
    UpstreamUnavailable,
    /// The answer of the upstream could not be verified.
    UpstreamFailed,
    /// The upstream account is nobody's way to sign in here.
    UpstreamNotLinked,
    /// There is no Active Directory connection of this ID, or it is switched off.
    ConnectionUnknown,
}

impl LoginAlert {
    /// What is said of a refusal that may be told, by its word in a URL.
    pub fn of_refusal(word: &str) -> Option<Self> {
        match word {
            "line-required" => Some(Self::LineRequired),
            "trial-ended" => Some(Self::TrialEnded),
            "locked-out" => Some(Self::Unavailable),
            _ => None,
        }
    }

    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::EmailMissing,
        Self::PasswordMissing,
        Self::Mismatch,
        Self::Locked,
        Self::Unavailable,
        Self::LineRequired,
        Self::TrialEnded,
        Self::TooManyRequests,
        Self::Overloaded,
        Self::PasskeyFailed,
        Self::FreshSignIn,
        Self::UpstreamCancelled,
        Self::UpstreamUnavailable,
        Self::UpstreamFailed,
        Self::UpstreamNotLinked,
        Self::ConnectionUnknown,
    ];

    /// Its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::EmailMissing => "login-alert-email-missing",
            Self::PasswordMissing => "login-alert-password-missing",
            Self::Mismatch => "login-alert-mismatch",
            Self::Locked => "login-alert-locked",
            Self::Unavailable => "login-alert-unavailable",
            Self::LineRequired => "login-alert-line-required",
            Self::TrialEnded => "login-alert-trial-ended",
            Self::TooManyRequests => "login-alert-too-many-requests",
            Self::Overloaded => "login-alert-overloaded",
            Self::PasskeyFailed => "login-alert-passkey-failed",
            Self::FreshSignIn => "login-alert-fresh-sign-in",
            Self::UpstreamCancelled => "login-alert-upstream-cancelled",
            Self::UpstreamUnavailable => "login-alert-upstream-unavailable",
            Self::UpstreamFailed => "login-alert-upstream-failed",
            Self::UpstreamNotLinked => "login-alert-upstream-not-linked",
            Self::ConnectionUnknown => "login-alert-connection-unknown",
        }
    }

    const fn is_error(self) -> bool {
        !matches!(self, Self::FreshSignIn | Self::UpstreamCancelled)
    }

    const fn blames_email(self) -> bool {
        matches!(self, Self::EmailMissing | Self::Mismatch)
    }

    const fn blames_password(self) -> bool {
        matches!(self, Self::PasswordMissing | Self::Mismatch)
    }
}

impl LoginPage {
    const fn title(&self) -> &'static str {
        match self.kind {
            LoginKind::Client => "login-title",
            LoginKind::AccountMenu => "login-account-title",
            LoginKind::AdminConsole => "login-admin-title",
        }
    }

    const fn switch(&self) -> &'static str {
        match self.kind {
            LoginKind::Client | LoginKind::AdminConsole => "login-account-link",
            LoginKind::AccountMenu => "login-back-link",
        }
    }

    const fn color(&self) -> &'static str {
        match self.kind {
            LoginKind::Client | LoginKind::AdminConsole => "primary",
            LoginKind::AccountMenu => "accent",
        }
    }

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
        let page = |alert, email: &str, upstream: &[UpstreamButton]| Self {
            frame: frame.clone(),
            action: format!("{}/login/5d1f", frame.base),
            kind: LoginKind::Client,
            switch_href: format!("{}/account", frame.base),
            forgotten_action: format!("{}/lo/forgot", frame.base),
            email: email.to_owned(),
            alert,
            client_name: None,
            password: true,
            upstream: upstream.to_vec(),
            passkey: None,
            redirect_uri: "https://storage.example/VX7/callback".to_owned(),
        };
        let all = UpstreamButton::samples(frame, super::Offer::Login);
        let mut pages = vec![page(None, "", &all), page(None, "\"><script>alert(1)</script>", &[])];
        pages[1].client_name = Some("Evil <img src=x onerror=alert(1)> & 'Co'".to_owned());
        pages[1].passkey = Some(PasskeyForm::sample(frame));
        let mut menu = page(None, "", &all);
        menu.kind = LoginKind::AccountMenu;
        menu.passkey = Some(PasskeyForm::sample(frame));
        menu.redirect_uri = String::new();
        pages.push(menu);
        pages.push(Self { kind: LoginKind::AdminConsole, redirect_uri: String::new(), ..page(None, "", &all) });
        let mut without = page(None, "", &all);
        without.password = false;
        pages.push(without);
        pages.extend(LoginAlert::ALL.map(|alert| page(Some(alert), "taro@example.jp", &[])));
        pages
    }
}

impl Page for LoginPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        let mut all = targets(&self.redirect_uri);
        all.extend(UpstreamButton::origins(&self.upstream));
        all
    }
}
