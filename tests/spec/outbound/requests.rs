//! What is sent, and what an answer is.

use std::time::Duration;

use super::server::{Deed, bare, ok};
use super::*;

#[tokio::test]
async fn a_request_arrives_as_it_was_made_and_its_answer_comes_back() {
    let authority = Authority::new();
    let answer = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    let server = Server::doing(&authority, Deed::Answer(answer.into())).await;
    let way = Way::to(&server, &authority);
    let request = Request::post(way.url("/adfs/oauth2/token/?a=b%20c"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", "Basic eA==")
        .body(b"grant_type=authorization_code&code=x%2By".to_vec())
        .unwrap();
    let answer = way.line().send(request, None).await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.body().as_ref(), b"{}");

    let sent = server.requests().remove(0);
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /adfs/oauth2/token/?a=b%20c HTTP/1.1\r\n"), "{head}");
    assert_eq!(body, "grant_type=authorization_code&code=x%2By");
    let mut headers: Vec<_> = head.lines().skip(1).map(str::to_owned).collect();
    headers.sort();
    let agent = format!("user-agent: tegata/{}", env!("CARGO_PKG_VERSION"));
    let expected = [
        "accept-encoding: identity",
        "accept: */*",
        "authorization: Basic eA==",
        "connection: close",
        "content-length: 40",
        "content-type: application/x-www-form-urlencoded",
        &format!("host: {NAME}:{}", server.port),
        &agent,
    ];
    assert_eq!(headers, expected);
}

#[tokio::test]
async fn a_get_has_no_body_and_says_nothing_about_one() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok("{}"))).await;
    Way::to(&server, &authority).get("/keys").await.unwrap();
    assert!(!server.requests()[0].contains("content-length") && !server.requests()[0].contains("transfer-encoding"));
}

#[tokio::test]
async fn answers_of_every_kind_are_answers() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok(""))).await;
    let way = Way::to(&server, &authority);
    for status in ["200 OK", "204 No Content", "304 Not Modified", "400 Bad Request", "404 Not Found", "429 Slow Down"]
    {
        let length =
            if status.starts_with("204") { "HTTP/1.1 204 No Content\r\n\r\n".into() } else { bare(status, "") };
        server.does_now(Deed::Answer(length));
        assert_eq!(way.get("/").await.unwrap().status().as_str(), &status[..3]);
    }
    for status in ["500 Internal Server Error", "503 Service Unavailable"] {
        server.does_now(Deed::Answer(bare(status, "retry-after: 120\r\n")));
        assert_eq!(way.get("/").await.unwrap().headers()["retry-after"], "120");
    }
}

/// RFC 9112 §6.1, §6.3: the three ways in which a body ends.
#[tokio::test]
async fn a_body_is_whole_however_its_end_is_told() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok("abc"))).await;
    let way = Way::to(&server, &authority);
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nabc",
        "HTTP/1.0 200 OK\r\n\r\nabc",
    ] {
        server.does_now(Deed::Answer(answer.into()));
        assert_eq!(way.get("/").await.unwrap().body().as_ref(), b"abc", "{answer}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok(""))).await;
    let way = Way::to(&server, &authority);
    let statuses = ["300 Choices", "301 Moved", "302 Found", "303 See Other", "307 Again", "308 Again", "399 What"];
    for status in statuses {
        for target in ["/elsewhere", "https://169.254.169.254/", "http://127.0.0.1/"] {
            server.does_now(Deed::Answer(bare(status, &format!("location: {target}\r\n"))));
            assert_eq!(failed(way.get("/").await), Failure::Redirected, "{status} {target}");
        }
    }
    assert_eq!(server.requests().len(), 3 * statuses.len());
    assert!(server.requests().iter().all(|request| request.starts_with("GET / ")));
}

#[tokio::test]
async fn no_cookie_is_kept() {
    let authority = Authority::new();
    let answer = bare("200 OK", "set-cookie: a=b; Path=/; Secure\r\n");
    let server = Server::doing(&authority, Deed::Answer(answer)).await;
    let way = Way::to(&server, &authority);
    way.get("/").await.unwrap();
    way.get("/").await.unwrap();
    assert!(!server.requests()[1].to_ascii_lowercase().contains("cookie"));
}

/// A bomb is an encoding: none is asked for, whatever the caller wrote, and none is taken.
#[tokio::test]
async fn an_encoded_answer_is_refused_undecoded() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok(""))).await;
    let way = Way::with(&server, &authority, |config| config.breaker_failures = 100.try_into().unwrap());
    for coding in ["gzip", "deflate", "br", "zstd", "GZIP", "identity, gzip", "identity\r\ncontent-encoding: gzip", "x"]
    {
        server.does_now(Deed::Answer(bare("200 OK", &format!("content-encoding: {coding}\r\n"))));
        assert_eq!(failed(way.get("/").await), Failure::Broken, "{coding}");
    }
    server.does_now(Deed::Answer(bare("200 OK", "content-encoding: identity\r\n")));
    let request = Request::get(way.url("/")).header("accept-encoding", "gzip").body(Vec::new()).unwrap();
    way.line().send(request, None).await.unwrap();
    let sent = server.requests().pop().unwrap();
    assert!(sent.contains("accept-encoding: identity\r\n") && !sent.contains("gzip"), "{sent}");
}

/// A connection that was kept may be closed when it is used again, and then nobody knows whether the code arrived.
#[tokio::test]
async fn every_request_has_a_connection_of_its_own() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::KeepAlive(ok("{}"))).await;
    let way = Way::to(&server, &authority);
    for number in 1..=5 {
        let request = Request::post(way.url("/token")).body(b"code=x".to_vec()).unwrap();
        way.line().send(request, None).await.unwrap();
        assert_eq!((server.connections(), server.requests().len()), (number, number));
    }
}

#[tokio::test]
async fn an_answer_of_the_permitted_length_is_whole_and_one_byte_more_is_too_much() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok(&"x".repeat(20_000)))).await;
    let way = Way::with(&server, &authority, |config| config.max_response = 20_000);
    assert_eq!(way.get("/").await.unwrap().body().len(), 20_000);
    let long = "x".repeat(20_001);
    for answer in [ok(&long), format!("HTTP/1.1 200 OK\r\n\r\n{long}").into_bytes()] {
        server.does_now(Deed::Answer(answer));
        assert_eq!(failed(way.get("/").await), Failure::TooLarge);
    }
}

#[tokio::test]
async fn a_caller_with_less_time_left_waits_no_longer() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Hang(Vec::new())).await;
    let way = Way::to(&server, &authority);
    let outcome = way.line().send(get(&way.url("/")), Some(Duration::from_millis(60))).await;
    assert_eq!(failed(outcome), Failure::Timeout);
    let before = server.connections();
    let outcome = way.line().send(get(&way.url("/")), Some(Duration::ZERO)).await;
    assert_eq!((failed(outcome), server.connections()), (Failure::Timeout, before));
}
