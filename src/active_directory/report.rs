//! What a test found, in the words of the page. Classes only (`upstreams.md` S22).

use std::time::Duration;

use crate::outbound::Failure;
use crate::upstream::discovery::DiscoveryProblem;
use crate::upstream::probe::{ClientProblem, Probe};
use crate::web::pages::{TestFailure, TestOutcome, TestStep, TestStepName};

use TestOutcome::{Failed, Passed, Skipped};

/// The steps in order.
pub fn report_of(probe: &Probe, leeway: Duration) -> Vec<TestStep> {
    let step = |name: &TestStepName| TestStep { name: *name, outcome: outcome(*name, probe, leeway) };
    TestStepName::ALL.iter().map(step).collect()
}

fn outcome(name: TestStepName, probe: &Probe, leeway: Duration) -> TestOutcome {
    match name {
        TestStepName::Address | TestStepName::Reach | TestStepName::Discovery | TestStepName::Issuer => {
            of_document(name, probe)
        }
        TestStepName::Keys => match probe.has_keys {
            Some(true) => Passed,
            Some(false) => Failed(TestFailure::Keys),
            None => Skipped,
        },
        TestStepName::Client => match probe.client {
            Some(Ok(())) => Passed,
            Some(Err(ClientProblem::Refused)) => Failed(TestFailure::Client),
            Some(Err(ClientProblem::Endpoint)) => Failed(TestFailure::TokenEndpoint),
            None => Skipped,
        },
        TestStepName::Clock => match probe.clock {
            Some(seconds) if seconds > leeway.as_secs() => Failed(TestFailure::Clock { seconds }),
            Some(_) => Passed,
            None => Skipped,
        },
    }
}

/// The first four steps end at the first failure.
fn of_document(name: TestStepName, probe: &Probe) -> TestOutcome {
    let Err(problem) = &probe.endpoints else { return Passed };
    let (at, failure) = place_of(*problem);
    match name.cmp(&at) {
        std::cmp::Ordering::Less => Passed,
        std::cmp::Ordering::Equal => Failed(failure),
        std::cmp::Ordering::Greater => Skipped,
    }
}

/// The step a problem belongs to, and its class. A server that is not there and one that has no such page are one class:
/// the text names both, and AD FS 2012 R2, which is the one without such a page.
const fn place_of(problem: DiscoveryProblem) -> (TestStepName, TestFailure) {
    match problem {
        DiscoveryProblem::BadIssuer | DiscoveryProblem::Unreachable(Failure::Refused(_)) => {
            (TestStepName::Address, TestFailure::AddressRefused)
        }
        DiscoveryProblem::Unreachable(Failure::Tls) => (TestStepName::Reach, TestFailure::Certificate),
        DiscoveryProblem::Unreachable(Failure::Busy | Failure::Paused) => (TestStepName::Reach, TestFailure::Busy),
        DiscoveryProblem::Unreachable(Failure::TooLarge) | DiscoveryProblem::NoDocument => {
            (TestStepName::Discovery, TestFailure::Document)
        }
        DiscoveryProblem::Unreachable(_) | DiscoveryProblem::NoPage => (TestStepName::Reach, TestFailure::Unreachable),
        DiscoveryProblem::OtherHost => (TestStepName::Discovery, TestFailure::ForeignEndpoint),
        DiscoveryProblem::OtherIssuer => (TestStepName::Issuer, TestFailure::OtherIssuer),
    }
}

/// Whether the server is not there, in one way or another.
pub fn is_unreachable(probe: &Probe) -> bool {
    let class = probe.endpoints.as_ref().err().map(|problem| place_of(*problem).1);
    class == Some(TestFailure::Unreachable)
}

/// The word of a test for audit and metrics: for operators, who may know the failure itself.
pub fn word_of(probe: &Probe, report: &[TestStep]) -> &'static str {
    if let Err(problem) = &probe.endpoints {
        return problem.as_str();
    }
    match report.iter().find(|step| matches!(step.outcome, Failed(_))).map(|step| step.name) {
        None => "passed",
        Some(name) => name.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::Refusal;

    fn found(problem: DiscoveryProblem) -> Probe {
        Probe { endpoints: Err(problem), has_keys: None, client: None, clock: None }
    }

    fn failed_at(probe: &Probe) -> (TestStepName, TestFailure) {
        let report = report_of(probe, Duration::from_secs(300));
        let mut steps = report.iter().skip_while(|step| step.outcome == Passed);
        let step = steps.next().unwrap();
        assert!(steps.all(|later| later.outcome == Skipped), "{report:?}");
        match step.outcome {
            Failed(failure) => (step.name, failure),
            _ => panic!("{report:?}"),
        }
    }

    #[test]
    fn every_problem_of_the_document_has_its_step_and_what_comes_after_is_not_tried() {
        use DiscoveryProblem as D;
        use TestFailure as F;
        use TestStepName as S;
        for (problem, expected) in [
            (D::BadIssuer, (S::Address, F::AddressRefused)),
            (D::Unreachable(Failure::Refused(Refusal::Address)), (S::Address, F::AddressRefused)),
            (D::Unreachable(Failure::Dns), (S::Reach, F::Unreachable)),
            (D::Unreachable(Failure::Connect), (S::Reach, F::Unreachable)),
            (D::Unreachable(Failure::Timeout), (S::Reach, F::Unreachable)),
            (D::Unreachable(Failure::Broken), (S::Reach, F::Unreachable)),
            (D::Unreachable(Failure::Redirected), (S::Reach, F::Unreachable)),
            (D::NoPage, (S::Reach, F::Unreachable)),
            (D::Unreachable(Failure::Tls), (S::Reach, F::Certificate)),
            (D::Unreachable(Failure::Paused), (S::Reach, F::Busy)),
            (D::Unreachable(Failure::TooLarge), (S::Discovery, F::Document)),
            (D::NoDocument, (S::Discovery, F::Document)),
            (D::OtherHost, (S::Discovery, F::ForeignEndpoint)),
            (D::OtherIssuer, (S::Issuer, F::OtherIssuer)),
        ] {
            assert_eq!(failed_at(&found(problem)), expected, "{problem:?}");
            assert_eq!(is_unreachable(&found(problem)), expected.1 == F::Unreachable, "{problem:?}");
        }
    }
}
