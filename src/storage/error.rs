//! What can go wrong in the database, sorted by what the caller may do about it.

/// A fault of the machinery: logged once with the request's reference, shown as a neutral page or `server_error`.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A unique constraint refused the row. The only case a domain may turn into an expected outcome.
    #[error("a row with this key exists already")]
    Unique(#[source] sqlx::Error),
    /// No connection became free in time, or the database does not answer.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// Any other error of the engine.
    #[error("database error")]
    Database(#[source] sqlx::Error),
    /// A stored value that the program does not understand.
    #[error("{table}.{column} of row {row} is unreadable: {why}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        row: String,
        /// What is wrong with it, without its value.
        why: String,
    },
    /// The schema is newer than this program, or a migration was changed after it ran.
    #[error("{0}")]
    Schema(String),
    /// Anything else, with its own words.
    #[error("{0}")]
    Other(String),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(e) if e.is_unique_violation() => Self::Unique(error),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => Self::Unavailable(error),
            _ => Self::Database(error),
        }
    }
}

impl Fault {
    /// A column that cannot be read back.
    pub fn corrupt(table: &'static str, column: &'static str, row: impl ToString, why: impl ToString) -> Self {
        Self::Corrupt { table, column, row: row.to_string(), why: why.to_string() }
    }

    /// Whether the database is out of reach rather than in disagreement.
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
