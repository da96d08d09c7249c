//! From file and environment to a checked [`Config`].

use std::path::{Path, PathBuf};

use super::check::check;
use super::model::Config;

/// The prefix of every environment variable that overrides a key.
const PREFIX: &str = "TEGATA_";

/// Why the configuration was refused: every complaint, one a line, with its place.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

/// Reads `path` and the process's environment.
///
/// # Errors
/// [`ConfigError`] with file, line and what to write instead.
#[expect(clippy::disallowed_methods, reason = "the one room where the environment is read")]
pub fn load_from_process(path: &Path) -> Result<Config, ConfigError> {
    let environment: Vec<_> = std::env::vars().collect();
    let text = std::fs::read_to_string(path).map_err(|e| {
        ConfigError(format!("{}: cannot be read: {e}\nGive another file with --config FILE.", path.display()))
    })?;
    load(path, &text, &environment)
}

/// Reads a configuration from its text and an environment.
///
/// # Errors
/// [`ConfigError`] with file, line and what to write instead.
pub fn load(path: &Path, text: &str, environment: &[(String, String)]) -> Result<Config, ConfigError> {
    let overrides = overrides(environment);
    // The file is read by itself first, so that what is wrong in it is reported with its line.
    let table: toml::Table = toml::from_str(text).map_err(|e| in_file(path, text, &e))?;
    let mut config: Config = toml::from_str(text).map_err(|e| in_file(path, text, &e))?;
    if !overrides.is_empty() {
        config = apply(table, &overrides)?;
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    resolve(&mut config, folder)?;
    let complaints = check(&config);
    if complaints.is_empty() {
        return Ok(config);
    }
    let lines: Vec<_> = complaints
        .into_iter()
        .map(|(key, why)| {
            let name = key.iter().filter(|k| k.parse::<usize>().is_err()).cloned().collect::<Vec<_>>().join(".");
            match (overridden(&key, &overrides), line_of(text, &key)) {
                (Some(variable), _) => format!("environment variable {variable}: {why}"),
                (None, Some(line)) => format!("{}:{line}: {name}: {why}", path.display()),
                (None, None) => format!("{}: {name}: {why}", path.display()),
            }
        })
        .collect();
    Err(ConfigError(lines.join("\n")))
}

/// `TEGATA_SERVER__LISTEN=…` as (variable, [server, listen], value).
fn overrides(environment: &[(String, String)]) -> Vec<(String, Vec<String>, String)> {
    let mut found: Vec<_> = environment
        .iter()
        .filter_map(|(name, value)| {
            let rest = name.strip_prefix(PREFIX)?;
            let key: Vec<_> = rest.to_ascii_lowercase().split("__").map(str::to_owned).collect();
            (key.len() >= 2).then(|| (name.clone(), key, value.clone()))
        })
        .collect();
    found.sort();
    found
}

fn overridden(key: &[String], overrides: &[(String, Vec<String>, String)]) -> Option<String> {
    overrides.iter().find(|(_, at, _)| at.as_slice() == key).map(|(name, ..)| name.clone())
}

fn apply(mut table: toml::Table, overrides: &[(String, Vec<String>, String)]) -> Result<Config, ConfigError> {
    let mut config = None;
    // One by one, so that a refusal names the variable that caused it.
    for (variable, key, value) in overrides {
        let refuse = |why: String| ConfigError(format!("environment variable {variable}: {why}"));
        let [section, name] = key.as_slice() else {
            return Err(refuse("write TEGATA_SECTION__KEY; brands are set in the file".to_owned()));
        };
        let section = table.entry(section.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        let Some(section) = section.as_table_mut() else {
            return Err(refuse("brands are set in the file".to_owned()));
        };
        let parsed: Option<toml::Value> =
            toml::from_str::<toml::Table>(&format!("value = {value}")).ok().and_then(|mut t| t.remove("value"));
        let text = toml::Value::String(value.clone());
        section.insert(name.clone(), parsed.unwrap_or_else(|| text.clone()));
        let attempt = table.clone().try_into::<Config>();
        // `8080` could be meant as a number or as a text: take whichever the key wants.
        let attempt = attempt.or_else(|first| {
            if let Some(section) = table.get_mut(&key[0]).and_then(toml::Value::as_table_mut) {
                section.insert(name.clone(), text);
            }
            table.clone().try_into::<Config>().map_err(|_| first)
        });
        config = Some(attempt.map_err(|e| refuse(with_suggestion(e.message())))?);
    }
    config.ok_or_else(|| ConfigError("no override".to_owned()))
}

/// File paths are meant relative to the configuration file; secrets in files are read now.
fn resolve(config: &mut Config, folder: &Path) -> Result<(), ConfigError> {
    let absolute = |p: &mut PathBuf| {
        if p.is_relative() {
            *p = folder.join(&*p);
        }
    };
    absolute(&mut config.secrets.master_key_file);
    let server = &mut config.server;
    for path in
        [&mut server.tls_certificate_file, &mut server.tls_key_file, &mut server.port_file, &mut config.ui.brands_dir]
    {
        path.iter_mut().for_each(absolute);
    }
    let operator = &mut config.operator;
    for path in [&mut operator.tls_certificate_file, &mut operator.tls_key_file, &mut operator.port_file] {
        path.iter_mut().for_each(absolute);
    }
    for sender in &mut config.mail.sender {
        [&mut sender.password_file, &mut sender.ca_file].into_iter().flatten().for_each(absolute);
    }
    for route in &mut config.sms.route {
        [&mut route.password_file, &mut route.token_file].into_iter().flatten().for_each(absolute);
    }
    for upstream in &mut config.upstream {
        let files = [
            &mut upstream.client_secret_file,
            &mut upstream.client_key_file,
            &mut upstream.client_certificate_file,
            &mut upstream.ca_file,
        ];
        files.into_iter().flatten().for_each(absolute);
    }
    if let Some(line) = &mut config.line {
        [&mut line.tls_certificate_file, &mut line.tls_key_file].into_iter().for_each(absolute);
        let files = [
            &mut line.port_file,
            &mut line.client_ca_file,
            &mut line.notifier_keys_file,
            &mut line.prefix_table_file,
            &mut line.prefix_table_signature_file,
            &mut line.prefix_table_keys_file,
        ];
        let gateways = line.gateway.iter_mut().map(|gateway| &mut gateway.keys_file);
        files.into_iter().chain(gateways).flatten().for_each(absolute);
    }
    if let Some(file) = &mut config.database.url_file {
        absolute(file);
        config.database.url = std::fs::read_to_string(&*file)
            .map_err(|e| ConfigError(format!("database.url_file: {}: {e}", file.display())))?
            .trim()
            .to_owned();
    }
    if let Some(path) = config.database.url.strip_prefix("sqlite:") {
        let path = path.trim_start_matches("//");
        if Path::new(path).is_relative() {
            config.database.url = format!("sqlite:{}", folder.join(path).display());
        }
    }
    Ok(())
}

fn in_file(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let line = error.span().map_or(1, |span| line_number(text, span.start));
    ConfigError(format!("{}:{line}: {}", path.display(), with_suggestion(error.message())))
}

fn line_number(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}

/// The line on which a key stands, or its section when the key is absent.
fn line_of(text: &str, key: &[String]) -> Option<usize> {
    use toml::de::{DeTable, DeValue};
    let root = DeTable::parse(text).ok()?;
    let mut value = DeValue::Table(root.into_inner());
    let mut at = None;
    for part in key {
        let (offset, inner) = match value {
            DeValue::Table(table) => {
                let (name, value) = table.into_iter().find(|(name, _)| name.get_ref() == part)?;
                (name.span().start, value.into_inner())
            }
            DeValue::Array(array) => {
                let value = array.into_iter().nth(part.parse().ok()?)?;
                (value.span().start, value.into_inner())
            }
            _ => break,
        };
        at = Some(line_number(text, offset));
        value = inner;
    }
    at
}

/// Adds «did you mean» to serde's list of expected names.
fn with_suggestion(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (Some(found), true) = (quoted.next(), message.starts_with("unknown")) else { return message.to_owned() };
    let best = quoted.map(|name| (strsim::damerau_levenshtein(found, name), name)).min();
    match best {
        Some((distance, name)) if distance <= 3 => format!("{message}; did you mean `{name}`?"),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BRAND: &str = "[[brand]]\ncode = \"VX7\"\nname = \"M-Drive\"\nissuer = \"https://login.example/VX7\"\nservice_url = \"https://ff.example/VX7\"\n";

    fn refusal(text: &str, environment: &[(&str, &str)]) -> String {
        let environment: Vec<_> = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        load(Path::new("tegata.toml"), text, &environment).map(drop).unwrap_err().to_string()
    }

    #[test]
    fn a_brand_is_enough() {
        let config = load(Path::new("/etc/tegata/tegata.toml"), BRAND, &[]).unwrap();
        assert_eq!(config.brand[0].address().identifier(), "https://login.example/VX7");
        assert_eq!(config.database.url, "sqlite:/etc/tegata/tegata.db");
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line_and_the_key_that_was_meant() {
        let refusal = refusal(&format!("[server]\nlissten = \"127.0.0.1:1\"\n{BRAND}"), &[]);
        assert!(refusal.starts_with("tegata.toml:2: unknown field `lissten`"), "{refusal}");
        assert!(refusal.ends_with("did you mean `listen`?"), "{refusal}");
    }

    #[test]
    fn contradictions_are_refused_with_their_lines() {
        let text =
            format!("{BRAND}\n[session]\nidle = \"2d\"\nabsolute = \"1d\"\n[server]\ntls_key_file = \"k.pem\"\n");
        let refusal = refusal(&text, &[]);
        assert!(refusal.contains("tegata.toml:8: session.idle: the idle limit cannot be longer"), "{refusal}");
        assert!(refusal.contains("tegata.toml:11: server.tls_key_file: a key needs its certificate"), "{refusal}");
    }

    #[test]
    fn the_environment_overrides_the_file_and_is_named_when_refused() {
        let environment = [
            ("TEGATA_SERVER__LISTEN".to_owned(), "127.0.0.1:9".to_owned()),
            ("TEGATA_HOME".to_owned(), "x".to_owned()),
        ];
        let config = load(Path::new("tegata.toml"), BRAND, &environment).unwrap();
        assert_eq!(config.server.listen.port(), 9);
        let unknown = refusal(BRAND, &[("TEGATA_SERVER__LISSTEN", "127.0.0.1:9")]);
        assert!(unknown.starts_with("environment variable TEGATA_SERVER__LISSTEN: unknown field"), "{unknown}");
        let long = refusal(BRAND, &[("TEGATA_TOKENS__AUTHORIZATION_CODE", "10m")]);
        assert_eq!(long, "environment variable TEGATA_TOKENS__AUTHORIZATION_CODE: a code lives between 1s and 60s");
    }

    #[test]
    fn plain_http_to_the_world_is_refused() {
        let refused = refusal(&format!("[server]\nlisten = \"0.0.0.0:80\"\n{BRAND}"), &[]);
        assert!(refused.contains("plain HTTP is for loopback"), "{refused}");
        let plain = BRAND.replace("https://login", "http://login");
        assert!(refusal(&plain, &[]).contains("must be https"));
    }

    /// The keys that a section has, as serde lists them when it meets one it does not know.
    fn keys_of(section: &str) -> std::collections::BTreeSet<String> {
        let text = match section {
            "brand" | "line.gateway" | "mail.sender" | "sms.route" | "upstream" => format!("[[{section}]]\nzzz = 1\n"),
            section => format!("[{section}]\nzzz = 1\n{BRAND}"),
        };
        refusal(&text, &[]).split('`').skip(3).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn every_key_of_every_section_is_documented_and_nothing_else_is() {
        let page = include_str!("../../docs/configuration.md");
        let keys = page.split("<!-- keys: begin -->").nth(1).unwrap().split("<!-- keys: end -->").next().unwrap();
        let mut documented = 0;
        for part in keys.split("\n## ").skip(1) {
            let section = part
                .split(['[', ']'])
                .find(|word| word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '_')) && !word.is_empty());
            let rows = part.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
            let rows: std::collections::BTreeSet<_> = rows.map(str::to_owned).collect();
            assert_eq!(rows, keys_of(section.unwrap()), "{section:?}");
            documented += 1;
        }
        assert_eq!(documented, 23, "a section without a table");
    }

    #[test]
    fn two_brands_cannot_share_a_code_or_an_issuer() {
        let refused = refusal(&format!("{BRAND}{BRAND}"), &[]);
        assert!(refused.contains("two brands have the code"), "{refused}");
        assert!(refused.contains("is the issuer of VX7 already"), "{refused}");
    }
}
