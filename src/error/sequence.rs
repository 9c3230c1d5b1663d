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
    /// Data: the only sequence of a pair that may be truncated is not longer than the number of items to remove.
    #[error(
        "{length} items cannot lose {remove} and keep one (cut the other sequence too: PairCut::LongestFirst)"
    )]
    CannotTruncateEnough {
        /// How many items that sequence has.
        length: usize,
        /// How many items have to be removed.
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
        /// The number of channels of the first image.
        expected: usize,
    },
    /// Data: nothing to make a batch of.
    #[error("{what}: found no items, expected at least one")]
    EmptyBatch {
        /// The operation.
        what: &'static str,
    },
    /// Caller: the list of sequence bounds (`cu_seqlens`) is empty; its first bound has to be 0.
    #[error("cu_seqlens is empty, expected 0 as the first bound")]
    BoundsEmpty,
    /// Caller: the sequence bounds (`cu_seqlens`) do not start at 0.
    #[error("cu_seqlens[0] is {found}, expected 0")]
    BoundsNotZeroFirst {
        /// The first bound.
        found: usize,
    },
    /// Caller: a sequence bound (`cu_seqlens`) is less than the one before it.
    #[error("cu_seqlens[{at}] is {found}, expected at least {before} as the bound before it")]
    BoundsDecreasing {
        /// The index of the first such bound.
        at: usize,
        /// The bound at that index.
        found: usize,
        /// The bound before it.
        before: usize,
    },
    /// Caller: the number of values is not the last sequence bound.
    #[error("found {found} values, expected {expected} as the last bound of cu_seqlens")]
    BoundsLastMismatch {
        /// How many values there are.
        found: usize,
        /// The last bound.
        expected: usize,
    },
    /// Caller: a row index is not less than the number of rows.
    #[error("order[{at}] is {found}, expected less than {rows} as there are rows")]
    IndexOutOfRange {
        /// The position of that index in its list.
        at: usize,
        /// The index.
        found: usize,
        /// The number of rows.
        rows: usize,
    },
    /// Caller: a list has more or fewer entries than it needs.
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
    /// The category of the fault as one word, the same in every version: for logs, and for code that counts faults.
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
