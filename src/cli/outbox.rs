//! `tegata outbox list|show|retry`: what became of mails and SMS. Never what they say, nor to whom.

use clap::Subcommand;
use serde_json::{Value, json};

use super::{CliError, desk::Desk, output};
use crate::audit::EventKind;
use crate::config::Config;
use crate::id::MessageId;
use crate::notify::{MessageRecord, MessageState, find_message, list_messages, retry_dead};

/// Rows that are shown at the most.
const MOST: i64 = 1_000;

#[derive(Subcommand)]
pub enum Verb {
    /// Show the newest messages in one state.
    List {
        /// waiting, sent or dead.
        #[arg(long, default_value = "dead")]
        state: MessageState,
        /// How many.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=MOST))]
        limit: i64,
        /// One JSON object a line instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Show what became of one message.
    Show {
        /// Its id, as in the log.
        id: String,
    },
    /// Have a message that was given up tried again.
    Retry {
        /// Its id.
        id: String,
    },
}

pub async fn run(config: Config, verb: Verb) -> Result<(), CliError> {
    let desk = Desk::open(config).await?;
    match verb {
        Verb::List { state, limit, json } => {
            let rows: Vec<Value> = list_messages(&desk.db, state, limit).await?.iter().map(row).collect();
            output::rows(&["id", "channel", "kind", "brand", "attempts", "error", "created"], &rows, json);
        }
        Verb::Show { id } => output::object(&row(&find(&desk, &MessageId::new(id)).await?)),
        Verb::Retry { id } => retry(&desk, &MessageId::new(id)).await?,
    }
    desk.db.close().await;
    Ok(())
}

async fn retry(desk: &Desk, id: &MessageId) -> Result<(), CliError> {
    let message = find(desk, id).await?;
    let mut event = desk.event(EventKind::MessageRetried, "ordered", Some(&message.brand)).with("message", id.as_str());
    event.account = message.account_id;
    let mut tx = desk.db.begin().await?;
    if !retry_dead(&mut tx, id, desk.now).await? {
        let why = match message.state {
            MessageState::Dead => "what it says has expired: have a new one sent",
            MessageState::Sent => "it was sent",
            MessageState::Waiting => "it is being tried already",
        };
        return Err(CliError::refused(format!("message {id} is not tried again: {why}")));
    }
    desk.record(&mut tx, &event).await?;
    tx.commit().await?;
    output::object(&json!({ "id": id, "done": "message_retried" }));
    Ok(())
}

async fn find(desk: &Desk, id: &MessageId) -> Result<MessageRecord, CliError> {
    let found = find_message(&desk.db, id).await?;
    found.ok_or_else(|| CliError::refused(format!("there is no message {id}")))
}

fn row(message: &MessageRecord) -> Value {
    json!({
        "id": message.id,
        "channel": message.channel,
        "kind": message.kind,
        "brand": message.brand,
        "account_id": message.account_id,
        "state": message.state,
        "attempts": message.attempts,
        "next_attempt": (message.state == MessageState::Waiting).then(|| output::time(message.next_attempt_at)),
        "route": message.route,
        "error": message.last_error,
        "created": output::time(message.created_at),
        "expires": message.expires_at.map(output::time),
        "done": message.done_at.map(output::time),
    })
}
