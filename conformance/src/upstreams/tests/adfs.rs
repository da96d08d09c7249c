use super::world::*;
use crate::upstreams::*;

pub const RESOURCE: &str = "https://tegata.example/resource";

pub async fn world() -> World {
    let world = World::start().await;
    world.upstreams.adfs("adfs-a").register(Client::new("rp", "secret", CALLBACK));
    world
}

pub fn authorize(world: &World, more: &[(&str, &str)]) -> String {
    let mut params = vec![
        ("response_type", "code"),
        ("response_mode", "query"),
        ("client_id", "rp"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid allatclaims"),
        ("resource", RESOURCE),
        ("state", "s"),
        ("nonce", "n"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("client-request-id", "2f3f6a52-6d1c-4a5e-9d0c-0f4d8b6d9a11"),
    ];
    for (name, value) in more {
        params.retain(|(known, _)| known != name);
        params.push((name, value));
    }
    params.retain(|(_, value)| !value.is_empty());
    url(&format!("{}/adfs/oauth2/authorize/", world.upstreams.origin("adfs-a")), &params)
}

pub async fn redeem(world: &World, code: &str, verifier: &str) -> Reply {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("client_id", "rp"),
        ("client_secret", "secret"),
        ("code_verifier", verifier),
    ];
    world.post(&format!("{}/adfs/oauth2/token/", world.upstreams.origin("adfs-a")), &form).await
}

async fn id_token(world: &World, more: &[(&str, &str)], user: &str) -> serde_json::Value {
    let code = world.code(&authorize(world, more), user).await;
    claims(&redeem(world, &code, VERIFIER).await)
}

#[tokio::test]
async fn claims_by_rule_come_with_allatclaims_and_a_resource_only() {
    let world = world().await;
    let full = id_token(&world, &[], "taro@corp").await;
    assert!(full["objectguid"].is_string() && full["upn"] == "taro@adfs-a.example" && full["nonce"] == "n");
    assert!(id_token(&world, &[("resource", "")], "taro@corp").await.get("objectguid").is_none());
    assert!(id_token(&world, &[("scope", "openid email profile")], "taro@corp").await.get("email").is_none());
    assert!(id_token(&world, &[], "noupn@corp").await.get("upn").is_none());
    let folded = format!("{RESOURCE}/openid openid allatclaims");
    assert!(id_token(&world, &[("resource", ""), ("scope", &folded)], "taro@corp").await["objectguid"].is_string());
    let reassigned = id_token(&world, &[], "reassigned@corp").await;
    assert!(reassigned["upn"] == full["upn"] && reassigned["objectguid"] != full["objectguid"]);
    world.upstreams.adfs("adfs-a").recreate_client("rp");
    let anew = id_token(&world, &[], "taro@corp").await;
    assert!(anew["sub"] != full["sub"] && anew["objectguid"] == full["objectguid"]);
}

#[tokio::test]
async fn resources_are_known_and_permitted_or_refused() {
    let world = world().await;
    let adfs = world.upstreams.adfs("adfs-a");
    assert_eq!(world.refused(&authorize(&world, &[("resource", "urn:unknown")])).await, "invalid_resource");
    adfs.configure(|settings| settings.errors_on_page = true);
    let (_, text) = world.page(&authorize(&world, &[("resource", "urn:unknown")])).await;
    assert!(text.contains("MSIS9602") && text.contains("Activity ID"));
    adfs.change_client("rp", |client| client.resources = Some(Vec::new()));
    let code = world.code(&authorize(&world, &[]), "taro@corp").await;
    assert!(redeem(&world, &code, VERIFIER).await.text.contains("MSIS9321"));
    let (status, text) = world.page(&authorize(&world, &[("client_id", "nobody")])).await;
    assert!(status == 400 && text.contains("Activity ID"));
}

#[tokio::test]
async fn versions_differ() {
    let world = world().await;
    let adfs = world.upstreams.adfs("adfs-a");
    let document = format!("{}/adfs/.well-known/openid-configuration", adfs.origin());
    let found = world.get(&document).await.json();
    assert_eq!(found["access_token_issuer"], "http://adfs-a.sim.test/adfs/services/trust");
    assert!(found["token_endpoint"].as_str().unwrap().ends_with("/adfs/oauth2/token/"));

    let code = world.code(&authorize(&world, &[]), "taro@corp").await;
    assert!(redeem(&world, &code, "wrong").await.text.contains("MSIS9255"));
    adfs.configure(|settings| settings.version = AdfsVersion::Server2016);
    let code = world.code(&authorize(&world, &[]), "taro@corp").await;
    assert_eq!(redeem(&world, &code, "wrong").await.status, 200);

    adfs.configure(|settings| settings.version = AdfsVersion::Server2012R2);
    assert_eq!(world.get(&document).await.status, 404);
    let bare = authorize(&world, &[("resource", "")]).parse().unwrap();
    let Arrival::Redirect(callback) = world.upstreams.browser().unwrap().open(&bare).await.unwrap() else {
        panic!("no redirect")
    };
    assert!(query_value(&callback, "error_description").unwrap().contains("MSIS9601"));
    let code = world.code(&authorize(&world, &[]), "taro@corp").await;
    assert!(redeem(&world, &code, VERIFIER).await.json().get("id_token").is_none());
}

#[tokio::test]
async fn userinfo_wants_its_own_audience() {
    let world = world().await;
    let userinfo = format!("{}/adfs/userinfo", world.upstreams.origin("adfs-a"));
    for (resource, status) in [(RESOURCE, 401), ("", 200)] {
        let code = world.code(&authorize(&world, &[("resource", resource)]), "taro@corp").await;
        let token = redeem(&world, &code, VERIFIER).await.json()["access_token"].as_str().unwrap().to_owned();
        let reply = Reply::of(world.http.get(&userinfo).bearer_auth(&token).send().await.unwrap()).await;
        assert_eq!(reply.status, status);
        if status == 401 {
            assert!(reply.headers["www-authenticate"].to_str().unwrap().contains("MSIS9921"));
            assert_eq!(part(&token, 1)["aud"], RESOURCE);
        }
    }
}

#[tokio::test]
async fn codes_are_good_once_and_on_their_node_only() {
    let world = world().await;
    let code = world.code(&authorize(&world, &[]), "taro@corp").await;
    assert_eq!(redeem(&world, &code, VERIFIER).await.status, 200);
    assert!(redeem(&world, &code, VERIFIER).await.text.contains("MSIS9612"));
    world.upstreams.adfs("adfs-a").configure(|settings| settings.other_node = true);
    let code = world.code(&authorize(&world, &[]), "taro@corp").await;
    assert!(redeem(&world, &code, VERIFIER).await.text.contains("MSIS9247"));
    let token = format!("{}/adfs/oauth2/token", world.upstreams.origin("adfs-a"));
    let form = [("grant_type", "client_credentials"), ("client_id", "rp")];
    let wrong = world.post_basic(&token, ("rp", "wrong"), &form).await;
    assert!(wrong.status == 401 && wrong.text.contains("MSIS9622"));
    let right = world.post_basic(&token, ("rp", "secret"), &form).await;
    assert_eq!((right.status, right.error().as_str()), (400, "unauthorized_client"));
}

#[tokio::test]
async fn integrated_authentication_asks_the_browsers_on_the_list() {
    let world = world().await;
    let url = authorize(&world, &[]).parse().unwrap();
    let outside = world.upstreams.browser().unwrap();
    assert!(matches!(outside.open(&url).await.unwrap(), Arrival::Page { status, .. } if status == 200));
    let inside = outside.with_user_agent("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko");
    assert!(matches!(inside.open(&url).await.unwrap(), Arrival::Page { status, .. } if status == 401));
    let Arrival::Redirect(callback) = inside.open_integrated(&url, "hanako@corp").await.unwrap() else {
        panic!("no code")
    };
    let claims = claims(&redeem(&world, &query_value(&callback, "code").unwrap(), VERIFIER).await);
    assert_eq!(claims["unique_name"], "CORP\\hanako");
    world.upstreams.adfs("adfs-a").configure(|settings| settings.integrated_agents = vec!["Mozilla/5.0".to_owned()]);
    let phone = world.upstreams.browser().unwrap().with_user_agent("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)");
    assert!(matches!(phone.open(&url).await.unwrap(), Arrival::Page { status, .. } if status == 401));
}

#[tokio::test]
async fn silence_needs_a_hint_and_sign_out_a_registered_address() {
    let world = world().await;
    let (_, text) = world.page(&authorize(&world, &[("prompt", "none")])).await;
    assert!(text.contains("MSIS9462"));
    let hinted = [("prompt", "none"), ("login_hint", "taro@corp")];
    assert_eq!(world.refused(&authorize(&world, &hinted)).await, "login_required");
    let logout = format!("{}/adfs/oauth2/logout?post_logout_redirect_uri=", world.upstreams.origin("adfs-a"));
    assert_eq!(world.page(&format!("{logout}https://evil.example/")).await.0, 200);
    let registered = world.upstreams.browser().unwrap().open(&format!("{logout}{CALLBACK}").parse().unwrap()).await;
    assert!(matches!(registered.unwrap(), Arrival::Redirect(url) if url.as_str() == CALLBACK));
}
