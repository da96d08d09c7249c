//! `explain` never disagrees with a sign-in: each case of the table is tried for real, and explained.

use std::time::Duration;

use tegata::brand::Issuers;
use tegata::explain::{Ground, Question, Verdict, Who, explain};
use tegata::id::{BrandCode, ClientId};
use tegata::policy::access_path::AccessPath;
use tegata::policy::sign_in::Purpose;

use crate::support::provider::PASSWORD;
use crate::support::scene::{HANAKO, Scene};
use crate::support::{Answer, SignIn as _, sql};

/// What is changed before the sign-in, as SQL on the account's or the contract's row, and how many wrong passwords come
/// first.
struct Case {
    contract: &'static str,
    account: &'static str,
    failures: usize,
    days: u64,
}

const fn case(contract: &'static str, account: &'static str) -> Case {
    Case { contract, account, failures: 0, days: 0 }
}

fn table() -> Vec<Case> {
    let contracts = [
        "state = 'active'",
        "state = 'cancelled'",
        "plan = 'trial'",
        "access_path = 'line_only'",
        "second_factor = 'disabled'",
        "state = 'cancelled', access_path = 'line_only'",
    ];
    let accounts = [
        "state = 'active'",
        "state = 'suspended'",
        "state = 'invited'",
        "state = 'locked'",
        "state = 'deleted'",
        "role = 'contractor'",
        "login_method = 'google', password_hash = NULL",
    ];
    let mut cases: Vec<Case> =
        contracts.iter().flat_map(|contract| accounts.map(|account| case(contract, account))).collect();
    for days in [29, 30, 44, 46] {
        cases.push(Case { days, ..case("plan = 'trial'", "state = 'active'") });
        cases.push(Case { days, ..case("plan = 'trial'", "role = 'contractor'") });
    }
    for failures in [9, 10] {
        cases.push(Case { failures, ..case("state = 'active'", "state = 'active'") });
        cases.push(Case { failures, ..case("state = 'active'", "state = 'suspended'") });
    }
    cases
}

async fn verdict(scene: &Scene) -> Verdict {
    let app = &scene.provider.app;
    let issuers = Issuers::new(&app.config.brand);
    let ground = Ground {
        db: &app.db,
        master: &app.master,
        config: &app.config,
        issuers: &issuers,
        clients: &app.clients,
        limits: Some(&app.limits),
        now: scene.provider.clock.now(),
    };
    let question = Question {
        brand: BrandCode::new("VX7"),
        who: Who::Email(HANAKO.to_owned()),
        address: Some("192.0.2.1".parse().unwrap()),
        path: AccessPath::Internet,
        line: None,
        client: Some(ClientId::new(scene.client.id.as_str())),
        purpose: Purpose::Client,
    };
    explain(&ground, &question).await.unwrap().verdict
}

/// Types the right password; answers what the page after it is.
async fn try_it(scene: &mut Scene, password: &str) -> Answer {
    let request = scene.request();
    let mut browser = scene.provider.browser();
    let login = browser.open(&request).await;
    browser.submit(&login, HANAKO, password).await
}

#[tokio::test]
async fn the_verdict_is_what_happens() {
    for case in table() {
        let mut scene = Scene::start().await;
        let (account, contract) = (&scene.account.account.id, &scene.account.account.contract_id);
        for sql in [
            format!("UPDATE contract SET {} WHERE id = '{contract}'", case.contract),
            format!("UPDATE account SET {} WHERE id = '{account}'", case.account),
        ] {
            sql::execute(&scene.provider, &sql).await;
        }
        scene.provider.clock.advance(Duration::from_hours(24 * case.days));
        for _ in 0..case.failures {
            try_it(&mut scene, "Wrong-Password-1").await;
        }
        let what = format!("{} / {} / {} failures / {} days", case.contract, case.account, case.failures, case.days);
        let verdict = verdict(&scene).await;
        // Events of one instant stand in no order.
        scene.provider.clock.advance(Duration::from_secs(1));
        let answer = try_it(&mut scene, PASSWORD).await;
        let let_in = answer.status == 303;
        let reason = reason(&scene, &answer).await;
        match verdict {
            Verdict::LetIn => assert!(let_in, "{what}: explained as let in, refused for {reason:?}"),
            Verdict::Depends(..) => panic!("{what}: nothing was left open"),
            Verdict::Refused(_, code) => {
                assert!(!let_in, "{what}: explained as refused for {code}, let in");
                // The password is asked of somebody whose method is another one: there the sign-in is another, too.
                let other_method = case.account.starts_with("login_method");
                assert!(reason.as_deref() == Some(code) || other_method, "{what}: {code}, but {reason:?}");
            }
        }
    }
}

/// Why the sign-in was refused, by the audit log.
async fn reason(scene: &Scene, answer: &Answer) -> Option<String> {
    scene.provider.app.audit.flush().await;
    if answer.status == 303 {
        return None;
    }
    let query = "SELECT reason FROM audit_event WHERE event = 'sign_in_refused' ORDER BY at DESC, id DESC LIMIT 1";
    sql::texts(&scene.provider, query).await.pop()
}
