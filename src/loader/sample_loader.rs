//! The loader of samples of any kind.

use std::sync::Arc;

use burn::data::dataloader::batcher::Batcher;
use burn::data::dataset::Dataset;
use burn::tensor::Device;

use crate::batch::OnError;
use crate::error::{Error, ErrorKind, Result};
use crate::loader::Loader;
use crate::loader::sample_maker::SampleMaker;
use crate::order::{OrderedSample, SampleOrder};

/// Loads samples of any kind in an order: those that a function makes, or a Burn `Dataset` with a `Batcher`, such as a
/// [`Collator`](crate::collate::Collator). All that an [`ImageLoader`](crate::loader::ImageLoader) has of order, resuming, workers and
/// errors is the same.
///
/// ```
/// use burn::data::dataset::InMemDataset;
/// use burn_prep::loader::SampleLoader;
/// use burn_prep::order::SampleOrder;
/// use burn_prep::prelude::*;
///
/// let rows: Vec<Record> = (1..=5).map(|n| Record::new().with("ids", vec![n; n as usize])).collect();
/// let dataset = InMemDataset::new(rows);
/// let collator = Collator::new().pad("ids", Padding::new(0_i32));
/// let order = SampleOrder::shuffled(5, 42).batch_size(2);
/// let loader = SampleLoader::of_dataset(dataset, collator, order, DeviceSpec::Cpu.init()?).workers(2);
/// let batches = loader.epoch(0)?.collect::<burn_prep::Result<Vec<_>>>()?;
/// let lengths: Vec<usize> = batches.iter().map(|batch| batch.batch.as_ref().unwrap().len()).collect();
/// assert_eq!(lengths, [2, 2, 1]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub type SampleLoader<I, B> = Loader<SampleMaker<I, B>>;

impl<I: Send + 'static, B: 'static> Loader<SampleMaker<I, B>> {
    /// Loads each sample of the order by `load`, on the workers, and puts those of a batch together by `collate`, on the thread
    /// that asks for it. What they draw at random is to depend on [`OrderedSample::key`] alone.
    ///
    /// ```
    /// use burn_prep::loader::SampleLoader;
    /// use burn_prep::order::{OrderedSample, SampleOrder};
    /// use burn_prep::prelude::*;
    ///
    /// let device = DeviceSpec::Cpu.init()?;
    /// let load = |sample: &OrderedSample| Ok(sample.index as f32);
    /// let collate = |items, device: &_| ndarray::Array1::from_vec(items).into_tensor::<burn::tensor::Float>(device);
    /// let loader = SampleLoader::from_fn(load, collate, SampleOrder::sequential(4).batch_size(4), device);
    /// let batch = loader.epoch(0)?.next().unwrap()?.batch.unwrap();
    /// assert_eq!(batch.into_ndarray::<f32>()?, ndarray::array![0.0, 1.0, 2.0, 3.0]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn from_fn(
        load: impl Fn(&OrderedSample) -> Result<I> + Send + Sync + 'static,
        collate: impl Fn(Vec<I>, &Device) -> Result<B> + Send + Sync + 'static,
        order: SampleOrder,
        device: Device,
    ) -> Self {
        let maker = SampleMaker {
            samples: order.samples(),
            load: Arc::new(load),
            collate: Arc::new(collate),
            on_error: OnError::default(),
        };
        Self::of(maker, order, device)
    }

    /// Loads the items of a Burn dataset on the workers, and puts those of a batch together by a batcher that returns a `Result`, on
    /// the thread that asks for it.
    ///
    /// An error of the dataset that holds an error of this crate or an I/O error stays that error. Any other counts as a fault of
    /// the data, which [`on_error`](Self::on_error) may leave out. An order of another number of samples than the dataset has is an
    /// error of [`epoch`](Self::epoch).
    pub fn of_dataset(
        dataset: impl Dataset<I> + 'static,
        batcher: impl Batcher<I, Result<B>> + 'static,
        order: SampleOrder,
        device: Device,
    ) -> Self {
        let samples = dataset.len();
        let load = move |sample: &OrderedSample| {
            let item = dataset.get(sample.index);
            item.map_err(|error| {
                let own = std::error::Error::source(&error);
                if let Some(io) = own.and_then(|own| own.downcast_ref::<std::io::Error>()) {
                    return std::io::Error::new(io.kind(), error.to_string()).into();
                }
                match own.and_then(|own| own.downcast_ref::<Error>()) {
                    Some(own) => own.clone(),
                    None => {
                        ErrorKind::Invalid { what: "item of a dataset", reason: error.to_string() }.into()
                    }
                }
            })
        };
        let collate = move |items, device: &Device| batcher.batch(items, device);
        let maker = SampleMaker {
            samples,
            load: Arc::new(load),
            collate: Arc::new(collate),
            on_error: OnError::default(),
        };
        Self::of(maker, order, device)
    }

    /// Sets what happens with a sample whose data is at fault ([`Error::is_data`]): unless set, it ends the epoch with an error.
    ///
    /// `Skip` leaves it out. `Replace` tries up to 16 other samples of the epoch in its place, and leaves it out if none of them can
    /// be used. Other errors, such as of a disk that cannot be read, and panics in `load` end the epoch under every policy.
    ///
    /// ```
    /// use burn_prep::batch::OnError;
    /// use burn_prep::loader::SampleLoader;
    /// use burn_prep::order::{OrderedSample, SampleOrder};
    /// use burn_prep::prelude::*;
    ///
    /// let files = [b"no picture".to_vec(), std::fs::read("assets/photos/animals/cat.jpg")?];
    /// let load = move |sample: &OrderedSample| Decoder::rgb8().decode(&files[sample.index]);
    /// let order = SampleOrder::sequential(2).batch_size(2);
    /// let loader = SampleLoader::from_fn(load, |items, _| Ok(items.len()), order, DeviceSpec::Cpu.init()?);
    /// assert!(loader.epoch(0)?.next().unwrap().is_err());
    /// assert_eq!(loader.on_error(OnError::Replace).epoch(0)?.next().unwrap()?.batch, Some(2));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn on_error(self, on_error: OnError) -> Self {
        let old = &*self.maker;
        let (load, collate) = (old.load.clone(), old.collate.clone());
        let maker = SampleMaker { samples: old.samples, load, collate, on_error };
        Self { maker: Arc::new(maker), ..self }
    }
}
