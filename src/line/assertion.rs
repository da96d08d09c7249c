//! Signed assertions: a gateway of ours at the edge of the closed network says which line a request came over
//! (`upstreams.md` §4.3).

use std::sync::Arc;

use serde::Deserialize;

use super::evidence::{LineEvidence, LineOutcome, LineReject, LineRequest, Outage, PeerCertificate, only_header};
use super::number::{LineNumber, NumberRule};
use super::store::consume_assertion;
use super::witness::{BadKeys, Standing, Statement, Witness};
use crate::config::{LineArea, LineGatewayConfig, LineMethodName};
use crate::jose::TypeRule;
use crate::storage::{Database, Fault};

/// An assertion's `typ`, which no other token has.
const TYPE: TypeRule = TypeRule { accepted: &["line+jwt"], may_be_absent: false };
/// The longest assertion, in bytes.
const LONGEST: usize = 4096;

/// Somebody who may connect to the line listener.
pub struct Gateway {
    /// Its name.
    pub name: String,
    certificates: Vec<PeerCertificate>,
    areas: Vec<LineArea>,
    /// Its keys; `None` for one that asserts nothing.
    witness: Option<Witness>,
}

/// All who may connect. Cheap to clone.
#[derive(Clone, Default)]
pub struct Gateways(Arc<[Gateway]>);

impl Gateways {
    /// From the configuration, with the keys that their files hold now.
    ///
    /// # Errors
    /// [`BadKeys`] when a file cannot be used.
    pub fn load(configs: &[LineGatewayConfig]) -> Result<Self, BadKeys> {
        let load = |config: &LineGatewayConfig| {
            let witness = config.keys_file.as_deref().map(|file| Witness::load(&config.name, file)).transpose()?;
            let certificates = config.fingerprints().unwrap_or_default();
            Ok(Gateway {
                name: config.name.clone(),
                certificates: certificates.into_iter().map(PeerCertificate::from_bytes).collect(),
                areas: config.areas.clone(),
                witness,
            })
        };
        Ok(Self(configs.iter().map(load).collect::<Result<_, BadKeys>>()?))
    }

    /// The one with this certificate.
    pub fn find(&self, peer: &PeerCertificate) -> Option<&Gateway> {
        self.0.iter().find(|gateway| gateway.certificates.contains(peer))
    }
}

/// What an assertion says beside the statement about the line: for which request it was made.
#[derive(Deserialize)]
struct Claims {
    #[serde(flatten)]
    statement: Statement,
    htm: String,
    htu: String,
}

/// Looks at the assertion that came with a request.
pub(super) async fn observe(
    db: &Database,
    (gateways, rule): (&Gateways, &NumberRule),
    request: &LineRequest<'_>,
) -> LineOutcome {
    if !request.on_line_listener {
        return LineOutcome::NotOnLine;
    }
    let (gateway, statement) = match read(gateways, request) {
        Ok(read) => read,
        Err(reject) => return LineOutcome::Rejected(reject),
    };
    match use_up(db, &statement).await {
        Ok(true) => {}
        Ok(false) => return LineOutcome::Rejected(LineReject::Replayed),
        Err(Refused::Malformed(reject)) => return LineOutcome::Rejected(reject),
        Err(Refused::Fault(fault)) => {
            tracing::error!(%fault, "an assertion cannot be told from its replay: refused");
            return LineOutcome::Unavailable { why: Outage::Store, retry_after: super::RETRY };
        }
    }
    if !gateway.areas.contains(&statement.area) {
        return LineOutcome::Rejected(LineReject::WrongArea);
    }
    conclude(&statement, LineMethodName::SignedAssertion, rule, request)
}

/// Everything up to the replay, in the order of `upstreams.md` §4.3.
fn read<'g>(gateways: &'g Gateways, request: &LineRequest<'_>) -> Result<(&'g Gateway, Statement), LineReject> {
    let gateway = request.peer.and_then(|peer| gateways.find(&peer)).ok_or(LineReject::UnknownPeer)?;
    let witness = gateway.witness.as_ref().ok_or(LineReject::PeerMayNotAssert)?;
    let token = only_header(request.headers)?;
    if token.len() > LONGEST {
        return Err(LineReject::TooLarge);
    }
    let claims: Claims = witness.claims(token, TYPE)?;
    let statement = claims.statement;
    let said = [
        (statement.iss == gateway.name, LineReject::WrongIssuer),
        (statement.aud == request.origin, LineReject::WrongAudience),
        (claims.htm == request.method, LineReject::WrongMethod),
        (claims.htu == request.path, LineReject::WrongPath),
    ];
    if let Some((_, reject)) = said.into_iter().find(|(right, _)| !right) {
        return Err(reject);
    }
    statement.check_times(request.now)?;
    Ok((gateway, statement))
}

pub(super) enum Refused {
    Malformed(LineReject),
    Fault(Fault),
}

/// Notes that a statement was used; `false` when it was used before.
pub(super) async fn use_up(db: &Database, statement: &Statement) -> Result<bool, Refused> {
    let (hash, until) = statement.once().map_err(Refused::Malformed)?;
    let noted = async {
        let mut tx = db.begin().await?;
        let first = consume_assertion(&mut tx, &hash, until).await?;
        tx.commit().await?;
        Ok(first)
    };
    noted.await.map_err(Refused::Fault)
}

/// What a good statement says of the line.
pub(super) fn conclude(
    statement: &Statement,
    method: LineMethodName,
    rule: &NumberRule,
    request: &LineRequest<'_>,
) -> LineOutcome {
    let number: Option<LineNumber> = match statement.sub.as_deref().map(|text| rule.accept(text)) {
        Some(Err(_)) => return LineOutcome::Rejected(LineReject::MalformedNumber),
        Some(Ok(number)) => Some(number),
        None => None,
    };
    match (statement.st, number) {
        (Standing::Notified, Some(number)) => LineOutcome::Verified(LineEvidence {
            number,
            area: statement.area,
            method,
            witness: statement.iss.clone(),
            observed_at: request.now,
            expires_at: request.now.plus(super::EVIDENCE_LIFETIME),
        }),
        (Standing::Notified | Standing::Unknown, _) => LineOutcome::Rejected(LineReject::NoNumber),
        (Standing::NotSet, _) => LineOutcome::NotNotified { area: statement.area },
        (Standing::Declined, _) => LineOutcome::Declined,
        (Standing::Unavailable, _) => LineOutcome::Unavailable { why: Outage::Carrier, retry_after: super::RETRY },
    }
}

#[cfg(test)]
#[path = "assertion_tests.rs"]
mod tests;
