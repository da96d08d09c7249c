use askama::Template;

use crate::web::page::{Frame, Page};
use crate::web::pages::NewPasswordAlert;

/// What an enrolment link opens: the password.
#[derive(Template)]
#[template(path = "page/operator/enrolment.html")]
pub struct OperatorEnrolmentPage {
    /// The frame; its form token guards the form: `POST /enrolment` with `link`, `password`, `again`, `csrf`.
    pub frame: Frame,
    /// Who enrols.
    pub name: String,
    /// The address that will sign in.
    pub email: String,
    /// The secret of the link.
    pub link: String,
    /// Why the page is shown again.
    pub alert: Option<NewPasswordAlert>,
}

impl OperatorEnrolmentPage {
    fn alert_key(&self) -> Option<&'static str> {
        self.alert.map(|alert| match alert {
            // Everybody else's eight characters are not enough here.
            NewPasswordAlert::TooShort => "operator-alert-too-short",
            alert => alert.key(),
        })
    }

    fn password_is_wrong(&self) -> bool {
        self.alert.is_some_and(NewPasswordAlert::blames_password)
    }

    fn again_is_wrong(&self) -> bool {
        self.alert.is_some_and(NewPasswordAlert::blames_again)
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let page = |name: &str, alert| Self {
            frame: Frame { here: String::new(), ..frame.clone() },
            name: name.to_owned(),
            email: "ops@example.jp".to_owned(),
            link: "c2VjcmV0\"><b>".to_owned(),
            alert,
        };
        let mut pages = vec![page("運用 太郎", None), page("<script>alert(1)</script>", None)];
        pages.extend(NewPasswordAlert::ALL.map(|alert| page("運用 太郎", Some(alert))));
        pages
    }
}

impl Page for OperatorEnrolmentPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}
