//! The guard of the account menu: a sign-in of the last ten minutes (`product.md` §3, `security.md` line 83).

use std::time::Duration;

use axum::response::Response;

use super::PageContext;
use crate::interaction::{Interaction, Target, insert_interaction};
use crate::policy::lifetimes;
use crate::policy::sign_in::Purpose;
use crate::session::SignedIn;
use crate::storage::Fault;

impl PageContext {
    /// Who signed in within the last ten minutes; `Err` sends the browser to 「認証・契約情報変更ログイン」.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fresh_sign_in(&self) -> Result<Result<SignedIn, Box<Response>>, Fault> {
        self.sign_in_within(lifetimes::ACCOUNT_MENU_SIGN_IN).await
    }

    /// The same for a shorter time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_in_within(&self, most: Duration) -> Result<Result<SignedIn, Box<Response>>, Fault> {
        let signed_in = self.signed_in_for(Purpose::AccountMenu).await?.filter(|signed_in| {
            let age = self.now.since(signed_in.session.authentication.auth_time);
            age <= most && !signed_in.asks_for_second_factor()
        });
        match signed_in {
            Some(signed_in) => Ok(Ok(signed_in)),
            None => Ok(Err(Box::new(self.to_account_sign_in().await?))),
        }
    }

    async fn to_account_sign_in(&self) -> Result<Response, Fault> {
        let mut page = self.clone();
        let browser = page.ensure_browser();
        let app = &page.app;
        let owner = (page.issuer().brand.clone(), Some(browser));
        let lifetime = app.config.interaction.lifetime.0;
        let interaction = Interaction::new(&app.random, owner, Target::AccountMenu, page.now, lifetime);
        let mut tx = app.db.begin().await?;
        insert_interaction(&mut tx, &interaction).await?;
        tx.commit().await?;
        Ok(page.to_dispatcher(&interaction.id))
    }
}
