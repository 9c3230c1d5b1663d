//! What can be wrong with samples that are to become a batch.

use crate::error::faults::faults;

faults! {
    /// Why samples cannot be collated into a batch. The error says which field, sample and item of the dataset:
    /// [`Error::field`](crate::Error::field), [`Error::sample`](crate::Error::sample),
    /// [`Error::index`](crate::Error::index).
    ///
    /// ```
    /// use burn_prep::collate::{Collator, Record};
    /// use burn_prep::error::{CollateFault, ErrorKind};
    ///
    /// let samples = [Record::new().with("x", vec![1, 2]), Record::new().with("x", vec![3])];
    /// let error = Collator::new().collate(&samples).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "field `x`, sample 1: shapes differ: found [1], expected [2] as in sample 0 (rows of unequal length have Collator::pad, images Collator::images)"
    /// );
    /// let ErrorKind::Collate(fault) = error.kind() else { unreachable!() };
    /// assert_eq!((fault.category(), fault.is_data()), ("shape_mismatch", true));
    /// assert!(matches!(fault, CollateFault::ShapeMismatch { .. }));
    /// ```
    CollateFault in Collate;
    EmptyBatch usage "empty_batch", "a batch of nothing", "no sample tells which fields there are";
    MissingKey data "missing_key", "a field is not there", "Collator::default_value fills in; Collator::optional where all samples lack it";
    KeySetMismatch data "key_set_mismatch", "samples have different fields", "Collator::default_value fills in, Collator::drop leaves out";
    MissingMainInput data "missing_main_input", "the field that is padded first is not there", "every sample needs it";
    UnpaddedExtraField data "unpadded_extra_field", "a field of unequal lengths without a padding", "give the field a padding too: Collator::pad, Collator::labels";
    UnsupportedType data "unsupported_type", "nothing to make a batch of", "Collator::default_value stands in for what is missing";
    KindMismatch data "kind_mismatch", "samples have different kinds of values", "a field is an array, a text, a list or a record in all samples";
    ShapeMismatch data "shape_mismatch", "shapes differ", "rows of unequal length have Collator::pad, images Collator::images";
    SequenceLengthMismatch data "sequence_length_mismatch", "lists differ in length", "numbers become an array with a padding: Collator::pad; texts join, or stay out";
    DTypeMismatch data "dtype_mismatch", "dtypes differ", "cast where the sample is made: no dtype is promoted in silence";
    LabelsLongerThanMaxLength data "labels_longer_than_max_length", "labels are longer than the batch", "raise the width, or cut them: Padding::overflow";
    RaggedTensor usage "ragged_tensor", "rows of unequal length where a rectangle is needed", "Collator::pad instead of Collator::fill or Collator::keep_ragged";
    WindowsInBatch usage "windows_in_batch", "one sample would become several rows", "cut long rows before: Truncation::windows";
    SideMismatch usage "side_mismatch", "fields of one width are filled or cut at different ends", "give their paddings one side and one overflow";
    WidthOfUnpadded usage "width_of_unpadded", "a width is taken from a field without one", "name a field that Collator::pad or Collator::labels pads";
    CoordinateBeyond data "coordinate_beyond", "a moved coordinate does not fit", "give boxes as floats";
    WrongKind usage "wrong_kind", "a field is of another kind", "ask for it as what it is: CollatedField";
    NoSuchField usage "no_such_field", "no such field", "look at Collated::names";
}

/// The error of a fault: `collate_fault!(ShapeMismatch, found, expected)`.
macro_rules! collate_fault {
    ($($of:tt)*) => { $crate::error::fault_of!(CollateFault, $($of)*) };
}
pub(crate) use collate_fault;
