//! Writes the provider's configuration file.

use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// What differs between a demo, a measurement and a crash test.
pub struct Setup<'a> {
    /// Main listener, e.g. `127.0.0.1:8080`; port 0 lets the system choose.
    pub listen: String,
    /// Listener of the metrics; none: no metrics.
    pub metrics_listen: Option<String>,
    /// File that receives the real address.
    pub port_file: Option<PathBuf>,
    /// `sqlite:…` or `postgres://…`.
    pub database: String,
    /// File of the master key; made by the provider when absent.
    pub master_key_file: PathBuf,
    /// `text` or `json`.
    pub log_format: &'a str,
    /// Log filter, e.g. `info`.
    pub log_filter: &'a str,
    /// Where mails and SMS go; none: they wait in the provider.
    pub inbox: Option<InboxPorts>,
    /// The brands.
    pub brands: Vec<BrandEntry<'a>>,
}

/// The sink's ports on this machine.
#[derive(Clone, Copy)]
pub struct InboxPorts {
    /// Its SMTP server.
    pub smtp: u16,
    /// Its SMS endpoint.
    pub http: u16,
}

/// One `[[brand]]`.
pub struct BrandEntry<'a> {
    /// Brand code.
    pub code: &'a str,
    /// Name as people know it.
    pub name: &'a str,
    /// Issuer identifier.
    pub issuer: String,
    /// Where the storage application is.
    pub service_url: String,
}

impl Setup<'_> {
    /// The file's text.
    ///
    /// # Errors
    /// A value that TOML cannot hold.
    pub fn text(&self) -> anyhow::Result<String> {
        let mut server = table([("listen", self.listen.as_str())]);
        if let Some(listen) = &self.metrics_listen {
            server.insert("metrics_listen".into(), listen.as_str().into());
        }
        if let Some(file) = &self.port_file {
            server.insert("port_file".into(), display(file).into());
        }
        let mut root = Table::new();
        root.insert("server".into(), server.into());
        root.insert("database".into(), table([("url", self.database.as_str())]).into());
        root.insert("secrets".into(), table([("master_key_file", display(&self.master_key_file).as_str())]).into());
        root.insert("log".into(), table([("format", self.log_format), ("filter", self.log_filter)]).into());
        let mut brands: Vec<Table> = self.brands.iter().map(brand).collect();
        if let Some(ports) = self.inbox {
            root.insert("mail".into(), list("sender", mail_sender(ports)));
            root.insert("sms".into(), list("route", sms_route(ports)));
            for (brand, entry) in brands.iter_mut().zip(&self.brands) {
                let from = format!("no-reply@{}.example", entry.code.to_lowercase());
                brand.insert("mail_from".into(), from.into());
            }
        }
        root.insert("brand".into(), Value::Array(brands.into_iter().map(Value::Table).collect()));
        Ok(toml::to_string_pretty(&root)?)
    }
}

fn mail_sender(ports: InboxPorts) -> Table {
    let mut sender = table([("name", "inbox"), ("host", "127.0.0.1"), ("security", "none")]);
    sender.insert("port".into(), i64::from(ports.smtp).into());
    sender
}

fn sms_route(ports: InboxPorts) -> Table {
    let url = format!("http://127.0.0.1:{}/sms", ports.http);
    table([("name", "inbox"), ("kind", "json"), ("url", url.as_str()), ("from", "Tegata")])
}

/// A section with a list of one.
fn list(key: &str, entry: Table) -> Value {
    Value::Table(Table::from_iter([(key.to_owned(), Value::Array(vec![Value::Table(entry)]))]))
}

fn brand(entry: &BrandEntry<'_>) -> Table {
    let mut table = table([
        ("code", entry.code),
        ("name", entry.name),
        ("issuer", entry.issuer.as_str()),
        ("service_url", entry.service_url.as_str()),
    ]);
    table.insert("login_methods".into(), Value::Array(vec!["password".into()]));
    table
}

fn table<const N: usize>(pairs: [(&str, &str); N]) -> Table {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect()
}

fn display(path: &Path) -> String {
    path.display().to_string()
}
