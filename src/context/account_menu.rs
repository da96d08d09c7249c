//! The guard of the account menu: a sign-in of the last ten minutes, and the entry (`product.md` §3, §9; `security.md`
//! line 83).

use std::time::Duration;

use axum::response::Response;

use super::PageContext;
use crate::account::{LoginMethod, Role, SignInRecord};
use crate::interaction::{Interaction, Target, insert_interaction};
use crate::policy::access_path::AccessPath;
use crate::policy::lifetimes;
use crate::policy::menu::{Entry, Facts, Offers, allows};
use crate::policy::sign_in::{PrimaryProof, Purpose, is_trial_over};
use crate::session::SignedIn;
use crate::storage::Fault;
use crate::upstream::offers_active_directory;
use crate::web::Problem;

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
            age <= most && signed_in.is_complete()
        });
        match signed_in {
            Some(signed_in) if self.is_still_on_line(&signed_in).await? => Ok(Ok(signed_in)),
            _ => Ok(Err(Box::new(self.to_sign_in(Target::AccountMenu).await?))),
        }
    }

    /// What the table of the menu wants to know.
    pub fn menu_facts(&self, record: &SignInRecord) -> Facts {
        let issuer = self.issuer();
        Facts {
            plan: record.contract.plan,
            is_contractor: record.account.role == Role::Contractor,
            has_password: record.account.login_method == LoginMethod::Password,
            trial_over: is_trial_over(&record.facts(PrimaryProof::Match).contract, self.now),
            offers: Offers {
                active_directory: offers_active_directory(issuer),
                line: self.app.issuers.twin(&issuer.brand, AccessPath::Line).is_some(),
                contract_change: issuer.contract_links.contract_change.is_some(),
                plan_change: issuer.contract_links.plan_change.is_some(),
                cancellation: issuer.contract_links.cancellation.is_some(),
            },
        }
    }

    /// Who signed in within the last ten minutes and has an entry in their menu; `Err` is the answer otherwise.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn menu_entry(&self, entry: Entry) -> Result<Result<SignedIn, Box<Response>>, Fault> {
        let signed_in = match self.fresh_sign_in().await? {
            Ok(signed_in) => signed_in,
            Err(response) => return Ok(Err(response)),
        };
        if allows(entry, self.menu_facts(&signed_in.record)) {
            return Ok(Ok(signed_in));
        }
        Ok(Err(Box::new(self.refuse(&Problem::Forbidden))))
    }

    /// The contractor or administrator at the admin console (管理コンソール) of their contract, signed in within the last
    /// hour; `Err` is the answer otherwise.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn admin(&self) -> Result<Result<SignedIn, Box<Response>>, Fault> {
        self.admin_within(lifetimes::ADMIN_CONSOLE_SIGN_IN).await
    }

    /// The same for a shorter time, where an act cannot be taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn admin_within(&self, most: Duration) -> Result<Result<SignedIn, Box<Response>>, Fault> {
        let signed_in = self.signed_in_for(Purpose::AdminConsole).await?.filter(|signed_in| {
            let age = self.now.since(signed_in.session.authentication.auth_time);
            age <= most && signed_in.is_complete()
        });
        match signed_in {
            Some(signed_in) if signed_in.record.account.role == Role::User => {
                Ok(Err(Box::new(self.refuse(&Problem::Forbidden))))
            }
            Some(signed_in) if self.is_still_on_line(&signed_in).await? => Ok(Ok(signed_in)),
            _ => Ok(Err(Box::new(self.to_sign_in(Target::AdminConsole).await?))),
        }
    }

    /// Whether a session of the carrier's network is used over the line it was made on; always, on the internet. Where the
    /// carrier would have to be asked, what it said at the sign-in counts as long as the sign-in does.
    async fn is_still_on_line(&self, signed_in: &SignedIn) -> Result<bool, Fault> {
        if self.issuer().access_path == AccessPath::Internet {
            return Ok(true);
        }
        // Boxed: looking at a line is the largest thing a page can do, and hardly any page does it.
        Ok(Box::pin(self.is_on_proved_line(signed_in, None)).await? != Some(false))
    }

    async fn to_sign_in(&self, target: Target) -> Result<Response, Fault> {
        let mut page = self.clone();
        let browser = page.ensure_browser();
        let app = &page.app;
        let owner = ((page.issuer().brand.clone(), page.issuer().access_path), Some(browser));
        let lifetime = app.config.interaction.lifetime.0;
        let interaction = Interaction::new(&app.random, owner, target, page.now, lifetime);
        let mut tx = app.db.begin().await?;
        insert_interaction(&mut tx, &interaction).await?;
        tx.commit().await?;
        Ok(page.to_dispatcher(&interaction.id))
    }
}
