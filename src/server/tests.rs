use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Notify;

use super::stop::StopOrder;
use super::*;

const LIMITS: Limits = Limits { max_connections: 8, shutdown_grace: Duration::from_secs(20) };

async fn open(limits: Limits) -> Server {
    Server::bind(SocketAddr::from(([127, 0, 0, 1], 0)), None, limits).await.unwrap()
}

async fn connect(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn answer_of(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_peer_is_known_and_a_connection_serves_several_requests() {
    let server = open(LIMITS).await;
    let (address, (order, stop)) = (server.address(), StopOrder::new());
    let peer = get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string());
    let serving = tokio::spawn(server.run(Router::new().route("/", peer), stop));
    let stream =
        connect(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    let stream = stream.await;
    let own = stream.local_addr().unwrap().to_string();
    assert_eq!(answer_of(stream).await.matches(&own).count(), 2);
    order.advance(Phase::Draining);
    assert_eq!(serving.await.unwrap(), 0);
}

#[tokio::test]
async fn a_request_under_way_is_finished_and_nobody_new_is_let_in() {
    let server = open(LIMITS).await;
    let (address, (order, stop)) = (server.address(), StopOrder::new());
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = get({
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        async move || {
            begun.notify_one();
            go_on.notified().await;
            "done"
        }
    });
    let serving = tokio::spawn(server.run(Router::new().route("/", slow), stop));
    let idle = connect(address, "").await;
    let stream = connect(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    begun.notified().await;
    order.advance(Phase::Draining);
    assert_eq!(answer_of(idle).await, "", "an idle connection is closed at once");
    assert!(TcpStream::connect(address).await.is_err(), "the listener is closed");
    go_on.notify_one();
    assert!(answer_of(stream).await.ends_with("done"));
    assert_eq!(serving.await.unwrap(), 0);
}

#[tokio::test]
async fn after_the_grace_or_a_second_signal_what_is_left_is_cut_off() {
    for (grace, second) in [(Duration::ZERO, Phase::Draining), (Duration::from_secs(3600), Phase::Ending)] {
        let server = open(Limits { shutdown_grace: grace, ..LIMITS }).await;
        let (address, (order, stop)) = (server.address(), StopOrder::new());
        let begun = Arc::new(Notify::new());
        let endless = get({
            let begun = Arc::clone(&begun);
            async move || {
                begun.notify_one();
                std::future::pending::<()>().await;
            }
        });
        let serving = tokio::spawn(server.run(Router::new().route("/", endless), stop));
        let _stream = connect(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        begun.notified().await;
        order.advance(Phase::Draining);
        order.advance(second);
        assert_eq!(serving.await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_head_beyond_the_limit_is_refused() {
    let server = open(LIMITS).await;
    let (address, (_order, stop)) = (server.address(), StopOrder::new());
    tokio::spawn(server.run(Router::new().route("/", get(async || "ok")), stop));
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\na: {}\r\n\r\n", "a".repeat(80 * 1024));
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may answer and close before it has read all of it.
    drop(stream.write_all(head.as_bytes()).await);
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 431");
}

#[test]
fn the_port_file_holds_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("port");
    write_port_file(&path, SocketAddr::from(([127, 0, 0, 1], 8080))).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "127.0.0.1:8080\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
