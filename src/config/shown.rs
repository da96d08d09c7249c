//! The settings as staff may see them. None is a secret: those are files, of which the names are shown; the one place
//! where a password may stand is the database's URL.

use serde_json::Value;
use url::Url;

use super::model::Config;

impl Config {
    /// The sections as JSON, defaults included, without a password.
    pub fn shown(&self) -> Value {
        let mut settings = serde_json::to_value(self).unwrap_or_default();
        if let Some(url) = settings.pointer_mut("/database/url") {
            *url = without_password(&self.database.url).into();
        }
        settings
    }
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
