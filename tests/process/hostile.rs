//! Whoever does not speak HTTP as it is written, too slowly, or too much of it.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::http::HOST;
use super::node::Place;

#[tokio::test]
async fn half_a_head_on_many_connections_keeps_nobody_else_waiting() {
    let place = Place::furnished().await;
    let node = place.start().await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(node.http.address).await.unwrap();
        stream.write_all(format!("GET /VX7/authorize HTTP/1.1\r\nhost: {HOST}\r\nx-slow: ").as_bytes()).await.unwrap();
        slow.push(stream);
    }
    assert_eq!(node.http.client_credentials("web").await.status, 200);
    assert_eq!(node.http.get("/readyz").await.status, 200);
    for stream in &mut slow {
        // They are still heard, until the supervisor has waited long enough.
        stream.write_all(b"x").await.unwrap();
    }
}

#[tokio::test]
async fn what_is_no_http_or_too_much_of_it_is_answered_4xx_or_not_at_all() {
    let place = Place::furnished().await;
    let node = place.start().await;
    let host = format!("host: {HOST}\r\n");
    let form = format!("{host}content-type: application/x-www-form-urlencoded\r\n");
    let long = "a".repeat(70 * 1024);
    let big = "a".repeat(1024 * 1024);
    for (request, expected) in [
        ("\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}\x03\x03\r\n\r\n".to_owned(), &[400, 0][..]),
        ("HELLO\r\n\r\n".to_owned(), &[400]),
        (format!("GET / HTTP/9.9\r\n{host}\r\n"), &[400]),
        (format!("GET /VX7/authorize\0 HTTP/1.1\r\n{host}\r\n"), &[400]),
        ("GET /VX7/jwks.json HTTP/1.1\r\n\r\n".to_owned(), &[400, 421]),
        ("GET /VX7/jwks.json HTTP/1.1\r\nhost: evil.example\r\n\r\n".to_owned(), &[421]),
        (format!("GET /VX7/jwks.json HTTP/1.1\r\n{host}host: evil.example\r\n\r\n"), &[400, 421]),
        (format!("GET /VX7/jwks.json HTTP/1.1\r\n{host}x: {long}\r\n\r\n"), &[431]),
        (format!("GET /VX7/{long} HTTP/1.1\r\n{host}\r\n"), &[414, 431]),
        (format!("GET /healthz HTTP/1.1\r\n{host}{}\r\n", "x: y\r\n".repeat(500)), &[431]),
        (format!("GET /healthz HTTP/1.1\r\n{host}bad header\r\n\r\n"), &[400]),
        (format!("POST /VX7/token HTTP/1.1\r\n{form}content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef"), &[400]),
        (format!("POST /VX7/token HTTP/1.1\r\n{form}content-length: -1\r\n\r\n"), &[400]),
        (format!("POST /VX7/token HTTP/1.1\r\n{form}transfer-encoding: chunked\r\n\r\nnonsense\r\n"), &[400, 0]),
        (format!("POST /VX7/token HTTP/1.1\r\n{form}content-length: {}\r\n\r\n{big}", big.len()), &[400, 413]),
        (format!("POST /VX7/token HTTP/1.1\r\n{form}content-length: 99999999999\r\n\r\na"), &[400, 413]),
        (format!("TRACE /VX7/authorize HTTP/1.1\r\n{host}\r\n"), &[405]),
        (format!("GET http://login.example/../VX7/%2e%2e/%00 HTTP/1.1\r\n{host}\r\n"), &[400, 404]),
    ] {
        let status = status_of(&node.http, &request).await;
        let shown: String = request.chars().take(90).collect();
        assert!(expected.contains(&status), "{shown:?}: {status} instead of {expected:?}");
    }
    assert_eq!(node.http.client_credentials("web").await.status, 200, "and all is well");
    assert!(!node.log().contains("panic"), "{}", node.log());
}

#[tokio::test]
async fn a_request_smuggled_behind_a_length_beside_chunks_is_not_answered() {
    let place = Place::furnished().await;
    let node = place.start().await;
    let smuggled = format!("GET /healthz HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
    let (length, chunks) = (format!("content-length: {}\r\n", 5 + smuggled.len()), "transfer-encoding: chunked\r\n");
    for lengths in [format!("{length}{chunks}"), format!("{chunks}{length}"), chunks.to_owned()] {
        let head = format!("POST /VX7/token HTTP/1.1\r\nhost: {HOST}\r\n{lengths}\r\n0\r\n\r\n");
        let mut stream = TcpStream::connect(node.http.address).await.unwrap();
        stream.write_all(format!("{head}{smuggled}").as_bytes()).await.unwrap();
        let mut answers = Vec::new();
        drop(stream.read_to_end(&mut answers).await);
        let answers = String::from_utf8_lossy(&answers).into_owned();
        assert!(answers.starts_with("HTTP/1.1 4"), "{answers}");
        assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
    }
}

/// Sends bytes and reads the status; 0 where there is none.
async fn status_of(http: &super::http::Http, request: &str) -> u16 {
    let mut stream = TcpStream::connect(http.address).await.unwrap();
    // The answer may come, and the connection end, before all of it was read.
    drop(stream.write_all(request.as_bytes()).await);
    let mut head = [0; 12];
    match stream.read_exact(&mut head).await {
        Ok(_) => std::str::from_utf8(&head[9..]).unwrap().parse().unwrap(),
        Err(_) => 0,
    }
}
