//! The two doors: what the public listener makes of a gateway's words, and whom the line listener lets in.

use http::Method;
use tegata_conformance::line_gateway::{LISTENER_NAME, Line};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::world::{CLIENT, EAST, World, claims, code, sign_in};
use crate::process::http::{Http, LINE_HOST, Person, authorize};

#[tokio::test]
async fn a_gateways_header_on_the_public_listener_is_ignored_and_noted() {
    let world = World::new("\"east\", \"west\"").await;
    let (_, answer) = world.try_sign_in().await;
    code(&answer);
    let captured = world.gateway.captured().unwrap();
    for name in ["Line-Assertion", "line_assertion", "LINE-ASSERTION", "line-assertion-2"] {
        let mut person = Person::at(&world.node.http);
        person.extra = vec![(name, captured.clone())];
        let page = sign_in(&mut person).await;
        assert!(person.at.starts_with("/VX7/second-factor/"), "{name}: no line stands in for two-step verification");
        assert_eq!(page.status, 200);
    }
    let mut person = Person::at(&world.node.http);
    person.extra = vec![("line-assertion", captured.clone()), ("line-assertion", captured.clone())];
    sign_in(&mut person).await;
    assert!(person.at.starts_with("/VX7/second-factor/"));
    assert!(world.audited("line_header_ignored", "").await["path"].as_str().unwrap().starts_with("/VX7/"));
    // In a trailer it is not even seen.
    let request = format!(
        "POST /VX7/token HTTP/1.1\r\nhost: login.example\r\ntransfer-encoding: chunked\r\ntrailer: line-assertion\r\n\
         content-type: application/x-www-form-urlencoded\r\n\r\n0\r\nline-assertion: {captured}\r\n\r\n"
    );
    assert!(spoken(world.node.http.address, &request).await.starts_with("HTTP/1.1 4"));
}

#[tokio::test]
async fn the_line_host_at_the_public_listener_is_misdirected() {
    let world = World::new("\"east\"").await;
    let host = [("host", LINE_HOST)];
    let answer = world.node.http.send((Method::GET, "/VX7/authorize"), &host, String::new()).await;
    assert_eq!(answer.status, 421);
    let absolute =
        format!("GET https://{LINE_HOST}/VX7/authorize HTTP/1.1\r\nhost: login.example\r\nconnection: close\r\n\r\n");
    assert!(spoken(world.node.http.address, &absolute).await.starts_with("HTTP/1.1 421"));
    // And the public host at the line listener, to whom a browser may be led by a shared certificate.
    let (wire, host) = (world.at_the_wire(), [("host", "login.example")]);
    assert_eq!(wire.send((Method::GET, "/VX7/authorize"), &host, String::new()).await.status, 421);
}

#[tokio::test]
async fn a_name_that_was_bound_anew_to_the_closed_address_is_misdirected() {
    let world = World::new("\"east\"").await;
    let answer = world.line.send((Method::GET, "/VX7/authorize"), &[("host", "evil.example")], String::new()).await;
    assert_eq!(answer.status, 421);
}

#[tokio::test]
async fn the_line_listener_lets_in_nobody_but_known_gateways() {
    let world = World::new("\"east\"").await;
    let servers = &world.papers.servers.pem;
    let way = |identity: Option<&str>| Http::identified(LISTENER_NAME, world.listener, servers, identity);
    let ask = async |http: Http| http.try_send((Method::GET, "/VX7/jwks.json"), &[], String::new()).await;
    assert!(ask(way(None)).await.is_err(), "no certificate, no handshake");
    let pem = |pair: tegata_conformance::line_gateway::pki::Pair| format!("{}{}", pair.certificate, pair.key);
    let rogue = tegata_conformance::line_gateway::pki::Authority::make("Rogue").unwrap();
    let foreign = pem(rogue.issue("linegw.test").unwrap());
    assert!(ask(way(Some(&foreign))).await.is_err(), "an authority we do not know");
    let other = pem(world.papers.clients.issue("linegw.test").unwrap());
    let answer = ask(way(Some(&other))).await.unwrap();
    assert_eq!(answer.status, 403, "a certificate of our authority that is no gateway's");
    assert!(!world.audited("line_refused", "line_unknown_peer").await["certificate"].as_str().unwrap().is_empty());
    let service = pem(world.papers.service.clone());
    assert_eq!(ask(way(Some(&service))).await.unwrap().status, 200, "the service may ask for keys");
}

#[tokio::test]
async fn a_service_that_may_connect_asserts_no_line() {
    let world = World::new("\"east\"").await;
    let (person, answer) = world.try_sign_in().await;
    code(&answer);
    let service = format!("{}{}", world.papers.service.certificate, world.papers.service.key);
    let way = Http::identified(LISTENER_NAME, world.listener, &world.papers.servers.pem, Some(&service));
    let mut person = person.through(&way);
    let path = authorize(CLIENT);
    person.extra = vec![("line-assertion", world.gateway.forge("GET", "/VX7/authorize", &serde_json::Value::Null))];
    let answer = person.look(&path).await;
    assert!(answer.location().starts_with("/VX7/line/"), "the line is to be verified: {}", answer.location());
    person.extra = vec![("line-assertion", world.gateway.forge("GET", answer.location(), &serde_json::Value::Null))];
    let refused = person.look(answer.location()).await;
    world.assert_refused(&refused, "line_peer_may_not_assert").await;
}

#[tokio::test]
async fn a_header_sent_through_the_gateway_is_replaced_by_its_own() {
    let world = World::new("\"east\", \"west\"").await;
    let (_, answer) = world.try_sign_in().await;
    code(&answer);
    let victims = world.gateway.captured().unwrap();
    world.gateway.choose(Line::east("CAF5555555555"));
    for name in ["Line-Assertion", "line_assertion", "Line_Assertion", "LINE-ASSERTION", "line-assertion-2"] {
        let mut person = world.person();
        person.extra = vec![(name, victims.clone()), (name, EAST.to_owned())];
        let answer = sign_in(&mut person).await;
        assert_eq!(answer.problem(), "line_not_registered", "{name}");
        assert!(answer.body.contains("末尾 555"), "{name}: the person's own line, by its last three characters");
        world.assert_refused(&answer, "line_not_registered").await;
    }
}

#[tokio::test]
async fn a_verified_line_stands_in_for_two_step_verification_and_is_told_to_the_client() {
    let world = World::new("\"east\", \"west\"").await;
    let (_, answer) = world.try_sign_in().await;
    let tokens = world.line.redeem(CLIENT, &code(&answer)).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let claims = claims(tokens.json()["id_token"].as_str().unwrap());
    assert_eq!(claims["iss"], "https://login.line.example/VX7");
    assert!(claims["amr"].as_array().unwrap().contains(&"line".into()), "{claims}");
    let detail = world.audited("line_verified", "").await;
    assert_eq!(detail["tail"], "001");
    assert!(!detail.to_string().contains(EAST) && !world.node.log().contains(EAST));
    let contract = world.contract().await;
    let lines = world.place.try_run(&["line", "list", "--contract", &contract, "--json"], "").await;
    let lines = String::from_utf8(lines.stdout).unwrap();
    assert!(lines.contains("last_seen\":\"20") && !lines.contains(EAST), "{lines}");
}

/// What a listener without TLS says to these very bytes.
async fn spoken(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let read = stream.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}
