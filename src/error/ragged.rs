//! The rules of ragged rows, and of what can be asked of them.

use crate::error::mismatch::rules;

rules! {
    SPLITS_EMPTY data "splits_empty", "row splits are empty", "no rows have the one split 0";
    SPLITS_RANK data "splits_rank", "row splits are not a list", "one list of splits for each partition";
    SPLITS_NOT_ZERO_FIRST data "splits_not_zero_first", "row splits do not begin with 0", "the first row starts at value 0";
    SPLITS_DECREASING data "splits_decreasing", "row splits fall", "a row cannot end before it starts";
    SPLITS_LAST_MISMATCH data "splits_last_mismatch", "the last row split is not the number of values", "the last row ends with the values";
    SPLITS_MISMATCH data "splits_mismatch", "the rows are not equally long", "use rows of the same partition";
    LENGTHS_SUM_MISMATCH data "lengths_sum_mismatch", "row lengths do not add up", "give one length for each row";
    LENGTHS_COUNT_MISMATCH data "lengths_count_mismatch", "another number of lengths than rows", "give one length for each row";
    NEGATIVE_LENGTH data "negative_length", "a row length is negative", "a row has 0 values or more";
    ROWIDS_NOT_SORTED data "rowids_not_sorted", "row ids fall", "sort the values by row";
    ROWIDS_NEGATIVE data "rowids_negative", "a row id is negative", "rows are counted from 0";
    ROWIDS_OUT_OF_RANGE data "rowids_out_of_range", "a row id is beyond the rows", "raise the number of rows, or leave it out";
    STARTS_NOT_ZERO_FIRST data "starts_not_zero_first", "row starts do not begin with 0", "the first row starts at value 0";
    STARTS_DECREASING data "starts_decreasing", "row starts fall", "a row cannot start before the one in front of it";
    STARTS_OUT_OF_RANGE data "starts_out_of_range", "a row starts behind the values", "an empty last row starts at the number of values";
    LIMITS_NEGATIVE data "limits_negative", "a row limit is negative", "limits are counted from 0";
    LIMITS_LAST_MISMATCH data "limits_last_mismatch", "the last row limit is not the number of values", "the last row ends with the values";
    NROWS_MISMATCH data "nrows_mismatch", "rows of one length do not hold the values", "the number of rows times the length is the number of values";
    ROW_COUNT_MISMATCH data "row_count_mismatch", "another number of rows", "use operands with equal numbers of rows";
    VALUES_COUNT_MISMATCH data "values_count_mismatch", "another number of values", "give one for each value of the rows";
    LABELS_COUNT_MISMATCH usage "labels_count_mismatch", "another number of values than items", "give one for each item of the sequences";
    COUNTS_SUM_MISMATCH data "counts_sum_mismatch", "counts do not add up", "the counts add up to the number of values";
    BAD_RAGGED_RANK usage "bad_ragged_rank", "an impossible ragged rank", "it is at least 1 and less than the number of dimensions";
    INCONSISTENT_DEPTH data "inconsistent_depth", "values lie at different depths", "nest every value equally deep";
    NOT_REGULAR data "not_regular", "rows are of unequal length", "pad them, or keep them ragged";
    NOT_RAGGED_RIGHT data "not_ragged_right", "a row has a gap", "each row's columns are 0, 1, 2 and so on, in order";
    RAGGED_TENSOR usage "ragged_tensor", "rows of unequal length where a rectangle is needed", "pad the rows";
    DEFAULT_VALUE_RANK usage "default_value_rank", "the default value has too many dimensions", "it is a scalar, or broadcasts to the inner shape";
    DEFAULT_VALUE_NOT_BROADCASTABLE usage "default_value_not_broadcastable", "the default value does not broadcast to the inner shape", "use a scalar, or a value of the inner shape";
    SHAPE_RANK_MISMATCH usage "shape_rank_mismatch", "another number of dimensions", "give one size, or None, for each dimension";
    NEGATIVE_SHAPE usage "negative_shape", "a size is negative", "None stands for the natural size";
    INNER_DIM_MISMATCH usage "inner_dim_mismatch", "an inner dimension cannot be changed", "give its size, or None";
    INNER_SHAPE_MISMATCH data "inner_shape_mismatch", "inner shapes differ", "all cells have one shape";
    PADDING_SHAPE usage "padding_shape", "the padding is not of the inner shape", "a scalar fits where cells are scalars";
    LENGTHS_AND_PADDING usage "lengths_and_padding", "both lengths and padding", "give one of the two";
    LENGTH_OUT_OF_RANGE data "length_out_of_range", "a length is beyond the row", "a length is at most the padded width";
    LENGTH_TOO_LONG data "length_too_long", "a length is beyond the padded width", "a length is at most the padded width";
    OUTPUT_SIZE_TOO_SMALL usage "output_size_too_small", "the output is smaller than the rows", "raise the output size";
    ELEMENT_LONGER_THAN_PADDED_SHAPE data "element_longer_than_padded_shape", "an element is longer than the padded shape", "raise the size, or leave it out";
    LONGER_THAN_LAST_BOUNDARY data "longer_than_last_boundary", "a row is longer than the last bucket", "add a boundary";
    BUCKET_SIZES_COUNT usage "bucket_sizes_count", "another number of batch sizes than buckets", "one size for each bucket";
    RANK_MISMATCH usage "rank_mismatch", "numbers of dimensions differ", "use operands of one rank";
    RANK_TOO_LOW usage "rank_too_low", "too few dimensions", "rows need two dimensions or more";
    SHAPE_MISMATCH data "shape_mismatch", "shapes differ", "use operands of one shape";
    MASK_SHAPE_MISMATCH data "mask_shape_mismatch", "the mask has other rows", "the mask's rows are those of the data";
    NOT_BROADCASTABLE data "not_broadcastable", "rows do not broadcast", "a dimension of size 1 broadcasts, a ragged one does not";
    AXIS_OUT_OF_RANGE usage "axis_out_of_range", "no such axis", "axes are counted from 0, or from the end with -1";
    INDEX_OUT_OF_RANGE data "index_out_of_range", "an index is beyond its row", "an index is less than the length of its own row";
    INDEX_RAGGED_DIM usage "index_ragged_dim", "one index into a ragged dimension", "not every row has it: use a slice, or index the rows first";
    EMPTY_BATCH usage "empty_batch", "a batch of nothing", "no sample tells the shape or the fields";
    NULL_VALUE data "null_value", "a row or a value is null", "fill nulls or drop their rows before";
    ZERO_STEP usage "zero_step", "a step of 0", "a step is positive or negative";
}

/// The error of a broken rule: `fault!(SPLITS_EMPTY, found, expected)`.
macro_rules! fault {
    ($rule:ident, $found:expr, $expected:expr) => {
        $crate::error::ragged::$rule.broken(&$found, &$expected)
    };
}
pub(crate) use fault;
