//! The progress of a training in plain lines, one for each epoch.

use std::collections::HashMap;
use std::io::{IsTerminal, stderr};
use std::mem::take;

use burn::train::logger::{EvaluationProgressLogger, TrainingProgressLogger};
use burn::train::metric::{MetricDefinition, MetricId, MetricName, NumericEntry};
use burn::train::renderer::{
    EvaluationName, MetricState, MetricsRenderer, MetricsRendererEvaluation, MetricsRendererTraining,
};

/// Prints the metrics of an epoch when it ends, and before that on a terminal how far it is.
#[derive(Default)]
pub(crate) struct Lines {
    metrics: HashMap<MetricId, MetricName>,
    epochs: usize,
    items: usize,
    line: String,
}

impl Lines {
    /// Adds a metric's value of the whole epoch; those of single batches are not shown.
    fn add(&mut self, split: &str, state: MetricState) {
        if let MetricState::Numeric(entry, Some(NumericEntry::Final(value))) = state {
            let name = self.metrics.get(&entry.metric_id).map_or("?", |name| name.as_str());
            self.line.push_str(&format!("  {split} {} {value:.3}", name.to_lowercase()));
        }
    }
}

impl MetricsRendererTraining for Lines {
    fn update_train(&mut self, state: MetricState) {
        self.add("train", state);
    }

    fn update_valid(&mut self, state: MetricState) {
        self.add("held-out", state);
    }
}

impl TrainingProgressLogger for Lines {
    fn start(&mut self, epochs: usize, _first: usize, _items: Option<usize>, _label: Option<&str>) {
        self.epochs = epochs;
    }

    fn start_split(&mut self, _split: &str, items: usize) {
        self.items = items;
    }

    fn update_split(&mut self, items: usize) {
        if stderr().is_terminal() {
            eprint!("\r{items:>6} of {} images\r", self.items);
        }
    }

    fn update_epoch(&mut self, epoch: usize) {
        println!("epoch {epoch:>2} of {}{}", self.epochs, take(&mut self.line));
    }

    fn end_split(&mut self) {}
    fn end(&mut self) {}
    fn log_event_training(&mut self, _event: String) {}
}

impl MetricsRenderer for Lines {
    fn register_metric(&mut self, metric: MetricDefinition) {
        self.metrics.insert(metric.metric_id, metric.name);
    }

    fn manual_close(&mut self) {}
}

// Burn's `Evaluator` is not used here.
impl MetricsRendererEvaluation for Lines {
    fn update_test(&mut self, _name: EvaluationName, _state: MetricState) {}
}

impl EvaluationProgressLogger for Lines {
    fn start_global_progress(&mut self, _tests: usize) {}
    fn start_test(&mut self, _name: &str, _items: usize) {}
    fn update_test_progress(&mut self, _items: usize) {}
    fn end_test(&mut self) {}
    fn end_global_progress(&mut self) {}
    fn log_event_evaluation(&mut self, _event: String) {}
}
