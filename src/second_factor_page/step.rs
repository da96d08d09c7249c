//! What every handler begins with, and what follows from it for all of them.

use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;

use crate::account::{Account, LoginMethod, confirm_password};
use crate::audit::{Event, EventKind};
use crate::context::{Form, PageContext};
use crate::contract::SecondFactorSetting;
use crate::id::InteractionId;
use crate::interaction::Interaction;
use crate::second_factor::attempt::{Attempt, Stage, begin_attempt, find_attempt};
use crate::second_factor::passkey::{RelyingParty, list_passkeys};
use crate::second_factor::{Factor, Tools, Who, find_factor};
use crate::session::{SecondFactorProof, SignedIn, end_session};
use crate::storage::{Fault, Tx};
use crate::web::Frame;
use crate::web::callback::see_other;

/// Which page was asked for, as far as it matters who may see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The first one, which suits everybody whose code is awaited.
    Entrance,
    /// For the code of the factor, or of a number being enrolled.
    Code,
    /// For whoever is not enrolled yet.
    Enrolment,
    /// For whoever is.
    Recovery,
    /// For whoever has a recovery code to save.
    Saving,
}

/// The step, and who takes it.
pub struct Step {
    /// The sign-in in progress.
    pub interaction: Interaction,
    /// The session that the password began, and the account.
    pub signed_in: SignedIn,
    /// What the account is enrolled with.
    pub factor: Option<Factor>,
    /// Whether it has passkeys that work here: they are a factor of their own.
    pub has_passkeys: bool,
    /// The attempt.
    pub attempt: Attempt,
}

/// The step of a GET; otherwise the answer that leads on.
pub async fn open(page: &PageContext, id: String, place: Place) -> Result<Step, Box<Response>> {
    let step = match find(page, InteractionId::new(id)).await {
        Ok(found) => found?,
        Err(fault) => return Err(Box::new(page.fault(&fault))),
    };
    match step.detour(place) {
        Some(elsewhere) => Err(Box::new(step.lead_to(page, elsewhere))),
        None => Ok(step),
    }
}

/// The step of a POST with its form.
pub async fn open_form(
    page: &PageContext,
    (id, place): (String, Place),
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(Step, Form), Box<Response>> {
    let step = open(page, id, place).await?;
    match page.read_form(headers, body, &[&step.purpose()]) {
        Ok(form) => Ok((step, form)),
        Err(problem) => Err(Box::new(page.refuse(&problem))),
    }
}

/// Somebody whose password matched, whom the contract asks for a second factor, and who has not shown one. A remembered
/// browser is no obstacle: a client may ask for more than that.
async fn find(page: &PageContext, id: InteractionId) -> Result<Result<Step, Box<Response>>, Fault> {
    let interaction = match page.interaction(&id).await? {
        Ok(interaction) => interaction,
        Err(response) => return Ok(Err(response)),
    };
    let signed_in = page.signed_in_for(interaction.target.purpose()).await?.filter(|signed_in| {
        signed_in.record.account.login_method == LoginMethod::Password
            && signed_in.record.contract.second_factor == SecondFactorSetting::Enabled
            && signed_in.session.authentication.second_factor != SecondFactorProof::Verified
    });
    let Some(signed_in) = signed_in else { return Ok(Err(Box::new(page.to_dispatcher(&id)))) };
    let factor = find_factor(&page.app.db, &signed_in.record.account.id).await?;
    let has_passkeys = has_passkeys(page, &signed_in).await?;
    match find_or_begin(page, &signed_in).await? {
        Some(attempt) => Ok(Ok(Step { interaction, signed_in, factor, has_passkeys, attempt })),
        None => Ok(Err(Box::new(page.to_dispatcher(&id)))),
    }
}

async fn has_passkeys(page: &PageContext, signed_in: &SignedIn) -> Result<bool, Fault> {
    if !RelyingParty::is_possible_at(page.issuer()) {
        return Ok(false);
    }
    Ok(!list_passkeys(&page.app.db, &signed_in.record.account.id).await?.is_empty())
}

/// The attempt of the session; `None` when another request finished it in this very moment.
async fn find_or_begin(page: &PageContext, signed_in: &SignedIn) -> Result<Option<Attempt>, Fault> {
    let (db, who) = (&page.app.db, who(signed_in));
    if let Some(attempt) = find_attempt(db, who, page.now).await? {
        return Ok(Some(attempt));
    }
    let mut tx = db.begin().await?;
    begin_attempt(&mut tx, &tools(page), who).await?;
    tx.commit().await?;
    find_attempt(db, who, page.now).await
}

const fn who(signed_in: &SignedIn) -> Who<'_> {
    Who { session: &signed_in.session.id, account: &signed_in.record.account.id }
}

/// What the verbs of `second_factor` need.
pub fn tools(page: &PageContext) -> Tools<'_> {
    Tools { master: &page.app.master, random: &page.app.random, now: page.now }
}

impl Step {
    /// In which sign-in of which account.
    pub const fn who(&self) -> Who<'_> {
        who(&self.signed_in)
    }

    /// The account.
    pub const fn account(&self) -> &Account {
        &self.signed_in.record.account
    }

    /// Where somebody at this stage belongs who asked for another page: the path after the interaction's id.
    fn detour(&self, place: Place) -> Option<&'static str> {
        match (self.attempt.stage, place) {
            (Stage::Proved | Stage::Recovered, Place::Saving) => None,
            (Stage::Proved | Stage::Recovered, _) => Some("/recovery-code"),
            (_, Place::Saving) => Some(""),
            // Whoever knows the password alone must not enroll a number beside the passkeys, and so get past them.
            _ if self.factor.is_none() && self.has_passkeys => Some("/passkey"),
            (_, Place::Enrolment) => self.factor.is_some().then_some(""),
            (_, Place::Recovery) => self.factor.is_none().then_some(""),
            (_, Place::Code | Place::Entrance) => None,
        }
    }

    /// The purpose of the forms.
    pub fn purpose(&self) -> String {
        format!("second-factor/{}", self.interaction.id)
    }

    /// The URL of a page of this step.
    pub fn url(&self, page: &PageContext, rest: &str) -> String {
        page.issuer().page(&format!("/second-factor/{}{rest}", self.interaction.id))
    }

    /// On to a page of this step.
    pub fn lead_to(&self, page: &PageContext, rest: &str) -> Response {
        page.seal(see_other(&self.url(page, rest)))
    }

    /// The frame of a page that stands at this URL.
    pub fn frame(&self, page: &PageContext, rest: &str) -> Frame {
        let mut frame = page.frame(&self.purpose());
        frame.here = self.url(page, rest);
        frame
    }

    /// Where the sign-in may lead.
    pub fn redirect_uri(&self) -> String {
        let request = self.interaction.target.request();
        request.map_or_else(String::new, |request| request.callback.redirect_uri().to_owned())
    }

    /// An event about this sign-in.
    pub fn event(&self, page: &PageContext, kind: EventKind) -> Event {
        let mut event = page.event(kind);
        event.contract = Some(self.account().contract_id.clone());
        event.account = Some(self.account().id.clone());
        event.client = self.interaction.target.client_id().cloned();
        event.session = Some(self.signed_in.session.id.clone());
        event
    }

    /// A transaction in which the account is what it was: active, with the same password. `None` when it is not: a
    /// session that only the password made is over then, so that the dispatcher leads to the login page, which says why.
    pub async fn begin(&self, page: &PageContext) -> Result<Option<Tx>, Fault> {
        let Some(hash) = &self.signed_in.record.password_hash else { return Ok(None) };
        let mut tx = page.app.db.begin().await?;
        if confirm_password(&mut tx, &self.account().id, hash).await? {
            return Ok(Some(tx));
        }
        if self.signed_in.asks_for_second_factor() {
            end_session(&mut tx, &self.signed_in.session.id, page.now).await?;
            tx.commit().await?;
        }
        Ok(None)
    }
}
