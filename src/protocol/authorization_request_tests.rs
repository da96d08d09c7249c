//! Tests of `authorization_request`.

use super::*;
use crate::protocol::callback::{AuthorizationResponse, Outcome};

const BASE: &str = "client_id=storage&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&response_type=code&scope=openid";

fn registered() -> Vec<RedirectUri> {
    vec![RedirectUri::from_stored("https://app.example/cb"), RedirectUri::from_stored("http://127.0.0.1/cb")]
}

fn verified(query: &str) -> Verified {
    let params = Params::parse(query.as_bytes()).unwrap();
    Unverified::parse(params).unwrap().verify(&registered(), ApplicationType::Native).ok().unwrap()
}

fn parse(more: &str) -> AuthorizationRequest {
    match verified(&format!("{BASE}&{more}")).parse() {
        Ok(request) => request,
        Err(refusal) => panic!("{more}: {}", refusal.error),
    }
}

fn refused(query: &str) -> Refusal {
    *verified(query).parse().err().unwrap_or_else(|| panic!("accepted {query}"))
}

#[test]
fn reads_every_parameter() {
    let state = "s".repeat(128);
    let request = parse(&format!(
        "state={state}&nonce=n-0S6&response_mode=form_post&prompt=login+consent&max_age=0&id_token_hint=a.b.c\
         &login_hint=taro%40example.com&ui_locales=ja+en&acr_values=urn:tegata:acr:2fa&display=popup\
         &claims=%7B%22userinfo%22:%7B%22name%22:null%7D%7D&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
         &code_challenge_method=S256&resource=https://a.example/&resource=urn:b&unknown=1&unknown=2"
    ));
    assert_eq!(request.client_id.as_str(), "storage");
    assert_eq!(request.callback.state(), Some(state.as_str()));
    assert_eq!(request.callback.response_mode(), ResponseMode::FormPost);
    assert_eq!(request.callback.redirect_uri(), "https://app.example/cb");
    assert!(request.scope.is_openid() && request.prompt.login && request.prompt.consent);
    assert_eq!((request.nonce.as_deref(), request.max_age), (Some("n-0S6"), Some(0)));
    assert_eq!(
        (request.id_token_hint.as_deref(), request.login_hint.as_deref()),
        (Some("a.b.c"), Some("taro@example.com"))
    );
    assert_eq!((request.ui_locales.len(), request.resource.len()), (2, 2));
    assert!(request.claims.userinfo.contains_key("name") && request.code_challenge.is_some());
    let acr = request.acr_request();
    assert_eq!((acr.values[0].as_str(), acr.essential), ("urn:tegata:acr:2fa", false));
}

#[test]
fn survives_being_stored() {
    let request =
        parse("state=x&prompt=consent&claims=%7B%22id_token%22:%7B%22acr%22:%7B%22essential%22:true%7D%7D%7D");
    let stored = serde_json::to_string(&request).unwrap();
    assert!(serde_json::from_str::<AuthorizationRequest>(&stored).unwrap() == request);
}

#[test]
fn an_unusable_client_or_redirect_uri_ends_on_a_page() {
    for bad in [
        "redirect_uri=https://app.example/cb",
        "client_id=storage",
        "client_id=&redirect_uri=https://app.example/cb",
        "client_id=a&client_id=b&redirect_uri=https://app.example/cb",
        "client_id=a&redirect_uri=https://app.example/cb&redirect_uri=https://app.example/cb",
    ] {
        let error = Unverified::parse(Params::parse(bad.as_bytes()).unwrap()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidRequest, "{bad}");
    }
    for foreign in
        ["https://evil.example/cb", "https://app.example/cb/", "https://app.example/cb%3Fx", "http://127.0.0.1/x"]
    {
        let query = format!("client_id=storage&redirect_uri={foreign}");
        let unverified = Unverified::parse(Params::parse(query.as_bytes()).unwrap()).unwrap();
        assert!(unverified.verify(&registered(), ApplicationType::Native).is_err(), "{foreign}");
    }
}

#[test]
fn everything_else_goes_back_to_the_client_with_its_own_error() {
    for (more, code) in [
        ("response_type=code", "invalid_request"),
        ("state=1&state=2", "invalid_request"),
        ("display=page&display=page", "invalid_request"),
        ("scope=openid", "invalid_request"),
        ("response_mode=web_message", "invalid_request"),
        ("prompt=none+login", "invalid_request"),
        ("prompt=create", "invalid_request"),
        ("max_age=-1", "invalid_request"),
        ("max_age=%2B1", "invalid_request"),
        ("max_age=99999999999999999999", "invalid_request"),
        ("claims=%7B", "invalid_request"),
        ("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "invalid_request"),
        ("code_challenge_method=S256", "invalid_request"),
        ("resource=relative", "invalid_target"),
        ("resource=https://a.example/%23x", "invalid_target"),
        ("request=a.b.c", "request_not_supported"),
        ("request_uri=https://app.example/r", "request_uri_not_supported"),
        ("registration=%7B%7D", "registration_not_supported"),
    ] {
        assert_eq!(refused(&format!("{BASE}&{more}")).error.code().as_str(), code, "{more}");
    }
    let base = "client_id=storage&redirect_uri=http://127.0.0.1:5000/cb";
    assert_eq!(refused(base).error.code().as_str(), "invalid_request");
    assert_eq!(refused(&format!("{base}&response_type=token")).error.code().as_str(), "unsupported_response_type");
    assert_eq!(refused(&format!("{base}&response_type=code&scope=%22")).error.code().as_str(), "invalid_scope");
}

#[test]
fn an_error_travels_by_the_requested_mode_with_the_state_if_it_is_usable() {
    let refusal = refused(&format!("{BASE}&state=xyz&response_mode=fragment&prompt=create"));
    match refusal.callback.respond("https://op.example", Outcome::Error(&refusal.error)) {
        AuthorizationResponse::Redirect(location) => {
            assert!(location.starts_with("https://app.example/cb#error=invalid_request&"), "{location}");
            assert!(location.ends_with("&state=xyz&iss=https%3A%2F%2Fop.example"), "{location}");
        }
        AuthorizationResponse::FormPost { .. } => panic!("expected a redirect"),
    }
    let too_long = "s".repeat(STATE_LIMIT + 1);
    assert_eq!(refused(&format!("{BASE}&state={too_long}")).callback.state(), None);
}

#[test]
fn an_essential_acr_wins_over_acr_values() {
    let claims = "%7B%22id_token%22:%7B%22acr%22:%7B%22essential%22:true,%22value%22:%22urn:tegata:acr:2fa%22%7D%7D%7D";
    let acr = parse(&format!("acr_values=urn:tegata:acr:1fa&claims={claims}")).acr_request();
    assert!(acr.essential);
    assert_eq!(acr.values, ["urn:tegata:acr:2fa"]);
}
