//! What can be wrong with sequences that are truncated, packed, sampled or padded together.

/// Why sequences cannot be truncated, packed, batched by their lengths, or padded together.
///
/// ```
/// use burn_prep::error::{ErrorKind, SequenceFault};
/// use burn_prep::packing::Packing;
///
/// let error = Packing::best_fit(8).pack(&[3, 9]).unwrap_err();
/// assert_eq!(error.to_string(), "row 1 has 9 items, capacity is 8 (Packing::overflow truncates or splits it)");
/// match error.kind() {
///     ErrorKind::Sequence(SequenceFault::RowLongerThanCapacity { row, length, .. }) => assert_eq!((*row, *length), (1, 9)),
///     other => panic!("{other}"),
/// }
/// assert_eq!(error.code(), "row_longer_than_capacity");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SequenceFault {
    /// Data: a row that no batch within the budget can hold.
    #[error(
        "row {row} has {length} items, budget is {budget} (TokenBudget::over_long skips it or gives it its own batch)"
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
        "row {row} has {length} items, capacity is {capacity} (Packing::overflow truncates or splits it)"
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
    /// Caller: nothing to make a batch of.
    #[error("{what}: found no items, expected at least one")]
    EmptyBatch {
        /// The operation.
        what: &'static str,
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
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::RowLongerThanBudget { .. } => "row_longer_than_budget",
            Self::RowLongerThanCapacity { .. } => "row_longer_than_capacity",
            Self::RowLongerThanLastBound { .. } => "longer_than_last_boundary",
            Self::CannotTruncateEnough { .. } => "cannot_truncate_enough",
            Self::NoSecondSequence => "no_second_sequence",
            Self::ChannelMismatch { .. } => "channel_mismatch",
            Self::EmptyBatch { .. } => "empty_batch",
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
        let none = Error::from(SequenceFault::NoSecondSequence);
        assert!(none.is_usage() && !none.is_data());
        assert!(none.at_index(2).to_string().starts_with("item 2: there is no second sequence"));
    }
}
