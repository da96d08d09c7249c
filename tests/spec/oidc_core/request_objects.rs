//! Requests by value and by reference (OpenID Connect Core §6): not offered, and said so.

use crate::support::Scene;
use crate::support::scene::MODES;

/// OpenID Connect Core §3.1.2.6: each has an error of its own; the parameters inside are never looked at.
#[tokio::test]
async fn request_objects_are_refused_with_the_errors_made_for_them() {
    let mut scene = Scene::signed_in().await;
    for (name, value, expected) in [
        (
            "request",
            "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL2V2aWwuZXhhbXBsZSJ9.",
            "request_not_supported",
        ),
        ("request_uri", "https://storage-app.example/request.jwt", "request_uri_not_supported"),
        ("request_uri", "urn:ietf:params:oauth:request_uri:x", "request_uri_not_supported"),
        ("registration", "{}", "registration_not_supported"),
    ] {
        for mode in MODES {
            let request = scene.request().with("response_mode", mode).with(name, value);
            assert_eq!(scene.refused(&request).await, expected);
        }
    }
    let metadata = scene.provider.program().get("/VX7/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(metadata["request_parameter_supported"], false);
    assert_eq!(metadata["request_uri_parameter_supported"], false);
}
