//! The rules about one file: which crates it may name, how long it may be, how it opens, what it must not mention.

use super::floors::{Floor, floor_of, module_of, violation};
use super::source::{functions, paths, tokens};

/// Lines of a file and of a function that nobody exceeds without an excuse.
pub const FILE_LINES: usize = 400;
pub const FUNCTION_LINES: usize = 70;

/// What a file below `src/` imports that it must not, each with its line.
pub fn import_violations(file: &str, source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for path in paths(&tokens(source)) {
        let line = path.line;
        let segments: Vec<&str> = path.segments.iter().map(String::as_str).collect();
        let complaints =
            [violation(file, &path), forbidden_crate(file, &segments), forbidden_environment(file, &segments)];
        found.extend(complaints.into_iter().flatten().map(|complaint| format!("src/{file}:{line}: {complaint}")));
    }
    found.dedup();
    found
}

/// Crates that belong to a room or to a floor.
fn forbidden_crate(file: &str, path: &[&str]) -> Option<String> {
    let room = module_of(file)[0];
    let floor = floor_of(room)?;
    let store = file.ends_with("/store.rs") && (Floor::Engines..=Floor::Domains).contains(&floor);
    let refusal = match path {
        ["sqlx", ..] if room != "storage" && !store => {
            "SQL lives in `storage` and in the `store.rs` of an engine or a domain"
        }
        ["axum", ..] if floor < Floor::Context && room != "web" => "below the endpoints only `web` knows axum",
        ["josekit", ..] if room != "jose" => "josekit panics on some foreign input; `jose` guards it",
        ["tegata_conformance", ..] => "the product never depends on those who play the other side",
        ["tokio" | "hyper" | "hyper_util" | "reqwest", ..]
        | ["std", "fs", ..]
        | ["std", "net", "TcpListener" | "TcpStream" | "UdpSocket", ..]
            if floor == Floor::Words =>
        {
            "words and decisions are pure: no input, no output"
        }
        _ => return None,
    };
    Some(format!("`{}`: {refusal}", path.join("::")))
}

fn forbidden_environment(file: &str, path: &[&str]) -> Option<String> {
    let reads = path.windows(2).any(|two| two[0] == "env" && two[1].starts_with("var"));
    let refused = reads && module_of(file)[0] != "config";
    refused.then(|| format!("`{}`: only `config` reads the environment", path.join("::")))
}

/// An excuse for a file (`what` is `file`) or for one of its functions, with the reason.
pub struct Excuse {
    pub file: &'static str,
    pub what: &'static str,
    pub reason: &'static str,
}

/// The budgets a file exceeds, as pairs of what and the sentence about it.
pub fn exceeded_budgets(file: &str, source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let lines = source.lines().count();
    if lines > FILE_LINES {
        found.push(("file".to_owned(), format!("{file}: {lines} lines, {FILE_LINES} at most")));
    }
    for function in functions(&tokens(source)).into_iter().filter(|function| function.lines > FUNCTION_LINES) {
        let (name, lines) = (function.name, function.lines);
        let sentence = format!("{file}:{}: `{name}` has {lines} lines, {FUNCTION_LINES} at most", function.line);
        found.push((name, sentence));
    }
    found
}

/// A file that must introduce itself and does not: every `mod.rs`, every file directly in `src/`.
pub fn missing_introduction(file: &str, source: &str) -> Option<String> {
    let must = file.ends_with("/mod.rs") || !file.contains('/');
    (must && !source.starts_with("//!")).then(|| format!("src/{file}: does not open with `//!` and what the room is"))
}

/// Names of package registries and folders of one machine; they work today, here, for one person.
pub fn unportable_words(text: &str) -> Vec<String> {
    // Put together here, so that this file does not name them either.
    let hosts = [
        concat!("registry.", "npmjs.org"),
        concat!("registry.", "yarnpkg.com"),
        concat!("index.crates", ".io"),
        concat!("static.crates", ".io"),
        concat!("files.", "pythonhosted.org"),
        concat!("deb.", "debian.org"),
        concat!("proxy.", "golang.org"),
    ];
    let folders = ["work", "root", "home", "Users", "tmp"].map(|name| format!("/{name}/"));
    let mut found: Vec<String> =
        hosts.iter().filter(|host| text.contains(**host)).map(|host| (*host).to_owned()).collect();
    for folder in folders {
        // A folder of the file system stands at the beginning of a path; `https://host/home/` and `./tmp/` are none.
        let absolute = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || "._-~}*/".contains(c));
        if text.match_indices(&folder).any(|(at, _)| absolute(at)) {
            found.push(folder);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_crates_in_their_rooms() {
        for (file, source) in [
            ("login/password.rs", "use sqlx::query;"),
            ("login/store.rs", "use sqlx::query;"),
            ("token/mint.rs", "fn f() { josekit::jws::alg() }"),
            ("account/mod.rs", "use axum::Json;"),
            ("protocol/scope.rs", "use tokio::sync::Mutex;"),
            ("policy/menu.rs", "fn f() { std::fs::read(\"x\") }"),
            ("boot.rs", "use std::env; fn f() { env::var(\"HOME\") }"),
            ("storage/mod.rs", "use std::env::var_os;"),
            ("cli/demo.rs", "use tegata_conformance::demo;"),
        ] {
            assert_eq!(import_violations(file, source).len(), 1, "{file}: {source}");
        }
    }

    #[test]
    fn lets_each_room_use_its_own_crates() {
        for (file, source) in [
            ("storage/postgres.rs", "use sqlx::PgPool;"),
            ("account/store.rs", "use sqlx::FromRow;"),
            ("revision/store.rs", "use sqlx::query;"),
            ("jose/verify.rs", "use josekit::jws;"),
            ("web/cookie.rs", "use axum::http::HeaderMap;"),
            ("login/mod.rs", "use axum::Router; use std::env::consts::OS;"),
            ("config/environment.rs", "fn f() { std::env::vars() }"),
            ("policy/access_path.rs", "use std::net::IpAddr;"),
        ] {
            assert_eq!(import_violations(file, source), Vec::<String>::new(), "{file}: {source}");
        }
    }

    #[test]
    fn measures_files_and_functions() {
        let long_function = format!("fn long() {{{}}}", "\n".repeat(FUNCTION_LINES));
        assert_eq!(exceeded_budgets("src/a.rs", &long_function)[0].0, "long");
        assert_eq!(exceeded_budgets("src/a.rs", &"\n".repeat(FILE_LINES + 1))[0].0, "file");
        assert!(exceeded_budgets("src/a.rs", &"\n".repeat(FILE_LINES)).is_empty());
    }

    #[test]
    fn wants_rooms_to_introduce_themselves() {
        assert!(missing_introduction("grant/mod.rs", "use crate::clock;").is_some());
        assert!(missing_introduction("clock.rs", "\n//! Late.").is_some());
        assert!(missing_introduction("grant/mod.rs", "//! The token endpoint.").is_none());
        assert!(missing_introduction("grant/endpoint.rs", "use crate::clock;").is_none());
    }

    #[test]
    fn finds_what_works_on_one_machine_only() {
        assert_eq!(unportable_words(concat!("see https://registry.", "npmjs.org/x")).len(), 1);
        for name in ["work", "home", "tmp"] {
            assert_eq!(unportable_words(&format!("path = \"/{name}/x\"")), [format!("/{name}/")]);
            assert!(unportable_words(&format!("https://example.com/{name}/x ./{name}/y ${{DIR}}/{name}/z")).is_empty());
        }
        assert!(unportable_words("/usr/bin/chromium").is_empty());
    }
}
