//! The authorization request: a URL for the browser.

use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::connection::Connection;
use super::profile::{Parameters, Request, Wishes};
use super::transaction::NewTransaction;

/// RFC 3986 §2.3, and the comma that Facebook separates its scopes by. A blank is `%20`, never `+`: dアカウント refuses the
/// latter.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// A query of these parameters, in this order.
pub fn query(parameters: &Parameters) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, KEPT))).collect();
    pairs.join("&")
}

/// Where the browser goes for a transaction.
pub fn url(connection: &Connection, new: &NewTransaction, redirect_uri: &str, wishes: &Wishes) -> Url {
    let verifier = PkceCodeVerifier::new(new.secrets.verifier.clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let request = Request {
        client_id: &connection.client_id,
        redirect_uri,
        state: new.state.expose(),
        nonce: &new.secrets.nonce,
        code_challenge: challenge.as_str(),
        request_id: new.request_id.to_string(),
        wishes,
    };
    let own = query(&connection.profile.parameters.parameters(&request));
    let mut url = connection.endpoints.authorization.clone();
    // RFC 6749 §3.1: an endpoint's own query is kept.
    let all = url.query().map_or_else(|| own.clone(), |query| format!("{query}&{own}"));
    url.set_query(Some(&all));
    url
}
