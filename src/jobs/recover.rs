//! Working off 「パスワードを忘れた方」: who has the address, and which mail, is looked up here, where nobody waits for it.

use super::JobError;
use crate::account::{EmailAddress, find_by_email};
use crate::audit::{Event, EventKind, insert_event};
use crate::context::App;
use crate::id::BrandCode;
use crate::lifecycle::{RecoveryRequest, Registrar, count_waiting_requests, request_password_reset, take_requests};
use crate::storage::Tx;
use crate::web::Lang;

/// Requests worked off in one transaction.
const BATCH: i64 = 20;

/// Works off what waits; answers how many.
///
/// # Errors
/// When the database fails; what was not committed waits for the next round.
pub async fn tick(app: &App) -> Result<usize, JobError> {
    let mut done = 0;
    loop {
        // Most rounds find nothing, and need not wait for the writer to learn it.
        if count_waiting_requests(&app.db).await? == 0 {
            return Ok(done);
        }
        let mut tx = app.db.begin().await?;
        let requests = take_requests(&mut tx, BATCH).await?;
        for sealed in &requests {
            match sealed.open(&app.master) {
                Some(request) => work_off(app, &mut tx, &sealed.brand, &request).await?,
                None => tracing::error!("a recovery request was sealed under another master key; it is dropped"),
            }
        }
        tx.commit().await?;
        app.outbox.wake();
        done += requests.len();
    }
}

async fn work_off(app: &App, tx: &mut Tx, brand: &BrandCode, request: &RecoveryRequest) -> Result<(), JobError> {
    let Some(issuer) = app.issuers.twin(brand, request.access_path) else { return Ok(()) };
    let mut event = Event::new(EventKind::PasswordResetRequested, request.reference.clone());
    event.brand = Some(brand.clone());
    event.address = Some(request.address.clone());
    let now = app.clock.now();
    let registrar = Registrar {
        random: &app.random,
        master: &app.master,
        outbox: &app.outbox,
        issuer,
        issuers: &app.issuers,
        face: app.faces.of(brand.as_str()),
        now,
        lang: Lang::from_tag(&request.lang).unwrap_or(Lang::Ja),
        event: event.clone(),
    };
    let record = match EmailAddress::parse(&request.email) {
        Ok(email) => find_by_email(&app.db, brand, &email).await?,
        Err(_) => None,
    };
    let outcome = request_password_reset(tx, &registrar, record.as_ref(), app.config.limits.resets_per_account).await?;
    if record.is_none() {
        // Somebody's else: noted by the registrar, with the account.
        insert_event(tx, app.random.row_id(now).into(), &event.because(outcome), now).await?;
    }
    Ok(())
}
