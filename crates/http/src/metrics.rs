//! What the service counts about itself, in the OpenMetrics text form.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use thidua_store::Store;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    operation: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

/// Seconds by which answers are told apart.
const SECONDS: [f64; 10] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0];

/// Counters and gauges.
pub(crate) struct Measures {
    registry: Registry,
    answers: Family<Answered, Counter>,
    seconds: Family<Operation, Histogram>,
    given_again: Counter,
    connections_used: Gauge,
    connections_max: Gauge,
    write_groups: Gauge,
    writes_grouped: Gauge,
}

impl Measures {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("thidua");
        let answers = Family::<Answered, Counter>::default();
        let seconds = Family::<Operation, Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let (connections_used, connections_max) = (Gauge::default(), Gauge::default());
        let (write_groups, writes_grouped) = (Gauge::default(), Gauge::default());
        registry.register("http_answers", "Answers by operation and status", answers.clone());
        registry.register("http_seconds", "Seconds to answer, by operation", seconds.clone());
        let given_again = Counter::default();
        registry.register("answers_given_again", "Answers given again because nothing had changed", given_again.clone());
        registry.register("database_connections_used", "Database connections in use", connections_used.clone());
        registry.register("database_connections_max", "Database connections there may be", connections_max.clone());
        registry.register("write_groups", "Groups of writes committed (SQLite)", write_groups.clone());
        registry.register("writes_grouped", "Writes in those groups (SQLite)", writes_grouped.clone());
        Self { registry, answers, seconds, given_again, connections_used, connections_max, write_groups, writes_grouped }
    }

    pub(crate) fn answered(&self, operation: &'static str, status: u16, seconds: f64) {
        self.answers.get_or_create(&Answered { operation, status }).inc();
        self.seconds.get_or_create(&Operation { operation }).observe(seconds);
    }

    pub(crate) fn given_again(&self) {
        self.given_again.inc();
    }

    pub(crate) fn text(&self, store: &Store) -> Result<String, std::fmt::Error> {
        let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let (used, max) = store.connections();
        self.connections_used.set(i64::try_from(used).unwrap_or(i64::MAX));
        self.connections_max.set(i64::try_from(max).unwrap_or(i64::MAX));
        let (groups, jobs) = store.groups();
        self.write_groups.set(whole(groups));
        self.writes_grouped.set(whole(jobs));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
