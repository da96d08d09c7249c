//! The log of a node that did everything, good and bad: no address, no password, no token, nobody's name.

use super::http::{Person, authorize};
use super::node::{PASSWORD, Place, secret};
use crate::support::Callback;

#[tokio::test]
async fn no_level_of_the_log_holds_personal_data_or_a_secret() {
    for level in ["info", "debug", "trace,sqlx=trace"] {
        let mut place = Place::furnished().await;
        place.log = level;
        let node = place.start().await;
        let mut secrets: Vec<String> =
            ["hanako", "nobody@vx7", "端場", "ハワノリ", PASSWORD, "Wrong-Horse-9"].map(str::to_owned).to_vec();
        secrets.extend([secret("web"), secret("web").replace('-', "%2D")]);
        secrets.push(crate::support::program::basic("web", &secret("web")).replace("Basic ", ""));

        let mut person = Person::at(&node.http);
        let page = person.open(&authorize("web")).await;
        secrets.push(page.field("csrf").unwrap());
        person.submit(&page, "nobody@vx7.example", "Wrong-Horse-9").await;
        person.submit(&page, "hanako@vx7.example", "Wrong-Horse-9").await;
        let callback = Callback::of(&person.submit(&page, "hanako@vx7.example", PASSWORD).await);
        secrets.extend(person.cookies.values().cloned());
        secrets.push(callback.code().to_owned());
        secrets.push(crate::support::flow::VERIFIER.to_owned());
        let tokens = node.http.redeem("web", callback.code()).await.json();
        let token = |name: &str| tokens[name].as_str().unwrap().to_owned();
        secrets.extend(["access_token", "refresh_token", "id_token"].map(token));
        node.http.userinfo(&token("access_token")).await;
        node.http.refresh("web", &token("refresh_token")).await;
        node.http.post_as("web", "/VX7/introspect", &[("token", &token("access_token"))]).await;
        node.http.post_as("web", "/VX7/revoke", &[("token", &token("refresh_token"))]).await;
        node.http.redeem("web", callback.code()).await;
        node.http.post("/VX7/token", &[("grant_type", "password"), ("username", "hanako@vx7.example")], &[]).await;
        node.http.userinfo("hanako").await;
        person.open(&format!("/VX7/logout?id_token_hint={}", token("id_token"))).await;
        place.run(&["account", "suspend", "--brand", "VX7", "--email", "hanako@vx7.example"]).await;

        let mut node = node;
        node.terminate();
        node.ended().await;
        let log = node.log();
        assert!(log.contains("listening") && log.contains("stopped"), "{log}");
        for secret in secrets {
            let line = log.lines().find(|line| line.contains(&secret));
            assert_eq!(line, None, "{level}: {secret} is in the log");
        }
    }
}
