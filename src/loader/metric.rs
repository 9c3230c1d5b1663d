//! What a loader measures of itself, as a metric of Burn's training loop.

use std::sync::Arc;
use std::time::Duration;

use burn::tensor::TensorReadError;
use burn::train::metric::{
    Metric, MetricAttributes, MetricMetadata, MetricName, Numeric, NumericAttributes, NumericEntry,
    SerializedEntry,
};

use crate::loader::Loader;
use crate::loader::batch_maker::BatchMaker;
use crate::loader::meter::{LoaderMetrics, Meter};

/// How fast a loader's samples come, or how long the model waits for them, since the epoch began: a metric that Burn's training
/// loops print and log beside the loss. Feature `train`.
///
/// ```
/// use burn::train::metric::Metric;
/// use burn_prep::loader::{ImageLoader, LoaderMetric};
/// use burn_prep::prelude::*;
///
/// let folder = ImageFolder::open("assets/photos")?;
/// let order = SampleOrder::sequential(folder.len()).batch_size(16);
/// let dataset = ImageDataset::new(folder, Decoder::rgb8()).recipe(Recipe::new().then(CenterCrop::square(8)));
/// let loader = ImageLoader::new(dataset, order, DeviceSpec::Cpu.init()?);
///
/// // SupervisedTraining::new(..).metric_train_numeric(LoaderMetric::waited(&loader)) takes it.
/// let (mut rate, mut waited) = (LoaderMetric::rate(&loader), LoaderMetric::waited(&loader));
/// loader.epoch(0)?.for_each(|batch| drop(batch.unwrap()));
/// assert!(rate.compute().unwrap().formatted.ends_with(" samples/s"));
/// let share: f64 = waited.compute().unwrap().serialized.parse().unwrap();
/// assert!(share > 0.0 && share <= 100.0);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct LoaderMetric {
    meter: Arc<Meter>,
    quantity: Quantity,
    /// The metrics when the epoch began.
    began: LoaderMetrics,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantity {
    Rate,
    Waited,
}

impl LoaderMetric {
    /// Samples of a loader and its copies in a second.
    pub fn rate<M: BatchMaker>(loader: &Loader<M>) -> Self {
        Self::of(loader, Quantity::Rate)
    }

    /// The part of the time in which the loop waited for the samples of a loader and its copies, in per cent.
    pub fn waited<M: BatchMaker>(loader: &Loader<M>) -> Self {
        Self::of(loader, Quantity::Waited)
    }

    fn of<M: BatchMaker>(loader: &Loader<M>, quantity: Quantity) -> Self {
        Self { meter: loader.meter.clone(), quantity, began: loader.metrics() }
    }

    /// The quantity since the epoch began; 0 before its first batch.
    fn now(&self) -> f64 {
        let now = self.meter.metrics();
        let seconds = |now: Duration, began: Duration| now.saturating_sub(began).as_secs_f64();
        let elapsed = seconds(now.elapsed, self.began.elapsed);
        if elapsed == 0.0 {
            return 0.0;
        }
        match self.quantity {
            Quantity::Rate => now.samples.saturating_sub(self.began.samples) as f64 / elapsed,
            Quantity::Waited => 100.0 * seconds(now.waited, self.began.waited) / elapsed,
        }
    }

    fn unit(&self) -> &'static str {
        match self.quantity {
            Quantity::Rate => "samples/s",
            Quantity::Waited => "%",
        }
    }
}

impl Metric for LoaderMetric {
    type Input = ();

    fn name(&self) -> MetricName {
        let name = match self.quantity {
            Quantity::Rate => "Loader rate",
            Quantity::Waited => "Waited for the loader",
        };
        Arc::new(name.to_owned())
    }

    fn attributes(&self) -> MetricAttributes {
        let higher_is_better = self.quantity == Quantity::Rate;
        NumericAttributes { unit: Some(self.unit().to_owned()), higher_is_better }.into()
    }

    fn update(&mut self, (): &(), _: &MetricMetadata) -> Result<SerializedEntry, TensorReadError> {
        self.compute()
    }

    fn compute(&mut self) -> Result<SerializedEntry, TensorReadError> {
        let value = self.now();
        Ok(SerializedEntry::new(format!("{value:.1} {}", self.unit()), value.to_string()))
    }

    fn clear(&mut self) {
        self.began = self.meter.metrics();
    }
}

impl Numeric for LoaderMetric {
    fn value(&self) -> Option<NumericEntry> {
        Some(NumericEntry::Value(self.now()))
    }

    fn running_value(&self) -> Option<NumericEntry> {
        self.value()
    }

    fn final_value(&self) -> NumericEntry {
        NumericEntry::Final(self.now())
    }
}
