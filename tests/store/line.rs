//! Registered lines, and assertions that are good once.

use tegata::clock::Timestamp;
use tegata::contract::insert_contract;
use tegata::id::{BrandCode, ContractId, LineId};
use tegata::line::{
    LineKey, LineNumber, MOST_LINES, NewLine, Registered, consume_assertion, delete_expired_assertions, find_line,
    list_lines, mark_line_seen, register_line, remove_line, rename_line, reveal, was_a_line_seen,
};
use tegata::random::Random;
use tegata::secret::MasterKey;
use tegata::storage::Fault;

use super::fixture::{NOW, Store, at, brand, contract, count, hash, hostile_texts};
use super::single_use::{CONTENDERS, winners};

fn master() -> MasterKey {
    MasterKey::new([7; 32])
}

fn number(n: i64) -> LineNumber {
    LineNumber::parse(&format!("CAF{n:010}")).ok().unwrap()
}

fn key(n: i64) -> LineKey {
    LineKey::of(&master(), &brand(), &number(n))
}

async fn contracts(store: &Store, names: &[&str]) -> Vec<ContractId> {
    let mut tx = store.db.begin().await.unwrap();
    for name in names {
        insert_contract(&mut tx, &contract(name), NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
    names.iter().map(|name| contract(name).id).collect()
}

fn new_line(contract: &ContractId, n: i64, label: &str) -> NewLine {
    NewLine::new((&master(), &Random::system()), (&brand(), contract), &number(n), label, NOW)
}

async fn register(store: &Store, contract: &ContractId, n: i64, label: &str) -> Registered {
    let mut tx = store.db.begin().await.unwrap();
    let registered = register_line(&mut tx, &new_line(contract, n, label), NOW).await.unwrap();
    tx.commit().await.unwrap();
    registered
}

async fn only_id(store: &Store, contract: &ContractId) -> LineId {
    list_lines(&store.db, contract).await.unwrap()[0].id.clone()
}

#[tokio::test]
async fn a_line_is_found_by_its_key_and_opened_for_its_contract_alone() {
    let store = Store::new().await;
    let owners = contracts(&store, &["one", "two"]).await;
    for (n, label) in hostile_texts().into_iter().enumerate() {
        let label = label.replace('\0', "");
        assert_eq!(register(&store, &owners[0], n as i64, &label).await, Registered::Registered);
        let (contract, id) = find_line(&store.db, &brand(), &key(n as i64)).await.unwrap().unwrap();
        assert_eq!(contract, owners[0]);
        let line = list_lines(&store.db, &owners[0]).await.unwrap().into_iter().find(|line| line.id == id).unwrap();
        assert_eq!(
            (line.label, line.tail.as_str(), line.created_at, line.last_seen_at),
            (label, number(n as i64).tail(), NOW, None)
        );
        let opened = reveal(&store.db, &master(), &owners[0], &id).await.unwrap().unwrap();
        assert!(opened == number(n as i64));
        assert!(reveal(&store.db, &master(), &owners[1], &id).await.unwrap().is_none(), "another contract's");
        let wrong = reveal(&store.db, &MasterKey::new([8; 32]), &owners[0], &id).await.err();
        assert!(matches!(wrong, Some(Fault::Corrupt { .. })));
    }
    assert!(find_line(&store.db, &BrandCode::new("VX9"), &key(0)).await.unwrap().is_none());
    assert!(list_lines(&store.db, &owners[1]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_number_belongs_to_one_contract_of_a_brand() {
    let store = Store::new().await;
    let owners = contracts(&store, &["one", "two"]).await;
    assert_eq!(register(&store, &owners[0], 1, "").await, Registered::Registered);
    assert_eq!(register(&store, &owners[0], 1, "again").await, Registered::TakenHere);
    assert_eq!(register(&store, &owners[1], 1, "").await, Registered::TakenElsewhere);
    let id = only_id(&store, &owners[0]).await;
    let mut tx = store.db.begin().await.unwrap();
    assert!(remove_line(&mut tx, &owners[1], &id).await.unwrap().is_none(), "not another contract's");
    assert!(!rename_line(&mut tx, &owners[1], &id, "mine").await.unwrap());
    assert!(rename_line(&mut tx, &owners[0], &id, "本社").await.unwrap());
    assert_eq!(remove_line(&mut tx, &owners[0], &id).await.unwrap().unwrap().label, "本社");
    assert!(remove_line(&mut tx, &owners[0], &id).await.unwrap().is_none(), "once");
    tx.commit().await.unwrap();
    assert_eq!(register(&store, &owners[1], 1, "").await, Registered::Registered);
}

#[tokio::test]
async fn a_contract_registers_so_many_lines_and_no_more() {
    let store = Store::new().await;
    let owners = contracts(&store, &["one"]).await;
    let mut tx = store.db.begin().await.unwrap();
    for n in 0..=MOST_LINES {
        let expected = if n < MOST_LINES { Registered::Registered } else { Registered::Full };
        assert_eq!(register_line(&mut tx, &new_line(&owners[0], n, ""), NOW).await.unwrap(), expected, "{n}");
    }
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_contracts_that_register_a_number_at_once_one_gets_it() {
    let store = Store::new().await;
    let owners = contracts(&store, &["one", "two"]).await;
    let won = winners(&store, {
        let owners = owners.clone();
        move |mut tx, number| {
            let new = new_line(&owners[number % 2], 7, "");
            async move {
                let registered = register_line(&mut tx, &new, NOW).await;
                (tx, registered.map(|registered| registered == Registered::Registered))
            }
        }
    });
    let won = won.await;
    assert_eq!(won.len(), 1);
    let (owner, _) = find_line(&store.db, &brand(), &key(7)).await.unwrap().unwrap();
    assert_eq!(owner, owners[won[0] % 2]);
}

#[tokio::test]
async fn a_line_that_was_seen_says_when_to_the_minute() {
    let store = Store::new().await;
    let owners = contracts(&store, &["one"]).await;
    register(&store, &owners[0], 1, "").await;
    let id = only_id(&store, &owners[0]).await;
    assert!(!was_a_line_seen(&store.db, &owners[0]).await.unwrap());
    for (now, seen) in [(at(0), at(0)), (at(59), at(0)), (at(61), at(61)), (at(30), at(61))] {
        let mut tx = store.db.begin().await.unwrap();
        mark_line_seen(&mut tx, &id, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(list_lines(&store.db, &owners[0]).await.unwrap()[0].last_seen_at, Some(seen));
    }
    assert!(was_a_line_seen(&store.db, &owners[0]).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assertion_is_used_once_on_all_nodes_together() {
    let store = Store::new().await;
    let assertion = hash();
    let won = winners(&store, move |mut tx, _| async move {
        let won = consume_assertion(&mut tx, &assertion, at(60)).await;
        (tx, won)
    });
    assert_eq!(won.await.len(), 1, "of {CONTENDERS}");
}

#[tokio::test]
async fn notes_of_assertions_go_when_they_have_expired() {
    let store = Store::new().await;
    let note = async |expires: Timestamp| {
        let mut tx = store.db.begin().await.unwrap();
        assert!(consume_assertion(&mut tx, &hash(), expires).await.unwrap());
        tx.commit().await.unwrap();
    };
    for second in -3..=1 {
        note(at(second)).await;
    }
    let mut tx = store.db.begin().await.unwrap();
    assert_eq!(delete_expired_assertions(&mut tx, NOW, 2).await.unwrap(), 2);
    assert_eq!(delete_expired_assertions(&mut tx, NOW, 2).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(count(&store.db, "line_assertion").await, 2, "those of now and later stay");
}
