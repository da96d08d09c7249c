//! What becomes of each line of a table, and the invitations that follow.

use std::collections::BTreeSet;

use super::table::{Line, role_of};
use crate::account::{EmailAddress, Role, parse_name};
use crate::admin_console::desk::Desk;
use crate::admin_console::invite::{invitation_of, obstacle};
use crate::context::PageContext;
use crate::lifecycle::{Administered, Invitation, invite_by};
use crate::policy::administration::Refusal;
use crate::storage::Fault;
use crate::web::pages::admin::{ImportRow, ImportVerdict as Verdict, InviteAlert};

/// Invitations of one transaction: enough that the disk is not the limit, few enough that nobody waits for it.
const TOGETHER: usize = 25;

/// A line and what becomes of it.
pub struct Judged {
    /// The line.
    pub line: Line,
    /// What becomes of it.
    pub verdict: Verdict,
    person: Option<(String, EmailAddress, Role)>,
}

impl Judged {
    /// As a page shows it.
    pub fn row(&self) -> ImportRow {
        let Line { number, name, email, role } = self.line.clone();
        ImportRow { number, name, email, role, verdict: self.verdict }
    }
}

/// Says of each line what would become of it now.
///
/// # Errors
/// When the database fails.
pub async fn judge(page: &PageContext, desk: &Desk, lines: Vec<Line>) -> Result<Vec<Judged>, Fault> {
    let mut seen = BTreeSet::new();
    let mut judged = Vec::with_capacity(lines.len());
    for line in lines {
        let (verdict, person) = match person_of(&line) {
            Err(verdict) => (verdict, None),
            Ok((_, email, _)) if !seen.insert(email.key().to_owned()) => (Verdict::Duplicate, None),
            Ok(person) => match obstacle(page, desk, &person.1).await? {
                None => (Verdict::Ready, Some(person)),
                Some(obstacle) => (verdict_of(obstacle), None),
            },
        };
        judged.push(Judged { line, verdict, person });
    }
    Ok(judged)
}

/// How many of them are ready to be invited.
pub fn count_ready(judged: &[Judged]) -> usize {
    judged.iter().filter(|line| line.person.is_some()).count()
}

/// Invites whoever is ready and writes into each line what became of it. What one transaction cannot do together is done
/// one by one, so that a line that fails takes no other with it.
///
/// # Errors
/// The refusal when whoever invites has no power any more: what was invited before stays.
pub async fn send(page: &PageContext, desk: &Desk, judged: &mut [Judged]) -> Result<(), Refusal> {
    let mut ready: Vec<_> = judged.iter_mut().filter(|line| line.person.is_some()).collect();
    for together in ready.chunks_mut(TOGETHER) {
        let outcome = invite_all(page, desk, together).await?;
        for line in together.iter_mut() {
            line.verdict = match &outcome {
                Ok(()) => Verdict::Invited,
                Err(_) => alone(page, desk, line).await?,
            };
        }
        page.app.outbox.wake();
    }
    Ok(())
}

async fn alone(page: &PageContext, desk: &Desk, line: &mut Judged) -> Result<Verdict, Refusal> {
    match invite_all(page, desk, &[line]).await? {
        Ok(()) => Ok(Verdict::Invited),
        Err(fault) => {
            let email = line.person.as_ref().map(|(_, email, _)| email.clone());
            match (fault, email) {
                // Somebody took the address in the meantime.
                (Fault::Unique(_), Some(email)) => {
                    let obstacle = obstacle(page, desk, &email).await.ok().flatten();
                    Ok(obstacle.map_or(Verdict::Failed, verdict_of))
                }
                (fault, _) => {
                    crate::context::log_fault(&fault, &page.request.reference);
                    Ok(Verdict::Failed)
                }
            }
        }
    }
}

/// One transaction: all of them or none.
async fn invite_all(page: &PageContext, desk: &Desk, lines: &[&mut Judged]) -> Result<Result<(), Fault>, Refusal> {
    let people = lines.iter().filter_map(|line| line.person.clone());
    let invitations: Vec<Invitation> = people.map(|person| invitation_of(page, desk, person)).collect();
    let work = async {
        let mut tx = page.app.db.begin().await?;
        for invitation in &invitations {
            let registrar = desk.clerk(page);
            if let Administered::Refused(refusal) = invite_by(&mut tx, &registrar, desk.account(), invitation).await? {
                return Ok(Err(refusal));
            }
        }
        tx.commit().await?;
        Ok(Ok(()))
    };
    match work.await {
        Ok(Ok(())) => Ok(Ok(())),
        Ok(Err(refusal)) => Err(refusal),
        Err(fault) => Ok(Err(fault)),
    }
}

fn person_of(line: &Line) -> Result<(String, EmailAddress, Role), Verdict> {
    let email = EmailAddress::parse(&line.email).map_err(|_| Verdict::BadAddress)?;
    let name = parse_name(&line.name).map_err(|_| Verdict::BadName)?;
    Ok((name, email, role_of(&line.role).ok_or(Verdict::BadRole)?))
}

const fn verdict_of(obstacle: InviteAlert) -> Verdict {
    match obstacle {
        InviteAlert::Invited => Verdict::AlreadyInvited,
        InviteAlert::Registered => Verdict::AlreadyRegistered,
        InviteAlert::Name => Verdict::BadName,
        InviteAlert::Email => Verdict::BadAddress,
        InviteAlert::Unavailable | InviteAlert::TooManyRequests => Verdict::Unavailable,
    }
}
