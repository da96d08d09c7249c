//! Many at once: of those who act on each other, one wins; a contract has one contractor at all times.

use http::StatusCode;
use tegata::account::{AccountState, Role};
use tokio::task::JoinSet;

use super::scene::Console;
use crate::support::{Answer, Browser, TestAccount, sql};

const MANY: usize = 32;

/// A form that is open, and the browser it is open in.
async fn form(console: &Console, actor: &TestAccount, target: &TestAccount, act: &str) -> (Browser, String, String) {
    let mut browser = console.sign_in(actor).await;
    let path = Console::path(target, &format!("/{act}"));
    let page = browser.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    (browser, path, page.field("csrf").unwrap())
}

/// Sends all forms at once.
async fn send(forms: Vec<(Browser, String, String)>) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for (mut browser, path, token) in forms {
        tasks.spawn(async move { browser.post(&path, &[("csrf", &token)]).await });
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_administrators_who_suspend_each_other_one_is_left() {
    let console = Console::open().await;
    for round in 0..4 {
        let admin = async |n: usize| {
            let email = format!("r{round}n{n}@vx7.example");
            console.provider.account_with(&email, |account| account.role = Role::Administrator).await
        };
        let mut forms = Vec::new();
        let mut people = Vec::new();
        for n in 0..MANY / 2 {
            let (one, other) = (admin(2 * n).await, admin(2 * n + 1).await);
            forms.push(form(&console, &one, &other, "suspend").await);
            forms.push(form(&console, &other, &one, "suspend").await);
            people.push((one, other));
        }
        send(forms).await;
        for (one, other) in &people {
            let states = [console.state(one).await, console.state(other).await];
            let active = states.iter().filter(|state| **state == AccountState::Active).count();
            assert_eq!(active, 1, "{states:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_transfers_one_counts() {
    let console = Console::open().await;
    let mut forms = Vec::new();
    for n in 0..MANY {
        let heir = console.provider.account(&format!("heir{n}@vx7.example")).await;
        forms.push(form(&console, &console.contractor, &heir, "transfer-contractor").await);
    }
    let answers = send(forms).await;
    let done = answers.iter().filter(|answer| answer.header("location").contains("done=transfer-contractor")).count();
    assert_eq!(done, 1);
    let contract = console.provider.usual_contract();
    let contractors = format!("contract_id = '{contract}' AND role = 'contractor'");
    assert_eq!(sql::count(&console.provider, "account", &contractors).await, 1);
    assert_eq!(console.role(&console.contractor).await, Role::Administrator);
    assert_eq!(sql::count(&console.provider, "audit_event", "reason = 'made_contractor'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_and_its_heirs_end_leave_one_contractor() {
    let console = Console::open().await;
    for act in ["delete", "suspend", "make-user"] {
        let email = format!("{act}@vx7.example");
        let heir = console.provider.account_with(&email, |account| account.role = Role::Administrator).await;
        let forms = vec![
            form(&console, &console.contractor, &heir, "transfer-contractor").await,
            form(&console, &console.administrator, &heir, act).await,
        ];
        send(forms).await;
        let contract = console.provider.usual_contract();
        let contractors = format!("contract_id = '{contract}' AND role = 'contractor' AND state = 'active'");
        assert_eq!(sql::count(&console.provider, "account", &contractors).await, 1, "{act}");
        let back = [
            format!("UPDATE account SET role = 'user' WHERE id = '{}'", heir.account.id),
            format!("UPDATE account SET role = 'contractor' WHERE id = '{}'", console.contractor.account.id),
        ];
        for statement in back {
            sql::execute(&console.provider, &statement).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_done_by_many_is_done_once() {
    let console = Console::open().await;
    for (act, reason) in [("suspend", "suspended"), ("resume", "resumed"), ("make-administrator", "made_administrator")]
    {
        let mut forms = Vec::new();
        for n in 0..MANY {
            let actor = if n % 2 == 0 { &console.contractor } else { &console.administrator };
            forms.push(form(&console, actor, &console.user, act).await);
        }
        let answers = send(forms).await;
        let done = answers.iter().filter(|answer| answer.header("location").contains(&format!("done={act}"))).count();
        assert_eq!(done, 1, "{act}");
        assert_eq!(sql::count(&console.provider, "audit_event", &format!("reason = '{reason}'")).await, 1, "{act}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_invitations_of_one_address_one_is_sent() {
    let console = Console::open().await;
    let mut tasks = JoinSet::new();
    for n in 0..MANY {
        let actor = if n % 2 == 0 { &console.contractor } else { &console.administrator };
        let mut browser = console.sign_in(actor).await;
        let token = browser.get("/VX7/admin/users/invite").await.field("csrf").unwrap();
        tasks.spawn(async move {
            let fields =
                [("csrf", token.as_str()), ("name", "新人"), ("email", "hitori@vx7.example"), ("role", "user")];
            browser.post("/VX7/admin/users/invite", &fields).await
        });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count(), 1);
    let refused = answers.iter().filter(|answer| answer.status != StatusCode::SEE_OTHER);
    assert!(refused.into_iter().all(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY));
    assert_eq!(console.provider.subjects("hitori@vx7.example").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_kinds_of_change_at_once_leave_one_pending() {
    let console = Console::open().await;
    let mut tasks = JoinSet::new();
    for n in 0..MANY {
        let actor = if n % 2 == 0 { &console.contractor } else { &console.administrator };
        let mut browser = console.sign_in(actor).await;
        let path = Console::path(&console.user, "/email");
        let token = browser.get(&path).await.field("csrf").unwrap();
        let email = if n % 2 == 0 { console.user.email().to_owned() } else { "atarashii@vx7.example".to_owned() };
        tasks.spawn(async move {
            let fields = [("csrf", token.as_str()), ("email", email.as_str()), ("confirmed", "yes")];
            browser.post(&path, &fields).await
        });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|answer| answer.status.is_redirection() || answer.status.is_client_error()));
    let open = "consumed_at IS NULL AND revoked_at IS NULL AND purpose IN ('email_change', 'login_method_change')";
    assert_eq!(sql::count(&console.provider, "ticket", open).await, 1);
}
