//! The table of floors: which room of `src/` stands where, and what follows for its imports.
//!
//! The same table, in words, is docs/architecture.md; change both in one commit with a record in docs/decisions/.

use super::source::Path;

/// The floors from bottom to top; an import may stay on its floor or go down, except between flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Floor {
    /// Needs nothing of ours.
    Base,
    /// Words and decisions: pure, no input or output.
    Words,
    /// Know no domain.
    Engines,
    /// Model, SQL and verbs of one thing each; no pages.
    Domains,
    /// What every endpoint gets.
    Context,
    /// Endpoints and pages; they reach each other by URL only.
    Flows,
    /// Puts it all together.
    Shell,
}

const ROOMS: &[(Floor, &[&str])] = &[
    (Floor::Base, &["clock", "random", "secret", "id", "text_enum", "config"]),
    (Floor::Words, &["protocol", "policy"]),
    (Floor::Engines, &["storage", "revision", "notify", "outbound", "web", "jose", "password"]),
    (
        Floor::Domains,
        &[
            "brand",
            "contract",
            "account",
            "client",
            "session",
            "second_factor",
            "lockout",
            "lifecycle",
            "line",
            "upstream",
            "ticket",
            "interaction",
            "consent",
            "keys",
            "token",
            "audit",
            "explain",
            "operator",
        ],
    ),
    (Floor::Context, &["context"]),
    (
        Floor::Flows,
        &[
            "authorize",
            "login",
            "login_method",
            "federation",
            "active_directory",
            "consent_page",
            "second_factor_page",
            "grant",
            "userinfo",
            "introspection",
            "revocation",
            "logout",
            "discovery",
            "passkey_page",
            "line_page",
            "registration",
            "recovery",
            "email_change",
            "account_menu",
            "admin_console",
            "operator_console",
            "operator_api",
            "operator_sign_in",
            "jobs",
        ],
    ),
    (Floor::Shell, &["boot", "front", "router", "server", "telemetry", "cli", "lib", "main"]),
];

/// The floor of a room.
pub fn floor_of(room: &str) -> Option<Floor> {
    ROOMS.iter().find(|(_, rooms)| rooms.contains(&room)).map(|(floor, _)| *floor)
}

/// The module path of a file below `src/`: `grant/endpoint.rs` → `grant, endpoint`; `grant/mod.rs` → `grant`.
pub fn module_of(file: &str) -> Vec<&str> {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    stem.strip_suffix("/mod").unwrap_or(stem).split('/').collect()
}

/// The room that a path of this file leads to, if it leads to one of ours; `Some("")` if to the root itself.
pub fn room_reached(file: &str, path: &Path) -> Option<String> {
    let module = module_of(file);
    let supers = path.segments.iter().take_while(|segment| *segment == "super").count();
    let climbed = supers > 0 && supers >= module.len() + path.inside;
    let after = match path.segments.first()?.as_str() {
        "crate" | "tegata" => 1,
        "super" if climbed => supers,
        _ => return None,
    };
    let room = path.segments.get(after).map_or("", String::as_str);
    Some(if matches!(room, "*" | "self") { String::new() } else { room.to_owned() })
}

/// What is wrong with this path in this file, by the floors alone.
pub fn violation(file: &str, path: &Path) -> Option<String> {
    let from = module_of(file)[0];
    let to = room_reached(file, path)?;
    let own = floor_of(from)?;
    if to == from {
        return None;
    }
    let written = path.segments.join("::");
    match floor_of(&to) {
        None => Some(format!("`{written}` names no room: import from the room itself, or give the new one a floor")),
        Some(other) if other > own => Some(format!("`{written}` points up: {from} is {own:?}, {to} is {other:?}")),
        Some(Floor::Flows) if own == Floor::Flows => {
            Some(format!("`{written}`: the flow {from} imports the flow {to}; flows reach each other by URL"))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::{paths, tokens};
    use super::*;

    fn complaints(file: &str, source: &str) -> Vec<String> {
        paths(&tokens(source)).iter().filter_map(|path| violation(file, path)).collect()
    }

    #[test]
    fn lets_imports_stay_or_go_down() {
        for (file, source) in [
            ("random.rs", "use crate::clock::Timestamp;"),
            ("token/mint.rs", "use crate::{jose::Signer, keys, token::store};"),
            ("login/password.rs", "use super::page; fn f() { crate::password::hash() }"),
            ("clock.rs", "mod tests { use super::*; }"),
            ("router.rs", "use crate::{login, authorize};"),
            ("main.rs", "fn main() { tegata::cli::run() }"),
        ] {
            assert_eq!(complaints(file, source), Vec::<String>::new(), "{file}");
        }
    }

    #[test]
    fn refuses_an_import_that_points_up() {
        for (file, source) in [
            ("policy/sign_in.rs", "use crate::account::Account;"),
            ("storage/mod.rs", "fn f() { crate::context::App::new() }"),
            ("keys/store.rs", "use super::super::discovery;"),
            ("clock.rs", "use super::policy::lifetimes;"),
            ("web/mod.rs", "use crate::{clock, secret::{Secret}, session::Session};"),
        ] {
            let found = complaints(file, source);
            assert!(found.len() == 1 && found[0].contains("points up"), "{file}: {found:?}");
        }
    }

    #[test]
    fn refuses_a_flow_that_imports_a_flow() {
        assert_eq!(complaints("login/password.rs", "use crate::authorize::dispatch;").len(), 1);
    }

    #[test]
    fn refuses_what_stands_in_no_room() {
        for source in
            ["use crate::*;", "use crate as root;", "use crate::helpers::thing;", "use crate::{self as root};"]
        {
            assert_eq!(complaints("login/mod.rs", source).len(), 1, "{source}");
        }
    }
}
