//! S32 and S33: our clients hear only what was verified of when and how somebody authenticated.

use std::time::Duration;

use serde_json::{Value, json};
use tegata_conformance::upstreams::Browser as Elsewhere;
use url::Url;

use crate::support::{AuthorizeRequest, Browser, Callback, Federation, SignIn as _};

const HOUR: i64 = 3600;

/// A member and their browser: what it remembers here, and what it remembers at the upstream.
struct Person<'w> {
    world: &'w Federation,
    connection: String,
    here: Browser,
    there: Elsewhere,
}

impl<'w> Person<'w> {
    async fn at(world: &'w Federation, connection: &str) -> Self {
        world.member(connection, world.person_at(connection)).await;
        let there = world.upstreams.browser().unwrap();
        Self { world, connection: connection.to_owned(), here: world.provider.browser(), there }
    }

    /// Signs in for a request; `way` may change the address on the way to the upstream.
    async fn signs_in(&mut self, request: &AuthorizeRequest, way: impl FnOnce(Url) -> Url) -> Callback {
        let world = self.world;
        let page = self.here.open_login(request).await;
        let url = way(world.depart(&mut self.here, &page, &self.connection).await);
        let back = self.there.sign_in(&url, world.person_at(&self.connection)).await.expect("the upstream agrees");
        let answer = self.here.get(back.as_str()).await;
        let answer = self.here.follow(answer).await;
        Callback::of(&answer)
    }

    async fn claims(&self, callback: &Callback) -> Value {
        let tokens = self.world.provider.program().exchange(&self.world.app, callback.code()).await.ok();
        tokens.id_token()
    }

    /// The upstream knows the person from a sign-in of so long ago and asks nothing, whatever it was asked for.
    async fn silently_after(&mut self, seconds: u64, request: &AuthorizeRequest) -> Callback {
        self.there = self.world.upstreams.browser().unwrap();
        self.here = self.world.provider.browser();
        self.signs_in(&AuthorizeRequest::of(&self.world.app), as_it_is).await;
        self.world.provider.clock.advance(Duration::from_secs(seconds));
        self.here = self.world.provider.browser();
        self.signs_in(request, without_wishes).await
    }
}

fn as_it_is(url: Url) -> Url {
    url
}

/// Whoever sits at the browser can take our wishes out of the address; no upstream notices.
fn without_wishes(mut url: Url) -> Url {
    let kept: Vec<_> =
        url.query_pairs().into_owned().filter(|(name, _)| name != "prompt" && name != "max_age").collect();
    url.query_pairs_mut().clear().extend_pairs(kept);
    url
}

fn seconds_now(world: &Federation) -> i64 {
    world.provider.clock.now().as_seconds()
}

#[tokio::test]
async fn s32_a_client_that_insists_hears_login_required_where_the_upstream_cannot_show_freshness() {
    let world = Federation::start().await;
    for connection in ["google", "facebook", "daccount"] {
        let mut person = Person::at(&world, connection).await;
        let request = AuthorizeRequest::of(&world.app);
        let essential = r#"{"id_token":{"auth_time":{"essential":true}}}"#;
        for request in [
            request.clone().with("prompt", "login"),
            request.clone().with("max_age", "0"),
            request.clone().with("max_age", "3600"),
            request.clone().with("claims", essential),
        ] {
            person.here = world.provider.browser();
            let callback = person.signs_in(&request, as_it_is).await;
            assert_eq!(callback.error(), "login_required", "{connection} {:?}", request.params.last());
            assert_eq!(callback.get("state"), "state-1");
        }
        person.here = world.provider.browser();
        let callback = person.signs_in(&request, as_it_is).await;
        assert!(!callback.code().is_empty(), "{connection}: whoever does not insist gets them");
    }
}

#[tokio::test]
async fn s32_a_silent_sign_in_has_no_auth_time_unless_the_upstream_says_when() {
    let world = Federation::start().await;
    for connection in ["google", "facebook", "daccount", "microsoft"] {
        let mut person = Person::at(&world, connection).await;
        let request = AuthorizeRequest::of(&world.app);
        let first = person.signs_in(&request, as_it_is).await;
        assert_eq!(person.claims(&first).await.get("auth_time"), None, "{connection}");
        world.provider.clock.advance(Duration::from_secs(120));
        person.here = world.provider.browser();
        let again = person.signs_in(&request, as_it_is).await;
        assert_eq!(person.claims(&again).await.get("auth_time"), None, "{connection}");
    }
}

/// What Google does not document is not believed, even where it is there.
#[tokio::test]
async fn s32_an_auth_time_that_the_profile_does_not_trust_proves_nothing() {
    let world = Federation::start().await;
    let mut person = Person::at(&world, "google").await;
    world.upstreams.google().set_claim("taro", "auth_time", seconds_now(&world));
    let request = AuthorizeRequest::of(&world.app);
    assert_eq!(person.signs_in(&request.clone().with("prompt", "login"), as_it_is).await.error(), "login_required");
    person.here = world.provider.browser();
    let callback = person.signs_in(&request, as_it_is).await;
    assert_eq!(person.claims(&callback).await.get("auth_time"), None);
}

#[tokio::test]
async fn s32_where_the_upstream_says_when_our_clients_hear_exactly_that() {
    let world = Federation::start().await;
    let adfs = world.adfs.to_string();
    for connection in ["other", adfs.as_str()] {
        let mut person = Person::at(&world, connection).await;
        let began = seconds_now(&world);
        let request = AuthorizeRequest::of(&world.app);
        person.signs_in(&request, as_it_is).await;
        world.provider.clock.advance(Duration::from_hours(1));
        person.here = world.provider.browser();
        let silent = person.signs_in(&request, as_it_is).await;
        assert_eq!(person.claims(&silent).await["auth_time"], began, "{connection}: not the moment it came here");
        let forced = person.signs_in(&request.clone().with("prompt", "login"), as_it_is).await;
        assert_eq!(person.claims(&forced).await["auth_time"], began + HOUR, "{connection}");
    }
    let mut person = Person::at(&world, "microsoft").await;
    let request = AuthorizeRequest::of(&world.app).with("max_age", "60");
    let forced = person.signs_in(&request, as_it_is).await;
    assert_eq!(person.claims(&forced).await["auth_time"], seconds_now(&world));
}

#[tokio::test]
async fn s32_a_wish_for_freshness_that_was_taken_out_on_the_way_is_noticed() {
    let world = Federation::start().await;
    let adfs = world.adfs.to_string();
    for connection in ["microsoft", "other", adfs.as_str()] {
        let mut person = Person::at(&world, connection).await;
        let request = AuthorizeRequest::of(&world.app);
        for request in [request.clone().with("prompt", "login"), request.clone().with("max_age", "60")] {
            let callback = person.silently_after(HOUR.unsigned_abs(), &request).await;
            assert_eq!(callback.error(), "login_required", "{connection}");
        }
    }
}

/// The password may be minutes older than the second step that followed it: five of them are allowed.
#[tokio::test]
async fn s32_the_age_of_an_upstreams_authentication_is_held_to_max_age_and_five_minutes() {
    let world = Federation::start().await;
    let adfs = world.adfs.to_string();
    for connection in ["other", adfs.as_str()] {
        let mut person = Person::at(&world, connection).await;
        let request = AuthorizeRequest::of(&world.app);
        for (name, value, limit) in [("max_age", "600", 900), ("max_age", "0", 300), ("prompt", "login", 300)] {
            let request = request.clone().with(name, value);
            let callback = person.silently_after(limit, &request).await;
            assert!(!callback.code().is_empty(), "{connection} {name}={value} after {limit} s");
            let callback = person.silently_after(limit + 1, &request).await;
            assert_eq!(callback.error(), "login_required", "{connection} {name}={value} after {limit} s and one");
        }
    }
}

/// Later requests in the same session are judged by the upstream's moment, not by ours.
#[tokio::test]
async fn s32_a_session_is_as_old_as_the_upstreams_authentication() {
    let world = Federation::start().await;
    let mut person = Person::at(&world, "other").await;
    let request = AuthorizeRequest::of(&world.app);
    person.signs_in(&request, as_it_is).await;
    world.provider.clock.advance(Duration::from_secs(100));
    person.here = world.provider.browser();
    person.signs_in(&request, as_it_is).await;
    let silent = request.clone().with("prompt", "none");
    let callback = person.here.authorize(&silent.clone().with("max_age", "100")).await;
    assert_eq!(person.claims(&callback).await["auth_time"], seconds_now(&world) - 100);
    let callback = person.here.authorize(&silent.clone().with("max_age", "99")).await;
    assert_eq!(callback.error(), "login_required");
    // Where nobody knows when, no limit can be met.
    let mut person = Person::at(&world, "google").await;
    person.signs_in(&request, as_it_is).await;
    let callback = person.here.authorize(&silent.clone().with("max_age", "86400")).await;
    assert_eq!(callback.error(), "login_required");
    assert!(!person.here.authorize(&silent).await.code().is_empty());
}

/// Its clock may be ahead of ours, within what its connection allows; our clients are not told of the future.
#[tokio::test]
async fn s32_nobody_authenticates_later_than_now() {
    let world = Federation::start().await;
    let adfs = world.adfs.to_string();
    let mut person = Person::at(&world, &adfs).await;
    world.upstreams.adfs("adfs-a").set_clock_offset(240);
    let request = AuthorizeRequest::of(&world.app).with("prompt", "login");
    let callback = person.signs_in(&request, as_it_is).await;
    assert_eq!(person.claims(&callback).await["auth_time"], seconds_now(&world));
}

/// What an upstream says of how somebody authenticated there is not what we say of it.
#[tokio::test]
async fn s33_two_factors_that_an_upstream_claims_are_not_ours_to_tell() {
    let world = Federation::start().await;
    let mfa = json!(["pwd", "otp", "mfa", "hwk"]);
    let (oidc, adfs) = (world.upstreams.oidc(), world.upstreams.adfs("adfs-a"));
    for (host, person) in [(&oidc, "taro"), (&adfs, "taro@corp")] {
        host.set_claim(person, "amr", mfa.clone());
        host.set_claim(person, "acr", "urn:tegata:acr:2fa");
        host.set_claim(person, "mfa_auth_time", seconds_now(&world));
        host.set_claim(person, "sid", "a session of ours");
        host.set_claim(person, "contract_id", "another");
        host.set_claim(person, "role", "contractor");
    }
    let connections = [("other", "taro"), (world.adfs.as_str(), "taro@corp"), (world.adfs.as_str(), "mfa@corp")];
    for (n, (connection, user)) in connections.into_iter().enumerate() {
        let account = world.member_as(&format!("p{n}@vx7.example"), connection, user).await;
        let callback = world.signs_in(connection, user).await;
        let tokens = world.provider.program().exchange(&world.app, callback.code()).await.ok();
        let claims = tokens.id_token();
        assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["fed"]), &json!("urn:tegata:acr:federated")), "{user}");
        assert_ne!(claims["sid"], "a session of ours");
        assert_eq!((claims.get("role"), claims.get("mfa_auth_time")), (None, None), "{user}");
        let told = world.provider.program().userinfo(&tokens.get("access_token")).await.json();
        assert_eq!((&told["sub"], &told["email"]), (&json!(account.subject.as_str()), &json!(account.email)), "{user}");
        // A client that insists on two factors does not get them by an upstream's word.
        let insists = r#"{"id_token":{"acr":{"essential":true,"values":["urn:tegata:acr:2fa"]}}}"#;
        let request = AuthorizeRequest::of(&world.app).with("claims", insists);
        let mut browser = world.provider.browser();
        let page = browser.open_login(&request).await;
        let url = world.depart(&mut browser, &page, connection).await;
        let answer = world.arrive(&mut browser, &url, user).await;
        let answer = browser.follow(answer).await;
        assert_eq!(Callback::of(&answer).error(), "unmet_authentication_requirements", "{user}");
    }
}
