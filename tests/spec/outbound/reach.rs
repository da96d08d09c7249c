//! Nothing leaves for where it must not: the refusal comes before the first packet.

use tegata::outbound::Refusal;

use super::server::{Deed, Greeting, ok};
use super::*;

const REFUSED: fn(Refusal) -> Failure = Failure::Refused;

#[tokio::test]
async fn a_url_that_must_not_be_asked_is_not() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok(""))).await;
    let way = Way::to(&server, &authority);
    let port = server.port;
    for (url, refusal) in [
        (format!("https://127.0.0.1:{port}/"), Refusal::Literal),
        (format!("https://2130706433:{port}/"), Refusal::Literal),
        (format!("https://0x7f.1:{port}/"), Refusal::Literal),
        (format!("https://[::ffff:127.0.0.1]:{port}/"), Refusal::Literal),
        (format!("http://{NAME}:{port}/"), Refusal::Scheme),
        (format!("https://user:secret@{NAME}:{port}/"), Refusal::UserInfo),
        (format!("https://{NAME}.:{port}/"), Refusal::Host),
        (format!("https://{NAME}:{}/", port ^ 1), Refusal::Port),
        (format!("https://{NAME}/"), Refusal::Port),
        ("/relative".to_owned(), Refusal::Url),
        (NAME.to_owned(), Refusal::Url),
    ] {
        let failure = failed(way.line().send(get(&url), None).await);
        assert_eq!(failure, REFUSED(refusal), "{url}");
        assert!(failure.before_sent());
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_name_with_a_private_address_is_refused_unless_this_very_line_may_go_there() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok("{}"))).await;
    let way = Way::to(&server, &authority);
    for (name, permitted) in
        [("none", &[][..]), ("near", &["127.0.0.2/32", "127.0.1.0/24"]), ("private", &["10.0.0.0/8", "::1/128"])]
    {
        let permitted_networks = permitted.iter().map(|network| network.parse().unwrap()).collect();
        let line = way.outbound.line(name, &Reach { permitted_networks, ca_pem: way.reach.ca_pem.clone() }).unwrap();
        let failure = failed(line.send(get(&way.url("/")), None).await);
        assert_eq!(failure, REFUSED(Refusal::Address), "{name}");
        assert!(failure.before_sent());
    }
    assert_eq!(server.connections(), 0);
    assert!(way.get("/").await.is_ok());
}

#[tokio::test]
async fn one_forbidden_address_among_others_refuses_the_name() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok("{}"))).await;
    let way = Way::with(&server, &authority, |config| {
        let both = ["127.0.0.1", "10.0.0.1"].map(|address| address.parse().unwrap());
        config.hosts.insert(NAME.to_owned(), both.to_vec());
    });
    assert_eq!(failed(way.get("/").await), REFUSED(Refusal::Address));
    assert_eq!(server.connections(), 0);
}

/// RFC 6761 §6.3.
#[tokio::test]
async fn names_under_localhost_are_this_machine_in_clear_or_not_for_a_line_that_may() {
    let authority = Authority::new();
    let plain = Server::open(Greeting::Clear, Deed::Answer(ok("plain"))).await;
    let tls = Server::doing(&authority, Deed::Answer(ok("tls"))).await;
    // The port of neither is among those that may be asked.
    let way = Way::with(&plain, &authority, |config| config.ports = vec![443]);
    let urls = [format!("http://fs.localhost:{}/", plain.port), format!("https://fs.localhost:{}/", tls.port)];
    for (url, body) in urls.iter().zip(["plain", "tls"]) {
        assert_eq!(way.line().send(get(url), None).await.unwrap().body(), body);
    }
    assert!(plain.requests()[0].contains(&format!("host: fs.localhost:{}\r\n", plain.port)));
    let other = way.outbound.line("other", &Reach::default()).unwrap();
    for (url, refusal) in urls.iter().zip([Refusal::Scheme, Refusal::Address]) {
        assert_eq!(failed(other.send(get(url), None).await), REFUSED(refusal));
    }
    assert_eq!((plain.connections(), tls.connections()), (1, 1));
}
