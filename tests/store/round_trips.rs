//! What goes in comes out, byte for byte, whatever it is made of.

use std::collections::BTreeSet;

use tegata::account::{
    self, AccountState, Address, EmailAddress, LoginMethod, NewAccount, Profile, Role, find_account, find_by_email,
    insert_account, update_account_state, update_password_hash, update_rehash,
};
use tegata::audit::{Event, EventKind, find_by_reference, insert_event};
use tegata::client::{ClientState, Registration, insert_client, load_clients, update_client_state, update_secret};
use tegata::consent::{Consent, find_consent, revoke_consent, upsert_consent};
use tegata::contract::{Contract, ContractState, Plan, find_contract, insert_contract, list_contracts};
use tegata::id::{AccountId, AuditEventId, BrandCode, ClientId, ContractId, KeyId, SessionId, Subject};
use tegata::jose::Algorithm;
use tegata::keys::{self, Action, KeyState, load_keys};
use tegata::protocol::scope::Scope;
use tegata::random::Random;
use tegata::revision::{bump, load_revisions};
use tegata::secret::{MasterKey, Secret, TokenHash};
use tegata::session::{AccessPath, end_account_sessions, end_session, find_session, insert_session, touch_session};

use super::fixture::{NOW, Store, at, brand, contract, hash, hostile_texts, new_account, new_session, password};

#[tokio::test]
async fn a_contract_keeps_every_text_and_every_variant() {
    let store = Store::new().await;
    let mut written = Vec::new();
    for (index, text) in hostile_texts().into_iter().enumerate() {
        let plan = if index % 2 == 0 { Plan::Basic } else { Plan::Trial };
        let state = if index % 3 == 0 { ContractState::Cancelled } else { ContractState::Active };
        let id = ContractId::new(format!("{index}{}", text.chars().take(99).collect::<String>()));
        written.push(Contract { id, name: text, plan, state, started_at: at(-1), ..contract("any") });
    }
    let mut tx = store.db.begin().await.unwrap();
    for (index, contract) in written.iter().enumerate() {
        insert_contract(&mut tx, contract, at(i64::try_from(index).unwrap())).await.unwrap();
    }
    tx.commit().await.unwrap();
    for contract in &written {
        assert_eq!(find_contract(&store.db, &contract.id).await.unwrap().as_ref(), Some(contract));
    }
    assert_eq!(list_contracts(&store.db, Some(&brand())).await.unwrap(), written);
    assert_eq!(list_contracts(&store.db, None).await.unwrap(), written);
    assert_eq!(list_contracts(&store.db, Some(&BrandCode::new("' OR 1=1"))).await.unwrap(), []);
    assert_eq!(find_contract(&store.db, &ContractId::new("' OR ''='")).await.unwrap(), None);
}

fn profile_of(text: &str) -> Profile {
    let text = || Some(text.to_owned());
    let address = Address { formatted: text(), postal_code: text(), ..Address::default() };
    let phone_number_verified = Some(true);
    Profile {
        given_name: text(),
        zoneinfo: text(),
        phone_number_verified,
        address: Some(address),
        ..Profile::default()
    }
}

#[tokio::test]
async fn an_account_keeps_every_text_and_every_variant() {
    let store = Store::new().await;
    let contract = contract("any");
    let mut written = Vec::new();
    for (index, text) in hostile_texts().into_iter().enumerate() {
        let mut new = new_account(&contract, &format!("a{index}"));
        new.account.subject = Subject::new(format!("{index}{}", text.chars().take(99).collect::<String>()));
        new.account.profile = profile_of(&text);
        new.account.email_verified_at = (index % 2 == 0).then_some(at(-5));
        new.account.role = Role::ALL[1 + index % 2];
        new.account.state = AccountState::ALL[index % AccountState::ALL.len()];
        new.account.login_method = LoginMethod::ALL[index % LoginMethod::ALL.len()];
        new.password_hash = if new.account.login_method == LoginMethod::Password { password(&text) } else { None };
        new.account.name = text;
        written.push(new);
    }
    let mut tx = store.db.begin().await.unwrap();
    insert_contract(&mut tx, &contract, NOW).await.unwrap();
    for new in &written {
        insert_account(&mut tx, new, NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
    for NewAccount { account, email, password_hash } in &written {
        let found = find_account(&store.db, &account.id).await.unwrap().unwrap();
        assert_eq!((&found.account, &found.contract), (account, &contract));
        assert_eq!(found.password_hash.as_ref().map(Secret::expose), password_hash.as_ref().map(Secret::expose));
        let by_email = find_by_email(&store.db, &brand(), email).await.unwrap().map(|found| found.account);
        let expected = (account.state != AccountState::Deleted).then_some(account);
        assert_eq!(by_email.as_ref(), expected, "a deleted account has no login ID");
    }
    assert_eq!(account::list_accounts(&store.db, &brand()).await.unwrap().len(), written.len());
    assert!(account::list_accounts(&store.db, &BrandCode::new("other")).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_login_id_is_found_however_it_is_typed_and_only_in_its_brand() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    for typed in ["hanako@example.jp", " HANAKO@Example.JP ", "ｈａｎａｋｏ＠example.jp"] {
        let found = find_by_email(&store.db, &brand(), &EmailAddress::parse(typed).unwrap()).await.unwrap();
        assert_eq!(found.unwrap().account.id, account.id, "{typed}");
    }
    let email = EmailAddress::parse("hanako@example.jp").unwrap();
    assert!(find_by_email(&store.db, &BrandCode::new("other"), &email).await.unwrap().is_none());
}

#[tokio::test]
async fn a_password_changes_only_where_there_can_be_one_and_a_rehash_only_what_it_read() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let (old, new) = (Secret::new("old".to_owned()), Secret::new("'new'".to_owned()));
    let mut tx = store.db.begin().await.unwrap();
    assert!(update_password_hash(&mut tx, &account.id, &old, at(1)).await.unwrap());
    assert!(!update_rehash(&mut tx, &account.id, &new, "rehashed").await.unwrap(), "another hash than the one read");
    assert!(update_rehash(&mut tx, &account.id, &old, "rehashed").await.unwrap());
    assert!(!update_rehash(&mut tx, &account.id, &old, "again").await.unwrap());
    assert!(update_password_hash(&mut tx, &account.id, &new, at(2)).await.unwrap());
    assert!(!update_password_hash(&mut tx, &AccountId::new("nobody"), &new, NOW).await.unwrap());
    let (active, deleted) = (AccountState::Active, AccountState::Deleted);
    assert!(!update_account_state(&mut tx, &account.id, (deleted, active), NOW).await.unwrap());
    tx.commit().await.unwrap();
    let found = find_account(&store.db, &account.id).await.unwrap().unwrap();
    assert_eq!(found.password_hash.map(|hash| hash.expose().clone()).as_deref(), Some("'new'"));
    assert_eq!((found.account.state, found.account.updated_at), (active, at(2)));

    let mut tx = store.db.begin().await.unwrap();
    assert!(update_account_state(&mut tx, &account.id, (active, deleted), at(3)).await.unwrap());
    assert!(!update_password_hash(&mut tx, &account.id, &new, NOW).await.unwrap(), "a deleted account has no password");
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_session_is_found_by_its_secret_until_it_ends() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let texts = hostile_texts();
    let mut new = new_session(&account, at(60));
    new.session.authentication.amr = texts.clone();
    new.session.authentication.acr = texts.concat();
    new.session.authentication.access_path = AccessPath::Line;
    let (session, secret) = (new.session.clone(), TokenHash::of(new.secret.expose()));
    let mut tx = store.db.begin().await.unwrap();
    insert_session(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();

    let found = async |brand, secret, now| find_session(&store.db, &brand, &secret, now).await.unwrap();
    assert_eq!(found(brand(), secret, at(59)).await, Some(session.clone()));
    assert_eq!(found(brand(), secret, at(60)).await, None, "its absolute limit");
    assert_eq!(found(BrandCode::new("other"), secret, NOW).await, None);
    assert_eq!(found(brand(), hash(), NOW).await, None);

    let mut tx = store.db.begin().await.unwrap();
    assert!(touch_session(&mut tx, &session.id, at(9)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(found(brand(), secret, NOW).await.map(|session| session.last_seen_at), Some(at(9)));

    let mut tx = store.db.begin().await.unwrap();
    assert!(end_session(&mut tx, &session.id, at(10)).await.unwrap());
    assert!(!touch_session(&mut tx, &session.id, at(11)).await.unwrap(), "nothing comes of an ended session");
    assert!(!end_session(&mut tx, &SessionId::new("'"), NOW).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(found(brand(), secret, NOW).await, None);
}

#[tokio::test]
async fn all_sessions_of_an_account_end_but_the_one_that_is_kept() {
    let store = Store::new().await;
    let (hanako, taro) = (store.account("hanako").await, store.account("taro").await);
    let (kept, other, foreign) = (
        store.session(&hanako, at(60)).await,
        store.session(&hanako, at(60)).await,
        store.session(&taro, at(60)).await,
    );
    let alive = async |secret| find_session(&store.db, &brand(), &secret, NOW).await.unwrap().is_some();
    let mut tx = store.db.begin().await.unwrap();
    end_account_sessions(&mut tx, &hanako.id, Some(&kept.0), NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert!(alive(kept.1).await && !alive(other.1).await && alive(foreign.1).await);
    let mut tx = store.db.begin().await.unwrap();
    end_account_sessions(&mut tx, &hanako.id, None, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!alive(kept.1).await && alive(foreign.1).await);
}

#[tokio::test]
async fn a_client_keeps_its_registration_and_its_two_secrets() {
    let store = Store::new().await;
    let mut registration = Registration::default();
    registration.metadata.client_name = hostile_texts().concat();
    registration.metadata.redirect_uris = vec!["https://rp.example/cb?a='%00'".to_owned()];
    registration.settings.resources = hostile_texts();
    let (confidential, public) = (ClientId::new("O'Reilly 手形"), ClientId::new("public"));
    let brand = brand();
    let mut tx = store.db.begin().await.unwrap();
    insert_client(&mut tx, (&brand, &confidential), &registration, Some(hash()), NOW).await.unwrap();
    insert_client(&mut tx, (&brand, &public), &registration, None, at(1)).await.unwrap();
    assert!(update_secret(&mut tx, (&brand, &confidential), hash(), at(60), NOW).await.unwrap());
    assert!(!update_secret(&mut tx, (&brand, &public), hash(), at(60), NOW).await.unwrap(), "it never had a secret");
    assert!(update_client_state(&mut tx, (&brand, &public), ClientState::Disabled, NOW).await.unwrap());
    let elsewhere = BrandCode::new("other");
    assert!(!update_client_state(&mut tx, (&elsewhere, &public), ClientState::Active, NOW).await.unwrap());
    tx.commit().await.unwrap();
    let clients = load_clients(&store.db).await.unwrap();
    let ids: Vec<_> = clients.iter().map(|client| (&client.id, client.state)).collect();
    assert_eq!(ids, [(&confidential, ClientState::Active), (&public, ClientState::Disabled)]);
    for client in &clients {
        assert_eq!((&client.metadata, &client.settings), (&registration.metadata, &registration.settings));
        assert_eq!(client.redirect_uris[0].as_str(), registration.metadata.redirect_uris[0]);
    }
}

#[tokio::test]
async fn a_consent_is_replaced_revoked_and_given_again() {
    let store = Store::new().await;
    let (account, client) = (store.account("hanako").await.id, ClientId::new("client"));
    let claims = BTreeSet::from_iter(hostile_texts());
    let wide = Consent { scope: Scope::parse("openid email !'[]~").unwrap(), claims };
    let narrow = Consent { scope: Scope::parse("openid").unwrap(), claims: BTreeSet::new() };
    let found = async || find_consent(&store.db, &account, &client).await.unwrap().map(|given| given.consent);
    let mut tx = store.db.begin().await.unwrap();
    insert_client(&mut tx, (&brand(), &client), &Registration::default(), None, NOW).await.unwrap();
    upsert_consent(&mut tx, (&account, &client), &wide, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found().await, Some(wide));
    let mut tx = store.db.begin().await.unwrap();
    upsert_consent(&mut tx, (&account, &client), &narrow, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found().await, Some(narrow.clone()));
    let mut tx = store.db.begin().await.unwrap();
    assert!(revoke_consent(&mut tx, &account, &client, NOW).await.unwrap());
    assert!(!revoke_consent(&mut tx, &account, &client, NOW).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(found().await, None);
    let mut tx = store.db.begin().await.unwrap();
    upsert_consent(&mut tx, (&account, &client), &narrow, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found().await, Some(narrow));
}

#[tokio::test]
async fn an_audit_event_is_found_by_its_reference_with_all_its_details() {
    let store = Store::new().await;
    let reference = "7K3Q-'\"🧑";
    let mut tx = store.db.begin().await.unwrap();
    for (index, &kind) in EventKind::ALL.iter().enumerate() {
        let mut event =
            Event::new(kind, reference.to_owned()).because("'reason'").with("text", hostile_texts().concat());
        event.account = Some(AccountId::new("account"));
        event.address = Some("2001:db8::1".to_owned());
        let id = AuditEventId::from(Random::system().row_id(NOW));
        insert_event(&mut tx, id, &event, at(i64::try_from(index).unwrap())).await.unwrap();
    }
    tx.commit().await.unwrap();
    let found = find_by_reference(&store.db, reference).await.unwrap();
    assert_eq!(found.iter().map(|event| event.event).collect::<Vec<_>>(), EventKind::ALL);
    let expected: String = hostile_texts().concat().chars().take(200).collect();
    assert_eq!(found[0].detail.0["text"], expected);
    assert_eq!(
        (found[0].reason.as_deref(), &found[0].account_id),
        (Some("'reason'"), &Some(AccountId::new("account")))
    );
    assert!(find_by_reference(&store.db, "%").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_signing_key_opens_after_it_was_stored_and_its_revision_moved() {
    let store = Store::new().await;
    let master = MasterKey::new([7; 32]);
    let create = Action::Create { alg: Algorithm::Es256, state: KeyState::Current };
    assert_eq!(keys::apply(&store.db, &master, &[create], NOW).await.unwrap(), 1);
    let stored = load_keys(&store.db).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].open(&master).unwrap().kid(), stored[0].kid.as_str());
    let times = (stored[0].created_at, stored[0].published_at, stored[0].activated_at, stored[0].retired_at);
    assert_eq!(times, (NOW, NOW, Some(NOW), None));
    assert_eq!(load_revisions(&store.db).await.unwrap()["signing_key"], 1);
    let delete = Action::Delete { kid: stored[0].kid.clone() };
    assert_eq!(keys::apply(&store.db, &master, &[delete], NOW).await.unwrap(), 0, "a key in office is not deleted");
    let promote = Action::Promote { kid: KeyId::new("gone") };
    assert_eq!(keys::apply(&store.db, &master, &[promote], NOW).await.unwrap(), 0);
    assert_eq!(load_revisions(&store.db).await.unwrap()["signing_key"], 1, "nothing changed");
}

#[tokio::test]
async fn a_revision_only_ever_grows() {
    let store = Store::new().await;
    let mut tx = store.db.begin().await.unwrap();
    for name in ["client", "client", "signing_key", "unknown'"] {
        bump(&mut tx, name).await.unwrap();
    }
    tx.commit().await.unwrap();
    let revisions = load_revisions(&store.db).await.unwrap();
    assert_eq!(revisions.into_iter().collect::<Vec<_>>(), [("client".to_owned(), 2), ("signing_key".to_owned(), 1)]);
}
