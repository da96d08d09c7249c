//! What both sign-ins end with: the use noted and the session begun, or the refusal written down.

use axum::response::Response;

use super::verify::Proved;
use crate::account::SignInRecord;
use crate::audit::EventKind;
use crate::context::PageContext;
use crate::interaction::Interaction;
use crate::protocol::acr::{Acr, Amr};
use crate::second_factor::passkey::mark_used;
use crate::session::{AccessPath, Authentication, SecondFactorProof};
use crate::storage::Fault;

/// Begins the session and goes back to the dispatcher; `None` when another sign-in used the passkey just now.
///
/// `before`: what the person has shown already, as `amr` words.
///
/// # Errors
/// When the database fails.
pub async fn begin(
    page: &PageContext,
    interaction: &Interaction,
    proved: &Proved,
    (before, access_path): (&[String], AccessPath),
) -> Result<Option<Response>, Fault> {
    // RFC 8176 §2: a key that its provider copies to other devices is no proof of one piece of hardware.
    let key = if proved.verified.is_synced { Amr::SoftwareKey } else { Amr::HardwareKey };
    let mut amr = before.to_vec();
    for word in [key, Amr::MultipleFactors] {
        if !amr.iter().any(|known| known == word.as_str()) {
            amr.push(word.as_str().to_owned());
        }
    }
    let authentication = Authentication {
        auth_time: page.now,
        amr,
        acr: Acr::TwoFactor.as_str().to_owned(),
        access_path,
        line: None,
        second_factor: SecondFactorProof::Verified,
        upstream_auth_time: None,
    };
    let mut tx = page.app.db.begin().await?;
    if !mark_used(&mut tx, &proved.passkey, &proved.verified, page.now).await? {
        return Ok(None);
    }
    let new = page.begin_session(&mut tx, &proved.record, authentication, interaction).await?;
    tx.commit().await?;
    Ok(Some(page.with_session(page.to_dispatcher(&interaction.id), &new)))
}

/// Writes a refusal down.
pub fn record_refusal(
    page: &PageContext,
    interaction: &Interaction,
    reason: &'static str,
    record: Option<&SignInRecord>,
) {
    metrics::counter!("tegata_sign_ins_total", "outcome" => reason).increment(1);
    let mut event = page.event(EventKind::SignInRefused).because(reason);
    event.client = interaction.target.client_id().cloned();
    event.account = record.map(|record| record.account.id.clone());
    event.contract = record.map(|record| record.contract.id.clone());
    page.app.audit.record(event);
}
