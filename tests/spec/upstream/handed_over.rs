//! Identities that an operator hands over: people who come from another provider.

use tegata::account::{AccountState, LoginMethod};
use tegata::lifecycle::{Linked, Upstream, take_over_identity};
use tegata::upstream::Person;

use crate::support::Federation;
use crate::support::provider::PASSWORD;

async fn hand_over(world: &Federation, email: &str, connection: &str, word: &str) -> Linked {
    let app = &world.provider.app;
    let registrar = world.provider.registrar();
    let id = tegata::id::ConnectionId::new(connection);
    let found = app.upstreams.find((&app.db, &app.master), registrar.issuer, &id).await.unwrap();
    let connection = found.expect("the connection is there");
    let subject = connection.subject_key(word).expect("a good subject");
    let person = Person { subject, upstream_sub: None, name: None, email: None, auth_time: None };
    let record = world.provider.record_of(email).await;
    let mut tx = app.db.begin().await.unwrap();
    let upstream = Upstream { connection: &connection, person: &person };
    let linked = take_over_identity(&mut tx, &registrar, &record, upstream).await.unwrap();
    if linked == Linked::Yes {
        tx.commit().await.unwrap();
    }
    linked
}

/// What each upstream calls a person: `sub`, `<tid>.<oid>`, Facebook's id, the value of the claim.
fn word_for(world: &Federation, connection: &str, user: &str) -> String {
    let known = world.host(connection).user(user).expect("the simulator knows the person");
    match connection {
        "microsoft" => format!("{}.{}", known.text("tid"), known.text("oid")),
        id if id.starts_with("adfs-") => known.text("objectguid").to_owned(),
        _ => known.text("sub").to_owned(),
    }
}

#[tokio::test]
async fn whoever_was_handed_over_signs_in_at_once_and_the_password_is_dead() {
    let world = Federation::start().await;
    for (connection, email) in
        [("google", "a@vx7.example"), ("microsoft", "b@vx7.example"), (world.adfs.as_str(), "c@vx7.example")]
    {
        world.provider.account(email).await;
        let user = world.person_at(connection);
        let word = word_for(&world, connection, user);
        assert_eq!(hand_over(&world, email, connection, &word).await, Linked::Yes, "{connection}");
        assert!(!world.signs_in(connection, user).await.code().is_empty(), "{connection}");
        let record = world.provider.record_of(email).await;
        assert_ne!(record.account.login_method, LoginMethod::Password);
        assert!(record.password_hash.is_none(), "{PASSWORD} is nobody's any more");
        assert!(!world.provider.subjects(email).await.is_empty(), "the person is told");
    }
}

#[tokio::test]
async fn an_invited_person_needs_no_invitation_any_more_and_a_suspended_one_stays_so() {
    let world = Federation::start().await;
    let word = word_for(&world, "google", "taro");
    world.provider.invite("new@vx7.example").await;
    let link = world.provider.mailed_link("new@vx7.example", "利用者登録").await;
    let verified = world.provider.record_of("new@vx7.example").await.account.email_verified_at;
    assert_eq!(hand_over(&world, "new@vx7.example", "google", &word).await, Linked::Yes);
    let record = world.provider.record_of("new@vx7.example").await;
    assert_eq!((record.account.state, record.account.email_verified_at), (AccountState::Active, verified));
    assert_eq!(world.provider.browser().get(&link).await.status, http::StatusCode::GONE);
    let account = world.provider.account("old@vx7.example").await;
    world.provider.set_account_state(&account, AccountState::Active, AccountState::Suspended).await;
    let other = word_for(&world, "google", "hanako");
    assert_eq!(hand_over(&world, "old@vx7.example", "google", &other).await, Linked::No);
}

#[tokio::test]
async fn somebodys_identity_is_not_moved_by_handing_it_over_again() {
    let world = Federation::start().await;
    world.provider.account("a@vx7.example").await;
    world.provider.account("b@vx7.example").await;
    let word = word_for(&world, "google", "taro");
    assert_eq!(hand_over(&world, "a@vx7.example", "google", &word).await, Linked::Yes);
    assert_eq!(hand_over(&world, "b@vx7.example", "google", &word).await, Linked::Elsewhere);
    assert!(world.provider.record_of("b@vx7.example").await.password_hash.is_some());
}
