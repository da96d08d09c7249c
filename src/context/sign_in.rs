//! The one place where a session begins: whatever proved who the person is, what follows is the same.

use axum::response::Response;

use super::PageContext;
use crate::account::{SignInRecord, note_sign_in};
use crate::audit::{EventKind, insert_event};
use crate::interaction::{Interaction, mark_authenticated};
use crate::lifecycle::tell_of_new_browser;
use crate::secret::TokenHash;
use crate::session::known_browser::{Recognized, recognize_browser};
use crate::session::{
    Authentication, NewSession, Session, SignedIn, asks_for_second_factor, end_session_of_browser, insert_session,
    note_line,
};
use crate::storage::{Fault, Tx};
use crate::web::cookie::{Cookie, Purpose};
use crate::web::user_agent::described;

impl PageContext {
    /// Begins a session in place of the one the browser has (`security.md` line 78: a new id at every authentication),
    /// and notes in the interaction that the person authenticated for it. The caller commits, then answers with
    /// [`PageContext::with_session`].
    ///
    /// A line or a second factor that is still to come makes it a session that is good for nothing but that step.
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
        let complete = !authentication.asks_for_line() && !asks_for_second_factor(record, &authentication);
        let owner = (account.brand.clone(), account.id.clone());
        let new = NewSession::new(&app.random, owner, authentication, app.config.session.absolute.0);
        if let Some(former) = &self.session {
            end_session_of_browser(tx, &account.brand, former, self.now).await?;
        }
        insert_session(tx, &new).await?;
        mark_authenticated(tx, &interaction.id, self.now).await?;
        if complete {
            self.finish_sign_in(tx, record, &new.session, interaction).await?;
        }
        Ok(new)
    }

    /// The line of a session at the carrier's network was verified: written into the session, and the person is in
    /// unless something else is still to come. `None` when the session ended in this very moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn complete_line(
        &self,
        tx: &mut Tx,
        signed_in: &SignedIn,
        line: TokenHash,
        interaction: &Interaction,
    ) -> Result<Option<()>, Fault> {
        let former = &signed_in.session;
        let authentication = former.authentication.clone().with_line(line);
        if !note_line(tx, &former.id, &authentication).await? {
            return Ok(None);
        }
        let session = Session { authentication, ..former.clone() };
        let was_complete = signed_in.is_complete();
        if !was_complete && !asks_for_second_factor(&signed_in.record, &session.authentication) {
            self.finish_sign_in(tx, &signed_in.record, &session, interaction).await?;
        }
        Ok(Some(()))
    }

    /// The person is in: written down, and told by mail when it was with a browser never seen before.
    async fn finish_sign_in(
        &self,
        tx: &mut Tx,
        record: &SignInRecord,
        session: &Session,
        interaction: &Interaction,
    ) -> Result<(), Fault> {
        let account = &record.account;
        let mut event = self.event(EventKind::SignedIn).with("amr", session.authentication.amr.join(" "));
        event.contract = Some(record.contract.id.clone());
        event.account = Some(account.id.clone());
        event.client = interaction.target.client_id().cloned();
        event.session = Some(session.id.clone());
        let path = session.authentication.access_path;
        event = event.with("access_path", path.as_str());
        note_sign_in(tx, &account.id, path, self.now).await?;
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
        let (secure, brand) = (self.issuer().secure, self.issuer().cookie_tag.as_str());
        Cookie::new(Purpose::Session, secure, brand, new.secret.expose().as_str()).set(response.headers_mut());
        response
    }
}
