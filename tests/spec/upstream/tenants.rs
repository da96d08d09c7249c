//! S31: an Active Directory lets its own company's people in and nobody else's, by whatever way they come.

use http::StatusCode;
use tegata_conformance::upstreams::query_value;

use super::ways::{
    OtherCompany, Returning, alert, change_link, identities, offers, stays, token_requests, turned_back,
};
use crate::support::federation::{form, submit};
use crate::support::{AuthorizeRequest, Browser, Federation, SignIn as _, sql};

const USER: &str = "taro@corp";

/// Two companies; `taro@corp` of each is a member, and each server claims that its people are the other's too.
struct Two {
    world: Federation,
    other: OtherCompany,
}

impl Two {
    async fn companies() -> Self {
        let world = Federation::start().await;
        let other = OtherCompany::of(&world).await;
        world.member_as("a@vx7.example", world.adfs.as_str(), USER).await;
        other.member(&world, "b@vx7.example", USER).await;
        Self { world, other }
    }

    /// Each server claims its person to be the other's: all claims, whatever they are.
    fn claim_each_other(&self) {
        let (a, b) = (self.world.upstreams.adfs("adfs-a"), self.other.host.clone());
        let (at_a, at_b) = (a.user(USER).unwrap(), b.user(USER).unwrap());
        for (host, person, claims) in [(&a, "hanako@corp", at_b.claims), (&b, "hanako@corp", at_a.claims)] {
            host.change_user(person, |user| user.claims = claims);
        }
    }

    async fn reaches_nobody(&self, connection: &str, user: &str) {
        let mut returning = Returning::to(&self.world, connection, user).await;
        let answer = returning.arrive().await;
        turned_back(&self.world, &answer, "not-linked", "upstream_not_linked").await;
        assert_eq!(returning.browser.session(), None);
    }
}

#[tokio::test]
async fn s31_a_company_that_claims_to_be_another_ones_people_reaches_nobody() {
    let two = Two::companies().await;
    two.claim_each_other();
    // By the id that was typed.
    two.reaches_nobody(two.world.adfs.as_str(), "hanako@corp").await;
    let mut browser = two.world.provider.browser();
    let page = two.world.login_page(&mut browser).await;
    let page = submit(&mut browser, &page, "/active-directory", &[]).await;
    let typed = [("connection_id", two.other.adfs.as_str())];
    let page = submit(&mut browser, &page, "/active-directory", &typed).await;
    let answer = submit(&mut browser, &page, "/upstream/", &[]).await;
    let url = answer.location().parse().unwrap();
    let answer = two.world.arrive(&mut browser, &url, "hanako@corp").await;
    turned_back(&two.world, &answer, "not-linked", "upstream_not_linked").await;
    assert_eq!(identities(&two.world).await.len(), 2);
}

/// By the button of a browser in which the other company's person signed in.
#[tokio::test]
async fn s31_a_browser_of_one_company_lets_nobody_of_the_other_in() {
    let two = Two::companies().await;
    two.claim_each_other();
    let mut browser = two.world.provider.browser();
    let answer = two.world.sign_in(&mut browser, two.world.adfs.as_str(), USER).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let request = AuthorizeRequest::of(&two.world.app).with("prompt", "login");
    let page = browser.open_login(&request).await;
    assert!(offers(&page, two.world.adfs.as_str()), "the button leads there at once: {}", page.body);
    let session = browser.session().unwrap().to_owned();
    let url = two.world.depart(&mut browser, &page, two.world.adfs.as_str()).await;
    let answer = two.world.arrive(&mut browser, &url, "hanako@corp").await;
    turned_back(&two.world, &answer, "not-linked", "upstream_not_linked").await;
    assert_eq!(browser.session(), Some(session.as_str()), "the session that was there is the other person's still");
}

/// By the mailed login URL.
#[tokio::test]
async fn s31_the_mailed_address_of_one_company_lets_nobody_of_the_other_in() {
    let two = Two::companies().await;
    two.claim_each_other();
    let mut browser = two.world.provider.browser();
    let entry = browser.get(&format!("/VX7/ad/{}", two.other.adfs)).await;
    let html = scraper::Html::parse_document(&entry.body);
    let links = scraper::Selector::parse("a[href*='/go?token=']").unwrap();
    let go = html.select(&links).next().expect("the way on").attr("href").unwrap().to_owned();
    browser.get(&go).await;
    let first = browser.get(&AuthorizeRequest::of(&two.world.app).url()).await;
    let answer = browser.follow(first).await;
    let url: url::Url = answer.location().parse().unwrap();
    assert_eq!(url.host_str(), Some("adfs-b.sim.test"));
    let answer = two.world.arrive(&mut browser, &url, "hanako@corp").await;
    turned_back(&two.world, &answer, "not-linked", "upstream_not_linked").await;
}

/// By an id that was changed in the form.
#[tokio::test]
async fn s31_an_id_changed_in_a_form_registers_nobody_with_another_company() {
    let two = Two::companies().await;
    let (world, other) = (&two.world, &two.other);
    let press = async |browser: &mut Browser, link: &str, connection: &str| {
        let page = browser.get(link).await;
        let (action, fields) = form(&page, "/upstream/google").unwrap();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post(&action.replace("google", connection), &fields).await
    };
    let (own, foreign) = (world.adfs.to_string(), other.adfs.to_string());
    world.provider.invite("c@vx7.example").await;
    let of_a = world.provider.mailed_link("c@vx7.example", "利用者登録").await;
    let of_b = other.invite(world, "d@vx7.example").await;
    let mut browser = world.provider.browser();
    for (link, connection) in [(&of_a, &foreign), (&of_b, &own)] {
        let page = press(&mut browser, link, connection).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
        assert!(alert(&page).contains("このログイン方法は選択できません"), "{}", page.body);
    }
    let change = change_link(world, "b@vx7.example").await;
    let page = press(&mut browser, &change, &own).await;
    assert!(alert(&page).contains("この接続IDは、ご契約のActive Directoryのものではありません"), "{}", page.body);
    assert_eq!(identities(world).await.len(), 2);
}

/// On the callback of the other connection, and with the other one's code.
#[tokio::test]
async fn s31_a_callback_takes_neither_the_state_nor_the_code_of_another_company() {
    let two = Two::companies().await;
    let (own, foreign) = (two.world.adfs.to_string(), two.other.adfs.to_string());
    let mut returning = Returning::to(&two.world, &own, USER).await;
    let right = returning.callback.clone();
    let asked = token_requests(&two.world, &own).len();
    returning.callback = right.as_str().replace(&own, &foreign).parse().unwrap();
    returning.arrive().await.shows(StatusCode::BAD_REQUEST, "upstream_malformed");
    assert_eq!(two.other.host.requests("/adfs/oauth2/token").len(), 1, "its own registration, and nothing since");
    // Somebody else's code on the right callback: PKCE and the client make it worthless.
    let thief = Returning::to(&two.world, &own, "hanako@corp").await;
    let (code, stolen) = (query_value(&right, "code").unwrap(), query_value(&thief.callback, "code").unwrap());
    assert_ne!(code, stolen);
    let pairs: Vec<_> = right.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let mut mixed = right.clone();
    mixed.query_pairs_mut().clear().extend_pairs(pairs.into_iter().map(|(name, value)| {
        let value = if name == "code" { stolen.clone() } else { value };
        (name, value)
    }));
    returning.callback = mixed;
    let answer = returning.arrive().await;
    turned_back(&two.world, &answer, "failed", "upstream_code_refused").await;
    assert_eq!(token_requests(&two.world, &own).len(), asked + 1);
}

/// Whatever is linked: an account that moved to another company is let in by the former one's server no more.
#[tokio::test]
async fn s31_somebody_who_moved_to_another_company_does_not_get_in_by_the_former_one() {
    let two = Two::companies().await;
    let (contract, address) = (two.other.contract.to_string(), "a@vx7.example");
    let account = two.world.provider.record_of(address).await.account.id;
    let statement = format!("UPDATE account SET contract_id = '{contract}' WHERE id = '{account}'");
    sql::execute(&two.world.provider, &statement).await;
    let mut returning = Returning::to(&two.world, two.world.adfs.as_str(), USER).await;
    let answer = returning.arrive().await;
    turned_back(&two.world, &answer, "not-linked", "other_login_method").await;
    assert_eq!(returning.browser.session(), None);
}

/// Nor does a connection exist at another brand.
#[tokio::test]
async fn s31_a_connection_does_not_exist_at_another_brand() {
    let two = Two::companies().await;
    let client = two.world.provider.client_of("VX9", "nine", |r| r.settings.first_party = true).await;
    let mut browser = two.world.provider.browser();
    let page = browser.open_login(&AuthorizeRequest::of(&client).at("/VX9")).await;
    let page = submit(&mut browser, &page, "/active-directory", &[]).await;
    let typed = [("connection_id", two.world.adfs.as_str())];
    let page = submit(&mut browser, &page, "/active-directory", &typed).await;
    assert!(page.body.contains("この接続IDは登録されていません"), "{}", page.body);
    browser.get(&format!("/VX9/ad/{}", two.world.adfs)).await.shows(StatusCode::FORBIDDEN, "connection_disabled");
    // A state of one brand on the callback of another is nobody's.
    let mut returning = Returning::to(&two.world, "google", "taro").await;
    returning.callback = returning.callback.as_str().replace("/VX7/", "/VX9/").parse().unwrap();
    returning.arrive().await.shows(StatusCode::BAD_REQUEST, "upstream_expired");
    assert!(two.world.upstreams.google().requests("/token").is_empty());
}

/// A contractor can never have the Active Directory they set up (product.md §1).
#[tokio::test]
async fn s31_a_contractor_is_not_offered_the_companys_own_active_directory() {
    let world = Federation::start().await;
    let contractor = world.contractor("keiyaku@vx7.example").await;
    let link = change_link(&world, contractor.email()).await;
    let mut browser = world.provider.browser();
    let page = browser.get(&link).await;
    assert!(form(&page, "/active-directory").is_none() && !offers(&page, world.adfs.as_str()));
    let (action, fields) = form(&page, "/upstream/google").unwrap();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = browser.post(&action.replace("google", world.adfs.as_str()), &fields).await;
    assert!(alert(&page).contains("このログイン方法は選択できません"), "{}", page.body);
    let page = browser.get(&link).await;
    let answer = stays(&mut browser, &page, "google").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "everything else they may");
}
