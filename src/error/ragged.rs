//! What can be wrong with ragged rows, and with what is asked of them.

use crate::error::faults::faults;

faults! {
    /// Why ragged rows cannot be made, or an operation cannot be done on them.
    ///
    /// Every variant says what was found and what was expected; [`category`](Self::category) is one
    /// word, which stays the same when a message is reworded.
    ///
    /// ```
    /// use burn_prep::error::{ErrorKind, RaggedFault};
    /// use burn_prep::ragged::Ragged;
    ///
    /// let error = Ragged::from_lengths(vec![1, 2, 3], &[2, 2]).unwrap_err();
    /// assert_eq!(error.to_string(), "row lengths do not add up: found a sum of 4, expected 3 (give one length for each row)");
    /// let ErrorKind::Ragged(fault) = error.kind() else { unreachable!() };
    /// assert_eq!(fault.category(), "lengths_sum_mismatch");
    /// assert!(matches!(fault, RaggedFault::LengthsSumMismatch { .. }) && fault.is_data());
    /// ```
    RaggedFault in Ragged;
    SplitsEmpty data "splits_empty", "row splits are empty", "no rows are written [0]";
    SplitsRank data "splits_rank", "row splits are not a list", "one list of splits for each partition";
    SplitsNotZeroFirst data "splits_not_zero_first", "row splits do not begin with 0", "the first row starts at value 0";
    SplitsDecreasing data "splits_decreasing", "row splits fall", "a row cannot end before it starts";
    SplitsLastMismatch data "splits_last_mismatch", "the last row split is not the number of values", "the last row ends with the values";
    SplitsMismatch data "splits_mismatch", "the rows are not equally long", "use rows of the same partition";
    LengthsSumMismatch data "lengths_sum_mismatch", "row lengths do not add up", "give one length for each row";
    LengthsCountMismatch data "lengths_count_mismatch", "another number of lengths than rows", "give one length for each row";
    NegativeLength data "negative_length", "a row length is negative", "a row has 0 values or more";
    RowidsNotSorted data "rowids_not_sorted", "row ids fall", "sort the values by row";
    RowidsNegative data "rowids_negative", "a row id is negative", "rows are counted from 0";
    RowidsOutOfRange data "rowids_out_of_range", "a row id is beyond the rows", "raise the number of rows, or leave it out";
    StartsNotZeroFirst data "starts_not_zero_first", "row starts do not begin with 0", "the first row starts at value 0";
    StartsDecreasing data "starts_decreasing", "row starts fall", "a row cannot start before the one in front of it";
    StartsOutOfRange data "starts_out_of_range", "a row starts behind the values", "an empty last row starts at the number of values";
    LimitsNegative data "limits_negative", "a row limit is negative", "limits are counted from 0";
    LimitsLastMismatch data "limits_last_mismatch", "the last row limit is not the number of values", "the last row ends with the values";
    NrowsMismatch data "nrows_mismatch", "rows of one length do not hold the values", "the number of rows times the length is the number of values";
    RowCountMismatch data "row_count_mismatch", "another number of rows", "use operands with equal numbers of rows";
    ValuesCountMismatch data "values_count_mismatch", "another number of values", "give one for each value of the rows";
    CountsSumMismatch data "counts_sum_mismatch", "counts do not add up", "the counts add up to the number of values";
    BadRaggedRank usage "bad_ragged_rank", "an impossible ragged rank", "it is at least 1 and less than the number of dimensions";
    InconsistentDepth data "inconsistent_depth", "values lie at different depths", "nest every value equally deep";
    NotRegular data "not_regular", "rows are of unequal length", "pad them, or keep them ragged";
    NotRaggedRight data "not_ragged_right", "a row has a gap", "each row's columns are 0, 1, 2 and so on, in order";
    RaggedTensor usage "ragged_tensor", "rows of unequal length where a rectangle is needed", "pad the rows";
    DefaultValueRank usage "default_value_rank", "the default value has too many dimensions", "it is a scalar, or broadcasts to the inner shape";
    DefaultValueNotBroadcastable usage "default_value_not_broadcastable", "the default value does not broadcast to the inner shape", "use a scalar, or a value of the inner shape";
    ShapeRankMismatch usage "shape_rank_mismatch", "another number of dimensions", "give one size, or None, for each dimension";
    NegativeShape usage "negative_shape", "a size is negative", "None stands for the natural size";
    InnerDimMismatch usage "inner_dim_mismatch", "an inner dimension cannot be changed", "give its size, or None";
    InnerShapeMismatch data "inner_shape_mismatch", "inner shapes differ", "all cells have one shape";
    PaddingShape usage "padding_shape", "the padding is not of the inner shape", "a scalar fits where cells are scalars";
    LengthsAndPadding usage "lengths_and_padding", "both lengths and padding", "give one of the two";
    LengthOutOfRange data "length_out_of_range", "a length is beyond the row", "a length is at most the padded width";
    LengthTooLong data "length_too_long", "a length is beyond the padded width", "a length is at most the padded width";
    OutputSizeTooSmall usage "output_size_too_small", "the output is smaller than the rows", "raise the output size";
    ElementLongerThanPaddedShape data "element_longer_than_padded_shape", "an element is longer than the padded shape", "raise the size, or leave it out";
    LongerThanLastBoundary data "longer_than_last_boundary", "a row is longer than the last bucket", "add a boundary";
    BucketSizesCount usage "bucket_sizes_count", "another number of batch sizes than buckets", "one size for each bucket, which are one more than the boundaries";
    RankMismatch usage "rank_mismatch", "numbers of dimensions differ", "use operands of one rank";
    RankTooLow usage "rank_too_low", "too few dimensions", "rows need two dimensions or more";
    ShapeMismatch data "shape_mismatch", "shapes differ", "use operands of one shape";
    MaskShapeMismatch data "mask_shape_mismatch", "the mask has other rows", "the mask's rows are those of the data";
    NotBroadcastable data "not_broadcastable", "rows do not broadcast", "a dimension of size 1 broadcasts, a ragged one does not";
    AxisOutOfRange usage "axis_out_of_range", "no such axis", "axes are counted from 0, or from the end with -1";
    IndexOutOfRange data "index_out_of_range", "an index is beyond its row", "an index is less than the length of its own row";
    IndexRaggedDim usage "index_ragged_dim", "one index into a ragged dimension", "not every row has it: use a slice, or index the rows first";
    EmptyBatch usage "empty_batch", "a batch of nothing", "no sample tells the shape or the fields";
    NullValue data "null_value", "a row or a value is null", "fill nulls or drop their rows before";
    ZeroStep usage "zero_step", "a step of 0", "a step is positive or negative";
}

/// The error of a fault: `fault!(SplitsEmpty, found, expected)`.
macro_rules! fault {
    ($($of:tt)*) => { $crate::error::fault_of!(RaggedFault, $($of)*) };
}
pub(crate) use fault;
