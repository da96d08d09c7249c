//! SIGTERM: requests under way are answered, new ones are not let in, the exit code is 0.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::http::HOST;
use super::node::{Place, within};

#[tokio::test]
async fn a_request_under_way_is_answered_after_sigterm_new_ones_are_refused_and_the_end_is_orderly() {
    let place = Place::furnished().await;
    let mut node = place.start().await;
    let address = node.http.address;
    let body = "grant_type=client_credentials&client_id=nobody&client_secret=x";
    let head = format!(
        "POST /VX7/token HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut under_way = TcpStream::connect(address).await.unwrap();
    under_way.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body: the request has begun.
    let mut go_on = [0; 25];
    under_way.read_exact(&mut go_on).await.unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&go_on));

    node.terminate();
    within(super::node::PATIENCE, "the listener closes", async || TcpStream::connect(address).await.err()).await;
    under_way.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("invalid_client"), "{answer}");
    assert_eq!(node.ended().await.code(), Some(0));
    assert!(node.log().contains("stopped"), "{}", node.log());
}

#[tokio::test]
async fn a_load_of_requests_meets_sigterm_and_none_is_left_half_answered() {
    let place = Place::furnished().await;
    let mut node = place.start().await;
    let mut callers = tokio::task::JoinSet::new();
    let (begun, mut working) = tokio::sync::mpsc::channel(8);
    for _ in 0..8 {
        let (http, begun) = (node.http.clone(), begun.clone());
        callers.spawn(async move {
            let mut last = None;
            // Until nobody listens any more: then, and only then, a connection fails.
            loop {
                let token = super::node::secret("web");
                let basic = crate::support::program::basic("web", &token);
                let form = ("content-type", "application/x-www-form-urlencoded");
                let to = (http::Method::POST, "/VX7/token");
                let fields = "grant_type=client_credentials".to_owned();
                match http.try_send(to, &[("authorization", &basic), form], fields).await {
                    Ok(answer) => last = Some(answer.status.as_u16()),
                    Err(error) => return (last, error),
                }
                let _ = begun.try_send(());
            }
        });
    }
    working.recv().await.unwrap();
    node.terminate();
    for (last, error) in callers.join_all().await {
        assert_eq!(last, Some(200));
        assert!(error.is_connect() || error.is_request(), "an answer broke off: {error:?}");
        assert!(!error.is_body() && !error.is_decode(), "an answer broke off: {error:?}");
    }
    assert_eq!(node.ended().await.code(), Some(0));
}
