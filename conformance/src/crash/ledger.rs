//! What the provider has acknowledged to one user, and what was under way when it died.

use crate::load::flow::Code;

/// One user's notes of one round.
pub struct Ledger {
    /// Number of the user; even: confidential client, odd: public client.
    pub number: usize,
    /// Cookies of browsers that were signed in.
    pub sessions: Vec<Vec<(String, String)>>,
    /// Codes whose redemption was answered with tokens.
    pub redeemed: Vec<Code>,
    /// A code whose redemption had no answer.
    pub unanswered_code: Option<Code>,
    /// Families that rest, by their newest refresh token.
    pub families: Vec<String>,
    /// A refresh token whose use had no answer.
    pub unanswered_refresh: Option<String>,
    /// Refreshes that were answered.
    pub refreshes: u64,
    /// Refusals nobody expects of a healthy provider.
    pub surprises: Vec<String>,
}

impl Ledger {
    pub fn new(number: usize) -> Self {
        Self {
            number,
            sessions: Vec::new(),
            redeemed: Vec::new(),
            unanswered_code: None,
            families: Vec::new(),
            unanswered_refresh: None,
            refreshes: 0,
            surprises: Vec::new(),
        }
    }

    /// Requests without an answer.
    pub fn in_flight(&self) -> u64 {
        u64::from(self.unanswered_code.is_some()) + u64::from(self.unanswered_refresh.is_some())
    }
}
