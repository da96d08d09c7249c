//! Product and baseline, side by side.

use super::Options;
use super::figure::{Figure, Target, median};
use crate::load::flow::Credentials;
use crate::load::scenario::Scenario;
use crate::load::stats::Report;
use crate::load::{self};
use crate::provider::world::{EMAIL, World};
use anyhow::{Context as _, bail};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// A running baseline server beside a running product.
pub struct Bench<'a> {
    options: &'a Options,
    world: &'a World,
    baseline: Child,
    baseline_base: String,
}

impl<'a> Bench<'a> {
    /// Starts the baseline server (this program, another process: as far away as the product).
    pub async fn start(options: &'a Options, world: &'a World, own: &Path) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        let baseline = Command::new(own)
            .args(["bench-baseline", "--listen", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("the baseline server cannot be started")?;
        let (client, base) = (reqwest::Client::builder().no_proxy().build()?, format!("http://{address}"));
        for _ in 0..1000 {
            // Its listener is open before its keys are made: only an answer says that it is ready to be measured.
            if client.get(format!("{base}/readyz")).send().await.is_ok() {
                return Ok(Self { options, world, baseline, baseline_base: base });
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!("the baseline server does not answer")
    }

    /// A scenario beside the baseline's `path`; the median of the pairs' ratios counts.
    pub async fn beside(
        &self,
        name: &str,
        scenario: Scenario,
        client: &Credentials,
        path: &str,
        at_least: f64,
    ) -> anyhow::Result<Figure> {
        eprintln!("{name} …");
        let method = if path == "/hello" { "GET" } else { "POST" };
        let (mut bare, mut own, mut ratios, mut failed, mut last) = (Vec::new(), Vec::new(), Vec::new(), 0, None);
        for _ in 0..self.options.rounds.max(1) {
            let baseline = self.raw(method, path).await?;
            let product = load::run(&self.load(scenario, client)).await?;
            bare.push(baseline.rate);
            own.push(product.rate);
            ratios.push(product.rate / baseline.rate);
            failed += product.failed();
            last = Some(product);
        }
        Ok(Figure {
            name: name.to_owned(),
            unit: "/s",
            value: median(&mut own),
            beside: Some((path.trim_start_matches('/').replace("sign/", "bare signer, "), median(&mut bare))),
            ratio: Some(median(&mut ratios)),
            target: Some(Target::RatioAtLeast(at_least)),
            failed,
            times: last.as_ref().map(times),
        })
    }

    /// A scenario beside a rate that was measured before.
    pub async fn against(
        &self,
        name: &str,
        scenario: Scenario,
        client: &Credentials,
        what: &str,
        rate: f64,
        at_least: Option<f64>,
    ) -> anyhow::Result<Figure> {
        eprintln!("{name} …");
        let (mut own, mut failed, mut last) = (Vec::new(), 0, None);
        for _ in 0..self.options.rounds.max(1) {
            let product = load::run(&self.load(scenario, client)).await?;
            own.push(product.rate);
            failed += product.failed();
            last = Some(product);
        }
        let value = median(&mut own);
        Ok(Figure {
            name: name.to_owned(),
            unit: "/s",
            value,
            beside: Some((what.to_owned(), rate)),
            ratio: Some(value / rate),
            target: at_least.map(Target::RatioAtLeast),
            failed,
            times: last.as_ref().map(times),
        })
    }

    /// Token answer times while everybody signs in: a few clients that ask 50 times a second each, so that the
    /// question is how long an answer takes, not how much of the processor a second load can take away.
    pub async fn tokens_under_sign_ins(&self, client: &Credentials) -> anyhow::Result<[Figure; 2]> {
        eprintln!("Tokens while everybody signs in …");
        let sign_ins = self.load(Scenario::SignIn, client);
        let mut tokens = self.load(Scenario::ClientCredentials, client);
        tokens.concurrency = 4;
        tokens.pause_ms = 20;
        let (sign_ins, tokens) = tokio::try_join!(load::run(&sign_ins), load::run(&tokens))?;
        let mut p99 = Figure::at_most("Token p99 while everybody signs in", "ms", tokens.p99, 10.0);
        p99.failed = tokens.failed();
        p99.times = Some(times(&tokens));
        let failed = sign_ins.failed() as f64;
        let mut flows = Figure::at_most("Failed sign-ins meanwhile", "", failed, 0.0);
        flows.failed = sign_ins.failed();
        flows.times = Some(times(&sign_ins));
        Ok([p99, flows])
    }

    /// Ends the baseline server.
    pub async fn stop(mut self) {
        // An error means that it has ended.
        let _ = self.baseline.kill().await;
    }

    async fn raw(&self, method: &str, path: &str) -> anyhow::Result<Report> {
        let mut options = self.load_options(Scenario::Raw, self.baseline_base.clone());
        options.raw = vec![method.to_owned(), path.to_owned()];
        let report = load::run(&options).await?;
        if report.failed() > 0 {
            bail!("the baseline server failed: {:?}", report.failures);
        }
        Ok(report)
    }

    fn load(&self, scenario: Scenario, client: &Credentials) -> load::Options {
        let mut options = self.load_options(scenario, self.world.issuer.clone());
        options.client_id.clone_from(&client.client_id);
        options.client_secret.clone_from(&client.client_secret);
        options.redirect_uri.clone_from(&client.redirect_uri);
        options.scope.clone_from(&client.scope);
        options.password.clone_from(&client.password);
        options
    }

    fn load_options(&self, scenario: Scenario, base: String) -> load::Options {
        load::Options {
            scenario,
            raw: Vec::new(),
            base,
            concurrency: self.options.concurrency,
            duration: self.options.seconds,
            count: None,
            pause_ms: 0,
            client_id: String::new(),
            client_secret: None,
            redirect_uri: String::new(),
            email: EMAIL.to_owned(),
            password: String::new(),
            scope: String::new(),
        }
    }
}

fn times(report: &Report) -> [f64; 3] {
    [report.p50, report.p99, report.max]
}
