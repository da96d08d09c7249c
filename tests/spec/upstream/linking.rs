//! S24 to S26 and S29: which upstream account is whose, and how it becomes so.

use http::StatusCode;
use tegata::account::Role;

use super::ways::{Returning, alert, audit, change_link, identities, said, transactions, turned_back};
use crate::support::federation::{form, submit};
use crate::support::provider::PASSWORD;
use crate::support::{AuthorizeRequest, Callback, Federation, SignIn as _};

async fn subject_at(world: &Federation, connection: &str, user: &str) -> String {
    let callback = world.signs_in(connection, user).await;
    let tokens = world.provider.program().exchange(&world.app, callback.code()).await.ok();
    tokens.id_token()["sub"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn s24_the_same_subject_at_two_connections_is_two_people() {
    let world = Federation::start().await;
    let sub = world.upstreams.google().user("taro").unwrap().text("sub").to_owned();
    world.upstreams.oidc().set_claim("taro", "sub", sub);
    let first = world.member_as("first@vx7.example", "google", "taro").await;
    let mut returning = Returning::to(&world, "other", "taro").await;
    let answer = returning.arrive().await;
    turned_back(&world, &answer, "not-linked", "upstream_not_linked").await;
    let second = world.member_as("second@vx7.example", "other", "taro").await;
    assert_eq!(subject_at(&world, "google", "taro").await, first.subject.as_str());
    assert_eq!(subject_at(&world, "other", "taro").await, second.subject.as_str());
    assert_eq!(identities(&world).await.len(), 2);
}

/// The address of an account may change hands, its number does not.
#[tokio::test]
async fn s24_an_upstream_account_is_known_by_its_number_whatever_its_address_says_now() {
    let world = Federation::start().await;
    let account = world.member_as("taro@vx7.example", "google", "taro").await;
    assert_eq!(subject_at(&world, "google", "renamed").await, account.subject.as_str());
    // Somebody else has the address now.
    world.upstreams.google().set_claim("hanako", "email", "taro.yamada@gmail.com");
    let page = world.sign_in(&mut world.provider.browser(), "google", "hanako").await;
    assert_eq!(page.is_login().status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// nOAuth: an address in a foreign tenant is whatever its administrator typed.
#[tokio::test]
async fn s25_somebody_with_the_victims_address_elsewhere_gets_nothing_by_it() {
    let world = Federation::start().await;
    let victim = world.provider.account("victim@example.com").await;
    world.member_as("victim@vx7.example", "google", "taro").await;
    world.upstreams.google().set_claim("hanako", "email", "victim@example.com");
    world.upstreams.google().set_claim("thirdparty", "email", "victim@example.com");
    world
        .upstreams
        .facebook()
        .change_user("taro", |user| drop(user.claims.insert("email".into(), "victim@example.com".into())));
    world.upstreams.oidc().set_claim("hanako", "email", "victim@example.com");
    let before = identities(&world).await;
    let adfs = world.adfs.to_string();
    for (connection, user) in [
        ("microsoft", "noauth"),
        ("microsoft", "noauth_false"),
        ("microsoft", "noauth_string"),
        ("microsoft", "noauth_true"),
        (adfs.as_str(), "victim@corp"),
        ("google", "hanako"),
        ("google", "thirdparty"),
        ("facebook", "taro"),
        ("other", "hanako"),
    ] {
        let mut returning = Returning::to(&world, connection, user).await;
        let answer = returning.arrive().await;
        turned_back(&world, &answer, "not-linked", "upstream_not_linked").await;
        let page = returning.browser.follow(answer).await;
        assert!(!page.body.contains("victim"), "{connection} {user}: whose address it is, is not confirmed");
        assert_eq!(returning.browser.session(), None, "{connection} {user}");
    }
    assert_eq!(identities(&world).await, before);
    let mut browser = world.provider.browser();
    let callback = browser.sign_in(&AuthorizeRequest::of(&world.app), &victim).await;
    let tokens = world.provider.program().exchange(&world.app, callback.code()).await.ok();
    assert_eq!(tokens.id_token()["sub"], victim.sub(), "the victim signs in as before");
}

/// Nor does an invitation of one's own become the victim's account by the address of the upstream account.
#[tokio::test]
async fn s25_the_address_of_the_upstream_account_is_shown_and_changes_nothing() {
    let world = Federation::start().await;
    let victim = world.provider.account("victim@example.com").await;
    world.provider.invite("attacker@vx7.example").await;
    let link = world.provider.mailed_link("attacker@vx7.example", "利用者登録").await;
    let mut returning = Returning::by_link(&world, &link, ("microsoft", "noauth_true")).await;
    let confirm = returning.end().await;
    assert!(confirm.body.contains("victim@example.com"), "the person sees which account it is: {}", confirm.body);
    submit(&mut returning.browser, &confirm, "/link/", &[]).await;
    let account = world.provider.record_of("attacker@vx7.example").await.account;
    assert_eq!(subject_at(&world, "microsoft", "noauth_true").await, account.subject.as_str());
    assert_ne!(account.subject.as_str(), victim.sub());
    assert_eq!(world.provider.record_of("victim@example.com").await.account, victim.account);
}

#[tokio::test]
async fn s26_a_confirmation_that_is_opened_in_another_browser_links_nothing() {
    let world = Federation::start().await;
    world.provider.invite("taro@vx7.example").await;
    let link = world.provider.mailed_link("taro@vx7.example", "利用者登録").await;
    let mut returning = Returning::by_link(&world, &link, ("google", "taro")).await;
    let confirm = returning.end().await;
    let (action, fields) = form(&confirm, "/link/").expect("the confirmation");
    let mut other = world.provider.browser();
    // One with a cookie of its own, as every browser that was ever here has.
    other.get(&link).await;
    let page = other.get(&action).await;
    page.shows(StatusCode::BAD_REQUEST, "upstream_elsewhere");
    assert!(!page.body.contains("taro.yamada@gmail.com"), "nor does it tell whose account it is: {}", page.body);
    for action in [action.clone(), format!("{action}/other")] {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        other.post(&action, &fields).await.shows(StatusCode::FORBIDDEN, "csrf_failed");
    }
    assert!(identities(&world).await.is_empty());
    let answer = submit(&mut returning.browser, &confirm, "/link/", &[]).await;
    assert!(answer.location().ends_with("/registration/done"), "their own browser still does: {}", answer.location());
}

/// Whoever has an invitation and sends the way to the upstream to somebody else does not get that person's account.
#[tokio::test]
async fn s26_the_way_back_of_somebody_elses_upstream_account_ends_in_their_own_browser() {
    let world = Federation::start().await;
    world.provider.invite("attacker@vx7.example").await;
    let link = world.provider.mailed_link("attacker@vx7.example", "利用者登録").await;
    let mut attacker = world.provider.browser();
    let page = attacker.get(&link).await;
    let url = world.depart(&mut attacker, &page, "google").await;
    let mut victim = world.provider.browser();
    victim.get(&link).await;
    let back = world.upstreams.sign_in(&url, "taro").await.unwrap();
    victim.get(back.as_str()).await.shows(StatusCode::BAD_REQUEST, "upstream_elsewhere");
    assert!(identities(&world).await.is_empty() && world.upstreams.google().requests("/token").is_empty());
}

#[tokio::test]
async fn s29_an_account_that_is_linked_elsewhere_is_refused_and_does_not_move() {
    let world = Federation::start().await;
    world.member_as("first@vx7.example", "google", "taro").await;
    let before = identities(&world).await;
    world.provider.invite("second@vx7.example").await;
    let link = world.provider.mailed_link("second@vx7.example", "利用者登録").await;
    let mut returning = Returning::by_link(&world, &link, ("google", "taro")).await;
    let answer = returning.arrive().await;
    assert_eq!(said(&answer), "linked-elsewhere");
    let page = returning.browser.follow(answer).await;
    assert!(alert(&page).contains("すでにほかの利用者"), "{}", page.body);
    // The same for somebody who has another method and wants this one.
    world.member_as("third@vx7.example", "other", "hanako").await;
    let link = change_link(&world, "third@vx7.example").await;
    let mut returning = Returning::by_link(&world, &link, ("google", "taro")).await;
    assert_eq!(said(&returning.arrive().await), "linked-elsewhere");
    let after: Vec<_> = identities(&world).await.into_iter().filter(|row| row.contains("google")).collect();
    assert_eq!(after, before);
}

/// Two who come back with the same account at once: whoever confirms first has it.
#[tokio::test]
async fn s29_of_two_who_confirm_the_same_account_the_first_gets_it() {
    let world = Federation::start().await;
    let mut waiting = Vec::new();
    for email in ["first@vx7.example", "second@vx7.example"] {
        world.provider.invite(email).await;
        let link = world.provider.mailed_link(email, "利用者登録").await;
        let mut returning = Returning::by_link(&world, &link, ("google", "taro")).await;
        let confirm = returning.end().await;
        waiting.push((returning, confirm));
    }
    let mut words = Vec::new();
    for (returning, confirm) in &mut waiting {
        let answer = submit(&mut returning.browser, confirm, "/link/", &[]).await;
        words.push(answer.location().to_owned());
    }
    assert!(words[0].ends_with("/registration/done") && words[1].ends_with("upstream=linked-elsewhere"), "{words:?}");
    assert_eq!(identities(&world).await.len(), 1);
    // The second one's link is as good as before.
    let link = world.provider.mailed_link("second@vx7.example", "利用者登録").await;
    let done = world.register(&mut world.provider.browser(), &link, "google", "hanako").await;
    assert!(done.body.contains("完了"), "{}", done.body);
}

/// There is always one method and one alone: a change that cannot be made leaves the former one.
#[tokio::test]
async fn s29_a_change_that_is_refused_leaves_the_last_method_as_it_was() {
    let world = Federation::start().await;
    world.member_as("first@vx7.example", "google", "taro").await;
    let account = world.provider.account_with("second@vx7.example", |account| account.role = Role::User).await;
    let link = change_link(&world, account.email()).await;
    let mut returning = Returning::by_link(&world, &link, ("google", "taro")).await;
    assert_eq!(said(&returning.arrive().await), "linked-elsewhere");
    let mut browser = world.provider.browser();
    let login = browser.open_login(&AuthorizeRequest::of(&world.app)).await;
    let answer = browser.submit(&login, account.email(), PASSWORD).await;
    let answer = browser.follow(answer).await;
    assert!(!Callback::of(&answer).code().is_empty());
    assert!(transactions(&world).await > 0 && !audit(&world).await.is_empty());
}
