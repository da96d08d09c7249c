//! The listener's own TLS: https with what belongs to it, nothing for those who speak plain HTTP to it.

use super::http::{HOST, Http, Person, authorize};
use super::node::{PASSWORD, Place};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Puts a new certificate for the issuer's host into the place and answers it (PEM).
fn certify(place: &mut Place) -> String {
    let pair = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
    place.write("tls.pem", &pair.cert.pem());
    place.write("tls.key", &pair.signing_key.serialize_pem());
    place.server = "tls_certificate_file = \"tls.pem\"\ntls_key_file = \"tls.key\"".to_owned();
    pair.cert.pem()
}

#[tokio::test]
async fn https_works_with_hsts_and_host_cookies() {
    let mut place = Place::furnished().await;
    let certificate = certify(&mut place);
    let node = place.start().await;
    let https = Http::secure(node.http.address, &certificate);
    let mut person = Person::at(&https);
    let page = person.open(&authorize("web")).await;
    assert!(page.header("strict-transport-security").starts_with("max-age=63072000"), "{:?}", page.headers);
    let callback = person.submit(&page, "hanako@vx7.example", PASSWORD).await;
    assert!(callback.location().starts_with("https://app.example/callback?"), "{}", callback.location());
    assert_eq!(
        person.cookies.keys().map(String::as_str).collect::<Vec<_>>(),
        ["__Host-tegata-browser-VX7", "__Host-tegata-session-VX7"]
    );
    assert_eq!(https.client_credentials("web").await.status, 200);
}

#[tokio::test]
async fn plain_http_at_the_tls_port_gets_no_answer_and_hurts_nobody() {
    let mut place = Place::empty().await;
    let certificate = certify(&mut place);
    let node = place.start().await;
    let mut plain = TcpStream::connect(node.http.address).await.unwrap();
    plain.write_all(format!("GET /healthz HTTP/1.1\r\nhost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    drop(plain.read_to_end(&mut answer).await);
    assert!(!answer.starts_with(b"HTTP/"), "{}", String::from_utf8_lossy(&answer));
    assert_eq!(Http::secure(node.http.address, &certificate).get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_key_that_does_not_fit_its_certificate_does_not_start() {
    let mut place = Place::empty().await;
    certify(&mut place);
    let other = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
    place.write("tls.key", &other.signing_key.serialize_pem());
    for command in ["check", "serve"] {
        let output = place.try_run(&[command], "").await;
        assert_eq!(output.status.code(), Some(2), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
