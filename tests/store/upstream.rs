//! Connections, transactions, identities and requests for deletion.

use std::time::Duration;

use tegata::account::{Account, LoginMethod, Role, insert_account, update_login_method};
use tegata::clock::Timestamp;
use tegata::contract::insert_contract;
use tegata::id::{BrandCode, ConnectionId, InteractionId, SessionId, TicketId};
use tegata::random::Random;
use tegata::secret::{MasterKey, Secret};
use tegata::storage::Fault;
use tegata::upstream::Person;
use tegata::upstream::connection::{
    AdfsConnection, AdfsSettings, ConnectionState, Endpoints, NewConnection, claim_check, connection_id_of,
    delete_connection, find_connection, find_connection_anywhere, find_connection_of_contract, find_due_connections,
    insert_connection, list_connections, note_trouble, update_connection, update_connection_networks,
    update_connection_state, update_endpoints,
};
use tegata::upstream::deletion::{Deletion, find_deletion, insert_deletion};
use tegata::upstream::identity::{
    delete_identity, find_by_identity, find_identities_of, find_identity, insert_identity, is_used,
};
use tegata::upstream::transaction::{
    LIFETIME, NewTransaction, Purpose, consume_state, find_by_state, find_transaction, finish_transaction,
    insert_transaction, keep_identity,
};

use super::fixture::{NOW, Store, at, brand, contract, count, hash, hostile_texts, new_account, write};

pub fn master() -> MasterKey {
    MasterKey::new([7; 32])
}

fn endpoints(host: &str) -> Endpoints {
    let url = |path: &str| format!("https://{host}/adfs/{path}").parse().unwrap();
    Endpoints { authorization: url("authorize/"), token: url("token/"), jwks: Some(url("keys")), graph: None }
}

/// A connection of the contract `contract-<name>`, not stored.
fn new_connection(name: &str) -> NewConnection {
    let contract = contract(name);
    let id = connection_id_of(&master(), &contract.id);
    NewConnection {
        owner: (brand(), contract.id),
        settings: AdfsSettings::typed("https://fs.example/adfs", "client", "objectguid", "", ""),
        client_secret: AdfsConnection::seal_secret(&master(), &id, &Secret::new("secret".to_owned())),
        endpoints: Some(endpoints("fs.example")),
        permitted_networks: vec!["10.1.0.0/16".parse().unwrap(), "fd00::/8".parse().unwrap()],
        clock_leeway: Duration::from_secs(90),
        id,
    }
}

/// Stores a contract and its connection.
async fn connect(store: &Store, name: &str) -> AdfsConnection {
    let new = new_connection(name);
    let mut tx = store.db.begin().await.unwrap();
    insert_contract(&mut tx, &contract(name), NOW).await.unwrap();
    assert!(insert_connection(&mut tx, &new, NOW).await.unwrap());
    tx.commit().await.unwrap();
    find_connection(&store.db, &brand(), &new.id).await.unwrap().unwrap()
}

/// Stores an account that signs in by `method`.
pub async fn account_by(store: &Store, name: &str, method: LoginMethod) -> Account {
    let contract = contract(name);
    let mut new = new_account(&contract, name);
    new.account.login_method = method;
    let mut tx = store.db.begin().await.unwrap();
    insert_contract(&mut tx, &contract, NOW).await.unwrap();
    insert_account(&mut tx, &new, NOW).await.unwrap();
    tx.commit().await.unwrap();
    new.account
}

pub fn person(subject: &str) -> Person {
    Person { subject: subject.to_owned(), upstream_sub: None, name: None, email: None, auth_time: None }
}

#[tokio::test]
async fn a_connection_keeps_everything_and_its_secret_opens_for_it_alone() {
    let store = Store::new().await;
    for (index, text) in hostile_texts().into_iter().enumerate() {
        let name = format!("c{index}");
        let mut new = new_connection(&name);
        let word = || text.chars().take(100).collect::<String>();
        new.settings = AdfsSettings {
            issuer: word(),
            client_id: word(),
            resource: Some(word()),
            subject_claim: word(),
            ca_certificate: Some(text.clone()),
        };
        new.client_secret = AdfsConnection::seal_secret(&master(), &new.id, &Secret::new(text.clone()));
        let mut tx = store.db.begin().await.unwrap();
        insert_contract(&mut tx, &contract(&name), NOW).await.unwrap();
        assert!(insert_connection(&mut tx, &new, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let found = find_connection(&store.db, &brand(), &new.id).await.unwrap().unwrap();
        assert_eq!((&found.settings, &found.endpoints), (&new.settings, &new.endpoints));
        assert_eq!((&found.permitted_networks, found.clock_leeway), (&new.permitted_networks, new.clock_leeway));
        assert_eq!((found.state, found.version, found.staged), (ConnectionState::Enabled, 1, None));
        let found = find_connection_of_contract(&store.db, &new.owner.1).await.unwrap().unwrap();
        assert_eq!(found.open_secret(&master()).map(|secret| secret.expose().clone()), Some(text));
        assert!(found.open_secret(&MasterKey::new([8; 32])).is_none());
        let moved = AdfsConnection { id: ConnectionId::new("adfs-0000000000000000"), ..found };
        assert!(moved.open_secret(&master()).is_none(), "a sealed secret that was copied to another row");
    }
    let id = new_connection("c0").id;
    assert!(find_connection(&store.db, &BrandCode::new("other"), &id).await.unwrap().is_none());
    assert!(find_connection_anywhere(&store.db, &id).await.unwrap().is_some());
    assert_eq!(list_connections(&store.db, Some(&brand())).await.unwrap().len(), hostile_texts().len());
    assert!(list_connections(&store.db, Some(&BrandCode::new("other"))).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_contract_has_one_connection_and_a_clock_may_differ_by_five_minutes() {
    let store = Store::new().await;
    let row = connect(&store, "one").await;
    let mut tx = store.db.begin().await.unwrap();
    assert!(!insert_connection(&mut tx, &NewConnection::of(&row), NOW).await.unwrap());
    let other = NewConnection { id: ConnectionId::new("adfs-0000000000000000"), ..NewConnection::of(&row) };
    assert!(!insert_connection(&mut tx, &other, NOW).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(count(&store.db, "connection").await, 1);
    let mut tx = store.db.begin().await.unwrap();
    let slow = (&row.permitted_networks[..], Duration::from_secs(301));
    assert!(matches!(update_connection_networks(&mut tx, &row.id, slow, NOW).await, Err(Fault::Database(_))));
}

#[tokio::test]
async fn every_change_counts_and_the_slower_of_two_changes_nothing() {
    let store = Store::new().await;
    let row = connect(&store, "one").await;
    let staged = endpoints("new.example");
    let mut tx = store.db.begin().await.unwrap();
    assert!(update_endpoints(&mut tx, (&row.id, 1), (row.endpoints.as_ref(), Some(&staged)), NOW).await.unwrap());
    assert!(!update_endpoints(&mut tx, (&row.id, 1), (Some(&staged), None), NOW).await.unwrap());
    assert!(!update_connection(&mut tx, &row, NOW).await.unwrap(), "read before");
    tx.commit().await.unwrap();
    let second = find_connection_anywhere(&store.db, &row.id).await.unwrap().unwrap();
    assert_eq!((second.version, second.staged.as_ref()), (2, Some(&staged)));
    let settings = AdfsSettings::typed("https://other.example/adfs", "c", "sub", "urn:r", "");
    let changed = AdfsConnection { settings: settings.clone(), endpoints: Some(staged.clone()), ..second };
    let mut tx = store.db.begin().await.unwrap();
    assert!(note_trouble(&mut tx, &row.id, Some("dns")).await.unwrap());
    assert!(update_connection(&mut tx, &changed, at(5)).await.unwrap());
    let networks = (&[][..], Duration::ZERO);
    assert!(update_connection_networks(&mut tx, &row.id, networks, at(5)).await.unwrap());
    let off = (ConnectionState::Enabled, ConnectionState::Disabled);
    assert!(update_connection_state(&mut tx, &row.id, off, at(5)).await.unwrap());
    assert!(!update_connection_state(&mut tx, &row.id, off, at(5)).await.unwrap());
    tx.commit().await.unwrap();
    let last = find_connection_anywhere(&store.db, &row.id).await.unwrap().unwrap();
    assert_eq!((last.version, &last.settings, &last.endpoints), (5, &settings, &Some(staged)));
    assert_eq!((last.staged, last.trouble, last.permitted_networks), (None, None, Vec::new()));
    assert_eq!((last.state, last.updated_at), (ConnectionState::Disabled, at(5)));
}

#[tokio::test]
async fn a_check_is_claimed_once_and_trouble_is_noted_when_it_changes() {
    let store = Store::new().await;
    let row = connect(&store, "one").await;
    assert!(find_due_connections(&store.db, NOW, 10).await.unwrap().is_empty());
    let due = find_due_connections(&store.db, row.next_check_at, 10).await.unwrap();
    assert_eq!(due.len(), 1);
    let mut tx = store.db.begin().await.unwrap();
    assert!(claim_check(&mut tx, &due[0], row.next_check_at.plus(Duration::from_secs(1))).await.unwrap());
    assert!(!claim_check(&mut tx, &due[0], row.next_check_at.plus(Duration::from_secs(2))).await.unwrap());
    for (trouble, is_news) in
        [(None, false), (Some("dns"), true), (Some("dns"), false), (Some("tls"), true), (None, true), (None, false)]
    {
        assert_eq!(note_trouble(&mut tx, &row.id, trouble).await.unwrap(), is_news, "{trouble:?}");
    }
    tx.commit().await.unwrap();
    let far = Timestamp::from_seconds(4_000_000_000);
    assert_eq!(find_due_connections(&store.db, far, 10).await.unwrap().len(), 1);
    write(&store.db, "UPDATE connection SET endpoints = NULL").await.unwrap();
    assert!(find_due_connections(&store.db, far, 10).await.unwrap().is_empty(), "nobody has set it up");
}

#[tokio::test]
async fn a_connection_goes_when_nobody_signs_in_through_it() {
    let store = Store::new().await;
    let row = connect(&store, "one").await;
    let account = account_by(&store, "hanako", LoginMethod::ActiveDirectory).await;
    let through = (LoginMethod::ActiveDirectory, &row.id);
    let mut tx = store.db.begin().await.unwrap();
    assert!(insert_identity(&mut tx, &account, through, &person("oid=1"), NOW).await.unwrap());
    assert!(!delete_connection(&mut tx, &row.id).await.unwrap());
    assert!(delete_identity(&mut tx, &account.id).await.unwrap());
    assert!(delete_connection(&mut tx, &row.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(count(&store.db, "connection").await, 0);
}

#[tokio::test]
async fn an_identity_is_keyed_by_connection_and_subject_letter_by_letter() {
    let store = Store::new().await;
    let (google, other) = (ConnectionId::new("google"), ConnectionId::new("other"));
    let subjects = ["1", "01", "A", "a", "' OR 1=1", "x=1"];
    let mut accounts = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        let account = account_by(&store, &format!("a{index}"), LoginMethod::Google).await;
        let known = Person { upstream_sub: Some("sub".to_owned()), ..person(subject) };
        let mut tx = store.db.begin().await.unwrap();
        assert!(insert_identity(&mut tx, &account, (LoginMethod::Google, &google), &known, NOW).await.unwrap());
        tx.commit().await.unwrap();
        accounts.push(account);
    }
    for (account, subject) in accounts.iter().zip(subjects) {
        let found = find_by_identity(&store.db, &brand(), &google, subject).await.unwrap().unwrap();
        assert_eq!(found.account.id, account.id, "{subject}");
        let identity = find_identity(&store.db, &account.id).await.unwrap().unwrap();
        assert_eq!((identity.connection, identity.subject.as_str()), (google.clone(), subject));
        assert!(find_by_identity(&store.db, &brand(), &other, subject).await.unwrap().is_none());
        assert!(find_by_identity(&store.db, &BrandCode::new("X"), &google, subject).await.unwrap().is_none());
        assert_eq!(find_identities_of(&store.db, &google, subject).await.unwrap().len(), 1);
    }
    assert!(is_used(&store.db, &google).await.unwrap() && !is_used(&store.db, &other).await.unwrap());
}

/// The foreign key keeps an identity in step with the account's login method.
#[tokio::test]
async fn an_account_has_an_identity_only_of_its_own_method() {
    let store = Store::new().await;
    let (google, facebook) = (ConnectionId::new("google"), ConnectionId::new("facebook"));
    let account = account_by(&store, "hanako", LoginMethod::Google).await;
    let mut tx = store.db.begin().await.unwrap();
    let wrong = insert_identity(&mut tx, &account, (LoginMethod::Facebook, &facebook), &person("1"), NOW).await;
    assert!(matches!(wrong, Err(Fault::Database(_))), "{wrong:?}");
    drop(tx);
    let mut tx = store.db.begin().await.unwrap();
    assert!(insert_identity(&mut tx, &account, (LoginMethod::Google, &google), &person("1"), NOW).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = store.db.begin().await.unwrap();
    let to = ((LoginMethod::Google, LoginMethod::Microsoft), None);
    let kept = update_login_method(&mut tx, &account.id, to, NOW).await;
    assert!(matches!(kept, Err(Fault::Database(_))), "{kept:?}: the former identity is still there");
    drop(tx);
    let mut tx = store.db.begin().await.unwrap();
    assert!(delete_identity(&mut tx, &account.id).await.unwrap());
    assert!(!delete_identity(&mut tx, &account.id).await.unwrap());
    assert!(update_login_method(&mut tx, &account.id, to, NOW).await.unwrap());
    tx.commit().await.unwrap();
    let password = "INSERT INTO upstream_identity (account_id, login_method, brand, connection, subject, linked_at) \
                    VALUES ('account-hanako', 'password', 'VX7', 'google', '9', 0)";
    assert!(matches!(write(&store.db, password).await, Err(Fault::Database(_))));
}

#[tokio::test]
async fn a_contractor_never_signs_in_by_active_directory() {
    let store = Store::new().await;
    let contract = contract("one");
    let mut new = new_account(&contract, "keiyaku");
    new.account.role = Role::Contractor;
    let mut tx = store.db.begin().await.unwrap();
    insert_contract(&mut tx, &contract, NOW).await.unwrap();
    insert_account(&mut tx, &new, NOW).await.unwrap();
    tx.commit().await.unwrap();
    for to in [LoginMethod::ActiveDirectory, LoginMethod::OpenIdConnect] {
        let mut tx = store.db.begin().await.unwrap();
        let change = ((LoginMethod::Password, to), None);
        let changed = update_login_method(&mut tx, &new.account.id, change, NOW).await;
        assert_eq!(changed.is_ok(), to != LoginMethod::ActiveDirectory, "{changed:?}");
    }
}

/// Migration 19: one word more, and no other.
#[tokio::test]
async fn the_login_methods_of_the_tables_are_those_of_the_program() {
    for store in [Store::new().await, Store::sqlite().await] {
        store.account("hanako").await;
        for method in LoginMethod::ALL {
            let sql = format!("UPDATE account SET login_method = '{method}'");
            write(&store.db, sql.leak()).await.unwrap_or_else(|fault| panic!("{method}: {fault}"));
        }
        for wrong in ["", "Google", "openid", "openid_connect ", "twitter"] {
            let sql = format!("UPDATE account SET login_method = '{wrong}'");
            assert!(matches!(write(&store.db, sql.leak()).await, Err(Fault::Database(_))), "{wrong:?}");
        }
    }
}

fn transaction(purpose: Purpose) -> NewTransaction {
    let owner = (brand(), ConnectionId::new("google"), hash());
    let way = ("https://google.example".to_owned(), "https://login.example/callback/google".to_owned());
    NewTransaction::new(&Random::system(), owner, purpose, way, NOW)
}

#[tokio::test]
async fn a_transaction_keeps_its_purpose_and_its_secrets_sealed() {
    let store = Store::new().await;
    let account = account_by(&store, "hanako", LoginMethod::Password).await.id;
    let ticket = TicketId::new("ticket");
    for purpose in [
        Purpose::SignIn { interaction: InteractionId::new("interaction") },
        Purpose::Register { ticket: ticket.clone(), account: account.clone() },
        Purpose::ChangeByTicket { ticket, account: account.clone() },
        Purpose::Change { session: SessionId::new("session"), account },
    ] {
        let mut new = transaction(purpose.clone());
        new.secrets.ticket = Some("the mailed secret".to_owned());
        let mut tx = store.db.begin().await.unwrap();
        insert_transaction(&mut tx, &new, &master()).await.unwrap();
        tx.commit().await.unwrap();
        let found = find_by_state(&store.db, &brand(), new.state.expose()).await.unwrap().unwrap();
        assert_eq!((&found.purpose, found.browser, found.expires_at), (&purpose, new.browser, NOW.plus(LIFETIME)));
        let secrets = found.secrets(&master()).unwrap();
        assert_eq!((&secrets.nonce, &secrets.verifier), (&new.secrets.nonce, &new.secrets.verifier));
        assert_eq!(secrets.ticket, new.secrets.ticket);
        assert!(found.secrets(&MasterKey::new([8; 32])).is_none());
        assert!(find_transaction(&store.db, &BrandCode::new("other"), &new.id).await.unwrap().is_none());
        assert!(find_by_state(&store.db, &brand(), new.id.as_str()).await.unwrap().is_none(), "the id is no state");
    }
}

#[tokio::test]
async fn a_link_waits_for_its_confirmation_and_leaves_nothing_of_the_person() {
    let store = Store::new().await;
    let new = transaction(Purpose::SignIn { interaction: InteractionId::new("interaction") });
    let known = Person { name: Some("端場 花子".to_owned()), ..person("1") };
    let mut tx = store.db.begin().await.unwrap();
    insert_transaction(&mut tx, &new, &master()).await.unwrap();
    assert!(!keep_identity(&mut tx, &new.id, &known, (&master(), NOW)).await.unwrap(), "nobody is back");
    assert!(!finish_transaction(&mut tx, &new.id, NOW).await.unwrap());
    assert!(consume_state(&mut tx, &new.id, at(60)).await.unwrap());
    assert!(!consume_state(&mut tx, &new.id, at(60)).await.unwrap());
    assert!(keep_identity(&mut tx, &new.id, &known, (&master(), at(60))).await.unwrap());
    tx.commit().await.unwrap();
    let waiting = find_transaction(&store.db, &brand(), &new.id).await.unwrap().unwrap();
    assert!(waiting.person(&master()) == Some(known) && waiting.expires_at == at(60).plus(LIFETIME));
    let mut tx = store.db.begin().await.unwrap();
    assert!(!finish_transaction(&mut tx, &new.id, waiting.expires_at).await.unwrap(), "it is over");
    assert!(finish_transaction(&mut tx, &new.id, at(61)).await.unwrap());
    assert!(!finish_transaction(&mut tx, &new.id, at(62)).await.unwrap());
    tx.commit().await.unwrap();
    let finished = find_transaction(&store.db, &brand(), &new.id).await.unwrap().unwrap();
    assert!(finished.person(&master()).is_none() && finished.finished_at == Some(at(61)));
}

#[tokio::test]
async fn a_repeated_request_for_deletion_has_the_code_of_the_first_one() {
    let store = Store::new().await;
    let deletion = |code: &str, request| Deletion {
        code: code.to_owned(),
        request,
        brand: brand(),
        connection: ConnectionId::new("facebook"),
        requested_at: NOW,
    };
    let request = hash();
    for (code, request, expected) in [("A", request, "A"), ("B", request, "A"), ("C", hash(), "C")] {
        let mut tx = store.db.begin().await.unwrap();
        assert_eq!(insert_deletion(&mut tx, &deletion(code, request)).await.unwrap(), expected);
        tx.commit().await.unwrap();
    }
    for (code, there) in [("A", true), ("B", false), ("C", true), ("", false), ("' OR ''='", false)] {
        assert_eq!(find_deletion(&store.db, &brand(), code).await.unwrap(), there, "{code}");
    }
    assert!(!find_deletion(&store.db, &BrandCode::new("other"), "A").await.unwrap());
}
