//! The rules of samples that become a batch.

use crate::error::mismatch::rules;

rules! {
    EMPTY_BATCH usage "empty_batch", "a batch of nothing", "no sample tells which fields there are";
    MISSING_KEY data "missing_key", "a field is not there", "Collator::default_value fills in; Collator::optional where all samples lack it";
    KEY_SET_MISMATCH data "key_set_mismatch", "samples have different fields", "Collator::default_value fills in, Collator::drop leaves out";
    MISSING_MAIN_INPUT data "missing_main_input", "the field that is padded first is not there", "every sample needs it";
    UNPADDED_EXTRA_FIELD data "unpadded_extra_field", "a field of unequal lengths without a padding", "give the field a padding too: Collator::pad, Collator::labels";
    UNSUPPORTED_TYPE data "unsupported_type", "nothing to make a batch of", "Collator::default_value stands in for what is missing";
    KIND_MISMATCH data "kind_mismatch", "samples have different kinds of values", "a field is an array, a text, a list or a record in all samples";
    SHAPE_MISMATCH data "shape_mismatch", "shapes differ", "rows of unequal length have Collator::pad, images Collator::images";
    SEQUENCE_LENGTH_MISMATCH data "sequence_length_mismatch", "lists differ in length", "numbers become an array with a padding: Collator::pad; texts join, or stay out";
    DTYPE_MISMATCH data "dtype_mismatch", "dtypes differ", "cast where the sample is made: no dtype is promoted in silence";
    LABELS_LONGER_THAN_MAX_LENGTH data "labels_longer_than_max_length", "labels are longer than the batch", "raise the width, or cut them: Padding::overflow";
    RAGGED_TENSOR usage "ragged_tensor", "rows of unequal length where a rectangle is needed", "Collator::pad instead of Collator::fill or Collator::keep_ragged";
    WINDOWS_IN_BATCH usage "windows_in_batch", "one sample would become several rows", "cut long rows before: Truncation::windows";
    SIDE_MISMATCH usage "side_mismatch", "fields of one width are filled or cut at different ends", "give their paddings one side and one overflow";
    WIDTH_OF_UNPADDED usage "width_of_unpadded", "a width is taken from a field without one", "name a field that Collator::pad or Collator::labels pads";
    COORDINATE_BEYOND data "coordinate_beyond", "a moved coordinate does not fit", "give boxes as floats";
    WRONG_KIND usage "wrong_kind", "a field is of another kind", "ask for it as what it is: CollatedField";
    NO_SUCH_FIELD usage "no_such_field", "no such field", "look at Collated::names";
}

/// The error of a broken rule: `collate_fault!(EMPTY_BATCH, found, expected)`.
macro_rules! collate_fault {
    ($rule:ident, $found:expr, $expected:expr) => {
        $crate::error::collate::$rule.broken(&$found, &$expected)
    };
}
pub(crate) use collate_fault;
