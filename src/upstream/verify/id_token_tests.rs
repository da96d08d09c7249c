//! The rules of an ID token, at their boundaries. Signatures are tested against the simulators, where there are any.

use ipnet::IpNet;
use serde_json::{Value, json};

use super::*;
use crate::account::LoginMethod;
use crate::id::ConnectionId;
use crate::outbound::Reach;
use crate::upstream::connection::{Credentials, Endpoints};
use crate::upstream::profile::{CONSUMERS, active_directory, of_config};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const TENANT: &str = "11111111-2222-3333-4444-555555555555";
const OBJECT: &str = "66666666-7777-8888-9999-aaaaaaaaaaaa";

fn connection(profile: Profile) -> Connection {
    let url = url::Url::parse("https://upstream.example/x").unwrap();
    Connection {
        id: ConnectionId::new("x"),
        method: profile.method,
        name: None,
        brands: Vec::new(),
        contract: None,
        client_id: "our-client".to_owned(),
        credentials: Credentials::Secret(Secret::new("secret".to_owned())),
        endpoints: Endpoints { authorization: url.clone(), token: url, jwks: None, graph: None },
        reach: Reach { permitted_networks: Vec::<IpNet>::new(), ca_pem: None },
        profile,
    }
}

fn configured(kind: &str, more: &str) -> Connection {
    let text = format!("id = \"x\"\nkind = \"{kind}\"\nclient_id = \"our-client\"\n{more}");
    connection(of_config(&toml::from_str(&text).unwrap()).0)
}

fn google() -> Connection {
    configured("google", "")
}

fn microsoft(more: &str) -> Connection {
    configured("microsoft", more)
}

fn adfs(leeway: u64) -> Connection {
    connection(active_directory("https://adfs.example/adfs", None, "objectGUID", Duration::from_secs(leeway)))
}

fn claims(issuer: &str) -> Value {
    let now = NOW.as_seconds();
    json!({"iss": issuer, "sub": "subject-1", "aud": "our-client", "exp": now + 300, "iat": now, "nonce": "NONCE",
           "name": "端場 花子", "email": "hanako@example.jp"})
}

fn work() -> Value {
    let mut claims = claims(&format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
    set(&mut claims, &[("tid", json!(TENANT)), ("oid", json!(OBJECT)), ("ver", json!("2.0"))]);
    claims
}

fn set(claims: &mut Value, members: &[(&str, Value)]) {
    for (name, value) in members {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(*name)),
            value => drop(claims.as_object_mut().unwrap().insert((*name).to_owned(), value.clone())),
        }
    }
}

fn judge(connection: &Connection, claims: &Value) -> Result<Person, Refusal> {
    judge_with(connection, claims, None)
}

fn judge_with(connection: &Connection, claims: &Value, key_issuer: Option<&str>) -> Result<Person, Refusal> {
    check(connection, claims.to_string().as_bytes(), key_issuer, ("NONCE", NOW))
        .map(|(person, _)| person)
        .map_err(|refused| refused.why)
}

#[test]
fn a_good_token_says_who_it_is_about() {
    let person = judge(&google(), &claims("https://accounts.google.com")).ok().unwrap();
    assert_eq!(person.subject, "subject-1");
    assert_eq!(person.email.as_deref(), Some("hanako@example.jp"));
    assert_eq!(google().method, LoginMethod::Google);
}

#[test]
fn google_writes_its_issuer_in_two_ways_and_no_third() {
    for (issuer, good) in [
        ("https://accounts.google.com", true),
        ("accounts.google.com", true),
        ("http://accounts.google.com", false),
        ("https://accounts.google.com/", false),
        ("accounts.google.com.evil.example", false),
    ] {
        assert_eq!(judge(&google(), &claims(issuer)).is_ok(), good, "{issuer}");
    }
}

#[test]
fn each_claim_that_is_not_right_is_refused_for_what_it_is() {
    use Refusal::{TokenAudience, TokenExpired, TokenMalformed, TokenNonce, TokenSubject};
    let table: &[(&str, Value, Refusal)] = &[
        ("aud", json!("another-client"), TokenAudience),
        ("aud", json!(["our-client", "another-client"]), TokenAudience),
        ("aud", json!([]), TokenAudience),
        ("azp", json!("another-client"), TokenAudience),
        ("nonce", json!("another"), TokenNonce),
        ("nonce", Value::Null, TokenNonce),
        ("exp", json!(NOW.as_seconds() - 60), TokenExpired),
        ("exp", Value::Null, TokenMalformed),
        ("iat", Value::Null, TokenMalformed),
        ("iat", json!(NOW.as_seconds() - 661), TokenExpired),
        ("iss", Value::Null, TokenMalformed),
        ("sub", Value::Null, TokenSubject),
        ("sub", json!(""), TokenSubject),
        ("sub", json!("a b"), TokenSubject),
        ("sub", json!("а"), TokenSubject),
        ("sub", json!("x".repeat(256)), TokenSubject),
    ];
    for (name, value, expected) in table {
        let mut claims = claims("https://accounts.google.com");
        set(&mut claims, &[(name, value.clone())]);
        assert_eq!(judge(&google(), &claims).err(), Some(*expected), "{name} = {value}");
    }
    let mut one = claims("https://accounts.google.com");
    set(&mut one, &[("aud", json!(["our-client"])), ("azp", json!("our-client"))]);
    assert!(judge(&google(), &one).is_ok());
}

#[test]
fn a_claim_that_is_there_twice_makes_the_token_unreadable() {
    let text = claims("https://accounts.google.com").to_string().replacen('{', r#"{"sub":"victim","#, 1);
    let refused = check(&google(), text.as_bytes(), None, ("NONCE", NOW)).err().unwrap();
    assert_eq!(refused.why, Refusal::TokenMalformed);
}

#[test]
fn clocks_may_differ_by_the_leeway_and_no_second_more() {
    for (connection, issuer, leeway) in
        [(google(), "https://accounts.google.com", 60), (adfs(300), "https://adfs.example/adfs", 300)]
    {
        for (ahead, good) in [(leeway, true), (leeway + 1, false), (-600, true)] {
            let mut claims = claims(issuer);
            let at = NOW.as_seconds() + ahead;
            set(&mut claims, &[("iat", json!(at)), ("exp", json!(at + 900)), ("objectGUID", json!("guid"))]);
            let refusal = judge(&connection, &claims).err();
            assert_eq!(refusal, (!good).then_some(Refusal::TokenClock), "{issuer} {ahead}");
            set(&mut claims, &[("iat", json!(NOW.as_seconds())), ("nbf", json!(at))]);
            assert_eq!(judge(&connection, &claims).is_ok(), good, "nbf {issuer} {ahead}");
        }
        let mut late = claims(issuer);
        set(&mut late, &[("exp", json!(NOW.as_seconds() - leeway + 1)), ("objectGUID", json!("guid"))]);
        assert!(judge(&connection, &late).is_ok());
        set(&mut late, &[("exp", json!(NOW.as_seconds() - leeway))]);
        assert_eq!(judge(&connection, &late).err(), Some(Refusal::TokenExpired));
    }
}

#[test]
fn an_administrator_can_read_by_how_much_a_clock_differs() {
    let mut claims = claims("https://adfs.example/adfs");
    set(&mut claims, &[("iat", json!(NOW.as_seconds() + 360)), ("objectGUID", json!("guid"))]);
    let refused = check(&adfs(300), claims.to_string().as_bytes(), None, ("NONCE", NOW)).err().unwrap();
    assert_eq!(refused.hint, "clock differs by 360 s");
}

#[test]
fn microsofts_issuer_is_that_of_the_tokens_own_tenant() {
    let any = microsoft("");
    assert_eq!(judge(&any, &work()).ok().unwrap().subject, format!("{TENANT}.{OBJECT}"));
    let other = "99999999-2222-3333-4444-555555555555";
    let table: &[(&str, Value)] = &[
        ("iss", json!("https://login.microsoftonline.com/{tenantid}/v2.0")),
        ("iss", json!(format!("https://login.microsoftonline.com/{other}/v2.0"))),
        ("iss", json!(format!("https://sts.windows.net/{TENANT}/"))),
        ("tid", json!("not-a-guid")),
        ("tid", json!(TENANT.replace('-', ""))),
        ("tid", Value::Null),
        ("ver", json!("1.0")),
        ("ver", Value::Null),
    ];
    for (name, value) in table {
        let mut claims = work();
        set(&mut claims, &[(name, value.clone())]);
        assert_eq!(judge(&any, &claims).err(), Some(Refusal::TokenIssuer), "{name} = {value}");
    }
    let mut without = work();
    set(&mut without, &[("oid", Value::Null)]);
    assert_eq!(judge(&any, &without).err(), Some(Refusal::TokenSubject));
}

#[test]
fn a_key_that_names_an_issuer_serves_that_issuer_alone() {
    let any = microsoft("");
    let template = "https://login.microsoftonline.com/{tenantid}/v2.0";
    let consumers = format!("https://login.microsoftonline.com/{CONSUMERS}/v2.0");
    assert!(judge_with(&any, &work(), Some(template)).is_ok());
    assert_eq!(judge_with(&any, &work(), Some(&consumers)).err(), Some(Refusal::TokenIssuer));
    let mut personal = work();
    set(&mut personal, &[("tid", json!(CONSUMERS)), ("iss", json!(consumers))]);
    assert!(judge_with(&any, &personal, Some(&consumers)).is_ok());
}

#[test]
fn a_tenant_or_domain_that_is_not_allowed_does_not_sign_in() {
    let only = microsoft("tenants = [\"99999999-2222-3333-4444-555555555555\"]");
    assert_eq!(judge(&only, &work()).err(), Some(Refusal::TenantNotAllowed));
    let consumers = microsoft("tenant = \"consumers\"");
    assert_eq!(judge(&consumers, &work()).err(), Some(Refusal::TenantNotAllowed));
    let workspace = configured("google", "hosted_domains = [\"example.co.jp\"]");
    let mut claims = claims("https://accounts.google.com");
    assert_eq!(judge(&workspace, &claims).err(), Some(Refusal::TenantNotAllowed));
    set(&mut claims, &[("hd", json!("evil.example"))]);
    assert_eq!(judge(&workspace, &claims).err(), Some(Refusal::TenantNotAllowed));
    set(&mut claims, &[("hd", json!("example.co.jp"))]);
    assert!(judge(&workspace, &claims).is_ok());
}

#[test]
fn a_customers_claim_is_the_key_where_one_is_named_and_sub_is_kept_beside_it() {
    let mut claims = claims("https://adfs.example/adfs");
    assert_eq!(judge(&adfs(300), &claims).err(), Some(Refusal::TokenSubject));
    set(&mut claims, &[("objectGUID", json!("Zm9v"))]);
    let person = judge(&adfs(300), &claims).ok().unwrap();
    assert_eq!((person.subject.as_str(), person.upstream_sub.as_deref()), ("objectGUID=Zm9v", Some("subject-1")));
    set(&mut claims, &[("objectGUID", json!(["a", "b"]))]);
    assert_eq!(judge(&adfs(300), &claims).err(), Some(Refusal::TokenSubject));
}

#[test]
fn the_issuer_of_daccount_ends_with_a_slash() {
    let daccount = configured("daccount", "");
    assert!(judge(&daccount, &claims("https://conf.uw.docomo.ne.jp/")).is_ok());
    assert_eq!(judge(&daccount, &claims("https://conf.uw.docomo.ne.jp")).err(), Some(Refusal::TokenIssuer));
}
