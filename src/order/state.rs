//! The saved state of an epoch, and the identity of its plan.

use crate::error::{Error, Result};

/// The saved state of an epoch: all that is needed to resume it after a restart, in less than 1 KB.
///
/// It holds a position and the inputs of the plan, not the plan: the sampler computes that again, and rejects a state
/// of another plan with an error that names what differs.
///
/// ```
/// use burn_prep::order::EpochState;
/// use burn_prep::order::length::{LengthSampler, TokenBudget};
///
/// let mut batches = LengthSampler::new([5, 1, 4], TokenBudget::tokens(8)).seed(42).epoch(1)?.into_iter();
/// batches.next();
/// let text = serde_json::to_string(&batches.state()).unwrap();
/// let state: EpochState = serde_json::from_str(&text).unwrap();
/// assert_eq!((state.seed, state.epoch, state.position), (42, 1, 1));
/// assert_eq!(state.plan.order, "Shuffled");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "load_state_dict")]
#[doc(alias = "state_dict")]
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct EpochState {
    /// The sampler's seed.
    pub seed: u64,
    /// The epoch.
    pub epoch: u64,
    /// How many of the epoch's batches this rank has taken.
    pub position: usize,
    /// The inputs of the plan, apart from the seed.
    pub plan: PlanIdentity,
}

/// The inputs that determine the batches of an epoch, apart from the seed: two samplers with the same identity and seed
/// have the same list of batches, of which each rank takes its own part.
///
/// ```
/// use burn_prep::order::length::{LengthSampler, TokenBudget};
///
/// let plan = LengthSampler::new([5, 1, 4], TokenBudget::tokens(8)).epoch(0)?.into_iter().state().plan;
/// assert_eq!(plan.lengths, "3 rows, FNV-1a 8b7523988bfccfe5");
/// assert_eq!(plan.ranks, "1");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct PlanIdentity {
    /// The number of rows, and a hash of their lengths.
    pub lengths: String,
    /// The rule that groups rows into batches, with its parameters.
    pub rule: String,
    /// The order in which rows are passed to the rule.
    pub order: String,
    /// The number of ranks, and what happens to batches that cannot be divided equally among them.
    pub ranks: String,
}

/// A longer text is kept as a hash.
const LONGEST_RULE: usize = 400;

/// A rule as a state has it: of a long one the beginning and a hash.
pub(super) fn short(rule: String) -> String {
    match rule.len() > LONGEST_RULE {
        true => {
            format!("{}..., FNV-1a {:016x}", rule.chars().take(100).collect::<String>(), fnv1a(rule.bytes()))
        }
        false => rule,
    }
}

impl PlanIdentity {
    pub(super) fn new(lengths: String, rule: String, order: String, ranks: String) -> Self {
        Self { lengths, rule: short(rule), order, ranks }
    }
}

impl EpochState {
    /// Refuses a state of another seed or plan.
    pub(super) fn check(&self, seed: u64, plan: &PlanIdentity) -> Result<()> {
        let found = &self.plan;
        let fields = [
            ("state.seed", self.seed.to_string(), seed.to_string()),
            ("state.plan.lengths", found.lengths.clone(), plan.lengths.clone()),
            ("state.plan.rule", found.rule.clone(), plan.rule.clone()),
            ("state.plan.order", found.order.clone(), plan.order.clone()),
            ("state.plan.ranks", found.ranks.clone(), plan.ranks.clone()),
        ];
        refuse_difference(fields, "sampler", "the state of the same sampler")
    }
}

/// Refuses a state of which a field differs from that of the sampler or order that shall go on; fields are a name, what the
/// state has, and what is needed.
pub(super) fn refuse_difference<const N: usize>(
    fields: [(&'static str, String, String); N],
    of: &str,
    expected: &'static str,
) -> Result<()> {
    match fields.into_iter().find(|(_, found, own)| found != own) {
        None => Ok(()),
        Some((name, found, own)) => {
            Err(Error::parameter(name, format!("{found}, where the {of}'s is {own}"), expected))
        }
    }
}

/// The FNV-1a hash of 64 bits (Fowler, Noll and Vo): short, published, and the same on every machine.
pub(crate) fn fnv1a(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    bytes.into_iter().fold(0xCBF2_9CE4_8422_2325, step)
}

/// The FNV-1a hash of numbers, of 8 bytes each, the lowest first.
pub(super) fn hash_of(numbers: impl IntoIterator<Item = u64>) -> u64 {
    fnv1a(numbers.into_iter().flat_map(u64::to_le_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // Vectors of the authors' test program.
        assert_eq!(fnv1a([]), 0xCBF2_9CE4_8422_2325);
        assert_eq!(fnv1a(*b"a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(fnv1a(*b"foobar"), 0x8594_4171_F739_67E8);
    }
}
