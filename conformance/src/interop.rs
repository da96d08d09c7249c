//! Runs the foreign client of `conformance/interop` (panva's openid-client on node) against a provider of its own:
//! sets up accounts and clients, starts the provider, hands everything over by environment.
//!
//! It must not: interpret what the foreign client finds; its exit code is the verdict.

use crate::provider;
use crate::provider::world::{Authentication, BRAND, REDIRECT_URI, World, email};
use crate::random;
use anyhow::{Context as _, bail};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clap::Args;
use serde_json::json;
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
    #[arg(long)]
    pub tegata_bin: Option<PathBuf>,
    /// Database URL; an empty PostgreSQL database [default: SQLite in a temporary directory]
    #[arg(long)]
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
        let installed = command("npm", &["ci", "--no-audit", "--no-fund"], &options.interop_dir, &[]).await?;
        if !installed.success() {
            bail!("npm ci failed in {}", options.interop_dir.display());
        }
    }
    let name = format!("tegata-interop-{}-{}", std::process::id(), &random::token()[..8]);
    let directory = std::env::temp_dir().join(name);
    let outcome = drive(options, binary, keeper, &directory).await;
    // Keys and a database of this run alone.
    let _ = std::fs::remove_dir_all(&directory);
    outcome
}

async fn drive(options: &Options, binary: PathBuf, keeper: Option<PathBuf>, directory: &Path) -> anyhow::Result<bool> {
    let world = World::create(directory, binary, options.database.clone(), keeper).await?;
    world.launch.command(&["migrate"], None).await?;
    world.add_accounts(1).await?;
    let (key_file, jwks_file) = write_key(directory)?;
    let logged_out = ["--post-logout-redirect-uri", LOGGED_OUT];
    let confidential = world.add_client("interop", Authentication::Secret, &logged_out).await?;
    world.add_client("interop-public", Authentication::None, &logged_out).await?;
    world.add_client("interop-key", Authentication::Key(&jwks_file), &logged_out).await?;
    let (mut running, _) = world.start(READY).await?;
    let environment = [
        ("ISSUER", world.issuer.as_str()),
        ("REDIRECT_URI", REDIRECT_URI),
        ("POST_LOGOUT_REDIRECT_URI", LOGGED_OUT),
        ("EMAIL", &email(0)),
        ("PASSWORD", &world.password),
        ("CLIENT_ID", &confidential.client_id),
        ("CLIENT_SECRET", confidential.client_secret.as_deref().unwrap_or_default()),
        ("PUBLIC_CLIENT_ID", "interop-public"),
        ("KEY_CLIENT_ID", "interop-key"),
        ("KEY_FILE", &key_file),
        ("KEY_ID", KEY_ID),
    ];
    eprintln!("Driving openid-client through {} of brand {BRAND} …", world.issuer);
    let verdict = command("node", &["--test", "openid-client.test.mjs"], &options.interop_dir, &environment).await;
    running.stop(READY).await;
    Ok(verdict?.success())
}

async fn command(
    program: &str,
    arguments: &[&str],
    directory: &Path,
    environment: &[(&str, &str)],
) -> anyhow::Result<ExitStatus> {
    Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .envs(environment.iter().copied())
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
