//! Static files of a brand, from memory.
//!
//! Each file answers under two names: with a hash of its content (`base.1f0c….css`), which pages use and browsers keep
//! for a year, and plain (`base.css`), which they must ask about again. Nothing is read from disk after start.

use std::collections::HashMap;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// The files of one brand.
#[derive(Default)]
pub struct Assets {
    files: HashMap<String, File>,
    hashed: HashMap<String, String>,
}

#[derive(Clone)]
struct File {
    bytes: Bytes,
    content_type: &'static str,
    etag: HeaderValue,
    cache: &'static str,
}

const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "public, no-cache";

impl Assets {
    /// Adds a file; its type follows its extension.
    pub fn add(&mut self, name: &str, bytes: impl Into<Bytes>) {
        let bytes = bytes.into();
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        let hash: String = digest.as_ref().iter().take(10).map(|b| format!("{b:02x}")).collect();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let hashed = format!("{stem}.{hash}.{extension}");
        let etag = HeaderValue::try_from(format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""));
        let file = File { bytes, content_type: content_type(extension), etag, cache: ASK_AGAIN };
        self.files.insert(hashed.clone(), File { cache: FOREVER, ..file.clone() });
        self.files.insert(name.to_owned(), file);
        self.hashed.insert(name.to_owned(), hashed);
    }

    /// The hashed name of a file, for pages; the plain name for a file that is not there.
    pub fn href<'a>(&'a self, name: &'a str) -> &'a str {
        self.hashed.get(name).map_or(name, String::as_str)
    }

    /// Answers a GET or HEAD for `/assets/<name>`; `None` when there is no such file.
    pub fn respond(&self, name: &str, request: &HeaderMap) -> Option<Response> {
        let file = self.files.get(name)?;
        let known = is_known(request, &file.etag);
        let mut response = Response::new(if known { Body::empty() } else { Body::from(file.bytes.clone()) });
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        headers.insert(ETAG, file.etag.clone());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(file.cache));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type));
        // Other sites have no reason to embed them.
        headers
            .insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
        Some(response)
    }
}

/// Whether a request says that its sender has this version already.
pub fn is_known(request: &HeaderMap, etag: &HeaderValue) -> bool {
    request.get_all(IF_NONE_MATCH).iter().any(|header| matches(header, etag))
}

/// RFC 9110 §13.1.2: a list of tags or `*`, compared weakly.
fn matches(header: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(header), Ok(etag)) = (header.to_str(), etag.to_str()) else { return false };
    header.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> Assets {
        let mut assets = Assets::default();
        assets.add("base.css", "body {}");
        assets
    }

    #[test]
    fn a_hashed_name_is_kept_forever_and_a_plain_one_is_asked_about() {
        let assets = assets();
        let hashed = assets.href("base.css");
        assert_ne!(hashed, "base.css");
        let response = assets.respond(hashed, &HeaderMap::new()).unwrap();
        assert_eq!(response.headers()[CACHE_CONTROL], FOREVER);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(assets.respond("base.css", &HeaderMap::new()).unwrap().headers()[CACHE_CONTROL], ASK_AGAIN);
        assert!(assets.respond("../Cargo.toml", &HeaderMap::new()).is_none());
    }

    #[test]
    fn a_file_the_browser_has_is_not_sent_again() {
        let assets = assets();
        let etag = assets.respond("base.css", &HeaderMap::new()).unwrap().headers()[ETAG].clone();
        for (value, status) in [
            (etag.to_str().unwrap().to_owned(), 304),
            (format!("\"x\", W/{}", etag.to_str().unwrap()), 304),
            ("*".into(), 304),
            ("\"x\"".into(), 200),
        ] {
            let request: HeaderMap = [(IF_NONE_MATCH, HeaderValue::try_from(value).unwrap())].into_iter().collect();
            assert_eq!(assets.respond("base.css", &request).unwrap().status(), status);
        }
    }
}
