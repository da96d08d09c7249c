//! The metrics listener: `/metrics` in the text format of Prometheus, and nothing else.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::{Method, Request, StatusCode, header};
use metrics_exporter_prometheus::PrometheusHandle;

use super::Front;

/// How often the recorder tidies up.
const UPKEEP: Duration = Duration::from_secs(10);

/// Connections of the metrics listener.
pub const MAX_CONNECTIONS: usize = 32;

/// Answers scrapes. `gather` sets the gauges that nobody keeps up to date in between.
pub fn front(handle: PrometheusHandle, gather: impl Fn() + Send + Sync + 'static) -> impl Front {
    let gather = Arc::new(gather);
    tower::service_fn(move |request: Request<Body>| {
        let (handle, gather) = (handle.clone(), Arc::clone(&gather));
        async move { Ok::<_, Infallible>(answer(&request, &handle, &*gather)) }
    })
}

fn answer(request: &Request<Body>, handle: &PrometheusHandle, gather: &(dyn Fn() + Send + Sync)) -> Response {
    if request.uri().path() != "/metrics" {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    gather();
    process();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}

/// Keeps the recorder's memory small, for as long as the process lives.
pub async fn tidy(handle: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

/// What the operating system knows of this process; nothing where there is no `/proc`.
fn process() {
    if let Some(bytes) = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| resident_bytes(&status)) {
        metrics::gauge!("process_resident_memory_bytes").set(bytes);
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        metrics::gauge!("process_open_fds").set(files.count() as f64);
    }
}

fn resident_bytes(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_from_the_kernels_table() {
        assert_eq!(resident_bytes("Name:\ttegata\nVmRSS:\t   21504 kB\nThreads:\t5\n"), Some(22_020_096.0));
        assert_eq!(resident_bytes("Name:\ttegata\n"), None);
    }

    #[test]
    fn only_metrics_is_answered() {
        let handle = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder().handle();
        let ask = |method: Method, path: &str| {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            answer(&request, &handle, &|| {}).status().as_u16()
        };
        assert_eq!(ask(Method::GET, "/metrics"), 200);
        assert_eq!(ask(Method::GET, "/"), 404);
        assert_eq!(ask(Method::POST, "/metrics"), 405);
    }
}
