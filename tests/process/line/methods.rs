//! The other two ways to a line: the carrier's notifier, and the table of prefixes.

use std::net::{Ipv6Addr, SocketAddr};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tegata::jose::{Algorithm, SigningKey, sign_compact};
use tegata_conformance::line_gateway::{Deployment, LISTENER_NAME};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::world::{EAST, World, code, gateway, now, sign_in};
use crate::process::http::{Http, Person};
use crate::process::node::{PATIENCE, within};

/// Keys of the carrier, and where they are published.
fn carrier() -> (SigningKey, String, tempfile::TempDir) {
    let (key, folder) = (SigningKey::generate(Algorithm::EdDsa).unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join("carrier.json");
    std::fs::write(&file, json!({ "keys": [key.public_jwk()] }).to_string()).unwrap();
    (key, file.display().to_string(), folder)
}

#[tokio::test]
async fn the_carriers_notifier_answers_signed_and_for_this_sign_in_alone() {
    let (papers, (key, keys_file, _kept)) = (Deployment::make().unwrap(), carrier());
    let section = format!(
        "method = \"redirect_notifier\"\nnotifier_url = \"https://carrier.example/notify\"\nnotifier_issuer = \"carrier\"\n\
         notifier_client_id = \"tegata\"\nnotifier_keys_file = \"{keys_file}\"\n"
    );
    let gateway = gateway("linegw-1", &papers).await;
    let world = World::with(papers, gateway, &section).await;
    let (mut person, page) = world.try_sign_in().await;
    assert_eq!(page.status, 200);
    let step = person.at.clone();
    let away = person.fill_in(&page, &[]).await;
    let asked: std::collections::BTreeMap<String, String> =
        form_urlencoded::parse(away.location().split_once('?').unwrap().1.as_bytes()).into_owned().collect();
    assert_eq!(asked["redirect_uri"], format!("https://login.line.example{step}/return"));
    let answer = |changes: &Value| {
        let mut claims = json!({
            "iss": "carrier", "aud": "tegata", "nonce": asked["nonce"], "sub": EAST, "area": "east", "st": "notified",
            "jti": tegata_conformance::random::token(), "iat": now(), "exp": now() + 60,
        });
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        sign_compact(&key, Some("line-answer+jwt"), &claims).unwrap()
    };
    let back = |response: &str| format!("{step}/return?state={}&response={response}", asked["state"]);
    let answered = person.open(&back(&answer(&json!({})))).await;
    code(&answered);
    // The state is used up; and an answer to another question is no answer.
    let again = person.open(&back(&answer(&json!({})))).await;
    world.assert_refused(&again, "line_answer_wrong_state").await;
    let (mut other, page) = world.try_sign_in().await;
    let step = other.at.clone();
    let away = other.fill_in(&page, &[]).await;
    let state = away.location().split("state=").nth(1).unwrap().split('&').next().unwrap();
    let foreign = other.open(&format!("{step}/return?state={state}&response={}", answer(&json!({})))).await;
    world.assert_refused(&foreign, "line_answer_wrong_nonce").await;
}

/// A table with one line's prefix, signed by the carrier.
struct Table {
    folder: tempfile::TempDir,
    key: SigningKey,
}

impl Table {
    fn write(&self, version: i64, iat: i64, rows: &[&str]) {
        let csv = format!("prefix,len,line,area,valid_from,valid_to\n{}\n", rows.join("\n"));
        let sha256 = URL_SAFE_NO_PAD.encode(digest(&SHA256, csv.as_bytes()));
        let claims = json!({ "iss": "carrier", "version": version, "iat": iat, "sha256": sha256 });
        let signature = sign_compact(&self.key, Some("line-table+jwt"), &claims).unwrap();
        std::fs::write(self.folder.path().join("lines.csv"), csv).unwrap();
        std::fs::write(self.folder.path().join("lines.jws"), signature).unwrap();
    }
}

/// A load balancer that says whose connection it passes on.
async fn load_balancer(to: SocketAddr, terminal: Ipv6Addr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut far = TcpStream::connect(to).await.unwrap();
                let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24".to_vec();
                header.extend(terminal.octets());
                header.extend(Ipv6Addr::LOCALHOST.octets());
                header.extend([0x30, 0x39, 0x01, 0xbb]);
                far.write_all(&header).await.unwrap();
                drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
            });
        }
    });
    address
}

#[tokio::test]
async fn the_address_of_a_terminal_gives_its_line_as_the_load_balancer_tells_it() {
    let (papers, (key, keys_file, folder)) = (Deployment::make().unwrap(), carrier());
    let table = Table { folder, key };
    let path = |name: &str| table.folder.path().join(name).display().to_string();
    let row = format!("2408:210:1000::,56,{EAST},east,2020-01-01T00:00:00Z,");
    table.write(1, now(), &[&row]);
    let section = format!(
        "method = \"prefix_table\"\nprefix_table_file = \"{}\"\nprefix_table_signature_file = \"{}\"\n\
         prefix_table_issuer = \"carrier\"\nprefix_table_keys_file = \"{keys_file}\"\nproxy_protocol_from = [\"127.0.0.0/8\"]\n",
        path("lines.csv"),
        path("lines.jws")
    );
    let gateway = gateway("linegw-1", &papers).await;
    let world = World::with(papers, gateway, &section).await;
    let way = async |terminal: &str| {
        let address = load_balancer(world.listener, terminal.parse().unwrap()).await;
        Http::identified(LISTENER_NAME, address, &world.papers.servers.pem, None)
    };
    let at_home = way("2408:210:1000:7::1").await;
    code(&sign_in(&mut Person::at(&at_home)).await);
    let mut elsewhere = Person::at(&way("2408:210:2000::1").await);
    elsewhere.extra = vec![("x-forwarded-for", "2408:210:1000:7::1".to_owned())];
    world.assert_refused(&sign_in(&mut elsewhere).await, "line_prefix_unknown").await;
    // Without its word nothing is served: the address would be the load balancer's.
    let mut plain = TcpStream::connect(world.listener).await.unwrap();
    plain.write_all(&[b'\x16'; 64]).await.unwrap();
    let mut answer = Vec::new();
    drop(tokio::time::timeout(PATIENCE, plain.read_to_end(&mut answer)).await.unwrap());
    assert!(answer.is_empty());
    // A table too old is none, after a restart as well; `check` says so before.
    drop(world.node);
    table.write(2, now() - 30 * 86_400, &[&row]);
    let output = world.place.try_run(&["check"], "").await;
    assert!(String::from_utf8_lossy(&output.stdout).contains("the table of prefixes is too old"), "{output:?}");
    let node = world.place.start().await;
    let told = async || node.log().contains("too old").then_some(());
    within(PATIENCE, "the alarm", told).await;
    let listener = super::world::line_listener(&world.place, "node").await;
    let address = load_balancer(listener, "2408:210:1000:7::1".parse().unwrap()).await;
    let way = Http::identified(LISTENER_NAME, address, &world.papers.servers.pem, None);
    let stale = sign_in(&mut Person::at(&way)).await;
    assert_eq!((stale.status.as_u16(), stale.problem()), (503, "line_unavailable"));
}
