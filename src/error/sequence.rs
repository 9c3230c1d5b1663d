//! What can be wrong with sequences that are truncated, packed, sampled or padded together.

/// Why sequences cannot be truncated, packed, batched by their lengths, or padded together.
///
/// ```
/// use burn_prep::error::{ErrorKind, SequenceFault};
/// use burn_prep::packing::Packing;
///
/// let error = Packing::best_fit(8).pack(&[3, 9]).unwrap_err();
/// assert_eq!(error.to_string(), "row 1 has 9 items, capacity is 8 (Packing::over_long truncates or splits it)");
/// match error.kind() {
///     ErrorKind::Sequence(fault) => assert_eq!(fault.category(), "row_longer_than_capacity"),
///     other => panic!("{other}"),
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SequenceFault {
    /// Data: a row that no batch within the budget can hold.
    #[error(
        "row {row} has {length} items, budget is {budget} (TokenBudget::over_budget skips it or gives it its own batch)"
    )]
    RowLongerThanBudget {
        /// The row.
        row: usize,
        /// How many items it has.
        length: usize,
        /// How many items a batch may have.
        budget: usize,
    },
    /// Data: a row that no bin can hold.
    #[error(
        "row {row} has {length} items, capacity is {capacity} (Packing::over_long truncates or splits it)"
    )]
    RowLongerThanCapacity {
        /// The row.
        row: usize,
        /// How many items it has.
        length: usize,
        /// How many items a bin may have.
        capacity: usize,
    },
    /// Data: a row that is longer than the last bucket's bound.
    #[error(
        "row {row} has {length} items, the last bound is {bound} (add a bound, or LengthBuckets::over_long)"
    )]
    RowLongerThanLastBound {
        /// The row.
        row: usize,
        /// How many items it has.
        length: usize,
        /// The last bound, which is inclusive.
        bound: usize,
    },
    /// Data: the one sequence that may be cut is not longer than what has to go.
    #[error(
        "{length} items cannot lose {remove} and keep one (cut the other sequence too: PairCut::LongestFirst)"
    )]
    CannotTruncateEnough {
        /// How many items the sequence has that may be cut.
        length: usize,
        /// How many have to go.
        remove: usize,
    },
    /// Caller: the second sequence is to be cut, and there is none.
    #[error("there is no second sequence to cut (PairCut::OnlySecond)")]
    NoSecondSequence,
    /// Data: images with unequal numbers of channels.
    #[error("image {image} has {found} channels, expected {expected} as the first one's")]
    ChannelMismatch {
        /// The image.
        image: usize,
        /// Its channels.
        found: usize,
        /// The first image's.
        expected: usize,
    },
    /// Data: nothing to make a batch of.
    #[error("{what}: found no items, expected at least one")]
    EmptyBatch {
        /// The operation.
        what: &'static str,
    },
    /// Caller: bounds of sequences without the leading 0.
    #[error("cu_seqlens is empty, expected 0 as the first bound")]
    BoundsEmpty,
    /// Caller: bounds of sequences that do not start at 0.
    #[error("cu_seqlens[0] is {found}, expected 0")]
    BoundsNotZeroFirst {
        /// The first bound.
        found: usize,
    },
    /// Caller: bounds of sequences that fall.
    #[error("cu_seqlens[{at}] is {found}, expected at least {before} as the bound before it")]
    BoundsDecreasing {
        /// Where they fall.
        at: usize,
        /// The bound there.
        found: usize,
        /// The one before it.
        before: usize,
    },
    /// Caller: another number of values than the last bound says.
    #[error("found {found} values, expected {expected} as the last bound of cu_seqlens")]
    BoundsLastMismatch {
        /// How many values there are.
        found: usize,
        /// The last bound.
        expected: usize,
    },
    /// Caller: an index of a row that is not there.
    #[error("order[{at}] is {found}, expected less than {rows} as there are rows")]
    IndexOutOfRange {
        /// Where in the order it stands.
        at: usize,
        /// The index.
        found: usize,
        /// The number of rows.
        rows: usize,
    },
    /// Caller: two lists that need one entry a row.
    #[error("found {found} {what}, expected {expected}")]
    CountMismatch {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many are needed.
        expected: usize,
    },
}

impl SequenceFault {
    /// One word for the fault, the same in every version: for logs, and for code that counts faults.
    ///
    /// ```
    /// assert_eq!(burn_prep::error::SequenceFault::NoSecondSequence.category(), "no_second_sequence");
    /// ```
    pub fn category(&self) -> &'static str {
        match self {
            Self::RowLongerThanBudget { .. } => "row_longer_than_budget",
            Self::RowLongerThanCapacity { .. } => "row_longer_than_capacity",
            Self::RowLongerThanLastBound { .. } => "longer_than_last_boundary",
            Self::CannotTruncateEnough { .. } => "cannot_truncate_enough",
            Self::NoSecondSequence => "no_second_sequence",
            Self::ChannelMismatch { .. } => "channel_mismatch",
            Self::EmptyBatch { .. } => "empty_batch",
            Self::BoundsEmpty => "splits_empty",
            Self::BoundsNotZeroFirst { .. } => "splits_not_zero_first",
            Self::BoundsDecreasing { .. } => "splits_decreasing",
            Self::BoundsLastMismatch { .. } => "splits_last_mismatch",
            Self::IndexOutOfRange { .. } => "index_out_of_range",
            Self::CountMismatch { .. } => "lengths_count_mismatch",
        }
    }

    /// Whether the rows are at fault; the call is otherwise.
    pub(crate) fn is_data(&self) -> bool {
        matches!(
            self,
            Self::RowLongerThanBudget { .. }
                | Self::RowLongerThanCapacity { .. }
                | Self::RowLongerThanLastBound { .. }
                | Self::CannotTruncateEnough { .. }
                | Self::ChannelMismatch { .. }
                | Self::EmptyBatch { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn a_row_that_is_too_long_is_the_datas_fault_and_a_wrong_bound_the_calls() {
        let long = Error::from(SequenceFault::RowLongerThanBudget { row: 3, length: 9, budget: 8 });
        assert!(long.is_data() && !long.is_usage());
        let bounds = Error::from(SequenceFault::BoundsEmpty);
        assert!(bounds.is_usage() && !bounds.is_data());
        assert_eq!(
            bounds.at_index(2).to_string(),
            "item 2: cu_seqlens is empty, expected 0 as the first bound"
        );
    }
}
