//! Logs and metrics of the process: set up once, before anything else.
//!
//! Logs go to stderr, one line each, as JSON or as text. No line holds personal data or a secret: what a person did is
//! in the audit log, found by the reference that a log line carries too (`security.md` line 91). Metrics exist only if
//! somebody collects them: without a metrics listener the counters cost a null check.
//!
//! It must not: decide what is worth a line, keep a request's data.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};

/// The bounds of every duration histogram, in seconds: fine where requests live, coarse where something is wrong.
const BUCKETS: &[f64] = &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// Why logs or metrics cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is no list of directives.
    #[error("log.filter: {0}; write a level (info) or directives (info,tegata::grant=debug)")]
    Filter(String),
    /// The recorder was refused.
    #[error("metrics: {0}")]
    Metrics(String),
}

/// Put before every filter: what PostgreSQL remarks while it obeys is nobody's news. The filter may say otherwise.
const QUIET: &str = "sqlx=warn";

/// Reads a log filter.
///
/// # Errors
/// When it is no list of directives.
pub fn parse_filter(filter: &str) -> Result<EnvFilter, TelemetryError> {
    EnvFilter::builder().parse(format!("{QUIET},{filter}")).map_err(|error| TelemetryError::Filter(error.to_string()))
}

/// Sends log lines to stderr from now on, panics included. A process that has a log already keeps it.
///
/// # Errors
/// When the filter cannot be read.
pub fn install_log(config: &LogConfig) -> Result<(), TelemetryError> {
    let lines = tracing_subscriber::fmt().with_env_filter(parse_filter(&config.filter)?).with_writer(std::io::stderr);
    let installed = match config.format {
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init(),
        LogFormat::Text => lines.try_init(),
    };
    if installed.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
    Ok(())
}

/// A panic becomes a log line. Only a literal message is repeated: a formatted one may hold somebody's data.
fn log_panic(info: &std::panic::PanicHookInfo<'_>) {
    let message = info.payload().downcast_ref::<&'static str>().copied().unwrap_or("(formatted)");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current().name().unwrap_or_default().to_owned();
    tracing::error!(message, place, thread, "panic");
}

/// Begins to count. The handle writes what was counted in the text format of Prometheus; its upkeep is the caller's.
///
/// # Errors
/// When the process has a recorder already.
pub fn install_metrics() -> Result<PrometheusHandle, TelemetryError> {
    let failed = |error: &dyn std::fmt::Display| TelemetryError::Metrics(error.to_string());
    let builder = PrometheusBuilder::new().set_buckets(BUCKETS).map_err(|e| failed(&e))?;
    let handle = builder.install_recorder().map_err(|e| failed(&e))?;
    describe();
    Ok(handle)
}

fn describe() {
    metrics::describe_gauge!("tegata_connections_open", "Connections that are open now.");
    metrics::describe_counter!("tegata_connections_total", "Connections accepted.");
    metrics::describe_counter!("tegata_connections_ended_total", "Connections we ended before the client did, by why.");
    metrics::describe_counter!("tegata_tls_handshakes_failed_total", "TLS handshakes that came to nothing.");
    metrics::describe_counter!("tegata_overloaded_total", "Sign-ins refused because too many passwords waited.");
    metrics::describe_counter!("tegata_audit_events_dropped_total", "Audit events that were not written.");
    metrics::describe_counter!("tegata_audit_events_sealed_total", "Audit events sealed by this node.");
    metrics::describe_gauge!("tegata_audit_unsealed", "Audit events that wait for their seal.");
    metrics::describe_gauge!("tegata_audit_unsealed_oldest_seconds", "How long the oldest of them has waited.");
    metrics::describe_counter!("tegata_clean_up_deleted_total", "Expired rows deleted, by what they were.");
    metrics::describe_gauge!("tegata_clean_up_waiting", "Expired rows that wait to be deleted, by what they are.");
    metrics::describe_counter!(
        "tegata_outbound_requests_total",
        "Requests to other servers, by connection and outcome."
    );
    metrics::describe_counter!("tegata_jobs_failed_total", "Rounds of background jobs that failed, by job.");
    metrics::describe_gauge!("tegata_database_connections", "Database connections, by what they do.");
    metrics::describe_gauge!("process_resident_memory_bytes", "Resident memory.");
    metrics::describe_gauge!("process_open_fds", "Open file descriptors.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_has_the_last_word_about_what_is_quiet_otherwise() {
        assert_eq!(parse_filter("info,sqlx=debug").unwrap().to_string(), "sqlx=debug,info");
        assert_eq!(parse_filter("info").unwrap().to_string(), "sqlx=warn,info");
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_refused_with_what_to_write() {
        assert!(parse_filter("info,tegata::grant=debug").is_ok());
        let refused = parse_filter("info,tegata=loud").unwrap_err().to_string();
        assert!(refused.starts_with("log.filter:") && refused.contains("tegata::grant=debug"), "{refused}");
    }
}
