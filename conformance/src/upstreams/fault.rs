//! What can go wrong between a relying party and a provider, one variant each. [`Fault::ALL`] is for tests that go
//! through all of them; the numbers there are what a patient client gives up on.

use super::log::fits;
use serde::{Deserialize, Serialize};

/// A way to fail.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The connection is reset before anything was said; with plain http after the request arrived.
    Refuse,
    /// The connection is accepted, the TLS handshake never ends.
    SilentHandshake,
    /// The certificate is of an authority nobody knows.
    TlsUntrusted,
    /// The certificate has expired.
    TlsExpired,
    /// The certificate is for another name.
    TlsWrongName,
    /// The request is read and never answered.
    Hang,
    /// The answer begins after so many milliseconds.
    SlowHeaders(u64),
    /// The body comes one byte at a time, so many milliseconds apart.
    SlowDrip(u64),
    /// The body never ends.
    EndlessBody,
    /// The body is cut in half, properly framed.
    TruncatedJson,
    /// The connection breaks in the middle of the body.
    CutBody,
    /// The request is carried out (a code is spent), then the connection breaks without an answer.
    LostAnswer,
    /// A page in HTML with status 200.
    Html,
    /// The right body, announced as `application/octet-stream`.
    WrongContentType,
    /// 301 to the attacker's host.
    Moved,
    /// 307 to the attacker's host.
    Redirected,
    /// 301 to `http://169.254.169.254/`, where clouds keep their secrets.
    MovedToMetadata,
    /// 307 to the same.
    RedirectedToMetadata,
    /// 429 with `Retry-After` in seconds.
    TooManyRequests(u32),
    /// This status (5xx) with a short JSON body.
    Status(u16),
    /// 503 with a page in HTML: maintenance.
    Maintenance,
    /// The body is compressed, though nobody asked, and becomes 16 MiB.
    GzipBomb,
    /// A key set of 10 000 keys.
    HugeKeySet,
    /// The JSON begins with a byte order mark.
    ByteOrderMark,
    /// Every member of the JSON object is there twice, first with the attacker's value.
    DuplicateKeys,
}

impl Fault {
    /// One of each; those with a number more than once.
    pub const ALL: &'static [Self] = &[
        Self::Refuse,
        Self::SilentHandshake,
        Self::TlsUntrusted,
        Self::TlsExpired,
        Self::TlsWrongName,
        Self::Hang,
        Self::SlowHeaders(5_000),
        Self::SlowHeaders(15_000),
        Self::SlowHeaders(60_000),
        Self::SlowDrip(1_000),
        Self::EndlessBody,
        Self::TruncatedJson,
        Self::CutBody,
        Self::LostAnswer,
        Self::Html,
        Self::WrongContentType,
        Self::Moved,
        Self::Redirected,
        Self::MovedToMetadata,
        Self::RedirectedToMetadata,
        Self::TooManyRequests(30),
        Self::Status(500),
        Self::Status(502),
        Self::Status(503),
        Self::Maintenance,
        Self::GzipBomb,
        Self::HugeKeySet,
        Self::ByteOrderMark,
        Self::DuplicateKeys,
    ];

    /// Whether it happens to a connection, before any path is known.
    pub fn is_of_connection(self) -> bool {
        use Fault::{Refuse, SilentHandshake, TlsExpired, TlsUntrusted, TlsWrongName};
        matches!(self, Refuse | SilentHandshake | TlsUntrusted | TlsExpired | TlsWrongName)
    }

    /// This fault on paths that end with `pattern`; `*` is all. Faults of connections know no path.
    pub fn on(self, pattern: &str) -> FaultRule {
        FaultRule { pattern: pattern.to_owned(), ..self.into() }
    }

    /// This fault so many times.
    pub fn times(self, count: u32) -> FaultRule {
        FaultRule::from(self).times(count)
    }
}

/// A fault, where it happens and how often.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct FaultRule {
    /// End of the paths it happens on; `*` is all.
    #[serde(rename = "match", default = "everything")]
    pub pattern: String,
    /// What happens.
    pub kind: Fault,
    /// How often it still happens. `None` is until faults are cleared.
    #[serde(default)]
    pub count: Option<u32>,
    /// So many occasions pass by unharmed first.
    #[serde(default)]
    pub after: u32,
}

fn everything() -> String {
    "*".to_owned()
}

impl From<Fault> for FaultRule {
    fn from(kind: Fault) -> Self {
        Self { pattern: everything(), kind, count: None, after: 0 }
    }
}

impl FaultRule {
    /// So many times only.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        Self { count: Some(count), ..self }
    }

    /// Once only.
    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Not the first so many times: faults of connections know no path, but which connection it is.
    #[must_use]
    pub fn after(self, occasions: u32) -> Self {
        Self { after: occasions, ..self }
    }
}

/// The faults of one provider, in the order in which they were set.
#[derive(Default)]
pub struct Faults(Vec<FaultRule>);

impl Faults {
    /// One more.
    pub fn push(&mut self, rule: FaultRule) {
        self.0.push(rule);
    }

    /// None any more.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// What is still to happen.
    pub fn list(&self) -> &[FaultRule] {
        &self.0
    }

    /// The fault of a new connection.
    pub fn take_for_connection(&mut self) -> Option<Fault> {
        self.take(|rule| rule.kind.is_of_connection())
    }

    /// The fault of a request; `plain` connections have theirs here too.
    pub fn take_for_request(&mut self, path: &str, plain: bool) -> Option<Fault> {
        let applies = |kind: Fault| if kind.is_of_connection() { plain && kind == Fault::Refuse } else { true };
        self.take(|rule| applies(rule.kind) && fits(&rule.pattern, path))
    }

    fn take(&mut self, wanted: impl Fn(&FaultRule) -> bool) -> Option<Fault> {
        let index = self.0.iter().position(|rule| rule.count != Some(0) && wanted(rule))?;
        let rule = self.0.get_mut(index)?;
        if rule.after > 0 {
            rule.after -= 1;
            return None;
        }
        let kind = rule.kind;
        rule.count = rule.count.map(|left| left - 1);
        self.0.retain(|rule| rule.count != Some(0));
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_happens_as_often_as_it_was_told() {
        let mut faults = Faults::default();
        faults.push(Fault::Status(503).on("/token").times(2));
        assert_eq!(faults.take_for_request("/keys", false), None);
        assert_eq!(faults.take_for_request("/token", false), Some(Fault::Status(503)));
        assert_eq!(faults.take_for_request("/oauth2/token/", false), Some(Fault::Status(503)));
        assert_eq!(faults.take_for_request("/token", false), None);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_fault_can_wait_for_its_turn() {
        let mut faults = Faults::default();
        faults.push(Fault::Refuse.times(1).after(2));
        let taken: Vec<_> = (0..4).map(|_| faults.take_for_connection()).collect();
        assert_eq!(taken, [None, None, Some(Fault::Refuse), None]);
    }

    #[test]
    fn a_rule_reads_as_the_control_interface_writes_it() {
        let rule: FaultRule =
            serde_json::from_str(r#"{"match":"/token","kind":{"slow_headers":5000},"count":1}"#).unwrap();
        assert_eq!(rule, Fault::SlowHeaders(5_000).on("/token").once());
        let rule: FaultRule = serde_json::from_str(r#"{"kind":"hang"}"#).unwrap();
        assert_eq!(rule, Fault::Hang.into());
    }
}
