//! Registering clients and changing what is registered: the verbs of the command line, the operators' console and the
//! JSON API. Each in the caller's transaction, with its event, and with the revision that tells every node.
//!
//! A secret is 256 random bits or what an operator brought; what is kept is its keyed hash. It follows the client's
//! authentication method: a client that proves itself otherwise has none.

use url::Url;

use super::model::{Client, ClientState, Registration, TokenLifetimes, hash_client_secret};
use super::store::{self, insert_client};
use crate::audit::{Clerk, EventKind};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::id::{BrandCode, ClientId};
use crate::jose::VerifyingKeys;
use crate::policy::lifetimes::{Lifetimes, Overrides, Window};
use crate::protocol::client_metadata::MetadataProblem;
use crate::random::Random;
use crate::revision;
use crate::secret::{MasterKey, Secret, base64url};
use crate::storage::{Fault, Tx};

/// The fewest characters of a client secret that somebody else made.
pub const SHORTEST_SECRET: usize = 32;
/// The most characters of it.
pub const LONGEST_SECRET: usize = 256;

/// A client to be registered.
pub struct NewClient {
    /// The brand.
    pub brand: BrandCode,
    /// Its id.
    pub id: ClientId,
    /// What is registered, checked.
    pub registration: Registration,
    /// Its secret, if it proves itself with one.
    pub secret: Option<Secret<String>>,
}

/// What becomes of a client's secret when its registration changes.
pub enum SecretChange {
    /// It stays.
    Keep,
    /// The client proves itself otherwise now.
    Drop,
    /// It had none, and needs one.
    New(Secret<String>),
}

/// Everything that is wrong with a registration, each under the name of its field; empty when it can be taken.
pub fn problems(registration: &Registration, configured: &Lifetimes) -> Vec<MetadataProblem> {
    let (metadata, settings) = (&registration.metadata, &registration.settings);
    let mut wrong = metadata.validate().err().unwrap_or_default();
    let mut add = |field, message: String| wrong.push(MetadataProblem { field, message });
    if let Some(jwks) = &metadata.jwks
        && let Err(error) = VerifyingKeys::from_jwks(&jwks.to_string())
    {
        add("jwks", error.to_string());
    }
    // RFC 8707 §2: an absolute URI without a fragment.
    for uri in &settings.resources {
        if !Url::parse(uri).is_ok_and(|url| url.fragment().is_none()) {
            add("resources", format!("{uri} must be an absolute URI without a fragment"));
        }
    }
    if settings.introspects.iter().any(|audience| audience.is_empty() || audience.contains(char::is_whitespace)) {
        add("introspects", "is empty or holds a blank".to_owned());
    }
    if let Err(problem) = configured.with(&overrides(&settings.lifetimes)).check() {
        add("lifetimes", problem.to_string());
    }
    wrong
}

/// The lifetimes that clients have unless they have their own.
pub fn configured_lifetimes(config: &Config) -> Lifetimes {
    let (tokens, session) = (&config.tokens, &config.session);
    Lifetimes {
        authorization_code: tokens.authorization_code.0,
        access_token: tokens.access_token.0,
        id_token: tokens.id_token.0,
        refresh_token: Window { idle: tokens.refresh_token_idle.0, absolute: tokens.refresh_token_absolute.0 },
        refresh_grace: tokens.refresh_grace.0,
        session: Window { idle: session.idle.0, absolute: session.absolute.0 },
        interaction: config.interaction.lifetime.0,
    }
}

const fn overrides(own: &TokenLifetimes) -> Overrides {
    Overrides {
        access_token: own.access_token,
        id_token: own.id_token,
        refresh_token_idle: own.refresh_token_idle,
        refresh_token_absolute: own.refresh_token_absolute,
    }
}

/// An id that nobody chose.
pub fn made_id(random: &Random) -> ClientId {
    ClientId::new(format!("client-{}", base64url(&random.bytes::<12>())))
}

/// An id that somebody chose. It stands in URLs, headers and logs as it is; and under client_credentials it is the
/// token's `sub`, so that it must not look like a person's, which is a UUID (RFC 9700 §4.15).
///
/// # Errors
/// Why not, in words for whoever chose it.
pub fn check_id(id: &str) -> Result<ClientId, &'static str> {
    if uuid::Uuid::try_parse(id).is_ok() {
        return Err("a client id must not be a UUID: that is what the sub of a person looks like");
    }
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'-');
    if id.is_empty() || id.len() > 128 || !id.bytes().all(fits) {
        return Err("a client id has 1 to 128 letters, digits, \".\", \"_\", \"~\" or \"-\"");
    }
    Ok(ClientId::new(id))
}

/// Registers a client; `false` when its id is taken: the transaction is lost then.
///
/// # Errors
/// When the database fails.
pub async fn register_client(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    master: &MasterKey,
    new: &NewClient,
) -> Result<bool, Fault> {
    let hash = new.secret.as_ref().map(|secret| hash_client_secret(master, secret.expose()));
    match insert_client(tx, (&new.brand, &new.id), &new.registration, hash, clerk.now).await {
        Err(Fault::Unique(_)) => return Ok(false),
        outcome => outcome?,
    }
    finish(tx, clerk, (&new.brand, &new.id), "added").await?;
    Ok(true)
}

/// What a new registration means for the secret of a client.
pub fn secret_change(client: &Client, to: &Registration, random: &Random) -> SecretChange {
    match (client.secret.is_some(), to.metadata.token_endpoint_auth_method.uses_secret()) {
        (true, false) => SecretChange::Drop,
        (false, true) => SecretChange::New(Secret::new(random.token())),
        _ => SecretChange::Keep,
    }
}

/// Puts a checked registration in the place of the one that was read; `false` when somebody else was faster.
///
/// # Errors
/// When the database fails.
pub async fn change_client(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    master: &MasterKey,
    (client, to, secret): (&Client, &Registration, &SecretChange),
) -> Result<bool, Fault> {
    let place = (&client.brand, &client.id);
    if !store::update_registration(tx, (place, client.version), to, clerk.now).await? {
        return Ok(false);
    }
    match secret {
        SecretChange::Keep => {}
        SecretChange::Drop => store::set_secret(tx, place, None).await?,
        SecretChange::New(new) => {
            store::set_secret(tx, place, Some(hash_client_secret(master, new.expose()))).await?;
        }
    }
    finish(tx, clerk, place, "changed").await?;
    Ok(true)
}

/// Enables or disables a client; `false` when it is so already, or was changed in this very moment.
///
/// # Errors
/// When the database fails.
pub async fn switch_client(tx: &mut Tx, clerk: &Clerk<'_>, client: &Client, to: ClientState) -> Result<bool, Fault> {
    let place = (&client.brand, &client.id);
    if client.state == to || !store::update_client_state(tx, place, to, clerk.now).await? {
        return Ok(false);
    }
    finish(tx, clerk, place, if to == ClientState::Active { "enabled" } else { "disabled" }).await?;
    Ok(true)
}

/// Gives a client a new secret; the former one is good until `former_until`. `false` when it proves itself otherwise,
/// or its secret was replaced in this very moment: of two at once the second would make the first one's secret die
/// before anybody used it.
///
/// # Errors
/// When the database fails.
pub async fn rotate_client_secret(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    master: &MasterKey,
    (client, secret, former_until): (&Client, &Secret<String>, Timestamp),
) -> Result<bool, Fault> {
    let (place, hash) = ((&client.brand, &client.id), hash_client_secret(master, secret.expose()));
    if !store::replace_secret(tx, (place, client.version), (hash, former_until), clerk.now).await? {
        return Ok(false);
    }
    finish(tx, clerk, place, "secret_rotated").await?;
    Ok(true)
}

/// Checks a client secret that somebody brought (RFC 6749 §A.2: printable ASCII). It is stored as a plain keyed hash,
/// which only a random secret deserves.
///
/// # Errors
/// Why not, in words for whoever brought it.
pub fn check_secret(secret: &str) -> Result<(), String> {
    if !(SHORTEST_SECRET..=LONGEST_SECRET).contains(&secret.len()) {
        let found = secret.len();
        return Err(format!("a client secret has {SHORTEST_SECRET} to {LONGEST_SECRET} characters, this one {found}"));
    }
    if !secret.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("a client secret is made of ASCII letters, digits and signs, without blanks".to_owned());
    }
    Ok(())
}

/// Event and revision.
async fn finish(
    tx: &mut Tx,
    clerk: &Clerk<'_>,
    (brand, id): (&BrandCode, &ClientId),
    what: &'static str,
) -> Result<(), Fault> {
    let mut event = clerk.event(EventKind::ClientChanged, what);
    event.brand = Some(brand.clone());
    event.client = Some(id.clone());
    clerk.record(tx, &event).await?;
    revision::bump(tx, "client").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_word_for_urls_and_no_uuid() {
        assert!(check_id("storage-vx7.4430").is_ok());
        assert!(check_id("9e944e98-1888-411b-877b-8ad0a5f02339").is_err());
        for bad in ["", "a b", "a/b", "日本", &"x".repeat(129)] {
            assert!(check_id(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_client_secret_is_long_and_printable() {
        assert!(check_secret(&"x".repeat(32)).is_ok());
        for bad in ["x".repeat(31), "x".repeat(257), format!("{} ", "x".repeat(40)), "あ".repeat(20)] {
            assert!(check_secret(&bad).is_err(), "{bad}");
        }
    }
}
