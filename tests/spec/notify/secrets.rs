//! Tickets, codes, addresses and numbers: not in the database, not in the log.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tegata_conformance::sink::Faults;

use super::*;

/// The files of an SQLite database as one text; nothing for another engine.
fn stored(provider: &Provider) -> Vec<u8> {
    let Some(path) = provider.database.url().strip_prefix("sqlite:") else { return Vec::new() };
    ["", "-wal"].iter().filter_map(|end| std::fs::read(format!("{path}{end}")).ok()).flatten().collect()
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// Security line 122: what waits in the database is worth nothing to whoever copies it.
#[tokio::test]
async fn neither_recipient_nor_text_stands_in_the_database_in_clear() {
    let provider = Provider::with_inbox().await;
    provider.inbox().set_faults(Faults { refuse: 1, ..Faults::default() });
    let id = put_reset(&provider).await;
    put(&provider, &sms(&provider), Some(10)).await;
    for _ in 0..2 {
        let found = stored(&provider);
        assert!(found.is_empty() || holds(&found, id.as_str()), "the row is in what was read");
        for secret in [TICKET, CODE, TO, PHONE, "端場", "mail-password-9"] {
            assert!(!holds(&found, secret), "{secret}");
        }
        provider.deliver().await;
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_messages_by_their_id_and_nothing_else() {
    let log = Log::default();
    let subscriber = || {
        let writer = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish()
    };
    // With a single subscriber a log line that another test's thread meets first is switched off for all of them.
    let _second = tracing::Dispatch::new(subscriber());
    let _guard = tracing::subscriber::set_default(subscriber());
    let provider = Provider::with_inbox().await;
    provider.inbox().set_faults(Faults { reject: 1, refuse: 1, ..Faults::default() });
    let ids = [put_reset(&provider).await, put(&provider, &sms(&provider), Some(10)).await];
    for _ in 0..4 {
        provider.deliver().await;
        after(&provider, 61);
    }
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for id in ids {
        assert!(text.contains(id.as_str()), "{text}");
    }
    for secret in [TICKET, CODE, TO, PHONE, "端場", "mail-password-9", "sms-password-9", "hanako"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
