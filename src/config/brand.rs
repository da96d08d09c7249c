//! One brand's settings: a sixth brand is a `[[brand]]` and a folder with its look, no code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::notify::MailboxText;
use crate::id::BrandCode;
use crate::text_enum::text_enum;

text_enum! {
    /// A way to sign in that a brand offers.
    pub enum LoginMethodName {
        /// E-mail address and password.
        Password = "password",
        /// A Google account.
        Google = "google",
        /// A Facebook account.
        Facebook = "facebook",
        /// A Microsoft account.
        Microsoft = "microsoft",
        /// dアカウント.
        DAccount = "daccount",
        /// The customer's own Active Directory.
        ActiveDirectory = "active_directory",
        /// Upstreams of the operator's own choice.
        OpenIdConnect = "openid_connect",
    }
}

/// `[[brand]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BrandConfig {
    /// The brand's code: 2 to 16 letters and digits, as `VX7`.
    pub code: BrandCode,
    /// Its name, as people read it.
    pub name: String,
    /// Its issuer (OpenID Connect Discovery §3): scheme, host and path, exactly as tokens carry it.
    pub issuer: Url,
    /// Where its service begins: the way back from every page.
    pub service_url: Url,
    /// Its second issuer, on the carrier's closed network, for line authentication (回線認証); absent: none.
    #[serde(default)]
    pub line_issuer: Option<Url>,
    /// Where its service begins on that network; absent: as on the internet.
    #[serde(default)]
    pub line_service_url: Option<Url>,
    /// Page of the contract system behind 契約情報変更 of the account menu; absent: no such entry.
    #[serde(default)]
    pub contract_change_url: Option<Url>,
    /// Page of the contract system behind プラン変更; absent: no such entry.
    #[serde(default)]
    pub plan_change_url: Option<Url>,
    /// Page of the contract system behind 解約; absent: no such entry.
    #[serde(default)]
    pub cancellation_url: Option<Url>,
    /// What its login page offers.
    #[serde(default = "password_only")]
    pub login_methods: Vec<LoginMethodName>,
    /// CSS colours (`primary = "#0b5cad"`) that replace those of its look.
    #[serde(default)]
    pub colors: BTreeMap<String, String>,
    /// Who its mails are from; required as soon as there is a `[[mail.sender]]`.
    #[serde(default)]
    pub mail_from: Option<MailboxText>,
    /// Where answers to its mails go; absent: to `mail_from`.
    #[serde(default)]
    pub mail_reply_to: Option<MailboxText>,
    /// Names of the senders of its mails, best first; empty: all, in the order of the file.
    #[serde(default)]
    pub mail_senders: Vec<String>,
    /// Names of the routes of its SMS, best first; empty: all, in the order of the file.
    #[serde(default)]
    pub sms_routes: Vec<String>,
    /// Its name in an SMS; absent: the name.
    #[serde(default)]
    pub sms_name: Option<String>,
}

fn password_only() -> Vec<LoginMethodName> {
    vec![LoginMethodName::Password]
}

/// Pages of the contract system that the account menu leads to.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ContractLinks {
    /// 契約情報変更
    pub contract_change: Option<String>,
    /// プラン変更
    pub plan_change: Option<String>,
    /// 解約
    pub cancellation: Option<String>,
}

/// Where an issuer is reached.
#[derive(Clone, Copy, Debug)]
pub struct IssuerAddress<'a>(&'a Url);

impl IssuerAddress<'_> {
    /// The issuer as it stands in tokens: no slash at the end.
    pub fn identifier(&self) -> String {
        self.0.as_str().trim_end_matches('/').to_owned()
    }

    /// The issuer's path without a slash at the end: `/VX7`, or empty for a brand with a host of its own.
    pub fn path(&self) -> String {
        self.0.path().trim_end_matches('/').to_owned()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Host and, unless it is the scheme's default, port: what a request's authority must be.
    pub fn authority(&self) -> String {
        let host = self.0.host_str().unwrap_or_default().to_ascii_lowercase();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }
    }

    /// Whether its pages are served over https, and its cookies get the `__Host-` prefix.
    pub fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl BrandConfig {
    /// Where its issuer on the internet is reached.
    pub const fn address(&self) -> IssuerAddress<'_> {
        IssuerAddress(&self.issuer)
    }

    /// Where its issuer on the carrier's network is reached, if it has one.
    pub fn line_address(&self) -> Option<IssuerAddress<'_>> {
        self.line_issuer.as_ref().map(IssuerAddress)
    }

    /// Its pages of the contract system.
    pub fn contract_links(&self) -> ContractLinks {
        let text = |url: &Option<Url>| url.as_ref().map(ToString::to_string);
        ContractLinks {
            contract_change: text(&self.contract_change_url),
            plan_change: text(&self.plan_change_url),
            cancellation: text(&self.cancellation_url),
        }
    }
}
