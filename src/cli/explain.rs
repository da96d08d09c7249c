//! `tegata explain`: would this person be let in now, and why not?

use std::net::IpAddr;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{CliError, desk::Desk, output};
use crate::boot;
use crate::brand::Issuers;
use crate::client::ClientDirectory;
use crate::config::Config;
use crate::explain::{Ground, Question, Who, explain, in_words, verdict_in_words};
use crate::id::{AccountId, ClientId};
use crate::policy::access_path::AccessPath;
use crate::policy::sign_in::Purpose;
use crate::web::Lang;

#[derive(Args)]
pub struct Asked {
    /// The brand's code.
    #[arg(long)]
    brand: String,
    /// The e-mail address, or the account's id.
    #[arg(long)]
    account: String,
    /// `internet` or `line`.
    #[arg(long, default_value = "internet")]
    path: AccessPath,
    /// The line number.
    #[arg(long)]
    line: Option<String>,
    /// The client.
    #[arg(long)]
    client: Option<String>,
    /// The network address. What it has used up of its limits, only a running node knows: ask the operator console.
    #[arg(long)]
    address: Option<IpAddr>,
    /// Without a client: what the person wants.
    #[arg(long = "for", default_value = "client", conflicts_with = "client")]
    target: Target,
    /// `en` or `ja`.
    #[arg(long, default_value = "en")]
    lang: String,
    /// One JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Target {
    /// Any client application.
    Client,
    /// The account menu.
    AccountMenu,
    /// The admin console.
    AdminConsole,
}

pub async fn run(config: Config, asked: Asked) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    let outcome = answer(&desk, asked).await;
    desk.db.close().await;
    outcome
}

async fn answer(desk: &Desk, asked: Asked) -> Result<(), CliError> {
    let brand = desk.brand(&asked.brand)?.code.clone();
    let lang = Lang::from_tag(&asked.lang).ok_or_else(|| CliError::refused("--lang is en or ja"))?;
    let faces = boot::load_faces(&desk.config).map_err(boot::BootError::from)?;
    let face = faces.of(brand.as_str());
    let clients = ClientDirectory::default();
    clients.reload(&desk.db).await?;
    let master = desk.master()?;
    let issuers = Issuers::new(&desk.config.brand);
    let ground = Ground {
        db: &desk.db,
        master: &master,
        config: &desk.config,
        issuers: &issuers,
        clients: &clients,
        limits: None,
        now: desk.now,
    };
    let question = Question {
        brand,
        who: match asked.account.contains('@') {
            true => Who::Email(asked.account),
            false => Who::Id(AccountId::new(asked.account)),
        },
        address: asked.address,
        path: asked.path,
        line: asked.line,
        client: asked.client.map(ClientId::new),
        purpose: match asked.target {
            Target::Client => Purpose::Client,
            Target::AccountMenu => Purpose::AccountMenu,
            Target::AdminConsole => Purpose::AdminConsole,
        },
    };
    let explanation = explain(&ground, &question).await?;
    let texts = face.texts(lang);
    let rows: Vec<Value> = explanation
        .checks
        .iter()
        .map(|check| {
            json!({
                "check": check.what,
                "outcome": check.outcome,
                "code": check.code,
                "words": in_words(texts, check),
            })
        })
        .collect();
    if asked.json {
        output::object(&json!({ "verdict": explanation.verdict.as_str(), "checks": rows }));
    } else {
        output::rows(&["check", "outcome", "code", "words"], &rows, false);
        output::sentence(&verdict_in_words(texts, explanation.verdict));
    }
    Ok(())
}
