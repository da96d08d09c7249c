use crate::text_enum::text_enum;
use crate::web::page::Frame;

text_enum! {
    /// A step of the test of an Active Directory connection, in order: text `active-directory-test-<word>`.
    pub enum TestStepName {
        /// Whether the URL is one we connect to.
        Address = "address",
        /// Whether the server answers, over TLS with a certificate we trust.
        Reach = "reach",
        /// Whether it has a discovery document that fits.
        Discovery = "discovery",
        /// Whether the document is that of this very issuer.
        Issuer = "issuer",
        /// Whether there are keys we accept.
        Keys = "keys",
        /// Whether the token endpoint knows the client and its secret.
        Client = "client",
        /// Whether its clock agrees with ours.
        Clock = "clock",
    }
}

/// A step and what became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TestStep {
    /// Which.
    pub name: TestStepName,
    /// What became of it.
    pub outcome: TestOutcome,
}

/// What became of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TestOutcome {
    /// Nothing is wrong with it.
    Passed,
    /// It did not work.
    Failed(TestFailure),
    /// Not tried: a step before it failed.
    Skipped,
}

/// Why a step failed. Only classes: what a server of the customer's choice answers must not become visible here, or the
/// test would be a way to look around in our network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TestFailure {
    /// The address is not one we connect to.
    AddressRefused,
    /// No name, no connection, no answer in time, no such page: one class for all of them.
    Unreachable,
    /// The certificate is not trusted, expired, or of another name.
    Certificate,
    /// What came is no discovery document, or lacks what is needed.
    Document,
    /// The document names another issuer.
    OtherIssuer,
    /// The document names endpoints on another host.
    ForeignEndpoint,
    /// No key, or none that is strong enough.
    Keys,
    /// The client is not known, or its secret is another one.
    Client,
    /// The token endpoint did not answer as one does.
    TokenEndpoint,
    /// The clocks differ by more than is accepted.
    Clock {
        /// By how much, seconds.
        seconds: u64,
    },
    /// We have too much to do with this server at present, or it failed too often: later.
    Busy,
}

impl TestFailure {
    /// Its text: what is wrong and what to do. Only that of [`TestFailure::Clock`] takes an argument, `seconds`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::AddressRefused => "active-directory-failure-address-refused",
            Self::Unreachable => "active-directory-failure-unreachable",
            Self::Certificate => "active-directory-failure-certificate",
            Self::Document => "active-directory-failure-document",
            Self::OtherIssuer => "active-directory-failure-other-issuer",
            Self::ForeignEndpoint => "active-directory-failure-foreign-endpoint",
            Self::Keys => "active-directory-failure-keys",
            Self::Client => "active-directory-failure-client",
            Self::TokenEndpoint => "active-directory-failure-token-endpoint",
            Self::Clock { .. } => "active-directory-failure-clock",
            Self::Busy => "active-directory-failure-busy",
        }
    }
}

impl TestStep {
    /// Whether it did not work.
    pub const fn is_failed(&self) -> bool {
        matches!(self.outcome, TestOutcome::Failed(_))
    }

    pub(super) fn title(&self, frame: &Frame) -> String {
        frame.t(&format!("active-directory-test-{}", self.name)).into_owned()
    }

    /// What became of it, in a word.
    pub(super) const fn verdict(&self) -> &'static str {
        match self.outcome {
            TestOutcome::Passed => "active-directory-test-passed",
            TestOutcome::Failed(_) => "active-directory-test-failed",
            TestOutcome::Skipped => "active-directory-test-skipped",
        }
    }

    /// What is wrong and what to do, if something is.
    pub(super) fn advice(&self, frame: &Frame) -> Option<String> {
        match self.outcome {
            TestOutcome::Failed(failure @ TestFailure::Clock { seconds }) => {
                Some(frame.t1(failure.key(), "seconds", &seconds.to_string()))
            }
            TestOutcome::Failed(failure) => Some(frame.t(failure.key()).into_owned()),
            TestOutcome::Passed | TestOutcome::Skipped => None,
        }
    }

    /// Reports in which every class of failure occurs once, and one in which none does.
    #[cfg(test)]
    pub(super) fn samples() -> Vec<Vec<Self>> {
        use TestFailure as F;
        let failed = |at: TestStepName, failure| {
            let outcome = |name: TestStepName| match name.cmp(&at) {
                std::cmp::Ordering::Less => TestOutcome::Passed,
                std::cmp::Ordering::Equal => TestOutcome::Failed(failure),
                std::cmp::Ordering::Greater => TestOutcome::Skipped,
            };
            TestStepName::ALL.iter().map(|name| Self { name: *name, outcome: outcome(*name) }).collect()
        };
        let passed = |name: &TestStepName| Self { name: *name, outcome: TestOutcome::Passed };
        let mut reports: Vec<Vec<Self>> = vec![TestStepName::ALL.iter().map(passed).collect()];
        reports.extend([
            failed(TestStepName::Address, F::AddressRefused),
            failed(TestStepName::Reach, F::Unreachable),
            failed(TestStepName::Reach, F::Certificate),
            failed(TestStepName::Reach, F::Busy),
            failed(TestStepName::Discovery, F::Document),
            failed(TestStepName::Discovery, F::ForeignEndpoint),
            failed(TestStepName::Issuer, F::OtherIssuer),
            failed(TestStepName::Keys, F::Keys),
            failed(TestStepName::Client, F::Client),
            failed(TestStepName::Client, F::TokenEndpoint),
            failed(TestStepName::Clock, F::Clock { seconds: 372 }),
        ]);
        reports
    }
}
