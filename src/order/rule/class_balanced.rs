//! Draws by class, with replacement.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::order::SampleOrder;
use crate::order::excluded::Excluded;
use crate::order::rule::{Pass, Rule};
use crate::order::state::hash_of;
use crate::random::Philox;

struct ClassBalanced {
    /// The samples of each class; none is empty.
    classes: Arc<[Vec<usize>]>,
    samples: usize,
    draws: usize,
}

impl SampleOrder {
    /// Draws samples such that each class is equally likely, with replacement: an epoch has `draws` samples, and within a class
    /// each sample is equally likely. `labels` has the class of each sample; a sample with `None` is never drawn.
    ///
    /// # Errors
    ///
    /// No sample has a class.
    ///
    /// ```
    /// use burn_prep::order::SampleOrder;
    /// let labels = [Some(0), Some(0), Some(0), Some(5), None];
    /// let epoch = SampleOrder::class_balanced(&labels, 1000, 7)?.epoch(0)?;
    /// let drawn: Vec<usize> = (0..1000).filter_map(|position| epoch.index(position)).collect();
    /// let rare = drawn.iter().filter(|index| **index == 3).count();
    /// assert!((400..600).contains(&rare) && !drawn.contains(&4));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn class_balanced(labels: &[Option<usize>], draws: usize, seed: u64) -> Result<Self> {
        let mut classes = BTreeMap::<usize, Vec<usize>>::new();
        for (index, label) in labels.iter().enumerate() {
            if let Some(label) = label {
                classes.entry(*label).or_default().push(index);
            }
        }
        let rule = ClassBalanced::new(classes.into_values().collect(), labels.len(), draws)?;
        Ok(Self::of(rule, seed))
    }
}

impl ClassBalanced {
    fn new(classes: Arc<[Vec<usize>]>, samples: usize, draws: usize) -> Result<Self> {
        match classes.is_empty() {
            true => Err(Error::parameter("labels", "no class", "a class for at least one sample")),
            false => Ok(Self { classes, samples, draws }),
        }
    }
}

impl Rule for ClassBalanced {
    fn length(&self) -> usize {
        self.draws
    }

    fn samples(&self) -> usize {
        self.samples
    }

    fn identity(&self) -> String {
        // The length of each class goes before its samples, so that no two lists have one sequence.
        let class = |samples: &Vec<usize>| [&[samples.len()], &samples[..]].concat();
        let hash = hash_of(self.classes.iter().flat_map(class).map(|number| number as u64));
        format!("class-balanced, {} classes, FNV-1a {hash:016x}, {} draws", self.classes.len(), self.draws)
    }

    fn pass(&self, seed: u64, number: u64) -> Result<Pass> {
        let (classes, random) = (self.classes.clone(), Philox::of_epoch(seed, number));
        Ok(Pass::new(self.draws, move |position| {
            let [class, sample] = random.at(position as u64, 0);
            let class = classes.get(Philox::below(class, classes.len()))?;
            class.get(Philox::below(sample, class.len())).copied()
        }))
    }

    /// A class of which no sample is left is none.
    fn without(&self, excluded: &Excluded) -> Result<Arc<dyn Rule>> {
        let excluded: Vec<usize> = excluded.indices().collect();
        let is_left = |index: &usize| excluded.binary_search(index).is_err();
        let left = |class: &Vec<usize>| class.iter().copied().filter(is_left).collect::<Vec<usize>>();
        let classes = self.classes.iter().map(left).filter(|class| !class.is_empty()).collect();
        Ok(Arc::new(Self::new(classes, self.samples, self.draws)?))
    }
}
