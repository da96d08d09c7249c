//! Sudden death between use and reuse (security.md, the classes of attack above 2.1).

use super::node::Deployment;
use crate::support::flow::VERIFIER;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_used_before_a_crash_is_used_after_it() {
    let deployment = Deployment::create("[tokens]\nrefresh_grace = \"0s\"").await;
    let node = deployment.start("node").await;
    let (client, public) = (&deployment.confidential, &deployment.public);
    let mut caller = node.caller();
    let code = caller.code(client).await;
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", client.redirect_uri.as_str()),
        ("code_verifier", VERIFIER),
    ];
    let tokens = caller.token(client, &exchange).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let mut caller = node.caller();
    let public_code = caller.code(public).await;
    let fields = exchange.map(|(name, value)| match name {
        "code" => (name, public_code.as_str()),
        "redirect_uri" => (name, public.redirect_uri.as_str()),
        _ => (name, value),
    });
    let first = caller.token(public, &fields).await.json();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().unwrap())];
    let second = caller.token(public, &refresh).await;
    assert_eq!(second.status, 200, "{}", second.body);
    node.kill().await;

    let node = deployment.start("node").await;
    let mut caller = node.caller();
    let access = tokens.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(caller.introspect(client, &access).await["active"], true, "what was acknowledged is there");
    let again = caller.token(client, &exchange).await;
    assert_eq!((again.status.as_u16(), &again.json()["error"]), (400, &"invalid_grant".into()));
    assert_eq!(caller.introspect(client, &access).await["active"], false, "and the reuse revokes it");

    let again = caller.token(public, &refresh).await;
    assert_eq!((again.status.as_u16(), &again.json()["error"]), (400, &"invalid_grant".into()));
    let body = second.json();
    let successor = [("grant_type", "refresh_token"), ("refresh_token", body["refresh_token"].as_str().unwrap())];
    assert_eq!(caller.token(public, &successor).await.status, 400, "the family is revoked");
    node.stop().await;
}
