//! Passkeys and their ceremonies: what is single, what is bound to whom, what goes.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tegata::account::Account;
use tegata::brand::Issuers;
use tegata::config::BrandConfig;
use tegata::id::{AccountId, BrandCode, CeremonyId, PasskeyId, SessionId, Subject};
use tegata::random::Random;
use tegata::second_factor::passkey::{
    Assertion, Ceremony, CeremonyKind, CeremonyOwner, CeremonyState, Insertion, NewPasskey, Passkey, PasskeyRefusal,
    RelyingParty, Verified, consume_ceremony, count_expired_ceremonies, delete_all, delete_expired_ceremonies,
    delete_passkey, find_by_credential_id, insert_ceremony, insert_passkey, list_passkeys, mark_used, rename_passkey,
};
use tegata::secret::TokenHash;
use tegata::storage::Database;

use super::fixture::{NOW, Store, at, brand, hash};
use super::single_use::{CONTENDERS, winners};
use crate::support::authenticator::{Device, hardware};

fn relying_party(issuer: &str) -> Option<RelyingParty> {
    let brand =
        format!("code = \"VX7\"\nname = \"M-Drive\"\nissuer = \"{issuer}\"\nservice_url = \"https://service.example\"");
    let brand: BrandConfig = toml::from_str(&brand).unwrap();
    RelyingParty::of(&Issuers::new(&[brand]).all()[0])
}

fn ours() -> RelyingParty {
    relying_party("https://login.example/VX7").unwrap()
}

/// An account as authenticators can know it: its subject is a UUID.
async fn account(store: &Store, name: &str) -> Account {
    let mut account = store.account(name).await;
    account.subject = Subject::from(Random::system().uuid());
    account
}

/// A security key of an account with a counter, registered and not stored.
async fn security_key(account: &Account) -> (Device, NewPasskey) {
    let rp = ours();
    let (options, state) = rp.begin_registration(account, &[]).unwrap();
    let (device, answer) = Device::register_as(&options, hardware(), Some(1), "https://login.example").await;
    let new = NewPasskey {
        id: PasskeyId::from(Random::system().uuid()),
        brand: account.brand.clone(),
        account_id: account.id.clone(),
        rp_id: rp.id().to_owned(),
        credential: rp.finish_registration(&state, &answer).unwrap(),
    };
    (device, new)
}

async fn store(db: &Database, new: &NewPasskey) -> Insertion {
    let mut tx = db.begin().await.unwrap();
    let done = insert_passkey(&mut tx, new, "パスキー", NOW).await.unwrap();
    tx.commit().await.unwrap();
    done
}

async fn stored(store_: &Store, account: &Account) -> (Device, Passkey) {
    let (device, new) = security_key(account).await;
    assert!(matches!(store(&store_.db, &new).await, Insertion::Added(_)));
    let found = find_by_credential_id(&store_.db, &device.credential_id()).await.unwrap();
    (device, found.unwrap())
}

fn assertion(device: &mut Device, options: &Value) -> Assertion {
    Assertion::parse(&device.sign(options)).unwrap()
}

fn verify(device: &mut Device, passkey: &Passkey, account: &Account) -> Result<Verified, PasskeyRefusal> {
    let (options, state) = ours().begin_authentication(&[]).unwrap();
    ours().finish_authentication(&state, &assertion(device, &options), (passkey, account, true))
}

fn owner(account: Option<(AccountId, SessionId)>) -> CeremonyOwner {
    CeremonyOwner { brand: brand(), browser: TokenHash::of("browser"), account }
}

async fn begin(db: &Database, owner: CeremonyOwner) -> CeremonyId {
    let (_, state) = ours().begin_authentication(&[]).unwrap();
    let ceremony = Ceremony::new(&Random::system(), owner, state, NOW);
    let mut tx = db.begin().await.unwrap();
    insert_ceremony(&mut tx, &ceremony).await.unwrap();
    tx.commit().await.unwrap();
    ceremony.id
}

async fn consume(db: &Database, id: &CeremonyId, owner: &CeremonyOwner, second: i64) -> Option<CeremonyState> {
    let mut tx = db.begin().await.unwrap();
    let state = consume_ceremony(&mut tx, (id, CeremonyKind::Authenticate), owner, at(second)).await.unwrap();
    tx.commit().await.unwrap();
    state
}

#[test]
fn only_a_named_host_that_browsers_trust_is_a_relying_party() {
    for (issuer, id) in [
        ("https://login.example/VX7", Some("login.example")),
        ("https://login.example:8443/VX7", Some("login.example")),
        ("http://localhost:8080/VX7", Some("localhost")),
        ("http://127.0.0.1:8080/VX7", None),
        ("http://[::1]:8080/VX7", None),
        ("http://login.example/VX7", None),
        ("https://192.0.2.1/VX7", None),
    ] {
        assert_eq!(relying_party(issuer).as_ref().map(RelyingParty::id), id, "{issuer}");
    }
}

#[tokio::test]
async fn the_options_ask_for_a_verified_user_a_discoverable_key_and_no_attestation() {
    let store = Store::new().await;
    let account = account(&store, "hanako").await;
    let (device, passkey) = stored(&store, &account).await;
    let (options, _) = ours().begin_registration(&account, std::slice::from_ref(&passkey)).unwrap();
    let subject = uuid::Uuid::parse_str(account.subject.as_str()).unwrap();
    assert_eq!(options["rp"], serde_json::json!({ "id": "login.example", "name": "M-Drive" }));
    assert_eq!(options["user"]["id"], tegata::secret::base64url(subject.as_bytes()));
    assert_eq!(options["user"]["name"], "hanako@example.jp");
    assert_eq!(options["attestation"], "none");
    let selection = &options["authenticatorSelection"];
    assert_eq!(selection["userVerification"], "required");
    assert_eq!((&selection["residentKey"], &selection["requireResidentKey"]), (&"required".into(), &true.into()));
    assert_eq!(options["excludeCredentials"][0]["id"], device.credential_id());
    assert!(options["challenge"].as_str().unwrap().len() >= 22, "128 bits at least");

    let (options, _) = ours().begin_authentication(&[]).unwrap();
    assert_eq!((&options["userVerification"], &options["rpId"]), (&"required".into(), &"login.example".into()));
    assert_eq!(options["allowCredentials"], serde_json::json!([]));
    let (options, _) = ours().begin_authentication(&[passkey]).unwrap();
    let allowed = serde_json::json!([{ "type": "public-key", "id": device.credential_id() }]);
    assert_eq!(options["allowCredentials"], allowed);
}

#[tokio::test]
async fn a_passkey_comes_back_as_it_was_stored() {
    let store = Store::new().await;
    let account = account(&store, "hanako").await;
    let (mut device, passkey) = stored(&store, &account).await;
    assert_eq!((passkey.name.as_str(), passkey.version, passkey.last_used_at), ("パスキー 1", 1, None));
    assert_eq!((&passkey.rp_id, passkey.created_at), (&"login.example".to_owned(), NOW));
    let verified = verify(&mut device, &passkey, &account).unwrap_or_else(|why| panic!("{why}"));
    assert!(!verified.is_synced && verified.changed.is_some());
    let mut tx = store.db.begin().await.unwrap();
    assert!(mark_used(&mut tx, &passkey, &verified, at(9)).await.unwrap());
    tx.commit().await.unwrap();
    let again = &list_passkeys(&store.db, &account.id).await.unwrap()[0];
    assert_eq!((again.version, again.last_used_at), (2, Some(at(9))));
    assert_eq!(verify(&mut device, again, &account).map(|v| v.is_synced).ok(), Some(false), "the counter went on");
    device.counter = Some(1);
    let stale = verify(&mut device, again, &account).err();
    assert_eq!(stale, Some(PasskeyRefusal::Counter), "the counter that was used already");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ceremony_is_consumed_once() {
    let store = Store::new().await;
    let id = begin(&store.db, owner(None)).await;
    let won = winners(&store, move |mut tx, _| {
        let id = id.clone();
        async move {
            let asked = (&id, CeremonyKind::Authenticate);
            let won = consume_ceremony(&mut tx, asked, &owner(None), at(1)).await.map(|state| state.is_some());
            (tx, won)
        }
    });
    assert_eq!(won.await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_uses_with_one_counter_value_one_passes() {
    let store = Store::new().await;
    let account = account(&store, "hanako").await;
    let (mut device, passkey) = stored(&store, &account).await;
    let verified = verify(&mut device, &passkey, &account).unwrap_or_else(|why| panic!("{why}"));
    let facts = std::sync::Arc::new((passkey, verified));
    let won = winners(&store, move |mut tx, _| {
        let facts = std::sync::Arc::clone(&facts);
        async move {
            let won = mark_used(&mut tx, &facts.0, &facts.1, NOW).await;
            (tx, won)
        }
    });
    assert_eq!(won.await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_has_ten_passkeys_at_the_most_however_many_are_added_at_once() {
    let store = Store::new().await;
    let account = account(&store, "hanako").await;
    let mut keys = Vec::new();
    for _ in 0..CONTENDERS {
        keys.push(security_key(&account).await.1);
    }
    let keys = std::sync::Arc::new(keys);
    let won = winners(&store, move |mut tx, number| {
        let keys = std::sync::Arc::clone(&keys);
        async move {
            let done = insert_passkey(&mut tx, &keys[number], "鍵", NOW).await;
            (tx, done.map(|done| matches!(done, Insertion::Added(_))))
        }
    });
    assert_eq!(won.await.len(), 10);
    let mut names: Vec<_> = list_passkeys(&store.db, &account.id).await.unwrap().into_iter().map(|p| p.name).collect();
    names.sort_by_key(|name| name.as_str().chars().count());
    assert_eq!(names[9].as_str(), "鍵 10", "each has a number of its own");
    let (_, eleventh) = security_key(&account).await;
    assert_eq!(self::store(&store.db, &eleventh).await, Insertion::LimitReached);
}

#[tokio::test]
async fn a_credential_belongs_to_one_account_alone() {
    let store = Store::new().await;
    let (hanako, taro) = (account(&store, "hanako").await, account(&store, "taro").await);
    let (_, mut new) = security_key(&hanako).await;
    assert!(matches!(self::store(&store.db, &new).await, Insertion::Added(_)));
    new.id = PasskeyId::from(Random::system().uuid());
    new.account_id = taro.id;
    assert_eq!(self::store(&store.db, &new).await, Insertion::Taken);
}

#[tokio::test]
async fn a_ceremony_answers_to_its_browser_its_account_its_session_and_in_time() {
    let store = Store::new().await;
    let hanako = account(&store, "hanako").await;
    let account = |session: &str| Some((hanako.id.clone(), SessionId::new(session)));
    let right = owner(account("session"));
    let elsewhere = CeremonyOwner { browser: hash(), ..right.clone() };
    let other_brand = CeremonyOwner { brand: BrandCode::new("VX9"), ..right.clone() };
    let id = begin(&store.db, right.clone()).await;
    for wrong in [&elsewhere, &other_brand] {
        assert!(consume(&store.db, &id, wrong, 1).await.is_none(), "it is not theirs, and it is still there");
    }
    assert!(consume(&store.db, &id, &right, 300).await.is_none(), "five minutes are over");
    assert!(consume(&store.db, &CeremonyId::new("\0"), &right, 1).await.is_none());
    assert!(consume(&store.db, &id, &right, 299).await.is_some());
    assert!(consume(&store.db, &id, &right, 299).await.is_none(), "once");
    for wrong in [owner(None), owner(account("another session"))] {
        let id = begin(&store.db, right.clone()).await;
        assert!(consume(&store.db, &id, &wrong, 1).await.is_none());
        assert!(consume(&store.db, &id, &right, 1).await.is_none(), "the page was out of date; it begins anew");
    }
    let id = begin(&store.db, right.clone()).await;
    let mut tx = store.db.begin().await.unwrap();
    let asked = (&id, CeremonyKind::Register);
    assert!(consume_ceremony(&mut tx, asked, &right, NOW).await.unwrap().is_none(), "another kind");
}

#[tokio::test]
async fn a_passkey_is_renamed_and_removed_by_its_owner_alone() {
    let store = Store::new().await;
    let (hanako, taro) = (account(&store, "hanako").await, account(&store, "taro").await);
    let (device, passkey) = stored(&store, &hanako).await;
    let name = "会社のノート".parse().unwrap();
    let mut tx = store.db.begin().await.unwrap();
    assert!(!rename_passkey(&mut tx, (&passkey.id, &taro.id), &name).await.unwrap());
    assert_eq!(delete_passkey(&mut tx, (&passkey.id, &taro.id)).await.unwrap(), None);
    assert_eq!(delete_all(&mut tx, &taro.id).await.unwrap(), 0);
    assert!(rename_passkey(&mut tx, (&passkey.id, &hanako.id), &name).await.unwrap());
    assert_eq!(delete_passkey(&mut tx, (&passkey.id, &hanako.id)).await.unwrap(), Some(name));
    tx.commit().await.unwrap();
    assert!(find_by_credential_id(&store.db, &device.credential_id()).await.unwrap().is_none());
    for _ in 0..2 {
        stored(&store, &hanako).await;
    }
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(delete_all(&mut tx, &hanako.id).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert!(list_passkeys(&store.db, &hanako.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_removed_passkey_signs_nobody_in() {
    let store = Store::new().await;
    let account = account(&store, "hanako").await;
    let (mut device, passkey) = stored(&store, &account).await;
    let verified = verify(&mut device, &passkey, &account).unwrap_or_else(|why| panic!("{why}"));
    let mut tx = store.db.begin().await.unwrap();
    delete_passkey(&mut tx, (&passkey.id, &account.id)).await.unwrap();
    assert!(!mark_used(&mut tx, &passkey, &verified, NOW).await.unwrap());
    assert!(!mark_used(&mut tx, &passkey, &Verified { changed: None, is_synced: true }, NOW).await.unwrap());
}

#[tokio::test]
async fn ceremonies_go_when_they_have_expired() {
    let store = Store::new().await;
    for _ in 0..4 {
        begin(&store.db, owner(None)).await;
    }
    let edge = NOW.plus(Duration::from_mins(5));
    assert_eq!(count_expired_ceremonies(&store.db, edge).await.unwrap(), 0);
    let later = edge.plus(Duration::from_millis(1));
    assert_eq!(count_expired_ceremonies(&store.db, later).await.unwrap(), 4);
    for expected in [3, 1, 0] {
        let mut tx = store.db.begin().await.unwrap();
        assert_eq!(delete_expired_ceremonies(&mut tx, later, 3).await.unwrap(), expected);
        tx.commit().await.unwrap();
    }
}

/// Both ceremonies read foreign bytes before any signature is checked.
#[tokio::test]
async fn no_bent_answer_is_believed_and_none_is_fatal() {
    let store = Store::new().await;
    let account = account(&store, "hanako").await;
    let (mut device, passkey) = stored(&store, &account).await;
    let (options, state) = ours().begin_authentication(&[]).unwrap();
    let answer: Value = serde_json::from_str(&device.sign(&options)).unwrap();
    for member in ["authenticatorData", "clientDataJSON", "signature"] {
        for bent in bent(&answer, member) {
            let verified = Assertion::parse(&bent)
                .and_then(|answer| ours().finish_authentication(&state, &answer, (&passkey, &account, true)));
            assert!(verified.is_err(), "{bent}");
        }
    }
    let (options, state) = ours().begin_registration(&account, &[]).unwrap();
    let (_, answer) = Device::register(&options).await;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    for bent in ["clientDataJSON", "attestationObject"].iter().flat_map(|member| bent(&answer, member)) {
        // Without attestation nothing is signed: what its own device bent is just another key.
        drop(ours().finish_registration(&state, &bent));
    }
}

/// The answer with one bit of a member changed, at every third byte.
fn bent(answer: &Value, member: &str) -> Vec<String> {
    let whole = URL_SAFE_NO_PAD.decode(answer["response"][member].as_str().unwrap()).unwrap();
    let places = (0..whole.len()).step_by(3);
    let bend = |place: usize| {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        let mut answer = answer.clone();
        answer["response"][member] = tegata::secret::base64url(&bytes).into();
        answer.to_string()
    };
    places.map(bend).collect()
}
