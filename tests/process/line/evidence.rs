//! What an assertion must be: the gateway's own, of its own area, for this moment, about a number.

use serde_json::json;
use tegata_conformance::line_gateway::{Fault, Line};

use super::world::{CLIENT, EAST, World, code, gateway, sign_in};
use crate::process::http::{Person, authorize};

#[tokio::test]
async fn evidence_that_is_not_right_is_refused_whatever_is_wrong_with_it() {
    let world = World::new("\"east\"").await;
    let (_, answer) = world.try_sign_in().await;
    code(&answer);
    for (fault, reason) in [
        (Fault::AlgNone, "line_assertion_algorithm"),
        (Fault::Hs256, "line_assertion_algorithm"),
        (Fault::UnpublishedKey, "line_assertion_bad_signature"),
        (Fault::ForeignKey("linegw-2-1".to_owned()), "line_assertion_unknown_key"),
        (Fault::WrongArea, "line_wrong_area"),
        (Fault::ExpOneDay, "line_assertion_lives_too_long"),
        (Fault::Clock(60), "line_assertion_not_yet_valid"),
        (Fault::Clock(-3600), "line_assertion_expired"),
        (Fault::OtherHost, "line_assertion_wrong_audience"),
        (Fault::OtherPath, "line_assertion_wrong_path"),
        (Fault::NoHeader, "line_header_missing"),
        (Fault::TwoHeaders, "line_header_repeated"),
        (Fault::NoNumber, "line_number_missing"),
    ] {
        world.gateway.fault(fault.clone());
        let (_, answer) = world.try_sign_in().await;
        assert_eq!(answer.problem(), "line_not_proved", "{fault:?}");
        world.assert_refused(&answer, reason).await;
    }
    world.gateway.fault(Fault::None);
    let (_, answer) = world.try_sign_in().await;
    code(&answer);
}

#[tokio::test]
async fn a_line_of_another_gateways_area_and_another_gateways_key_are_refused() {
    let world = World::new("\"east\"").await;
    world.gateway.choose(Line { area: tegata_conformance::line_gateway::Area::West, ..Line::east("COP00000002") });
    let (person, answer) = world.try_sign_in().await;
    world.assert_refused(&answer, "line_wrong_area").await;
    // The same, said by another gateway in this one's name.
    let other = gateway("linegw-2", &world.papers).await;
    let mut thief = person.through(&world.at_the_wire());
    let path = person.at.clone();
    thief.extra = vec![("line-assertion", other.forge("GET", &path, &json!({ "iss": "linegw-1" })))];
    world.assert_refused(&thief.look(&path).await, "line_assertion_unknown_key").await;
}

#[tokio::test]
async fn a_number_is_written_in_one_way_or_refused() {
    let world = World::new("\"east\"").await;
    let refused = "line_number_malformed";
    for number in
        ["caf0000000001", "CAF-0000000001", "ＣＡＦ0000000001", "CAF000000001", "COP0123456789", "CAF00000000011"]
    {
        world.gateway.choose(Line::east(number));
        let (_, answer) = world.try_sign_in().await;
        world.assert_refused(&answer, refused).await;
    }
    let contract = world.contract().await;
    for (number, good) in [
        ("caf-0000-000003", true),
        ("ＣＡＦー０００００００００４", true),
        ("CAF000000005", false),
        ("COP0000000006", false),
        (EAST, false),
    ] {
        let output = world.place.try_run(&["line", "add", "--contract", &contract, "--number", number], "").await;
        assert_eq!(output.status.success(), good, "{number}: {}", String::from_utf8_lossy(&output.stderr));
    }
    world.gateway.choose(Line::east("CAF0000000004"));
    let (_, answer) = world.try_sign_in().await;
    code(&answer);
}

#[tokio::test]
async fn a_session_of_the_line_host_is_nothing_on_the_internet_and_on_another_line() {
    let world = World::new("\"east\"").await;
    let (mut person, answer) = world.try_sign_in().await;
    let tokens = world.line.redeem(CLIENT, &code(&answer)).await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    // The same line: no page at all. Another one: the line's own step, and its error.
    let silent = person.open(&authorize(CLIENT)).await;
    code(&silent);
    world.gateway.choose(Line::east("CAF5555555555"));
    let answer = person.open(&authorize(CLIENT)).await;
    world.assert_refused(&answer, "line_not_registered").await;
    world.gateway.choose(Line::east(EAST));
    // Carried to the internet, under either name.
    let mut carried = person.through(&world.node.http);
    for (name, value) in person.cookies.clone() {
        carried.cookies.insert(name.replace("VX7-line", "VX7"), value);
    }
    let page = carried.open(&authorize(CLIENT)).await;
    assert!(page.body.contains("id=\"password\""), "the login page: {}", page.status);
    let refused = world.node.http.refresh(CLIENT, refresh).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
    assert_eq!(world.node.http.userinfo(tokens["access_token"].as_str().unwrap()).await.status, 401);
}

#[tokio::test]
async fn what_was_signed_in_over_a_line_ends_when_the_line_is_removed() {
    let world = World::new("\"east\"").await;
    let (mut person, answer) = world.try_sign_in().await;
    let tokens = world.line.redeem(CLIENT, &code(&answer)).await.json();
    let contract = world.contract().await;
    let lines = world.place.try_run(&["line", "list", "--contract", &contract, "--json"], "").await;
    let lines = String::from_utf8(lines.stdout).unwrap();
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    world.place.run(&["line", "remove", "--contract", &contract, "--id", first["line_id"].as_str().unwrap()]).await;
    let refused = world.line.refresh(CLIENT, tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
    let page = person.open(&authorize(CLIENT)).await;
    assert!(page.body.contains("id=\"password\""), "signed out: {}", page.status);
    let answer = person.submit(&page, super::world::EMAIL, crate::process::node::PASSWORD).await;
    world.assert_refused(&answer, "line_not_registered").await;
}

#[tokio::test]
async fn two_sign_ins_of_two_lines_have_nothing_to_do_with_each_other() {
    let world = World::new("\"east\"").await;
    let mut attacker = Person::at(&world.line);
    world.gateway.choose(Line::east("CAF5555555555"));
    let page = attacker.open(&authorize(CLIENT)).await;
    let login = attacker.at.clone();
    // The victim, at home, opens the attacker's sign-in in progress.
    world.gateway.choose(Line::east(EAST));
    let mut victim = Person::at(&world.line);
    for path in [login.replace("/login/", "/line/"), login.replace("/login/", "/interaction/"), login] {
        let answer = victim.open(&path).await;
        assert_eq!(answer.problem(), "interaction_elsewhere", "{path}");
    }
    world.gateway.choose(Line::east("CAF5555555555"));
    let answer = attacker.submit(&page, super::world::EMAIL, crate::process::node::PASSWORD).await;
    world.assert_refused(&answer, "line_not_registered").await;
    drop(sign_in(&mut victim).await);
}
