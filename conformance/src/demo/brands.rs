//! The five brands of the service, with two sample customers each, and the two configurations made of them.

use super::directory::{Directory, State};
use super::line;
use super::ports::Numbers;
use super::upstreams::{METHODS, OPEN_BRAND};
use crate::contract_system;
use crate::provider::config_file::{BrandEntry, LineEntry, OperatorEntry, SMS_ROUTES, Setup, SinkPorts, UpstreamEntry};
use crate::storage_app::{Brand, Config, Partner};
use anyhow::Context as _;

/// One brand and its sample customers.
pub struct Sample {
    pub code: &'static str,
    pub name: &'static str,
    pub primary: &'static str,
    pub company: &'static str,
    /// Names of the contractor, the administrator and the user.
    pub people: [&'static str; 3],
    /// Name of the person whom the company has invited.
    pub invited: &'static str,
    /// The company with two-step verification.
    pub careful_company: &'static str,
    /// Names of its contractor, its user and the person it has invited.
    pub careful_people: [&'static str; 3],
    /// Has a third-party application.
    pub partner: bool,
}

/// Local part of the e-mail address and role, in the order of [`Sample::people`].
pub const ROLES: [(&str, &str); 3] = [("keiyaku", "contractor"), ("kanri", "administrator"), ("riyou", "user")];
/// Local part of the address of [`Sample::invited`].
pub const INVITED: &str = "shoutai";
/// The same for [`Sample::careful_people`]; the last one is invited.
pub const CAREFUL_ROLES: [(&str, &str); 3] =
    [("keiyaku-2fa", "contractor"), ("riyou-2fa", "user"), ("shoutai-2fa", "user")];
pub const PARTNER_NAME: &str = "スキャン便";

pub const SAMPLES: [Sample; 5] = [
    Sample {
        code: "VX7",
        name: "M-Drive",
        primary: "#0b5cad",
        company: "株式会社みなと設計",
        people: ["山田 太郎", "佐藤 花子", "鈴木 一郎"],
        invited: "平野 結菜",
        careful_company: "南風商事株式会社",
        careful_people: ["大野 健一", "森 真由美", "岡田 悠斗"],
        partner: true,
    },
    Sample {
        code: "VX4",
        name: "おまかせクラウドストレージ",
        primary: "#0a7068",
        company: "有限会社あおば製作所",
        people: ["高橋 健", "田中 美咲", "伊藤 直樹"],
        invited: "菅原 樹",
        careful_company: "有限会社こだま建材",
        careful_people: ["石井 正人", "藤田 愛", "長谷川 蓮"],
        partner: false,
    },
    Sample {
        code: "VW5",
        name: "WORKSDRIVE",
        primary: "#27397d",
        company: "北星物流株式会社",
        people: ["渡辺 修", "中村 由美", "小林 誠"],
        invited: "久保 凛",
        careful_company: "若葉運輸株式会社",
        careful_people: ["近藤 浩", "坂本 優子", "遠藤 陸"],
        partner: false,
    },
    Sample {
        code: "VX8",
        name: "どこでもBOX",
        primary: "#a83a0a",
        company: "さくら会計事務所",
        people: ["加藤 さくら", "吉田 翔", "山本 恵"],
        invited: "千葉 颯太",
        careful_company: "たちばな法律事務所",
        careful_people: ["青木 橘花", "西村 隆", "福田 結衣"],
        partner: false,
    },
    Sample {
        code: "VX9",
        name: "コーデックストレージ",
        primary: "#6a2c82",
        company: "株式会社ひかり印刷",
        people: ["松本 光", "井上 彩", "木村 大輔"],
        invited: "野口 芽依",
        careful_company: "株式会社あけぼの出版",
        careful_people: ["三浦 昭", "岡本 千尋", "松田 湊"],
        partner: false,
    },
];

impl Sample {
    pub fn email(&self, local: &str) -> String {
        format!("{local}@{}.example", self.code.to_lowercase())
    }

    /// One brand prefers the other provider, so that both are seen at work.
    fn sms_routes(&self) -> Vec<&'static str> {
        let [first, second] = SMS_ROUTES;
        if self.code == "VX8" { vec![second, first] } else { Vec::new() }
    }

    fn login_methods(&self) -> Vec<&'static str> {
        let more = (self.code == OPEN_BRAND).then_some("openid_connect");
        METHODS.into_iter().chain(more).collect()
    }

    pub fn client_id(&self, app_port: u16) -> String {
        format!("storage-{}-{app_port}", self.code.to_lowercase())
    }

    pub fn partner_id(&self, app_port: u16) -> String {
        format!("partner-{}-{app_port}", self.code.to_lowercase())
    }

    pub fn service_url(&self, app_port: u16) -> String {
        format!("http://localhost:{app_port}/{}", self.code)
    }

    pub fn issuer(&self, port: u16) -> String {
        format!("http://localhost:{port}/{}", self.code)
    }
}

pub fn provider_config(
    numbers: Numbers,
    directory: &Directory,
    (upstreams, line): (Vec<UpstreamEntry<'_>>, LineEntry),
) -> anyhow::Result<String> {
    let brands = SAMPLES
        .iter()
        .map(|sample| BrandEntry {
            code: sample.code,
            name: sample.name,
            issuer: sample.issuer(numbers.provider),
            service_url: sample.service_url(numbers.app),
            mail_from: Some(sample.email("no-reply")),
            sms_routes: sample.sms_routes(),
            login_methods: sample.login_methods(),
            line_issuer: Some(line::issuer(sample, numbers.line)),
            line_service_url: Some(sample.service_url(numbers.line_app)),
            // おまかせクラウドストレージ alone takes no orders on the web (manual, 1.5版).
            contract_pages: (sample.code != "VX4").then(|| contract_pages(sample, numbers.contracts)),
        })
        .collect();
    let setup = Setup {
        listen: format!("127.0.0.1:{}", numbers.provider),
        metrics_listen: Some(format!("127.0.0.1:{}", numbers.metrics)),
        port_file: None,
        database: directory.database(),
        master_key_file: directory.master_key(),
        log_format: "text",
        log_filter: "info",
        sink: Some(SinkPorts { smtp: numbers.smtp, http: numbers.inbox }),
        one_address: true,
        cheap_passwords: false,
        brands,
        upstreams,
        line: Some(line),
        operator: Some(OperatorEntry {
            listen: format!("127.0.0.1:{}", numbers.operator),
            url: format!("http://localhost:{}", numbers.operator),
        }),
    };
    Ok(format!("# Written anew at every start of the demo.\n\n{}", setup.text()?))
}

/// Addresses of 契約情報変更, プラン変更 and 解約 in the contract system.
fn contract_pages(sample: &Sample, port: u16) -> [String; 3] {
    let base = format!("http://localhost:{port}/{}", sample.code);
    ["change", "plan", "cancel"].map(|page| format!("{base}/{page}"))
}

/// The contract system's configuration.
pub fn contracts_config(numbers: Numbers, state: &State) -> anyhow::Result<contract_system::Config> {
    let key = state.contract_system_key.clone().context("demo.json knows no API key; start with --fresh")?;
    let brands = SAMPLES.iter().map(|sample| contract_system::Brand {
        code: sample.code.to_owned(),
        name: sample.name.to_owned(),
        service_url: sample.service_url(numbers.app),
    });
    let api = format!("http://localhost:{}/api/v1", numbers.operator);
    Ok(contract_system::Config { api, key, brands: brands.collect() })
}

/// The storage application's configuration: its host on the internet, or the one on the carrier's network.
pub fn app_config(numbers: Numbers, state: &State, line: bool) -> anyhow::Result<Config> {
    let secret = |id: &str| {
        state.clients.get(id).cloned().with_context(|| format!("demo.json knows no client {id}; start with --fresh"))
    };
    let brand = |sample: &Sample| -> anyhow::Result<Brand> {
        let client_id = sample.client_id(numbers.app);
        let partner_id = sample.partner_id(numbers.app);
        let partner = if sample.partner && !line {
            let client_secret = secret(&partner_id)?;
            Some(Partner { name: PARTNER_NAME.to_owned(), client_id: partner_id, client_secret })
        } else {
            None
        };
        Ok(Brand {
            code: sample.code.to_owned(),
            name: sample.name.to_owned(),
            issuer: if line { line::issuer(sample, numbers.line) } else { sample.issuer(numbers.provider) },
            client_secret: secret(&client_id)?,
            client_id,
            primary: sample.primary.to_owned(),
            partner,
        })
    };
    let brands = SAMPLES.iter().map(brand).collect::<anyhow::Result<_>>()?;
    let port = if line { numbers.line_app } else { numbers.app };
    Ok(Config { base_url: format!("http://localhost:{port}"), line, brands })
}
