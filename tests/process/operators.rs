//! The operators' listener of a running node, and the commands that make operators and keys.

use std::net::SocketAddr;

use http::Method;

use super::http::Http;
use super::node::{Node, Place, within};
use crate::support::Answer;

const SECTION: &str =
    "[operator]\nlisten = \"127.0.0.1:0\"\nport_file = \"NODE.operator\"\nurl = \"https://ops.example\"\n";

async fn at(place: &Place, _node: &Node) -> Http {
    let file = place.path("node.operator");
    let text = within(super::node::PATIENCE, "the port file", async || std::fs::read_to_string(&file).ok()).await;
    Http::to(text.trim().parse::<SocketAddr>().unwrap())
}

async fn get(http: &Http, host: &str, path: &str, key: &str) -> Answer {
    let authorization = format!("Bearer {key}");
    let headers = [("host", host), ("authorization", authorization.as_str())];
    http.try_send((Method::GET, path), &headers, String::new()).await.unwrap()
}

#[tokio::test]
async fn the_first_operator_is_made_by_a_command_whose_link_opens_on_their_listener_alone() {
    let mut place = Place::empty().await;
    SECTION.clone_into(&mut place.sections);
    let made =
        place.run(&["operator", "create", "--email", "ops@example.jp", "--name", "運用 太郎", "--role", "full"]).await;
    let link = made["enrolment_link"].as_str().unwrap().to_owned();
    let path = link.strip_prefix("https://ops.example").expect("the link leads to the operators' origin");
    let node = place.start().await;
    let http = at(&place, &node).await;
    let page = get(&http, "ops.example", path, "").await;
    assert!(page.status == 200 && page.body.contains("運用 太郎"), "{} {}", page.status, page.body);
    assert_eq!(get(&http, "login.example", path, "").await.status, 421);
    assert_eq!(node.http.get(path).await.status, 404, "the brands' listener has no such page");
    let twice =
        place.try_run(&["operator", "create", "--email", "OPS@example.jp", "--name", "x", "--role", "full"], "");
    assert_eq!(twice.await.status.code(), Some(1), "an address is one operator's");
    place.run(&["operator", "suspend", "--email", "ops@example.jp"]).await;
    assert_eq!(get(&http, "ops.example", path, "").await.status, 410, "a suspension ends the link");
    let shown = String::from_utf8(place.try_run(&["operator", "list", "--json"], "").await.stdout).unwrap();
    assert!(shown.contains("\"suspended\"") && !shown.contains(path.split('=').nth(1).unwrap()), "{shown}");
    let log = node.log();
    assert!(!log.contains("ops@example.jp") && !log.contains(path), "neither address nor link in the log");
}

#[tokio::test]
async fn a_key_made_by_a_command_works_at_once_until_it_is_revoked_at_once() {
    let mut place = Place::empty().await;
    SECTION.clone_into(&mut place.sections);
    place.run(&["migrate"]).await;
    let node = place.start().await;
    let http = at(&place, &node).await;
    let create = ["operator", "key", "create", "--name", "contract system", "--role", "read_only"];
    let made = place.run(&[&create[..], &["--scope", "brands:read"]].concat()).await;
    let key = made["api_key"].as_str().unwrap();
    let brands = get(&http, "ops.example", "/api/v1/brands", key).await;
    assert_eq!((brands.status.as_u16(), &brands.json()["items"][0]["code"]), (200, &"VX7".into()));
    assert_eq!(get(&http, "ops.example", "/api/v1/contracts", key).await.status, 403);
    let beyond = place.try_run(&[&create[..], &["--scope", "keys:rotate"]].concat(), "").await;
    assert_eq!(beyond.status.code(), Some(1), "a role is the ceiling of a key");
    let listed = String::from_utf8(place.try_run(&["operator", "key", "list", "--json"], "").await.stdout).unwrap();
    assert!(listed.contains("contract system") && !listed.contains(key), "{listed}");
    place.run(&["operator", "key", "revoke", "--id", made["api_key_id"].as_str().unwrap()]).await;
    assert_eq!(get(&http, "ops.example", "/api/v1/brands", key).await.status, 401);
}
