//! What is sent: the kinds, the wish, and the composed text.

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;
use crate::web::Lang;

text_enum! {
    /// The mails. Each has its texts `mail-<kind>-subject` and `mail-<kind>-body` in `ui/locales`.
    pub enum MailKind {
        /// A user was entered by the contractor; manual chapter 1.5. Argument `inviter`: who entered them.
        Invitation = "invitation",
        /// The account was locked; manual chapter 6.1.
        Unblock = "unblock",
        /// A new password was asked for; manual chapter 6.2.
        PasswordReset = "password-reset",
        /// The same, for an account without a password. Argument `method`: how they sign in.
        ResetOtherMethod = "reset-other-method",
        /// To a new address, which it confirms; manual chapter 2.
        EmailChange = "email-change",
        /// To an address that another account has, and that somebody wanted to use.
        EmailTaken = "email-taken",
        /// The way to sign in is to be chosen anew; manual chapter 2.
        LoginMethodChange = "login-method-change",
        /// The way to sign in was changed. Arguments `from`, `to`: the old and the new one in words.
        LoginMethodChanged = "login-method-changed",
        /// Active Directory became the way to sign in; manual chapter 1.3. Arguments `internet_url`, `line_url` (may be
        /// empty), `connection_id`.
        ActiveDirectoryLogin = "active-directory-login",
        /// The person removed the link with us at the upstream and needs another way to sign in. Argument `method`: the
        /// upstream account in words.
        UpstreamUnlinked = "upstream-unlinked",
        /// Signed in with a browser not seen before. Arguments `time`, `browser`.
        NewBrowser = "new-browser",
        /// The password was changed.
        PasswordChanged = "password-changed",
        /// To the old address. Argument `new`: the new one, masked.
        EmailChanged = "email-changed",
        /// The contract has another contractor; to the new one and to the former one. Argument `contractor`: the name.
        ContractorChanged = "contractor-changed",
        /// The second factor was reset.
        SecondFactorReset = "second-factor-reset",
        /// A recovery code was used.
        RecoveryCodeUsed = "recovery-code-used",
        /// A passkey was added.
        PasskeyAdded = "passkey-added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey-removed",
    }
}

impl MailKind {
    /// Whether it leads somewhere: [`Mail::link`] must be there.
    pub const fn has_link(self) -> bool {
        use MailKind::{EmailChange, Invitation, LoginMethodChange, PasswordReset, Unblock, UpstreamUnlinked};
        matches!(self, Invitation | Unblock | PasswordReset | EmailChange | LoginMethodChange | UpstreamUnlinked)
    }

    /// The arguments its text needs besides name and link. A line whose argument is empty is left out.
    pub const fn args(self) -> &'static [&'static str] {
        match self {
            Self::Invitation => &["inviter"],
            Self::ResetOtherMethod | Self::UpstreamUnlinked => &["method"],
            Self::LoginMethodChanged => &["from", "to"],
            Self::ActiveDirectoryLogin => &["internet_url", "line_url", "connection_id"],
            Self::NewBrowser => &["time", "browser"],
            Self::EmailChanged => &["new"],
            Self::ContractorChanged => &["contractor"],
            _ => &[],
        }
    }

    /// Those of its arguments that are URLs of ours: each ends a line, and leads there.
    pub const fn urls(self) -> &'static [&'static str] {
        match self {
            Self::ActiveDirectoryLogin => &["internet_url", "line_url"],
            _ => &[],
        }
    }
}

/// A mail somebody shall get.
#[derive(Clone, Copy)]
pub struct Mail<'a> {
    /// Which.
    pub kind: MailKind,
    /// The address.
    pub to: &'a str,
    /// The person's name, as they or somebody else wrote it: nothing in it is trusted.
    pub name: &'a str,
    /// Their language.
    pub lang: Lang,
    /// Where it leads, if it leads anywhere ([`MailKind::has_link`]); an absolute URL of ours.
    pub link: Option<&'a str>,
    /// What else its text names ([`MailKind::args`]).
    pub args: &'a [(&'a str, &'a str)],
}

text_enum! {
    /// How a message travels.
    pub enum Channel {
        /// By SMTP.
        Mail = "mail",
        /// By an SMS provider.
        Sms = "sms",
    }
}

text_enum! {
    /// Where a message stands.
    pub enum MessageState {
        /// It will be tried.
        Waiting = "waiting",
        /// A server has accepted it.
        Sent = "sent",
        /// It will not be tried again by itself.
        Dead = "dead",
    }
}

/// A composed message with its recipient. It holds tickets and codes, so it cannot be printed.
#[derive(Serialize, Deserialize)]
pub struct Content {
    #[serde(skip)]
    pub(super) kind: &'static str,
    pub(super) body: Body,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Body {
    Mail(MailBody),
    Sms(SmsBody),
}

#[derive(Serialize, Deserialize)]
pub(super) struct MailBody {
    pub to: String,
    /// Language tag.
    pub lang: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SmsBody {
    /// E.164, with the plus sign.
    pub to: String,
    pub text: String,
}

impl Content {
    /// How it travels.
    pub const fn channel(&self) -> Channel {
        match self.body {
            Body::Mail(_) => Channel::Mail,
            Body::Sms(_) => Channel::Sms,
        }
    }

    /// Who gets it.
    pub fn to(&self) -> &str {
        match &self.body {
            Body::Mail(mail) => &mail.to,
            Body::Sms(sms) => &sms.to,
        }
    }

    /// Its text, or the text part of a mail.
    pub fn text(&self) -> &str {
        match &self.body {
            Body::Mail(mail) => &mail.text,
            Body::Sms(sms) => &sms.text,
        }
    }

    /// A mail's subject and HTML part.
    pub fn mail_parts(&self) -> Option<(&str, &str)> {
        match &self.body {
            Body::Mail(mail) => Some((&mail.subject, &mail.html)),
            Body::Sms(_) => None,
        }
    }
}
