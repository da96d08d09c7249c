//! The house rules, held by a machine: floors, rooms, budgets, introductions, dependencies, portability.
//!
//! `floors` is the table, `rules` the rules about one file, `source` the reader. They are tested on small texts in their
//! own files, so that a rule that stopped seeing anything would be noticed; here they meet the real tree.

mod floors;
mod rules;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rules::Excuse;

/// Files and functions over budget, each with the reason why it is clearer in one piece.
const EXCUSED: &[Excuse] = &[];

/// Dependencies that no source names, each with the reason why it is there.
const NAMED_NOWHERE: &[(&str, &str)] = &[];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file below `folder` (relative to the repository) with its content, sorted; built and fetched things are left out.
fn files(folder: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            let ours = !["target", ".git", ".demo"].contains(&name.as_str())
                && !name.ends_with("node_modules")
                && (!name.starts_with("keys/") || name == "keys/README.md");
            if ours && path.is_dir() {
                folders.push(path);
            } else if ours && let Ok(text) = std::fs::read_to_string(&path) {
                found.insert(name, text);
            }
        }
    }
    assert!(!found.is_empty(), "{folder} holds no files");
    found
}

/// The Rust sources below `folder`, their names relative to it.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let relative = |name: &str| name.strip_prefix(folder).unwrap_or(name).trim_start_matches('/').to_owned();
    files(folder)
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rs"))
        .map(|(name, text)| (relative(&name), text))
        .collect()
}

#[track_caller]
fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn imports_point_down_and_crates_stay_in_their_rooms() {
    let complaints: Vec<_> =
        sources("src").iter().flat_map(|(file, text)| rules::import_violations(file, text)).collect();
    assert_none(&complaints);
}

#[test]
fn every_room_has_a_floor() {
    let sources = sources("src");
    let homeless: BTreeSet<_> = sources
        .keys()
        .filter(|file| floors::floor_of(floors::module_of(file)[0]).is_none())
        .map(|file| format!("src/{file}: `{}` is not in the table of floors", floors::module_of(file)[0]))
        .collect();
    assert_none(&Vec::from_iter(homeless));
}

#[test]
fn every_folder_introduces_itself() {
    let sources = sources("src");
    let mut complaints: Vec<_> =
        sources.iter().filter_map(|(file, text)| rules::missing_introduction(file, text)).collect();
    let folders: BTreeSet<_> =
        sources.keys().filter_map(|file| file.rsplit_once('/')).map(|(folder, _)| folder).collect();
    let nameless = folders.into_iter().filter(|folder| !sources.contains_key(&format!("{folder}/mod.rs")));
    complaints.extend(nameless.map(|folder| format!("src/{folder}: has no mod.rs")));
    assert_none(&complaints);
}

#[test]
fn files_and_functions_keep_to_their_budgets() {
    let mut complaints = Vec::new();
    let mut excused = BTreeSet::new();
    for folder in ["src", "tests", "conformance/src"] {
        for (file, text) in sources(folder) {
            let file = format!("{folder}/{file}");
            for (what, sentence) in rules::exceeded_budgets(&file, &text) {
                match EXCUSED.iter().position(|excuse| excuse.file == file && excuse.what == what) {
                    Some(index) => drop(excused.insert(index)),
                    None => complaints.push(sentence),
                }
            }
        }
    }
    for (index, Excuse { file, what, reason }) in EXCUSED.iter().enumerate() {
        if !excused.contains(&index) {
            complaints.push(format!("{file}: {what} is within its budget; its excuse ({reason}) can go"));
        }
    }
    assert_none(&complaints);
}

#[test]
fn main_only_opens_the_door() {
    let lines = std::fs::read_to_string(root().join("src/main.rs")).unwrap().lines().count();
    assert!(lines <= 30, "src/main.rs has {lines} lines, 30 at most: what it does belongs to `cli` and `boot`");
}

#[test]
fn every_dependency_is_used() {
    let named = |folders: &[&str]| -> BTreeSet<String> {
        let texts = folders.iter().filter(|folder| root().join(folder).exists()).flat_map(|folder| sources(folder));
        texts
            .flat_map(|(_, text)| source::paths(&source::tokens(&text)))
            .map(|mut path| path.segments.remove(0))
            .collect()
    };
    let product = named(&["src"]);
    let tests = named(&["src", "tests", "benches"]);
    let other_side = named(&["conformance/src", "conformance/tests"]);
    let (own, conformance) = (manifest("Cargo.toml"), manifest("conformance/Cargo.toml"));

    let mut complaints = unused(&own["dependencies"], &product, "Cargo.toml");
    complaints.extend(unused(&own["dev-dependencies"], &tests, "Cargo.toml (dev)"));
    complaints.extend(unused(&conformance["dependencies"], &other_side, "conformance/Cargo.toml"));
    let inherited = |name: &String| {
        let lists = [own.get("dependencies"), own.get("dev-dependencies"), conformance.get("dependencies")];
        lists.into_iter().flatten().any(|list| list.get(name).is_some())
    };
    let shared = own["workspace"]["dependencies"].as_table().unwrap();
    let unshared = shared.keys().filter(|name| !inherited(name));
    complaints.extend(unshared.map(|name| format!("Cargo.toml (workspace): no member takes `{name}`")));
    assert_none(&complaints);
}

fn manifest(file: &str) -> toml::Table {
    std::fs::read_to_string(root().join(file)).unwrap().parse().unwrap()
}

/// Dependencies with which no path of the sources begins.
fn unused(dependencies: &toml::Value, named: &BTreeSet<String>, list: &str) -> Vec<String> {
    let names = dependencies.as_table().unwrap().keys();
    let nowhere = names.filter(|name| !named.contains(&name.replace('-', "_")));
    let unexplained = nowhere.filter(|name| NAMED_NOWHERE.iter().all(|(known, _)| known != name));
    unexplained.map(|name| format!("{list}: nothing uses `{name}`")).collect()
}

#[test]
fn an_unused_dependency_is_noticed() {
    let list = toml::Value::Table("sqlx = \"1\"\nhyper-util = \"1\"".parse().unwrap());
    assert_eq!(unused(&list, &BTreeSet::from(["hyper_util".to_owned()]), "x"), ["x: nothing uses `sqlx`"]);
}

#[test]
fn nothing_names_a_registry_or_a_folder_of_one_machine() {
    let mut complaints = Vec::new();
    for (file, text) in files(".") {
        // The only sources a lock file may name are the ones that mean "the default registry, wherever that is here".
        let text = match Path::new(&file).file_name().and_then(|name| name.to_str()) {
            Some("Cargo.lock") => {
                text.replace(concat!("registry+https://github.com/rust-lang/crates", ".io-index"), "")
            }
            _ => text,
        };
        complaints.extend(rules::unportable_words(&text).into_iter().map(|word| format!("{file}: names {word}")));
        if file.ends_with("package-lock.json") && text.contains("\"resolved\"") {
            complaints.push(format!("{file}: names where packages came from; drop the `resolved` entries"));
        }
    }
    assert_none(&complaints);
}
