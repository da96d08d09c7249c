//! A client's registration as the fields of a form, and back.

use std::collections::{BTreeMap, BTreeSet};

use crate::client::{AccessTokenFormat, Client, Registration};
use crate::context::Form as Posted;
use crate::protocol::client_metadata::{ApplicationType, GrantType, MetadataProblem, TokenEndpointAuthMethod};
use crate::protocol::response_mode::ResponseMode;
use crate::protocol::response_type::ResponseType;
use crate::protocol::scope::Scope;
use crate::protocol::signing_algorithm::SigningAlgorithm;
use crate::web::Problem;

/// Fields with a text.
pub const TEXTS: [&str; 27] = [
    "brand",
    "client_id",
    "client_name",
    "application_type",
    "redirect_uris",
    "post_logout_redirect_uris",
    "line_redirect_uris",
    "line_post_logout_redirect_uris",
    "token_endpoint_auth_method",
    "jwks",
    "scope",
    "id_token_signed_response_alg",
    "access_token_format",
    "access_token_signed_response_alg",
    "resources",
    "introspects",
    "access_token",
    "id_token",
    "refresh_token_idle",
    "refresh_token_absolute",
    "default_max_age",
    "client_uri",
    "logo_uri",
    "tos_uri",
    "policy_uri",
    "version",
    "userinfo_signed_response_alg",
];
/// Boxes of their own.
pub const TICKS: [&str; 3] = ["first_party", "rotate_refresh_tokens", "require_auth_time"];

/// What the form holds.
#[derive(Default)]
pub struct Wish {
    texts: BTreeMap<String, String>,
    ticks: BTreeSet<String>,
}

/// The box of a grant type.
pub fn grant_box(grant: GrantType) -> String {
    format!("grant-{grant}").replace(':', "-")
}

/// The box of a response mode.
pub fn mode_box(mode: ResponseMode) -> String {
    format!("mode-{mode}").replace('.', "-")
}

impl Wish {
    /// An empty form, with what most clients have.
    pub fn fresh() -> Self {
        let mut wish = Self::of(&Registration::default());
        wish.set("scope", "openid profile email");
        wish
    }

    /// What is registered.
    pub fn of_client(client: &Client) -> Self {
        let registration = Registration { metadata: client.metadata.clone(), settings: client.settings.clone() };
        let mut wish = Self::of(&registration);
        wish.set("brand", client.brand.as_str());
        wish.set("client_id", client.id.as_str());
        wish.set("version", &client.version.to_string());
        wish
    }

    fn of(registration: &Registration) -> Self {
        let (metadata, settings) = (&registration.metadata, &registration.settings);
        let mut wish = Self::default();
        let number = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
        wish.set("client_name", &metadata.client_name);
        wish.set("application_type", metadata.application_type.as_str());
        for (name, uris) in [
            ("redirect_uris", &metadata.redirect_uris),
            ("post_logout_redirect_uris", &metadata.post_logout_redirect_uris),
            ("line_redirect_uris", &metadata.line_redirect_uris),
            ("line_post_logout_redirect_uris", &metadata.line_post_logout_redirect_uris),
            ("resources", &settings.resources),
            ("introspects", &settings.introspects),
        ] {
            wish.set(name, &uris.join("\n"));
        }
        wish.set("token_endpoint_auth_method", metadata.token_endpoint_auth_method.as_str());
        wish.set("jwks", &metadata.jwks.as_ref().map_or_else(String::new, ToString::to_string));
        wish.set("scope", &metadata.scope.to_string());
        wish.set("id_token_signed_response_alg", metadata.id_token_signed_response_alg.as_str());
        wish.set("userinfo_signed_response_alg", metadata.userinfo_signed_response_alg.map_or("", |alg| alg.as_str()));
        wish.set("access_token_format", settings.access_token_format.as_str());
        wish.set("access_token_signed_response_alg", settings.access_token_signed_response_alg.as_str());
        wish.set("access_token", &number(settings.lifetimes.access_token));
        wish.set("id_token", &number(settings.lifetimes.id_token));
        wish.set("refresh_token_idle", &number(settings.lifetimes.refresh_token_idle));
        wish.set("refresh_token_absolute", &number(settings.lifetimes.refresh_token_absolute));
        wish.set("default_max_age", &metadata.default_max_age.map_or_else(String::new, |age| age.to_string()));
        for (name, uri) in [
            ("client_uri", &metadata.client_uri),
            ("logo_uri", &metadata.logo_uri),
            ("tos_uri", &metadata.tos_uri),
            ("policy_uri", &metadata.policy_uri),
        ] {
            wish.set(name, uri.as_deref().unwrap_or_default());
        }
        wish.tick("first_party", settings.first_party);
        wish.tick("rotate_refresh_tokens", settings.rotate_refresh_tokens);
        wish.tick("require_auth_time", metadata.require_auth_time);
        metadata.grant_types.iter().for_each(|grant| wish.tick(&grant_box(*grant), true));
        settings.response_modes.iter().for_each(|mode| wish.tick(&mode_box(*mode), true));
        wish
    }

    /// What was posted.
    pub fn read(form: &Posted) -> Result<Self, Problem> {
        let mut wish = Self::default();
        for name in TEXTS {
            wish.set(name, form.text(name)?.trim());
        }
        let grants = GrantType::ALL.iter().map(|grant| grant_box(*grant));
        let modes = ResponseMode::ALL.iter().map(|mode| mode_box(*mode));
        for name in TICKS.map(str::to_owned).into_iter().chain(grants).chain(modes) {
            wish.tick(&name, form.ticked(&name)?);
        }
        Ok(wish)
    }

    fn set(&mut self, name: &str, value: &str) {
        self.texts.insert(name.to_owned(), value.to_owned());
    }

    fn tick(&mut self, name: &str, ticked: bool) {
        if ticked {
            self.ticks.insert(name.to_owned());
        }
    }

    /// A text.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// Whether a box is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        self.ticks.contains(name)
    }

    fn list(&self, name: &str) -> Vec<String> {
        self.text(name).split_whitespace().map(str::to_owned).collect()
    }

    /// The registration, on the ground of the one there was; or what cannot be read, by field.
    ///
    /// # Errors
    /// Everything that cannot be read.
    pub fn registration(&self, mut ground: Registration) -> Result<Registration, Vec<MetadataProblem>> {
        let mut wrong = Vec::new();
        let (metadata, settings) = (&mut ground.metadata, &mut ground.settings);
        let link = |name: &str| Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned);
        metadata.client_name = self.text("client_name").to_owned();
        metadata.redirect_uris = self.list("redirect_uris");
        metadata.post_logout_redirect_uris = self.list("post_logout_redirect_uris");
        metadata.line_redirect_uris = self.list("line_redirect_uris");
        metadata.line_post_logout_redirect_uris = self.list("line_post_logout_redirect_uris");
        let grants = GrantType::ALL.iter().copied().filter(|grant| self.is_ticked(&grant_box(*grant)));
        metadata.grant_types = grants.collect();
        let code = metadata.allows(GrantType::AuthorizationCode);
        metadata.response_types = if code { vec![ResponseType::Code] } else { Vec::new() };
        metadata.require_auth_time = self.is_ticked("require_auth_time");
        metadata.client_uri = link("client_uri");
        metadata.logo_uri = link("logo_uri");
        metadata.tos_uri = link("tos_uri");
        metadata.policy_uri = link("policy_uri");
        settings.first_party = self.is_ticked("first_party");
        settings.rotate_refresh_tokens = self.is_ticked("rotate_refresh_tokens");
        settings.resources = self.list("resources");
        settings.introspects = self.list("introspects");
        let modes = ResponseMode::ALL.iter().copied().filter(|mode| self.is_ticked(&mode_box(*mode)));
        settings.response_modes = modes.collect();
        wrong.extend(self.words(&mut ground));
        if wrong.is_empty() { Ok(ground) } else { Err(wrong) }
    }

    /// Reads what is one word of several, a number or JSON; answers what cannot be read.
    fn words(&self, ground: &mut Registration) -> Vec<MetadataProblem> {
        let mut wrong = Vec::new();
        let mut add = |field, message: &str| wrong.push(MetadataProblem { field, message: message.to_owned() });
        let (metadata, settings) = (&mut ground.metadata, &mut ground.settings);
        match ApplicationType::parse(self.text("application_type")) {
            Some(kind) => metadata.application_type = kind,
            None => add("application_type", "is unknown"),
        }
        match TokenEndpointAuthMethod::parse(self.text("token_endpoint_auth_method")) {
            Some(method) => metadata.token_endpoint_auth_method = method,
            None => add("token_endpoint_auth_method", "is unknown"),
        }
        match Scope::parse(self.text("scope")) {
            Ok(scope) => metadata.scope = scope,
            Err(error) => add("scope", &error.to_string()),
        }
        match SigningAlgorithm::parse(self.text("id_token_signed_response_alg")) {
            Some(alg) => metadata.id_token_signed_response_alg = alg,
            None => add("id_token_signed_response_alg", "is unknown"),
        }
        metadata.userinfo_signed_response_alg = SigningAlgorithm::parse(self.text("userinfo_signed_response_alg"));
        match AccessTokenFormat::parse(self.text("access_token_format")) {
            Some(format) => settings.access_token_format = format,
            None => add("access_token_format", "is unknown"),
        }
        match SigningAlgorithm::parse(self.text("access_token_signed_response_alg")) {
            Some(alg) => settings.access_token_signed_response_alg = alg,
            None => add("access_token_signed_response_alg", "is unknown"),
        }
        match self.text("jwks") {
            "" => metadata.jwks = None,
            text => match serde_json::from_str(text) {
                Ok(jwks) => metadata.jwks = Some(jwks),
                Err(_) => add("jwks", "is not JSON"),
            },
        }
        match self.number("default_max_age") {
            Ok(age) => metadata.default_max_age = age.map(u64::from),
            Err(()) => add("default_max_age", "is not a number of seconds"),
        }
        for (name, place) in [
            ("access_token", &mut settings.lifetimes.access_token),
            ("id_token", &mut settings.lifetimes.id_token),
            ("refresh_token_idle", &mut settings.lifetimes.refresh_token_idle),
            ("refresh_token_absolute", &mut settings.lifetimes.refresh_token_absolute),
        ] {
            match self.number(name) {
                Ok(number) => *place = number,
                Err(()) => add(name, "is not a number of seconds"),
            }
        }
        wrong
    }

    fn number(&self, name: &str) -> Result<Option<u32>, ()> {
        match self.text(name) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| ()),
        }
    }
}
