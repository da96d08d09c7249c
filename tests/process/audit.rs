//! The audit log from the command line, beside a running node and after one that was killed.

use std::time::Duration;

use super::node::{Place, within};

/// The job seals every second.
const SOON: Duration = Duration::from_secs(4);

#[tokio::test]
async fn what_was_committed_before_a_kill_is_sealed_by_the_next_node_and_verified_against_a_noted_head() {
    let place = Place::furnished().await;
    let node = place.start().await;
    let sealed = async || {
        let report = place.run(&["audit", "verify"]).await;
        (report["waiting"] == 0 && report["checked"].as_i64() > Some(0)).then_some(report)
    };
    let report = within(SOON, "everything sealed", sealed).await;
    assert_eq!((report["sound"].as_bool(), report["wrong"].as_i64()), (Some(true), Some(0)));
    let head = report["head"].as_str().unwrap().to_owned();
    // Commands write events, too; nobody seals them once the node is gone.
    node.kill().await;
    place.run(&["client", "disable", "--brand", "VX7", "--id", "web"]).await;
    let waiting = place.run(&["audit", "verify", "--head", &head]).await;
    assert!(waiting["waiting"].as_i64() > Some(0) && waiting["sound"] == true, "{waiting}");
    let node = place.start().await;
    let report = within(SOON, "the rest sealed", sealed).await;
    assert_ne!(report["head"].as_str().unwrap(), head);
    let again = place.run(&["audit", "verify", "--head", &head]).await;
    assert_eq!(again["sound"], true, "the noted head is still part of it");
    assert!(node.log().contains("audit log"), "the head is noted in the log");
    let (seq, _) = head.split_once(':').unwrap();
    let forged = format!("{seq}:{}", "A".repeat(43));
    let refused = place.try_run(&["audit", "verify", "--head", &forged], "").await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the noted head is not in the chain"));
}

#[tokio::test]
async fn events_are_found_and_carried_away_and_a_sign_in_is_explained() {
    let place = Place::furnished().await;
    place.run(&["client", "disable", "--brand", "VX7", "--id", "web"]).await;
    let found = place.run(&["audit", "search", "--event", "client_changed", "--reason", "disabled", "--json"]).await;
    assert_eq!((found["client_id"].as_str(), found["brand"].as_str()), (Some("web"), Some("VX7")));
    let exported = place.try_run(&["audit", "export", "--from", "2020-01-01"], "").await;
    let lines = String::from_utf8(exported.stdout).unwrap();
    assert!(
        lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()) && lines.lines().count() > 1
    );
    let none = place.try_run(&["audit", "export", "--to", "2020-01-01"], "").await;
    assert!(none.status.success() && none.stdout.is_empty());
    for wrong in [["audit", "search", "--event", "nothing"], ["audit", "verify", "--head", "x"]] {
        assert_eq!(place.try_run(&wrong, "").await.status.code(), Some(2), "{wrong:?}");
    }
    let asked = ["explain", "--brand", "VX7", "--account", "nobody@vx7.example", "--client", "web", "--json"];
    let explained = place.run(&asked).await;
    assert_eq!(explained["verdict"], "refused");
    let checks = explained["checks"].as_array().unwrap();
    let code = |what: &str| checks.iter().find(|check| check["check"] == what).unwrap()["code"].clone();
    assert_eq!((code("client"), code("account")), ("client_disabled".into(), "unknown_account".into()));
}
