//! Cookies, RFC 6265: reading one by name, writing one that scripts and other sites cannot use.

use axum::http::{HeaderMap, HeaderValue, header};

/// Finds the cookie `name` in a request.
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Full name of cookie `what`: `__Host-` keeps other hosts and paths from planting it, but exists over https only.
pub fn name(what: &str, secure: bool) -> String {
    if secure { format!("__Host-storage-{what}") } else { format!("storage-{what}") }
}

/// A `Set-Cookie` value; `None` for `value` deletes the cookie.
pub fn set(name: &str, value: Option<&str>, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let line = match value {
        Some(value) => format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"),
        None => format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}"),
    };
    HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_cookie_among_several() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; b=2"));
        headers.append(header::COOKIE, HeaderValue::from_static("c=3"));
        assert_eq!((find(&headers, "b"), find(&headers, "c"), find(&headers, "d")), (Some("2"), Some("3"), None));
    }
}
