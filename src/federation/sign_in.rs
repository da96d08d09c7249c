//! A proved upstream identity becomes a session.

use std::sync::Arc;

use axum::response::Response;

use super::callback::turn_back;
use super::origin::back_with;
use crate::account::{LoginMethod, SignInRecord};
use crate::audit::EventKind;
use crate::context::PageContext;
use crate::id::InteractionId;
use crate::interaction::Interaction;
use crate::policy::sign_in::{self, Decision, PrimaryProof, Reason};
use crate::protocol::acr::{Acr, Amr};
use crate::session::{Authentication, SecondFactorProof};
use crate::storage::Fault;
use crate::upstream::Connection;
use crate::upstream::connection::label;
use crate::upstream::identity::{confirm_identity, find_by_identity};
use crate::upstream::refusal::Refusal;
use crate::upstream::transaction::{Transaction, note_id_token};
use crate::upstream::verify::Proved;
use crate::web::cookie::{Cookie, Purpose as CookiePurpose};

/// How long a browser keeps the 接続ID of its user's company.
const CONNECTION_KEPT: std::time::Duration = std::time::Duration::from_hours(400 * 24);

/// Signs in, or leads back to the login page.
pub async fn complete(
    page: &PageContext,
    (connection, transaction): (&Arc<Connection>, &Transaction),
    interaction: &InteractionId,
    proved: Proved,
) -> Result<Response, Fault> {
    let interaction = match page.interaction(interaction).await? {
        Ok(interaction) => interaction,
        Err(response) => return Ok(*response),
    };
    let app = &page.app;
    let found = find_by_identity(&app.db, &page.issuer().brand, &connection.id, &proved.person.subject).await?;
    let record = match decide(page, connection, &interaction, found) {
        Ok(record) => record,
        Err((reason, disclosed, record)) => {
            let word = if disclosed { reason.told() } else { "not-linked" };
            refuse(page, (connection, &interaction), reason, record.as_deref());
            return Ok(back_with(page, transaction, word));
        }
    };
    let authentication = Authentication {
        auth_time: page.now,
        amr: vec![Amr::Federated.as_str().to_owned()],
        acr: Acr::Federated.as_str().to_owned(),
        access_path: page.issuer().access_path,
        line: None,
        second_factor: SecondFactorProof::None,
        upstream_auth_time: proved.person.auth_time,
    };
    let mut tx = app.db.begin().await?;
    if let Some((hash, until)) = proved.token
        && !note_id_token(&mut tx, hash, until).await?
    {
        drop(tx);
        return turn_back(page, (connection, transaction), &Refusal::TokenReplayed.into()).await;
    }
    if !confirm_identity(&mut tx, &record.account.id, &connection.id, &proved.person.subject).await? {
        // Another login method, in this very moment.
        drop(tx);
        refuse(page, (connection, &interaction), Reason::OtherLoginMethod, Some(&record));
        return Ok(back_with(page, transaction, "not-linked"));
    }
    let new = page.begin_session(&mut tx, &record, authentication, &interaction).await?;
    tx.commit().await?;
    metrics::counter!("tegata_upstream_returns_total", "connection" => label(&connection.id), "outcome" => "signed_in")
        .increment(1);
    let mut response = page.with_session(page.to_dispatcher(&interaction.id), &new);
    if connection.method == LoginMethod::ActiveDirectory {
        let (secure, brand) = (page.issuer().secure, page.issuer().cookie_tag.as_str());
        Cookie::new(CookiePurpose::Connection, secure, brand, connection.id.as_str())
            .lasting(CONNECTION_KEPT)
            .set(response.headers_mut());
    }
    Ok(response)
}

type Refusals = (Reason, bool, Option<Box<SignInRecord>>);

/// Whether this account may sign in here and now. An Active Directory lets in people of its own contract alone, whatever
/// is linked (`upstreams.md` S31).
fn decide(
    page: &PageContext,
    connection: &Connection,
    interaction: &Interaction,
    found: Option<SignInRecord>,
) -> Result<SignInRecord, Refusals> {
    let Some(record) = found else { return Err((Reason::UnknownAccount, false, None)) };
    let foreign = connection.contract.as_ref().is_some_and(|contract| *contract != record.account.contract_id);
    let proof = if foreign || record.account.login_method != connection.method {
        PrimaryProof::OtherMethod
    } else {
        PrimaryProof::Upstream
    };
    let facts = sign_in::Facts {
        purpose: interaction.target.purpose(),
        access_path: page.issuer().access_path,
        now: page.now,
        too_many_failures: false,
        account: Some(record.facts(proof)),
    };
    match sign_in::decide(&facts) {
        Decision::Allow => Ok(record),
        Decision::Refuse { reason, disclosed } => Err((reason, disclosed, Some(Box::new(record)))),
    }
}

fn refuse(
    page: &PageContext,
    (connection, interaction): (&Connection, &Interaction),
    reason: Reason,
    record: Option<&SignInRecord>,
) {
    metrics::counter!("tegata_sign_ins_total", "outcome" => reason.as_str()).increment(1);
    let why = if reason == Reason::UnknownAccount { "upstream_not_linked" } else { reason.as_str() };
    let mut event = page.event(EventKind::SignInRefused).because(why).with("connection", connection.id.to_string());
    event.client = interaction.target.client_id().cloned();
    event.account = record.map(|record| record.account.id.clone());
    event.contract = record.map(|record| record.contract.id.clone());
    page.app.audit.record(event);
}
