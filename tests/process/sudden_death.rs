//! SIGKILL: what was answered holds afterwards. `tegata-conformance crash` does the same under load.

use super::node::Place;

#[tokio::test]
async fn a_code_used_before_a_sudden_death_is_refused_after_it_and_acknowledged_tokens_work() {
    let place = Place::furnished().await;
    let node = place.start().await;
    let mut redeemed = Vec::new();
    for client in ["web", "app"] {
        let code = node.http.code(client).await;
        let answer = node.http.redeem(client, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        redeemed.push((client, code));
    }
    let kept = node.http.tokens("web").await;
    let rotated = node.http.refresh("app", &text(&node.http.tokens("app").await, "refresh_token")).await.json();
    let unused = node.http.code("web").await;
    node.kill().await;

    let node = place.start().await;
    for (client, token) in [("web", &kept), ("app", &rotated)] {
        let answer = node.http.refresh(client, &text(token, "refresh_token")).await;
        assert_eq!(answer.status, 200, "{client}: {}", answer.body);
    }
    let userinfo = node.http.userinfo(&text(&kept, "access_token")).await;
    assert_eq!(userinfo.json()["email"], "hanako@vx7.example");
    assert_eq!(node.http.redeem("web", &unused).await.status, 200, "a code that was handed out is good for one use");
    for (client, code) in &redeemed {
        let answer = node.http.redeem(client, code).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (400, &"invalid_grant".into()), "{client}");
    }
}

fn text(tokens: &serde_json::Value, member: &str) -> String {
    tokens[member].as_str().unwrap_or_else(|| panic!("no {member}: {tokens}")).to_owned()
}
