//! The one place where a session begins: whatever proved who the person is, what follows is the same.

use axum::response::Response;

use super::PageContext;
use crate::account::SignInRecord;
use crate::audit::{EventKind, insert_event};
use crate::interaction::{Interaction, mark_authenticated};
use crate::lifecycle::tell_of_new_browser;
use crate::session::known_browser::{Recognized, recognize_browser};
use crate::session::{Authentication, NewSession, asks_for_second_factor, end_session_of_browser, insert_session};
use crate::storage::{Fault, Tx};
use crate::web::cookie::{Cookie, Purpose};
use crate::web::user_agent::described;

impl PageContext {
    /// Begins a session in place of the one the browser has (`security.md` line 78: a new id at every authentication),
    /// and notes in the interaction that the person authenticated for it. The caller commits, then answers with
    /// [`PageContext::with_session`].
    ///
    /// A second factor that is still to come makes it a session that is good for nothing but that step.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_session(
        &self,
        tx: &mut Tx,
        record: &SignInRecord,
        authentication: Authentication,
        interaction: &Interaction,
    ) -> Result<NewSession, Fault> {
        let (app, account) = (&self.app, &record.account);
        let complete = !asks_for_second_factor(record, &authentication);
        let owner = (account.brand.clone(), account.id.clone());
        let new = NewSession::new(&app.random, owner, authentication, app.config.session.absolute.0);
        if let Some(former) = &self.session {
            end_session_of_browser(tx, &account.brand, former, self.now).await?;
        }
        insert_session(tx, &new).await?;
        mark_authenticated(tx, &interaction.id, self.now).await?;
        if complete {
            self.finish_sign_in(tx, record, &new, interaction).await?;
        }
        Ok(new)
    }

    /// The person is in: written down, and told by mail when it was with a browser never seen before.
    async fn finish_sign_in(
        &self,
        tx: &mut Tx,
        record: &SignInRecord,
        new: &NewSession,
        interaction: &Interaction,
    ) -> Result<(), Fault> {
        let account = &record.account;
        let mut event = self.event(EventKind::SignedIn).with("amr", new.session.authentication.amr.join(" "));
        event.contract = Some(record.contract.id.clone());
        event.account = Some(account.id.clone());
        event.client = interaction.target.client_id().cloned();
        event.session = Some(new.session.id.clone());
        if let Some(browser) = self.browser_hash()
            && recognize_browser(tx, &account.id, browser, self.now).await? == Recognized::New
        {
            event = event.with("browser", "new");
            tell_of_new_browser(tx, &self.registrar(), account, &described(&self.headers)).await?;
        }
        insert_event(tx, self.app.random.row_id(self.now).into(), &event, self.now).await?;
        metrics::counter!("tegata_sign_ins_total", "outcome" => "allowed").increment(1);
        Ok(())
    }

    /// Gives the browser its new session.
    pub fn with_session(&self, mut response: Response, new: &NewSession) -> Response {
        let (secure, brand) = (self.issuer().secure, self.issuer().brand.as_str());
        Cookie::new(Purpose::Session, secure, brand, new.secret.expose().as_str()).set(response.headers_mut());
        response
    }
}
