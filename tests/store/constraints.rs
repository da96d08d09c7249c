//! What the tables themselves refuse, on either engine alike.

use tegata::account::{
    AccountState, LoginMethod, NewAccount, Role, find_account, insert_account, update_account_state,
};
use tegata::client::{Registration, consume_assertion, insert_client};
use tegata::consent::{Consent, upsert_consent};
use tegata::contract::insert_contract;
use tegata::id::{AccountId, BrandCode, ClientId, SessionId, Subject, TokenFamilyId};
use tegata::session::insert_session;
use tegata::storage::{EngineKind, Fault, Tx};
use tegata::token::{insert_code, insert_family, insert_opaque, insert_refresh};

use super::fixture::{NOW, Store, at, brand, contract, count, family, hash, new_account, new_session, password, write};

async fn insert(store: &Store, new: &NewAccount) -> Result<(), Fault> {
    let mut tx = store.db.begin().await?;
    insert_account(&mut tx, new, NOW).await?;
    tx.commit().await
}

async fn store_with_contracts(names: &[&str]) -> Store {
    let store = Store::new().await;
    let mut tx = store.db.begin().await.unwrap();
    for name in names {
        insert_contract(&mut tx, &contract(name), NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
    store
}

#[track_caller]
fn assert_unique(outcome: Result<(), Fault>) {
    assert!(matches!(outcome, Err(Fault::Unique(_))), "{outcome:?}");
}

#[track_caller]
fn assert_refused(outcome: Result<(), Fault>) {
    assert!(matches!(outcome, Err(Fault::Database(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_login_id_is_taken_once_in_a_brand() {
    let store = store_with_contracts(&["one", "two"]).await;
    insert(&store, &new_account(&contract("one"), "hanako")).await.unwrap();
    let mut again = new_account(&contract("two"), "HANAKO");
    again.account.id = AccountId::new("again");
    assert_unique(insert(&store, &again).await);
    again.account.brand = BrandCode::new("other");
    insert(&store, &again).await.unwrap();
    assert_eq!(count(&store.db, "account").await, 2);
}

#[tokio::test]
async fn a_subject_and_an_id_are_taken_once() {
    let store = store_with_contracts(&["one"]).await;
    let first = new_account(&contract("one"), "hanako");
    insert(&store, &first).await.unwrap();
    let mut second = new_account(&contract("one"), "taro");
    second.account.subject = first.account.subject.clone();
    assert_unique(insert(&store, &second).await);
    second.account.subject = Subject::new("another");
    second.account.id = first.account.id.clone();
    assert_unique(insert(&store, &second).await);
}

#[tokio::test]
async fn a_contract_has_one_contractor_until_that_one_is_deleted() {
    let store = store_with_contracts(&["one", "two"]).await;
    let mut first = new_account(&contract("one"), "hanako");
    first.account.role = Role::Contractor;
    let mut second = new_account(&contract("one"), "taro");
    second.account.role = Role::Contractor;
    insert(&store, &first).await.unwrap();
    assert_unique(insert(&store, &second).await);
    let mut elsewhere = new_account(&contract("two"), "jiro");
    elsewhere.account.role = Role::Contractor;
    insert(&store, &elsewhere).await.unwrap();

    let mut tx = store.db.begin().await.unwrap();
    let change = (AccountState::Active, AccountState::Deleted);
    assert!(update_account_state(&mut tx, &first.account.id, change, NOW).await.unwrap());
    tx.commit().await.unwrap();
    insert(&store, &second).await.unwrap();
    let mut tx = store.db.begin().await.unwrap();
    let back = update_account_state(&mut tx, &first.account.id, (change.1, change.0), NOW).await;
    assert_unique(back.map(drop));
}

#[tokio::test]
async fn only_the_password_method_has_a_password() {
    let store = store_with_contracts(&["one"]).await;
    for (index, &method) in LoginMethod::ALL.iter().enumerate() {
        let mut new = new_account(&contract("one"), &format!("a{index}"));
        new.account.login_method = method;
        new.password_hash = password("hash");
        let outcome = insert(&store, &new).await;
        if method == LoginMethod::Password { outcome.unwrap() } else { assert_refused(outcome) }
    }
    assert_eq!(count(&store.db, "account").await, 1);
}

#[tokio::test]
async fn a_contractor_never_signs_in_by_active_directory() {
    let store = store_with_contracts(&["one"]).await;
    let mut new = new_account(&contract("one"), "hanako");
    new.account.login_method = LoginMethod::ActiveDirectory;
    new.account.role = Role::Contractor;
    assert_refused(insert(&store, &new).await);
    new.account.role = Role::Administrator;
    insert(&store, &new).await.unwrap();
    assert_refused(write(&store.db, "UPDATE account SET role = 'contractor'").await.map(drop));
}

#[tokio::test]
async fn words_and_numbers_outside_their_sets_are_refused() {
    let store = Store::new().await;
    store.account("hanako").await;
    let wrong = [
        "UPDATE contract SET plan = 'free'",
        "UPDATE contract SET state = 'Active'",
        "UPDATE account SET role = ''",
        "UPDATE account SET state = 'gone'",
        "UPDATE account SET login_method = 'telepathy'",
        "UPDATE account SET name = NULL",
        "UPDATE account SET id = NULL",
        "UPDATE account SET created_at = 'yesterday'",
        "UPDATE account SET contract_id = 'gone'",
    ];
    for sql in wrong {
        assert!(matches!(write(&store.db, sql).await, Err(Fault::Database(_))), "{sql}");
    }
}

#[tokio::test]
async fn rows_refer_only_to_rows_that_are_there() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let mut nobody = account.clone();
    nobody.id = AccountId::new("nobody");
    let (client, facts) = (ClientId::new("gone"), Consent::default());

    let mut tx = store.db.begin().await.unwrap();
    assert_refused(insert_session(&mut tx, &new_session(&nobody, at(60))).await);
    let mut tx = begin_after(tx, &store).await;
    assert_refused(insert_family(&mut tx, (&brand(), &nobody.id), &family(at(60)), NOW).await);
    let mut tx = begin_after(tx, &store).await;
    assert_refused(insert_refresh(&mut tx, &TokenFamilyId::new("gone"), hash(), (NOW, at(60))).await);
    let mut tx = begin_after(tx, &store).await;
    assert_refused(upsert_consent(&mut tx, (&account.id, &client), &facts, NOW).await);
    drop(tx);
    assert_refused(insert(&store, &new_account(&contract("gone"), "taro")).await);
}

/// PostgreSQL does nothing more in a transaction in which a statement failed; our callers begin another one anyway.
async fn begin_after(failed: Tx, store: &Store) -> Tx {
    drop(failed);
    store.db.begin().await.unwrap()
}

#[tokio::test]
async fn every_insert_of_a_key_that_is_there_is_told_as_such() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let family = store.family(&account, at(60)).await;
    let (client, token) = (ClientId::new("client"), hash());
    let session = new_session(&account, at(60));
    let facts = tegata::token::CodeFacts { redirect_uri: String::new(), code_challenge: None };
    let brand = brand();

    for round in 0..2 {
        let mut outcomes = Vec::new();
        let mut tx = store.db.begin().await.unwrap();
        outcomes.push(insert_contract(&mut tx, &contract(if round == 0 { "new" } else { "hanako" }), NOW).await);
        commit(tx, &outcomes).await;
        let mut tx = store.db.begin().await.unwrap();
        outcomes.push(insert_client(&mut tx, (&brand, &client), &Registration::default(), None, NOW).await);
        commit(tx, &outcomes).await;
        let mut tx = store.db.begin().await.unwrap();
        outcomes.push(insert_session(&mut tx, &session).await);
        commit(tx, &outcomes).await;
        let mut tx = store.db.begin().await.unwrap();
        outcomes.push(insert_code(&mut tx, (&brand, &family), token, &facts, (NOW, at(60))).await);
        commit(tx, &outcomes).await;
        let mut tx = store.db.begin().await.unwrap();
        outcomes.push(insert_refresh(&mut tx, &family.id, token, (NOW, at(60))).await);
        commit(tx, &outcomes).await;
        let mut tx = store.db.begin().await.unwrap();
        outcomes.push(insert_opaque(&mut tx, token, &opaque(), NOW).await);
        commit(tx, &outcomes).await;
        for outcome in outcomes {
            if round == 0 { outcome.unwrap() } else { assert_unique(outcome) }
        }
    }
}

async fn commit(tx: Tx, outcomes: &[Result<(), Fault>]) {
    if outcomes.last().is_some_and(Result::is_ok) {
        tx.commit().await.unwrap();
    }
}

fn opaque() -> tegata::token::claims::AccessTokenClaims {
    let claims =
        serde_json::json!({"iss": "i", "sub": "s", "aud": "a", "client_id": "c", "iat": 0, "exp": 0, "jti": "j"});
    serde_json::from_value(claims).unwrap()
}

#[tokio::test]
async fn two_sessions_never_share_a_secret() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let one = new_session(&account, at(60));
    let mut two = new_session(&account, at(60));
    two.secret = one.secret.clone();
    assert_ne!(one.session.id, SessionId::new(two.session.id.as_str()));
    let mut tx = store.db.begin().await.unwrap();
    insert_session(&mut tx, &one).await.unwrap();
    assert_unique(insert_session(&mut tx, &two).await);
}

#[tokio::test]
async fn a_nul_is_never_cut_off_and_an_assertion_with_one_is_not_accepted() {
    let store = store_with_contracts(&["one"]).await;
    let mut tx = store.db.begin().await.unwrap();
    assert!(!consume_assertion(&mut tx, &ClientId::new("client"), "a\0b", at(60)).await.unwrap());
    assert!(consume_assertion(&mut tx, &ClientId::new("client"), "a", at(60)).await.unwrap());
    tx.commit().await.unwrap();
    let mut new = new_account(&contract("one"), "hanako");
    new.account.name = "a\0b".to_owned();
    let outcome = insert(&store, &new).await;
    match store.db.kind() {
        EngineKind::Sqlite => outcome.unwrap(),
        EngineKind::Postgres => assert_refused(outcome),
    }
    let found = find_account(&store.db, &new.account.id).await.unwrap();
    assert!(found.is_none_or(|found| found.account.name == new.account.name));
}
