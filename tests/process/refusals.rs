//! What does not start, and what it says: file, line and what to write instead, exit code 2.

use tegata::storage::Engine;

use super::node::{Place, run_tegata};

const BRAND: &str = "[[brand]]\ncode = \"VX7\"\nname = \"M-Drive\"\nissuer = \"https://login.example/VX7\"\n\
                     service_url = \"https://app.example/VX7\"\n";

#[tokio::test]
async fn check_and_start_refuse_a_wrong_configuration_with_file_line_and_advice() {
    let place = Place::empty().await;
    for (text, line, words) in [
        (format!("[server]\nlissen = \"127.0.0.1:0\"\n{BRAND}"), 2, "did you mean `listen`?"),
        (format!("[server]\n\n\nlisten = \"localhost\"\n{BRAND}"), 4, "socket address"),
        (format!("[server]\nlisten = \"0.0.0.0:80\"\n{BRAND}"), 2, "tls_certificate_file"),
        (format!("[tokens]\nauthorization_code = \"5m\"\n{BRAND}"), 2, "60s"),
        (format!("[tokens]\naccess_token = \"soon\"\n{BRAND}"), 2, "soon"),
        (format!("[database]\nurl = \"mysql://x\"\n{BRAND}"), 2, "sqlite:PATH"),
        (format!("{BRAND}{BRAND}"), 7, "two brands"),
        ("[server]\nlisten = \"127.0.0.1:0\"".to_owned(), 0, "no brand is configured"),
        (BRAND.replace("https://login", "http://login"), 4, "must be https"),
        ("[server\n".to_owned(), 1, ""),
    ] {
        let file = place.write("wrong.toml", &text);
        for command in ["check", "serve"] {
            let output = run_tegata(&file, &[command], "").await;
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            let place = if line > 0 { format!("wrong.toml:{line}:") } else { "wrong.toml:".to_owned() };
            assert_eq!(output.status.code(), Some(2), "{command}: {error}");
            assert!(error.contains(&place) && error.contains(words), "{text}\n{command}: {error}");
        }
    }
    let missing = run_tegata(&place.path("nowhere.toml").display().to_string(), &["serve"], "").await;
    assert_eq!(missing.status.code(), Some(2));
    let usage = run_tegata(&file_of(&place), &["dance"], "").await;
    assert_eq!(usage.status.code(), Some(2));
}

fn file_of(place: &Place) -> String {
    place.write("tegata.toml", BRAND)
}

#[tokio::test]
async fn check_tells_what_a_start_would_find_and_makes_nothing() {
    let place = Place::empty().await;
    let output = place.try_run(&["check"], "").await;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}");
    assert!(told.contains("brands: VX7") && told.contains("will be made by the first start"), "{told}");
    assert!(!place.path("master.key").exists() && !place.path("tegata.db").exists());
    assert!(place.path("command.toml").exists(), "the folder was the right one");
}

#[tokio::test]
async fn a_database_that_a_newer_version_migrated_is_not_touched() {
    let place = Place::empty().await;
    place.run(&["migrate"]).await;
    let db = place.open_database().await;
    let newer = "UPDATE schema_version SET version = version + 1000000";
    match db.engine() {
        Engine::Sqlite { writer, .. } => {
            let mut tx = writer.begin().await.unwrap();
            sqlx::raw_sql(newer).execute(tx.connection()).await.unwrap();
            tx.commit().await.unwrap();
        }
        Engine::Postgres(pool) => drop(sqlx::raw_sql(newer).execute(pool).await.unwrap()),
    }
    db.close().await;
    for (command, code) in [("serve", 1), ("migrate", 1), ("check", 2)] {
        let output = place.try_run(&[command], "").await;
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        assert_eq!(output.status.code(), Some(code), "{command}: {told}");
        assert!(told.contains("newer version"), "{command}: {told}");
    }
}

#[tokio::test]
async fn another_master_key_than_the_databases_does_not_start() {
    let place = Place::empty().await;
    place.run(&["migrate"]).await;
    let node = place.start().await;
    node.kill().await;
    std::fs::remove_file(place.path("master.key")).unwrap();
    let output = place.try_run(&["serve"], "").await;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("master key"), "{told}");
}
