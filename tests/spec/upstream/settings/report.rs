//! What a test says: which step, which class, and nothing else (`upstreams.md` S22).

use http::StatusCode;
use tegata_conformance::upstreams::{AdfsVersion, Certificate, Client, Fault};

use super::{Desk, Fields, SECRET_AS_SENT, advice, verdicts};
use crate::spec::upstream::ways::{audit, carries};
use crate::support::Answer;
use crate::support::federation::{CLIENT_ID, SECRET};

#[tokio::test]
async fn a_sound_connection_passes_every_step_and_nothing_is_saved() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    let before = desk.row().await;
    let fields = Fields::of(&desk.world, &desk.adfs()).with("subject_claim", "upn");
    let answer = desk.test(&page, &fields.all()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(verdicts(&answer), "ok ok ok ok ok ok ok");
    let after = desk.row().await;
    assert_eq!((before.version, before.settings), (after.version, after.settings));
    assert_eq!(desk.world.reasons(&answer).await, ["passed"]);
}

#[tokio::test]
async fn no_real_code_is_ever_sent_and_the_secret_goes_to_the_token_endpoint_alone() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    desk.adfs().clear_log();
    let fields = Fields::of(&desk.world, &desk.adfs());
    desk.test(&page, &fields.all()).await;
    let requests = desk.adfs().requests("*");
    let with_secret: Vec<_> = requests.iter().filter(|r| carries(r, SECRET_AS_SENT)).collect();
    assert_eq!(with_secret.len(), 1, "{requests:?}");
    assert_eq!(with_secret[0].path, "/adfs/oauth2/token/");
    assert_eq!(with_secret[0].form().get("grant_type"), Some("authorization_code"));
    assert_eq!(requests.len(), 3, "document, keys, token endpoint: {requests:?}");
}

/// Waits for an answer that must not come before the time-out of all requests (400 ms here) is over.
async fn patiently(answer: impl Future<Output = Answer>) -> Answer {
    let mut answer = std::pin::pin!(answer);
    let early = tokio::time::timeout(std::time::Duration::from_millis(380), &mut answer).await;
    assert!(early.is_err(), "known too soon");
    answer.await
}

/// Closed, silent, broken, moved, without such a page: one class, one text, and it takes the same time.
#[tokio::test]
async fn a_server_that_is_not_there_looks_the_same_in_whatever_way_it_is_not() {
    let mut desk = Desk::set_up().await;
    let fields = Fields::of(&desk.world, &desk.adfs());
    let mut told = std::collections::BTreeSet::new();
    let faults = [
        Fault::Hang,
        Fault::SlowHeaders(5_000),
        Fault::CutBody,
        Fault::Moved,
        Fault::RedirectedToMetadata,
        Fault::Status(500),
        Fault::TooManyRequests(30),
        Fault::Maintenance,
    ];
    for fault in faults {
        // The breaker of the test's line has a text of its own.
        desk.world.provider.clock.advance(std::time::Duration::from_secs(40));
        desk.adfs().fault(fault.times(1));
        let page = desk.open().await;
        let answer = patiently(desk.test(&page, &fields.all())).await;
        assert_eq!(verdicts(&answer), "ok no - - - - -", "{fault:?}");
        told.insert(advice(&answer));
        desk.adfs().clear_faults();
    }
    desk.adfs().configure(|settings| settings.version = AdfsVersion::Server2012R2);
    let page = desk.open().await;
    told.insert(advice(&desk.test(&page, &fields.all()).await));
    desk.world.upstreams.stop_listening().await;
    told.insert(advice(&patiently(desk.test(&page, &fields.all())).await));
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told.first().unwrap().contains("AD FS 2012 R2以前"), "{told:?}");
}

#[tokio::test]
async fn every_other_fault_has_its_step_and_its_words() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    let (adfs, fields) = (desk.adfs(), Fields::of(&desk.world, &desk.adfs()));
    let evil = desk.world.upstreams.attacker().origin();
    type Spoil<'a> = Box<dyn Fn() + 'a>;
    let document = "/openid-configuration";
    let cases: Vec<(&str, Spoil<'_>, &str, &str)> = vec![
        ("untrusted", Box::new(|| adfs.fault(Fault::TlsUntrusted.times(1))), "ok no - - - - -", "サーバー証明書"),
        ("expired", Box::new(|| adfs.fault(Fault::TlsExpired.times(1))), "ok no - - - - -", "サーバー証明書"),
        ("other name", Box::new(|| adfs.fault(Fault::TlsWrongName.times(1))), "ok no - - - - -", "サーバー証明書"),
        (
            "html",
            Box::new(|| adfs.fault(Fault::Html.on(document).times(1))),
            "ok ok no - - - -",
            "公開情報を読み取れません",
        ),
        (
            "endless",
            Box::new(|| adfs.fault(Fault::EndlessBody.on(document).times(1))),
            "ok ok no - - - -",
            "公開情報を",
        ),
        (
            "no endpoint",
            Box::new(|| adfs.set_discovery("token_endpoint", serde_json::Value::Null)),
            "ok ok no - - - -",
            "公開情報を読み取れません",
        ),
        (
            "other host",
            Box::new(|| adfs.set_discovery("token_endpoint", format!("{evil}/token"))),
            "ok ok no - - - -",
            "異なるホスト",
        ),
        (
            "other issuer",
            Box::new(|| adfs.set_discovery("issuer", format!("{}/adfs/", adfs.origin()))),
            "ok ok ok no - - -",
            "一致しません",
        ),
        ("keys", Box::new(|| adfs.fault(Fault::Html.on("/keys").times(1))), "ok ok ok ok no ok ok", "鍵がありません"),
        ("clock +6", Box::new(|| adfs.set_clock_offset(360)), "ok ok ok ok ok ok no", "360秒"),
        ("clock -6", Box::new(|| adfs.set_clock_offset(-360)), "ok ok ok ok ok ok no", "360秒"),
        ("clock +4", Box::new(|| adfs.set_clock_offset(240)), "ok ok ok ok ok ok ok", ""),
        (
            "token 500",
            Box::new(|| adfs.fault(Fault::Status(500).on("/token/").times(1))),
            "ok ok ok ok ok no ok",
            "トークン",
        ),
        ("token html", Box::new(|| adfs.fault(Fault::Html.on("/token/").times(1))), "ok ok ok ok ok no ok", "トークン"),
    ];
    for (name, spoil, expected, words) in cases {
        desk.world.provider.clock.advance(std::time::Duration::from_secs(40));
        spoil();
        let answer = desk.test(&page, &fields.all()).await;
        let (found, told) = (verdicts(&answer), advice(&answer));
        assert_eq!(found, expected, "{name}: {told}");
        assert!(told.contains(words) && told.is_empty() == words.is_empty(), "{name}: {told}");
        adfs.reset();
        desk.sign_in().await;
    }
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_client_are_told_from_a_right_one() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    let fields = Fields::of(&desk.world, &desk.adfs());
    for (field, wrong) in [("client_secret", "another secret of a client"), ("client_id", "nobody")] {
        let answer = desk.test(&page, &fields.clone().with(field, wrong).all()).await;
        assert_eq!(verdicts(&answer), "ok ok ok ok ok no ok", "{field}");
        assert!(advice(&answer).contains("クライアントIDまたはクライアント シークレット"), "{field}");
    }
    assert_eq!(verdicts(&desk.test(&page, &fields.all()).await), "ok ok ok ok ok ok ok");
}

#[tokio::test]
async fn an_address_that_must_not_be_asked_is_refused_before_anybody_is() {
    let mut desk = Desk::set_up().await;
    crate::spec::upstream::ways::permit(&desk.world, &desk.id(), &[]).await;
    let page = desk.open().await;
    desk.adfs().clear_log();
    let fields = Fields::of(&desk.world, &desk.adfs());
    let answer = desk.test(&page, &fields.all()).await;
    assert_eq!(verdicts(&answer), "no - - - - - -", "the name leads to loopback, and nobody permitted it");
    assert!(desk.adfs().requests("*").is_empty());
    assert_eq!(desk.world.reasons(&answer).await, ["address"]);
}

#[tokio::test]
async fn nothing_that_a_server_answers_is_repeated() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    let (adfs, fields) = (desk.adfs(), Fields::of(&desk.world, &desk.adfs()));
    adfs.set_discovery("issuer", "https://inside.corp.example/<script>alert(1)</script>");
    let answer = desk.test(&page, &fields.all()).await;
    assert!(!answer.body.contains("inside.corp"), "{}", answer.body);
    assert!(!audit(&desk.world).await.concat().contains("inside.corp"));
}

/// A private authority, as an on-premises AD FS has it.
#[tokio::test]
async fn a_private_authority_is_believed_for_its_own_connection() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    desk.adfs().configure(|settings| settings.certificate = Certificate::Private);
    let fields = Fields::of(&desk.world, &desk.adfs());
    let answer = desk.test(&page, &fields.all()).await;
    assert!(advice(&answer).contains("認証局"), "{}", advice(&answer));
    let private = fields.with("ca_certificate", desk.world.upstreams.private_ca_pem());
    assert_eq!(verdicts(&desk.test(&page, &private.all()).await), "ok ok ok ok ok ok ok");
}

#[tokio::test]
async fn a_contract_tests_so_often_and_no_more_from_wherever_and_saving_counts() {
    let mut desk =
        Desk::set_up_with(|config| config.limits.connection_tests_per_contract = 3.try_into().unwrap()).await;
    let page = desk.open().await;
    let fields = Fields::of(&desk.world, &desk.adfs());
    desk.test(&page, &fields.all()).await;
    desk.test(&page, &fields.all()).await;
    assert!(desk.save(&page, &fields.all()).await.body.contains("保存しました"));
    let page = desk.open().await;
    desk.adfs().clear_log();
    for to in ["/test", ""] {
        let answer = desk.send(to, &page, &fields.all()).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(desk.adfs().requests("*").is_empty(), "nobody is asked");
    desk.world.provider.clock.advance(std::time::Duration::from_secs(300));
    assert_eq!(desk.test(&page, &fields.all()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn tests_that_fail_take_nothing_from_sign_ins() {
    let mut desk = Desk::set_up().await;
    let member = desk.world.member(desk.id().as_str(), "taro@corp").await;
    let page = desk.open().await;
    let fields = Fields::of(&desk.world, &desk.adfs());
    desk.adfs().fault(Fault::Status(503).on("/openid-configuration"));
    for _ in 0..5 {
        desk.test(&page, &fields.all()).await;
    }
    let answer = desk.test(&page, &fields.all()).await;
    assert!(advice(&answer).contains("一時的に止めています"), "{}", advice(&answer));
    assert!(!desk.world.signs_in(desk.id().as_str(), "taro@corp").await.code().is_empty(), "{}", member.email);
}

#[tokio::test]
async fn a_client_that_is_known_without_its_redirect_uri_is_still_tested() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    desk.adfs().register(Client::new(CLIENT_ID, SECRET, "https://login.example/elsewhere"));
    let fields = Fields::of(&desk.world, &desk.adfs());
    assert_eq!(verdicts(&desk.test(&page, &fields.all()).await), "ok ok ok ok ok ok ok");
}
