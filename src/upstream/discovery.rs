//! The discovery document of an ADFS (OpenID Connect Discovery §4; `upstreams.md` S19).
//!
//! Read when a connection is set up and once a day after. What it names is accepted only on the very host of the issuer,
//! and a change waits for approval: whoever could change the document could otherwise have our secret sent elsewhere.

use http::{Method, Request, header};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::connection::Endpoints;
use crate::clock::Timestamp;
use crate::outbound::{Failure, Line};

/// Why a document cannot be used. Said to the contractor in classes (`upstreams.md` S22).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiscoveryProblem {
    /// The issuer is no address.
    BadIssuer,
    /// The server could not be asked.
    Unreachable(Failure),
    /// It answers, but not with 200: no ADFS of 2016 or later (2012 R2 has no such page), or another path.
    NoPage,
    /// What it answers with is no discovery document.
    NoDocument,
    /// The document is another issuer's.
    OtherIssuer,
    /// It names an endpoint on another host.
    OtherHost,
}

impl DiscoveryProblem {
    /// Its word, for audit and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadIssuer => "bad_issuer",
            Self::Unreachable(failure) => failure.as_str(),
            Self::NoPage => "no_page",
            Self::NoDocument => "no_document",
            Self::OtherIssuer => "other_issuer",
            Self::OtherHost => "other_host",
        }
    }
}

/// A document that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// What it names.
    pub endpoints: Endpoints,
    /// The time at its server, in whole seconds, if it said so (RFC 9110 §6.6.1).
    pub date: Option<Timestamp>,
}

/// Where the document of an issuer is.
pub fn document_url(issuer: &str) -> Option<Url> {
    let url = Url::parse(issuer).ok()?;
    let bare = url.query().is_none() && url.fragment().is_none();
    if !bare {
        return None;
    }
    Url::parse(&format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))).ok()
}

/// Reads an issuer's document.
///
/// # Errors
/// [`DiscoveryProblem`].
pub async fn fetch(issuer: &str, line: &Line) -> Result<Document, DiscoveryProblem> {
    let url = document_url(issuer).ok_or(DiscoveryProblem::BadIssuer)?;
    let request = Request::builder().method(Method::GET).uri(url.as_str()).header(header::ACCEPT, "application/json");
    let request = request.body(Vec::new()).map_err(|_| DiscoveryProblem::BadIssuer)?;
    let answer = line.send(request, None).await.map_err(DiscoveryProblem::Unreachable)?;
    if answer.status() != http::StatusCode::OK {
        return Err(DiscoveryProblem::NoPage);
    }
    let date = answer.headers().get(header::DATE).and_then(|value| value.to_str().ok()).and_then(parse_date);
    Ok(Document { endpoints: read(issuer, answer.body())?, date })
}

/// What an issuer's document names.
///
/// # Errors
/// [`DiscoveryProblem`].
pub async fn discover(issuer: &str, line: &Line) -> Result<Endpoints, DiscoveryProblem> {
    fetch(issuer, line).await.map(|document| document.endpoints)
}

/// `Tue, 15 Nov 1994 08:12:31 GMT`
fn parse_date(header: &str) -> Option<Timestamp> {
    let date = jiff::fmt::rfc2822::parse(header).ok()?;
    Some(Timestamp::from_seconds(date.timestamp().as_second()))
}

/// Judges a document. Read leniently, then strictly: real documents have members of odd kinds.
///
/// # Errors
/// [`DiscoveryProblem`].
pub fn read(issuer: &str, json: &[u8]) -> Result<Endpoints, DiscoveryProblem> {
    #[derive(Deserialize)]
    struct Document {
        issuer: Value,
        authorization_endpoint: Value,
        token_endpoint: Value,
        jwks_uri: Value,
    }
    let document: Document = serde_json::from_slice(json).map_err(|_| DiscoveryProblem::NoDocument)?;
    if document.issuer.as_str() != Some(issuer) {
        return Err(DiscoveryProblem::OtherIssuer);
    }
    let home = Url::parse(issuer).map_err(|_| DiscoveryProblem::BadIssuer)?;
    let endpoint = |value: &Value| {
        let url = value.as_str().and_then(|text| Url::parse(text).ok()).ok_or(DiscoveryProblem::NoDocument)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if url.origin() == home.origin() && plain { Ok(url) } else { Err(DiscoveryProblem::OtherHost) }
    };
    Ok(Endpoints {
        authorization: endpoint(&document.authorization_endpoint)?,
        token: endpoint(&document.token_endpoint)?,
        jwks: Some(endpoint(&document.jwks_uri)?),
        graph: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(issuer: &str, token: &str) -> Vec<u8> {
        serde_json::json!({
            "issuer": issuer, "authorization_endpoint": "https://adfs.example/adfs/oauth2/authorize/",
            "token_endpoint": token, "jwks_uri": "https://adfs.example/adfs/discovery/keys",
            "subject_types_supported": "pairwise",
        })
        .to_string()
        .into_bytes()
    }

    #[test]
    fn a_document_is_the_issuers_own_and_names_its_own_host_alone() {
        let (issuer, token) = ("https://adfs.example/adfs", "https://adfs.example/adfs/oauth2/token/");
        assert_eq!(read(issuer, &document(issuer, token)).unwrap().token.as_str(), token);
        assert_eq!(read(issuer, &document("https://other.example/adfs", token)), Err(DiscoveryProblem::OtherIssuer));
        for elsewhere in [
            "https://evil.example/t",
            "http://adfs.example/t",
            "https://adfs.example:8443/t",
            "https://a@adfs.example/t",
        ] {
            assert_eq!(read(issuer, &document(issuer, elsewhere)), Err(DiscoveryProblem::OtherHost), "{elsewhere}");
        }
        assert_eq!(read(issuer, b"<html>"), Err(DiscoveryProblem::NoDocument));
    }

    #[test]
    fn the_time_at_a_server_is_read_from_its_date() {
        assert_eq!(parse_date("Tue, 15 Nov 1994 08:12:31 GMT"), Some(Timestamp::from_seconds(784_887_151)));
        assert_eq!(parse_date("now"), None);
    }

    #[test]
    fn the_document_stands_below_the_issuer() {
        let url = |issuer: &str| document_url(issuer).map(String::from);
        assert_eq!(
            url("https://a.example/adfs").as_deref(),
            Some("https://a.example/adfs/.well-known/openid-configuration")
        );
        assert_eq!(url("https://a.example/adfs?x=1"), None);
        assert_eq!(url("adfs"), None);
    }
}
