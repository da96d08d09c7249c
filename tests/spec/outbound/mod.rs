//! Requests to other people's servers, against real ones that behave as badly as servers do: each failure has its class,
//! nothing leaves for where it must not, and one dead server takes nothing from the others.

mod certificates;
mod failures;
mod isolation;
mod reach;
mod requests;
pub(super) mod server;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tegata::clock::{Clock, Timestamp};
use tegata::config::{OutboundConfig, Span};
use tegata::outbound::{Failure, Line, Outbound, Reach};

use server::{Authority, Server};

/// The name of the server; another one is `other.sim.test`.
const NAME: &str = "fs.sim.test";

type Outcome = Result<Response<Bytes>, Failure>;

/// A way out to a server in this process.
struct Way {
    outbound: Outbound,
    clock: Clock,
    reach: Reach,
    port: u16,
}

impl Way {
    /// To one server whose authority is believed, with patient time-outs.
    fn to(server: &Server, authority: &Authority) -> Self {
        Self::with(server, authority, |_| {})
    }

    /// The same with its own settings.
    fn with(server: &Server, authority: &Authority, change: impl FnOnce(&mut OutboundConfig)) -> Self {
        let here = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        let hosts = BTreeMap::from([(NAME.to_owned(), here.clone()), ("other.sim.test".to_owned(), here)]);
        let mut config = OutboundConfig { ports: vec![server.port], hosts, ..OutboundConfig::default() };
        change(&mut config);
        let clock = Clock::manual(Timestamp::from_seconds(1_790_000_000));
        let reach = Reach { permitted_networks: vec!["127.0.0.0/8".parse().unwrap()], ca_pem: Some(authority.pem()) };
        Self { outbound: Outbound::new(&config, clock.clone()), clock, reach, port: server.port }
    }

    fn line(&self) -> Arc<Line> {
        self.outbound.line("adfs-test", &self.reach).unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("https://{NAME}:{}{path}", self.port)
    }

    async fn get(&self, path: &str) -> Outcome {
        self.line().send(get(&self.url(path)), None).await
    }
}

fn get(url: &str) -> Request<Vec<u8>> {
    Request::get(url).body(Vec::new()).unwrap()
}

/// Time-outs for servers that never end: short, and long enough for a handshake on a busy machine.
fn impatient(config: &mut OutboundConfig) {
    config.request_timeout = Span(Duration::from_millis(250));
    config.connect_timeout = config.request_timeout;
}

#[track_caller]
fn failed(outcome: Outcome) -> Failure {
    outcome.map(|answer| answer.status()).unwrap_err()
}
