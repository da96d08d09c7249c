//! The history in plain words.

use std::collections::HashMap;

use super::filter::ALLOWED;
use crate::account::find_account;
use crate::audit::EventKind;
use crate::audit::search::FoundEvent;
use crate::context::PageContext;
use crate::id::{AccountId, ContractId};
use crate::policy::access_path::AccessPath;
use crate::storage::Fault;
use crate::web::Frame;

/// Names and addresses of the contract's people, each looked up once; deleted ones too.
pub struct Names {
    contract: ContractId,
    known: HashMap<AccountId, (String, String)>,
}

impl Names {
    /// Of nobody yet.
    pub fn of(contract: &ContractId) -> Self {
        Self { contract: contract.clone(), known: HashMap::new() }
    }

    /// Name and address; empty for an event that names nobody of the contract.
    pub async fn find(&mut self, page: &PageContext, id: Option<&AccountId>) -> Result<(String, String), Fault> {
        let Some(id) = id else { return Ok(Default::default()) };
        if let Some(known) = self.known.get(id) {
            return Ok(known.clone());
        }
        let found = find_account(&page.app.db, id).await?.filter(|found| found.contract.id == self.contract);
        let names = found.map(|found| (found.account.name, found.account.email)).unwrap_or_default();
        self.known.insert(id.clone(), names.clone());
        Ok(names)
    }
}

/// Whether the person is in.
pub fn is_allowed(event: &FoundEvent) -> bool {
    event.kind().is_some_and(|kind| ALLOWED.contains(&kind))
}

/// Over which network it was, where that is written down.
pub fn path(frame: &Frame, event: &FoundEvent) -> String {
    let path = event.detail.get("access_path").and_then(|path| AccessPath::parse(path));
    let key = match path {
        Some(AccessPath::Internet) => "admin-path-internet",
        Some(AccessPath::Line) => "admin-path-line",
        None => return String::new(),
    };
    frame.t(key).into_owned()
}

/// Why a sign-in was refused; empty for one that was not.
pub fn why(frame: &Frame, event: &FoundEvent) -> String {
    if is_allowed(event) {
        return String::new();
    }
    frame.t(reason_key(event.kind(), event.reason.as_deref().unwrap_or_default())).into_owned()
}

/// The text of a reason. What only our own machinery means is one text for all; that a line is another contract's is
/// nobody's business.
fn reason_key(kind: Option<EventKind>, reason: &str) -> &'static str {
    match reason {
        "wrong_password" => "admin-reason-wrong-password",
        "other_login_method" => "admin-reason-other-login-method",
        "account_locked" => "admin-reason-account-locked",
        "too_many_failures" => "admin-reason-too-many-failures",
        "account_suspended" => "admin-reason-account-suspended",
        "account_invited" => "admin-reason-account-invited",
        "account_deleted" => "admin-reason-account-deleted",
        "contract_cancelled" => "admin-reason-contract-cancelled",
        "trial_ended" | "trial_ended_contractor_only" => "admin-reason-trial-ended",
        "line_required" => "admin-reason-line-required",
        "line_not_registered" | "line_of_another_contract" => "admin-reason-line-not-registered",
        "too_many_requests" => "admin-reason-too-many-requests",
        "overloaded" => "admin-reason-overloaded",
        "upstream_cancelled" | "upstream_interaction_required" => "admin-reason-upstream-cancelled",
        reason if reason.starts_with("upstream_") => "admin-reason-upstream",
        reason if reason.starts_with("passkey_") => "admin-reason-passkey",
        reason if reason.starts_with("line_") => "admin-reason-line",
        _ => match kind {
            Some(EventKind::SecondFactorRefused) => "admin-reason-second-factor",
            Some(EventKind::LineRefused) => "admin-reason-line",
            _ => "admin-reason-other",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::LineReject;
    use crate::policy::sign_in::Reason;
    use crate::second_factor::passkey::PasskeyRefusal;

    #[test]
    fn every_reason_of_the_policy_has_words_of_its_own() {
        for reason in [
            Reason::ContractCancelled,
            Reason::TrialEnded,
            Reason::TrialEndedContractorOnly,
            Reason::OtherLoginMethod,
            Reason::WrongPassword,
            Reason::AccountInvited,
            Reason::AccountLocked,
            Reason::TooManyFailures,
            Reason::AccountSuspended,
            Reason::AccountDeleted,
            Reason::LineRequired,
        ] {
            let key = reason_key(Some(EventKind::SignInRefused), reason.as_str());
            assert_ne!(key, "admin-reason-other", "{reason:?}");
        }
    }

    #[test]
    fn what_machinery_says_is_said_in_classes() {
        for reject in LineReject::ALL {
            assert_eq!(reason_key(Some(EventKind::LineRefused), reject.as_str()), "admin-reason-line");
        }
        for refusal in PasskeyRefusal::ALL {
            assert_eq!(reason_key(Some(EventKind::SignInRefused), refusal.as_str()), "admin-reason-passkey");
        }
        assert_eq!(reason_key(Some(EventKind::SignInRefused), "upstream_token_signature"), "admin-reason-upstream");
        assert_eq!(reason_key(Some(EventKind::SecondFactorRefused), "wrong"), "admin-reason-second-factor");
        assert_eq!(
            reason_key(Some(EventKind::LineRefused), "line_of_another_contract"),
            reason_key(Some(EventKind::LineRefused), "line_not_registered")
        );
    }
}
