use askama::Template;

use super::NewPasswordAlert;
use crate::web::page::{Frame, Page};
use crate::web::pages::{UpstreamAlert, UpstreamButton};

/// 「利用者ログイン登録」 (manual, chapter 1.5): how the invited person will sign in.
#[derive(Template)]
#[template(path = "page/ticket/registration.html")]
pub struct RegistrationPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `ticket`, `password`, `again`, `csrf` (and `username`, for the
    /// browser's password store only).
    pub action: String,
    /// The secret of the link; a hidden field.
    pub ticket: String,
    /// The name the inviting person gave.
    pub name: String,
    /// The address the invitation went to.
    pub email: String,
    /// Why the page is shown again.
    pub alert: Option<NewPasswordAlert>,
    /// The upstream accounts on offer ([`crate::web::pages::Offer::Register`]); the section is absent without any. The
    /// ticket goes along as a hidden field.
    pub upstream: Vec<UpstreamButton>,
    /// Whether this brand offers the password: its form is absent otherwise.
    pub password: bool,
    /// Why an upstream account was not taken.
    pub upstream_alert: Option<UpstreamAlert>,
}

impl RegistrationPage {
    fn password_is_wrong(&self) -> bool {
        self.alert.is_some_and(NewPasswordAlert::blames_password)
    }

    fn again_is_wrong(&self) -> bool {
        self.alert.is_some_and(NewPasswordAlert::blames_again)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |name: &str, alert, upstream: &[UpstreamButton]| Self {
            frame: frame.clone(),
            action: format!("{}/registration", frame.base),
            ticket: super::TICKET.to_owned(),
            name: name.to_owned(),
            email: "taro@example.jp".to_owned(),
            alert,
            upstream: upstream.to_vec(),
            password: true,
            upstream_alert: None,
        };
        let all = UpstreamButton::samples(frame, crate::web::pages::Offer::Register);
        let mut pages = vec![page("山田 太郎", None, &all), page("<script>alert(1)</script>", None, &[])];
        pages[1].email = "\"><b>@example.jp".to_owned();
        pages.extend(NewPasswordAlert::ALL.map(|alert| page("山田 太郎", Some(alert), &[])));
        let refused =
            |alert: &UpstreamAlert| Self { upstream_alert: Some(*alert), ..page("山田 太郎", None, &all) };
        pages.extend(UpstreamAlert::ALL.iter().map(refused));
        pages
    }
}

impl Page for RegistrationPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        UpstreamButton::origins(&self.upstream).collect()
    }
}

/// 「申込確認」 (manual, chapter 1.5): the last look before the account is registered.
#[derive(Template)]
#[template(path = "page/ticket/registration_confirm.html")]
pub struct RegistrationConfirmPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where 「確認」 sends the form: `POST {action}` with `ticket`, `draft`, `csrf`.
    pub action: String,
    /// Where 「キャンセル」 sends it, with the same fields.
    pub cancel_action: String,
    /// The secret of the link; a hidden field.
    pub ticket: String,
    /// What was chosen on the page before, sealed; a hidden field.
    pub draft: String,
    /// The address the person will sign in with.
    pub email: String,
}

impl RegistrationConfirmPage {
    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |email: &str| Self {
            frame: frame.clone(),
            action: format!("{}/registration/confirm", frame.base),
            cancel_action: format!("{}/registration/cancel", frame.base),
            ticket: super::TICKET.to_owned(),
            draft: "c2VhbGVk\"><b>".to_owned(),
            email: email.to_owned(),
        };
        vec![page("taro@example.jp"), page("\"><script>alert(1)</script>")]
    }
}

impl Page for RegistrationConfirmPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
