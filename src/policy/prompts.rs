//! What comes next in an authorization request: **the** dispatcher (OpenID Connect Core §3.1.2.1–§3.1.2.6).
//!
//! One ordered list of needs. The first one that is not met gives the page to show, or, for `prompt=none`, the error
//! to answer: the two can never disagree, since they are two columns of one row.
//!
//! ```text
//! login ─▶ line ─▶ second factor ─▶ consent ─▶ respond
//! ```
//! The order is that of the product's sign-in: primary proof, access path, second factor, then tokens.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::protocol::ErrorCode;
use crate::protocol::acr::{Acr, AcrRequest};
use crate::protocol::prompt::Prompt;
use crate::text_enum::text_enum;

/// Everything the decision depends on.
#[derive(Clone, Debug)]
pub struct Facts {
    /// `prompt`.
    pub prompt: Prompt,
    /// `max_age` of the request, or the client's default, in seconds.
    pub max_age: Option<u64>,
    /// Whether the client insists on knowing when the user authenticated.
    pub needs_auth_time: bool,
    /// The `acr` asked for.
    pub acr: AcrRequest,
    /// The present instant.
    pub now: Timestamp,
    /// The live session of this browser at this brand, if any.
    pub session: Option<SessionFacts>,
    /// The line authentication.
    pub line: Step,
    /// The second factor, as the contract's policy wants it.
    pub second_factor: Step,
    /// Whether a second factor could be asked for if a client wants it.
    pub can_step_up: bool,
    /// What the user agreed to.
    pub consent: ConsentFacts,
}

/// The session, seen from this request.
#[derive(Clone, Copy, Debug)]
pub struct SessionFacts {
    /// When the user last authenticated; `None` when an upstream vouches for the user without saying when it asked.
    pub auth_time: Option<Timestamp>,
    /// Whether an upstream says so, whose clock and whose idea of the moment may differ a little.
    pub is_federated: bool,
    /// When this was asked for.
    pub asked_at: Timestamp,
    /// What was achieved then.
    pub acr: Acr,
    /// Whether that was done for this interaction.
    pub fresh: bool,
    /// Whether the session's user is the one of `id_token_hint` and of a `sub` in `claims`; true without such.
    pub is_required_subject: bool,
    /// Whether the session's user is the one of `login_hint`; true without such.
    pub is_hinted_account: bool,
}

/// A step that policy may ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Step {
    /// Not asked for, or done.
    #[default]
    Satisfied,
    /// Must be done now.
    Missing,
    /// Tried, and refused for good.
    Refused,
}

/// What the user agreed to, or need not.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsentFacts {
    /// The client is one of the service's own.
    pub first_party: bool,
    /// An earlier consent covers everything asked for, and the client is one whose identity is assured.
    pub remembered: bool,
    /// What the user answered in this interaction.
    pub answer: Option<ConsentAnswer>,
}

text_enum! {
    /// The user's answer on the consent page.
    pub enum ConsentAnswer {
        /// Agreed.
        Given = "given",
        /// Did not agree.
        Denied = "denied",
    }
}

/// What to do now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Show the login page.
    Login,
    /// Ask for the line authentication.
    Line,
    /// Ask for the second factor.
    SecondFactor,
    /// Ask for consent.
    Consent,
    /// Everything is there: answer with a code.
    Respond,
    /// Answer with this error.
    Refuse(ErrorCode),
}

/// A need that is not met: the page that meets it, and the error when no page may be shown.
struct Need {
    page: Next,
    silent: ErrorCode,
}

type Check = fn(&Facts) -> Option<Need>;

const CHECKS: &[Check] = &[login, line, second_factor, authentication_context, consent];

/// The next thing to do.
pub fn next(facts: &Facts) -> Next {
    match CHECKS.iter().find_map(|check| check(facts)) {
        None => Next::Respond,
        Some(Need { page: refusal @ Next::Refuse(_), .. }) => refusal,
        Some(need) if facts.prompt.none => Next::Refuse(need.silent),
        Some(need) => need.page,
    }
}

fn need(page: Next, silent: ErrorCode) -> Option<Need> {
    Some(Need { page, silent })
}

fn refuse(code: ErrorCode) -> Option<Need> {
    need(Next::Refuse(code), code)
}

/// An authentication made for this interaction meets every wish for a new one: whatever `max_age` says, the user is not
/// sent round in circles while reading the consent page. `auth_time` tells the client the truth.
fn login(facts: &Facts) -> Option<Need> {
    let Some(session) = facts.session else { return need(Next::Login, ErrorCode::LoginRequired) };
    if session.fresh {
        // OpenID Connect Core §3.1.2.2: another user than the required one ends in login_required. So does a fresh
        // authentication that the client insists on and an upstream cannot show: asking again would change nothing.
        let satisfied = session.is_required_subject && shows_freshness(facts, session);
        return if satisfied { None } else { refuse(ErrorCode::LoginRequired) };
    }
    let asked_again = facts.prompt.login || facts.prompt.select_account;
    if asked_again || is_too_old(facts, session) || !session.is_required_subject {
        return need(Next::Login, ErrorCode::LoginRequired);
    }
    if session.is_hinted_account { None } else { need(Next::Login, ErrorCode::AccountSelectionRequired) }
}

/// `max_age=0` is always too old: it means `prompt=login` (OpenID Connect Core §3.1.2.1). So is a time nobody knows.
fn is_too_old(facts: &Facts, session: SessionFacts) -> bool {
    let Some(auth_time) = session.auth_time else { return facts.max_age.is_some() || facts.needs_auth_time };
    let age = facts.now.since(auth_time);
    facts.max_age.is_some_and(|limit| limit == 0 || age > Duration::from_secs(limit))
}

/// By how much an upstream's moment may lie before ours: its password may be minutes older than its second step.
const UPSTREAM_SLACK: Duration = Duration::from_mins(5);

/// Whether an authentication made for this interaction is as fresh as the client insists. Ours always is; an upstream's
/// is when it says so: a sign-in that it passed on silently is never claimed to be a new one.
fn shows_freshness(facts: &Facts, session: SessionFacts) -> bool {
    if !session.is_federated || !(facts.prompt.login || facts.max_age.is_some() || facts.needs_auth_time) {
        return true;
    }
    let Some(auth_time) = session.auth_time else { return false };
    let age = session.asked_at.since(auth_time);
    let limit = Duration::from_secs(facts.max_age.unwrap_or(u64::MAX).min(u64::from(u32::MAX)));
    let limit = if facts.prompt.login { Duration::ZERO } else { limit };
    auth_time >= session.asked_at || age <= limit + UPSTREAM_SLACK
}

fn line(facts: &Facts) -> Option<Need> {
    step(facts.line, Next::Line)
}

fn second_factor(facts: &Facts) -> Option<Need> {
    step(facts.second_factor, Next::SecondFactor)
}

fn step(step: Step, page: Next) -> Option<Need> {
    match step {
        Step::Satisfied => None,
        Step::Missing => need(page, ErrorCode::InteractionRequired),
        Step::Refused => refuse(ErrorCode::AccessDenied),
    }
}

/// OpenID Connect Core §5.5.1.1: an essential `acr` that is not reached fails the request; a voluntary one is tried for
/// where it can be had without a page the client forbade.
fn authentication_context(facts: &Facts) -> Option<Need> {
    let session = facts.session?;
    if facts.acr.is_met_by(session.acr) {
        return None;
    }
    let reachable = facts.can_step_up && facts.acr.is_met_by(Acr::TwoFactor);
    match (reachable, facts.acr.essential) {
        (true, false) if facts.prompt.none => None,
        (true, _) => need(Next::SecondFactor, ErrorCode::InteractionRequired),
        (false, true) => refuse(ErrorCode::UnmetAuthenticationRequirements),
        (false, false) => None,
    }
}

fn consent(facts: &Facts) -> Option<Need> {
    let known = facts.consent.first_party || facts.consent.remembered;
    match facts.consent.answer {
        Some(ConsentAnswer::Given) => None,
        Some(ConsentAnswer::Denied) => refuse(ErrorCode::AccessDenied),
        None if known && !facts.prompt.consent => None,
        None => need(Next::Consent, ErrorCode::ConsentRequired),
    }
}

#[cfg(test)]
#[path = "prompts_tests.rs"]
mod tests;
