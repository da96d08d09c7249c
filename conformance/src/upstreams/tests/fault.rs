use super::world::*;
use crate::upstreams::*;
use std::time::Duration;

/// What an impatient client makes of it.
async fn outcome(world: &World) -> Result<Reply, reqwest::Error> {
    let keys = format!("{}/keys", world.upstreams.origin("oidc"));
    let response = world.http.get(keys).timeout(Duration::from_millis(400)).send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Reply { status, headers, text: response.text().await? })
}

fn is_good(outcome: &Result<Reply, reqwest::Error>) -> bool {
    outcome.as_ref().is_ok_and(|reply| {
        let keys: Result<serde_json::Value, _> = serde_json::from_str(&reply.text);
        let typed = reply.headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().contains("json"));
        reply.status == 200
            && typed
            && keys.is_ok_and(|keys| keys["keys"].as_array().is_some_and(|keys| keys.len() < 9))
    })
}

#[tokio::test]
async fn every_fault_happens_once_and_then_all_is_well() {
    let world = World::start().await;
    let oidc = world.upstreams.oidc();
    oidc.register(Client::new("rp", "secret", CALLBACK));
    assert!(is_good(&outcome(&world).await));
    for fault in Fault::ALL {
        oidc.fault(fault.on("/keys").once());
        let outcome_of_fault = outcome(&world).await;
        // What a lenient reader lives with is told apart by its letters.
        let odd = outcome_of_fault
            .as_ref()
            .is_ok_and(|reply| reply.text.starts_with('\u{feff}') || reply.text.contains("attacker.example"));
        assert!(odd || !is_good(&outcome_of_fault), "{fault:?}");
        let afterwards = outcome(&world).await;
        assert!(is_good(&afterwards), "{fault:?}: {:?}", afterwards.map(|reply| reply.text));
    }
}

#[tokio::test]
async fn a_lost_answer_spends_the_code() {
    let world = World::start().await;
    let oidc = world.upstreams.oidc();
    oidc.register(Client::new("rp", "secret", CALLBACK));
    let code = world.code(&super::oidc::authorize(&world, &[]), "taro").await;
    oidc.fault(Fault::LostAnswer.on("/token").once());
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let token = format!("{}/token", oidc.origin());
    assert!(world.http.post(&token).basic_auth("rp", Some("secret")).form(&form).send().await.is_err());
    assert_eq!(super::oidc::redeem(&world, &code, VERIFIER).await.error(), "invalid_grant");
}

#[tokio::test]
async fn one_provider_fails_while_the_others_work_or_all_do() {
    let world = World::start().await;
    world.upstreams.google().register(Client::default());
    let google = format!("{}/oauth2/v3/certs", world.upstreams.origin("google-keys"));
    let oidc = format!("{}/keys", world.upstreams.origin("oidc"));
    world.upstreams.oidc().fault(Fault::Refuse);
    assert!(world.http.get(&oidc).send().await.unwrap_err().is_connect());
    assert_eq!(world.get(&google).await.status, 200);
    world.upstreams.stop_listening().await;
    assert!(world.http.get(&google).send().await.unwrap_err().is_connect());
    world.upstreams.listen_again().await.unwrap();
    assert_eq!(world.get(&google).await.status, 200);
    let nobody = world.upstreams.origin("nobody");
    assert_eq!(world.get(&nobody).await.status, 421);
}

#[tokio::test]
async fn a_provider_may_speak_http_2() {
    let world = World::start().await;
    let oidc = world.upstreams.oidc();
    let keys = format!("{}/keys", oidc.origin());
    assert_eq!(world.http.get(&keys).send().await.unwrap().version(), axum::http::Version::HTTP_11);
    oidc.configure(|settings| settings.http2 = true);
    assert_eq!(world.http.get(&keys).send().await.unwrap().version(), axum::http::Version::HTTP_2);
}
