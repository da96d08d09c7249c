//! Interactions, codes, refresh tokens and access tokens come out as they went in, with the standing of their family.

use std::time::Duration;

use tegata::account::Account;
use tegata::clock::Timestamp;
use tegata::id::{BrandCode, ClientId, InteractionId, SessionId, TokenFamilyId};
use tegata::interaction::{
    Interaction, Target, bind_browser, clear_facts, find_interaction, insert_interaction, mark_authenticated,
    mark_consent,
};
use tegata::policy::access_path::AccessPath;
use tegata::policy::prompts::ConsentAnswer;
use tegata::protocol::authorization_request::{AuthorizationRequest, Unverified};
use tegata::protocol::claims::ClaimsRequest;
use tegata::protocol::client_metadata::ApplicationType;
use tegata::protocol::params::Params;
use tegata::protocol::pkce::CodeChallenge;
use tegata::protocol::redirect_uri::RedirectUri;
use tegata::random::Random;
use tegata::session::end_session;
use tegata::token::claims::{AccessTokenClaims, Audience, Authentication, BrandClaims};
use tegata::token::{
    CodeFacts, TokenFamily, consume_code, find_code, find_opaque, find_refresh, find_standing, insert_code,
    insert_family, insert_opaque, insert_refresh, is_revoked, revoke_access_token, revoke_account_families,
    revoke_client_families, revoke_family, revoke_session_families, rotate_refresh, use_refresh,
};

use super::fixture::{NOW, Store, at, brand, family, hash, hostile_texts};

/// Everything hostile that passes the parser, and as much of it as fits.
fn hostile_request() -> AuthorizationRequest {
    let long = "長".repeat(1300);
    let pairs = [
        ("client_id", "O'Reilly \"手形\""),
        ("redirect_uri", "https://rp.example/cb?a='"),
        ("response_type", "code"),
        ("scope", "openid !'[]~"),
        ("state", long.as_str()),
        ("nonce", "'; DROP TABLE interaction; -- 🧑‍🧑‍🧒 e\u{301} \\u0000"),
        ("login_hint", "$1 ? :a @b"),
        ("claims", r#"{"userinfo":{"na'me":{"value":"\u0000\"長"}}}"#),
        ("max_age", "18446744073709551615"),
    ];
    let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let registered = [RedirectUri::from_stored("https://rp.example/cb?a='")];
    let request = Unverified::parse(Params::parse(encoded.as_bytes()).unwrap()).unwrap();
    let verified = request.verify(&registered, ApplicationType::Web).unwrap();
    verified.parse().unwrap_or_else(|refusal| panic!("{:?}", refusal.error))
}

#[tokio::test]
async fn an_interaction_keeps_its_request_and_what_was_done_for_it() {
    let store = Store::new().await;
    let request = hostile_request();
    let new = Interaction::new(
        &Random::system(),
        ((brand(), AccessPath::Internet), None),
        Target::Client(Box::new(request.clone())),
        NOW,
        Duration::from_secs(60),
    );
    let found = async || find_interaction(&store.db, (&brand(), AccessPath::Internet), &new.id).await.unwrap().unwrap();
    let mut tx = store.db.begin().await.unwrap();
    insert_interaction(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    let fresh = found().await;
    assert!(fresh.target.request() == Some(&request), "the request is the same");
    assert_eq!((fresh.created_at, fresh.expires_at), (NOW, at(60)));
    assert_eq!((fresh.browser, fresh.authenticated_at, fresh.consent), (None, None, None));

    let browser = hash();
    let mut tx = store.db.begin().await.unwrap();
    assert!(bind_browser(&mut tx, &new.id, browser).await.unwrap());
    assert!(!bind_browser(&mut tx, &new.id, browser).await.unwrap());
    mark_authenticated(&mut tx, &new.id, at(1)).await.unwrap();
    mark_consent(&mut tx, &new.id, ConsentAnswer::Denied).await.unwrap();
    tx.commit().await.unwrap();
    let done = found().await;
    assert_eq!((done.browser, done.authenticated_at), (Some(browser), Some(at(1))));
    assert_eq!(done.consent, Some(ConsentAnswer::Denied));

    let mut tx = store.db.begin().await.unwrap();
    clear_facts(&mut tx, &new.id).await.unwrap();
    tx.commit().await.unwrap();
    let cleared = found().await;
    assert_eq!((cleared.browser, cleared.authenticated_at, cleared.consent), (Some(browser), None, None));
}

#[tokio::test]
async fn an_interaction_is_found_by_no_other_id_whatever_the_url_holds() {
    let store = Store::new().await;
    let new = Interaction::new(
        &Random::system(),
        ((brand(), AccessPath::Internet), None),
        Target::Client(Box::new(hostile_request())),
        NOW,
        Duration::from_secs(60),
    );
    let mut tx = store.db.begin().await.unwrap();
    insert_interaction(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    for text in hostile_texts().into_iter().chain(["\0".to_owned(), format!("{}\0", new.id)]) {
        let found = find_interaction(&store.db, (&brand(), AccessPath::Internet), &InteractionId::new(&text)).await;
        assert!(matches!(found, Ok(None)), "{text:?}");
    }
    for place in [(BrandCode::new("other"), AccessPath::Internet), (brand(), AccessPath::Line)] {
        assert!(find_interaction(&store.db, (&place.0, place.1), &new.id).await.unwrap().is_none(), "{place:?}");
    }
}

/// A family with everything hostile in it, of a session that is alive.
async fn stored_family(store: &Store, account: &Account, offline: bool) -> TokenFamily {
    let (session_id, _) = store.session(account, at(600)).await;
    let mut family = TokenFamily { session_id, offline, ..family(at(600)) };
    family.facts.nonce = Some(hostile_texts().concat());
    family.facts.resource = hostile_texts();
    family.facts.claims = ClaimsRequest::parse(r#"{"id_token":{"a'":{"values":["\u0000","長"]}}}"#).unwrap();
    family.facts.authentication =
        Authentication { auth_time: Some(-1), amr: hostile_texts(), ..Authentication::default() };
    let mut tx = store.db.begin().await.unwrap();
    insert_family(&mut tx, (&brand(), &account.id), &family, NOW).await.unwrap();
    tx.commit().await.unwrap();
    family
}

#[tokio::test]
async fn a_code_is_found_with_its_family_and_consumed_before_it_expires() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let family = stored_family(&store, &account, false).await;
    let code_challenge = Some(CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap());
    let facts = CodeFacts { redirect_uri: hostile_texts().concat(), code_challenge };
    let (code, late) = (hash(), hash());
    let mut tx = store.db.begin().await.unwrap();
    insert_code(&mut tx, (&brand(), &family), code, &facts, (NOW, at(60))).await.unwrap();
    insert_code(&mut tx, (&brand(), &family), late, &facts, (NOW, at(60))).await.unwrap();
    assert!(consume_code(&mut tx, code, at(59)).await.unwrap());
    assert!(!consume_code(&mut tx, code, at(59)).await.unwrap());
    assert!(!consume_code(&mut tx, late, at(60)).await.unwrap(), "it has expired");
    assert!(!consume_code(&mut tx, hash(), NOW).await.unwrap());
    tx.commit().await.unwrap();

    let found = find_code(&store.db, &brand(), code).await.unwrap().unwrap();
    assert_eq!((&found.facts, &found.client_id, found.expires_at), (&facts, &family.client_id, at(60)));
    assert!(found.consumed && found.standing.is_alive(NOW));
    assert_eq!((&found.standing.family.id, &found.standing.family.facts), (&family.id, &family.facts));
    assert_eq!(found.standing.record.account, account);
    assert!(!find_code(&store.db, &brand(), late).await.unwrap().unwrap().consumed);
    assert!(find_code(&store.db, &BrandCode::new("other"), code).await.unwrap().is_none());
    assert!(find_code(&store.db, &brand(), hash()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_refresh_token_is_used_then_rotated_and_keeps_its_answer() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let family = stored_family(&store, &account, true).await;
    let token = hash();
    let answer: Vec<u8> = (0..=255).cycle().take(10_240).collect();
    let mut tx = store.db.begin().await.unwrap();
    insert_refresh(&mut tx, &family.id, token, (NOW, at(60))).await.unwrap();
    assert!(use_refresh(&mut tx, token, (at(5), at(65))).await.unwrap());
    tx.commit().await.unwrap();
    let found = find_refresh(&store.db, &brand(), token).await.unwrap().unwrap();
    assert_eq!((found.last_used_at, found.expires_at, found.rotated_at), (at(5), at(65), None));
    assert!(found.answer.is_none() && found.standing.family.offline);

    let mut tx = store.db.begin().await.unwrap();
    assert!(rotate_refresh(&mut tx, token, &answer, at(6)).await.unwrap());
    assert!(!rotate_refresh(&mut tx, token, b"other", at(7)).await.unwrap());
    assert!(!use_refresh(&mut tx, token, (at(7), at(67))).await.unwrap());
    tx.commit().await.unwrap();
    let found = find_refresh(&store.db, &brand(), token).await.unwrap().unwrap();
    assert_eq!((found.rotated_at, found.answer), (Some(at(6)), Some(answer)));
    assert!(find_refresh(&store.db, &BrandCode::new("other"), token).await.unwrap().is_none());
}

async fn is_alive(store: &Store, family: &TokenFamily, now: Timestamp) -> bool {
    find_standing(&store.db, &family.id, "jti").await.unwrap().unwrap().is_alive(now)
}

#[tokio::test]
async fn the_end_of_a_session_ends_its_families_but_for_offline_access() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let (bound, offline) = (stored_family(&store, &account, false).await, stored_family(&store, &account, true).await);
    assert!(is_alive(&store, &bound, NOW).await && !is_alive(&store, &bound, at(600)).await);
    let mut tx = store.db.begin().await.unwrap();
    for family in [&bound, &offline] {
        assert!(end_session(&mut tx, &family.session_id, NOW).await.unwrap());
    }
    tx.commit().await.unwrap();
    assert!(!is_alive(&store, &bound, NOW).await && is_alive(&store, &offline, NOW).await);
    let mut tx = store.db.begin().await.unwrap();
    for family in [&bound, &offline] {
        revoke_session_families(&mut tx, &family.session_id, "logout", NOW).await.unwrap();
    }
    tx.commit().await.unwrap();
    let revoked = async |family: &TokenFamily| find_standing(&store.db, &family.id, "").await.unwrap().unwrap().revoked;
    assert!(revoked(&bound).await && !revoked(&offline).await);
}

#[tokio::test]
async fn families_are_revoked_by_session_by_client_and_by_account_and_no_others() {
    let store = Store::new().await;
    let (hanako, taro) = (store.account("hanako").await, store.account("taro").await);
    let (one, foreign) = (stored_family(&store, &hanako, true).await, stored_family(&store, &taro, true).await);
    let mut tx = store.db.begin().await.unwrap();
    revoke_client_families(&mut tx, (&hanako.id, &ClientId::new("other")), "consent", NOW).await.unwrap();
    revoke_session_families(&mut tx, &SessionId::new("other"), "logout", NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert!(is_alive(&store, &one, NOW).await);

    let mut tx = store.db.begin().await.unwrap();
    revoke_client_families(&mut tx, (&hanako.id, &one.client_id), "consent", NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!is_alive(&store, &one, NOW).await && is_alive(&store, &foreign, NOW).await);

    let mut tx = store.db.begin().await.unwrap();
    revoke_account_families(&mut tx, &taro.id, (None, "password"), NOW).await.unwrap();
    assert!(!revoke_family(&mut tx, &foreign.id, "reuse", NOW).await.unwrap(), "it was revoked before");
    assert!(!revoke_family(&mut tx, &TokenFamilyId::new("'"), "reuse", NOW).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!is_alive(&store, &foreign, NOW).await);
}

#[tokio::test]
async fn a_single_access_token_is_revoked_and_its_family_lives_on() {
    let store = Store::new().await;
    let account = store.account("hanako").await;
    let family = stored_family(&store, &account, true).await;
    for jti in hostile_texts().iter().map(|text| text.chars().take(85).collect::<String>()) {
        let mut tx = store.db.begin().await.unwrap();
        for _ in 0..2 {
            revoke_access_token(&mut tx, &jti, at(60)).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert!(is_revoked(&store.db, &jti).await.unwrap(), "{jti}");
        assert!(find_standing(&store.db, &family.id, &jti).await.unwrap().unwrap().revoked, "{jti}");
    }
    assert!(!is_revoked(&store.db, "another").await.unwrap() && is_alive(&store, &family, NOW).await);
    assert!(find_standing(&store.db, &TokenFamilyId::new("gone"), "jti").await.unwrap().is_none());
}

#[tokio::test]
async fn an_opaque_access_token_stands_for_its_claims_until_it_expires() {
    let store = Store::new().await;
    let token = hash();
    let claims = AccessTokenClaims {
        iss: hostile_texts().concat(),
        sub: "\0".to_owned(),
        aud: Audience::Many(hostile_texts()),
        client_id: ClientId::new("client"),
        scope: "openid".to_owned(),
        iat: NOW.as_seconds(),
        exp: at(60).as_seconds(),
        nbf: None,
        jti: "jti".to_owned(),
        authentication: Authentication::default(),
        family: Some(TokenFamilyId::new("family")),
        brand: BrandClaims::default(),
    };
    let mut tx = store.db.begin().await.unwrap();
    insert_opaque(&mut tx, token, &claims, NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find_opaque(&store.db, token, at(59)).await.unwrap(), Some(claims));
    assert_eq!(find_opaque(&store.db, token, at(60)).await.unwrap(), None);
    assert_eq!(find_opaque(&store.db, hash(), NOW).await.unwrap(), None);
}
