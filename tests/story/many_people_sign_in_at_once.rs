//! More people sign in than passwords can be checked: told at once, and nothing else suffers.

use http::StatusCode;
use tegata::secret::Secret;

use crate::support::provider::PASSWORD;
use crate::support::{Callback, Provider, Scene, SignIn as _, sql};

/// Costs a tenth of a second and more: its parameters stand in the hash itself.
const DEAR: &str = "$argon2id$v=19$m=65536,t=12,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Fills the workers and the one place of the queue, until the tasks are dropped.
fn fill(provider: &Provider) -> tokio::task::JoinSet<()> {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let pool = provider.app.passwords.clone();
        tasks.spawn(async move {
            loop {
                drop(pool.verify(Secret::new("x".to_owned()), Some(DEAR.to_owned())).await);
                tokio::task::yield_now().await;
            }
        });
    }
    tasks
}

#[tokio::test]
async fn a_full_queue_answers_503_at_once_and_the_other_endpoints_go_on() {
    let mut scene = Scene::at(Provider::with_config(|config| config.password.queue = 1).await).await;
    let login = scene.open(&scene.request()).await;
    let busy = fill(&scene.provider);
    tokio::task::yield_now().await;
    let mut refused = None;
    for _ in 0..20 {
        let answer = scene.browser.submit(&login, scene.account.email(), "Wrong-Horse-7").await;
        if answer.status == StatusCode::SERVICE_UNAVAILABLE {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("the queue is full");
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(refused.is_login().field("email").as_deref(), Some(scene.account.email()), "nothing is typed twice");
    assert_eq!(scene.provider.explained(&refused).await, ["overloaded"]);
    assert_eq!((scene.browser.session(), sql::count(&scene.provider, "session", "1 = 1").await), (None, 0));
    for path in ["/VX7/.well-known/openid-configuration", "/VX7/jwks.json", "/readyz", login.action()] {
        assert_eq!(scene.browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    drop(busy);
    let callback = loop {
        let answer = scene.browser.submit(&refused, scene.account.email(), PASSWORD).await;
        if answer.status != StatusCode::SERVICE_UNAVAILABLE {
            break Callback::of(&scene.browser.follow(answer).await);
        }
        tokio::task::yield_now().await;
    };
    assert!(!callback.code().is_empty(), "the same page works when there is room again");
}
