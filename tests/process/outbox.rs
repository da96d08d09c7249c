//! `tegata outbox`: what became of a message, and one more try. Never what it says.

use std::time::Duration;

use tegata::clock::Timestamp;
use tegata::id::BrandCode;
use tegata::keys::load_or_create_master_key;
use tegata::notify::{Carrier, Due, Mail, MailKind, Outbox, compose_mail};
use tegata::random::Random;
use tegata::web::{Face, FaceSpec, Lang};

use super::node::{Place, within};
use crate::support::Inbox;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

#[tokio::test]
async fn a_dead_message_is_listed_shown_and_sent_after_all_without_a_word_of_it() {
    let inbox = Inbox::open().await;
    let mut place = Place::empty().await;
    let sender = inbox.sender("inbox");
    place.sections = format!(
        "[[mail.sender]]\nname = \"inbox\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n",
        sender.port.unwrap()
    );
    place.brand = "mail_from = \"no-reply@vx7.example\"\n";
    place.run(&["migrate"]).await;
    let db = place.open_database().await;
    let master = load_or_create_master_key(&place.path("master.key"), &Random::system()).unwrap();
    let outbox = Outbox::new(master, Random::system());
    let spec = FaceSpec { code: "VX7".into(), name: "M-Drive".into(), ..FaceSpec::default() };
    let (face, kind, to) = (Face::load(&spec, None).unwrap(), MailKind::PasswordChanged, "hanako@vx7.example");
    let content = compose_mail(&face, &Mail { kind, to, name: "花子", lang: Lang::Ja, link: None, args: &[] });
    let mut tx = db.begin().await.unwrap();
    let due = Due { now: NOW, expires_at: None };
    let id = outbox.insert(&mut tx, (&BrandCode::new("VX7"), None), &content, due).await.unwrap();
    tx.commit().await.unwrap();

    // The recipient does not exist, today.
    inbox.set_faults(tegata_conformance::sink::Faults { reject: 1, ..Default::default() });
    let config = tegata::config::load(&place.path("command.toml"), &place.read("command.toml"), &[]).unwrap();
    let carrier = Carrier::load(&config).unwrap();
    assert_eq!(carrier.deliver_due(&db, &outbox, NOW).await.unwrap().dead, 1);

    let listed = place.run(&["outbox", "list", "--json"]).await;
    let shown = place.run(&["outbox", "show", id.as_str()]).await;
    assert_eq!(listed, shown);
    assert_eq!(
        (&shown["state"], &shown["error"], &shown["route"]),
        (&"dead".into(), &"smtp_550".into(), &"inbox".into())
    );
    assert!(!shown.to_string().contains("hanako") && !shown.to_string().contains("花子"), "{shown}");
    assert_eq!(place.run(&["outbox", "retry", id.as_str()]).await["done"], "message_retried");
    let again = place.try_run(&["outbox", "retry", id.as_str()], "").await;
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("it is being tried already"));

    let _node = place.start().await;
    within(Duration::from_secs(10), "the mail", async || inbox.mails_to(to).pop()).await;
    let unknown = place.try_run(&["outbox", "show", "none"], "").await;
    assert_eq!(unknown.status.code(), Some(1));
}
