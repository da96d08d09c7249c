//! Facebook has no ID token: what stands in for its checks is the Graph's word on an access token (`upstreams.md` §1.2).

use tegata_conformance::upstreams::{Fault, Host, Mutation};

use super::steps::{FAILED, UNAVAILABLE, Visitor, asked, attacker_was_left_alone, clear_logs};
use crate::support::Federation;

const APP_ID: &str = "1234567890";

/// What is done to it, what the audit log says then, and what the page.
type Case = (&'static str, fn(&Host), &'static str, &'static str);

const CASES: &[Case] = &[
    (
        "a token of another app, proofs required",
        |fb| fb.mutate_next(Mutation::OtherClient),
        "upstream_token_of_another_client",
        FAILED,
    ),
    (
        "a token of another app that answers all the same",
        |fb| {
            fb.change_client(APP_ID, |client| client.require_app_secret = false);
            fb.configure(|settings| settings.token_of_app = Some("another-app".to_owned()));
        },
        "upstream_token_of_another_client",
        FAILED,
    ),
    (
        "another app secret there than here",
        |fb| fb.change_client(APP_ID, |client| client.secret = Some("rolled".to_owned())),
        "upstream_client_refused",
        FAILED,
    ),
    (
        "an app that is gone",
        |fb| fb.configure(|settings| settings.graph_errors = vec![101]),
        "upstream_client_refused",
        FAILED,
    ),
    (
        "a code that is refused",
        |fb| fb.configure(|settings| settings.graph_errors = vec![100]),
        "upstream_code_refused",
        FAILED,
    ),
    (
        "a token that is refused",
        |fb| fb.configure(|settings| settings.graph_errors = vec![190]),
        "upstream_code_refused",
        FAILED,
    ),
    ("too many calls", |fb| fb.configure(|settings| settings.graph_errors = vec![4]), "upstream_down", UNAVAILABLE),
    ("an unknown error", |fb| fb.configure(|settings| settings.graph_errors = vec![2]), "upstream_down", UNAVAILABLE),
    ("a version that is gone", |fb| fb.configure(|settings| settings.oldest_version = 24), "upstream_error", FAILED),
    ("an id that is no number", |fb| set_id(fb, "taro"), "upstream_token_subject", FAILED),
    ("an empty id", |fb| set_id(fb, ""), "upstream_token_subject", FAILED),
    ("an id with a line break", |fb| set_id(fb, "1\r\n2"), "upstream_token_subject", FAILED),
    ("an id in full width", |fb| set_id(fb, "１２３"), "upstream_token_subject", FAILED),
    ("an endless id", |fb| set_id(fb, &"1".repeat(300)), "upstream_token_subject", FAILED),
    (
        "two ids in one profile",
        |fb| fb.fault(Fault::DuplicateKeys.on("/me").once()),
        "upstream_malformed_answer",
        FAILED,
    ),
    (
        "two words on one token",
        |fb| fb.fault(Fault::DuplicateKeys.on("/debug_token").once()),
        "upstream_malformed_answer",
        FAILED,
    ),
    ("half a profile", |fb| fb.fault(Fault::TruncatedJson.on("/me").once()), "upstream_malformed_answer", FAILED),
    ("a page for a profile", |fb| fb.fault(Fault::Html.on("/me").once()), "upstream_malformed_answer", FAILED),
    ("a redirect to the attacker", |fb| fb.fault(Fault::Redirected.on("/me").once()), "redirected", UNAVAILABLE),
    ("the Graph is down", |fb| fb.fault(Fault::Status(503).on("/debug_token").once()), "upstream_down", UNAVAILABLE),
];

fn set_id(fb: &Host, id: &str) {
    fb.change_user("taro", |user| drop(user.quirks.ids.insert("*".to_owned(), id.to_owned())));
}

#[tokio::test]
async fn facebook_no_token_of_another_app_and_no_odd_profile_signs_anybody_in() {
    let world = Federation::start().await;
    world.member("facebook", "taro").await;
    let fb = world.host("facebook");
    for (what, spoil, reason, sentence) in CASES {
        let (browser, url) = Visitor::new(&world, "facebook").set_out().await;
        let back = Visitor::new(&world, "facebook").permit(&url).await;
        spoil(&fb);
        super::steps::Outcome::of(&world, browser, back.as_str()).await.refused(reason, sentence, what);
        fb.reset();
        fb.register(world.client_of("facebook"));
        Visitor::new(&world, "facebook").come_back().await.signed_in(what);
    }
    attacker_was_left_alone(&world, "facebook");
}

/// Three questions, each with what proves us: the code, whose token it is, and who the person is.
#[tokio::test]
async fn facebook_every_question_to_the_graph_proves_who_asks() {
    let world = Federation::start().await;
    clear_logs(&world);
    Visitor::named(&world, "facebook", "bigid").come_back().await.proved("an id beyond 2^53");
    let asked = asked(&world.host("facebook"));
    let [code, debug, me] = &asked[..] else { panic!("{asked:#?}") };
    assert!(code.path.ends_with("/v23.0/oauth/access_token") && code.query.is_empty());
    assert!(debug.path.ends_with("/v23.0/debug_token"));
    let app_token = format!("{APP_ID}|{}", crate::support::federation::SECRET);
    assert_eq!(debug.params().get("access_token"), Some(app_token.as_str()));
    let me = me.params();
    assert_eq!(me.get("fields"), Some("id,name,email"));
    assert_eq!(me.get("access_token"), debug.params().get("input_token"));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, crate::support::federation::SECRET.as_bytes());
    let proof = aws_lc_rs::hmac::sign(&key, me.text("access_token").as_bytes());
    assert_eq!(me.get("appsecret_proof"), Some(super::steps::hexadecimal(proof.as_ref()).as_str()));
}
