//! The list of users (manual, chapter 2.2 (2)).

use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;

use super::desk::{Answer, Desk};
use crate::account::directory::{ListedUser, Place, SearchBy, UserPage, UserSearch, list_users};
use crate::account::{AccountState, Role};
use crate::context::{PageContext, parameter};
use crate::id::Subject;
use crate::storage::Fault;
use crate::web::pages::admin::{AdminSection, UserFilter, UserLine, UserListPage};
use crate::web::{Problem, render};

/// Users of a page.
const LINES: u16 = 50;

/// `GET /admin/users`.
pub async fn get(page: PageContext, RawQuery(query): RawQuery) -> Response {
    let outcome = async {
        let desk = match Desk::open(&page).await? {
            Ok(desk) => desk,
            Err(response) => return Ok(*response),
        };
        let search = search_of(&desk, query.as_deref());
        match find(&page, &search).await? {
            Ok(found) => Ok(show(&page, &desk, (&search, found), query.as_deref())),
            Err(response) => Ok(*response),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

fn search_of(desk: &Desk, query: Option<&str>) -> UserSearch {
    let word = |name| parameter(query, name);
    let place = |name| Some(word(name)).filter(|subject| !subject.is_empty()).map(Subject::new);
    UserSearch {
        contract: desk.contract().id.clone(),
        by: SearchBy::parse(&word("by")).unwrap_or(SearchBy::Anything),
        text: word("q"),
        role: Role::parse(&word("role")),
        state: AccountState::parse(&word("state")),
        place: match (place("after"), place("before")) {
            (Some(subject), _) => Place::After(subject),
            (None, Some(subject)) => Place::Before(subject),
            (None, None) => Place::First,
        },
        limit: LINES,
    }
}

async fn find(page: &PageContext, search: &UserSearch) -> Answer<UserPage> {
    let found = list_users(&page.app.db, search).await?;
    Ok(found.ok_or_else(|| Box::new(page.refuse(&Problem::NotFound))))
}

fn show(page: &PageContext, desk: &Desk, (search, found): (&UserSearch, UserPage), query: Option<&str>) -> Response {
    let href = |place: Option<Place>| place.map_or_else(String::new, |place| href_of(page, search, &place));
    let list = UserListPage {
        frame: page.frame(""),
        nav: desk.nav(page, AdminSection::Users),
        filter: UserFilter {
            text: search.text.clone(),
            by: search.by.as_str(),
            role: search.role,
            state: search.state,
        },
        users: found.users.iter().map(|user| line_of(page, user)).collect(),
        previous_href: href(found.previous),
        next_href: href(found.next),
        deleted: parameter(query, "done") == "delete",
    };
    page.seal(render(StatusCode::OK, &list))
}

fn line_of(page: &PageContext, user: &ListedUser) -> UserLine {
    UserLine {
        name: user.name.clone(),
        email: user.email.clone(),
        role: user.role,
        state: user.state,
        method: page.method_words(user.login_method),
        href: page.issuer().page(&format!("/admin/users/{}", user.subject)),
    }
}

/// The same search at another place.
fn href_of(page: &PageContext, search: &UserSearch, place: &Place) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let role = search.role.map_or("", Role::as_str);
    let state = search.state.map_or("", AccountState::as_str);
    for (name, value) in [("q", search.text.as_str()), ("by", search.by.as_str()), ("role", role), ("state", state)] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    match place {
        Place::First => {}
        Place::After(subject) => drop(query.append_pair("after", subject.as_str())),
        Place::Before(subject) => drop(query.append_pair("before", subject.as_str())),
    }
    page.issuer().page(&format!("/admin/users?{}", query.finish()))
}
