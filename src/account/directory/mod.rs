//! The users of a contract as a list: searched, filtered, and turned page by page (`product.md` §10).
//!
//! A page begins after a key, never after a number of rows, so that the last page of a hundred thousand users costs as
//! much as the first and nobody is shown twice. A prefix of an address or a name is a range of an index; a text from the
//! middle is looked for in an index alone, whose entries hold all that is asked. Where a page begins is named by a user's
//! `sub`, since an address has no place in a URL.
//!
//! It must not: change anything, show users of another contract or deleted ones.

mod store;

use crate::account::{AccountState, Role, name_key};
use crate::id::{ContractId, Subject};
use crate::text_enum::text_enum;

pub use store::{LastSignIns, ListedUser, STATEMENTS, find_sign_ins, find_user, list_users};

/// The longest text that is searched for, in characters; more is cut off.
const LONGEST: usize = 100;

text_enum! {
    /// What a search compares, and so the order of the list.
    pub enum SearchBy {
        /// Any part of the address or of the name; in the order of the addresses.
        Anything = "anything",
        /// The beginning of the address; in the order of the addresses.
        Address = "address",
        /// The beginning of the name; in the order of the names.
        Name = "name",
    }
}

/// Which part of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// The beginning.
    First,
    /// What comes after this user.
    After(Subject),
    /// What comes before this user.
    Before(Subject),
}

/// A search of the list.
#[derive(Clone, Debug)]
pub struct UserSearch {
    /// The contract.
    pub contract: ContractId,
    /// What the text is compared with.
    pub by: SearchBy,
    /// What is searched for, as typed; empty: everybody.
    pub text: String,
    /// Only those with this role.
    pub role: Option<Role>,
    /// Only those in this state.
    pub state: Option<AccountState>,
    /// Where the page is.
    pub place: Place,
    /// The most users of a page.
    pub limit: u16,
}

/// A page of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserPage {
    /// The users, in order.
    pub users: Vec<ListedUser>,
    /// Where the page before this one is.
    pub previous: Option<Place>,
    /// Where the page after this one is.
    pub next: Option<Place>,
}

/// What the text becomes for the database.
struct Needle {
    /// The first key of the range.
    least: String,
    /// The last one.
    greatest: String,
    /// What must stand somewhere in address or name.
    pattern: Option<String>,
}

/// Greater than whatever can follow.
const LAST: char = char::MAX;

impl UserSearch {
    fn needle(&self) -> Needle {
        let text: String = self.text.trim().chars().take(LONGEST).collect();
        let everybody = |pattern| Needle { least: String::new(), greatest: LAST.into(), pattern };
        // Names and addresses are folded alike, and neither key holds a blank.
        let key = name_key(&text);
        match self.by {
            _ if key.is_empty() => everybody(None),
            SearchBy::Anything => everybody(Some(contains(&key))),
            SearchBy::Address | SearchBy::Name => {
                Needle { greatest: format!("{key}{LAST}"), least: key, pattern: None }
            }
        }
    }
}

/// A pattern of `LIKE … ESCAPE '!'`.
fn contains(text: &str) -> String {
    let mut pattern = String::from('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_what_was_typed() {
        assert_eq!(contains("50%_off!"), "%50!%!_off!!%");
    }
}
