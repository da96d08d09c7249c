//! The kinds of providers: which hosts each has, who has an account there, and who plays it.

use super::answer::Answer;
use super::host::Host;
use super::jose::KeyRing;
use super::jose::ring::KidStyle;
use super::model::{Client, Settings, User};
use super::request::Received;
use super::state::{Asked, Grant};
use super::{adfs, attacker, daccount, facebook, google, microsoft, oidc};
use serde::{Deserialize, Serialize};

/// A kind of provider.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Google.
    Google,
    /// Facebook Login and the Graph API.
    Facebook,
    /// Microsoft identity platform v2.0.
    Microsoft,
    /// d-account Connect.
    DAccount,
    /// A customer's Active Directory Federation Services.
    Adfs,
    /// A provider that does what the standards say.
    OpenIdConnect,
    /// No provider: an attacker's host, which answers with his keys and notes who asked.
    Attacker,
}

impl Kind {
    /// Its hosts as role and label, the main one first.
    pub fn hosts(self, name: &str) -> Vec<(&'static str, String)> {
        let roles: &[&'static str] = match self {
            Self::Google => &["token", "keys", "userinfo"],
            Self::DAccount => &["id", "keys"],
            Self::Facebook | Self::Microsoft => &["graph"],
            Self::Adfs | Self::OpenIdConnect | Self::Attacker => &[],
        };
        let label = |role: &&'static str| match (self, name) {
            (Self::Facebook, "fb") => (*role, (*role).to_owned()),
            _ => (*role, format!("{name}-{role}")),
        };
        std::iter::once(("", name.to_owned())).chain(roles.iter().map(label)).collect()
    }

    /// Who plays it.
    pub fn play(self) -> &'static dyn Play {
        match self {
            Self::Google => &google::Google,
            Self::Facebook => &facebook::Facebook,
            Self::Microsoft => &microsoft::Microsoft,
            Self::DAccount => &daccount::DAccount,
            Self::Adfs => &adfs::Adfs,
            Self::OpenIdConnect => &oidc::OpenIdConnect,
            Self::Attacker => &attacker::Attacker,
        }
    }
}

/// What a kind of provider does its own way. What is the same everywhere (sessions, the sign-in page, codes) is in
/// [`super::sign_in`] and [`super::code`].
pub trait Play: Send + Sync {
    /// Whom the simulator stands in for, for the banner of its pages.
    fn title(&self, host: &Host) -> String;

    /// People with an account.
    fn users(&self, host: &Host) -> Vec<User>;

    /// How its keys are named.
    fn kid_style(&self) -> KidStyle {
        KidStyle::Hex
    }

    /// More keys than the one that signs.
    fn prepare_keys(&self, _ring: &mut KeyRing, _origin: &str) {}

    /// Settings that differ from the usual ones.
    fn settings(&self) -> Settings {
        Settings::default()
    }

    /// Whether the request is one for the authorization endpoint.
    fn is_authorize(&self, request: &Received) -> bool;

    /// Everything else.
    fn answer(&self, host: &Host, request: &Received) -> Answer;

    /// Checks an authorization request.
    ///
    /// # Errors
    /// The refusal, a page or a redirect.
    fn check(&self, host: &Host, request: &Received) -> Result<Asked, Box<Answer>>;

    /// Whether this person may use this request; silent single sign-on asks too.
    ///
    /// # Errors
    /// The refusal.
    fn admit(&self, _host: &Host, _asked: &Asked, _user: &User) -> Result<(), Box<Answer>> {
        Ok(())
    }

    /// Whether the page is shown even to somebody who is signed in.
    fn wants_page(&self, asked: &Asked) -> bool {
        asked.prompt.iter().any(|prompt| prompt == "login" || prompt == "select_account")
    }

    /// A session given by the request itself (integrated authentication), or the challenge that asks for one.
    ///
    /// # Errors
    /// The challenge.
    fn integrated(&self, _host: &Host, _request: &Received) -> Result<Option<String>, Box<Answer>> {
        Ok(None)
    }

    /// The answer for the person's browser once they are known; `code` is good for [`super::code::redeem`].
    fn permit(&self, host: &Host, grant: &Grant, code: &str) -> Answer;

    /// The answer when the person cancels.
    fn cancel(&self, host: &Host, asked: &Asked) -> Answer;

    /// The answer to `prompt=none` that cannot be silent; `error` is `login_required` or the like.
    fn refuse_silence(&self, host: &Host, asked: &Asked, error: &str) -> Answer;

    /// The answer when the page was submitted too late.
    fn late(&self, _host: &Host, _asked: &Asked) -> Option<Answer> {
        None
    }

    /// What a code looks like.
    fn code(&self) -> String {
        crate::random::token()
    }
}

/// A client and the person, as most claims want them.
pub struct Who<'a> {
    /// The client.
    pub client: &'a Client,
    /// The person.
    pub user: &'a User,
    /// The facts of the sign-in.
    pub grant: &'a Grant,
}
