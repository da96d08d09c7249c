//! The sign-in: both factors, always; neutral words, counts and bars.

use std::time::Duration;

use tegata::operator::{OperatorRole, suspend};

use crate::support::operators::{PASSWORD, csrf, pairs, submit, together};
use crate::support::{Answer, Browser, Operators};

const MINUTE: Duration = Duration::from_mins(1);

async fn type_code(browser: &mut Browser, page: &Answer, code: &str) -> Answer {
    let fields = [("csrf", csrf(page)), ("code", code.to_owned())];
    browser.post("/sign-in/second-factor", &pairs(&fields)).await
}

/// Whether a browser is signed in: the sign-in page leads on at once then.
async fn is_in(browser: &mut Browser) -> bool {
    browser.get("/sign-in?next=/api/docs").await.status == 303
}

#[tokio::test]
async fn a_password_alone_opens_nothing() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.browser();
    let answer = submit(&mut browser, &staff.operator.email, PASSWORD).await;
    assert_eq!(answer.location(), "/sign-in/second-factor");
    let half = browser.cookies.clone();
    assert!(!is_in(&mut browser).await);
    let page = browser.get("/sign-in/second-factor").await;
    let done = type_code(&mut browser, &page, &ops.code(&staff.secret)).await;
    assert_eq!(done.location(), "/api/docs", "back to where it began");
    assert!(is_in(&mut browser).await);
    assert_ne!(half["__Host-tegata-operator-session"], browser.cookies["__Host-tegata-operator-session"]);
    let mut old = ops.browser();
    old.cookies = half;
    assert!(!is_in(&mut old).await, "the secret from before the second factor is dead");
}

#[tokio::test]
async fn nobody_learns_whether_an_address_is_an_operators() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let (_, _) = ops.create("waiting@example.jp", OperatorRole::Full).await;
    let suspended = ops.staff("gone@example.jp", OperatorRole::Full).await;
    let mut tx = ops.provider.db().begin().await.unwrap();
    assert!(suspend(&mut tx, &ops.clerk(), &suspended.operator).await.unwrap());
    tx.commit().await.unwrap();
    let mut seen = Vec::new();
    for (email, password) in [
        (staff.operator.email.as_str(), "Wrong-Horse-Battery-7"),
        ("nobody@example.jp", "Wrong-Horse-Battery-7"),
        ("waiting@example.jp", PASSWORD),
        ("gone@example.jp", PASSWORD),
        ("no address", PASSWORD),
    ] {
        let answer = submit(&mut ops.browser(), email, password).await;
        assert_eq!(answer.status, 422, "{email}");
        let reasons = ops.provider.explained(&answer).await;
        let reference = answer.reference().to_owned();
        let token = answer.field("csrf").unwrap();
        seen.push(answer.body.replace(email, "?").replace(&reference, "?").replace(&token, "?"));
        assert!(!reasons.is_empty());
    }
    assert!(seen.iter().all(|body| *body == seen[0]), "one page for all");
}

#[tokio::test]
async fn ten_wrong_passwords_bar_an_address_whether_or_not_somebody_has_it() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    for email in [staff.operator.email.as_str(), "nobody@example.jp"] {
        for n in 0..10 {
            assert_eq!(submit(&mut ops.browser(), email, "Wrong-Horse-Battery-7").await.status, 422, "{n}");
        }
        let barred = submit(&mut ops.browser(), email, PASSWORD).await;
        assert_eq!(barred.status, 429, "{email}");
        assert_eq!(barred.header("retry-after"), "900");
    }
    ops.provider.clock.advance(MINUTE * 15);
    let mut browser = ops.browser();
    assert_eq!(ops.sign_in(&mut browser, &staff).await.location(), "/api/docs", "a bar ends by itself");
}

#[tokio::test]
async fn of_many_guesses_at_once_no_more_than_ten_learn_anything() {
    let ops = Operators::with(|_| {}).await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let guesses = (0..24).map(|n| {
        let (ops, email) = (&ops, staff.operator.email.clone());
        // The right one comes last.
        let password = if n == 23 { PASSWORD } else { "Wrong-Horse-Battery-7" };
        async move { submit(&mut ops.browser(), &email, password).await }
    });
    let answers = together(guesses).await;
    let wrong = answers.iter().filter(|answer| answer.status == 422).count();
    let last = submit(&mut ops.browser(), &staff.operator.email, PASSWORD).await;
    let in_time = answers[23].status == 303;
    assert!(in_time || last.status == 429, "{wrong} wrong, {} then {}", answers[23].status, last.status);
}

#[tokio::test]
async fn five_wrong_codes_end_the_sign_in_and_no_code_counts_twice() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.browser();
    let answer = submit(&mut browser, &staff.operator.email, PASSWORD).await;
    let page = browser.follow(answer).await;
    for n in 1..5 {
        assert_eq!(type_code(&mut browser, &page, "000000").await.status, 422, "{n}");
    }
    assert_eq!(type_code(&mut browser, &page, "000000").await.location(), "/sign-in?over=1");
    let late = type_code(&mut browser, &page, &ops.code(&staff.secret)).await;
    assert_eq!(late.location(), "/sign-in", "the sign-in is over");
    let code = ops.code(&staff.secret);
    assert_eq!(ops.sign_in(&mut browser, &staff).await.location(), "/api/docs");
    let mut other = ops.browser();
    let answer = submit(&mut other, &staff.operator.email, PASSWORD).await;
    let page = other.follow(answer).await;
    assert_eq!(type_code(&mut other, &page, &code).await.status, 422, "a code counts once (RFC 6238 §5.2)");
}

#[tokio::test]
async fn one_right_code_opens_one_sign_in_however_often_it_is_sent_at_once() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.browser();
    let answer = submit(&mut browser, &staff.operator.email, PASSWORD).await;
    let page = browser.follow(answer).await;
    let code = ops.code(&staff.secret);
    let tries = (0..16).map(|_| {
        let (mut browser, page, code) = (browser.clone(), page.clone(), code.clone());
        async move { type_code(&mut browser, &page, &code).await }
    });
    let answers = together(tries).await;
    let opened = answers.iter().filter(|answer| answer.headers.contains_key("set-cookie")).count();
    assert_eq!(opened, 1, "{:?}", answers.iter().map(|answer| answer.status.as_u16()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_session_ends_unused_after_half_an_hour_and_in_any_case_after_twelve() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.signed_in(&staff).await;
    ops.provider.clock.advance(MINUTE * 31);
    assert!(!is_in(&mut browser).await, "unused for half an hour");
    let mut browser = ops.signed_in(&staff).await;
    for n in 0..28 {
        ops.provider.clock.advance(MINUTE * 25);
        assert!(is_in(&mut browser).await, "{n}");
        note_use(&ops, &browser).await;
    }
    ops.provider.clock.advance(MINUTE * 25);
    assert!(!is_in(&mut browser).await, "twelve hours are over");
}

/// The sign-in page looks without using; a page behind it notes the use.
async fn note_use(ops: &Operators, browser: &Browser) {
    let secret = tegata::secret::TokenHash::of(&browser.cookies["__Host-tegata-operator-session"]);
    let now = ops.provider.clock.now();
    let found = tegata::operator::session::find_session(ops.provider.db(), secret, (now, MINUTE * 30)).await.unwrap();
    let mut tx = ops.provider.db().begin().await.unwrap();
    tegata::operator::session::touch_session(&mut tx, &found.unwrap().0.id, now).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_suspension_acts_at_once() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.signed_in(&staff).await;
    let mut tx = ops.provider.db().begin().await.unwrap();
    assert!(suspend(&mut tx, &ops.clerk(), &staff.operator).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!is_in(&mut browser).await);
    assert_eq!(submit(&mut browser, &staff.operator.email, PASSWORD).await.status, 422);
}

#[tokio::test]
async fn signing_out_takes_a_form_of_ours_and_ends_the_session_on_the_server() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.signed_in(&staff).await;
    let stolen = browser.cookies.clone();
    let answer = browser.post("/sign-out", &[("csrf", "made-up")]).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (403, "csrf_failed"));
    assert!(is_in(&mut browser).await);
    let secret = &browser.cookies["__Host-tegata-operator-browser"];
    let token = ops.provider.app.csrf.token(secret, "operator/sign-out");
    assert_eq!(browser.post("/sign-out", &[("csrf", &token)]).await.location(), "/signed-out");
    let mut thief = ops.browser();
    thief.cookies = stolen;
    assert!(!is_in(&mut thief).await);
}

#[tokio::test]
async fn a_form_of_another_site_or_of_a_brand_signs_nobody_in() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    let mut browser = ops.browser();
    let page = browser.get("/sign-in").await;
    let fields = [("csrf", csrf(&page)), ("email", staff.operator.email.clone()), ("password", PASSWORD.to_owned())];
    for from in
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "https://login.example")]
    {
        assert_eq!(browser.post_from("/sign-in", &pairs(&fields), &[from]).await.problem(), "csrf_failed", "{from:?}");
    }
    assert_eq!(browser.post_from("/sign-in", &pairs(&fields), &[]).await.status, 303);
}

#[tokio::test]
async fn a_sign_in_leads_to_no_other_host() {
    let ops = Operators::start().await;
    let staff = ops.staff("ops@example.jp", OperatorRole::Full).await;
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let mut browser = ops.browser();
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        let page = browser.get(&format!("/sign-in?{query}")).await;
        assert_eq!(page.field("next").as_deref(), Some("/"), "{next}");
        let fields = [
            ("csrf", csrf(&page)),
            ("next", next.to_owned()),
            ("email", staff.operator.email.clone()),
            ("password", PASSWORD.to_owned()),
        ];
        let answer = browser.post("/sign-in", &pairs(&fields)).await;
        let page = browser.follow(answer).await;
        let done = type_code(&mut browser, &page, &ops.code(&staff.secret)).await;
        assert_eq!(done.location(), "/", "{next}");
        ops.provider.clock.advance(Duration::from_secs(30));
    }
}
