//! Every way to spoil an ID token, at every upstream that has them (`upstreams.md` §2): refused for the right reason, told
//! in the right words, nobody signed in, the attacker's host never asked, and the next sign-in good.

use std::time::Duration;

use http::StatusCode;
use tegata_conformance::upstreams::Mutation;

use super::steps::{FAILED, Visitor, attacker_was_left_alone};
use crate::support::Federation;
use crate::support::federation::CONFIGURED;

/// What the audit log says of each.
fn reason(mutation: Mutation) -> &'static str {
    use Mutation as M;
    match mutation {
        M::WrongAudience | M::ExtraAudience | M::WrongAuthorizedParty | M::OtherClient => "upstream_token_audience",
        M::WrongIssuer => "upstream_token_issuer",
        M::MissingNonce | M::WrongNonce | M::Replayed => "upstream_token_nonce",
        M::Expired | M::IssuedAgo(_) => "upstream_token_expired",
        M::IssuedAhead(_) | M::NotBeforeAhead(_) => "upstream_token_clock",
        M::MissingSubject | M::EmptySubject | M::LongSubject | M::ControlSubject | M::LookAlikeSubject => {
            "upstream_token_subject"
        }
        M::AlgNone | M::HmacWithPublicKey | M::KidPath | M::Es256 => "upstream_token_algorithm",
        M::JkuHeader | M::JwkHeader | M::X5uHeader | M::KidSql | M::UnknownKid | M::WrongSignature | M::DroppedKey => {
            "upstream_token_signature"
        }
        M::MissingToken => "upstream_no_id_token",
        M::MissingIssuer
        | M::MissingAudience
        | M::MissingExpiry
        | M::NumericSubject
        | M::UnknownCritical
        | M::Garbage
        | M::Encrypted
        | M::Nested => "upstream_token_malformed",
        M::WrongAccessTokenHash | M::UserInfoSubject => panic!("not among those that must be refused"),
    }
}

async fn refuses_every_mutation(connection: &str) {
    let world = Federation::start().await;
    let connection = if connection == "adfs" { world.adfs.to_string() } else { connection.to_owned() };
    world.member(&connection, world.person_at(&connection)).await;
    let visitor = Visitor::new(&world, &connection);
    visitor.come_back().await.signed_in(&connection);
    for &mutation in Mutation::ALL {
        let what = format!("{connection} {mutation:?}");
        world.host(&connection).mutate_next(mutation);
        let outcome = tokio::time::timeout(Duration::from_secs(20), visitor.come_back()).await;
        outcome.unwrap_or_else(|_| panic!("{what}: it hangs")).refused(reason(mutation), FAILED, &what);
        visitor.come_back().await.signed_in(&what);
    }
    attacker_was_left_alone(&world, &connection);
}

#[tokio::test]
async fn google_no_spoilt_token_signs_anybody_in() {
    refuses_every_mutation("google").await;
}

#[tokio::test]
async fn microsoft_no_spoilt_token_signs_anybody_in() {
    refuses_every_mutation("microsoft").await;
}

#[tokio::test]
async fn daccount_no_spoilt_token_signs_anybody_in() {
    refuses_every_mutation("daccount").await;
}

#[tokio::test]
async fn active_directory_no_spoilt_token_signs_anybody_in() {
    refuses_every_mutation("adfs").await;
}

#[tokio::test]
async fn openid_connect_no_spoilt_token_signs_anybody_in() {
    refuses_every_mutation("other").await;
}

/// What only Microsoft can do wrong: tenants, versions, and keys that belong to tenants.
#[tokio::test]
async fn microsoft_a_token_of_another_tenant_version_or_tenants_key_is_refused() {
    let world = Federation::start().await;
    for user in ["badtenant", "version1", "consumerkey"] {
        let outcome = Visitor::named(&world, "microsoft", user).come_back().await;
        outcome.refused("upstream_token_issuer", FAILED, user);
    }
    Visitor::named(&world, "microsoft", "personal").come_back().await.proved("the consumers' key for a consumer");
}

/// At a registration the person is led back to their invitation, which is still good.
#[tokio::test]
async fn at_a_registration_a_spoilt_token_links_nothing_and_the_invitation_stays_good() {
    let world = Federation::start().await;
    world.provider.invite("jiro@vx7.example").await;
    let link = world.provider.mailed_link("jiro@vx7.example", "利用者登録").await;
    let mut browser = world.provider.browser();
    let adfs = world.adfs.to_string();
    for connection in CONFIGURED.into_iter().chain([adfs.as_str()]) {
        let page = browser.get(&link).await;
        let url = world.depart(&mut browser, &page, connection).await;
        world.host(connection).mutate_next(if connection == "facebook" {
            Mutation::OtherClient
        } else {
            Mutation::WrongNonce
        });
        let answer = world.arrive(&mut browser, &url, world.person_at(connection)).await;
        let reasons = world.reasons(&answer).await;
        let facebook = connection == "facebook";
        let expected = if facebook { "upstream_token_of_another_client" } else { "upstream_token_nonce" };
        assert_eq!(reasons, [expected], "{connection}");
        let page = browser.follow(answer).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{connection}: {}", page.body);
        assert!(page.body.contains("登録・変更を中止しました"), "{connection}: {}", page.body);
    }
    let done = world.register(&mut browser, &link, "google", "taro").await;
    assert!(done.body.contains("完了"), "{}", done.body);
}
