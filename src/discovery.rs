//! Discovery and keys (OpenID Connect Discovery §4, RFC 8414 §3, RFC 7517 §5).
//!
//! Both are bytes that stand ready: the documents never change while the server runs, the keys change with the key
//! ring. They are answered before routing, with a validator, and may be read from any origin. They carry no request id:
//! the same bytes for everybody, and nothing about them in any log.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};

use crate::context::App;
use crate::keys::KeySet;
use crate::policy::access_path::AccessPath;
use crate::secret::base64url;
use crate::web::{self, SecurityHeaders};

/// How long a reader may keep a document: well below `keys.publish_before`, which is hours at least.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=900");

const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

struct Document {
    headers: HeaderMap,
    etag: HeaderValue,
    body: Bytes,
}

#[derive(Clone, Copy)]
enum Kind {
    Metadata(usize),
    Jwks { secure: bool },
}

/// All documents by host and path.
pub struct Documents {
    hosts: HashMap<String, HashMap<String, Kind>>,
    metadata: Vec<Document>,
    jwks: ArcSwap<(Arc<KeySet>, [Document; 2])>,
}

impl Documents {
    /// The documents of every issuer of a listener.
    pub fn new(app: &App, listener: AccessPath) -> Self {
        let mut hosts: HashMap<String, HashMap<String, Kind>> = HashMap::new();
        let mut metadata = Vec::new();
        for (host, path, issuer) in app.issuers.well_known(listener) {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &issuer.metadata);
            let etag = format!("\"{}\"", base64url(&digest.as_ref()[..16]));
            let paths = hosts.entry(host.to_owned()).or_default();
            paths.insert(path, Kind::Metadata(metadata.len()));
            paths.insert(issuer.page("/jwks.json"), Kind::Jwks { secure: issuer.secure });
            metadata.push(Document::new(issuer.metadata.clone(), "application/json", &etag, issuer.secure));
        }
        let keys = app.keys.load_full();
        let jwks = ArcSwap::from_pointee((Arc::clone(&keys), jwks_documents(&keys)));
        Self { hosts, metadata, jwks }
    }

    /// The answer, if the request is a GET or HEAD of a document. `host` is in lower case.
    pub fn find(&self, app: &App, host: &str, request: &Request<Body>) -> Option<Response> {
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return None;
        }
        let kind = self.hosts.get(host)?.get(request.uri().path())?;
        Some(match *kind {
            Kind::Metadata(at) => self.metadata.get(at)?.respond(request.headers()),
            Kind::Jwks { secure } => self.current_jwks(app)[usize::from(secure)].respond(request.headers()),
        })
    }

    /// The keys' documents, made anew when the key ring has been exchanged.
    fn current_jwks(&self, app: &App) -> impl std::ops::Deref<Target = [Document; 2]> + use<> {
        let mut held = self.jwks.load_full();
        let keys = app.keys.load();
        if !Arc::ptr_eq(&held.0, &keys) {
            held = Arc::new((Arc::clone(&keys), jwks_documents(&keys)));
            self.jwks.store(Arc::clone(&held));
        }
        Held(held)
    }
}

struct Held(Arc<(Arc<KeySet>, [Document; 2])>);

impl std::ops::Deref for Held {
    type Target = [Document; 2];

    fn deref(&self) -> &[Document; 2] {
        &self.0.1
    }
}

fn jwks_documents(keys: &KeySet) -> [Document; 2] {
    [false, true].map(|secure| Document::new(keys.jwks(), "application/jwk-set+json", keys.etag(), secure))
}

impl Document {
    fn new(body: Bytes, content_type: &'static str, etag: &str, secure: bool) -> Self {
        let etag = HeaderValue::from_str(etag).unwrap_or(HeaderValue::from_static("\"\""));
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(CACHE_CONTROL, CACHE);
        headers.insert(ETAG, etag.clone());
        // Public, and without cookies: any origin may read it (RFC 9700 §2.6 forbids CORS at the authorization
        // endpoint alone).
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        SecurityHeaders { https: secure }.apply(&mut headers);
        for of_pages in [X_FRAME_OPTIONS, REFERRER_POLICY, COOP, PERMISSIONS_POLICY] {
            // A program reads these documents; what speaks to a page's frames, links and features is dead weight.
            headers.remove(of_pages);
        }
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        Self { headers, etag, body }
    }

    fn respond(&self, request: &HeaderMap) -> Response {
        let known = web::assets::is_known(request, &self.etag);
        let mut response = Response::new(if known { Body::empty() } else { Body::from(self.body.clone()) });
        *response.headers_mut() = self.headers.clone();
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        response
    }
}
