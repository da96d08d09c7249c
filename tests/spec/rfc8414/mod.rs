//! OAuth 2.0 Authorization Server Metadata (RFC 8414 §3).

use http::Method;

use super::oidc_discovery::{ISSUERS, absolute, fetch};
use crate::spec::scene::Scene;

// §3.1, §5: inserted before the issuer's path, appended to it, and OpenID Connect's own name: one document.
#[tokio::test]
async fn all_three_well_known_paths_lead_to_the_same_document() {
    let scene = Scene::confidential().await;
    for (issuer, host, path) in ISSUERS {
        let [oidc, inserted, appended] = [
            format!("{path}/.well-known/openid-configuration"),
            format!("/.well-known/oauth-authorization-server{path}"),
            format!("{path}/.well-known/oauth-authorization-server"),
        ]
        .map(|path| absolute(host, &path));
        let expected = fetch(&scene.program, Method::GET, &oidc, &[]).await;
        assert_eq!(expected.json()["issuer"], issuer);
        for url in [inserted, appended] {
            let answer = fetch(&scene.program, Method::GET, &url, &[]).await;
            assert_eq!((answer.status.as_u16(), &answer.body), (200, &expected.body), "{url}");
            assert_eq!(answer.header("content-type"), "application/json");
            assert_eq!(answer.header("etag"), expected.header("etag"));
        }
    }
}

// §3.3; security.md 47
#[tokio::test]
async fn no_document_stands_where_no_issuer_is() {
    let scene = Scene::confidential().await;
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/",
        "/.well-known/oauth-authorization-server/VX7/",
        "/.well-known/oauth-authorization-server/VX70",
        "/.well-known/oauth-authorization-server/vx7",
        "/.well-known/oauth-authorization-server/VX7/../VX9",
        "/vx7/.well-known/openid-configuration",
        "/VX7//.well-known/openid-configuration",
        "/VX7/.well-known/openid-configuration/",
        "/VX7/.well-known/openid-configuration/x",
        "/OWN/.well-known/openid-configuration",
    ] {
        assert_eq!(scene.program.get(path, &[]).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_document_is_only_read() {
    let scene = Scene::confidential().await;
    for path in ["/VX7/.well-known/openid-configuration", "/VX7/jwks.json"] {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let status = fetch(&scene.program, method.clone(), path, &[]).await.status;
            assert!(status.is_client_error(), "{method} {path}: {status}");
        }
    }
}
