//! What was typed, and what would be saved of it.

use super::Desk;
use crate::context::{Form, PageContext};
use crate::secret::Secret;
use crate::upstream::connection::{
    AdfsConnection, AdfsSettings, ConnectionState, LEEWAY, SettingsProblem, check_client_secret, connection_id_of,
};
use crate::web::Problem;
use crate::web::pages::{ActiveDirectoryAlert as Alert, ActiveDirectoryField as Field};

/// The fields of the page.
pub struct Typed {
    /// All but the secret.
    pub settings: AdfsSettings,
    /// Empty: the stored one.
    pub secret: Secret<String>,
    /// Counts the changes of what the page showed.
    pub version: i64,
    /// Whether the box was ticked.
    pub identity_change: bool,
}

impl Typed {
    /// From the form.
    pub fn read(form: &Form) -> Result<Self, Problem> {
        let text = |field: Field| form.text(field.as_str());
        let settings = AdfsSettings::typed(
            &text(Field::Issuer)?,
            &text(Field::ClientId)?,
            &text(Field::SubjectClaim)?,
            &text(Field::Resource)?,
            &text(Field::CaCertificate)?,
        );
        Ok(Self {
            settings,
            secret: form.secret(Field::ClientSecret.as_str())?,
            version: version(form)?,
            identity_change: form.ticked("identity_change")?,
        })
    }

    /// The connection as it would be saved.
    pub fn candidate(&self, page: &PageContext, desk: &Desk) -> Result<AdfsConnection, Vec<Alert>> {
        let permitted = desk.stored.as_ref().map_or(&[][..], |stored| &stored.permitted_networks);
        let mut problems = self.settings.check(&page.app.config.outbound.ports, permitted);
        let kept = desk.set_up().filter(|stored| stored.settings.issuer == self.settings.issuer);
        if kept.is_none() || !self.secret.expose().is_empty() {
            // A secret is for the issuer that gave it: another one must not get to see it.
            problems.extend(check_client_secret(self.secret.expose()).err());
        }
        if !problems.is_empty() {
            return Err(problems.into_iter().map(alert_of).collect());
        }
        let master = &page.app.master;
        let contract = &desk.signed_in.record.contract;
        let base = desk.stored.clone().unwrap_or_else(|| AdfsConnection {
            id: connection_id_of(master, &contract.id),
            brand: contract.brand.clone(),
            contract_id: contract.id.clone(),
            settings: self.settings.clone(),
            client_secret: Vec::new(),
            permitted_networks: Vec::new(),
            clock_leeway: LEEWAY,
            state: ConnectionState::Enabled,
            endpoints: None,
            staged: None,
            next_check_at: page.now,
            trouble: None,
            version: 0,
            updated_at: page.now,
        });
        let client_secret = match self.secret.expose().is_empty() {
            true => base.client_secret.clone(),
            false => AdfsConnection::seal_secret(master, &base.id, &self.secret),
        };
        Ok(AdfsConnection { settings: self.settings.clone(), client_secret, version: self.version, ..base })
    }
}

/// The page's count of changes.
pub fn version(form: &Form) -> Result<i64, Problem> {
    let malformed = |_| Problem::RequestMalformed { detail: "version is no number".into() };
    form.text("version")?.parse().map_err(malformed)
}

const fn alert_of(problem: SettingsProblem) -> Alert {
    match problem {
        SettingsProblem::IssuerMissing => Alert::IssuerMissing,
        SettingsProblem::IssuerMalformed => Alert::IssuerMalformed,
        SettingsProblem::IssuerRefused(_) => Alert::IssuerRefused,
        SettingsProblem::ClientIdMissing => Alert::ClientIdMissing,
        SettingsProblem::ClientIdMalformed => Alert::ClientIdMalformed,
        SettingsProblem::ClientSecretMissing => Alert::ClientSecretMissing,
        SettingsProblem::ClientSecretMalformed => Alert::ClientSecretMalformed,
        SettingsProblem::SubjectClaimMissing => Alert::SubjectClaimMissing,
        SettingsProblem::SubjectClaimMalformed => Alert::SubjectClaimMalformed,
        SettingsProblem::ResourceMalformed => Alert::ResourceMalformed,
        SettingsProblem::CaCertificateMalformed => Alert::CaCertificateMalformed,
    }
}
