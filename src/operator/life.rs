//! The life of an operator: each verb does all that belongs together, in the caller's transaction.

use super::enrolment::{self, Chosen, Enrolment, NewEnrolment};
use super::model::{Operator, OperatorState};
use super::{passkey, session, store};
use crate::account::EmailAddress;
use crate::audit::{Clerk, EventKind};
use crate::policy::operator_access::OperatorRole;
use crate::secret::Secret;
use crate::storage::{Fault, Tx};

async fn changed(tx: &mut Tx, clerk: &Clerk<'_>, what: &'static str, operator: &Operator) -> Result<(), Fault> {
    let event = clerk.event(EventKind::OperatorChanged, what).with("operator", operator.id.as_str());
    clerk.record(tx, &event).await
}

/// An operator to be made.
pub struct NewOperator {
    /// The address that will sign in.
    pub email: EmailAddress,
    /// The person's name.
    pub name: String,
    /// What they may do.
    pub role: OperatorRole,
}

/// Makes an operator; answers them and the secret of their enrolment link. `None` when somebody has the address.
///
/// # Errors
/// When the database fails.
pub async fn create(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    new: NewOperator,
) -> Result<Option<(Operator, Secret<String>)>, Fault> {
    let operator = Operator {
        id: clerk.random.uuid().into(),
        email: new.email.as_str().to_owned(),
        name: new.name,
        role: new.role,
        state: OperatorState::Active,
        is_enrolled: false,
        signed_in_at: None,
        created_at: clerk.now,
        updated_at: clerk.now,
    };
    if !store::insert_operator(tx, &operator, &new.email, clerk.now).await? {
        return Ok(None);
    }
    changed(tx, clerk, "created", &operator).await?;
    let secret = issue_link(tx, clerk, &operator).await?;
    Ok(Some((operator, secret)))
}

/// Takes back everything an operator signs in with, ends their sessions, and answers the secret of a new enrolment link;
/// `None` when there is no such operator any more.
///
/// # Errors
/// When the database fails.
pub async fn reset(tx: &mut Tx, clerk: &Clerk<'_>, operator: &Operator) -> Result<Option<Secret<String>>, Fault> {
    if !store::forget_credentials(tx, &operator.id, clerk.now).await? {
        return Ok(None);
    }
    passkey::delete_all(tx, &operator.id).await?;
    session::end_sessions_of(tx, &operator.id, None, clerk.now).await?;
    changed(tx, clerk, "reset", operator).await?;
    issue_link(tx, clerk, operator).await.map(Some)
}

async fn issue_link(tx: &mut Tx, clerk: &Clerk<'_>, operator: &Operator) -> Result<Secret<String>, Fault> {
    let new = NewEnrolment::new(clerk.random, operator.id.clone(), clerk.now);
    enrolment::revoke_all(tx, &operator.id, clerk.now).await?;
    enrolment::insert_enrolment(tx, &new).await?;
    Ok(new.secret)
}

/// Stops an operator; their sessions and enrolment links end. `false` when they were stopped already.
///
/// # Errors
/// When the database fails.
pub async fn suspend(tx: &mut Tx, clerk: &Clerk<'_>, operator: &Operator) -> Result<bool, Fault> {
    let states = (OperatorState::Active, OperatorState::Suspended);
    if !store::update_state(tx, &operator.id, states, clerk.now).await? {
        return Ok(false);
    }
    session::end_sessions_of(tx, &operator.id, None, clerk.now).await?;
    enrolment::revoke_all(tx, &operator.id, clerk.now).await?;
    changed(tx, clerk, "suspended", operator).await?;
    Ok(true)
}

/// Lets a stopped operator sign in again; `false` when they were not stopped.
///
/// # Errors
/// When the database fails.
pub async fn resume(tx: &mut Tx, clerk: &Clerk<'_>, operator: &Operator) -> Result<bool, Fault> {
    let states = (OperatorState::Suspended, OperatorState::Active);
    if !store::update_state(tx, &operator.id, states, clerk.now).await? {
        return Ok(false);
    }
    changed(tx, clerk, "resumed", operator).await?;
    Ok(true)
}

/// Gives an operator another role, from their next request on; `false` when theirs was changed meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn set_role(tx: &mut Tx, clerk: &Clerk<'_>, operator: &Operator, to: OperatorRole) -> Result<bool, Fault> {
    if !store::update_role(tx, &operator.id, (operator.role, to), clerk.now).await? {
        return Ok(false);
    }
    let event = clerk.event(EventKind::OperatorChanged, "role_set").with("operator", operator.id.as_str());
    clerk.record(tx, &event.with("role", to.as_str())).await?;
    Ok(true)
}

/// Uses up an enrolment: the operator has the password chosen in this browser and the second factor. With `step`, it is
/// the authenticator that the page showed, and its code of that step; without, the caller has stored a passkey in the
/// same transaction. `false` when the link was used, replaced or over a moment before.
///
/// # Errors
/// When the database fails.
pub async fn complete_enrolment(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    enrolment: &Enrolment,
    step: Option<i64>,
) -> Result<bool, Fault> {
    let Some(Chosen { password_hash, sealed_totp }) = enrolment::consume_enrolment(tx, enrolment, clerk.now).await?
    else {
        return Ok(false);
    };
    let totp = step.map(|step| (sealed_totp.as_slice(), step));
    if !store::enrol(tx, &enrolment.operator_id, (&password_hash, totp), clerk.now).await? {
        return Ok(false);
    }
    session::end_sessions_of(tx, &enrolment.operator_id, None, clerk.now).await?;
    let how = if step.is_some() { "authenticator" } else { "passkey" };
    let event = clerk.event(EventKind::OperatorEnrolled, how).with("operator", enrolment.operator_id.as_str());
    clerk.record(tx, &event).await?;
    Ok(true)
}
