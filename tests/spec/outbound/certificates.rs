//! Whose certificates are believed, line by line.

use tegata::outbound::BadCertificate;

use super::server::{Deed, Flaw, Greeting, ok};
use super::*;

#[tokio::test]
async fn a_certificate_that_is_not_right_gets_no_request() {
    let authority = Authority::new();
    for flaw in [Flaw::Expired, Flaw::NotYet, Flaw::OtherName] {
        let server = Server::open(Greeting::Tls(authority.acceptor(flaw)), Deed::Answer(ok("{}"))).await;
        let failure = failed(Way::to(&server, &authority).get("/").await);
        assert_eq!(failure, Failure::Tls, "{flaw:?}");
        assert!(failure.before_sent() && server.requests().is_empty() && server.connections() == 1);
    }
}

#[tokio::test]
async fn each_line_believes_its_own_authorities_and_no_others() {
    let (own, foreign) = (Authority::new(), Authority::new());
    let server = Server::doing(&own, Deed::Answer(ok("{}"))).await;
    let way = Way::to(&server, &own);
    let networks = way.reach.permitted_networks.clone();
    for (name, ca_pem, expected) in [
        ("own", Some(own.pem()), Ok(200)),
        ("foreign", Some(foreign.pem()), Err(Failure::Tls)),
        ("system", None, Err(Failure::Tls)),
        ("both", Some(format!("{}\n{}", foreign.pem(), own.pem())), Ok(200)),
        // After the session of another line: it must not be resumed here.
        ("foreign", Some(foreign.pem()), Err(Failure::Tls)),
    ] {
        let line = way.outbound.line(name, &Reach { permitted_networks: networks.clone(), ca_pem }).unwrap();
        let outcome = line.send(get(&way.url("/")), None).await.map(|answer| answer.status().as_u16());
        assert_eq!(outcome, expected, "{name}");
    }
}

#[tokio::test]
async fn authorities_that_cannot_be_read_make_no_line() {
    let authority = Authority::new();
    let server = Server::doing(&authority, Deed::Answer(ok(""))).await;
    let way = Way::to(&server, &authority);
    let cut = authority.pem().replace("-----END", "---END");
    let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned();
    let half = format!("{}{garbage}", authority.pem());
    for pem in [String::new(), "no PEM".to_owned(), cut, garbage, half] {
        let reach = Reach { ca_pem: Some(pem.clone()), ..way.reach.clone() };
        let refused = way.outbound.line("adfs-bad", &reach).err();
        assert!(matches!(refused, Some(BadCertificate::Unreadable)), "{pem}");
    }
}
