//! ログイン方法の設定: another way to sign in (manual, chapters 2.1 (1) and 2.2 (1)).
//!
//! ```text
//! account menu ─ GET /account/login-method ─┐
//! mail ─ GET /login-method?ticket= ─────────┴─┬─ …/password ─ POST ─▶ changed ─▶ /login-method/done
//!                                             ├─ POST …/upstream/{connection} ─▶ upstream ─▶ /link/{transaction} ─▶ done
//!                                             └─ POST …/active-directory: 接続ID確認 ─▶ …/upstream/{connection}
//! ```
//! The contractor of a basic contract comes by the menu, with a sign-in of the last minutes; everybody else by a mailed
//! link. Nothing changes before the new method has been proved; then the former one is nobody's, and all sessions end.
//!
//! It must not: offer an Active Directory to a contractor, or somebody else's to anybody.

mod password;
mod upstream;
mod who;

use axum::extract::RawQuery;
use axum::response::Response;
use http::StatusCode;

pub use password::{get as password, post as set_password};
pub use upstream::{active_directory, post as upstream};

use crate::account::LoginMethod;
use crate::config::LoginMethodName;
use crate::context::{Buttons, PageContext, parameter};
use crate::storage::Fault;
use crate::web::pages::{Done, DonePage, LoginMethodPage, Offer, UpstreamAlert, UpstreamKind};
use crate::web::render;
use who::{By, Who};

/// `GET /login-method?ticket=`.
pub async fn by_ticket(mut page: PageContext, RawQuery(query): RawQuery) -> Response {
    page.ensure_browser();
    let ticket = parameter(query.as_deref(), "ticket");
    answer(&page, By::Ticket(ticket), query.as_deref()).await
}

/// `GET /account/login-method`.
pub async fn by_menu(page: PageContext, RawQuery(query): RawQuery) -> Response {
    answer(&page, By::Menu, query.as_deref()).await
}

/// `GET /login-method/done`: on to the login page.
pub async fn done(page: PageContext) -> Response {
    let href = page.issuer().service_url.clone();
    page.seal(render(StatusCode::OK, &DonePage { frame: page.frame(""), done: Done::LoginMethodChanged, href }))
}

async fn answer(page: &PageContext, by: By, query: Option<&str>) -> Response {
    let alert = UpstreamAlert::parse(&parameter(query, "upstream"));
    let outcome = async {
        match Who::find(page, by).await? {
            Ok(who) => show(page, &who, alert).await,
            Err(response) => Ok(*response),
        }
    };
    outcome.await.unwrap_or_else(|fault: Fault| page.fault(&fault))
}

/// The choice.
async fn show(page: &PageContext, who: &Who, upstream_alert: Option<UpstreamAlert>) -> Result<Response, Fault> {
    let account = &who.record.account;
    let path = who.path();
    let of = Buttons { offer: Offer::Change, path: &format!("{path}/upstream"), query: "" };
    let mut upstream = page.upstream_buttons(of);
    if who.may_use_active_directory() && page.connection_of(&account.contract_id).await?.is_some() {
        upstream.extend(page.active_directory_button(Offer::Change, &format!("{path}/active-directory")));
    }
    let is_facebook = account.login_method == LoginMethod::Facebook;
    // The manual says so, and the button would lead nowhere.
    upstream.retain(|button| !(is_facebook && button.kind == UpstreamKind::Facebook));
    let mut frame = page.frame(who::PURPOSE);
    frame.here = page.issuer().page(&who.page_path());
    let has_password = page.issuer().offers(LoginMethodName::Password);
    let choice = LoginMethodPage {
        current: page.method_words(account.login_method),
        email: account.email.clone(),
        ticket: who.secret.clone(),
        password_href: has_password.then(|| page.issuer().page(&who.with_ticket(&format!("{path}/password")))),
        upstream,
        upstream_alert,
        facebook_note: is_facebook,
        back_href: who.secret.is_none().then(|| page.issuer().page("/account")),
        frame,
    };
    Ok(page.seal(render(UpstreamAlert::status(upstream_alert), &choice)))
}
