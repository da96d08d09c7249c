//! What a provider was sent, letter for letter, so that tests can assert it.

use super::request::{Params, Received};
use serde::Serialize;
use std::collections::VecDeque;

/// How many requests of one provider are kept.
pub const CAPACITY: usize = 2000;

/// A request as it arrived and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct LoggedRequest {
    /// Counts up from 1 for each provider.
    pub number: u64,
    /// When, by the provider's clock (seconds since 1970).
    pub time: i64,
    /// Name and port the client asked for.
    pub host: String,
    /// Method.
    pub method: String,
    /// Path, as sent.
    pub path: String,
    /// Query, as sent, without the question mark; empty if there is none.
    pub query: String,
    /// Header fields in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body, as sent; what is not UTF-8 is replaced.
    pub body: String,
    /// Status of the answer; `None` while there is none, and when a fault withheld it.
    pub status: Option<u16>,
}

impl LoggedRequest {
    /// Parameters of the query.
    pub fn params(&self) -> Params {
        Params::parse(self.query.as_bytes())
    }

    /// Parameters of a form body.
    pub fn form(&self) -> Params {
        Params::parse(self.body.as_bytes())
    }

    /// The first value of a header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The last requests of one provider.
#[derive(Default)]
pub struct Log {
    requests: VecDeque<LoggedRequest>,
    last: u64,
}

impl Log {
    /// Notes a request; its number.
    pub fn note(&mut self, received: &Received, time: i64) -> u64 {
        self.last += 1;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = received.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
        self.requests.push_back(LoggedRequest {
            number: self.last,
            time,
            host: received.authority.clone(),
            method: received.method.to_string(),
            path: received.path.clone(),
            query: received.query.clone(),
            headers: headers.collect(),
            body: text(&received.body),
            status: None,
        });
        if self.requests.len() > CAPACITY {
            self.requests.pop_front();
        }
        self.last
    }

    /// Notes the answer to request `number`.
    pub fn answer(&mut self, number: u64, status: u16) {
        if let Some(request) = self.requests.iter_mut().rev().find(|request| request.number == number) {
            request.status = Some(status);
        }
    }

    /// The requests whose path fits `pattern` ([`fits`]), oldest first.
    pub fn matching(&self, pattern: &str) -> Vec<LoggedRequest> {
        self.requests.iter().filter(|request| fits(pattern, &request.path)).cloned().collect()
    }

    /// Forgets everything but the count.
    pub fn clear(&mut self) {
        self.requests.clear();
    }
}

/// Whether `path` is or ends with `pattern`, closing slashes aside; `*` fits everything.
pub fn fits(pattern: &str, path: &str) -> bool {
    pattern == "*" || path.trim_end_matches('/').ends_with(pattern.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_pattern_is_the_end_of_a_path() {
        assert!(fits("/token", "/common/oauth2/v2.0/token") && fits("/token", "/adfs/oauth2/token/") && fits("*", "/"));
        assert!(!fits("/token", "/tokens") && !fits("/token", "/token/x"));
    }
}
