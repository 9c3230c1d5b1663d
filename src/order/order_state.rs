//! The saved state of an order of samples.

use crate::error::Result;
use crate::order::state::refuse_difference;

/// The saved state of a [`SampleOrder`](crate::order::SampleOrder): all that is needed to go on behind the batches that were
/// taken, on any number of ranks, in less than 1 KB.
///
/// ```
/// use burn_prep::order::{OrderState, SampleOrder};
/// let state = SampleOrder::shuffled(3, 42).epoch(7)?.state();
/// let text = serde_json::to_string(&state).unwrap();
/// assert_eq!(text, r#"{"source":"","rule":"shuffled, 3 samples","seed":42,"epoch":7,"position":0}"#);
/// assert_eq!(serde_json::from_str::<OrderState>(&text).unwrap(), state);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "state_dict")]
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct OrderState {
    /// The identity of the source.
    pub source: String,
    /// The rule of the order, with the number of samples.
    pub rule: String,
    /// The seed of the order.
    pub seed: u64,
    /// The epoch.
    pub epoch: u64,
    /// How many samples of the epoch were taken, over all ranks.
    pub position: usize,
}

impl OrderState {
    /// Refuses a state of another source, rule or seed than those of `own`.
    pub(super) fn check(&self, own: &Self) -> Result<()> {
        let fields = [
            ("state.source", self.source.clone(), own.source.clone()),
            ("state.rule", self.rule.clone(), own.rule.clone()),
            ("state.seed", self.seed.to_string(), own.seed.to_string()),
        ];
        refuse_difference(fields, "order", "the state of the same order")
    }
}
