use askama::Template;

use super::optional_link;
use crate::web::page::{Frame, Page};

/// The question whether an application may have what it asks for (OpenID Connect Core §3.1.2.4).
#[derive(Template)]
#[template(path = "page/consent.html")]
pub struct ConsentPage {
    /// The frame; its form token guards the form.
    pub frame: Frame,
    /// Where the form is sent: `POST {action}` with `answer=allow|deny`, `csrf`.
    pub action: String,
    /// The application's registered name.
    pub client_name: String,
    /// The host that will receive the answer: what the user can recognize when a name lies.
    pub client_host: Option<String>,
    /// Who is signed in.
    pub account: String,
    /// What is asked for.
    pub scopes: Vec<ConsentScope>,
    /// How many days the application may use it without the person, if beyond the log-out (`offline_access`).
    pub days: Option<u64>,
    /// The application's privacy policy (`policy_uri`).
    pub policy_uri: Option<String>,
    /// The application's terms (`tos_uri`).
    pub tos_uri: Option<String>,
    /// Where the answer leads.
    pub redirect_uri: String,
}

/// One scope of a consent page.
#[derive(Clone, Debug)]
pub struct ConsentScope {
    /// The scope's name. `scope-<name>` of the catalogue explains it, else `description`, else the name itself.
    pub name: String,
    /// The operator's words for a scope of its own.
    pub description: Option<String>,
    /// The claims that are handed over with it, by their protocol names; `claim-<name>` of the catalogue names them.
    pub claims: Vec<String>,
}

impl ConsentPage {
    fn explain(&self, scope: &ConsentScope) -> String {
        let otherwise = scope.description.as_deref().unwrap_or(&scope.name);
        self.frame.t_or(&format!("scope-{}", scope.name), otherwise)
    }

    fn claims(&self, scope: &ConsentScope) -> String {
        let names: Vec<_> = scope
            .claims
            .iter()
            .map(|claim| self.frame.t_or(&format!("claim-{}", claim.replace('_', "-")), claim))
            .collect();
        names.join(&self.frame.t("list-separator"))
    }

    fn lifetime(&self) -> String {
        match self.days {
            Some(days) => self.frame.t1("consent-lasts-days", "days", &days.to_string()),
            None => self.frame.t("consent-lasts-session").into_owned(),
        }
    }

    fn policy(&self) -> Option<&str> {
        optional_link(self.policy_uri.as_ref())
    }

    fn terms(&self) -> Option<&str> {
        optional_link(self.tos_uri.as_ref())
    }

    /// One page of each kind.
    #[cfg(test)]
    pub fn samples(frame: &Frame) -> Vec<Self> {
        let scope = |name: &str, claims: &[&str]| ConsentScope {
            name: name.to_owned(),
            description: None,
            claims: claims.iter().map(|c| (*c).to_owned()).collect(),
        };
        let honest = Self {
            frame: frame.clone(),
            action: format!("{}/consent/5d1f", frame.base),
            client_name: "勤怠管理クラウド".to_owned(),
            client_host: Some("kintai.example".to_owned()),
            account: "taro@example.jp".to_owned(),
            scopes: vec![
                scope("openid", &["sub"]),
                scope("profile", &["name"]),
                scope("email", &["email", "email_verified"]),
                scope("offline_access", &[]),
            ],
            days: Some(90),
            policy_uri: Some("https://kintai.example/privacy".to_owned()),
            tos_uri: Some("https://kintai.example/terms".to_owned()),
            redirect_uri: "https://kintai.example/callback".to_owned(),
        };
        let mut hostile = Self {
            frame: frame.clone(),
            client_name: "<script>alert(\"x\")</script>".to_owned(),
            account: "'><b>@example.jp".to_owned(),
            client_host: None,
            days: None,
            policy_uri: Some("javascript:alert(1)".to_owned()),
            tos_uri: Some("//evil.example".to_owned()),
            scopes: vec![scope("files\"><i>", &["<u>"])],
            action: format!("{}/consent/\"5d1f", frame.base),
            redirect_uri: "jp.example.app:/cb".to_owned(),
        };
        hostile.scopes.push(ConsentScope {
            name: "files:read".to_owned(),
            description: Some("Read <your> files".to_owned()),
            claims: Vec::new(),
        });
        vec![honest, hostile]
    }
}

impl Page for ConsentPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn form_targets(&self) -> Vec<String> {
        vec![self.redirect_uri.clone()]
    }
}
