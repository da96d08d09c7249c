//! Whatever a request is turned into: never a fault of ours, never a redirect to anywhere but the registered URI.

use http::{Method, Uri};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{Answer, Browser, Callback, Scene};

const NAMES: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "claims",
    "id_token_hint",
    "login_hint",
    "ui_locales",
    "acr_values",
    "code_challenge",
    "code_challenge_method",
    "request",
    "request_uri",
    "resource",
    "lang",
    "iss",
];
const VALUES: &[&str] = &[
    "",
    "none",
    "login consent",
    "form_post",
    "fragment",
    "0",
    "{}",
    "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"x\"]}}}",
    "https://evil.example/",
    "//evil.example",
    "https://storage-app.example/callback",
    "https://storage-app.example/callback@evil.example",
    "a.b.c",
    "en",
    "\u{0}",
    "\r\nLocation: https://evil.example/",
    "\u{202e}手形",
];

#[derive(Clone, Debug)]
enum Mutation {
    Drop(usize),
    Repeat(usize),
    Set(usize, String),
    Prefix(usize, String),
    Suffix(usize, String),
    Add(String, String),
    Raw(usize, String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let value = || prop_oneof![proptest::sample::select(VALUES).prop_map(str::to_owned), "\\PC{0,12}"];
    let name = prop_oneof![proptest::sample::select(NAMES).prop_map(str::to_owned), "[a-z_]{1,8}"];
    prop_oneof![
        (0..12usize).prop_map(Mutation::Drop),
        (0..12usize).prop_map(Mutation::Repeat),
        (0..12usize, value()).prop_map(|(at, text)| Mutation::Set(at, text)),
        (0..12usize, value()).prop_map(|(at, text)| Mutation::Prefix(at, text)),
        (0..12usize, value()).prop_map(|(at, text)| Mutation::Suffix(at, text)),
        (name, value()).prop_map(|(name, text)| Mutation::Add(name, text)),
        (0..400usize, "[%&=+;#?/@:.a-f0-9]{1,3}").prop_map(|(at, text)| Mutation::Raw(at, text)),
    ]
}

/// The mutated query, and the raw changes made to it afterwards.
fn mutate(mut params: Vec<(String, String)>, mutations: &[Mutation]) -> String {
    for mutation in mutations {
        let count = params.len().max(1);
        match mutation {
            Mutation::Drop(at) if !params.is_empty() => drop(params.remove(at % count)),
            Mutation::Repeat(at) if !params.is_empty() => params.push(params[at % count].clone()),
            Mutation::Set(at, text) if !params.is_empty() => params[at % count].1.clone_from(text),
            Mutation::Prefix(at, text) if !params.is_empty() => params[at % count].1.insert_str(0, text),
            Mutation::Suffix(at, text) if !params.is_empty() => params[at % count].1.push_str(text),
            Mutation::Add(name, text) => params.push((name.clone(), text.clone())),
            _ => {}
        }
    }
    let mut query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&params).finish();
    for mutation in mutations {
        if let Mutation::Raw(at, text) = mutation {
            query.insert_str(at % (query.len() + 1), text);
        }
    }
    query
}

fn check(answer: &Answer, registered: &str) -> Result<(), TestCaseError> {
    prop_assert!(answer.status.as_u16() < 500, "{} {}", answer.status, answer.body);
    let location = answer.header("location");
    let inside = ["/VX7/login/", "/VX7/interaction/", "/VX7/consent/"].iter().any(|page| location.starts_with(page));
    let form = answer.body.contains("id=\"form-post\"");
    if form || !(location.is_empty() || inside) {
        prop_assert_eq!(&Callback::of(answer).uri, registered);
    }
    Ok(())
}

async fn run(browser: &mut Browser, query: &str, registered: &str) -> Result<(), TestCaseError> {
    if format!("/VX7/authorize?{query}").parse::<Uri>().is_ok() {
        let answer = browser.get(&format!("/VX7/authorize?{query}")).await;
        check(&answer, registered)?;
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = browser.send(Method::POST, "/VX7/authorize", Some(query.to_owned()), &form).await;
    check(&answer, registered)?;
    if answer.header("location").starts_with("/VX7/interaction/") {
        let answer = browser.get(answer.header("location")).await;
        check(&answer, registered)?;
    }
    Ok(())
}

/// Security lines 1, 3 and 90.
#[test]
fn no_mutation_of_a_request_makes_a_fault_or_leads_elsewhere() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let scene = runtime.block_on(Scene::signed_in());
    let (params, registered) = (scene.request().params, scene.client.redirect_uri.clone());
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&proptest::collection::vec(mutation(), 1..5), |mutations| {
        let query = mutate(params.clone(), &mutations);
        let mut browser = scene.browser.clone();
        runtime.block_on(run(&mut browser, &query, &registered))
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
