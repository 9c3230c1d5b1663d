//! The rules of orders: which sample comes at a position of a pass over the samples.

mod all_samples;
mod by_length;
mod class_balanced;
mod interleave;
mod mix;
mod weighted;
mod without_replacement;

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::order::excluded::Excluded;

/// A rule, from which a seed and a number make a pass over the samples.
pub(super) trait Rule: Send + Sync {
    /// The number of positions of a pass; of a rule that makes batches, the most.
    fn length(&self) -> usize;

    /// The number of samples of the source.
    fn samples(&self) -> usize;

    /// The rule with its parameters, in words that stay the same in every version: they are stored in states.
    fn identity(&self) -> String;

    /// One pass.
    ///
    /// # Errors
    ///
    /// There is no such pass. A rule that makes no batches has all passes whose positions in a stream are below 2^64.
    fn pass(&self, seed: u64, number: u64) -> Result<Pass>;

    /// The rule over the samples that are left. It is asked of the rule over all of them.
    ///
    /// # Errors
    ///
    /// Too few are left.
    fn without(&self, excluded: &Excluded) -> Result<Arc<dyn Rule>>;

    /// Whether the rule makes the batches too. Its passes may have different lengths.
    fn makes_batches(&self) -> bool {
        false
    }
}

/// The index at each position.
type Index = dyn Fn(usize) -> Option<usize> + Send + Sync;

/// One pass of a rule.
#[derive(Clone)]
pub(super) struct Pass {
    length: usize,
    index: Arc<Index>,
    /// The position behind each batch, where the rule makes them.
    ends: Option<Arc<[usize]>>,
}

impl Pass {
    pub(super) fn new(length: usize, index: impl Fn(usize) -> Option<usize> + Send + Sync + 'static) -> Self {
        Self { length, index: Arc::new(index), ends: None }
    }

    /// A pass over these batches, none of which is empty.
    fn of_batches(batches: &[Vec<usize>]) -> Self {
        let mut end = 0;
        let add = |batch: &Vec<usize>| {
            end += batch.len();
            end
        };
        let ends = batches.iter().map(add).collect();
        let rows = batches.concat();
        Self { ends: Some(ends), ..Self::new(rows.len(), move |position| rows.get(position).copied()) }
    }

    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// The index at a position; `None` behind the last.
    pub(super) fn index(&self, position: usize) -> Option<usize> {
        if position < self.length { (self.index)(position) } else { None }
    }

    pub(super) fn ends(&self) -> Option<&[usize]> {
        self.ends.as_deref()
    }
}

/// The sum of weights.
///
/// # Errors
///
/// A weight is negative or not finite, or their sum is 0 or not finite.
fn sum_of(weights: &[f64]) -> Result<f64> {
    let bad = |weight: &f64| !weight.is_finite() || *weight < 0.0;
    if let Some(at) = weights.iter().position(bad) {
        return Err(Error::parameter(format!("weights[{at}]"), weights[at], "a finite number of at least 0"));
    }
    match weights.iter().sum::<f64>() {
        _ if weights.is_empty() => Err(Error::parameter("weights", "nothing", "a finite sum above 0")),
        sum if sum > 0.0 && sum.is_finite() => Ok(sum),
        sum => Err(Error::parameter("weights", format!("a sum of {sum}"), "a finite sum above 0")),
    }
}

/// Weights of which those of excluded samples are 0.
fn set_to_zero(mut weights: Vec<f64>, excluded: &Excluded) -> Vec<f64> {
    for index in excluded.indices() {
        if let Some(weight) = weights.get_mut(index) {
            *weight = 0.0;
        }
    }
    weights
}
