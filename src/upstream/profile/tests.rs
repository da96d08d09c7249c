//! Golden authorization requests (`upstreams.md` §1.7), byte for byte.

use super::*;
use crate::upstream::authorization::query;

fn request<'a>(wishes: &'a Wishes) -> Request<'a> {
    Request {
        client_id: "our id",
        redirect_uri: "https://login.example/VX7/callback/x",
        state: "STATE",
        nonce: "NONCE",
        code_challenge: "CHALLENGE",
        request_id: "11111111-2222-4333-8444-555555555555".to_owned(),
        wishes,
    }
}

const REDIRECT: &str = "redirect_uri=https%3A%2F%2Flogin.example%2FVX7%2Fcallback%2Fx";

fn golden(builder: &Builder, wishes: &Wishes, expected: &str) {
    assert_eq!(query(&builder.parameters(&request(wishes))), expected.replace("REDIRECT", REDIRECT), "{builder:?}");
}

#[test]
fn every_provider_gets_exactly_its_golden_request() {
    let plain = Wishes::default();
    let google = Builder::Google { hosted_domain: None };
    golden(
        &google,
        &plain,
        "response_type=code&client_id=our%20id&REDIRECT&scope=openid%20email%20profile&state=STATE&nonce=NONCE&code_challenge=CHALLENGE&code_challenge_method=S256",
    );
    golden(
        &Builder::Facebook,
        &plain,
        "response_type=code&client_id=our%20id&REDIRECT&state=STATE&scope=email,public_profile",
    );
    golden(
        &Builder::Microsoft,
        &plain,
        "response_type=code&client_id=our%20id&REDIRECT&scope=openid%20email%20profile&state=STATE&nonce=NONCE&code_challenge=CHALLENGE&code_challenge_method=S256&response_mode=query",
    );
    let daccount = Builder::DAccount { authif: None };
    golden(&daccount, &plain, "response_type=code&scope=openid&client_id=our%20id&state=STATE&REDIRECT&nonce=NONCE");
    let adfs = Builder::ActiveDirectory { resource: Some("urn:tegata".to_owned()) };
    golden(
        &adfs,
        &plain,
        "response_type=code&response_mode=query&client_id=our%20id&REDIRECT&scope=openid%20allatclaims&resource=urn%3Ategata&state=STATE&nonce=NONCE&code_challenge=CHALLENGE&code_challenge_method=S256&client-request-id=11111111-2222-4333-8444-555555555555",
    );
}

#[test]
fn a_wish_reaches_each_provider_in_its_own_words_and_none_that_knows_no_such_word() {
    let other = Wishes { other_account: true, ..Wishes::default() };
    let fresh = Wishes { fresh: true, max_age: Some(60), ..Wishes::default() };
    let oidc = || Builder::OpenIdConnect { scope: "openid".to_owned(), pkce: false };
    let table: [(Builder, &str, &str); 6] = [
        (Builder::Google { hosted_domain: None }, "&prompt=select_account", "&prompt=select_account"),
        (Builder::Facebook, "&auth_type=reauthenticate", "&auth_type=reauthenticate"),
        (Builder::Microsoft, "&prompt=select_account", "&prompt=login&max_age=300"),
        (Builder::DAccount { authif: None }, "", ""),
        (Builder::ActiveDirectory { resource: None }, "&prompt=login", "&prompt=login&max_age=60"),
        (oidc(), "&prompt=select_account", "&prompt=login&max_age=60"),
    ];
    for (builder, for_other, for_fresh) in table {
        let plain = query(&builder.parameters(&request(&Wishes::default())));
        assert_eq!(query(&builder.parameters(&request(&other))), format!("{plain}{for_other}"), "{builder:?}");
        assert_eq!(query(&builder.parameters(&request(&fresh))), format!("{plain}{for_fresh}"), "{builder:?}");
    }
}

#[test]
fn settings_of_a_provider_reach_its_request() {
    let plain = Wishes::default();
    let ends = |builder: &Builder, end: &str| {
        let query = query(&builder.parameters(&request(&plain)));
        assert!(query.ends_with(end), "{query}");
    };
    ends(&Builder::Google { hosted_domain: Some("example.co.jp".to_owned()) }, "&hd=example.co.jp");
    ends(&Builder::DAccount { authif: Some("1".to_owned()) }, "&authif=1");
}
