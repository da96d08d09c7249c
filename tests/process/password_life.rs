//! What may happen once, or ten times, in the life of a password account: counted over all nodes (`product.md` §4, §5).

use std::time::Duration;

use tokio::task::JoinSet;

use super::http::{Http, Person, authorize};
use super::node::{Node, PASSWORD, Place, within};
use crate::spec::second_factor::{recovery_code_of, secret_of, step_of};
use crate::support::inbox::link;
use crate::support::{Answer, Inbox, NEW_PASSWORD};

const HANAKO: &str = "hanako@vx7.example";
const NEUTRAL: &str = "メールアドレスまたはパスワードが正しくありません";
const LOCKED: &str = "アカウントがブロックされました";
/// From the order to the mail.
const SOON: Duration = Duration::from_secs(10);

/// A place whose mails arrive, and whose nodes see all of us behind one address.
async fn place(inbox: &Inbox) -> Place {
    let mut place = Place::empty().await;
    place.brand = "mail_from = \"no-reply@vx7.example\"\n";
    place.sections = format!(
        "[limits]\nfailures_per_address = 1000\nfailures_per_network = 1000\n[[mail.sender]]\nname = \"inbox\"\n\
         host = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n",
        inbox.smtp().port()
    );
    place.furnish().await;
    place
}

/// One person at each node, in front of its login page.
async fn at_each(nodes: &[Node]) -> Vec<(Person, Answer)> {
    let mut people = Vec::new();
    for node in nodes {
        let mut person = Person::at(&node.http);
        let page = person.open(&authorize("web")).await;
        people.push((person, page));
    }
    people
}

/// The nodes, and if there is only one, that one twice.
fn two(nodes: &[Node]) -> [Http; 2] {
    [nodes.first().unwrap().http.clone(), nodes.last().unwrap().http.clone()]
}

async fn mails(inbox: &Inbox, subject: &str) -> Vec<String> {
    let mut mails = inbox.mails_to(HANAKO);
    mails.retain(|mail| mail.subject.as_deref().unwrap_or_default().contains(subject));
    mails.iter().map(|mail| link(mail).to_owned()).collect()
}

#[tokio::test]
async fn ten_wrong_passwords_spread_over_the_nodes_lock_at_the_tenth() {
    let inbox = Inbox::open().await;
    let place = place(&inbox).await;
    let nodes = place.start_all().await;
    let mut people = at_each(&nodes).await;
    let count = people.len();
    for n in 1..=10 {
        let (person, page) = &mut people[n % count];
        let answer = person.submit(page, HANAKO, &format!("wrong-{n}")).await;
        let expected = if n < 10 { NEUTRAL } else { LOCKED };
        assert!(answer.body.contains(expected), "wrong password {n}: {}", answer.body);
    }
    for (person, page) in &mut people {
        let answer = person.submit(page, HANAKO, PASSWORD).await;
        assert!(answer.body.contains(LOCKED), "the right one, at any node: {}", answer.body);
    }
    within(SOON, "the mail", async || mails(&inbox, "アカウントロック").await.pop()).await;
}

#[tokio::test]
async fn a_burst_of_guesses_at_all_nodes_learns_from_nine_and_locks_once() {
    let inbox = Inbox::open().await;
    let place = place(&inbox).await;
    let nodes = place.start_all().await;
    let mut tasks = JoinSet::new();
    for n in 0..40 {
        let node = nodes[n % nodes.len()].http.clone();
        tasks.spawn(async move {
            let mut person = Person::at(&node);
            let page = person.open(&authorize("web")).await;
            person.submit(&page, HANAKO, &format!("wrong-{n}")).await.body
        });
    }
    let answers = tasks.join_all().await;
    let of = |words| answers.iter().filter(|body| body.contains(words)).count();
    assert_eq!((of(NEUTRAL), of(LOCKED)), (9, 31));
    let link = within(SOON, "the mail", async || mails(&inbox, "アカウントロック").await.pop()).await;
    // Every node sees the end of the lock as it saw the lock.
    let [one, other] = two(&nodes);
    let mut person = Person::at(&one);
    let button = person.open(&link).await;
    assert_eq!(person.fill_in(&button, &[]).await.status, 200);
    Person::at(&other).sign_in("web", HANAKO).await.code();
    assert_eq!(mails(&inbox, "アカウントロック").await.len(), 1, "one lock, one mail");
}

#[tokio::test]
async fn a_mailed_link_used_at_one_node_is_used_at_the_other() {
    let inbox = Inbox::open().await;
    let place = place(&inbox).await;
    let nodes = place.start_all().await;
    let [one, other] = two(&nodes);
    let mut person = Person::at(&one);
    let form = person.open("/VX7/lo/forgot").await;
    person.fill_in(&form, &[("email", HANAKO)]).await;
    let link = within(SOON, "the mail", async || mails(&inbox, "パスワードリセット").await.pop()).await;

    let (mut first, mut second) = (Person::at(&one), Person::at(&other));
    let (open_here, open_there) = (first.open(&link).await, second.open(&link).await);
    assert_eq!((open_here.status, open_there.status), (http::StatusCode::OK, http::StatusCode::OK));
    let new = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
    let done = first.fill_in(&open_here, &new).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let other_password = [("password", "Third-Kite-55"), ("again", "Third-Kite-55")];
    assert_eq!(second.fill_in(&open_there, &other_password).await.status, 410);
    assert_eq!(second.open(&link).await.status, 410);
    for node in [&one, &other] {
        let mut person = Person::at(node);
        let page = person.open(&authorize("web")).await;
        assert_eq!(person.submit(&page, HANAKO, NEW_PASSWORD).await.status, 303);
    }
}

#[tokio::test]
async fn a_recovery_code_used_at_one_node_is_used_at_the_other() {
    let inbox = Inbox::open().await;
    let place = place(&inbox).await;
    let named = ["--brand", "VX7", "--name", "二段階株式会社", "--second-factor", "enabled"];
    let contract = place.run(&[&["contract", "add"], &named[..]].concat()).await;
    place.add_account(contract["contract_id"].as_str().unwrap(), "taro@vx7.example", &[]).await;
    let nodes = place.start_all().await;
    let [one, other] = two(&nodes);
    let mut person = Person::at(&one);
    let page = to_second_step(&mut person).await;
    let app = person.open(&format!("{}/authenticator", step_of(&page))).await;
    let code = totp_rs::Builder::new().with_secret(secret_of(&app)).build().unwrap().generate_current();
    let shown = person.fill_in(&app, &[("code", &code.to_string())]).await;
    let recovery = recovery_code_of(&shown);
    person.fill_in(&shown, &[("saved", "on")]).await;

    let mut entries = Vec::new();
    for node in [&one, &other] {
        let mut person = Person::at(node);
        let page = to_second_step(&mut person).await;
        let entry = person.open(&format!("{}/recovery", step_of(&page))).await;
        entries.push((person, entry));
    }
    let mut answers = Vec::new();
    for (person, entry) in &mut entries {
        answers.push(person.fill_in(entry, &[("code", &recovery)]).await);
    }
    assert_ne!(recovery_code_of(&answers[0]), recovery, "let in, with a new one");
    assert_eq!(answers[1].status, 422, "{}", answers[1].body);
}

async fn to_second_step(person: &mut Person) -> Answer {
    let page = person.open(&authorize("web")).await;
    person.submit(&page, "taro@vx7.example", PASSWORD).await
}
