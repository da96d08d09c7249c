//! Health, metrics on their own listener, and whose address counts.

use http::Method;
use sqlx::query_scalar;
use tegata::storage::Engine;

use super::http::{Http, authorize};
use super::node::{PATIENCE, Place, within};

#[tokio::test]
async fn health_and_readiness_are_told_at_the_root_and_metrics_on_their_own_listener_alone() {
    let mut place = Place::furnished().await;
    place.server = "metrics_listen = \"127.0.0.1:0\"".to_owned();
    let node = place.start().await;
    for (path, words) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let answer = node.http.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, words));
    }
    for path in ["/metrics", "/VX7/metrics"] {
        assert_eq!(node.http.get(path).await.status, 404, "{path}");
    }
    node.http.tokens("web").await;

    let line = within(PATIENCE, "the metrics listener", async || {
        node.log()
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .find(|line| line["message"] == "metrics")
    });
    let metrics = Http::to(line.await["addr"].as_str().unwrap().parse().unwrap());
    let scraped = metrics.get("/metrics").await;
    assert_eq!(scraped.status, 200);
    for line in [
        "tegata_tokens_issued_total{grant=\"authorization_code\"} 1",
        "process_resident_memory_bytes ",
        "tegata_connections_open ",
    ] {
        assert!(scraped.body.contains(line), "{line} is not among:\n{}", scraped.body);
    }
    for secret in ["hanako", "web-secret", "端場"] {
        assert!(!scraped.body.contains(secret), "{secret} is in the metrics");
    }
    for path in ["/", "/readyz", "/VX7/.well-known/openid-configuration"] {
        assert_eq!(metrics.get(path).await.status, 404, "{path} is nothing of the metrics listener's");
    }
}

#[tokio::test]
async fn a_forwarded_address_counts_from_a_trusted_proxy_alone_and_never_the_left_most() {
    let spoofed = "198.51.100.7, 203.0.113.9";
    for (trusted, expected) in [("", "127.0.0.1"), ("trusted_proxies = [\"127.0.0.0/8\"]", "203.0.113.9")] {
        let mut place = Place::furnished().await;
        place.server = trusted.to_owned();
        let node = place.start().await;
        let nobody = authorize("nobody");
        let answer = node.http.send((Method::GET, &nobody), &[("x-forwarded-for", spoofed)], String::new()).await;
        assert_eq!(answer.status, 400);
        let (db, reference) = (place.open_database().await, answer.reference().to_owned());
        let sql = "SELECT address FROM audit_event WHERE reference = $1";
        let address: String = within(PATIENCE, "the audit event", async || match db.engine() {
            Engine::Sqlite { reader, .. } => query_scalar(sql).bind(&reference).fetch_optional(reader).await.unwrap(),
            Engine::Postgres(pool) => query_scalar(sql).bind(&reference).fetch_optional(pool).await.unwrap(),
        })
        .await;
        assert_eq!(address, expected);
        db.close().await;
    }
}
