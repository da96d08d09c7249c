//! The list of users.

use http::StatusCode;
use tegata::account::directory::{Place, SearchBy, UserSearch, list_users};
use tegata::account::{AccountState, Role};

use super::scene::Console;
use crate::support::{Answer, Provider};

fn search(provider: &Provider) -> UserSearch {
    UserSearch {
        contract: provider.usual_contract().clone(),
        by: SearchBy::Anything,
        text: String::new(),
        role: None,
        state: None,
        place: Place::First,
        limit: 3,
    }
}

async fn emails(provider: &Provider, search: &UserSearch) -> Vec<String> {
    let page = list_users(provider.db(), search).await.unwrap().unwrap();
    page.users.into_iter().map(|user| user.email).collect()
}

async fn people(provider: &Provider) {
    let people = [
        ("a@vx7.example", "端場 花子", Role::Contractor, AccountState::Active),
        ("B@vx7.example", "ﾊﾞﾝﾊﾞ ﾀﾛｳ", Role::Administrator, AccountState::Active),
        ("c_1%@vx7.example", "Ｙａｍａｄａ Taro", Role::User, AccountState::Locked),
        ("d@vx7.example", "端場 次郎", Role::User, AccountState::Suspended),
        ("e@vx7.example", "佐藤 花子", Role::User, AccountState::Invited),
        ("f@vx7.example", "消えた 人", Role::User, AccountState::Deleted),
        ("g@vx7.example", "端場 花子", Role::User, AccountState::Active),
    ];
    for (email, name, role, state) in people {
        let change = |account: &mut tegata::account::Account| {
            (account.name, account.role, account.state) = (name.to_owned(), role, state);
        };
        provider.account_with(email, change).await;
    }
}

#[tokio::test]
async fn pages_turn_forwards_and_backwards_and_show_everybody_once() {
    let provider = Provider::start().await;
    people(&provider).await;
    for by in [SearchBy::Address, SearchBy::Name] {
        let mut search = UserSearch { by, ..search(&provider) };
        let (mut forwards, mut backwards) = (Vec::new(), Vec::new());
        let mut pages = 0;
        loop {
            let page = list_users(provider.db(), &search).await.unwrap().unwrap();
            forwards.extend(page.users.iter().map(|user| user.email.clone()));
            assert_eq!(page.previous.is_none(), pages == 0);
            pages += 1;
            match page.next {
                Some(next) => search.place = next,
                None => break,
            }
        }
        assert_eq!((forwards.len(), pages), (6, 2), "{by}: {forwards:?}");
        let last = list_users(provider.db(), &search).await.unwrap().unwrap();
        search.place = last.previous.unwrap();
        let before = list_users(provider.db(), &search).await.unwrap().unwrap();
        assert!(before.previous.is_none() && before.next.is_some());
        backwards.extend(before.users.iter().map(|user| user.email.clone()));
        assert_eq!(backwards, forwards[..3], "{by}");
    }
}

#[tokio::test]
async fn a_place_stays_though_its_user_is_gone() {
    let provider = Provider::start().await;
    people(&provider).await;
    let first = list_users(provider.db(), &search(&provider)).await.unwrap().unwrap();
    let second = UserSearch { place: first.next.unwrap(), ..search(&provider) };
    let before = emails(&provider, &second).await;
    crate::support::sql::execute(&provider, "UPDATE account SET state = 'deleted' WHERE email LIKE 'c%'").await;
    assert_eq!(emails(&provider, &second).await, before);
}

#[tokio::test]
async fn people_are_found_by_what_is_typed() {
    let provider = Provider::start().await;
    people(&provider).await;
    let everybody = UserSearch { limit: 50, ..search(&provider) };
    for (by, text, expected) in [
        (SearchBy::Address, "b@VX7", &["B@vx7.example"][..]),
        (SearchBy::Address, "c_1%@vx7.example", &["c_1%@vx7.example"]),
        (SearchBy::Address, "vx7", &[]),
        (SearchBy::Name, "端場", &["a@vx7.example", "g@vx7.example", "d@vx7.example"]),
        (SearchBy::Name, "端場　花子", &["a@vx7.example", "g@vx7.example"]),
        (SearchBy::Name, "花子", &[]),
        (SearchBy::Name, "yamada", &["c_1%@vx7.example"]),
        (SearchBy::Anything, "花子", &["a@vx7.example", "e@vx7.example", "g@vx7.example"]),
        (SearchBy::Anything, "バンバ", &["B@vx7.example"]),
        (SearchBy::Anything, "1%", &["c_1%@vx7.example"]),
        (SearchBy::Anything, "_", &["c_1%@vx7.example"]),
        (SearchBy::Anything, "!", &[]),
        (SearchBy::Anything, "消えた", &[]),
    ] {
        let mut found = emails(&provider, &UserSearch { by, text: text.to_owned(), ..everybody.clone() }).await;
        let mut expected = expected.to_vec();
        // People of one name stand in the order of their ids.
        if by == SearchBy::Name {
            found.sort();
            expected.sort_unstable();
        }
        assert_eq!(found, expected, "{by} {text:?}");
    }
    let filtered = UserSearch { role: Some(Role::User), state: Some(AccountState::Locked), ..everybody.clone() };
    assert_eq!(emails(&provider, &filtered).await, ["c_1%@vx7.example"]);
    let administrators = UserSearch { role: Some(Role::Administrator), ..everybody };
    assert_eq!(emails(&provider, &administrators).await, ["B@vx7.example"]);
}

#[tokio::test]
async fn a_person_with_a_new_address_is_found_by_it() {
    let console = Console::open().await;
    let mut browser = console.sign_in(&console.contractor).await;
    let form = browser.get(&Console::path(&console.user, "/email")).await;
    let confirm = crate::support::Person::fill_in(&mut browser, &form, &[("email", "betsu@vx7.example")]).await;
    let fields = [("email", "betsu@vx7.example"), ("confirmed", "yes")];
    crate::support::Person::fill_in(&mut browser, &confirm, &fields).await;
    let link = console.provider.mailed_link("betsu@vx7.example", "メールアドレス変更登録").await;
    let mut user = console.provider.browser();
    let page = user.get(&link).await;
    let new = [("password", "Another-Kite-44"), ("again", "Another-Kite-44")];
    crate::support::Person::fill_in(&mut user, &page, &new).await;
    let found = UserSearch { text: "betsu".to_owned(), ..search(&console.provider) };
    assert_eq!(emails(&console.provider, &found).await, ["betsu@vx7.example"]);
}

#[tokio::test]
async fn the_page_links_to_each_user_and_keeps_the_search() {
    let console = Console::open().await;
    for n in 0..60 {
        console.provider.account(&format!("n{n:02}@vx7.example")).await;
    }
    let mut browser = console.sign_in(&console.contractor).await;
    let page = browser.get("/VX7/admin/users?q=n&by=address&role=user").await;
    let shown = |page: &Answer| page.body.matches("/VX7/admin/users/").count();
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("value=\"n\"") && page.body.contains("value=\"address\" selected"), "{}", page.body);
    let next = page.body.split_once("rel=\"next\"").unwrap().0;
    let next = next.rsplit_once("href=\"").unwrap().1.split_once('"').unwrap().0.replace("&#38;", "&");
    assert!(next.contains("q=n") && next.contains("role=user") && !next.contains('@'), "{next}");
    let second = browser.get(&next).await;
    assert_eq!((shown(&page), shown(&second)), (50 + 2, 10 + 2), "with invite and import");
    assert!(second.body.contains("rel=\"prev\"") && !second.body.contains("rel=\"next\""));
    let nobody = browser.get("/VX7/admin/users?q=%22%3E%3Cscript%3E").await;
    assert!(nobody.body.contains("該当するユーザはいません。") && !nobody.body.contains("\"><script>"));
}
