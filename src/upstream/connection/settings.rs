//! What somebody types for an Active Directory, judged field by field. Pure.

use ipnet::IpNet;
use url::Url;

use super::model::AdfsSettings;
use crate::outbound::{Refusal, check_authorities, check_url};

/// The longest issuer, in bytes.
const LONGEST_ISSUER: usize = 500;
/// The longest client id, secret or resource, in bytes.
const LONGEST_WORD: usize = 255;
/// The longest name of a claim, in bytes.
const LONGEST_CLAIM: usize = 100;
/// The longest list of certificates, in bytes.
const LONGEST_PEM: usize = 16 * 1024;

/// Claims that tell of the token, the client or the sign-in, and are the same for many people or new each time: whoever
/// keys accounts by one of them gives everybody the same account, or nobody any.
const NOT_OF_A_PERSON: [&str; 19] = [
    "iss",
    "aud",
    "exp",
    "iat",
    "nbf",
    "nonce",
    "jti",
    "azp",
    "acr",
    "amr",
    "auth_time",
    "mfa_auth_time",
    "at_hash",
    "c_hash",
    "appid",
    "apptype",
    "ver",
    "pwd_exp",
    "pwd_url",
];

/// What is wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SettingsProblem {
    /// No issuer.
    #[error("the issuer is missing")]
    IssuerMissing,
    /// The issuer is no https URL, or has a user name, query or fragment.
    #[error("the issuer must be an https URL without user name, query and fragment, as https://fs.example/adfs")]
    IssuerMalformed,
    /// An address that is not asked.
    #[error("the issuer's address is not asked: {}", .0.as_str())]
    IssuerRefused(Refusal),
    /// No client id.
    #[error("the client id is missing")]
    ClientIdMissing,
    /// Not printable, or too long.
    #[error("the client id must be printable ASCII, 255 characters at the most")]
    ClientIdMalformed,
    /// No secret, and none to be kept.
    #[error("the client secret is missing")]
    ClientSecretMissing,
    /// Not printable, or too long.
    #[error("the client secret must be printable ASCII, 255 characters at the most, with no blank at either end")]
    ClientSecretMalformed,
    /// No claim.
    #[error("the subject claim is missing")]
    SubjectClaimMissing,
    /// No name of a claim, or that of one that does not tell people apart.
    #[error("the subject claim must be the name of a claim that tells people apart")]
    SubjectClaimMalformed,
    /// Not printable, or too long.
    #[error("the resource must be printable ASCII without blanks, 255 characters at the most")]
    ResourceMalformed,
    /// Not certificates alone, unreadable, or too long.
    #[error("the authorities must be certificates in PEM and nothing else, 16 KiB at the most")]
    CaCertificateMalformed,
}

impl AdfsSettings {
    /// What was typed, without the blanks and line ends that come with pasting. The issuer keeps its exact form
    /// otherwise: ID tokens are compared with it letter by letter.
    pub fn typed(issuer: &str, client_id: &str, subject_claim: &str, resource: &str, ca_certificate: &str) -> Self {
        let optional = |text: String| (!text.is_empty()).then_some(text);
        Self {
            issuer: issuer.trim().to_owned(),
            client_id: client_id.trim().to_owned(),
            resource: optional(resource.trim().to_owned()),
            subject_claim: subject_claim.trim().to_owned(),
            ca_certificate: optional(ca_certificate.trim().replace("\r\n", "\n")).map(|pem| format!("{pem}\n")),
        }
    }

    /// Everything that is wrong with them, in the order of the page.
    pub fn check(&self, ports: &[u16], permitted: &[IpNet]) -> Vec<SettingsProblem> {
        let client_id = match self.client_id.as_str() {
            "" => Err(SettingsProblem::ClientIdMissing),
            id if is_printable(id) => Ok(()),
            _ => Err(SettingsProblem::ClientIdMalformed),
        };
        let resource = match &self.resource {
            Some(resource) if !is_printable(resource) || resource.contains(' ') => {
                Err(SettingsProblem::ResourceMalformed)
            }
            _ => Ok(()),
        };
        let ca_certificate = match &self.ca_certificate {
            Some(pem) if pem.len() > LONGEST_PEM || check_authorities(pem).is_err() => {
                Err(SettingsProblem::CaCertificateMalformed)
            }
            _ => Ok(()),
        };
        let issuer = check_issuer(&self.issuer, ports, permitted);
        let all = [issuer, client_id, check_claim(&self.subject_claim), resource, ca_certificate];
        all.into_iter().filter_map(Result::err).collect()
    }
}

/// Whether a text can be a client secret (RFC 6749 §A.2).
///
/// # Errors
/// [`SettingsProblem::ClientSecretMissing`], [`SettingsProblem::ClientSecretMalformed`].
pub fn check_client_secret(secret: &str) -> Result<(), SettingsProblem> {
    match secret {
        "" => Err(SettingsProblem::ClientSecretMissing),
        secret if is_printable(secret) && secret.trim() == secret => Ok(()),
        _ => Err(SettingsProblem::ClientSecretMalformed),
    }
}

fn check_issuer(issuer: &str, ports: &[u16], permitted: &[IpNet]) -> Result<(), SettingsProblem> {
    if issuer.is_empty() {
        return Err(SettingsProblem::IssuerMissing);
    }
    // The parser forgives tabs, backslashes and the like; a form that is compared letter by letter must not have them.
    let plain = issuer.len() <= LONGEST_ISSUER && issuer.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let url = Url::parse(issuer).ok().filter(|url| {
        let begins = issuer.starts_with("https://") || issuer.starts_with("http://");
        plain && begins && !issuer.contains(['?', '#', '@']) && url.has_host()
    });
    match url.map(|url| check_url(&url, ports, permitted)) {
        None | Some(Err(Refusal::Url | Refusal::Scheme | Refusal::UserInfo)) => Err(SettingsProblem::IssuerMalformed),
        Some(Err(refusal)) => Err(SettingsProblem::IssuerRefused(refusal)),
        Some(Ok(())) => Ok(()),
    }
}

fn check_claim(claim: &str) -> Result<(), SettingsProblem> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"_.:/-".contains(&b);
    match claim {
        "" => Err(SettingsProblem::SubjectClaimMissing),
        claim if claim.len() > LONGEST_CLAIM || !claim.bytes().all(fits) => Err(SettingsProblem::SubjectClaimMalformed),
        claim if NOT_OF_A_PERSON.contains(&claim) => Err(SettingsProblem::SubjectClaimMalformed),
        _ => Ok(()),
    }
}

fn is_printable(text: &str) -> bool {
    text.len() <= LONGEST_WORD && text.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
