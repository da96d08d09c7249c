//! What may be typed. The rules themselves are tested beside them; here, that the page holds them and nobody is asked.

use http::StatusCode;

use super::{Desk, Fields, PATH, faults};
use crate::support::federation::SECRET;

#[tokio::test]
async fn every_wrong_field_is_named_at_once_and_nobody_is_asked() {
    let mut desk = Desk::empty().await;
    let page = desk.open().await;
    let adfs = desk.world.upstreams.adfs("adfs-b");
    let good = Fields::of(&desk.world, &adfs);
    let long = "x".repeat(256);
    for (field, value) in [
        ("issuer", ""),
        ("issuer", "adfs-b.sim.test/adfs"),
        ("issuer", "https://adfs-b.sim.test/adfs?x"),
        ("issuer", "https://user@adfs-b.sim.test/adfs"),
        ("issuer", "https://127.0.0.1/adfs"),
        ("issuer", "https://adfs-b.sim.test:22/adfs"),
        ("client_id", ""),
        ("client_id", &long),
        ("client_secret", ""),
        ("client_secret", &long),
        ("client_secret", "é"),
        ("subject_claim", ""),
        ("subject_claim", "a b"),
        ("subject_claim", "aud"),
        ("resource", "日本"),
        ("ca_certificate", "-----BEGIN PRIVATE KEY-----"),
    ] {
        let fields = good.clone().with(field, value);
        for to in ["/test", ""] {
            let answer = desk.send(to, &page, &fields.all()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
            assert_eq!(faults(&answer), [field], "{field} {value}");
            assert!(!answer.body.contains(SECRET) && answer.field("client_secret").is_none(), "write-only");
        }
    }
    let nothing = desk.test(&page, &[("resource", "日本"), ("subject_claim", "a=b")]).await;
    assert_eq!(faults(&nothing), ["issuer", "client_id", "client_secret", "subject_claim", "resource"]);
    assert!(adfs.requests("*").is_empty(), "nobody was asked");
    assert!(!desk.row().await.is_set_up());
}

#[tokio::test]
async fn what_was_typed_stands_there_again_but_for_the_secret() {
    let mut desk = Desk::empty().await;
    let page = desk.open().await;
    assert!(page.body.contains(&format!("https://login.example/VX7/callback/{}", desk.id())), "before it is saved");
    let fields =
        Fields::of(&desk.world, &desk.adfs()).with("subject_claim", "").with("issuer", " https://A.example/adfs ");
    let answer = desk.save(&page, &fields.all()).await;
    assert_eq!(answer.field("issuer").as_deref(), Some("https://A.example/adfs"), "its exact form");
    assert_eq!(answer.field("client_id").as_deref(), Some("tegata-client"));
    assert!(answer.body.contains("-----BEGIN CERTIFICATE-----"));
    assert!(!answer.body.contains(SECRET));
}

#[tokio::test]
async fn a_repeated_field_or_a_version_that_is_none_is_no_form() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    let fields = Fields::of(&desk.world, &desk.adfs());
    let mut twice = fields.all();
    twice.push(("issuer", "https://other.example/adfs"));
    desk.send("", &page, &twice).await.shows(StatusCode::BAD_REQUEST, "request_malformed");
    let csrf = page.field("csrf").unwrap();
    let mut odd = fields.all();
    odd.extend([("csrf", csrf.as_str()), ("version", "one")]);
    desk.browser.post(PATH, &odd).await.shows(StatusCode::BAD_REQUEST, "request_malformed");
}
