//! What a request shows of its line, and what came of looking at it.

use std::net::IpAddr;
use std::time::Duration;

use http::HeaderMap;
use url::Url;

use super::number::LineNumber;
use crate::clock::Timestamp;
use crate::config::{LineArea, LineMethodName};
use crate::id::{BrandCode, InteractionId};
use crate::secret::{Secret, base64url};
use crate::text_enum::text_enum;

/// The one header in which a gateway says what it learned of a line.
pub const HEADER: &str = "line-assertion";

/// How long evidence of a line is believed, wherever it had to be kept.
pub const EVIDENCE_LIFETIME: Duration = Duration::from_mins(5);

/// SHA-256 of the certificate that the other end of a connection proved to have.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PeerCertificate([u8; 32]);

impl PeerCertificate {
    /// Of a certificate in DER.
    pub fn of(der: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, der).as_ref());
        Self(bytes)
    }

    /// From the 32 bytes of the hash.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash, short enough for a log.
    pub fn short(&self) -> String {
        base64url(&self.0[..12])
    }
}

/// The transport's facts about one request: nothing in here was chosen by the person, except what somebody signed.
pub struct LineRequest<'a> {
    /// Whether it arrived on the line listener.
    pub on_line_listener: bool,
    /// The certificate of the connection's other end.
    pub peer: Option<PeerCertificate>,
    /// The address of the connection's other end: the socket's, or what a configured load balancer said by the PROXY
    /// protocol. Never that of a header.
    pub source: Option<IpAddr>,
    /// The brand.
    pub brand: &'a BrandCode,
    /// Scheme and host of the issuer that the request was resolved to.
    pub origin: &'a str,
    /// The path that the issuer's pages stand under; may be empty.
    pub base: &'a str,
    /// Its method.
    pub method: &'a str,
    /// Its whole path, without the query.
    pub path: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// The sign-in it belongs to.
    pub interaction: Option<&'a InteractionId>,
    /// When it is being served.
    pub now: Timestamp,
}

/// A line that a request was proved to come over. Personal data: it has no `Debug`.
#[derive(Clone)]
pub struct LineEvidence {
    /// The line's number.
    pub number: LineNumber,
    /// Whose network it belongs to.
    pub area: LineArea,
    /// How it became known.
    pub method: LineMethodName,
    /// Who said so: the gateway's name, the notifier's, or the signer's of the table.
    pub witness: String,
    /// When.
    pub observed_at: Timestamp,
    /// Until when it may be believed.
    pub expires_at: Timestamp,
}

/// A person about to be sent to the carrier; to be kept with `departure::depart`.
pub struct PendingLine {
    /// What the way back must carry.
    pub state: Secret<String>,
    /// What the answer must carry.
    pub nonce: Secret<String>,
}

/// What came of looking at a request's line.
pub enum LineOutcome {
    /// It came over this line.
    Verified(LineEvidence),
    /// The carrier has to be asked by way of the browser.
    Redirect {
        /// Where the browser goes.
        url: Url,
        /// What to keep meanwhile.
        pending: PendingLine,
    },
    /// The line's owner has not allowed it to be told yet (回線情報通知設定).
    NotNotified {
        /// Whose network it is.
        area: LineArea,
    },
    /// The line's owner chose 「通知しない」.
    Declined,
    /// It did not come over the closed network.
    NotOnLine,
    /// The carrier, the gateway or our own store cannot say now.
    Unavailable {
        /// Why, for the audit log.
        why: Outage,
        /// When to try again.
        retry_after: Duration,
    },
    /// What was shown proves nothing.
    Rejected(LineReject),
}

text_enum! {
    /// Why evidence of a line cannot be had now.
    pub enum Outage {
        /// The gateway says that the carrier cannot tell.
        Carrier = "line_carrier_unavailable",
        /// Our database does not answer: a replay could not be told.
        Store = "line_store_unavailable",
        /// There is no table of prefixes that may be believed.
        Table = "line_table_unavailable",
    }
}

text_enum! {
    /// Why evidence of a line was refused: the reason in the audit log.
    pub enum LineReject {
        /// The connection's other end is no gateway of ours.
        UnknownPeer = "line_unknown_peer",
        /// The connection's other end is known, and may assert nothing.
        PeerMayNotAssert = "line_peer_may_not_assert",
        /// The gateway said nothing.
        HeaderMissing = "line_header_missing",
        /// The header is there more than once.
        HeaderRepeated = "line_header_repeated",
        /// A header that looks like it is there as well.
        HeaderVariant = "line_header_variant",
        /// Longer than any assertion is.
        TooLarge = "line_assertion_too_large",
        /// No signed token, or one without the claims it needs.
        Malformed = "line_assertion_malformed",
        /// A token of another kind.
        WrongType = "line_assertion_wrong_type",
        /// Not signed as it must be: `none`, HMAC, RSA.
        Algorithm = "line_assertion_algorithm",
        /// Signed with a key that is not this gateway's.
        UnknownKey = "line_assertion_unknown_key",
        /// The signature is wrong.
        BadSignature = "line_assertion_bad_signature",
        /// Another gateway's name.
        WrongIssuer = "line_assertion_wrong_issuer",
        /// For another host.
        WrongAudience = "line_assertion_wrong_audience",
        /// For another method.
        WrongMethod = "line_assertion_wrong_method",
        /// For another path.
        WrongPath = "line_assertion_wrong_path",
        /// Good for longer than a minute.
        LivesTooLong = "line_assertion_lives_too_long",
        /// Not good any more.
        Expired = "line_assertion_expired",
        /// Not good yet.
        NotYetValid = "line_assertion_not_yet_valid",
        /// Used before.
        Replayed = "line_assertion_replayed",
        /// A line of an area that is not this gateway's.
        WrongArea = "line_wrong_area",
        /// No line number.
        MalformedNumber = "line_number_malformed",
        /// The carrier told no line.
        NoNumber = "line_number_missing",
        /// The answer is to another question.
        WrongNonce = "line_answer_wrong_nonce",
        /// The way back belongs to no departure, or to one that is over.
        WrongState = "line_answer_wrong_state",
        /// No line has this address.
        UnknownPrefix = "line_prefix_unknown",
    }
}

/// The headers of the family, however they are written: `Line-Assertion`, `line_assertion`, `LINE-ASSERTION-2`.
pub fn is_of_the_family(name: &str) -> bool {
    let mut letters = name.bytes().map(|b| if b == b'_' { b'-' } else { b.to_ascii_lowercase() });
    HEADER.bytes().all(|expected| letters.next() == Some(expected))
}

/// Whether a request has any header of the family.
pub fn has_line_header(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| is_of_the_family(name.as_str()))
}

/// The one header, and nothing that looks like it (`upstreams.md` §4.3).
pub(super) fn only_header(headers: &HeaderMap) -> Result<&str, LineReject> {
    if headers.keys().any(|name| name != HEADER && is_of_the_family(name.as_str())) {
        return Err(LineReject::HeaderVariant);
    }
    let mut values = headers.get_all(HEADER).iter();
    let value = values.next().ok_or(LineReject::HeaderMissing)?;
    if values.next().is_some() {
        return Err(LineReject::HeaderRepeated);
    }
    value.to_str().map_err(|_| LineReject::Malformed)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(names: &[&str]) -> HeaderMap {
        let value = HeaderValue::from_static("a.b.c");
        names.iter().map(|name| (HeaderName::from_bytes(name.as_bytes()).unwrap(), value.clone())).collect()
    }

    #[test]
    fn the_header_is_there_once_and_nothing_looks_like_it() {
        for (names, expected) in [
            (&["line-assertion"][..], Ok("a.b.c")),
            (&["Line-Assertion", "x-request-id"], Ok("a.b.c")),
            (&[], Err(LineReject::HeaderMissing)),
            (&["line-assertion", "Line-Assertion"], Err(LineReject::HeaderRepeated)),
            (&["line-assertion", "line_assertion"], Err(LineReject::HeaderVariant)),
            (&["LINE_ASSERTION"], Err(LineReject::HeaderVariant)),
            (&["line-assertion", "line-assertion-area"], Err(LineReject::HeaderVariant)),
        ] {
            assert_eq!(only_header(&headers(names)), expected, "{names:?}");
        }
        assert!(!has_line_header(&headers(&["x-line-assertion", "line", "line-asserted"])));
    }

    #[test]
    fn every_reason_has_a_word_of_its_own() {
        let words: std::collections::BTreeSet<_> = LineReject::ALL.iter().map(|reject| reject.as_str()).collect();
        assert_eq!(words.len(), LineReject::ALL.len());
    }
}
