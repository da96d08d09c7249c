//! The registrar of a request: the tools of `lifecycle`, on behalf of whoever sent it.

use super::PageContext;
use crate::audit::EventKind;
use crate::lifecycle::Registrar;

impl PageContext {
    /// The registrar for this request.
    pub fn registrar(&self) -> Registrar<'_> {
        let app = &self.app;
        Registrar {
            random: &app.random,
            master: &app.master,
            outbox: &app.outbox,
            issuer: self.issuer(),
            issuers: &app.issuers,
            face: app.faces.of(self.issuer().brand.as_str()),
            now: self.now,
            lang: self.lang,
            event: self.event(EventKind::AccountChanged),
        }
    }
}
