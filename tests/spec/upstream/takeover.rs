//! S27 and S28: what a former method can still do after another one was linked, and from where linking begins.

use std::time::Duration;

use http::{Method, StatusCode};
use tegata::account::{LoginMethod, Role};

use super::ways::{Returning, change_link, identities, in_the_menu, said, transactions};
use crate::spec::passkey;
use crate::support::authenticator::Device;
use crate::support::federation::{form, submit};
use crate::support::provider::PASSWORD;
use crate::support::{Answer, AuthorizeRequest, Browser, Federation, SignIn as _, sql};

/// What somebody who had the account before has in their hands.
struct Former {
    browser: Browser,
    device: Device,
    access: String,
    refresh: String,
}

impl Former {
    async fn of(world: &Federation, email: &str) -> Self {
        let mut browser = in_the_menu(world, email, Role::User).await;
        let page = browser.get("/VX7/account/passkeys").await;
        let asked = passkey::challenge(&mut browser, &page, "/VX7/account/passkeys").await;
        let (device, credential) = Device::register(&asked.options).await;
        passkey::send(&mut browser, &page, "/VX7/account/passkeys", (&asked.ceremony, &credential)).await;
        let callback = browser.authorize(&AuthorizeRequest::of(&world.app)).await;
        let tokens = world.provider.program().exchange(&world.app, callback.code()).await.ok();
        let (access, refresh) = (tokens.get("access_token"), tokens.get("refresh_token"));
        // A browser that is remembered instead of being asked for a code, and a factor beside it.
        let account = world.provider.record_of(email).await.account.id;
        sql::execute(
            &world.provider,
            &format!(
                "INSERT INTO remembered_browser (id, account_id, secret_hash, created_at, last_at, expires_at) \
                 SELECT 'r', id, CAST('x' AS {}), 0, 0, 9000000000000 FROM account WHERE id = '{account}'",
                if world.provider.database.url().starts_with("sqlite:") { "BLOB" } else { "BYTEA" }
            ),
        )
        .await;
        Self { browser, device, access, refresh }
    }

    /// Asserts that nothing of it is good for anything any more.
    async fn ends_all(mut self, world: &Federation, email: &str) {
        let program = world.provider.program();
        assert_eq!(program.introspect(&world.app, &self.access).await["active"], false);
        assert_eq!(program.userinfo(&self.access).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(program.refresh(&world.app, &self.refresh).await.error(), "invalid_grant");
        let page = self.browser.open(&AuthorizeRequest::of(&world.app)).await;
        page.is_login();
        let again = self.browser.submit(&page, email, PASSWORD).await;
        assert_eq!(again.is_login().status, StatusCode::UNPROCESSABLE_ENTITY, "the password");
        let action = format!("{}/passkey", page.action());
        let asked = passkey::challenge(&mut self.browser, &page, &action).await;
        let credential = self.device.sign(&asked.options);
        let answer = passkey::send(&mut self.browser, &page, &action, (&asked.ceremony, &credential)).await;
        assert!(answer.location().ends_with("?passkey=failed"), "the passkey: {}", answer.location());
        for table in ["remembered_browser", "passkey", "recovery_code", "second_factor"] {
            let left = sql::texts(&world.provider, &format!("SELECT account_id FROM {table}")).await;
            assert!(left.is_empty(), "{table}");
        }
    }
}

/// Somebody registered the victim's address before the victim came.
#[tokio::test]
async fn s27_whoever_had_the_account_by_password_has_nothing_left_once_its_owner_signs_in_elsewhere() {
    let world = Federation::start().await;
    for connection in world.connections() {
        let email = format!("{}@vx7.example", &connection[..4]);
        let attacker = Former::of(&world, &email).await;
        let link = change_link(&world, &email).await;
        let user = world.person_at(&connection);
        let done = world.register(&mut world.provider.browser(), &link, &connection, user).await;
        assert!(done.body.contains("完了"), "{connection}: {}", done.body);
        attacker.ends_all(&world, &email).await;
        let hash = sql::texts(&world.provider, "SELECT id FROM account WHERE password_hash IS NOT NULL").await;
        assert!(hash.is_empty(), "{connection}: no password is left");
        assert!(!world.signs_in(&connection, user).await.code().is_empty(), "{connection}");
        let subjects = world.provider.subjects(&email).await;
        assert!(subjects.iter().any(|subject| subject.contains("ログイン方法変更のお知らせ")), "{subjects:?}");
    }
}

/// The same from an upstream account to another one: the first is nobody's from then on.
#[tokio::test]
async fn s27_the_former_upstream_account_is_nobodys_any_more_and_its_sessions_end() {
    let world = Federation::start().await;
    let account = world.member_as("taro@vx7.example", "google", "taro").await;
    let mut former = world.provider.browser();
    world.sign_in(&mut former, "google", "taro").await;
    let older = change_link(&world, &account.email).await;
    let link = change_link(&world, &account.email).await;
    let page = world.provider.browser().get(&older).await;
    assert_eq!(page.status, StatusCode::GONE, "one link at a time");
    world.register(&mut world.provider.browser(), &link, "microsoft", "work").await;
    assert_eq!(world.provider.record_of(&account.email).await.account.login_method, LoginMethod::Microsoft);
    former.open(&AuthorizeRequest::of(&world.app)).await.is_login();
    let page = world.sign_in(&mut world.provider.browser(), "google", "taro").await;
    assert_eq!(page.is_login().status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(identities(&world).await.len(), 1);
    // And the link is used up.
    let page = world.provider.browser().get(&link).await;
    assert_eq!(page.status, StatusCode::GONE);
}

#[tokio::test]
async fn s28_what_began_as_a_sign_in_can_never_link() {
    let world = Federation::start().await;
    let mut browser = in_the_menu(&world, "keiyaku@vx7.example", Role::Contractor).await;
    let request = AuthorizeRequest::of(&world.app).with("prompt", "login");
    let page = browser.open_login(&request).await;
    let url = world.depart(&mut browser, &page, "google").await;
    let ids = sql::texts(&world.provider, "SELECT id FROM upstream_transaction").await;
    let answer = world.arrive(&mut browser, &url, "taro").await;
    assert_eq!(said(&answer), "not-linked", "signed in as somebody, and still nothing is linked");
    let csrf = form(&page, "/upstream/google").unwrap().1["csrf"].clone();
    for id in ids {
        let answer = browser.get(&format!("/VX7/link/{id}")).await;
        assert!(answer.status.is_client_error(), "{}", answer.body);
        for path in [format!("/VX7/link/{id}"), format!("/VX7/link/{id}/other")] {
            let answer = browser.post(&path, &[("csrf", &csrf)]).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.body);
        }
    }
    assert!(identities(&world).await.is_empty());
}

#[tokio::test]
async fn s28_what_began_as_a_link_signs_nobody_in() {
    let world = Federation::start().await;
    let taro = world.member_as("taro@vx7.example", "google", "taro").await;
    world.member_as("jiro@vx7.example", "other", "taro").await;
    let link = change_link(&world, "jiro@vx7.example").await;
    for user in ["taro", "hanako"] {
        let mut returning = Returning::by_link(&world, &link, ("google", user)).await;
        let answer = returning.arrive().await;
        assert!(answer.location().starts_with("/VX7/link/") || said(&answer) == "linked-elsewhere");
        assert_eq!(returning.browser.session(), None, "{user}");
    }
    assert_eq!(world.provider.record_of(&taro.email).await.account.login_method, LoginMethod::Google);
}

/// The menu's pages for linking want a sign-in of the last five minutes.
#[tokio::test]
async fn s28_linking_from_the_menu_begins_with_a_sign_in_of_the_last_five_minutes() {
    let world = Federation::start().await;
    let mut browser = in_the_menu(&world, "keiyaku@vx7.example", Role::Contractor).await;
    world.provider.clock.advance(Duration::from_mins(5));
    let page = browser.get("/VX7/account/login-method").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    world.provider.clock.advance(Duration::from_secs(1));
    let answer = browser.get("/VX7/account/login-method").await;
    browser.follow(answer).await.is_login();
    // The page that was open all the while leads nowhere either.
    let before = transactions(&world).await;
    let answer = submit(&mut browser, &page, "/upstream/google", &[]).await;
    browser.follow(answer).await.is_login();
    assert_eq!(transactions(&world).await, before);
}

/// Whose account it is, is fixed when the way begins: signing in as somebody else meanwhile moves nothing.
#[tokio::test]
async fn s28_a_link_from_the_menu_is_for_the_session_it_began_in() {
    let world = Federation::start().await;
    let mut browser = in_the_menu(&world, "keiyaku@vx7.example", Role::Contractor).await;
    let page = browser.get("/VX7/account/login-method").await;
    let url = world.depart(&mut browser, &page, "google").await;
    let other = world.provider.account("other@vx7.example").await;
    let request = AuthorizeRequest::of(&world.app).with("prompt", "login");
    browser.sign_in(&request, &other).await;
    let answer = world.arrive(&mut browser, &url, "taro").await;
    let page = browser.follow(answer).await;
    page.shows(StatusCode::FORBIDDEN, "forbidden");
    assert!(identities(&world).await.is_empty());
}

/// Every form from which somebody sets out or links, and the page it stands on.
async fn forms(world: &Federation) -> Vec<(Browser, Answer, &'static str)> {
    let mut browser = world.provider.browser();
    let login = world.login_page(&mut browser).await;
    let ask = submit(&mut browser, &login, "/active-directory", &[]).await;
    let adfs = [("connection_id", world.adfs.as_str())];
    let confirm = submit(&mut browser, &ask, "/active-directory", &adfs).await;
    let mut all = vec![
        (browser.clone(), login.clone(), "/upstream/google"),
        (browser.clone(), login, "/active-directory"),
        (browser.clone(), confirm, "/upstream/adfs-"),
    ];
    world.provider.invite("jiro@vx7.example").await;
    let link = world.provider.mailed_link("jiro@vx7.example", "利用者登録").await;
    let mut invited = world.provider.browser();
    let page = invited.get(&link).await;
    all.push((invited.clone(), page.clone(), "/registration/upstream/google"));
    all.push((invited.clone(), page, "/registration/active-directory"));
    let mut returning = Returning::by_link(world, &link, ("google", "taro")).await;
    let confirm = returning.end().await;
    all.push((returning.browser.clone(), confirm.clone(), "/link/"));
    all.push((returning.browser, confirm, "/other"));
    let user = world.provider.account("saburo@vx7.example").await;
    let link = change_link(world, user.email()).await;
    let mut changing = world.provider.browser();
    let page = changing.get(&link).await;
    all.push((changing.clone(), page.clone(), "/login-method/upstream/google"));
    all.push((changing, page, "/login-method/active-directory"));
    let mut menu = in_the_menu(world, "keiyaku@vx7.example", Role::Contractor).await;
    let page = menu.get("/VX7/account/login-method").await;
    all.push((menu, page, "/account/login-method/upstream/google"));
    all
}

#[tokio::test]
async fn s28_nobody_elses_page_begins_or_confirms_a_link_or_a_sign_in() {
    let world = Federation::start().await;
    let forms = forms(&world).await;
    let (before, links) = (transactions(&world).await, identities(&world).await);
    let own = [("origin", "https://login.example"), ("sec-fetch-site", "same-origin")];
    let foreign = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    let sibling = [("origin", "https://www.login.example"), ("sec-fetch-site", "same-site")];
    let nowhere = [("origin", "null"), ("sec-fetch-site", "cross-site")];
    for (browser, page, part) in &forms {
        let (action, fields) = form(page, part).unwrap_or_else(|| panic!("{part}: {}", page.body));
        let token = fields["csrf"].clone();
        let others: Vec<_> = fields.iter().filter(|(name, _)| *name != "csrf").collect();
        let mut stranger = world.provider.browser();
        stranger.get("/VX7/account").await;
        let strange = form(&world.login_page(&mut stranger).await, "/upstream/google").unwrap().1["csrf"].clone();
        let flipped = format!("{}A", &token[..token.len() - 1]);
        for (token, from) in [
            (None, own),
            (Some(""), own),
            (Some(flipped.as_str()), own),
            (Some(strange.as_str()), own),
            (Some(token.as_str()), foreign),
            (Some(token.as_str()), sibling),
            (Some(token.as_str()), nowhere),
        ] {
            let mut fields: Vec<_> = others.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.extend(token.map(|token| ("csrf", token)));
            let answer = browser.clone().post_from(&action, &fields, &from).await;
            assert_eq!((answer.status, answer.problem()), (StatusCode::FORBIDDEN, "csrf_failed"), "{part} {from:?}");
        }
        // Nor is a link enough.
        let answer = browser.clone().send(Method::GET, &format!("{action}?csrf={token}"), None, &[]).await;
        assert!(!answer.header("location").contains("sim.test"), "{part}: {}", answer.header("location"));
    }
    // Two of the login pages of strangers were opened with no transaction.
    assert_eq!((transactions(&world).await, identities(&world).await), (before, links));
}
