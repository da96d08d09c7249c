//! Every way to fail has its class, and the class says whether the request may have been read.

use tokio::net::TcpListener;

use super::server::{Deed, Greeting, ok};
use super::*;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

#[tokio::test]
async fn nobody_listens() {
    let authority = Authority::new();
    let mut server = Server::doing(&authority, Deed::Answer(ok(""))).await;
    // A port that was free a moment ago.
    server.port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let failure = failed(Way::to(&server, &authority).get("/").await);
    assert_eq!(failure, Failure::Connect);
    assert!(failure.before_sent());
}

#[tokio::test]
async fn the_name_does_not_exist() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok(""))).await;
    let way = Way::to(&server, &authority);
    let url = format!("https://nobody.invalid:{}/", way.port);
    let failure = failed(way.line().send(get(&url), None).await);
    assert_eq!(failure, Failure::Dns);
    assert!(failure.before_sent());
}

#[tokio::test]
async fn whoever_takes_the_connection_and_says_nothing_is_not_connected_to() {
    let authority = Authority::new();
    let server = Server::open(Greeting::Silent, Deed::Hang(Vec::new())).await;
    let way = Way::with(&server, &authority, |config| config.connect_timeout = Span(Duration::from_millis(50)));
    let failure = failed(way.get("/").await);
    assert_eq!(failure, Failure::Connect);
    assert!(failure.before_sent());
}

#[tokio::test]
async fn whoever_hangs_up_in_the_handshake_or_speaks_in_clear_has_no_tls() {
    let authority = Authority::new();
    for greeting in [Greeting::HangUp, Greeting::Reset, Greeting::Babble] {
        let server = Server::open(greeting, Deed::Answer(ok(""))).await;
        let failure = failed(Way::to(&server, &authority).get("/").await);
        assert_eq!(failure, Failure::Tls);
        assert!(failure.before_sent() && server.connections() == 1);
    }
}

#[tokio::test]
async fn a_server_that_reads_the_request_and_never_ends_its_answer_runs_out_of_time() {
    let authority = Authority::new();
    for deed in [
        Deed::Hang(Vec::new()),
        Deed::Hang(b"HTTP/1.1 200".to_vec()),
        Deed::Hang(HEAD.into()),
        Deed::Hang(format!("{HEAD}half").into_bytes()),
        Deed::Drip(b"HTTP/1.1 200 OK\r\nx: ".to_vec()),
        Deed::Drip(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec()),
    ] {
        let server = Server::doing(&authority, deed.clone()).await;
        let way = Way::with(&server, &authority, impatient);
        let failure = failed(way.get("/").await);
        assert_eq!(failure, Failure::Timeout, "{deed:?}");
        assert!(!failure.before_sent() && server.requests().len() == 1);
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_is_none_is_broken() {
    let authority = Authority::new();
    for deed in [
        // Nothing, half a head, half a body; with and without the farewell of TLS.
        Deed::Answer(Vec::new()),
        Deed::BreakOff(Vec::new()),
        Deed::Answer(b"HTTP/1.1 200 OK\r\nx: y".to_vec()),
        Deed::Answer(format!("{HEAD}{{\"id").into_bytes()),
        Deed::BreakOff(format!("{HEAD}{{\"id").into_bytes()),
        Deed::Answer(format!("{CHUNKED}5\r\nabc").into_bytes()),
        Deed::Answer(format!("{CHUNKED}3\r\nabc\r\n").into_bytes()),
        // The end of the connection is the end of the body: then the farewell is all that tells it from an attack.
        Deed::BreakOff(b"HTTP/1.1 200 OK\r\n\r\n{}".to_vec()),
        // No HTTP/1.1.
        Deed::Answer(b"{\"id_token\":1}\r\n\r\n".to_vec()),
        Deed::Answer(b"HTTP/9.9 200 OK\r\n\r\n".to_vec()),
        Deed::Answer(b"HTTP/1.1 20 OK\r\n\r\n".to_vec()),
        Deed::Answer(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n".to_vec()),
        Deed::Answer(b"HTTP/1.1 200 OK\r\nx: \0\r\n\r\n".to_vec()),
        Deed::Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab".to_vec()),
        Deed::Answer(b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n".to_vec()),
        Deed::Answer(format!("{CHUNKED}zz\r\nabc\r\n0\r\n\r\n").into_bytes()),
        Deed::Answer(vec![0; 5_000]),
        Deed::Answer(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
        Deed::Endless(b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'x'; 4_096]),
        Deed::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x: y\r\n".repeat(100)),
    ] {
        let server = Server::doing(&authority, deed.clone()).await;
        let failure = failed(Way::to(&server, &authority).get("/").await);
        assert_eq!(failure, Failure::Broken, "{deed:?}");
        assert!(!failure.before_sent() && server.requests().len() == 1);
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let authority = Authority::new();
    let chunk = [b"1000\r\n".to_vec(), vec![b'x'; 4_096], b"\r\n".to_vec()].concat();
    for deed in [
        Deed::Endless(CHUNKED.into(), chunk),
        Deed::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 4_096]),
        Deed::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n".to_vec()),
    ] {
        let server = Server::doing(&authority, deed).await;
        assert_eq!(failed(Way::to(&server, &authority).get("/").await), Failure::TooLarge);
    }
}

#[test]
fn the_classes_have_words_of_their_own() {
    use tegata::outbound::Refusal;
    let mut words: Vec<_> = Refusal::ALL.iter().map(|refusal| Failure::Refused(*refusal).as_str()).collect();
    let others = [Failure::Dns, Failure::Connect, Failure::Tls, Failure::Timeout, Failure::Broken];
    words.extend(others.iter().chain(&[Failure::TooLarge, Failure::Redirected]).map(|failure| failure.as_str()));
    words.extend([Failure::Busy.as_str(), Failure::Paused.as_str()]);
    let before = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), before);
}
