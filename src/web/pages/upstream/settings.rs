use askama::Template;

use super::{ActiveDirectoryAlert, ActiveDirectoryField, TestOutcome, TestStep};
use crate::web::page::{Frame, Page};
use crate::web::pages::link;

/// 「Active Directory設定」 of a contract: what its AD FS needs to know of us, what we need to know of it, and a test.
#[derive(Template)]
#[template(path = "page/upstream/active_directory_settings.html")]
pub struct ActiveDirectorySettingsPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where 「保存」 sends the form: `POST {action}` with a field for each [`ActiveDirectoryField`], `csrf`, `version`, and
    /// `identity_change=on` when [`ActiveDirectoryAlert::IdentityChanged`] was agreed to.
    pub action: String,
    /// Where 「接続テスト」 sends it, with the same fields.
    pub test_action: String,
    /// Counts the changes of what the page shows; 0 while nothing is stored.
    pub version: i64,
    /// The ID of the connection, once there is one.
    pub connection_id: Option<String>,
    /// The login URLs of the internet and, where there is one, of the line.
    pub login_urls: Option<(String, Option<String>)>,
    /// The issuer's URL.
    pub issuer: String,
    /// The client ID.
    pub client_id: String,
    /// Whether a secret is stored. It is never shown, and kept when the field stays empty.
    pub has_secret: bool,
    /// The claim that is a person's key.
    pub subject_claim: String,
    /// The identifier of the Web API; may be empty.
    pub resource: String,
    /// A certificate of a private authority, PEM; may be empty.
    pub ca_certificate: String,
    /// What the AD FS must know as our redirect URI.
    pub redirect_uri: String,
    /// The same of our issuer on the carrier's network, where there is one.
    pub line_redirect_uri: Option<String>,
    /// Why the page is shown again.
    pub alerts: Vec<ActiveDirectoryAlert>,
    /// What the test found.
    pub report: Option<Vec<TestStep>>,
    /// Whether the settings were saved just now.
    pub saved: bool,
    /// Other endpoints than those in use, as the AD FS announces them.
    pub staged: Option<StagedEndpoints>,
    /// Whether an operator has stopped the connection.
    pub stopped: bool,
    /// Whether its document could not be read the last time it was looked at by itself.
    pub in_trouble: bool,
    /// Back to the menu.
    pub back_href: String,
}

/// Endpoints that wait for the contractor's word.
#[derive(Clone)]
pub struct StagedEndpoints {
    /// Their addresses.
    pub addresses: Vec<String>,
    /// Where 「変更を承認」 sends `csrf` and `version`.
    pub action: String,
}

/// How a field looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Url,
    Text,
    Secret,
    Area,
}

/// A field as the template shows it.
struct Row<'p> {
    name: &'static str,
    /// The text key of its label; that of its hint ends in `-hint`.
    key: String,
    look: Look,
    value: &'p str,
    required: bool,
    fault: Option<ActiveDirectoryAlert>,
    /// The cursor waits in the first wrong field.
    focus: bool,
}

impl ActiveDirectorySettingsPage {
    fn rows(&self) -> Vec<Row<'_>> {
        use ActiveDirectoryField as Field;
        let first = self.alerts.iter().filter_map(|alert| alert.field()).min();
        let row = |field: &Field| {
            let (look, value, required) = match field {
                Field::Issuer => (Look::Url, self.issuer.as_str(), true),
                Field::ClientId => (Look::Text, self.client_id.as_str(), true),
                Field::ClientSecret => (Look::Secret, "", !self.has_secret),
                Field::SubjectClaim => (Look::Text, self.subject_claim.as_str(), true),
                Field::Resource => (Look::Text, self.resource.as_str(), false),
                Field::CaCertificate => (Look::Area, self.ca_certificate.as_str(), false),
            };
            let fault = self.alerts.iter().copied().find(|alert| alert.field() == Some(*field));
            let key = format!("active-directory-{}", field.as_str().replace('_', "-"));
            Row { name: field.as_str(), key, look, value, required, fault, focus: first == Some(*field) }
        };
        Field::ALL.iter().map(row).collect()
    }

    /// What is wrong with the form as a whole, or that something is wrong with its fields.
    fn summary(&self) -> Option<&'static str> {
        let whole = self.alerts.iter().find(|alert| alert.field().is_none());
        let some = (!self.alerts.is_empty()).then_some("active-directory-alert-fields");
        whole.map(|alert| alert.key()).or(some)
    }

    fn is_sound(report: &[TestStep]) -> bool {
        report.iter().all(|step| step.outcome == TestOutcome::Passed)
    }

    /// The box that must be ticked before people are told apart by something else.
    fn asks_for_the_change(&self) -> bool {
        self.alerts.contains(&ActiveDirectoryAlert::IdentityChanged)
    }

    fn back(&self) -> Option<&str> {
        link(&self.back_href)
    }
}

impl Row<'_> {
    fn hint(&self) -> String {
        format!("{}-hint", self.key)
    }

    /// The ids of what describes the field.
    fn described(&self) -> String {
        let fault = self.fault.map(|_| format!("{}-fault ", self.name)).unwrap_or_default();
        format!("{fault}{}-hint", self.name)
    }
}

impl Page for ActiveDirectorySettingsPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }
}

#[cfg(test)]
#[path = "settings_samples.rs"]
mod samples;
