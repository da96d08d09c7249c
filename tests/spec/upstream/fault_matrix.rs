//! Every way in which an upstream can fail, at every endpoint of every upstream: the person is led back to the login page
//! with a sentence, the audit log says why, nobody is signed in, no code is tried twice, and afterwards all is as before
//! (`upstreams.md` §2).

use std::num::NonZeroU32;
use std::time::Duration;

use tegata::config::{Config, Span};
use tegata::upstream::Connection;
use tegata_conformance::upstreams::{Fault, KeyAction};

use super::ways::{Returning, alert, keys_path, said, token_path, token_requests, turned_back};
use crate::support::Federation;

/// What is asked of an upstream, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    /// The code for tokens.
    Token,
    /// The keys, which are not there yet.
    Keys,
    /// Facebook: whose the token is.
    Debug,
    /// Facebook: who the person is.
    Me,
}

impl Step {
    fn of(connection: &str) -> &'static [Self] {
        if connection == "facebook" { &[Self::Token, Self::Debug, Self::Me] } else { &[Self::Token, Self::Keys] }
    }

    /// The end of its path.
    fn path(self, connection: &str) -> &'static str {
        match self {
            Self::Token => token_path(connection),
            Self::Keys | Self::Debug => keys_path(connection),
            Self::Me => "/me",
        }
    }

    /// The connections to the upstream before it.
    const fn before(self) -> u32 {
        match self {
            Self::Token => 0,
            Self::Keys | Self::Debug => 1,
            Self::Me => 2,
        }
    }
}

/// What becomes of a sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Outcome {
    /// The word for the login page and the reason in the audit log; `None` when the person is signed in.
    refused: Option<(&'static str, &'static str)>,
    /// Whether the upstream is to blame, so that the connection rests.
    rests: bool,
}

/// The law: what each fault is taken for.
fn expected(fault: Fault, step: Step) -> Outcome {
    use Fault::{
        ByteOrderMark, CutBody, DuplicateKeys, EndlessBody, GzipBomb, Hang, Html, HugeKeySet, LostAnswer, Maintenance,
        Moved, MovedToMetadata, Redirected, RedirectedToMetadata, Refuse, SilentHandshake, SlowDrip, SlowHeaders,
        Status, TlsExpired, TlsUntrusted, TlsWrongName, TooManyRequests, TruncatedJson, WrongContentType,
    };
    let (word, reason, rests) = match fault {
        Refuse | TlsUntrusted | TlsExpired | TlsWrongName => ("unavailable", "tls", true),
        SilentHandshake => ("unavailable", "connect", true),
        Hang | SlowHeaders(_) | SlowDrip(_) => ("unavailable", "timeout", true),
        CutBody | LostAnswer | GzipBomb => ("unavailable", "broken", true),
        EndlessBody | HugeKeySet => ("unavailable", "too_large", false),
        Moved | Redirected | MovedToMetadata | RedirectedToMetadata => ("unavailable", "redirected", false),
        TooManyRequests(_) => ("unavailable", "upstream_down", false),
        Status(_) | Maintenance => ("unavailable", "upstream_down", true),
        TruncatedJson | Html | ByteOrderMark | DuplicateKeys => ("failed", "upstream_malformed_answer", false),
        // What is announced as something else is read where it can be checked; a token is not, before it is.
        WrongContentType if step != Step::Token => return Outcome { refused: None, rests: false },
        WrongContentType => ("failed", "upstream_malformed_answer", false),
    };
    match step {
        Step::Keys => Outcome { refused: Some(("unavailable", "upstream_keys_unavailable")), rests },
        _ => Outcome { refused: Some((word, reason)), rests },
    }
}

/// One failure and the connection rests, which shows who is blamed; and little patience.
fn strict(config: &mut Config) {
    config.outbound.breaker_failures = NonZeroU32::MIN;
    config.outbound.request_timeout = Span(Duration::from_millis(400));
    config.outbound.connect_timeout = Span(Duration::from_millis(250));
}

/// Longer than any keys are kept, stale ones included.
const FORGOTTEN: Duration = Duration::from_hours(49);

struct Matrix {
    world: Federation,
    connection: String,
    user: &'static str,
}

impl Matrix {
    async fn of(connection: &str) -> Self {
        let world = Federation::start_with(strict).await;
        let connection = if connection == "adfs" { world.adfs.to_string() } else { connection.to_owned() };
        let user = world.person_at(&connection);
        world.member(&connection, user).await;
        Self { world, connection, user }
    }

    async fn returning(&self) -> Returning {
        Returning::to(&self.world, &self.connection, self.user).await
    }

    async fn rests(&self) -> bool {
        let app = &self.world.provider.app;
        let issuer = app.issuers.of(&tegata::id::BrandCode::new("VX7")).unwrap();
        let id = tegata::id::ConnectionId::new(&self.connection);
        let found = app.upstreams.find((&app.db, &app.master), issuer, &id).await.unwrap().unwrap();
        let connection: &Connection = &found;
        app.outbound.line(connection.id.as_str(), &connection.reach).unwrap().is_open()
    }

    /// One cell of the matrix, and the recovery after it.
    async fn holds(&self, fault: Fault, step: Step) {
        let (world, connection) = (&self.world, self.connection.as_str());
        let cell = format!("{connection} {step:?} {fault:?}");
        world.provider.clock.advance(FORGOTTEN);
        let mut returning = self.returning().await;
        let host = world.host(connection);
        let rule = match fault.is_of_connection() {
            true => fault.times(1).after(step.before()),
            false => fault.on(step.path(connection)).once(),
        };
        host.clear_log();
        host.fault(rule);
        let arrived = tokio::time::timeout(Duration::from_secs(8), returning.arrive()).await;
        let answer = arrived.unwrap_or_else(|_| panic!("{cell}: the callback hangs"));
        let outcome = expected(fault, step);
        match outcome.refused {
            None => assert!(answer.location().starts_with("/VX7/interaction/"), "{cell}: {}", answer.location()),
            Some((word, reason)) => {
                assert_eq!(
                    (said(&answer).as_str(), world.reasons(&answer).await),
                    (word, vec![reason.to_owned()]),
                    "{cell}"
                );
                assert_eq!(returning.browser.session(), None, "{cell}");
                let page = returning.browser.follow(answer).await;
                page.is_login();
                assert!(alert(&page).contains(sentence(word)), "{cell}: {}", page.body);
            }
        }
        assert!(host.faults().is_empty(), "{cell}: it happened");
        // A code is presented once, whatever became of it; what comes after the failure is not asked at all.
        let unread = u32::from(fault.is_of_connection());
        for (n, other) in (0_u32..).zip(Step::of(connection)) {
            let times = host.requests(other.path(connection)).len();
            let due = match n.cmp(&step.before()) {
                std::cmp::Ordering::Less => 1,
                std::cmp::Ordering::Equal => 1 - unread,
                std::cmp::Ordering::Greater => u32::from(outcome.refused.is_none()),
            };
            assert_eq!(times, usize::try_from(due).unwrap(), "{cell}: requests to {other:?}");
        }
        assert_eq!(self.rests().await, outcome.rests, "{cell}: who is to blame");
        if !outcome.rests {
            return;
        }
        // Once it is over, so is everything that came of it.
        world.provider.clock.advance(Duration::from_secs(31));
        let answer = self.returning().await.arrive().await;
        assert!(answer.location().starts_with("/VX7/interaction/"), "{cell}: afterwards {}", answer.location());
        assert!(!self.rests().await, "{cell}");
    }

    async fn holds_everywhere(&self) {
        for step in Step::of(&self.connection) {
            for fault in Fault::ALL {
                self.holds(*fault, *step).await;
            }
        }
        let answer = self.returning().await.arrive().await;
        assert!(answer.location().starts_with("/VX7/interaction/"), "afterwards {}", answer.location());
        assert!(self.world.upstreams.attacker().requests("*").is_empty(), "nobody went where they were sent");
    }
}

fn sentence(word: &str) -> &'static str {
    match word {
        "unavailable" => "認証連携しているサービスに接続できません",
        _ => "応答を確認できなかったため、ログインを中止しました",
    }
}

#[tokio::test]
async fn every_fault_of_google_is_taken_for_what_it_is() {
    Matrix::of("google").await.holds_everywhere().await;
}

#[tokio::test]
async fn every_fault_of_facebook_is_taken_for_what_it_is() {
    Matrix::of("facebook").await.holds_everywhere().await;
}

#[tokio::test]
async fn every_fault_of_microsoft_is_taken_for_what_it_is() {
    Matrix::of("microsoft").await.holds_everywhere().await;
}

#[tokio::test]
async fn every_fault_of_daccount_is_taken_for_what_it_is() {
    Matrix::of("daccount").await.holds_everywhere().await;
}

#[tokio::test]
async fn every_fault_of_a_plain_provider_is_taken_for_what_it_is() {
    Matrix::of("other").await.holds_everywhere().await;
}

#[tokio::test]
async fn every_fault_of_an_active_directory_is_taken_for_what_it_is() {
    Matrix::of("adfs").await.holds_everywhere().await;
}

/// Connections with keys.
fn with_keys(world: &Federation) -> Vec<String> {
    world.connections().into_iter().filter(|connection| connection != "facebook").collect()
}

#[tokio::test]
async fn keys_that_were_read_serve_on_for_a_day_while_they_cannot_be_read_again() {
    let world = Federation::start().await;
    for connection in with_keys(&world) {
        let (host, user) = (world.host(&connection), world.person_at(&connection));
        world.member(&connection, user).await;
        host.fault(Fault::Status(503).on(keys_path(&connection)));
        // Past what the upstream said they are good for, and within a day of that.
        for hours in [2, 20] {
            world.provider.clock.advance(Duration::from_hours(hours));
            assert!(!world.signs_in(&connection, user).await.code().is_empty(), "{connection} after {hours} h");
        }
        world.provider.clock.advance(Duration::from_hours(4));
        let mut returning = Returning::to(&world, &connection, user).await;
        let answer = returning.arrive().await;
        turned_back(&world, &answer, "unavailable", "upstream_keys_unavailable").await;
        host.clear_faults();
        world.provider.clock.advance(Duration::from_secs(31));
        assert!(!world.signs_in(&connection, user).await.code().is_empty(), "{connection}: afterwards");
    }
}

#[tokio::test]
async fn a_new_key_that_cannot_be_read_lets_nobody_in_and_is_asked_for_once() {
    let world = Federation::start().await;
    for connection in with_keys(&world) {
        let (host, user) = (world.host(&connection), world.person_at(&connection));
        world.member(&connection, user).await;
        host.keys(KeyAction::Replace);
        host.fault(Fault::Status(503).on(keys_path(&connection)));
        host.clear_log();
        for _ in 0..3 {
            let mut returning = Returning::to(&world, &connection, user).await;
            let answer = returning.arrive().await;
            turned_back(&world, &answer, "failed", "upstream_token_signature").await;
        }
        assert_eq!(host.requests(keys_path(&connection)).len(), 1, "{connection}");
        host.clear_faults();
        world.provider.clock.advance(Duration::from_mins(5));
        assert!(!world.signs_in(&connection, user).await.code().is_empty(), "{connection}: afterwards");
    }
}

#[tokio::test]
async fn a_key_that_rolls_while_somebody_is_on_the_way_costs_one_request_more() {
    let world = Federation::start().await;
    for connection in with_keys(&world) {
        let (host, user) = (world.host(&connection), world.person_at(&connection));
        world.member(&connection, user).await;
        let mut returning = Returning::to(&world, &connection, user).await;
        host.keys(KeyAction::Replace);
        host.clear_log();
        let answer = returning.arrive().await;
        assert!(answer.location().starts_with("/VX7/interaction/"), "{connection}: {}", answer.location());
        assert_eq!(host.requests(keys_path(&connection)).len(), 1, "{connection}");
    }
}

/// A customer's clock may differ by five minutes, a large provider's by one; beyond that the audit log says by how much.
#[tokio::test]
async fn a_clock_that_differs_too_much_is_refused_and_named() {
    let world = Federation::start().await;
    let adfs = world.adfs.to_string();
    for (connection, good, bad) in [(adfs.as_str(), 240, 360), ("google", 60, 61), ("other", 60, 61)] {
        let (host, user) = (world.host(connection), world.person_at(connection));
        world.member(connection, user).await;
        for offset in [good, -good] {
            host.set_clock_offset(offset);
            assert!(!world.signs_in(connection, user).await.code().is_empty(), "{connection} {offset:+} s");
        }
        host.set_clock_offset(bad);
        let mut returning = Returning::to(&world, connection, user).await;
        let answer = returning.arrive().await;
        turned_back(&world, &answer, "failed", "upstream_token_clock").await;
        let audit = super::ways::audit(&world).await;
        let hint = format!("clock differs by {bad} s");
        assert!(audit.iter().any(|row| row.contains(&hint)), "{connection}: {audit:#?}");
        host.set_clock_offset(0);
    }
}

#[tokio::test]
async fn upstreams_that_are_all_down_keep_no_node_from_starting() {
    let world = Federation::start().await;
    world.member("google", "taro").await;
    world.upstreams.stop_listening().await;
    let node = world.provider.second_node().await;
    let mut browser = world.provider.browser().on(node.front.clone());
    let page = world.login_page(&mut browser).await;
    world.upstreams.listen_again().await.unwrap();
    let url = world.depart(&mut browser, &page, "google").await;
    let back = world.upstreams.sign_in(&url, "taro").await.unwrap();
    world.upstreams.stop_listening().await;
    let answer = browser.get(back.as_str()).await;
    assert_eq!((said(&answer).as_str(), node.explained(&answer).await), ("unavailable", vec!["connect".to_owned()]));
    world.upstreams.listen_again().await.unwrap();
    assert!(!world.signs_in("google", "taro").await.code().is_empty());
    assert_eq!(token_requests(&world, "google").len(), 2, "at the registration, and now");
}

/// What is down is Facebook's Graph; an upstream with an ID token is never asked for more.
#[tokio::test]
async fn an_upstream_with_an_id_token_is_not_asked_who_the_person_is() {
    let world = Federation::start().await;
    for connection in with_keys(&world) {
        world.member(&connection, world.person_at(&connection)).await;
        assert!(world.host(&connection).requests("userinfo").is_empty(), "{connection}");
    }
}
