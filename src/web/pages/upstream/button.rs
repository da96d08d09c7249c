use crate::text_enum::text_enum;
use crate::web::page::Frame;

text_enum! {
    /// What kind of account a button leads to.
    pub enum UpstreamKind {
        /// A Google account.
        Google = "google",
        /// A Facebook account.
        Facebook = "facebook",
        /// A Microsoft account, personal or of a company.
        Microsoft = "microsoft",
        /// dアカウント
        DAccount = "daccount",
        /// An account of the customer's own Active Directory.
        ActiveDirectory = "active_directory",
        /// An account of any other OpenID provider; the operator gives it a name.
        OpenIdConnect = "openid_connect",
    }
}

/// What a button offers to do with the account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offer {
    /// 「Googleアカウントでログイン」
    Login,
    /// 「Googleアカウントで登録」
    Register,
    /// 「Googleアカウントに変更」
    Change,
}

impl UpstreamKind {
    /// The words of a button, `login-with-…`, `register-with-…` or `change-to-…` of the catalogue. `name` is the
    /// operator's name of an [`UpstreamKind::OpenIdConnect`] connection; the others have their own.
    pub fn label(self, frame: &Frame, offer: Offer, name: &str) -> String {
        let verb = match offer {
            Offer::Login => "login-with",
            Offer::Register => "register-with",
            Offer::Change => "change-to",
        };
        frame.t1(&format!("{verb}-{}", self.part()), "name", name)
    }

    /// The account in words, 「Googleアカウント」 (`upstream-…` of the catalogue); `name` as for [`UpstreamKind::label`].
    pub fn account(self, frame: &Frame, name: &str) -> String {
        frame.t1(&format!("upstream-{}", self.part()), "name", name)
    }

    fn part(self) -> String {
        self.as_str().replace('_', "-")
    }

    /// An initial in place of a logo: the vendors' logos come with rules of their own and would have to be theirs.
    pub(super) const fn initial(self) -> &'static str {
        match self {
            Self::Google => "G",
            Self::Facebook => "F",
            Self::Microsoft => "M",
            Self::DAccount => "d",
            Self::ActiveDirectory => "AD",
            Self::OpenIdConnect => "ID",
        }
    }
}

/// A button that leads to an upstream account: a form of its own, `POST {action}` with the page's `csrf` and its
/// `ticket`, if it has one.
#[derive(Clone, Debug)]
pub struct UpstreamButton {
    /// What it leads to; gives the look.
    pub kind: UpstreamKind,
    /// Its words, as [`UpstreamKind::label`] makes them.
    pub label: String,
    /// Where the form is sent.
    pub action: String,
    /// Scheme, host and port of the upstream the answer redirects to; empty when it is a page of ours.
    pub origin: String,
}

impl UpstreamButton {
    /// The initial on its badge.
    pub(in crate::web::pages) const fn initial(&self) -> &'static str {
        self.kind.initial()
    }

    /// Where these buttons lead, for [`crate::web::Page::form_targets`].
    pub(in crate::web::pages) fn origins(buttons: &[Self]) -> impl Iterator<Item = String> {
        buttons.iter().map(|button| button.origin.clone()).filter(|origin| !origin.is_empty())
    }

    /// One of each kind.
    #[cfg(test)]
    pub(in crate::web::pages) fn samples(frame: &Frame, offer: Offer) -> Vec<Self> {
        let button = |kind: &UpstreamKind| Self {
            kind: *kind,
            label: kind.label(frame, offer, "Evil <b> & 'Co'"),
            action: format!("{}/login/5d1f/upstream/{kind}?a=1&b=\"2\"", frame.base),
            origin: format!("https://{}.example", kind.part()),
        };
        UpstreamKind::ALL.iter().map(button).collect()
    }
}
