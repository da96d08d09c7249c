//! What is saved, and what is not.

use http::StatusCode;
use tegata::secret::Secret;
use tegata_conformance::upstreams::Fault;

use super::{Desk, Fields, SECRET_AS_SENT, faults, register, verdicts};
use crate::spec::upstream::ways::{OtherCompany, alert, audit, carries};
use crate::support::federation::{SECRET, form};
use crate::support::sql;

#[tokio::test]
async fn a_new_connection_is_made_and_people_sign_in_through_it() {
    let mut desk = Desk::empty().await;
    let adfs = desk.world.upstreams.adfs("adfs-b");
    let page = desk.open().await;
    assert!(!page.body.contains("/ad/"), "no login URL before there is a connection");
    register(&adfs, &format!("https://login.example/VX7/callback/{}", desk.id()));
    let fields = Fields::of(&desk.world, &adfs);
    let saved = desk.save(&page, &fields.all()).await;
    assert_eq!(saved.status, StatusCode::OK);
    assert!(saved.body.contains("Active Directory設定を保存しました。"), "{}", saved.body);
    assert!(saved.body.contains(&format!("https://login.example/VX7/ad/{}", desk.id())));
    assert!(saved.body.contains("設定済み") && !saved.body.contains(SECRET));
    let row = desk.row().await;
    let secret = row.open_secret(&desk.world.provider.app.master).unwrap();
    assert_eq!(secret.expose(), SECRET);
    assert_eq!(row.permitted_networks.len(), 1, "what operators permitted stays");
    let told = audit(&desk.world).await;
    assert!(told.iter().any(|event| event.starts_with("connection_changed made")), "{told:#?}");
    assert!(!told.concat().contains(SECRET));
    let company = OtherCompany { adfs: desk.id(), host: adfs, contract: desk.contract.clone() };
    let member = company.member(&desk.world, "jiro@vx7.example", "taro@corp").await;
    assert_eq!(member.contract_id, desk.contract);
    assert!(!desk.world.signs_in(desk.id().as_str(), "taro@corp").await.code().is_empty());
}

#[tokio::test]
async fn nothing_is_saved_while_the_discovery_document_cannot_be_read() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    let fields = Fields::of(&desk.world, &desk.adfs()).with("resource", "");
    desk.adfs().fault(Fault::Refuse);
    let refused = desk.save(&page, &fields.all()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(verdicts(&refused), "ok no - - - - -");
    assert!(alert(&refused).contains("保存されていません"), "{}", alert(&refused));
    assert_eq!(desk.row().await.version, 1);
    desk.adfs().clear_faults();
    let page = desk.open().await;
    desk.save(&page, &fields.all()).await;
    assert_eq!(desk.row().await.settings.resource, None);
}

/// An AD FS is often made ready after its settings were typed here.
#[tokio::test]
async fn what_else_is_wrong_is_told_and_stops_nobody() {
    let mut desk = Desk::empty().await;
    let adfs = desk.world.upstreams.adfs("adfs-b");
    adfs.set_clock_offset(900);
    let page = desk.open().await;
    let fields = Fields::of(&desk.world, &adfs);
    let saved = desk.save(&page, &fields.all()).await;
    assert_eq!(saved.status, StatusCode::OK);
    assert_eq!(verdicts(&saved), "ok ok ok ok ok no no", "nobody has registered us there yet");
    assert!(saved.body.contains("Active Directory設定を保存しました。"));
    assert!(desk.row().await.is_set_up());
}

#[tokio::test]
async fn an_empty_secret_keeps_the_stored_one() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    let before = desk.row().await.client_secret;
    let fields = Fields::of(&desk.world, &desk.adfs()).with("client_secret", "").with("resource", "");
    assert_eq!(verdicts(&desk.test(&page, &fields.all()).await), "ok ok ok ok ok ok ok", "tested with the stored one");
    assert!(desk.save(&page, &fields.all()).await.body.contains("保存しました"));
    assert_eq!(desk.row().await.client_secret, before);
    let page = desk.open().await;
    let typed = fields.with("client_secret", "a new one");
    assert_eq!(verdicts(&desk.save(&page, &typed.all()).await), "ok ok ok ok ok no ok");
    let row = desk.row().await;
    let stored = row.open_secret(&desk.world.provider.app.master).map(|secret| Secret::expose(&secret).clone());
    assert_eq!(stored.as_deref(), Some("a new one"));
}

/// S23: whoever sits at an unlocked screen must not be able to have the secret sent to a server of their own.
#[tokio::test]
async fn s23_the_stored_secret_goes_to_no_other_issuer_and_to_no_other_token_endpoint() {
    let mut desk = Desk::set_up().await;
    let page = desk.open().await;
    let evil = desk.world.upstreams.adfs("adfs-c");
    let fields = Fields::of(&desk.world, &evil).with("client_secret", "");
    for to in ["/test", ""] {
        let answer = desk.send(to, &page, &fields.all()).await;
        assert_eq!((answer.status, faults(&answer)), (StatusCode::UNPROCESSABLE_ENTITY, vec!["client_secret".into()]));
    }
    assert!(evil.requests("*").is_empty());
    let (adfs, other) = (desk.adfs(), format!("{}/adfs/other", desk.adfs().origin()));
    adfs.set_discovery("token_endpoint", other.as_str());
    adfs.clear_log();
    let fields = Fields::of(&desk.world, &adfs).with("client_secret", "");
    assert_eq!(verdicts(&desk.test(&page, &fields.all()).await), "ok ok ok ok ok - ok");
    assert!(!adfs.requests("*").iter().any(|request| carries(request, SECRET_AS_SENT)));
    assert!(adfs.requests("/adfs/other").is_empty());
}

#[tokio::test]
async fn of_two_tabs_the_slower_one_is_told_and_sees_what_the_faster_one_saved() {
    let mut desk = Desk::set_up().await;
    let (one, two) = (desk.open().await, desk.open().await);
    let fields = Fields::of(&desk.world, &desk.adfs());
    assert!(desk.save(&one, &fields.clone().with("resource", "urn:one").all()).await.body.contains("保存しました"));
    let slower = desk.save(&two, &fields.clone().with("resource", "urn:two").all()).await;
    assert_eq!(slower.status, StatusCode::CONFLICT);
    assert!(alert(&slower).contains("別の画面で変更された"), "{}", alert(&slower));
    assert_eq!(slower.field("resource").as_deref(), Some("urn:one"));
    assert_eq!(desk.row().await.settings.resource.as_deref(), Some("urn:one"));
    assert!(desk.save(&slower, &fields.with("resource", "urn:two").all()).await.body.contains("保存しました"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_save_at_once_one_wins() {
    let mut desk = Desk::empty().await;
    let page = desk.open().await;
    let adfs = desk.world.upstreams.adfs("adfs-b");
    let (_, hidden) = form(&page, "/account/active-directory").unwrap();
    let fields = Fields::of(&desk.world, &adfs);
    let mut all: Vec<(String, String)> =
        fields.all().iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    all.extend(hidden);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (mut browser, all) = (desk.browser.clone(), all.clone());
        tasks.spawn(async move {
            let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.post(super::PATH, &all).await.status
        });
    }
    let statuses = tasks.join_all().await;
    let won = statuses.iter().filter(|status| **status == StatusCode::OK).count();
    let lost = statuses.iter().filter(|status| **status == StatusCode::CONFLICT).count();
    assert_eq!((won, lost), (1, 7), "{statuses:?}");
    assert_eq!(desk.row().await.version, 2);
}

#[tokio::test]
async fn whatever_tells_registered_people_apart_changes_only_with_a_tick() {
    let mut desk = Desk::set_up().await;
    let fields = Fields::of(&desk.world, &desk.adfs());
    let page = desk.open().await;
    let free = desk.save(&page, &fields.clone().with("subject_claim", "primarysid").all()).await;
    assert!(free.body.contains("保存しました"), "nobody has registered: {}", free.body);
    let page = desk.open().await;
    desk.save(&page, &fields.all()).await;
    desk.world.member(desk.id().as_str(), "taro@corp").await;
    let version = desk.row().await.version;
    let other = desk.world.upstreams.adfs("adfs-c");
    let issuer = format!("{}/adfs", other.origin());
    for changed in [fields.clone().with("subject_claim", "upn"), fields.clone().with("issuer", &issuer)] {
        let page = desk.open().await;
        let asked = desk.save(&page, &changed.all()).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.body.contains("name=\"identity_change\""), "{}", alert(&asked));
        assert_eq!(desk.row().await.version, version);
    }
    let page = desk.open().await;
    let kept = desk.save(&page, &fields.clone().with("resource", "").all()).await;
    assert!(kept.body.contains("保存しました"), "the rest changes freely");
    let page = desk.open().await;
    let agreed = fields.with("subject_claim", "upn").with("identity_change", "on");
    assert!(desk.save(&page, &agreed.all()).await.body.contains("保存しました"));
    assert_eq!(desk.row().await.settings.subject_claim, "upn");
}

/// At an AD FS `sub` is a hash of client and person: with another client everybody is somebody else.
#[tokio::test]
async fn with_sub_as_the_claim_another_client_is_such_a_change() {
    let mut desk = Desk::set_up().await;
    let fields = Fields::of(&desk.world, &desk.adfs()).with("subject_claim", "sub");
    let page = desk.open().await;
    assert!(desk.save(&page, &fields.all()).await.body.contains("保存しました"));
    desk.world.member(desk.id().as_str(), "taro@corp").await;
    let page = desk.open().await;
    let asked = desk.save(&page, &fields.with("client_id", "another").all()).await;
    assert!(asked.body.contains("name=\"identity_change\""), "{}", alert(&asked));
}

#[tokio::test]
async fn a_stopped_connection_says_so_and_saving_does_not_start_it() {
    let mut desk = Desk::set_up().await;
    sql::execute(&desk.world.provider, "UPDATE connection SET state = 'disabled'").await;
    let page = desk.open().await;
    assert!(page.body.contains("この接続は停止されている"), "{}", page.body);
    let fields = Fields::of(&desk.world, &desk.adfs()).with("resource", "");
    desk.save(&page, &fields.all()).await;
    let row = desk.row().await;
    assert_eq!((row.state.as_str(), row.settings.resource), ("disabled", None));
}
