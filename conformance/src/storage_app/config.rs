//! What the application is told at start. TOML on disk, or built in a test.

use serde::{Deserialize, Serialize};
use std::path::Path;

/// The whole configuration.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where browsers reach this application, e.g. `http://localhost:8090`; no trailing slash.
    pub base_url: String,
    /// Whether this is the application's host on the carrier's network: cookies of a host do not keep to their port.
    #[serde(default)]
    pub line: bool,
    /// Every brand it serves.
    #[serde(rename = "brand")]
    pub brands: Vec<Brand>,
}

/// One brand of the service.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// Brand code, also the first path segment, e.g. `VX7`.
    pub code: String,
    /// Name as people know it, e.g. `M-Drive`.
    pub name: String,
    /// Issuer identifier of the brand's provider.
    pub issuer: String,
    /// Client registered at that issuer.
    pub client_id: String,
    /// Its secret (client_secret_basic).
    pub client_secret: String,
    /// Brand colour, a CSS hex colour such as `#0b5cad`.
    pub primary: String,
    /// A second, third-party client at the same issuer.
    pub partner: Option<Partner>,
}

/// A third-party application of a brand: signing in to it asks for consent.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Name shown on its pages.
    pub name: String,
    /// Client registered at the brand's issuer.
    pub client_id: String,
    /// Its secret (client_secret_basic).
    pub client_secret: String,
}

impl Config {
    /// Reads the TOML file at `path`.
    ///
    /// # Errors
    /// The file cannot be read or has another form.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)?;
        Ok(toml::from_str(&text)?)
    }
}
