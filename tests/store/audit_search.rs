//! The audit log is searched from every side, page by page, newest first.

use tegata::audit::{Cursor, Event, EventKind, FoundEvent, Search, find_event, insert_event, search};
use tegata::id::{AccountId, AuditEventId, BrandCode, ClientId, ContractId, SessionId};
use tegata::random::Random;
use tegata::storage::Database;

use super::fixture::{NOW, Store, at, hostile_texts};

/// Writes `count` events, one a second from [`NOW`] on; each number decides what stands in it.
async fn write_events(db: &Database, count: i64) {
    let mut tx = db.begin().await.unwrap();
    for number in 0..count {
        let kind = EventKind::ALL[usize::try_from(number % 3).unwrap()];
        let reason = ["wrong_password", "account_locked"][usize::try_from(number % 2).unwrap()];
        let mut event =
            Event::new(kind, format!("7K3Q-{number:04}")).because(reason).with("number", number.to_string());
        event.brand = Some(BrandCode::new(format!("VX{}", number % 2)));
        event.contract = Some(ContractId::new(format!("contract-{}", number % 4)));
        event.account = Some(AccountId::new(format!("account-{}", number % 5)));
        event.client = Some(ClientId::new(format!("client-{}", number % 6)));
        event.session = Some(SessionId::new("session"));
        event.address = Some(format!("2001:db8::{}", number % 7));
        let id = AuditEventId::from(Random::system().row_id(at(number)));
        insert_event(&mut tx, id, &event, at(number)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn number(event: &FoundEvent) -> i64 {
    event.detail["number"].parse().unwrap()
}

/// The numbers of all events that fit, fetched in pages of `limit`.
async fn numbers(db: &Database, wanted: Search, limit: u32) -> Vec<i64> {
    let mut wanted = Search { limit, ..wanted };
    let mut found = Vec::new();
    loop {
        let page = search(db, &wanted).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        found.extend(page.items.iter().map(number));
        match page.next {
            // As it goes through a URL.
            Some(next) => wanted.after = Some(next.to_string().parse::<Cursor>().unwrap()),
            None => return found,
        }
    }
}

#[tokio::test]
async fn every_filter_finds_what_it_says_and_nothing_else_newest_first() {
    let store = Store::new().await;
    write_events(&store.db, 60).await;
    let every = |fits: &dyn Fn(i64) -> bool| (0..60).rev().filter(|number| fits(*number)).collect::<Vec<_>>();
    let any = Search::default;
    let cases: Vec<(Search, Vec<i64>)> = vec![
        (any(), every(&|_| true)),
        (Search { brand: Some(BrandCode::new("VX1")), ..any() }, every(&|n| n % 2 == 1)),
        (Search { contract: Some(ContractId::new("contract-3")), ..any() }, every(&|n| n % 4 == 3)),
        (Search { account: Some(AccountId::new("account-2")), ..any() }, every(&|n| n % 5 == 2)),
        (Search { client: Some(ClientId::new("client-5")), ..any() }, every(&|n| n % 6 == 5)),
        (Search { events: vec![EventKind::ALL[1]], ..any() }, every(&|n| n % 3 == 1)),
        (Search { events: EventKind::ALL[1..3].to_vec(), ..any() }, every(&|n| n % 3 != 0)),
        (Search { reason: Some("account_locked".to_owned()), ..any() }, every(&|n| n % 2 == 1)),
        (Search { reference: Some(" 7k3q-0042 ".to_owned()), ..any() }, vec![42]),
        (Search { address: Some("2001:db8::6".to_owned()), ..any() }, every(&|n| n % 7 == 6)),
        (Search { from: Some(at(20)), to: Some(at(40)), ..any() }, (20..40).rev().collect()),
        (
            Search { brand: Some(BrandCode::new("VX0")), contract: Some(ContractId::new("contract-3")), ..any() },
            Vec::new(),
        ),
        (
            Search {
                contract: Some(ContractId::new("contract-2")),
                account: Some(AccountId::new("account-1")),
                events: vec![EventKind::ALL[0]],
                ..any()
            },
            every(&|n| n % 4 == 2 && n % 5 == 1 && n % 3 == 0),
        ),
    ];
    for (wanted, expected) in cases {
        for limit in [1, 7, 1000] {
            let found = numbers(&store.db, wanted.clone(), limit).await;
            assert_eq!(found, expected, "{wanted:?} in pages of {limit}");
        }
    }
}

#[tokio::test]
async fn events_of_one_instant_are_neither_lost_nor_shown_twice() {
    let store = Store::new().await;
    let mut tx = store.db.begin().await.unwrap();
    for number in 0..25 {
        let event = Event::new(EventKind::SignedIn, "7K3Q-9P2M".to_owned()).with("number", number.to_string());
        insert_event(&mut tx, AuditEventId::from(Random::system().row_id(NOW)), &event, NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut found = numbers(&store.db, Search::default(), 4).await;
    found.sort_unstable();
    assert_eq!(found, Vec::from_iter(0..25));
}

#[tokio::test]
async fn a_found_event_holds_every_column() {
    let store = Store::new().await;
    write_events(&store.db, 1).await;
    let page = search(&store.db, &Search { limit: 5, ..Search::default() }).await.unwrap();
    let event = &page.items[0];
    assert_eq!((event.kind(), event.reason.as_deref()), (Some(EventKind::ALL[0]), Some("wrong_password")));
    assert_eq!((event.at, event.reference.as_str()), (NOW, "7K3Q-0000"));
    assert_eq!(event.brand, Some(BrandCode::new("VX0")));
    assert_eq!(event.contract, Some(ContractId::new("contract-0")));
    assert_eq!(event.account, Some(AccountId::new("account-0")));
    assert_eq!(event.client, Some(ClientId::new("client-0")));
    assert_eq!(event.session, Some(SessionId::new("session")));
    assert_eq!(event.address.as_deref(), Some("2001:db8::0"));
    assert_eq!(find_event(&store.db, &event.id).await.unwrap().as_ref(), Some(event));
    assert_eq!(find_event(&store.db, &AuditEventId::new("nobody")).await.unwrap(), None);
}

#[tokio::test]
async fn what_somebody_types_is_a_text_to_look_for_and_nothing_more() {
    let store = Store::new().await;
    write_events(&store.db, 12).await;
    for text in hostile_texts().into_iter().chain(["%".to_owned(), "_".to_owned()]) {
        let wanted = [
            Search { reason: Some(text.clone()), ..Search::default() },
            Search { reference: Some(text.clone()), ..Search::default() },
            Search { address: Some(text.clone()), ..Search::default() },
        ];
        for wanted in wanted {
            assert_eq!(numbers(&store.db, wanted, 10).await, Vec::<i64>::new(), "{text:?}");
        }
    }
}
