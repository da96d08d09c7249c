//! On the way to an upstream: the buttons, the connection, and the one place where a transaction begins.

use std::sync::Arc;

use axum::response::Response;

use super::PageContext;
use crate::account::LoginMethod;
use crate::id::{ConnectionId, ContractId};
use crate::lockout::Limit;
use crate::storage::Fault;
use crate::upstream::connection::label;
use crate::upstream::profile::Wishes;
use crate::upstream::transaction::{NewTransaction, Purpose, insert_transaction};
use crate::upstream::{Connection, authorization, offers_active_directory};
use crate::web::Problem;
use crate::web::callback::see_other;
use crate::web::pages::{Offer, UpstreamButton, UpstreamKind};

/// A person about to go to an upstream.
pub struct Journey<'a> {
    /// Through which connection.
    pub connection: &'a Connection,
    /// What for.
    pub purpose: Purpose,
    /// What we want of the upstream.
    pub wishes: Wishes,
    /// The secret of the mailed link that began it, where one did.
    pub ticket: Option<String>,
}

/// What a page's buttons are for.
#[derive(Clone, Copy)]
pub struct Buttons<'a> {
    /// What they offer.
    pub offer: Offer,
    /// The path before the connection's id.
    pub path: &'a str,
    /// A query for every action, with its question mark; empty without one.
    pub query: &'a str,
}

impl PageContext {
    /// A connection that can be used here and now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connection(&self, id: &ConnectionId) -> Result<Option<Arc<Connection>>, Fault> {
        self.app.upstreams.find((&self.app.db, &self.app.master), self.issuer(), id).await
    }

    /// The connection of a contract's own Active Directory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connection_of(&self, contract: &ContractId) -> Result<Option<Arc<Connection>>, Fault> {
        self.app.upstreams.of_contract((&self.app.db, &self.app.master), self.issuer(), contract).await
    }

    /// The buttons of the upstreams that the brand offers, in the order of the product: ADFS last of those it names.
    pub fn upstream_buttons(&self, buttons: Buttons<'_>) -> Vec<UpstreamButton> {
        let offered = self.app.upstreams.offered_by(self.issuer());
        offered.iter().map(|connection| self.upstream_button(connection, buttons)).collect()
    }

    /// One connection's button.
    pub fn upstream_button(&self, connection: &Connection, buttons: Buttons<'_>) -> UpstreamButton {
        let (frame, kind) = (self.frame(""), kind_of(connection.method));
        let Buttons { offer, path, query } = buttons;
        UpstreamButton {
            kind,
            label: kind.label(&frame, offer, connection.name.as_deref().unwrap_or_default()),
            action: self.issuer().page(&format!("{path}/{}{query}", connection.id)),
            origin: connection.origin(),
        }
    }

    /// The button that leads to a page of ours first, where the Active Directory is not known yet; `None` where the brand
    /// does not offer it.
    pub fn active_directory_button(&self, offer: Offer, path: &str) -> Option<UpstreamButton> {
        let kind = UpstreamKind::ActiveDirectory;
        offers_active_directory(self.issuer()).then(|| UpstreamButton {
            kind,
            label: kind.label(&self.frame(""), offer, ""),
            action: self.issuer().page(path),
            origin: String::new(),
        })
    }

    /// A login method in words: 「Googleアカウント」, 「メールアドレス・パスワード」.
    pub fn method_words(&self, method: LoginMethod) -> String {
        match method {
            LoginMethod::Password => self.frame("").t("upstream-password").into_owned(),
            LoginMethod::OpenIdConnect => self.frame("").t("upstream-other").into_owned(),
            method => kind_of(method).account(&self.frame(""), ""),
        }
    }

    /// The account at a connection in words: 「Googleアカウント」.
    pub fn upstream_words(&self, connection: &Connection) -> String {
        kind_of(connection.method).account(&self.frame(""), connection.name.as_deref().unwrap_or_default())
    }

    /// Stores a transaction and sends the browser to the upstream.
    ///
    /// Whoever floods this is stopped before anything is written (`upstreams.md` S40).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_upstream(&self, journey: Journey<'_>) -> Result<Response, Fault> {
        let (app, address) = (&self.app, self.request.address);
        if let Some(wait) = app.limits.wait(Limit::Upstream, address) {
            return Ok(self.refuse(&Problem::TooManyRequests {
                retry_after_s: u32::try_from(wait.as_secs().max(1)).unwrap_or(u32::MAX),
            }));
        }
        app.limits.count(Limit::Upstream, address);
        let mut page = self.clone();
        let browser = page.ensure_browser();
        let connection = journey.connection;
        let redirect_uri = page.issuer().url(&connection.callback_path());
        let owner = (page.issuer().brand.clone(), connection.id.clone(), browser);
        let place = (redirect_uri.clone(), connection.issuer().to_owned());
        let mut new = NewTransaction::new(&app.random, owner, journey.purpose, place, page.now);
        new.secrets.ticket = journey.ticket;
        let mut tx = app.db.begin().await?;
        insert_transaction(&mut tx, &new, &app.master).await?;
        tx.commit().await?;
        metrics::counter!("tegata_upstream_starts_total", "connection" => label(&connection.id)).increment(1);
        let url = authorization::url(connection, &new, &redirect_uri, &journey.wishes);
        Ok(page.seal(see_other(url.as_str())))
    }
}

/// The look of a method's button.
pub const fn kind_of(method: LoginMethod) -> UpstreamKind {
    match method {
        LoginMethod::Google => UpstreamKind::Google,
        LoginMethod::Facebook => UpstreamKind::Facebook,
        LoginMethod::Microsoft => UpstreamKind::Microsoft,
        LoginMethod::DAccount => UpstreamKind::DAccount,
        LoginMethod::ActiveDirectory => UpstreamKind::ActiveDirectory,
        LoginMethod::OpenIdConnect | LoginMethod::Password => UpstreamKind::OpenIdConnect,
    }
}
