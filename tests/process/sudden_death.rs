//! SIGKILL between use and reuse (`security.md`, the classes of attack above 2.1): what was answered holds afterwards.
//! `tegata-conformance crash` does the same under load.

use super::node::Place;
use crate::support::Answer;

#[tokio::test]
async fn what_was_used_before_a_sudden_death_is_used_after_it_and_what_was_given_is_good() {
    let mut place = Place::furnished().await;
    place.sections = "[tokens]\nrefresh_grace = \"0s\"".to_owned();
    let node = place.start().await;
    let mut redeemed = Vec::new();
    for client in ["web", "app"] {
        let code = node.http.code(client).await;
        redeemed.push((client, code.clone(), ok(&node.http.redeem(client, &code).await)));
    }
    let rotated = text(&node.http.tokens("app").await, "refresh_token");
    let successor = text(&ok(&node.http.refresh("app", &rotated).await), "refresh_token");
    let another = text(&ok(&node.http.refresh("app", &successor).await), "refresh_token");
    let unused = node.http.code("web").await;
    node.kill().await;

    let node = place.start().await;
    assert_eq!(node.http.redeem("web", &unused).await.status, 200, "a code that was handed out is good for one use");
    for (client, code, tokens) in &redeemed {
        let access = text(tokens, "access_token");
        let userinfo = node.http.userinfo(&access).await;
        assert_eq!(userinfo.json()["email"], "hanako@vx7.example", "what was acknowledged is there");
        ok(&node.http.refresh(client, &text(tokens, "refresh_token")).await);
        refused(&node.http.redeem(client, code).await);
        assert_eq!(node.http.userinfo(&access).await.status, 401, "and the reuse revokes it");
    }
    let newest = text(&ok(&node.http.refresh("app", &another).await), "refresh_token");
    refused(&node.http.refresh("app", &rotated).await);
    refused(&node.http.refresh("app", &newest).await);
}

fn ok(answer: &Answer) -> serde_json::Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

fn refused(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (400, &"invalid_grant".into()), "{}", answer.body);
}

fn text(tokens: &serde_json::Value, member: &str) -> String {
    tokens[member].as_str().unwrap_or_else(|| panic!("no {member}: {tokens}")).to_owned()
}
