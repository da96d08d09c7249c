use super::oidc::{authorize, redeem};
use super::world::*;
use crate::upstreams::*;
use serde_json::Value;

/// A relying party's own check, as strict as the standards.
fn refuses(token: Option<&str>, jwks: &Value, issuer: &str, seen: &[String]) -> bool {
    let Some(token) = token else { return true };
    if token.split('.').count() != 3 || seen.iter().any(|old| old == token) || !verifies(token, jwks) {
        return true;
    }
    let header = part(token, 0);
    let kid = jwks["keys"].as_array().unwrap().iter().any(|key| key["kid"] == header["kid"]);
    if header["alg"] != "RS256" || header.get("crit").is_some() || header.get("cty").is_some() || !kid {
        return true;
    }
    let claims = part(token, 1);
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let time = |name: &str| claims[name].as_u64();
    let subject = claims["sub"].as_str().unwrap_or_default();
    let good = claims["iss"] == issuer
        && claims["aud"] == "rp"
        && claims["nonce"] == "n"
        && time("exp").is_some_and(|exp| exp > now)
        && time("iat").is_some_and(|iat| iat <= now + 300 && iat + 900 > now)
        && time("nbf").is_none_or(|nbf| nbf <= now + 300)
        && (1..=255).contains(&subject.len())
        && subject.bytes().all(|byte| byte.is_ascii_graphic());
    !good
}

#[tokio::test]
async fn every_mutation_makes_a_token_that_is_refused_and_the_next_is_good_again() {
    let world = World::start().await;
    let oidc = world.upstreams.oidc();
    oidc.register(Client::new("rp", "secret", CALLBACK));
    let keys = format!("{}/keys", oidc.origin());
    let mut seen = Vec::new();
    for mutation in std::iter::once(None).chain(Mutation::ALL.iter().copied().map(Some)).chain([None]) {
        oidc.state().mutations.clear();
        mutation.into_iter().for_each(|mutation| oidc.mutate_next(mutation));
        let code = world.code(&authorize(&world, &[]), "taro").await;
        let reply = redeem(&world, &code, VERIFIER).await.json();
        let mut jwks = world.get(&keys).await.json();
        jwks["keys"].as_array_mut().unwrap().retain(|key| key["kty"] == "RSA");
        let token = reply["id_token"].as_str();
        assert_eq!(refuses(token, &jwks, &oidc.origin(), &seen), mutation.is_some(), "{mutation:?} {reply}");
        seen.extend(token.map(str::to_owned));
    }
    assert!(world.upstreams.attacker().requests("*").is_empty());
}

#[tokio::test]
async fn userinfo_may_tell_of_somebody_else() {
    let world = World::start().await;
    let oidc = world.upstreams.oidc();
    oidc.register(Client::new("rp", "secret", CALLBACK));
    oidc.mutate_next(Mutation::UserInfoSubject);
    let code = world.code(&authorize(&world, &[]), "taro").await;
    let reply = redeem(&world, &code, VERIFIER).await;
    let userinfo = world.http.get(format!("{}/userinfo", oidc.origin()));
    let userinfo = userinfo.bearer_auth(reply.json()["access_token"].as_str().unwrap()).send().await.unwrap();
    assert_ne!(Reply::of(userinfo).await.json()["sub"], claims(&reply)["sub"]);
}
