//! Every sample once in a pass, in order or shuffled.

use std::sync::Arc;

use crate::error::Result;
use crate::order::SampleOrder;
use crate::order::excluded::Excluded;
use crate::order::permutation::Permutation;
use crate::order::rule::{Pass, Rule};

#[derive(Clone)]
struct AllSamples {
    samples: usize,
    excluded: Excluded,
    is_shuffled: bool,
}

impl SampleOrder {
    /// All samples in their order, the same in every epoch.
    ///
    /// ```
    /// use burn_prep::order::SampleOrder;
    /// let epoch = SampleOrder::sequential(3).epoch(0)?;
    /// assert_eq!([0, 1, 2, 3].map(|position| epoch.index(position)), [Some(0), Some(1), Some(2), None]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn sequential(samples: usize) -> Self {
        Self::of(AllSamples { samples, excluded: Excluded::default(), is_shuffled: false }, 0)
    }

    /// All samples in a random order, another one in every epoch; every order is equally likely. It holds no list: 10^9 samples
    /// take 4 KB.
    ///
    /// ```
    /// use burn_prep::order::SampleOrder;
    /// let epoch = SampleOrder::shuffled(5, 42).epoch(0)?;
    /// let mut indices: Vec<usize> = (0..5).filter_map(|position| epoch.index(position)).collect();
    /// indices.sort();
    /// assert_eq!(indices, [0, 1, 2, 3, 4]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn shuffled(samples: usize, seed: u64) -> Self {
        Self::of(AllSamples { samples, excluded: Excluded::default(), is_shuffled: true }, seed)
    }
}

impl Rule for AllSamples {
    fn length(&self) -> usize {
        self.excluded.left_of(self.samples)
    }

    fn samples(&self) -> usize {
        self.samples
    }

    fn identity(&self) -> String {
        let name = if self.is_shuffled { "shuffled" } else { "sequential" };
        format!("{name}, {} samples", self.samples)
    }

    fn pass(&self, seed: u64, number: u64) -> Result<Pass> {
        let (left, excluded) = (self.length(), self.excluded.clone());
        Ok(if self.is_shuffled {
            let permutation = Permutation::new(left, seed, number);
            Pass::new(left, move |position| Some(excluded.index(permutation.at(position))))
        } else {
            Pass::new(left, move |position| Some(excluded.index(position)))
        })
    }

    fn without(&self, excluded: &Excluded) -> Result<Arc<dyn Rule>> {
        Ok(Arc::new(Self { excluded: excluded.clone(), ..self.clone() }))
    }
}
