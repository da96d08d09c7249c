//! Of many at once, on one node or on two, exactly one.

use std::sync::Arc;
use std::time::Duration;

use tegata::client::consume_assertion;
use tegata::id::ClientId;
use tegata::interaction::{Interaction, Target, bind_browser, find_interaction, insert_interaction};
use tegata::jose::Algorithm;
use tegata::keys::{self, Action, KeyState, load_keys};
use tegata::policy::access_path::AccessPath;
use tegata::protocol::authorization_request::Unverified;
use tegata::protocol::client_metadata::ApplicationType;
use tegata::protocol::params::Params;
use tegata::protocol::redirect_uri::RedirectUri;
use tegata::random::Random;
use tegata::secret::MasterKey;
use tegata::session::end_session;
use tegata::storage::{Database, Fault, Tx};
use tegata::token::{
    CodeFacts, consume_code, find_refresh, insert_code, insert_refresh, revoke_family, rotate_refresh,
};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::fixture::{NOW, Store, at, brand, count, hash};

pub(super) const CONTENDERS: usize = 64;

/// Lets 64 tasks on two nodes begin at the same moment; answers the numbers of those that won and were committed.
pub(super) async fn winners<F>(
    store: &Store,
    contend: impl Fn(Tx, usize) -> F + Clone + Send + Sync + 'static,
) -> Vec<usize>
where
    F: Future<Output = (Tx, Result<bool, Fault>)> + Send,
{
    let start = Arc::new(Barrier::new(CONTENDERS));
    let nodes = store.nodes().await;
    let mut tasks = JoinSet::new();
    for number in 0..CONTENDERS {
        let (db, start, contend) = (nodes[number % 2].clone(), Arc::clone(&start), contend.clone());
        tasks.spawn(async move {
            start.wait().await;
            let (tx, won) = contend(db.begin().await.unwrap(), number).await;
            let won = won.unwrap();
            tx.commit().await.unwrap();
            won.then_some(number)
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_consumed_once() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let family = store.family(&account, at(60)).await;
    let facts = CodeFacts { redirect_uri: String::new(), code_challenge: None };
    let code = hash();
    let mut tx = store.db.begin().await.unwrap();
    insert_code(&mut tx, (&brand(), &family), code, &facts, (NOW, at(60))).await.unwrap();
    tx.commit().await.unwrap();
    let won = winners(&store, move |mut tx, _| async move {
        let won = consume_code(&mut tx, code, NOW).await;
        (tx, won)
    });
    assert_eq!(won.await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_is_rotated_once_and_keeps_the_answer_of_the_winner() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let family = store.family(&account, at(60)).await;
    let token = hash();
    let mut tx = store.db.begin().await.unwrap();
    insert_refresh(&mut tx, &family.id, token, (NOW, at(60))).await.unwrap();
    tx.commit().await.unwrap();
    let won = winners(&store, move |mut tx, number| async move {
        let won = rotate_refresh(&mut tx, token, &number.to_be_bytes(), NOW).await;
        (tx, won)
    });
    let won = won.await;
    let stored = find_refresh(&store.db, &brand(), token).await.unwrap().unwrap();
    assert_eq!(won.len(), 1);
    assert_eq!(stored.answer, Some(won[0].to_be_bytes().to_vec()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assertion_is_accepted_once() {
    let store = Store::new().await;
    let won = winners(&store, |mut tx, _| async move {
        let won = consume_assertion(&mut tx, &ClientId::new("client"), "jti", at(60)).await;
        (tx, won)
    });
    assert_eq!(won.await.len(), 1);
    let won = winners(&store, |mut tx, number| async move {
        let won = consume_assertion(&mut tx, &ClientId::new(format!("client-{number}")), "jti", at(60)).await;
        (tx, won)
    });
    assert_eq!(won.await.len(), CONTENDERS, "each client has its own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interaction_is_bound_to_one_browser() {
    let store = Store::new().await;
    let params = Params::parse(b"client_id=c&redirect_uri=https://rp.example/&response_type=code").unwrap();
    let registered = [RedirectUri::from_stored("https://rp.example/")];
    let verified = Unverified::parse(params).unwrap().verify(&registered, ApplicationType::Web).unwrap();
    let request = verified.parse().unwrap_or_else(|refusal| panic!("{:?}", refusal.error));
    let new = Interaction::new(
        &Random::system(),
        ((brand(), AccessPath::Internet), None),
        Target::Client(Box::new(request)),
        NOW,
        Duration::from_secs(60),
    );
    let mut tx = store.db.begin().await.unwrap();
    insert_interaction(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    let browsers: Arc<Vec<_>> = Arc::new((0..CONTENDERS).map(|_| hash()).collect());
    let (id, bound) = (new.id.clone(), Arc::clone(&browsers));
    let won = winners(&store, move |mut tx, number| {
        let (id, browser) = (id.clone(), bound[number]);
        async move {
            let won = bind_browser(&mut tx, &id, browser).await;
            (tx, won)
        }
    });
    let won = won.await;
    assert_eq!(won.len(), 1);
    let stored = find_interaction(&store.db, (&brand(), AccessPath::Internet), &new.id).await.unwrap().unwrap();
    assert_eq!(stored.browser, Some(browsers[won[0]]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_once_and_a_family_is_revoked_once() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let (session, _) = store.session(&account, at(60)).await;
    let family = store.family(&account, at(60)).await.id;
    let won = winners(&store, move |mut tx, _| {
        let session = session.clone();
        async move {
            let won = end_session(&mut tx, &session, NOW).await;
            (tx, won)
        }
    });
    assert_eq!(won.await.len(), 1);
    let won = winners(&store, move |mut tx, _| {
        let family = family.clone();
        async move {
            let won = revoke_family(&mut tx, &family, "reuse", NOW).await;
            (tx, won)
        }
    });
    assert_eq!(won.await.len(), 1);
}

const ALG: Algorithm = Algorithm::Es256;

/// Carries out the same action 64 times at once on two nodes; answers how many changes took effect.
async fn apply_everywhere(store: &Store, action: Action<Algorithm>) -> usize {
    let nodes = store.nodes().await;
    let mut tasks = JoinSet::new();
    for number in 0..CONTENDERS {
        let (db, action): (Database, _) = (nodes[number % 2].clone(), action.clone());
        tasks.spawn(async move { keys::apply(&db, &MasterKey::new([7; 32]), &[action], NOW).await.unwrap() });
    }
    tasks.join_all().await.into_iter().sum()
}

async fn states(db: &Database) -> Vec<KeyState> {
    let mut states: Vec<_> = load_keys(db).await.unwrap().into_iter().map(|key| key.state).collect();
    states.sort();
    states
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_together_agree_on_one_key() {
    let store = Store::new().await;
    apply_everywhere(&store, Action::Create { alg: ALG, state: KeyState::Next }).await;
    assert_eq!(states(&store.db).await, [KeyState::Next]);
    let first = Action::Create { alg: Algorithm::Rs256, state: KeyState::Next };
    assert_eq!(keys::apply(&store.db, &MasterKey::new([7; 32]), &[first], NOW).await.unwrap(), 1, "one per algorithm");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_one_current_key_however_many_are_made() {
    let store = Store::new().await;
    let made = apply_everywhere(&store, Action::Create { alg: ALG, state: KeyState::Current }).await;
    let states = states(&store.db).await;
    let current = states.iter().filter(|state| **state == KeyState::Current).count();
    assert_eq!((current, states.len()), (1, made), "every key but one has been retired by its successor: {states:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_next_key_is_promoted_once_and_its_predecessor_retires() {
    let store = Store::new().await;
    let master = MasterKey::new([7; 32]);
    let create = |state| Action::Create { alg: ALG, state };
    let both = [create(KeyState::Current), create(KeyState::Next)];
    assert_eq!(keys::apply(&store.db, &master, &both, NOW).await.unwrap(), 2);
    let next = load_keys(&store.db).await.unwrap().into_iter().find(|key| key.state == KeyState::Next).unwrap();
    assert_eq!(apply_everywhere(&store, Action::Promote { kid: next.kid.clone() }).await, 1);
    let keys = load_keys(&store.db).await.unwrap();
    let current: Vec<_> = keys.iter().filter(|key| key.state == KeyState::Current).map(|key| &key.kid).collect();
    assert_eq!(current, [&next.kid]);
    assert_eq!(states(&store.db).await, [KeyState::Current, KeyState::Retired]);
    let old = keys.iter().find(|key| key.state == KeyState::Retired).unwrap();
    assert_eq!(apply_everywhere(&store, Action::Delete { kid: old.kid.clone() }).await, 1);
    assert_eq!(count(&store.db, "signing_key").await, 1);
}
