//! The providers people sign in with, simulated: who ours is to them, where they are, and who has an account there.

use super::brands::{SAMPLES, Sample};
use super::directory::State;
use super::ports::Numbers;
use crate::provider::config_file::UpstreamEntry;
use crate::upstreams::{Client, Host, Scheme, Upstreams, User};
use serde_json::json;
use std::path::Path;
use tokio::net::TcpListener;

/// Who our provider is to each of them.
pub const CLIENT_ID: &str = "tegata-demo";
/// Name of the demo's person at each of them.
pub const PERSON: &str = "demo";
const NOTE: &str = "このデモの利用者 / has an account in this demo";
/// The brand that has one provider more, which speaks plain OpenID Connect, and what its button calls that.
pub const OPEN_ID: &str = "openid";
pub const OPEN_BRAND: &str = "VX9";
pub const OPEN_NAME: &str = "Hinode";
/// What every brand offers.
pub const METHODS: [&str; 6] = ["password", "google", "facebook", "microsoft", "daccount", "active_directory"];

/// A provider that the configuration names.
pub struct Offered {
    /// Its word in URLs, and its kind.
    pub id: &'static str,
    /// What the table calls it.
    pub title: &'static str,
    /// Local part of the e-mail address of whoever signs in by it.
    pub local: &'static str,
    /// The person's name, here and there.
    pub person: &'static str,
    /// What identifies the person there.
    pub subject: &'static str,
}

const MICROSOFT_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const MICROSOFT_OBJECT: &str = "00000000-0000-0000-66f3-3332eca70000";

pub const OFFERED: [Offered; 5] = [
    Offered { id: "google", title: "Google", local: "google", person: "中島 葵", subject: "110248495921238986500" },
    Offered {
        id: "facebook", title: "Facebook", local: "facebook", person: "前田 陽菜", subject: "10158120046001234"
    },
    Offered {
        id: "microsoft",
        title: "Microsoft",
        local: "microsoft",
        person: "小川 蓮",
        subject: "9188040d-6c67-4c5b-b112-36a304b66dad.00000000-0000-0000-66f3-3332eca70000",
    },
    Offered {
        id: "daccount",
        title: "dアカウント",
        local: "daccount",
        person: "後藤 美優",
        subject: "3e7a1c5f9b2d4680ace13579bdf02468",
    },
    Offered { id: OPEN_ID, title: OPEN_NAME, local: "openid", person: "岡崎 光", subject: "user-demo" },
];

impl Offered {
    /// Its kind, as the configuration names it.
    pub fn kind(&self) -> &'static str {
        if self.id == OPEN_ID { "openid_connect" } else { self.id }
    }

    /// Whether a brand offers it.
    pub fn serves(&self, brand: &str) -> bool {
        self.id != OPEN_ID || brand == OPEN_BRAND
    }

    fn host(&self, upstreams: &Upstreams) -> Host {
        match self.id {
            "google" => upstreams.google(),
            "facebook" => upstreams.facebook(),
            "microsoft" => upstreams.microsoft(),
            "daccount" => upstreams.daccount(),
            _ => upstreams.oidc(),
        }
    }

    fn places(&self, host: &Host) -> Vec<(&'static str, String)> {
        let at = |role: &str, path: &str| format!("{}{path}", host.origin_of(role));
        match self.id {
            "google" => vec![
                ("issuer", at("", "")),
                ("authorization_endpoint", at("", "/o/oauth2/v2/auth")),
                ("token_endpoint", at("token", "/token")),
                ("jwks_uri", at("keys", "/oauth2/v3/certs")),
            ],
            "facebook" => {
                vec![("authorization_endpoint", at("", "/v23.0/dialog/oauth")), ("graph_url", at("graph", ""))]
            }
            "microsoft" => vec![("issuer", at("", ""))],
            "daccount" => vec![
                ("issuer", at("", "/")),
                ("authorization_endpoint", at("id", "/cgi8/oidc/authorize")),
                ("token_endpoint", at("", "/token")),
                ("jwks_uri", at("keys", "/oft/external/ofrnt/v1.0/jwksget")),
            ],
            _ => vec![
                ("issuer", at("", "")),
                ("authorization_endpoint", at("", "/authorize")),
                ("token_endpoint", at("", "/token")),
                ("jwks_uri", at("", "/keys")),
            ],
        }
    }

    fn user(&self) -> User {
        let user = User::new(PERSON, self.person, NOTE);
        match self.id {
            "google" => user.with(json!({
                "sub": self.subject, "name": self.person, "email": "aoi.nakajima@gmail.com", "email_verified": true,
            })),
            "facebook" => user
                .with(json!({ "name": self.person, "email": "hina@mail.example" }))
                .quirky(|quirks| drop(quirks.ids.insert("*".to_owned(), self.subject.to_owned()))),
            "microsoft" => user.with(json!({
                "tid": MICROSOFT_TENANT, "oid": MICROSOFT_OBJECT, "name": self.person,
                "email": "ren.ogawa@outlook.jp", "preferred_username": "ren.ogawa@outlook.jp",
            })),
            "daccount" => user
                .with(json!({ "sub": self.subject, "name": self.person, "email": "miyu@docomo.ne.jp" }))
                .quirky(|quirks| quirks.docomo_line = true),
            _ => user.with(json!({
                "sub": self.subject, "name": self.person, "email": "hikaru@id.example", "email_verified": true,
            })),
        }
    }
}

/// Local part of the address, name and key (`objectguid`) of whoever signs in by the company's Active Directory.
pub const DIRECTORY_LOCAL: &str = "ad";
pub const DIRECTORY_PERSON: &str = "村上 大樹";
pub const DIRECTORY_KEY: &str = "b3ZlcmNhc3Qtb3JjaGlkcw==";
/// The claim that is the key, and the resource whose rules issue it.
pub const DIRECTORY_CLAIM: &str = "objectguid";
pub const DIRECTORY_RESOURCE: &str = "https://tegata.example/resource";

/// Name of the host of the Active Directory of a brand's company.
pub fn directory_host(sample: &Sample) -> String {
    format!("adfs-{}", sample.code.to_lowercase())
}

/// Issuer of the Active Directory of a brand's company.
pub fn directory_issuer(upstreams: &Upstreams, sample: &Sample) -> String {
    format!("{}/adfs", upstreams.adfs(&directory_host(sample)).origin())
}

/// The simulators on their listeners.
pub fn start(listener: TcpListener, control: TcpListener) -> anyhow::Result<Upstreams> {
    Upstreams::start_on(Scheme::Http, listener, control)
}

/// What the configuration says of them.
pub fn entries(upstreams: &Upstreams, secret_file: &Path) -> Vec<UpstreamEntry<'static>> {
    let entry = |offered: &'static Offered| UpstreamEntry {
        id: offered.id,
        kind: offered.kind(),
        name: (offered.id == OPEN_ID).then_some(OPEN_NAME),
        client_id: CLIENT_ID,
        secret_file: secret_file.to_owned(),
        places: offered.places(&offered.host(upstreams)),
    };
    OFFERED.iter().map(entry).collect()
}

/// Makes our provider and the demo's people known to them.
pub fn register(upstreams: &Upstreams, secret: &str, numbers: Numbers) {
    for offered in &OFFERED {
        let host = offered.host(upstreams);
        let callback = |issuer: String, rest: &str| format!("{issuer}/callback/{}{rest}", offered.id);
        let issuers = SAMPLES.iter().map(|sample| sample.issuer(numbers.provider));
        let [first, ..] = &SAMPLES;
        let (deauthorize, deletion) = ["/deauthorize", "/deletion"]
            .map(|rest| (offered.id == "facebook").then(|| callback(first.issuer(numbers.provider), rest)))
            .into();
        host.register_ahead(Client {
            id: CLIENT_ID.to_owned(),
            secret: Some(secret.to_owned()),
            redirect_uris: issuers.map(|issuer| callback(issuer, "")).collect(),
            deauthorize_url: deauthorize,
            deletion_url: deletion,
            ..Client::default()
        });
        host.settle(offered.user());
    }
}

/// The same for the companies' Active Directories, once their connections have ids.
pub fn register_directories(upstreams: &Upstreams, state: &State, numbers: Numbers) {
    for sample in &SAMPLES {
        let Some(connection) = state.connections.get(sample.code) else { continue };
        let host = upstreams.adfs(&directory_host(sample));
        let callback = format!("{}/callback/{connection}", sample.issuer(numbers.provider));
        host.register_ahead(Client::new(CLIENT_ID, &state.upstream_secret, &callback));
        let name = format!("{DIRECTORY_LOCAL}@{}.example", host.name());
        host.settle(User::new(PERSON, DIRECTORY_PERSON, NOTE).with(json!({
            "anchor": DIRECTORY_KEY, "objectguid": DIRECTORY_KEY, "upn": name, "email": name,
            "unique_name": format!("CORP\\{DIRECTORY_LOCAL}"), "commonname": DIRECTORY_PERSON,
        })));
    }
}

/// Makes all keys, one after the other. Nobody waits for it: until then, whoever needs a key makes it.
pub fn make_keys(upstreams: Upstreams) {
    drop(tokio::task::spawn_blocking(move || upstreams.hosts().iter().for_each(Host::make_keys)));
}
