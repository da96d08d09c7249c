//! Clean-up takes what is dead, so many at a time, and nothing else.

use std::time::Duration;

use tegata::account::Account;
use tegata::audit::{Event, EventKind, chain, find_by_reference, insert_event};
use tegata::client::{consume_assertion, delete_expired_assertions};
use tegata::clock::Timestamp;
use tegata::id::{AuditEventId, ClientId, ConnectionId, InteractionId, TokenFamilyId};
use tegata::random::Random;
use tegata::secret::{MasterKey, TokenHash};
use tegata::session::{delete_expired_sessions, find_session};
use tegata::storage::{Database, Fault, Tx};
use tegata::token::{
    CodeFacts, TokenFamily, delete_expired_tokens, find_code, find_opaque, find_refresh, insert_code, insert_opaque,
    insert_refresh, is_revoked, revoke_access_token,
};
use tegata::upstream::transaction::{
    LIFETIME, NewTransaction, Purpose, count_expired_id_tokens, count_expired_transactions, delete_expired_id_tokens,
    delete_expired_transactions, insert_transaction, note_id_token,
};

use super::fixture::{NOW, Store, at, brand, count, hash, write};

const BATCH: i64 = 3;

/// Cleans up in batches until nothing is left to do; answers how many rows each batch took.
async fn batches(db: &Database, clean: impl AsyncFn(&mut Tx) -> Result<u64, Fault>) -> Vec<u64> {
    let mut taken = Vec::new();
    loop {
        let mut tx = db.begin().await.unwrap();
        let deleted = clean(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        if deleted == 0 {
            return taken;
        }
        taken.push(deleted);
    }
}

#[tokio::test]
async fn sessions_go_after_their_absolute_limit_in_batches() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    for second in 0..7 {
        store.session(&account, at(-1 - second)).await;
    }
    let (_, on_the_edge) = store.session(&account, NOW).await;
    let (_, alive) = store.session(&account, at(1)).await;
    let taken = batches(&store.db, async |tx| delete_expired_sessions(tx, NOW, BATCH).await).await;
    assert_eq!(taken, [3, 3, 1]);
    assert_eq!(count(&store.db, "session").await, 2);
    assert!(find_session(&store.db, &brand(), &alive, NOW).await.unwrap().is_some());
    assert!(find_session(&store.db, &brand(), &on_the_edge, at(-1)).await.unwrap().is_some());
}

#[tokio::test]
async fn interactions_go_a_day_after_their_expiry_in_batches() {
    let store = Store::new().await;
    let day = Duration::from_secs(24 * 3600);
    write(&store.db, "INSERT INTO interaction (id, brand, client_id, request, created_at, expires_at) VALUES \
          ('a', 'b', 'c', '{}', 0, 1), ('b', 'b', 'c', '{}', 0, 2), ('c', 'b', 'c', '{}', 0, 3), ('d', 'b', 'c', '{}', 0, 4), \
          ('edge', 'b', 'c', '{}', 0, 1000), ('alive', 'b', 'c', '{}', 0, 1001)").await.unwrap();
    let now = Timestamp::from_seconds(1).plus(day);
    let clean = async |tx: &mut Tx| tegata::interaction::delete_expired_interactions(tx, now, BATCH).await;
    assert_eq!(batches(&store.db, clean).await, [3, 1]);
    assert_eq!(count(&store.db, "interaction").await, 2);
}

#[tokio::test]
async fn audit_events_go_when_they_are_old_in_batches() {
    let store = Store::new().await;
    let mut tx = store.db.begin().await.unwrap();
    for second in [-4, -3, -2, -1, 0, 1] {
        let id = AuditEventId::from(Random::system().row_id(at(second)));
        insert_event(&mut tx, id, &Event::new(EventKind::SignedIn, "ref".to_owned()), at(second)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let key = chain::ChainKey::of(&MasterKey::new([7; 32]));
    let clean = async |tx: &mut Tx| chain::remove_old_events(tx, &key, (NOW, NOW), BATCH).await;
    assert_eq!(batches(&store.db, clean).await, [0_u64; 0], "nothing goes unsealed");
    chain::seal_waiting(&store.db, &key, at(-1)).await.unwrap();
    let taken = batches(&store.db, clean).await;
    assert_eq!(taken, [3, 1]);
    let left: Vec<_> = find_by_reference(&store.db, "ref").await.unwrap().into_iter().map(|event| event.at).collect();
    assert_eq!(left, [NOW, at(1)]);
}

#[tokio::test]
async fn assertions_are_remembered_until_they_expire() {
    let store = Store::new().await;
    let client = ClientId::new("client");
    let mut tx = store.db.begin().await.unwrap();
    for (jti, second) in [("a", -4), ("b", -3), ("c", -2), ("d", -1), ("edge", 0), ("alive", 1)] {
        assert!(consume_assertion(&mut tx, &client, jti, at(second)).await.unwrap());
        assert!(consume_assertion(&mut tx, &ClientId::new("other"), jti, at(60)).await.unwrap());
    }
    tx.commit().await.unwrap();
    let taken = batches(&store.db, async |tx| delete_expired_assertions(tx, NOW, BATCH).await).await;
    assert_eq!(taken, [3, 1]);
    let mut tx = store.db.begin().await.unwrap();
    for (jti, fresh) in [("a", true), ("edge", false), ("alive", false)] {
        assert_eq!(consume_assertion(&mut tx, &client, jti, at(60)).await.unwrap(), fresh, "{jti}");
        assert!(!consume_assertion(&mut tx, &ClientId::new("other"), jti, at(60)).await.unwrap(), "{jti}");
    }
}

/// A family with a code and a refresh token of its own lifetimes.
async fn issue(store: &Store, account: &Account, ends: [Timestamp; 3]) -> (TokenFamily, TokenHash) {
    let [family, code, refresh] = ends;
    let (family, token) = (store.family(account, family).await, hash());
    let facts = CodeFacts { redirect_uri: String::new(), code_challenge: None };
    let mut tx = store.db.begin().await.unwrap();
    insert_code(&mut tx, (&brand(), &family), token, &facts, (NOW, code)).await.unwrap();
    insert_refresh(&mut tx, &family.id, token, (NOW, refresh)).await.unwrap();
    tx.commit().await.unwrap();
    (family, token)
}

#[tokio::test]
async fn a_family_takes_its_codes_and_refresh_tokens_along_and_no_others() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    issue(&store, &account, [at(-1), at(60), at(60)]).await;
    let (_, alive) = issue(&store, &account, [at(60), at(60), at(60)]).await;
    let (_, half) = issue(&store, &account, [at(60), at(-1), at(60)]).await;
    let taken = batches(&store.db, async |tx| delete_expired_tokens(tx, NOW, BATCH).await).await;
    assert_eq!(taken, [2], "one family and one code");
    let counts = [count(&store.db, "token_family").await, count(&store.db, "authorization_code").await];
    assert_eq!((counts, count(&store.db, "refresh_token").await), ([2, 1], 2));
    assert!(find_code(&store.db, &brand(), alive).await.unwrap().is_some());
    assert!(find_refresh(&store.db, &brand(), alive).await.unwrap().is_some());
    assert!(find_refresh(&store.db, &brand(), half).await.unwrap().is_some());
}

#[tokio::test]
async fn tokens_go_when_they_have_expired_so_many_of_each_kind_at_a_time() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    for second in [-4, -3, -2, -1, 0, 1] {
        issue(&store, &account, [at(60), at(second), at(second)]).await;
        let mut claims =
            serde_json::json!({"iss": "i", "sub": "s", "aud": "a", "client_id": "c", "iat": 0, "jti": "j"});
        claims["exp"] = at(second).as_seconds().into();
        let claims = serde_json::from_value(claims).unwrap();
        let mut tx = store.db.begin().await.unwrap();
        insert_opaque(&mut tx, TokenHash::of(&format!("opaque{second}")), &claims, NOW).await.unwrap();
        revoke_access_token(&mut tx, &format!("jti{second}"), at(second)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let taken = batches(&store.db, async |tx| delete_expired_tokens(tx, NOW, BATCH).await).await;
    assert_eq!(taken, [4 * 3, 4], "codes, refresh tokens, opaque tokens, revocations");
    for table in ["authorization_code", "refresh_token", "access_token", "revoked_token"] {
        assert_eq!(count(&store.db, table).await, 2, "{table}: the one on the edge and the one alive");
    }
    assert_eq!(count(&store.db, "token_family").await, 6);
    assert!(find_opaque(&store.db, TokenHash::of("opaque1"), NOW).await.unwrap().is_some());
    assert!(is_revoked(&store.db, "jti1").await.unwrap() && !is_revoked(&store.db, "jti-1").await.unwrap());
    let gone = tegata::token::find_standing(&store.db, &TokenFamilyId::new("gone"), "jti1").await.unwrap();
    assert!(gone.is_none());
}

#[tokio::test]
async fn a_batch_of_nothing_takes_nothing() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    store.session(&account, at(-1)).await;
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(delete_expired_sessions(&mut tx, NOW, 0).await.unwrap(), 0);
    assert_eq!(delete_expired_tokens(&mut tx, NOW, 0).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(count(&store.db, "session").await, 1);
}

#[tokio::test]
async fn transactions_go_after_their_end_and_id_tokens_when_nobody_could_use_them_in_batches() {
    let store = Store::new().await;
    let mut tx = store.db.begin().await.unwrap();
    for second in [-4, -3, -2, -1, 0, 1] {
        let owner = (brand(), ConnectionId::new("google"), hash());
        let purpose = Purpose::SignIn { interaction: InteractionId::new("interaction") };
        let begun = at(second).minus(LIFETIME);
        let new = NewTransaction::new(&Random::system(), owner, purpose, (String::new(), String::new()), begun);
        insert_transaction(&mut tx, &new, &MasterKey::new([7; 32])).await.unwrap();
        assert!(note_id_token(&mut tx, hash(), at(second)).await.unwrap());
    }
    tx.commit().await.unwrap();
    assert_eq!(count_expired_transactions(&store.db, NOW).await.unwrap(), 4);
    assert_eq!(count_expired_id_tokens(&store.db, NOW).await.unwrap(), 4);
    let taken = batches(&store.db, async |tx| delete_expired_transactions(tx, NOW, BATCH).await).await;
    assert_eq!(taken, [3, 1]);
    let taken = batches(&store.db, async |tx| delete_expired_id_tokens(tx, NOW, BATCH).await).await;
    assert_eq!(taken, [3, 1]);
    assert_eq!(count(&store.db, "upstream_transaction").await, 2, "one that ends at this very moment stays");
    assert_eq!(count(&store.db, "upstream_id_token").await, 2);
}
