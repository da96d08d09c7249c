//! The brands, as they are configured and live.

use axum::Extension;
use axum::extract::Path;
use axum::response::Response;

use super::Seen;
use super::sheet::{Act, More, Sheet, path_with};
use crate::brand::Issuer;
use crate::policy::access_path::AccessPath;
use crate::web::Problem;
use crate::web::pages::operator_console::{Cell, Place};

/// All of them.
pub async fn list(Extension(seen): Seen) -> Response {
    let mut sheet = Sheet::titled(&seen, Place::Brands, "console-brands").lead("console-brands-lead");
    let rows = seen
        .app
        .config
        .brand
        .iter()
        .map(|brand| {
            vec![
                Cell::link(format!("/brands/{}", brand.code), brand.code.as_str()),
                Cell::text(brand.name.as_str()),
                Cell::code(brand.address().identifier()),
                Cell::code(brand.line_address().map_or_else(String::new, |address| address.identifier())),
                Cell::codes(brand.login_methods.iter().map(|method| method.as_str())),
            ]
        })
        .collect();
    let columns = ["console-code", "console-name", "console-issuer", "console-line-issuer", "console-login-methods"];
    sheet.table(("console-brands", "console-none"), &columns, rows, More::default());
    sheet.ok()
}

/// One of them.
pub async fn get(Extension(seen): Seen, Path(code): Path<String>) -> Response {
    let Some(brand) = seen.app.config.brand.iter().find(|brand| brand.code.as_str() == code) else {
        return seen.refuse(&Problem::NotFound);
    };
    let mut sheet =
        Sheet::new(&seen, Place::Brands, brand.name.as_str()).below("/brands", seen.frame("").t("console-brands"));
    let mailbox = |mailbox: Option<&crate::config::MailboxText>| {
        Cell::code(mailbox.map_or_else(String::new, |mailbox| mailbox.address.clone()))
    };
    let links = brand.contract_links();
    let rows = vec![
        ("console-code", Cell::code(brand.code.as_str())),
        ("console-name", Cell::text(brand.name.as_str())),
        ("console-service-url", Cell::code(brand.service_url.as_str())),
        ("console-login-methods", Cell::codes(brand.login_methods.iter().map(|method| method.as_str()))),
        ("console-mail-from", mailbox(brand.mail_from.as_ref())),
        ("console-mail-reply-to", mailbox(brand.mail_reply_to.as_ref())),
        ("console-mail-senders", Cell::codes(brand.mail_senders.clone())),
        ("console-sms-routes", Cell::codes(brand.sms_routes.clone())),
        ("console-contract-change-url", Cell::code(links.contract_change.unwrap_or_default())),
        ("console-plan-change-url", Cell::code(links.plan_change.unwrap_or_default())),
        ("console-cancellation-url", Cell::code(links.cancellation.unwrap_or_default())),
    ];
    let of_brand = |path| path_with(path, &[("brand", brand.code.as_str())]);
    let acts = vec![
        Act::open(of_brand("/contracts"), "console-contracts"),
        Act::open(of_brand("/clients"), "console-clients"),
        Act::open(of_brand("/audit"), "console-audit"),
    ];
    sheet.facts("console-configuration", rows, acts);
    for path in AccessPath::ALL {
        if let Some(issuer) = seen.app.issuers.twin(&brand.code, *path) {
            let key = match path {
                AccessPath::Internet => "console-issuer",
                AccessPath::Line => "console-line-issuer",
            };
            sheet.facts(key, places(issuer), Vec::new());
        }
    }
    sheet.ok()
}

fn places(issuer: &Issuer) -> Vec<(&'static str, Cell)> {
    vec![
        ("console-issuer-identifier", Cell::code(issuer.identifier.as_str())),
        (
            "console-discovery",
            Cell::link(
                issuer.url("/.well-known/openid-configuration"),
                issuer.url("/.well-known/openid-configuration"),
            ),
        ),
        ("console-service-url", Cell::code(issuer.service_url.as_str())),
    ]
}
