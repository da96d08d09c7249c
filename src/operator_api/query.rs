//! Queries, read strictly, and pages of lists.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::guard::ApiContext;
use super::problem::{ApiError, fail};
use crate::clock::Timestamp;
use crate::secret::base64url;
use crate::web::form::Params;

/// The most items of a page.
pub const MOST: u16 = 200;
/// How many there are unless a request says otherwise.
const USUAL: u16 = 50;

/// The parameters of a request.
pub struct Query(Params);

impl Query {
    /// Reads the query of a request that knows `known` parameters and no other.
    ///
    /// # Errors
    /// `query_invalid`.
    pub fn read(api: &ApiContext, known: &[&str]) -> Result<Self, ApiError> {
        let params = match Params::parse_query(&api.query) {
            Ok(params) => params,
            Err(error) => return fail("query_invalid", error.to_string()),
        };
        if let Some((unknown, _)) = params.iter().find(|(name, _)| !known.contains(name)) {
            let unknown: String = unknown.chars().take(50).collect();
            return fail(
                "query_invalid",
                format!("The parameter {unknown} is unknown; known are {}.", known.join(", ")),
            );
        }
        Ok(Self(params))
    }

    /// A parameter; `None` when it is absent or empty.
    ///
    /// # Errors
    /// `query_invalid` when it is there twice.
    pub fn get(&self, name: &'static str) -> Result<Option<&str>, ApiError> {
        self.0.get(name).or_else(|_| fail("query_invalid", format!("The parameter {name} is repeated.")))
    }

    /// All values of a parameter that may be repeated.
    pub fn all<'q>(&'q self, name: &'static str) -> impl Iterator<Item = &'q str> {
        self.0.all(name)
    }

    /// A parameter of a form of its own.
    ///
    /// # Errors
    /// `query_invalid` when it has another.
    pub fn parse<T: std::str::FromStr>(&self, name: &'static str) -> Result<Option<T>, ApiError> {
        let Some(text) = self.get(name)? else { return Ok(None) };
        text.parse().map(Some).or_else(|_| malformed(name))
    }

    /// An instant: RFC 3339.
    ///
    /// # Errors
    /// `query_invalid` when it is none.
    pub fn instant(&self, name: &'static str) -> Result<Option<Timestamp>, ApiError> {
        let at: Option<jiff::Timestamp> = self.parse(name)?;
        Ok(at.map(|at| Timestamp::from_millis(at.as_millisecond())))
    }

    /// How many items a page has.
    ///
    /// # Errors
    /// `query_invalid` when it is not 1 to [`MOST`].
    pub fn limit(&self) -> Result<u16, ApiError> {
        match self.parse::<u16>("limit")? {
            None => Ok(USUAL),
            Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
            Some(_) => malformed("limit"),
        }
    }

    /// Where the page begins: the parts that [`cursor`] put together.
    ///
    /// # Errors
    /// `query_invalid` when it is no cursor of this list.
    pub fn cursor<const N: usize>(&self) -> Result<Option<[String; N]>, ApiError> {
        let Some(text) = self.get("cursor")? else { return Ok(None) };
        let decoded = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let parts: Option<Vec<String>> = decoded.map(|text| text.split('\n').map(str::to_owned).collect());
        parts.and_then(|parts| parts.try_into().ok()).map_or_else(|| malformed("cursor"), |parts| Ok(Some(parts)))
    }
}

/// A parameter that cannot be read.
pub fn malformed<T>(name: &str) -> Result<T, ApiError> {
    fail("query_invalid", format!("The parameter {name} cannot be read: see /api/docs."))
}

/// A place in a list, as a text that means nothing to whoever carries it.
pub fn cursor(parts: &[&str]) -> String {
    base64url(parts.join("\n").as_bytes())
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct List<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// What to send as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A list that stands in memory, cut after the item whose key is `after`. Items are in the order of their keys.
pub fn page_of<T>(items: Vec<T>, key: impl Fn(&T) -> &str, (after, limit): (Option<&str>, u16)) -> List<T> {
    let limit = usize::from(limit);
    let mut rest: Vec<T> = items.into_iter().filter(|item| after.is_none_or(|after| key(item) > after)).collect();
    let more = rest.len() > limit;
    rest.truncate(limit);
    let next_cursor = rest.last().filter(|_| more).map(|last| cursor(&[key(last)]));
    List { items: rest, next_cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_to_its_end_and_nothing_is_there_twice() {
        let all: Vec<String> = ('a'..='g').map(String::from).collect();
        let (mut seen, mut after) = (Vec::new(), None::<String>);
        loop {
            let page = page_of(all.clone(), |item| item, (after.as_deref(), 3));
            after = page.items.last().cloned();
            seen.extend(page.items);
            if page.next_cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
    }
}
