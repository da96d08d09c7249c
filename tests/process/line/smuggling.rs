//! The gateway's reader: what two servers could read differently ends at the gateway, and the next request is unharmed.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;

use super::world::{World, code};
use crate::process::http::LINE_HOST;
use tegata_conformance::line_gateway::pki;

async fn spoken(world: &World, request: &str) -> String {
    let config = pki::client(&world.papers.servers.pem, None).unwrap();
    let stream = tokio::net::TcpStream::connect(world.gateway.address()).await.unwrap();
    let mut stream = TlsConnector::from(config).connect(LINE_HOST.try_into().unwrap(), stream).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer).await);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn smuggling_ends_at_the_gateway_and_the_next_request_is_unharmed() {
    let world = World::new("\"east\"").await;
    let host = format!("host: {LINE_HOST}\r\n");
    let smuggled = format!("GET /VX7/jwks.json HTTP/1.1\r\n{host}line-assertion: a.b.c\r\n\r\n");
    for request in [
        // CL.TE and TE.CL.
        format!(
            "POST /VX7/token HTTP/1.1\r\n{host}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"
        ),
        format!(
            "POST /VX7/token HTTP/1.1\r\n{host}transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n{smuggled}"
        ),
        format!(
            "POST /VX7/token HTTP/1.1\r\n{host}transfer-encoding: chunked\r\ntransfer-encoding: x\r\n\r\n0\r\n\r\n"
        ),
        format!("POST /VX7/token HTTP/1.1\r\n{host}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n"),
        format!("POST /VX7/token HTTP/1.1\r\n{host}transfer-encoding : chunked\r\n\r\n0\r\n\r\n"),
        format!("POST /VX7/token HTTP/1.1\r\n{host}content-length: 1\r\ncontent-length: 2\r\n\r\nab"),
        format!("POST /VX7/token HTTP/1.1\r\n{host}content-length: +1\r\n\r\na"),
        // A folded header, a bare line feed, an absolute target of another host, two hosts.
        format!("GET /VX7/jwks.json HTTP/1.1\r\n{host}x: a\r\n line-assertion: b\r\n\r\n"),
        format!("GET /VX7/jwks.json HTTP/1.1\r\n{host}x: a\nline-assertion: b\r\n\r\n"),
        format!("GET https://login.example/VX7/jwks.json HTTP/1.1\r\n{host}\r\n"),
        format!("GET /VX7/jwks.json HTTP/1.1\r\n{host}{host}\r\n"),
        format!("GET /VX7/jwks.json HTTP/1.1\r\n{host}line assertion: b\r\n\r\n"),
        format!("GET /VX7/jwks.json HTTP/1.0\r\n{host}\r\n"),
    ] {
        let answer = spoken(&world, &request).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{request:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "nothing behind it is answered: {answer}");
    }
    let (_, answer) = world.try_sign_in().await;
    code(&answer);
    let twice = format!(
        "GET /VX7/jwks.json HTTP/1.1\r\n{host}\r\nGET /VX7/jwks.json HTTP/1.1\r\n{host}connection: close\r\n\r\n"
    );
    assert_eq!(spoken(&world, &twice).await.matches("HTTP/1.1 200").count(), 2);
}
