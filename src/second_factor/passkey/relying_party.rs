//! The two ceremonies from the relying party's side (Web Authentication Level 3 §7.1, §7.2).

use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude as webauthn;
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::ceremony::{CeremonyState, LIFETIME};
use super::model::{Passkey, credential_id_text};
use super::refusal::PasskeyRefusal;
use crate::account::Account;
use crate::brand::Issuer;
use crate::storage::Fault;

/// The longest answer of an authenticator that is read, in bytes of JSON. One without attestation has about one KiB.
const LONGEST_ANSWER: usize = 16 * 1024;
/// The longest credential id (§4, «Credential ID»), in bytes.
const LONGEST_CREDENTIAL_ID: usize = 1023;

/// The options that a page hands to its browser.
pub type Options = Value;

/// One issuer as a relying party.
pub struct RelyingParty {
    webauthn: Webauthn,
    id: String,
}

/// An authenticator's answer to a request to sign in, parsed and not verified.
pub struct Assertion(webauthn::PublicKeyCredential);

/// Whose passkey it is or will be, as authenticators know them.
#[derive(Clone, Copy)]
pub struct Holder<'a> {
    /// What tells nothing about the person (§14.6.1).
    pub handle: Uuid,
    /// What the person signs in with.
    pub name: &'a str,
    /// What the person is called.
    pub display_name: &'a str,
}

/// What a verified answer says.
pub struct Verified {
    /// The credential with its new counter and flags; `None` when nothing changed.
    pub changed: Option<webauthn::Passkey>,
    /// Whether the key may be copied between devices by its provider: then it is no hardware-bound key.
    pub is_synced: bool,
}

impl RelyingParty {
    /// Of an issuer; `None` where browsers offer no passkeys ([`RelyingParty::is_possible_at`]).
    pub fn of(issuer: &Issuer) -> Option<Self> {
        Self::at(&issuer.origin, &issuer.name)
    }

    /// Of any origin of ours, under the name that people read.
    pub fn at(origin: &str, name: &str) -> Option<Self> {
        let (origin, id) = named_origin(origin)?;
        let builder = WebauthnBuilder::new(&id, &origin).ok()?;
        let webauthn = builder.rp_name(name).timeout(LIFETIME).build().ok()?;
        Some(Self { webauthn, id })
    }

    /// Whether browsers offer passkeys there: not without https, and not on a host without a name (§5.1.3).
    pub fn is_possible_at(issuer: &Issuer) -> bool {
        named_origin(&issuer.origin).is_some()
    }

    /// The host that passkeys are made for.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The options for a new passkey of an account, which has `known` already.
    ///
    /// # Errors
    /// When the account's subject is no UUID, which it always is.
    pub fn begin_registration(&self, account: &Account, known: &[Passkey]) -> Result<(Options, CeremonyState), Fault> {
        let name = Some(account.name.as_str()).filter(|name| !name.trim().is_empty()).unwrap_or(&account.email);
        let holder = Holder { handle: user_handle(account)?, name: &account.email, display_name: name };
        self.begin_registration_of(holder, known.iter().map(|passkey| &passkey.credential))
    }

    /// The same for anybody who has `known` already.
    ///
    /// # Errors
    /// When the library refuses to begin, which it never does.
    pub fn begin_registration_of<'k>(
        &self,
        holder: Holder<'_>,
        known: impl Iterator<Item = &'k webauthn::Passkey>,
    ) -> Result<(Options, CeremonyState), Fault> {
        let exclude = known.map(|credential| credential.cred_id().clone()).collect();
        let (options, state) = self
            .webauthn
            .start_passkey_registration(holder.handle, holder.name, holder.display_name, Some(exclude))
            .map_err(|error| Fault::Other(format!("a passkey registration cannot begin: {error}")))?;
        let mut options = json(&options.public_key)?;
        // The library discourages it; without it nobody could sign in who has not said who they are.
        let selection = &mut options["authenticatorSelection"];
        selection["residentKey"] = json!("required");
        selection["requireResidentKey"] = json!(true);
        Ok((options, CeremonyState::Register(Box::new(state))))
    }

    /// The options for a sign-in: with one of `allowed`, or, if there are none, with any passkey of this host.
    ///
    /// # Errors
    /// When the library refuses to begin, which it never does.
    pub fn begin_authentication(&self, allowed: &[Passkey]) -> Result<(Options, CeremonyState), Fault> {
        self.begin_authentication_with(allowed.iter().map(|passkey| &passkey.credential))
    }

    /// The same for anybody's passkeys.
    ///
    /// # Errors
    /// When the library refuses to begin, which it never does.
    pub fn begin_authentication_with<'k>(
        &self,
        allowed: impl Iterator<Item = &'k webauthn::Passkey>,
    ) -> Result<(Options, CeremonyState), Fault> {
        let cannot = |error| Fault::Other(format!("a sign-in with a passkey cannot begin: {error}"));
        let (mut options, state) = self.webauthn.start_discoverable_authentication().map_err(cannot)?;
        options.public_key.extensions = None;
        let mut options = json(&options.public_key)?;
        let named = |credential: &webauthn::Passkey| json!({ "type": "public-key", "id": credential_id_text(credential.cred_id()) });
        options["allowCredentials"] = allowed.map(named).collect();
        Ok((options, CeremonyState::Authenticate(Box::new(state))))
    }

    /// Verifies a new passkey (§7.1): challenge, origin, relying party, user verification, algorithm.
    ///
    /// # Errors
    /// When it does not hold.
    pub fn finish_registration(
        &self,
        state: &CeremonyState,
        answer: &str,
    ) -> Result<webauthn::Passkey, PasskeyRefusal> {
        let CeremonyState::Register(state) = state else { return Err(PasskeyRefusal::Ceremony) };
        let answer: webauthn::RegisterPublicKeyCredential = parse(answer)?;
        let passkey = self.webauthn.finish_passkey_registration(&answer, state)?;
        let fits = passkey.cred_id().len() <= LONGEST_CREDENTIAL_ID && *passkey.cred_id() == answer.raw_id;
        if fits { Ok(passkey) } else { Err(PasskeyRefusal::Malformed) }
    }

    /// Verifies a sign-in (§7.2) with the passkey that the answer names, as it is stored now.
    ///
    /// `account` is the passkey's owner. Where it was not known before the ceremony, the answer must name it itself
    /// (`is_named`).
    ///
    /// # Errors
    /// When it does not hold.
    pub fn finish_authentication(
        &self,
        state: &CeremonyState,
        answer: &Assertion,
        (passkey, account, is_named): (&Passkey, &Account, bool),
    ) -> Result<Verified, PasskeyRefusal> {
        if passkey.brand != account.brand || passkey.rp_id != self.id {
            return Err(PasskeyRefusal::OtherBrand);
        }
        let owner = user_handle(account).map_err(|_| PasskeyRefusal::OtherAccount)?;
        if passkey.account_id != account.id {
            return Err(PasskeyRefusal::OtherAccount);
        }
        self.verify(state, answer, (&passkey.credential, owner, is_named))
    }

    /// The same for anybody's passkey, `owner` being its holder's handle.
    ///
    /// # Errors
    /// When it does not hold.
    pub fn verify(
        &self,
        state: &CeremonyState,
        answer: &Assertion,
        (credential, owner, is_named): (&webauthn::Passkey, Uuid, bool),
    ) -> Result<Verified, PasskeyRefusal> {
        let CeremonyState::Authenticate(state) = state else { return Err(PasskeyRefusal::Ceremony) };
        if !answer.0.get_user_unique_id().map_or(!is_named, |handle| handle == owner.as_bytes()) {
            return Err(PasskeyRefusal::OtherAccount);
        }
        let result = self.webauthn.finish_discoverable_authentication_v2(&answer.0, (**state).clone(), credential)?;
        let mut credential = credential.clone();
        let changed = credential.update_credential(&result) == Some(true);
        Ok(Verified { changed: changed.then_some(credential), is_synced: result.backup_eligible() })
    }
}

impl Assertion {
    /// Parses the JSON form of an answer (§5.1.2, `toJSON`).
    ///
    /// # Errors
    /// When it is no such answer.
    pub fn parse(text: &str) -> Result<Self, PasskeyRefusal> {
        let answer: webauthn::PublicKeyCredential = parse(text)?;
        if answer.raw_id.len() > LONGEST_CREDENTIAL_ID {
            return Err(PasskeyRefusal::Malformed);
        }
        Ok(Self(answer))
    }

    /// Which passkey it is from.
    pub fn credential_id(&self) -> String {
        credential_id_text(&self.0.raw_id)
    }
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, PasskeyRefusal> {
    if text.len() > LONGEST_ANSWER {
        return Err(PasskeyRefusal::Malformed);
    }
    serde_json::from_str(text).map_err(|_| PasskeyRefusal::Malformed)
}

fn json(options: &impl serde::Serialize) -> Result<Value, Fault> {
    serde_json::to_value(options).map_err(|error| Fault::Other(format!("options are no JSON: {error}")))
}

/// The account as authenticators know it: its subject, which tells nothing about the person (§14.6.1).
fn user_handle(account: &Account) -> Result<Uuid, Fault> {
    let subject = account.subject.as_str();
    Uuid::parse_str(subject).map_err(|error| Fault::corrupt("account", "subject", &account.id, error))
}

/// An origin, and the name of its host where browsers offer passkeys there.
fn named_origin(origin: &str) -> Option<(Url, String)> {
    let origin = Url::parse(origin).ok()?;
    let host = origin.domain().filter(|host| origin.scheme() == "https" || is_loopback(host))?.to_owned();
    Some((origin, host))
}

/// Hosts that browsers trust without https (W3C Secure Contexts §3.1).
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}
