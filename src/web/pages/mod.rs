//! The pages, one file each: plain texts and flags in, HTML out (`ui/templates/page/`).
//!
//! Every page has `samples()` for its tests, hostile values included; `check.rs` renders them for every brand and
//! language and holds the HTML to what every page must be.

#[cfg(test)]
pub mod check;
mod consent;
mod error;
mod form_post;
mod info;
mod logged_out;
mod login;
mod logout;
#[cfg(test)]
mod tests;

pub use consent::{ConsentPage, ConsentScope};
pub use error::ErrorPage;
pub use form_post::FormPostPage;
pub use info::{Info, InfoPage};
pub use logged_out::LoggedOutPage;
pub use login::{LoginAlert, LoginPage, UpstreamButton};
pub use logout::LogoutPage;

/// Texts and links from outside are escaped by the template, but a link may also *do* something (`javascript:`): only
/// web addresses and our own paths become links.
fn link(url: &str) -> Option<&str> {
    let web = url::Url::parse(url).is_ok_and(|u| matches!(u.scheme(), "https" | "http"));
    let own = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    (web || own).then_some(url)
}

fn optional_link(url: Option<&String>) -> Option<&str> {
    url.and_then(|url| link(url))
}
