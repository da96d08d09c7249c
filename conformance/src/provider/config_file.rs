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
    /// Where mail and SMS go; none: they wait in the outbox.
    pub sink: Option<SinkPorts>,
    /// Whether everybody comes from one address, so that limits per network would hit the innocent.
    pub one_address: bool,
    /// Whether passwords are hashed with next to no effort.
    pub cheap_passwords: bool,
    /// The brands.
    pub brands: Vec<BrandEntry<'a>>,
    /// Whose accounts people may sign in with; the brands' `login_methods` offer them.
    pub upstreams: Vec<UpstreamEntry<'a>>,
    /// The carrier's closed network; none: no line authentication.
    pub line: Option<LineEntry>,
    /// Where operators and the JSON API are; none: nowhere.
    pub operator: Option<OperatorEntry>,
}

/// `[line]`, with one gateway.
pub struct LineEntry {
    /// Its listener.
    pub listen: String,
    /// File of its certificate.
    pub certificate_file: PathBuf,
    /// File of its key.
    pub key_file: PathBuf,
    /// File of the authority of gateways' certificates.
    pub client_ca_file: PathBuf,
    /// The carrier's page 回線情報通知設定.
    pub west_notification_url: String,
    /// The gateway's name.
    pub gateway: &'static str,
    /// SHA-256 of its certificate.
    pub fingerprint: String,
    /// File of its keys.
    pub keys_file: PathBuf,
}

/// `[operator]`.
pub struct OperatorEntry {
    /// Its listener.
    pub listen: String,
    /// Its origin.
    pub url: String,
}

/// The ports of the sink, on this machine.
#[derive(Clone, Copy)]
pub struct SinkPorts {
    /// SMTP.
    pub smtp: u16,
    /// The SMS endpoints.
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
    /// Who its mails are from; none where no mail is sent.
    pub mail_from: Option<String>,
    /// Names of its SMS routes ([`SMS_ROUTES`]), best first; empty: all.
    pub sms_routes: Vec<&'a str>,
    /// What its login page offers.
    pub login_methods: Vec<&'a str>,
    /// Its issuer on the carrier's network.
    pub line_issuer: Option<String>,
    /// Where the storage application is there.
    pub line_service_url: Option<String>,
    /// Addresses of 契約情報変更, プラン変更 and 解約.
    pub contract_pages: Option<[String; 3]>,
}

/// One `[[upstream]]`, on this machine.
pub struct UpstreamEntry<'a> {
    /// Its word in URLs and identities.
    pub id: &'a str,
    /// Its kind, as `login_methods` names it.
    pub kind: &'a str,
    /// What people read on its button; `openid_connect` alone has one.
    pub name: Option<&'a str>,
    /// Who the provider is to it.
    pub client_id: &'a str,
    /// File of the client secret.
    pub secret_file: PathBuf,
    /// Where it is: `issuer`, `authorization_endpoint` and so on with their addresses.
    pub places: Vec<(&'a str, String)>,
}

/// The network in which the upstreams of this machine are; nothing reaches it unless it is permitted.
pub const LOOPBACK: &str = "127.0.0.0/8";

/// The SMS routes to the sink: its endpoint for JSON, its endpoint like Twilio's.
pub const SMS_ROUTES: [&str; 2] = ["json", "twilio"];

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
        if let Some(sink) = self.sink {
            root.insert("mail".into(), mail(sink));
            root.insert("sms".into(), sms(sink));
        }
        if self.cheap_passwords {
            let effort = [("memory_kib", 64), ("iterations", 1)];
            let effort: Table =
                effort.into_iter().map(|(key, value)| (key.to_owned(), Value::Integer(value))).collect();
            root.insert("password".into(), effort.into());
        }
        if self.one_address {
            let limit = Value::Integer(100_000);
            let keys = [
                "failures_per_address",
                "failures_per_network",
                "mails_per_address",
                "mails_per_network",
                "resets_per_account",
            ];
            let limits: Table = keys.into_iter().map(|key| (key.to_owned(), limit.clone())).collect();
            root.insert("limits".into(), limits.into());
        }
        if !self.upstreams.is_empty() {
            root.insert("upstream".into(), Value::Array(self.upstreams.iter().map(upstream).collect()));
        }
        if let Some(entry) = &self.line {
            root.insert("line".into(), line(entry));
        }
        if let Some(entry) = &self.operator {
            root.insert(
                "operator".into(),
                table([("listen", entry.listen.as_str()), ("url", entry.url.as_str())]).into(),
            );
        }
        root.insert("brand".into(), Value::Array(self.brands.iter().map(brand).collect()));
        Ok(toml::to_string_pretty(&root)?)
    }
}

fn brand(entry: &BrandEntry<'_>) -> Value {
    let mut table = table([
        ("code", entry.code),
        ("name", entry.name),
        ("issuer", entry.issuer.as_str()),
        ("service_url", entry.service_url.as_str()),
    ]);
    table.insert("login_methods".into(), texts(&entry.login_methods));
    if let Some(from) = &entry.mail_from {
        table.insert("mail_from".into(), from.as_str().into());
    }
    if !entry.sms_routes.is_empty() {
        table.insert("sms_routes".into(), texts(&entry.sms_routes));
    }
    table.extend(entry.line_issuer.iter().map(|url| ("line_issuer".to_owned(), url.as_str().into())));
    table.extend(entry.line_service_url.iter().map(|url| ("line_service_url".to_owned(), url.as_str().into())));
    let keys = ["contract_change_url", "plan_change_url", "cancellation_url"];
    for (key, url) in keys.into_iter().zip(entry.contract_pages.iter().flatten()) {
        table.insert(key.into(), url.as_str().into());
    }
    table.into()
}

fn line(entry: &LineEntry) -> Value {
    let mut gateway = table([("name", entry.gateway), ("keys_file", display(&entry.keys_file).as_str())]);
    gateway.insert("certificates".into(), texts(&[&entry.fingerprint]));
    gateway.insert("areas".into(), texts(&["east", "west"]));
    let mut line = table([
        ("listen", entry.listen.as_str()),
        ("tls_certificate_file", display(&entry.certificate_file).as_str()),
        ("tls_key_file", display(&entry.key_file).as_str()),
        ("client_ca_file", display(&entry.client_ca_file).as_str()),
        ("method", "signed_assertion"),
        ("west_notification_url", entry.west_notification_url.as_str()),
    ]);
    line.insert("gateway".into(), Value::Array(vec![gateway.into()]));
    line.into()
}

fn upstream(entry: &UpstreamEntry<'_>) -> Value {
    let secret_file = display(&entry.secret_file);
    let known = [("id", entry.id), ("kind", entry.kind), ("client_id", entry.client_id)];
    let mut table = table(known);
    table.insert("client_secret_file".into(), secret_file.into());
    table.extend(entry.name.map(|name| ("name".to_owned(), name.into())));
    table.extend(entry.places.iter().map(|(key, url)| ((*key).to_owned(), url.as_str().into())));
    table.insert("permitted_networks".into(), texts(&[LOOPBACK]));
    table.into()
}

fn mail(sink: SinkPorts) -> Value {
    let mut sender = table([("name", "sink"), ("host", "127.0.0.1"), ("security", "none")]);
    sender.insert("port".into(), i64::from(sink.smtp).into());
    list("sender", vec![sender])
}

fn sms(sink: SinkPorts) -> Value {
    let paths = ["/sms", "/2010-04-01/Accounts/AC0/Messages.json"];
    let route = |(kind, path): (&str, &str)| {
        let url = format!("http://127.0.0.1:{}{path}", sink.http);
        table([("name", kind), ("kind", kind), ("url", url.as_str()), ("from", "Storage")])
    };
    list("route", SMS_ROUTES.into_iter().zip(paths).map(route).collect())
}

fn list(key: &str, tables: Vec<Table>) -> Value {
    Table::from_iter([(key.to_owned(), Value::Array(tables.into_iter().map(Value::Table).collect()))]).into()
}

fn table<const N: usize>(pairs: [(&str, &str); N]) -> Table {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect()
}

fn texts(list: &[&str]) -> Value {
    Value::Array(list.iter().map(|text| (*text).into()).collect())
}

fn display(path: &Path) -> String {
    path.display().to_string()
}
