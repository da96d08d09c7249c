//! The redirect notifier: the browser is sent to the carrier, which answers signed (`upstreams.md` §4.4 B).
//!
//! Our design, as no public text has the carriers': `client_id`, `redirect_uri`, `state`, `nonce` and `ts` go, `state` and
//! `response` come back, a JWS with `typ: line-answer+jwt` and the claims of an assertion, `aud` our client id and
//! `nonce` ours.

use serde::Deserialize;
use url::Url;

use super::assertion::{Refused, conclude, use_up};
use super::departure::{consume_return, find_departure, keep_answer, seal_answer};
use super::evidence::{EVIDENCE_LIFETIME, LineEvidence, LineOutcome, LineReject, LineRequest, Outage, PendingLine};
use super::number::NumberRule;
use super::witness::{Statement, Witness};
use crate::config::LineMethodName;
use crate::id::InteractionId;
use crate::jose::TypeRule;
use crate::random::Random;
use crate::secret::{MasterKey, Secret, TokenHash};
use crate::storage::{Database, Fault};

/// An answer's `typ`, which no other token has.
const TYPE: TypeRule = TypeRule { accepted: &["line-answer+jwt"], may_be_absent: false };

/// The carrier's notifier.
#[derive(Clone)]
pub struct Notifier {
    /// Where browsers are sent.
    pub url: Url,
    /// Who we are to it.
    pub client_id: String,
    /// Who it is.
    pub witness: Witness,
}

/// What the way back carried.
#[derive(Clone, Copy, Default)]
pub struct Return<'a> {
    /// The state.
    pub state: &'a str,
    /// The signed answer; empty when there was none.
    pub response: &'a str,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(flatten)]
    statement: Statement,
    nonce: String,
}

/// A way there and what has to come back.
pub(super) fn pending(random: &Random) -> PendingLine {
    PendingLine { state: Secret::new(random.token()), nonce: Secret::new(random.token()) }
}

/// The answer that came back for this sign-in within the last minutes, or the way to one.
pub(super) async fn observe(
    db: &Database,
    (notifier, master, random): (&Notifier, &MasterKey, &Random),
    request: &LineRequest<'_>,
) -> LineOutcome {
    let Some(interaction) = request.interaction.filter(|_| request.on_line_listener) else {
        return LineOutcome::NotOnLine;
    };
    match fresh_answer(db, master, interaction, request).await {
        Ok(Some(evidence)) => LineOutcome::Verified(evidence),
        Ok(None) => redirect(notifier, pending(random), interaction, request),
        Err(fault) => unavailable(&fault),
    }
}

async fn fresh_answer(
    db: &Database,
    master: &MasterKey,
    interaction: &InteractionId,
    request: &LineRequest<'_>,
) -> Result<Option<LineEvidence>, Fault> {
    let Some(departure) = find_departure(db, interaction, request.now).await? else { return Ok(None) };
    let Some(observed_at) = departure.answered_at else { return Ok(None) };
    let expires_at = observed_at.plus(EVIDENCE_LIFETIME);
    let answer = departure.open_answer(master, interaction).filter(|_| request.now < expires_at);
    let method = LineMethodName::RedirectNotifier;
    Ok(answer.map(|(number, area, witness)| LineEvidence { number, area, method, witness, observed_at, expires_at }))
}

fn redirect(
    notifier: &Notifier,
    pending: PendingLine,
    interaction: &InteractionId,
    request: &LineRequest<'_>,
) -> LineOutcome {
    let mut url = notifier.url.clone();
    url.query_pairs_mut()
        .append_pair("client_id", &notifier.client_id)
        .append_pair("redirect_uri", &return_uri(request, interaction))
        .append_pair("state", pending.state.expose())
        .append_pair("nonce", pending.nonce.expose())
        .append_pair("ts", &request.now.as_seconds().to_string());
    LineOutcome::Redirect { url, pending }
}

/// Where the carrier sends the browser back to: the brand's own line host, from the configuration.
pub(super) fn return_uri(request: &LineRequest<'_>, interaction: &InteractionId) -> String {
    format!("{}{}/line/{interaction}/return", request.origin, request.base)
}

/// Looks at what came back; a line that was told is kept for this sign-in for some minutes.
pub(super) async fn resume(
    db: &Database,
    (notifier, master, rule): (&Notifier, &MasterKey, &NumberRule),
    request: &LineRequest<'_>,
    back: Return<'_>,
) -> LineOutcome {
    let Some(interaction) = request.interaction.filter(|_| request.on_line_listener) else {
        return LineOutcome::NotOnLine;
    };
    let nonce = match returned(db, interaction, back.state, request).await {
        Ok(Some(nonce)) => nonce,
        Ok(None) => return LineOutcome::Rejected(LineReject::WrongState),
        Err(fault) => return unavailable(&fault),
    };
    let statement = match read(notifier, &nonce, request, back.response) {
        Ok(statement) => statement,
        Err(reject) => return LineOutcome::Rejected(reject),
    };
    match use_up(db, &statement).await {
        Ok(true) => {}
        Ok(false) => return LineOutcome::Rejected(LineReject::Replayed),
        Err(Refused::Malformed(reject)) => return LineOutcome::Rejected(reject),
        Err(Refused::Fault(fault)) => return unavailable(&fault),
    }
    let outcome = conclude(&statement, LineMethodName::RedirectNotifier, rule, request);
    let LineOutcome::Verified(evidence) = &outcome else { return outcome };
    let sealed = seal_answer(master, interaction, (&evidence.number, evidence.area, &evidence.witness));
    let kept = async {
        let mut tx = db.begin().await?;
        let kept = keep_answer(&mut tx, interaction, (&nonce, &sealed), request.now).await?;
        tx.commit().await?;
        Ok(kept)
    };
    match kept.await {
        Ok(true) => outcome,
        Ok(false) => LineOutcome::Rejected(LineReject::WrongState),
        Err(fault) => unavailable(&fault),
    }
}

/// Uses up the state of a way back; answers the hash of the nonce that belongs to it.
pub(super) async fn returned(
    db: &Database,
    interaction: &InteractionId,
    state: &str,
    request: &LineRequest<'_>,
) -> Result<Option<TokenHash>, Fault> {
    let mut tx = db.begin().await?;
    let nonce = consume_return(&mut tx, interaction, &TokenHash::of(state), request.now).await?;
    tx.commit().await?;
    Ok(nonce)
}

fn read(
    notifier: &Notifier,
    nonce: &TokenHash,
    request: &LineRequest<'_>,
    response: &str,
) -> Result<Statement, LineReject> {
    let claims: Claims = notifier.witness.claims(response, TYPE)?;
    let statement = claims.statement;
    if statement.iss != notifier.witness.name {
        return Err(LineReject::WrongIssuer);
    }
    if statement.aud != notifier.client_id {
        return Err(LineReject::WrongAudience);
    }
    if TokenHash::of(&claims.nonce) != *nonce {
        return Err(LineReject::WrongNonce);
    }
    statement.check_times(request.now)?;
    Ok(statement)
}

fn unavailable(fault: &Fault) -> LineOutcome {
    tracing::error!(%fault, "an answer about a line cannot be looked up");
    LineOutcome::Unavailable { why: Outage::Store, retry_after: super::RETRY }
}

#[cfg(test)]
#[path = "notifier_tests.rs"]
mod tests;
