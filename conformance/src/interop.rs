//! Runs the foreign client of `conformance/interop` (panva's openid-client on node) against a provider of its own:
//! sets up accounts and clients, starts the provider, hands everything over by environment.
//!
//! It must not: interpret what the foreign client finds; its exit code is the verdict.

use crate::provider;
use crate::provider::database::OwnDatabase;
use crate::provider::world::{Authentication, REDIRECT_URI, Surroundings, World, email};
use crate::random;
use anyhow::{Context as _, bail};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;
use tokio::process::Command;

/// Where the provider sends the browser after logout; nobody listens there.
const LOGGED_OUT: &str = "http://localhost:1/logged-out";
const KEY_ID: &str = "interop";
const READY: Duration = Duration::from_secs(20);

/// Flags of `interop`.
#[derive(Args, Clone)]
pub struct Options {
    /// The provider's binary [default: `tegata` beside this program]
    #[arg(long, alias = "tegata")]
    pub tegata_bin: Option<PathBuf>,
    /// URL of a PostgreSQL server; a database is made and dropped there [default: SQLite in a temporary directory]
    #[arg(long, alias = "database-url")]
    pub database: Option<String>,
    /// Folder of the foreign client
    #[arg(long, default_value = "conformance/interop")]
    pub interop_dir: PathBuf,
}

/// Runs the foreign client's tests; `true` when all of them pass.
///
/// # Errors
/// node or npm is missing, or the provider cannot be set up.
pub async fn run(options: &Options, keeper: Option<PathBuf>) -> anyhow::Result<bool> {
    let binary = provider::find_binary(options.tegata_bin.clone())?;
    if !options.interop_dir.join("node_modules/openid-client").is_dir() {
        let installed =
            command("npm", &["ci", "--no-audit", "--no-fund"], &options.interop_dir, &BTreeMap::new()).await?;
        if !installed.success() {
            bail!("npm ci failed in {}", options.interop_dir.display());
        }
    }
    let name = format!("tegata-interop-{}-{}", std::process::id(), random::name());
    let directory = std::env::temp_dir().join(name);
    let own = match &options.database {
        Some(url) => OwnDatabase::create(url).await?,
        None => None,
    };
    let database = own.as_ref().map(|own| own.url.clone()).or_else(|| options.database.clone());
    let world = World::create(&directory, binary, Surroundings { database, ..Surroundings::default() }, keeper).await?;
    let outcome = drive(options, &world, &directory).await;
    // Keys and a database of this run alone.
    let _ = std::fs::remove_dir_all(&directory);
    if let Some(own) = own {
        own.drop_it().await?;
    }
    outcome
}

async fn drive(options: &Options, world: &World, directory: &Path) -> anyhow::Result<bool> {
    world.launch.command(&["migrate"], None).await?;
    world.add_accounts(1).await?;
    let environment = register(world, directory, &email(0), "own").await?;
    let (mut running, _) = world.start(READY).await?;
    eprintln!("Driving openid-client through {} …", world.issuer);
    let tests = ["--test", "openid-client.test.mjs"];
    let verdict = command("node", &tests, &options.interop_dir, &environment).await;
    running.stop(READY).await;
    Ok(verdict?.success())
}

/// Registers the foreign client's three clients, their ids ending in `suffix`, and returns its environment. The key of
/// the one with private_key_jwt is kept in `directory`.
///
/// # Errors
/// The provider refuses, or the key cannot be written.
pub async fn register(
    world: &World,
    directory: &Path,
    email: &str,
    suffix: &str,
) -> anyhow::Result<BTreeMap<&'static str, String>> {
    let (key_file, jwks_file) = write_key(directory)?;
    let logged_out = ["--post-logout-redirect-uri", LOGGED_OUT];
    let id = |kind: &str| format!("interop-{kind}-{suffix}");
    let confidential = world.add_client(&id("secret"), Authentication::Secret, &logged_out).await?;
    world.add_client(&id("public"), Authentication::None, &logged_out).await?;
    world.add_client(&id("key"), Authentication::Key(&jwks_file), &logged_out).await?;
    Ok(BTreeMap::from([
        ("ISSUER", world.issuer.clone()),
        ("REDIRECT_URI", REDIRECT_URI.to_owned()),
        ("POST_LOGOUT_REDIRECT_URI", LOGGED_OUT.to_owned()),
        ("EMAIL", email.to_owned()),
        ("PASSWORD", world.password.clone()),
        ("CLIENT_ID", confidential.client_id),
        ("CLIENT_SECRET", confidential.client_secret.unwrap_or_default()),
        ("PUBLIC_CLIENT_ID", id("public")),
        ("KEY_CLIENT_ID", id("key")),
        ("KEY_FILE", key_file),
        ("KEY_ID", KEY_ID.to_owned()),
    ]))
}

async fn command(
    program: &str,
    arguments: &[&str],
    directory: &Path,
    environment: &BTreeMap<&'static str, String>,
) -> anyhow::Result<ExitStatus> {
    Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .envs(environment)
        .kill_on_drop(true)
        .status()
        .await
        .with_context(|| format!("{program} cannot be run; node 20 or newer is needed"))
}

/// An ES256 key: PKCS#8 PEM for the client, JWKS for its registration.
fn write_key(directory: &Path) -> anyhow::Result<(String, String)> {
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref())
        .map_err(|error| anyhow::anyhow!("the new key is not accepted: {error}"))?;
    // RFC 5480 §2.2: an uncompressed point is 04 ‖ x ‖ y.
    let point = pair.public_key().as_ref();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..65]));
    let jwk = json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": KEY_ID, "x": x, "y": y});
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(document));
    let (key_file, jwks_file) = (directory.join("client-key.pem"), directory.join("client-jwks.json"));
    std::fs::write(&key_file, pem)?;
    std::fs::write(&jwks_file, json!({"keys": [jwk]}).to_string())?;
    Ok((std::path::absolute(key_file)?.display().to_string(), std::path::absolute(jwks_file)?.display().to_string()))
}
