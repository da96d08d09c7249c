//! The page.

use axum::response::Response;
use http::StatusCode;

use super::attempt::Attempt;
use super::form::Typed;
use super::{Desk, PATH, PURPOSE};
use crate::context::PageContext;
use crate::policy::access_path::AccessPath;
use crate::upstream::connection::{AdfsConnection, AdfsSettings, ConnectionState, Endpoints, connection_id_of};
use crate::web::pages::{ActiveDirectoryAlert, ActiveDirectorySettingsPage, StagedEndpoints, TestStep};
use crate::web::render;

/// What the page shows this time.
pub struct Shown {
    /// The fields.
    pub settings: AdfsSettings,
    /// What is wrong.
    pub alerts: Vec<ActiveDirectoryAlert>,
    /// What a test found.
    pub report: Option<Vec<TestStep>>,
    /// Whether the settings were saved just now.
    pub saved: bool,
}

impl Shown {
    /// What is stored; for a new connection the usual claim.
    pub fn stored(desk: &Desk) -> Self {
        let usual = || AdfsSettings::typed("", "", "sub", "", "");
        let settings = desk.set_up().map_or_else(usual, |stored| stored.settings.clone());
        Self { settings, alerts: Vec::new(), report: None, saved: false }
    }

    /// What was typed; the secret has to be typed again.
    pub fn typed(typed: Typed) -> Self {
        Self { settings: typed.settings, alerts: Vec::new(), report: None, saved: false }
    }

    /// With what a test found.
    pub fn with(self, attempt: &Attempt) -> Self {
        Self { report: Some(attempt.report.clone()), ..self }
    }
}

/// The page.
pub fn show(page: &PageContext, desk: &Desk, shown: Shown) -> Response {
    let Shown { settings, alerts, report, saved } = shown;
    let (issuer, set_up) = (page.issuer(), desk.set_up());
    let id = match &desk.stored {
        Some(stored) => stored.id.clone(),
        None => connection_id_of(&page.app.master, &desk.signed_in.record.contract.id),
    };
    let mut frame = page.frame(PURPOSE);
    frame.here = issuer.page(PATH);
    let status = match alerts.as_slice() {
        [] => StatusCode::OK,
        [ActiveDirectoryAlert::TooManyRequests] => StatusCode::TOO_MANY_REQUESTS,
        [ActiveDirectoryAlert::ChangedElsewhere] => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    // Both networks' addresses, whichever of them the page is read on.
    let own = page.app.issuers.of(&issuer.brand).map_or(issuer, AsRef::as_ref);
    let line = page.app.issuers.twin(&issuer.brand, AccessPath::Line);
    let form = ActiveDirectorySettingsPage {
        action: issuer.page(PATH),
        test_action: issuer.page(&format!("{PATH}/test")),
        version: desk.version(),
        connection_id: set_up.map(|stored| stored.id.to_string()),
        login_urls: set_up.map(|stored| {
            let path = format!("/ad/{}", stored.id);
            (own.url(&path), line.map(|line| line.url(&path)))
        }),
        issuer: settings.issuer,
        client_id: settings.client_id,
        has_secret: set_up.is_some(),
        subject_claim: settings.subject_claim,
        resource: settings.resource.unwrap_or_default(),
        ca_certificate: settings.ca_certificate.unwrap_or_default(),
        redirect_uri: own.url(&format!("/callback/{id}")),
        line_redirect_uri: line.map(|line| line.url(&format!("/callback/{id}"))),
        alerts,
        report,
        saved,
        staged: set_up.and_then(|stored| staged(page, stored)),
        stopped: set_up.is_some_and(|stored| stored.state == ConnectionState::Disabled),
        in_trouble: set_up.is_some_and(|stored| stored.trouble.is_some()),
        back_href: issuer.page("/account"),
        frame,
    };
    page.seal(render(status, &form))
}

fn staged(page: &PageContext, stored: &AdfsConnection) -> Option<StagedEndpoints> {
    let Endpoints { authorization, token, jwks, .. } = stored.staged.as_ref()?;
    let addresses = [Some(authorization), Some(token), jwks.as_ref()];
    let addresses = addresses.into_iter().flatten().map(ToString::to_string).collect();
    Some(StagedEndpoints { addresses, action: page.issuer().page(&format!("{PATH}/approve")) })
}
