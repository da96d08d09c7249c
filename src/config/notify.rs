//! How mails and SMS leave the house.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::duration::Span;
use crate::text_enum::text_enum;

/// `[mail]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// How long a server may take for one answer.
    pub timeout: Span,
    /// A mail that could not be delivered for so long is dead, unless its own end comes first.
    pub give_up_after: Span,
    /// The servers that take our mails; none: mails wait.
    pub sender: Vec<SmtpConfig>,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self { timeout: Span::seconds(20), give_up_after: Span::days(3), sender: Vec::new() }
    }
}

text_enum! {
    /// How the connection to a mail server is protected.
    pub enum SmtpSecurity {
        /// TLS from the first byte, usually on port 465 (RFC 8314 §3.3).
        Tls = "tls",
        /// STARTTLS (RFC 3207), usually on port 587; a server that does not offer it gets nothing.
        Starttls = "starttls",
        /// Not at all: for a server on this machine alone.
        None = "none",
    }
}

/// `[[mail.sender]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    /// What brands and logs call it.
    pub name: String,
    /// The server.
    pub host: String,
    /// Its port; absent: 465 for `tls`, 587 for `starttls`, 25 for `none`.
    pub port: Option<u16>,
    /// How the connection is protected.
    #[serde(default = "starttls")]
    pub security: SmtpSecurity,
    /// Who we are to it.
    pub username: Option<String>,
    /// File with the password.
    pub password_file: Option<PathBuf>,
    /// PEM file with the authorities its certificate may come from, instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// Domain of the envelope sender, `bounce+<id>@…`; absent: the brand's own address.
    pub bounce_domain: Option<String>,
}

fn starttls() -> SmtpSecurity {
    SmtpSecurity::Starttls
}

impl SmtpConfig {
    /// The port, given or usual.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            SmtpSecurity::Tls => 465,
            SmtpSecurity::Starttls => 587,
            SmtpSecurity::None => 25,
        })
    }
}

/// `[sms]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmsConfig {
    /// How long a provider may take for its answer.
    pub timeout: Span,
    /// How long nothing is sent after a provider gave no answer: it may have sent the SMS.
    pub unknown_wait: Span,
    /// The providers, best first; none: SMS wait.
    pub route: Vec<SmsRouteConfig>,
}

impl Default for SmsConfig {
    fn default() -> Self {
        Self { timeout: Span::seconds(10), unknown_wait: Span::seconds(30), route: Vec::new() }
    }
}

text_enum! {
    /// The language an SMS provider speaks.
    pub enum SmsRouteKind {
        /// `POST` of a JSON object; docs/operation.md has its fields.
        Json = "json",
        /// Twilio's Messages API.
        Twilio = "twilio",
    }
}

/// `[[sms.route]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SmsRouteConfig {
    /// What brands and logs call it.
    pub name: String,
    /// What it speaks.
    pub kind: SmsRouteKind,
    /// Where it takes messages.
    pub url: Url,
    /// The sender people see, as registered with the provider.
    pub from: String,
    /// Who we are to it (HTTP Basic).
    pub username: Option<String>,
    /// File with the password.
    pub password_file: Option<PathBuf>,
    /// File with the token (HTTP Bearer), instead of user name and password.
    pub token_file: Option<PathBuf>,
}

/// A mailbox as a configuration writes it: `no-reply@example.jp` or `サポート <no-reply@example.jp>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailboxText {
    /// The name people see, if one is given.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}

impl std::str::FromStr for MailboxText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no mailbox: write no-reply@example.jp or Name <no-reply@example.jp>");
        let (name, address) = match text.split_once('<') {
            Some((name, rest)) => (Some(name.trim()), rest.strip_suffix('>').ok_or_else(wrong)?),
            None => (None, text.trim()),
        };
        let odd = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '"');
        address.parse::<lettre::Address>().map_err(|_| wrong())?;
        if !address.is_ascii() || name.is_some_and(|name| name.contains(odd)) {
            return Err(wrong());
        }
        let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
        Ok(Self { name, address: address.to_owned() })
    }
}

impl std::fmt::Display for MailboxText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

impl<'de> Deserialize<'de> for MailboxText {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for MailboxText {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_an_address_with_or_without_a_name() {
        let read = |text: &str| text.parse::<MailboxText>().unwrap();
        assert_eq!(read("no-reply@vx7.example").to_string(), "no-reply@vx7.example");
        assert_eq!(read("サポート <a@vx7.example>").name.as_deref(), Some("サポート"));
        for wrong in ["", "a", "a@", "X <a@vx7.example", "X\r\nBcc: b <a@vx7.example>", "あ@vx7.example", "a@b c"] {
            assert!(wrong.parse::<MailboxText>().is_err(), "{wrong:?}");
        }
    }
}
