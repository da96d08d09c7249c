//! A person's device: a software authenticator that can be made to lie about anything it signs.

use std::pin::Pin;

use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::crypto::aws_lc_rs::AwsLcRsBackend;
use passkey::crypto::hash::Sha256Backend as _;
use passkey::crypto::{AvailableSecretKey, AvailableSha2, SecretKeyT as _};
use passkey::types::Passkey;
use passkey::types::ctap2::make_credential::{Options, PublicKeyCredentialRpEntity, Request};
use passkey::types::ctap2::{Aaguid, AuthenticatorData, Ctap2Error, Flags};
use passkey::types::webauthn::PublicKeyCredentialCreationOptions;
use serde_json::{Value, json};
use tegata::secret::base64url;

/// Where the brands of the tests live.
const ORIGIN: &str = "https://login.example";

/// A device with one passkey.
#[derive(Clone)]
pub struct Device {
    /// The origin it believes to be at.
    pub origin: String,
    /// The relying party it signs for.
    pub rp_id: String,
    /// What it says about its user and its key.
    pub flags: Flags,
    /// Its signature counter; `None` is always zero, as with keys that are synchronized.
    pub counter: Option<u32>,
    /// Whom it says the passkey belongs to.
    pub user_handle: Option<Vec<u8>>,
    key: Passkey,
}

/// What a device says of a key that its provider copies to the person's other devices.
pub fn synced() -> Flags {
    Flags::UP | Flags::UV | Flags::BE | Flags::BS
}

/// What a security key says.
pub fn hardware() -> Flags {
    Flags::UP | Flags::UV
}

impl Device {
    /// Makes a passkey for the options of a page; answers it with what the page's form sends.
    pub async fn register(options: &Value) -> (Self, String) {
        Self::register_as(options, synced(), None, ORIGIN).await
    }

    /// The same with other flags, a counter, on another origin.
    pub async fn register_as(options: &Value, flags: Flags, counter: Option<u32>, origin: &str) -> (Self, String) {
        let asked: PublicKeyCredentialCreationOptions = serde_json::from_value(options.clone()).expect("good options");
        let rp_id = asked.rp.id.clone().expect("a relying party");
        let client_data = client_data("webauthn.create", &options["challenge"], origin);
        let mut authenticator = Authenticator::new(Aaguid::new_empty(), None::<Passkey>, Present, AwsLcRsBackend);
        let request = Request {
            client_data_hash: sha256(&client_data).into(),
            rp: PublicKeyCredentialRpEntity { id: rp_id.clone(), name: None },
            user: asked.user,
            pub_key_cred_params: asked.pub_key_cred_params,
            exclude_list: asked.exclude_credentials,
            extensions: None,
            options: Options { rk: true, up: true, uv: true },
            pin_auth: None,
            pin_protocol: None,
        };
        let mut made = authenticator.make_credential(request).await.expect("a passkey");
        made.auth_data.flags = flags | Flags::AT;
        made.auth_data.counter = counter;
        let key = authenticator.store().clone().expect("the device keeps it");
        let id = base64url(&key.credential_id);
        let answer = json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "clientDataJSON": base64url(client_data.as_bytes()),
                "attestationObject": base64url(&made.as_webauthn_bytes()),
                "transports": ["internal", "hybrid"],
            },
        });
        let user_handle = key.user_handle.as_ref().map(|handle| handle.to_vec());
        let device = Self { origin: origin.to_owned(), rp_id, flags, counter, user_handle, key };
        (device, answer.to_string())
    }

    /// Its passkey's credential id.
    pub fn credential_id(&self) -> String {
        base64url(&self.key.credential_id)
    }

    /// Signs the challenge of a page's options; answers what the page's form sends. The counter moves on first.
    pub fn sign(&mut self, options: &Value) -> String {
        self.counter = self.counter.map(|counter| counter + 1);
        let client_data = client_data("webauthn.get", &options["challenge"], &self.origin);
        let mut data = AuthenticatorData::new(&self.rp_id, self.counter, &AwsLcRsBackend);
        data.flags = self.flags;
        let data = data.to_vec();
        let target = [data.as_slice(), &sha256(&client_data)].concat();
        let signature = AvailableSecretKey::from_cose_key(&self.key.key).expect("a good key").sign(&target);
        let id = self.credential_id();
        let answer = json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url(client_data.as_bytes()),
                "authenticatorData": base64url(&data),
                "signature": base64url(&signature),
                "userHandle": self.user_handle.as_deref().map(base64url),
            },
        });
        answer.to_string()
    }
}

/// The client data as browsers write it (Web Authentication Level 3 §5.8.1).
fn client_data(kind: &str, challenge: &Value, origin: &str) -> String {
    json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false }).to_string()
}

fn sha256(text: &str) -> Vec<u8> {
    AvailableSha2::sha256(text.as_bytes()).to_vec()
}

/// A person who is there and proves it.
struct Present;

impl UserValidationMethod for Present {
    type PasskeyItem = Passkey;

    fn check_user<'a, 'this, 'done>(
        &'this self,
        _hint: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Pin<Box<dyn Future<Output = Result<UserCheck, Ctap2Error>> + Send + 'done>>
    where
        'a: 'done,
        'this: 'done,
    {
        Box::pin(async move { Ok(UserCheck { presence, verification }) })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}
