//! Line authentication (回線認証): the closed network's own listener, and where evidence of the line comes from.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::Url;

use super::duration::Span;
use super::line_number::NumberForm;
use crate::text_enum::text_enum;

text_enum! {
    /// How the line of a request becomes known. One way, and no other when it fails.
    pub enum LineMethodName {
        /// A gateway at the edge of the closed network signs what it learned of the line.
        SignedAssertion = "signed_assertion",
        /// The browser is sent to the carrier's notifier, which answers signed.
        RedirectNotifier = "redirect_notifier",
        /// The address it came from, looked up in a signed table of prefixes.
        PrefixTable = "prefix_table",
    }
}

text_enum! {
    /// Whose network a line belongs to.
    pub enum LineArea {
        /// NTT東日本.
        East = "east",
        /// NTT西日本.
        West = "west",
    }
}

/// `[line]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LineConfig {
    /// Address and port of the line listener; port 0 takes a free one.
    pub listen: SocketAddr,
    /// File to write the line listener's real address into once it is open.
    #[serde(default)]
    pub port_file: Option<PathBuf>,
    /// PEM file with the line listener's certificate chain: not the main listener's.
    pub tls_certificate_file: PathBuf,
    /// PEM file with that certificate's private key.
    pub tls_key_file: PathBuf,
    /// PEM file with the authorities of gateways' certificates; with it, nobody else is let in.
    #[serde(default)]
    pub client_ca_file: Option<PathBuf>,
    /// How the line of a request becomes known.
    pub method: LineMethodName,
    /// How line numbers are built.
    #[serde(default = "NumberForm::carriers")]
    pub number_forms: Vec<NumberForm>,
    /// Networks of the load balancers that must tell the real address by the PROXY protocol, version 2.
    #[serde(default)]
    pub proxy_protocol_from: Vec<IpNet>,
    /// The carrier's page where people in the west allow their line to be told (回線情報通知設定).
    #[serde(default)]
    pub west_notification_url: Option<Url>,
    /// The gateways, one `[[line.gateway]]` each.
    #[serde(default)]
    pub gateway: Vec<LineGatewayConfig>,
    /// The carrier's notifier: where browsers are sent; `redirect_notifier` only.
    #[serde(default)]
    pub notifier_url: Option<Url>,
    /// What the notifier calls itself in its answers (`iss`).
    #[serde(default)]
    pub notifier_issuer: Option<String>,
    /// Who we are to the notifier; the `aud` of its answers.
    #[serde(default)]
    pub notifier_client_id: Option<String>,
    /// JWK Set with the notifier's keys: one, or two while they change.
    #[serde(default)]
    pub notifier_keys_file: Option<PathBuf>,
    /// The table of prefixes, as CSV; `prefix_table` only.
    #[serde(default)]
    pub prefix_table_file: Option<PathBuf>,
    /// The table's signature: a compact JWS over its SHA-256.
    #[serde(default)]
    pub prefix_table_signature_file: Option<PathBuf>,
    /// Who signs the table (`iss`).
    #[serde(default)]
    pub prefix_table_issuer: Option<String>,
    /// JWK Set with the keys of whoever signs the table: one, or two while they change.
    #[serde(default)]
    pub prefix_table_keys_file: Option<PathBuf>,
    /// A table older than this says nothing any more.
    #[serde(default = "prefix_table_max_age")]
    pub prefix_table_max_age: Span,
    /// By how many percent a new table may be smaller than the one in use.
    #[serde(default = "prefix_table_max_shrink")]
    pub prefix_table_max_shrink: u8,
}

const fn prefix_table_max_age() -> Span {
    Span::days(7)
}

const fn prefix_table_max_shrink() -> u8 {
    20
}

/// `[[line.gateway]]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LineGatewayConfig {
    /// Its name: the `iss` of its assertions.
    pub name: String,
    /// SHA-256 of its certificates, in hex, with or without colons: one, or two while they change.
    pub certificates: Vec<String>,
    /// JWK Set with the keys of its assertions: one, or two while they change.
    #[serde(default)]
    pub keys_file: Option<PathBuf>,
    /// Whose lines it may assert; empty: it may connect, and assert nothing.
    #[serde(default)]
    pub areas: Vec<LineArea>,
}

impl LineGatewayConfig {
    /// Its certificates' SHA-256; `None` when one is not written as 64 hex digits.
    pub fn fingerprints(&self) -> Option<Vec<[u8; 32]>> {
        self.certificates.iter().map(|text| fingerprint(text)).collect()
    }
}

fn fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| *c != ':')
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    if digits.len() == 64 { bytes.try_into().ok() } else { None }
}
