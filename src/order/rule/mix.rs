//! Several orders as one, each with its share.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::order::SampleOrder;
use crate::order::excluded::Excluded;
use crate::order::rule::interleave::Interleave;
use crate::order::rule::{Pass, Rule, sum_of};
use crate::order::stream::{Stream, first_of};
use crate::random::SplitMix64;

struct Mix {
    components: Arc<[Component]>,
    interleave: Interleave,
    /// The number of positions of an epoch.
    length: usize,
}

#[derive(Clone)]
struct Component {
    order: SampleOrder,
    weight: f64,
    /// The number of samples of the components before it.
    offset: usize,
}

impl SampleOrder {
    /// A mix of orders by weight, as if their sources were one behind the other: the indices of a component begin behind the
    /// samples of the components before it.
    ///
    /// An epoch has `samples_per_epoch` samples. A component's share of them is its weight divided by the sum of the weights. The
    /// share holds from the first sample on: of the first `n` samples a component has `n` times its share, less than one sample
    /// more or less with up to four components, and less than two with more of them. Which component comes at a position depends
    /// on the weights alone.
    ///
    /// A component goes through its own order again and again, and the next epoch of the mix goes on where it stood: one that is
    /// shuffled gives every sample once before any comes again. Batch size, last batch and steps are those of the mix; those of
    /// the components are not used. Each component shuffles or draws by its own seed, its place and `seed` together, so that
    /// equal components have different orders.
    ///
    /// It holds no list beyond those of its components, and an epoch is resumed at any position in a time that grows with the
    /// logarithm of their number.
    ///
    /// # Errors
    ///
    /// A weight is negative or not finite, or all are 0; a component with a weight has no samples, or is
    /// [`by_length`](Self::by_length).
    ///
    /// ```
    /// use burn_prep::order::SampleOrder;
    ///
    /// let photos = SampleOrder::shuffled(3, 42);
    /// let drawings = SampleOrder::sequential(100);
    /// let order = SampleOrder::mixed([(photos, 3.0), (drawings, 1.0)], 8, 7)?;
    /// assert_eq!((order.samples(), order.len()), (103, 8));
    ///
    /// let epoch = order.epoch(0)?;
    /// let indices: Vec<usize> = (0..8).filter_map(|position| epoch.index(position)).collect();
    /// assert_eq!(indices.iter().filter(|index| **index < 3).count(), 6);       // each photo twice
    /// assert!(indices.contains(&3) && indices.contains(&4));                   // the drawings 0 and 1
    ///
    /// // The drawings go on where they stood.
    /// let epoch = order.epoch(1)?;
    /// assert!((0..8).filter_map(|position| epoch.index(position)).any(|index| index == 5));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "interleave_datasets")]
    #[doc(alias = "ConcatDataset")]
    #[doc(alias = "sample_from_datasets")]
    pub fn mixed(
        components: impl IntoIterator<Item = (SampleOrder, f64)>,
        samples_per_epoch: usize,
        seed: u64,
    ) -> Result<Self> {
        let (mut offset, mut placed) = (0_usize, Vec::new());
        for (order, weight) in components {
            let samples = order.samples();
            placed.push(Component { order, weight, offset });
            offset = offset.checked_add(samples).ok_or_else(|| {
                Error::parameter("components", "too many samples", "indices that fit into a usize")
            })?;
        }
        Ok(Self::of(Mix::new(placed, samples_per_epoch)?, seed))
    }
}

impl Mix {
    fn new(components: Vec<Component>, length: usize) -> Result<Self> {
        let weights: Vec<f64> = components.iter().map(|component| component.weight).collect();
        sum_of(&weights)?;
        for (number, component) in components.iter().enumerate().filter(|(_, found)| found.weight > 0.0) {
            let found = match &component.order.rule {
                rule if rule.makes_batches() => "an order by length",
                rule if rule.length() == 0 => "an order without samples",
                _ => continue,
            };
            let expected = "an order of single samples, of at least one, or a weight of 0";
            return Err(Error::parameter(format!("components[{number}]"), found, expected));
        }
        let no_weight = || Error::parameter("weights", "nothing", "a finite sum above 0");
        let interleave = Interleave::new(&weights).ok_or_else(no_weight)?;
        Ok(Self { components: components.into(), interleave, length })
    }
}

impl Rule for Mix {
    fn length(&self) -> usize {
        self.length
    }

    fn samples(&self) -> usize {
        self.components.last().map_or(0, |last| last.offset + last.order.samples())
    }

    fn identity(&self) -> String {
        let component = |component: &Component| {
            let Component { order, weight, .. } = component;
            let of = if order.source.is_empty() { String::new() } else { format!(" of {}", order.source) };
            format!("{weight} of ({}, seed {}{of})", order.identity, order.seed)
        };
        let components: Vec<String> = self.components.iter().map(component).collect();
        format!("a mix of {}, {} samples an epoch", components.join(" and "), self.length)
    }

    fn pass(&self, seed: u64, number: u64) -> Result<Pass> {
        let first = first_of(number, self.length)?;
        let stream = |(number, component): (usize, &Component)| {
            let own = SplitMix64::of_epoch(seed, number as u64).next();
            let seed = SplitMix64::mixed(component.order.seed ^ own);
            (Stream::new(component.order.rule.clone(), seed), component.offset)
        };
        let streams: Vec<(Stream, usize)> = self.components.iter().enumerate().map(stream).collect();
        let interleave = self.interleave.clone();
        Ok(Pass::new(self.length, move |position| {
            // Below the end of the pass, which is below 2^64.
            let (component, at) = interleave.at(first + position as u64);
            let (stream, offset) = streams.get(component)?;
            Some(offset + stream.index(at)?)
        }))
    }

    fn without(&self, excluded: &Excluded) -> Result<Arc<dyn Rule>> {
        let component = |component: &Component| {
            let Component { order, offset, .. } = component;
            let own = *offset..offset + order.samples();
            let local = excluded.indices().filter(|index| own.contains(index)).map(|index| index - offset);
            Ok(Component { order: order.clone().without(local)?, ..component.clone() })
        };
        let components = self.components.iter().map(component).collect::<Result<Vec<_>>>()?;
        Ok(Arc::new(Self::new(components, self.length)?))
    }
}
