use super::adfs::{authorize, redeem, world};
use super::world::*;
use crate::upstreams::*;
use serde_json::Value;

async fn jwks(world: &World, name: &str) -> Value {
    world.get(&format!("{}/adfs/discovery/keys", world.upstreams.origin(name))).await.json()
}

async fn token(world: &World) -> String {
    let code = world.code(&authorize(world, &[]), "taro@corp").await;
    redeem(world, &code, VERIFIER).await.json()["id_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn keys_roll_by_the_calendar() {
    const DAY: i64 = 86_400;
    let world = world().await;
    let adfs = world.upstreams.adfs("adfs-a");
    let first = jwks(&world, "adfs-a").await;
    assert_eq!(first["keys"][0]["kid"], first["keys"][0]["x5t"]);
    adfs.set_clock_offset(344 * DAY);
    assert_eq!(jwks(&world, "adfs-a").await["keys"].as_array().unwrap().len(), 1);
    adfs.set_clock_offset(346 * DAY);
    assert_eq!(jwks(&world, "adfs-a").await["keys"].as_array().unwrap().len(), 2);
    assert!(verifies(&token(&world).await, &first), "the secondary key does not sign yet");
    adfs.set_clock_offset(351 * DAY);
    assert_eq!(jwks(&world, "adfs-a").await["keys"].as_array().unwrap().len(), 2);
    assert!(!verifies(&token(&world).await, &first), "the secondary key signs now");
}

#[tokio::test]
async fn two_companies_may_have_the_same_key_or_the_same_name_of_a_key() {
    let world = world().await;
    let (a, b) = (world.upstreams.adfs("adfs-a"), world.upstreams.adfs("adfs-b"));
    assert_ne!(a.kid(), b.kid());
    assert!(!verifies(&token(&world).await, &jwks(&world, "adfs-b").await));
    b.set_kid(&a.kid().unwrap());
    assert_eq!(jwks(&world, "adfs-a").await["keys"][0]["kid"], jwks(&world, "adfs-b").await["keys"][0]["kid"]);
    b.share_keys_of(&a);
    assert!(verifies(&token(&world).await, &jwks(&world, "adfs-b").await));
}

#[tokio::test]
async fn an_urgent_rollover_leaves_nothing_of_the_old_key() {
    let world = world().await;
    let adfs = world.upstreams.adfs("adfs-a");
    let (before, old) = (jwks(&world, "adfs-a").await, token(&world).await);
    adfs.keys(KeyAction::Replace);
    let after = jwks(&world, "adfs-a").await;
    assert!(verifies(&old, &before) && !verifies(&old, &after) && verifies(&token(&world).await, &after));
    adfs.keys(KeyAction::DuplicateKid);
    let same_name = jwks(&world, "adfs-a").await;
    assert_eq!(same_name["keys"][0]["kid"], after["keys"][0]["kid"]);
    assert!(!verifies(&token(&world).await, &after));
    adfs.keys(KeyAction::Weaken);
    let weak = token(&world).await;
    let length = weak.rsplit('.').next().unwrap().len();
    assert_eq!(length, 171, "a signature of 1024 bits");
}

#[tokio::test]
async fn a_company_may_have_its_own_authority_and_one_more_may_join() {
    let world = world().await;
    let adfs = world.upstreams.adfs("adfs-c");
    adfs.configure(|settings| settings.certificate = Certificate::Private);
    let document = format!("{}/adfs/.well-known/openid-configuration", adfs.origin());
    assert_eq!(world.get(&document).await.status, 200);
    let ca = reqwest::Certificate::from_pem(world.upstreams.ca_pem().as_bytes()).unwrap();
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], world.upstreams.port()));
    let public = reqwest::Client::builder().tls_certs_only([ca]).resolve("adfs-c.sim.test", address).build().unwrap();
    assert!(public.get(&document).send().await.unwrap_err().is_connect());
    adfs.set_discovery("issuer", "https://honest.example/adfs");
    assert_eq!(world.get(&document).await.json()["issuer"], "https://honest.example/adfs");
}
