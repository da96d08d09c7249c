//! What an operator orders at one node holds at the others within five seconds.

use std::time::Duration;

use super::http::{Person, authorize};
use super::node::{PASSWORD, Place, within};

/// `product.md`: changes reach all nodes within five seconds.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_client_disabled_by_command_is_refused_at_every_node_within_5_s_and_enabled_again() {
    let place = Place::furnished().await;
    let nodes = place.start_all().await;
    let token = nodes[0].http.client_credentials("web").await.json()["access_token"].as_str().unwrap().to_owned();
    let named = ["--brand", "VX7", "--id", "web"];
    place.run(&[&["client", "disable"], &named[..]].concat()).await;
    for node in &nodes {
        let refused = within(SOON, "the client is refused", async || {
            let answer = node.http.client_credentials("web").await;
            (answer.status != 200).then_some(answer)
        })
        .await;
        assert_eq!((refused.status.as_u16(), refused.json()["error"].clone()), (401, "invalid_client".into()));
        let page = node.http.get(&authorize("web")).await;
        assert_eq!((page.status.as_u16(), page.header("location")), (400, ""), "no redirect for a disabled client");
    }
    place.run(&[&["client", "enable"], &named[..]].concat()).await;
    for node in &nodes {
        within(SOON, "the client works again", async || {
            (node.http.post_as("web", "/VX7/introspect", &[("token", &token)]).await.status == 200).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_suspended_account_is_refused_at_every_node_within_5_s() {
    let place = Place::furnished().await;
    let nodes = place.start_all().await;
    let mut sessions = Vec::new();
    for node in &nodes {
        let mut person = Person::at(&node.http);
        let code = person.sign_in("web", "hanako@vx7.example").await.code().to_owned();
        let tokens = node.http.redeem("web", &code).await.json();
        sessions.push((person, tokens["refresh_token"].as_str().unwrap().to_owned()));
    }
    place.run(&["account", "suspend", "--brand", "VX7", "--email", "hanako@vx7.example"]).await;
    for (node, (person, refresh)) in nodes.iter().zip(&mut sessions) {
        let refused = within(SOON, "the refresh is refused", async || {
            let answer = node.http.refresh("web", refresh).await;
            (answer.status != 200).then_some(answer)
        })
        .await;
        assert_eq!(refused.json()["error"], "invalid_grant");
        let page = person.open(&authorize("web")).await;
        assert_ne!(page.status, 303, "the session is over: {}", page.header("location"));
        let mut stranger = Person::at(&node.http);
        let page = stranger.open(&authorize("web")).await;
        let answer = stranger.submit(&page, "hanako@vx7.example", PASSWORD).await;
        assert_ne!(answer.status, 303, "a suspended account does not sign in");
    }
}

#[tokio::test]
async fn an_access_path_closed_at_one_node_is_closed_at_every_node_within_5_s() {
    let place = Place::furnished().await;
    let nodes = place.start_all().await;
    let mut sessions = Vec::new();
    for node in &nodes {
        let mut person = Person::at(&node.http);
        let code = person.sign_in("web", "hanako@vx7.example").await.code().to_owned();
        let tokens = node.http.redeem("web", &code).await.json();
        sessions.push((person, tokens["refresh_token"].as_str().unwrap().to_owned()));
    }
    let contract = place.run(&["contract", "list", "--brand", "VX7", "--json"]).await;
    let id = contract["contract_id"].as_str().unwrap();
    place.run(&["contract", "set-access-path", "--id", id, "--to", "line_only"]).await;
    for (node, (person, refresh)) in nodes.iter().zip(&mut sessions) {
        let refused = within(SOON, "the refresh is refused", async || {
            let answer = node.http.refresh("web", refresh).await;
            (answer.status != 200).then_some(answer)
        })
        .await;
        assert_eq!(refused.json()["error"], "invalid_grant");
        let page = person.open(&authorize("web")).await;
        assert_ne!(page.status, 303, "the session is over: {}", page.header("location"));
        let mut stranger = Person::at(&node.http);
        let page = stranger.open(&authorize("web")).await;
        let answer = stranger.submit(&page, "hanako@vx7.example", PASSWORD).await;
        assert_ne!(answer.status, 303, "nobody signs in over the internet");
    }
}
