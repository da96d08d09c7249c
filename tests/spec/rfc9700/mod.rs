//! RFC 9700, Best Current Practice for OAuth 2.0 Security: what holds for every page and every redirect.

mod login_csrf;
mod pages;
mod redirects;
