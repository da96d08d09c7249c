//! Of many at once, exactly one: whoever comes back from an upstream.

use tegata::account::LoginMethod;
use tegata::id::{ConnectionId, InteractionId};
use tegata::random::Random;
use tegata::secret::TokenHash;
use tegata::upstream::identity::{find_by_identity, insert_identity};
use tegata::upstream::transaction::{
    NewTransaction, Purpose, consume_state, finish_transaction, insert_transaction, keep_identity, note_id_token,
};

use super::fixture::{NOW, Store, at, brand, hash};
use super::single_use::{CONTENDERS, winners};
use super::upstream::{account_by, master, person};

async fn begun(store: &Store) -> NewTransaction {
    let owner = (brand(), ConnectionId::new("google"), hash());
    let purpose = Purpose::SignIn { interaction: InteractionId::new("interaction") };
    let way = ("https://google.example".to_owned(), "https://login.example/callback/google".to_owned());
    let new = NewTransaction::new(&Random::system(), owner, purpose, way, NOW);
    let mut tx = store.db.begin().await.unwrap();
    insert_transaction(&mut tx, &new, &master()).await.unwrap();
    tx.commit().await.unwrap();
    new
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_state_is_used_once() {
    let store = Store::new().await;
    let id = begun(&store).await.id;
    let won = winners(&store, move |mut tx, _| {
        let id = id.clone();
        async move {
            let won = consume_state(&mut tx, &id, NOW).await;
            (tx, won)
        }
    });
    assert_eq!(won.await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_confirmed_once() {
    let store = Store::new().await;
    let id = begun(&store).await.id;
    let mut tx = store.db.begin().await.unwrap();
    assert!(consume_state(&mut tx, &id, NOW).await.unwrap());
    assert!(keep_identity(&mut tx, &id, &person("1"), (&master(), NOW)).await.unwrap());
    tx.commit().await.unwrap();
    let won = winners(&store, move |mut tx, _| {
        let id = id.clone();
        async move {
            let won = finish_transaction(&mut tx, &id, at(1)).await;
            (tx, won)
        }
    });
    assert_eq!(won.await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_token_is_accepted_once() {
    let store = Store::new().await;
    let token = hash();
    let won = winners(&store, move |mut tx, _| async move {
        let won = note_id_token(&mut tx, token, at(60)).await;
        (tx, won)
    });
    assert_eq!(won.await.len(), 1);
    let won = winners(&store, |mut tx, number| async move {
        let won = note_id_token(&mut tx, TokenHash::of(&number.to_string()), at(60)).await;
        (tx, won)
    });
    assert_eq!(won.await.len(), CONTENDERS, "each token is one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upstream_account_is_linked_to_one_account() {
    let store = Store::new().await;
    let google = ConnectionId::new("google");
    let mut accounts = Vec::new();
    for number in 0..CONTENDERS {
        accounts.push(account_by(&store, &format!("a{number}"), LoginMethod::Google).await);
    }
    let (all, through) = (std::sync::Arc::new(accounts.clone()), google.clone());
    let won = winners(&store, move |mut tx, number| {
        let (all, through) = (all.clone(), through.clone());
        async move {
            let by = (LoginMethod::Google, &through);
            let won = insert_identity(&mut tx, &all[number], by, &person("1"), NOW).await;
            (tx, won)
        }
    });
    let won = won.await;
    assert_eq!(won.len(), 1);
    let found = find_by_identity(&store.db, &brand(), &google, "1").await.unwrap().unwrap();
    assert_eq!(found.account.id, accounts[won[0]].id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_gets_one_upstream_account() {
    let store = Store::new().await;
    let account = account_by(&store, "hanako", LoginMethod::Google).await;
    let won = winners(&store, move |mut tx, number| {
        let account = account.clone();
        async move {
            let by = (LoginMethod::Google, &ConnectionId::new("google"));
            let won = insert_identity(&mut tx, &account, by, &person(&number.to_string()), NOW).await;
            (tx, won)
        }
    });
    assert_eq!(won.await.len(), 1);
}
