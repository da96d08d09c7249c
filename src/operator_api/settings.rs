//! The settings that this node runs with. None of them is a secret: those are files, of which the names are shown.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use url::Url;
use utoipa::ToSchema;

use super::body::Made;
use super::guard::{ApiContext, fault};
use super::problem::{ApiError, ApiResult};
use super::query::Query;
use crate::config::Config;

/// The settings of the node that answered.
#[derive(Serialize, ToSchema)]
pub struct Settings {
    /// The program's version.
    version: &'static str,
    /// The sections of the configuration, defaults included.
    #[schema(value_type = Object)]
    settings: Value,
}

/// Shows the settings that the node runs with.
#[utoipa::path(get, path = "/api/v1/settings", tag = "settings", operation_id = "get_settings",
    responses((status = 200, description = "The settings.", body = Settings)))]
pub async fn get(api: ApiContext) -> ApiResult {
    Query::read(&api, &[])?;
    api.everywhere()?;
    let settings = effective(&api.app.config)?;
    Ok(Made::new(StatusCode::OK, &Settings { version: env!("CARGO_PKG_VERSION"), settings })?.respond())
}

/// The configuration as JSON. The database's URL is the one place where a password may stand.
fn effective(config: &Config) -> Result<Value, ApiError> {
    let mut settings = serde_json::to_value(config).map_err(fault)?;
    if let Some(url) = settings.pointer_mut("/database/url") {
        *url = without_password(&config.database.url).into();
    }
    Ok(settings)
}

fn without_password(url: &str) -> String {
    if url.starts_with("sqlite:") {
        return url.to_owned();
    }
    let Ok(mut url) = Url::parse(url) else { return "(hidden)".to_owned() };
    // A password may also be a parameter (libpq).
    url.set_query(None);
    match url.set_username("").and_then(|()| url.set_password(None)) {
        Ok(()) => url.to_string(),
        Err(()) => "(hidden)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_shows_where_it_is_and_not_how_to_get_in() {
        for (url, shown) in [
            ("sqlite:/var/lib/tegata/tegata.db", "sqlite:/var/lib/tegata/tegata.db"),
            (
                "postgres://tegata:hunter2@db.example:5433/tegata?sslmode=verify-full",
                "postgres://db.example:5433/tegata",
            ),
            ("postgres://db.example/tegata?password=hunter2", "postgres://db.example/tegata"),
            ("no url", "(hidden)"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
