//! The running demo as JSON, for tests that drive it from outside (`--ready-file`): addresses, accounts, clients.

use super::brands::{CAREFUL_ROLES, INVITED, ROLES, SAMPLES, Sample};
use super::directory::{Directory, State};
use super::ports::Numbers;
use super::upstreams::{self, OFFERED};
use super::{line, seed};
use crate::interop;
use crate::provider::Launch;
use crate::provider::world::World;
use crate::random;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Registers the foreign client's clients; before the provider serves, as everything that is seeded.
pub async fn register(
    launch: &Launch,
    numbers: Numbers,
    directory: &Directory,
    state: &State,
) -> anyhow::Result<BTreeMap<&'static str, String>> {
    let sample = &SAMPLES[0];
    let world = World {
        launch: launch.clone(),
        base: format!("http://localhost:{}", numbers.provider),
        issuer: sample.issuer(numbers.provider),
        password: state.password.clone(),
    };
    let email = sample.email(ROLES[2].0);
    // A directory may be used more than once: each run has clients of its own.
    interop::register(&world, directory.path(), &email, &random::name()).await
}

/// Writes the description; it appears at once and whole.
pub fn write(
    file: &Path,
    launch: &Launch,
    numbers: Numbers,
    state: &State,
    interop: &BTreeMap<&'static str, String>,
) -> anyhow::Result<()> {
    let description = json!({
        "provider": format!("http://localhost:{}", numbers.provider),
        "inbox": format!("http://localhost:{}", numbers.inbox),
        "upstream_client": upstreams::CLIENT_ID,
        "upstreams": format!("http://127.0.0.1:{}/__sim", numbers.upstreams_control),
        "smtp": format!("127.0.0.1:{}", numbers.smtp),
        "line_gateway": format!("http://localhost:{}/__gateway", numbers.line),
        "operator": {
            "console": format!("http://localhost:{}", numbers.operator),
            "email": seed::OPERATOR,
            "link": state.operator_link,
        },
        "contract_system": format!("http://localhost:{}", numbers.contracts),
        "metrics": format!("http://127.0.0.1:{}/metrics", numbers.metrics),
        "password": state.password,
        "command": [launch.binary, "--config", launch.config],
        "brands": SAMPLES.iter().map(|sample| brand(sample, numbers, state)).collect::<Vec<_>>(),
        "interop": interop,
    });
    let part = file.with_extension("part");
    std::fs::write(&part, serde_json::to_vec_pretty(&description)?)?;
    Ok(std::fs::rename(part, file)?)
}

fn brand(sample: &Sample, numbers: Numbers, state: &State) -> Value {
    let app = sample.service_url(numbers.app);
    let [.., invited] = CAREFUL_ROLES.map(|(local, _)| sample.email(local));
    json!({
        "code": sample.code,
        "name": sample.name,
        "company": sample.company,
        "contract": state.contracts.get(sample.code),
        "issuer": sample.issuer(numbers.provider),
        "storage_app": app,
        "line_issuer": line::issuer(sample, numbers.line),
        "line_app": sample.service_url(numbers.line_app),
        "trials": seed::TRIALS.map(|(local, day)| json!({
            "email": sample.email(local), "password": state.password, "day": day,
        })),
        "partner_app": sample.partner.then(|| format!("{app}/partner")),
        "accounts": accounts(sample, &ROLES, &sample.people, state),
        "elsewhere": elsewhere(sample),
        "invited": {"email": sample.email(INVITED), "name": sample.invited},
        "active_directory": {
            "connection": state.connections.get(sample.code),
            "host": upstreams::directory_host(sample),
        },
        "careful": {
            "company": sample.careful_company,
            "contract": state.careful_contracts.get(sample.code),
            "accounts": accounts(sample, &CAREFUL_ROLES[..2], &sample.careful_people, state),
            "invited": {"email": invited, "name": sample.careful_people[2]},
        },
    })
}

/// Who signs in with an account elsewhere, and who that is there.
fn elsewhere(sample: &Sample) -> Vec<Value> {
    let offered = OFFERED.iter().filter(|offered| offered.serves(sample.code));
    let all = offered.map(|offered| (offered.id, offered.local, offered.person));
    let own = ("active_directory", upstreams::DIRECTORY_LOCAL, upstreams::DIRECTORY_PERSON);
    let one = |(kind, local, name): (&str, &str, &str)| json!({"kind": kind, "email": sample.email(local), "name": name, "user": upstreams::PERSON});
    all.chain([own]).map(one).collect()
}

fn accounts(sample: &Sample, roles: &[(&str, &str)], names: &[&str], state: &State) -> Vec<Value> {
    let people = roles.iter().zip(names);
    people
        .map(|((local, role), name)| {
            json!({"email": sample.email(local), "password": state.password, "name": name, "role": role})
        })
        .collect()
}
