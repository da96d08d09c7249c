//! The list's SQL. Each statement finds the ids of a page in an index alone, and only then the lines.

use sqlx::{FromRow, query_as};

use super::{Needle, Place, SearchBy, UserPage, UserSearch};
use crate::account::{AccountState, LoginMethod, Role, SignInRecord, SignInRow, sign_in_columns};
use crate::clock::Timestamp;
use crate::id::{AccountId, ContractId, Subject};
use crate::storage::{Database, Fault, on_db, statements};

/// A page: which key, which way, and the other end of the range.
macro_rules! page {
    ($key:literal, $beyond:literal, $end:literal, $way:literal) => {
        concat!(
            "SELECT a.subject, a.name, a.email, a.role, a.state, a.login_method FROM (SELECT id, ",
            concat!($key, " AS page_key FROM account WHERE contract_id = $1 AND state <> 'deleted' "),
            concat!("AND (", $key, ", id) ", $beyond, " ($2, $3) AND ", $key, $end, " $4 "),
            "AND (CAST($5 AS TEXT) IS NULL OR role = $5) AND (CAST($6 AS TEXT) IS NULL OR state = $6) ",
            "AND (CAST($7 AS TEXT) IS NULL OR search_key LIKE $7 ESCAPE '!') ",
            concat!("ORDER BY ", $key, $way, ", id", $way, " LIMIT $8) AS page "),
            concat!("JOIN account a ON a.id = page.id ORDER BY page.page_key", $way, ", a.id", $way)
        )
    };
}

statements! {
    NEXT_BY_ADDRESS = page!("email_key", ">", "<=", "");
    PREVIOUS_BY_ADDRESS = page!("email_key", "<", ">=", " DESC");
    NEXT_BY_NAME = page!("name_key", ">", "<=", "");
    PREVIOUS_BY_NAME = page!("name_key", "<", ">=", " DESC");
    FIND_KEYS = "SELECT id, email_key, name_key FROM account WHERE subject = $1 AND contract_id = $2";
    FIND_SIGN_INS = "SELECT internet_sign_in_at AS internet, line_sign_in_at AS line FROM account WHERE id = $1";
    FIND_USER = concat!(
        "SELECT ",
        sign_in_columns!(),
        "FROM account a JOIN contract c ON c.id = a.contract_id ",
        "WHERE a.subject = $1 AND a.contract_id = $2 AND a.state <> 'deleted'"
    );
}

/// A line of the list.
#[derive(FromRow, Clone, PartialEq, Eq, Debug)]
pub struct ListedUser {
    /// Its `sub`.
    pub subject: Subject,
    /// Its name.
    pub name: String,
    /// Its address.
    pub email: String,
    /// Its role.
    pub role: Role,
    /// Its state.
    pub state: AccountState,
    /// Its login method.
    pub login_method: LoginMethod,
}

#[derive(FromRow)]
struct Keys {
    id: AccountId,
    email_key: String,
    name_key: String,
}

/// A user of a contract, by `sub`; one of another contract and a deleted one are not found.
///
/// # Errors
/// When the database fails.
pub async fn find_user(db: &Database, contract: &ContractId, subject: &Subject) -> Result<Option<SignInRecord>, Fault> {
    let row: Option<SignInRow> =
        on_db!(db, c => query_as(FIND_USER).bind(subject).bind(contract).fetch_optional(c).await)?;
    Ok(row.map(Into::into))
}

/// When a user last signed in, by network.
#[derive(FromRow, Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct LastSignIns {
    /// Over the internet.
    pub internet: Option<Timestamp>,
    /// Over a line.
    pub line: Option<Timestamp>,
}

/// When a user last signed in.
///
/// # Errors
/// When the database fails.
pub async fn find_sign_ins(db: &Database, id: &AccountId) -> Result<LastSignIns, Fault> {
    let found: Option<LastSignIns> = on_db!(db, c => query_as(FIND_SIGN_INS).bind(id).fetch_optional(c).await)?;
    Ok(found.unwrap_or_default())
}

/// A page of the list; `None` when it is to begin at a user that the contract never had. One who was deleted, or renamed,
/// since the page before was shown still marks the place.
///
/// # Errors
/// When the database fails.
pub async fn list_users(db: &Database, search: &UserSearch) -> Result<Option<UserPage>, Fault> {
    let from = match &search.place {
        Place::First => None,
        Place::After(subject) | Place::Before(subject) => match find_keys(db, &search.contract, subject).await? {
            None => return Ok(None),
            keys => keys,
        },
    };
    let backwards = matches!(search.place, Place::Before(_));
    let mut users = find_page(db, search, from, backwards).await?;
    let limit = usize::from(search.limit);
    let more = users.len() > limit;
    users.truncate(limit);
    if backwards {
        users.reverse();
    }
    let before = users.first().map(|user| Place::Before(user.subject.clone()));
    let after = users.last().map(|user| Place::After(user.subject.clone()));
    // There is something where one came from.
    let (previous, next) = match search.place {
        Place::First => (None, after.filter(|_| more)),
        Place::After(_) => (before, after.filter(|_| more)),
        Place::Before(_) => (before.filter(|_| more), after),
    };
    Ok(Some(UserPage { users, previous, next }))
}

async fn find_keys(db: &Database, contract: &ContractId, subject: &Subject) -> Result<Option<Keys>, Fault> {
    on_db!(db, c => query_as(FIND_KEYS).bind(subject).bind(contract).fetch_optional(c).await)
}

async fn find_page(
    db: &Database,
    search: &UserSearch,
    from: Option<Keys>,
    backwards: bool,
) -> Result<Vec<ListedUser>, Fault> {
    let statement = match (search.by, backwards) {
        (SearchBy::Name, false) => NEXT_BY_NAME,
        (SearchBy::Name, true) => PREVIOUS_BY_NAME,
        (_, false) => NEXT_BY_ADDRESS,
        (_, true) => PREVIOUS_BY_ADDRESS,
    };
    let Needle { least, greatest, pattern } = search.needle();
    let place = from.map(|keys| (if search.by == SearchBy::Name { keys.name_key } else { keys.email_key }, keys.id));
    // Of two bounds on the same side an engine would use the wrong one: they become one before it sees them.
    let ((key, id), end) = match (place, backwards) {
        (Some(place), false) if place.0 >= least => (place, greatest),
        (_, false) => ((least, AccountId::new("")), greatest),
        (Some(place), true) if place.0 <= greatest => (place, least),
        (_, true) => ((greatest, AccountId::new("")), least),
    };
    on_db!(db, c => query_as(statement)
        .bind(&search.contract)
        .bind(&key)
        .bind(&id)
        .bind(&end)
        .bind(search.role)
        .bind(search.state)
        .bind(pattern.as_deref())
        .bind(i64::from(search.limit) + 1)
        .fetch_all(c)
        .await)
}
