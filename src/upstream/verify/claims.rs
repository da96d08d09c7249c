//! The claims of an upstream's ID token that we look at. A member that is there twice makes the token unreadable.

use serde::{Deserialize, Deserializer};

use crate::jose::NumericDate;

/// The claims.
#[derive(Deserialize)]
pub struct Claims {
    pub iss: String,
    #[serde(default)]
    pub sub: Option<String>,
    pub aud: Audience,
    #[serde(default)]
    pub azp: Option<String>,
    pub exp: NumericDate,
    pub iat: NumericDate,
    #[serde(default)]
    pub nbf: Option<NumericDate>,
    #[serde(default)]
    pub auth_time: Option<NumericDate>,
    #[serde(default)]
    pub nonce: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub email: Option<String>,
    /// Google: the Workspace domain.
    #[serde(default, deserialize_with = "lenient")]
    pub hd: Option<String>,
    /// Microsoft: tenant, object and version.
    #[serde(default, deserialize_with = "lenient")]
    pub tid: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub oid: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub ver: Option<String>,
    /// Microsoft and ADFS: shown where there is no address.
    #[serde(default, deserialize_with = "lenient")]
    pub preferred_username: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub upn: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub unique_name: Option<String>,
}

/// `aud` (RFC 7519 §4.1.3): one or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }
}

/// A text, or anything else as none: a claim we only show, or compare, must not make a token unreadable.
fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(value.and_then(|value| value.as_str().map(str::to_owned)))
}
