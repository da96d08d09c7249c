//! What 「回線認証のみ」 would do to a contract: shown before anybody chooses it (`product.md` §6).

use crate::account::{InternetVisitor, count_internet_visitors, list_internet_visitors};
use crate::clock::Timestamp;
use crate::id::ContractId;
use crate::line::{list_lines, was_a_line_seen};
use crate::storage::{Database, Fault};

/// How far back [`preview_line_only`] looks for people who came over the internet.
const LOOK_BACK: std::time::Duration = std::time::Duration::from_hours(24 * 30);
/// How many of them it names.
const NAMED: i64 = 20;

/// What 「回線認証のみ」 would do to a contract.
#[derive(Clone, Debug)]
pub struct LineOnlyPreview {
    /// How many accounts in use signed in over the internet in the last 30 days.
    pub internet: i64,
    /// The latest of them.
    pub visitors: Vec<InternetVisitor>,
    /// How many lines are registered.
    pub lines: usize,
    /// Whether one of them was ever seen: if not, nobody is known to be able to sign in afterwards.
    pub seen: bool,
}

/// What 「回線認証のみ」 would do, before anybody chooses it.
///
/// # Errors
/// When the database fails.
pub async fn preview_line_only(db: &Database, contract: &ContractId, now: Timestamp) -> Result<LineOnlyPreview, Fault> {
    let since = now.minus(LOOK_BACK);
    Ok(LineOnlyPreview {
        internet: count_internet_visitors(db, contract, since).await?,
        visitors: list_internet_visitors(db, contract, since, NAMED).await?,
        lines: list_lines(db, contract).await?.len(),
        seen: was_a_line_seen(db, contract).await?,
    })
}
