//! What is counted, and its text for Prometheus.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use views::ingest::Receipt;

use crate::rest::health::HealthView;

/// Seconds at which requests are sorted.
const SECONDS: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// The process's counters.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Default for Metrics {
    fn default() -> Self {
        Self(HANDLE.get_or_init(install).clone())
    }
}

fn install() -> PrometheusHandle {
    let builder = PrometheusBuilder::new();
    let builder = builder
        .set_buckets(&SECONDS)
        .unwrap_or_else(|_| PrometheusBuilder::new());
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("another part of the process counts already; /metrics stays empty");
    }
    describe_counter!("docket_requests_total", "HTTP requests by route and status");
    describe_histogram!("docket_request_seconds", "Time until the answer began");
    describe_counter!("docket_items_total", "Items received by source and outcome");
    describe_counter!("docket_body_bytes_total", "Bytes received by source");
    describe_counter!("docket_refused_total", "Arrivals refused before anything was stored");
    describe_gauge!("docket_requests_open", "Requests that wait for a second person");
    describe_gauge!(
        "docket_alone_to_review",
        "Things done alone in an emergency, not reviewed yet"
    );
    describe_gauge!("docket_alone_overdue", "Those of them whose review is overdue");
    describe_counter!("docket_alone_total", "Things done alone in an emergency");
    describe_gauge!("docket_log_head", "Last place in the log");
    describe_gauge!("docket_log_folded", "The log has been folded up to here");
    describe_gauge!("docket_lag_events", "Events in the log that the views do not show yet");
    describe_gauge!("docket_queue_requests", "Requests that wait for the log");
    handle
}

impl Metrics {
    /// A request was answered.
    pub fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = [
            ("method", method.to_owned()),
            ("route", route.to_owned()),
            ("status", status.to_string()),
        ];
        counter!("docket_requests_total", &labels).increment(1);
        histogram!("docket_request_seconds", &labels[..2]).record(took.as_secs_f64());
    }

    /// An arrival is durable.
    pub fn received(&self, source: &str, bytes: usize, receipt: &Receipt) {
        counter!("docket_body_bytes_total", "source" => source.to_owned()).increment(bytes as u64);
        for item in &receipt.items {
            counter!("docket_items_total", "source" => source.to_owned(), "outcome" => item.outcome.as_str())
                .increment(1);
        }
    }

    /// An arrival was refused; the sender was told when to come again.
    pub fn refused(&self, why: &'static str) {
        counter!("docket_refused_total", "why" => why).increment(1);
    }

    /// The text that Prometheus reads.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "gauges are floating point; places in the log stay below 2^53"
    )]
    pub fn render(&self, health: &HealthView, requests: [u64; 4]) -> String {
        let [open, to_review, overdue, alone] = requests;
        gauge!("docket_requests_open").set(open as f64);
        gauge!("docket_alone_to_review").set(to_review as f64);
        gauge!("docket_alone_overdue").set(overdue as f64);
        counter!("docket_alone_total").absolute(alone);
        gauge!("docket_log_head").set(health.head as f64);
        gauge!("docket_log_folded").set(health.folded as f64);
        gauge!("docket_lag_events").set(health.lag_events as f64);
        gauge!("docket_queue_requests").set(health.queue as f64);
        self.0.run_upkeep();
        self.0.render()
    }
}
