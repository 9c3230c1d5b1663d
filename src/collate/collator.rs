//! The collator, which describes how each field of the samples is collated.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::arrays::{AnyArray, ArrayElement};
use crate::collate::Field;
use crate::collate::derived::Derived;
use crate::collate::field_rule::{FieldSpec, Images, Keep, Pad, Rule};
use crate::error::Result;
use crate::images::ImagePadding;
use crate::ragged::Padding;

/// Collates samples into a batch: fields that need other treatment are described once, and all others are stacked.
///
/// A field that is not described is stacked where it holds numbers or arrays of one shape, kept as a list
/// where it holds texts, and taken apart where it holds lists or records, as torch's `default_collate` does.
/// What torch does in silence is an error here: samples have the same fields, each of one dtype, and rows of
/// unequal length need a padding. The error names the field, the sample in the batch, its index in the
/// dataset, what was found and expected, and what to do.
///
/// Names are paths: `question.input_ids` is a field of the record `question`, `pair.0` the first of a list.
///
/// ```
/// use burn_prep::prelude::*;
/// use ndarray::array;
///
/// let samples = [
///     Record::new().with("input_ids", vec![5_i64, 6, 7]).with("labels", vec![1_i64, 2]),
///     Record::new().with("input_ids", vec![8_i64]).with("labels", vec![3_i64, 4]),
/// ];
/// let collator = Collator::new()
///     .pad("input_ids", Padding::new(0_i64).multiple_of(2))
///     .labels("labels", Padding::new(-100_i64))
///     .width_of("labels", "input_ids")
///     .mask_valid("attention_mask", "input_ids")
///     .position_ids("position_ids", "input_ids", 0, 0);
/// let batch = collator.collate(&samples)?;
/// assert_eq!(batch.array::<i64>("input_ids")?, array![[5, 6, 7, 0], [8, 0, 0, 0]].into_dyn());
/// assert_eq!(batch.array::<i64>("labels")?, array![[1, 2, -100, -100], [3, 4, -100, -100]].into_dyn());
/// assert_eq!(batch.array::<bool>("attention_mask")?.map(|real| u8::from(*real)), array![[1, 1, 1, 0], [1, 0, 0, 0]].into_dyn());
/// assert_eq!(batch.array::<i64>("position_ids")?, array![[0, 1, 2, 0], [0, 0, 0, 0]].into_dyn());
/// # Ok::<(), burn_prep::Error>(())
/// ```
///
/// In Burn's loader it is a `Batcher`, with any backend compiled in: `batch::CollatedBatch` shows it.
#[doc(alias = "tokenizer.pad")]
#[doc(alias = "DefaultDataCollator")]
#[doc(alias = "default_data_collator")]
#[doc(alias = "default_collate")]
#[doc(alias = "collate_fn")]
#[doc(alias = "DataCollatorWithPadding")]
#[doc(alias = "DataCollatorForTokenClassification")]
#[doc(alias = "DataCollatorForSeq2Seq")]
#[doc(alias = "padded_batch")]
#[derive(Debug, Clone, Default)]
pub struct Collator {
    pub(super) specs: BTreeMap<String, FieldSpec>,
    /// The field that is padded first: what a batch cannot be without.
    pub(super) main: Option<String>,
    pub(super) derived: Vec<(String, String, Derived)>,
}

impl Collator {
    /// Stacks every field.
    pub fn new() -> Self {
        Self::default()
    }

    fn described(mut self, field: impl Into<String>, describe: impl FnOnce(&mut FieldSpec)) -> Self {
        describe(self.specs.entry(field.into()).or_default());
        self
    }

    fn ruled(self, field: impl Into<String>, rule: impl Rule + 'static) -> Self {
        self.described(field, |spec| spec.rule = Some(Arc::new(rule)))
    }

    /// Pads the rows of a field along their first axis. The padding's value has to be of the field's dtype.
    ///
    /// The first field that is padded is the main input: where it is missing, the error has the code
    /// `missing_main_input`.
    #[must_use]
    pub fn pad<T: ArrayElement>(mut self, field: impl Into<String>, padding: Padding<T>) -> Self {
        let field = field.into();
        self.main.get_or_insert_with(|| field.clone());
        self.ruled(field, Pad(padding))
    }

    /// Pads labels, commonly with an ignore index such as -100, which a loss leaves out. They have a width of
    /// their own; [`Collator::width_of`] gives them another field's.
    #[doc(alias = "label_pad_token_id")]
    #[doc(alias = "ignore_index")]
    #[must_use]
    pub fn labels<T: ArrayElement>(self, field: impl Into<String>, padding: Padding<T>) -> Self {
        let field = field.into();
        self.ruled(field.clone(), Pad(padding)).described(field, |spec| spec.labels = true)
    }

    /// Pads a field to the width that another padded one has, whatever its own padding says: labels of
    /// tokens to the width of the tokens. Both have to be filled, and cut, at the same ends, so that items stand
    /// side by side.
    ///
    /// ```
    /// use burn_prep::collate::{Collator, Record};
    /// use burn_prep::ragged::{Padding, Side};
    /// let samples = [Record::new().with("ids", [5, 6, 7]).with("labels", [1]), Record::new().with("ids", [8]).with("labels", [2])];
    /// let left = |fill| Padding::new(fill).side(Side::Left);
    /// let ids = Collator::new().pad("ids", left(0));
    /// let collator = ids.clone().labels("labels", left(-100)).width_of("labels", "ids");
    /// let batch = collator.collate(&samples)?;
    /// assert_eq!(batch.array::<i32>("labels")?, ndarray::array![[-100, -100, 1], [-100, -100, 2]].into_dyn());
    /// let astray = ids.labels("labels", Padding::new(-100)).width_of("labels", "ids");
    /// assert!(astray.collate(&samples).is_err());                     // the ids stand on the right
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn width_of(self, field: impl Into<String>, other: impl Into<String>) -> Self {
        self.described(field, |spec| spec.width_of = Some(other.into()))
    }

    /// Pads the images of a field, `[C, H, W]` or `[H, W, C]` as the padding says, to one size.
    ///
    /// ```
    /// use burn_prep::collate::{Collator, Record};
    /// use burn_prep::images::{Anchor, ImagePadding};
    /// use burn_prep::ragged::Padding;
    /// use ndarray::{Array3, array};
    ///
    /// let sample = |side, corner| {
    ///     let pixels = Array3::<u8>::zeros([1, side, side]);
    ///     Record::new().with("pixels", pixels).with("boxes", array![[0.0_f32, 0.0, corner, corner]])
    /// };
    /// let batch = Collator::new()
    ///     .images("pixels", ImagePadding::new(9_u8).anchor(Anchor::Center))
    ///     .pad("boxes", Padding::new(0.0_f32))
    ///     .boxes_of("boxes", "pixels")
    ///     .mask_pad("mask", "pixels")
    ///     .collate(&[sample(3, 3.0), sample(1, 1.0)])?;
    /// assert_eq!(batch.array::<u8>("pixels")?.shape(), [2, 1, 3, 3]);
    /// assert_eq!(batch.image_extents("pixels")?.offsets(), [[0, 0], [1, 1]]);
    /// assert_eq!(batch.array::<f32>("boxes")?, array![[[0.0, 0.0, 3.0, 3.0]], [[1.0, 1.0, 2.0, 2.0]]].into_dyn());
    /// assert_eq!(batch.array::<bool>("mask")?.iter().filter(|pad| **pad).count(), 8);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "pixel_values")]
    #[must_use]
    pub fn images<T: ArrayElement>(self, field: impl Into<String>, padding: ImagePadding<T>) -> Self {
        self.ruled(field, Images(padding))
    }

    /// Moves the padded boxes `[n, 4]` of a field, in pixels, by the offsets of the images of another field.
    #[must_use]
    pub fn boxes_of(self, field: impl Into<String>, images: impl Into<String>) -> Self {
        self.described(field, |spec| spec.boxes_of = Some(images.into()))
    }

    /// Keeps the rows of a field ragged, without padding: one buffer of cells, and the start of each row.
    ///
    /// ```
    /// use burn_prep::prelude::*;
    /// let samples = [Record::new().with("tags", [1, 2]), Record::new().with("tags", [3])];
    /// let batch = Collator::new().keep_ragged::<i32>("tags").collate(&samples)?;
    /// let rows = batch.into_fields().remove("tags").unwrap().into_rows()?;
    /// assert_eq!(rows, Ragged::from_rows([vec![1, 2], vec![3]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "do_not_pad")]
    #[doc(alias = "ragged_batch")]
    #[doc(alias = "dense_to_ragged_batch")]
    #[must_use]
    pub fn keep_ragged<T: ArrayElement>(self, field: impl Into<String>) -> Self {
        self.ruled(field, Keep::<T>(None))
    }

    /// Fills the rows of a field up to the padding's width, and keeps longer ones as they are: what
    /// `tokenizer.pad` does where it returns lists. The overflow policy is not used.
    ///
    /// ```
    /// use burn_prep::collate::{Collator, Record};
    /// use burn_prep::ragged::{PadTo, Padding, Ragged};
    /// let samples = [Record::new().with("x", vec![1, 2, 3]), Record::new().with("x", vec![4])];
    /// let batch = Collator::new().fill("x", Padding::new(0).to(PadTo::Exactly(2))).collate(&samples)?;
    /// assert_eq!(batch.into_fields().remove("x").unwrap().into_rows()?, Ragged::from_rows([vec![1, 2, 3], vec![4, 0]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn fill<T: ArrayElement>(mut self, field: impl Into<String>, padding: Padding<T>) -> Self {
        let field = field.into();
        self.main.get_or_insert_with(|| field.clone());
        self.ruled(field, Keep(Some(padding)))
    }

    /// Makes a described field optional: samples may lack it, all of them or none.
    ///
    /// ```
    /// use burn_prep::prelude::*;
    /// let collator = Collator::new().pad("token_type_ids", Padding::new(0_i64)).optional("token_type_ids");
    /// assert_eq!(collator.collate(&[Record::new().with("x", 1)])?.names().collect::<Vec<_>>(), ["x"]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn optional(self, field: impl Into<String>) -> Self {
        self.described(field, |spec| spec.optional = true)
    }

    /// Sets the value of a field for samples that lack it or in which it is `None`.
    ///
    /// ```
    /// use burn_prep::collate::{Collator, Record};
    /// let samples = [Record::new().with("weight", 0.5_f32), Record::new().with("weight", None::<f32>), Record::new()];
    /// let batch = Collator::new().default_value("weight", 1.0_f32).collate(&samples)?;
    /// assert_eq!(batch.array::<f32>("weight")?, ndarray::array![0.5, 1.0, 1.0].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn default_value(self, field: impl Into<String>, value: impl Into<Field>) -> Self {
        self.described(field, |spec| spec.default = Some(value.into()))
    }

    /// Casts the numbers of a field to another dtype when the batch is created, by the rules of
    /// [`CastArray`](crate::arrays::CastArray): 64-bit ids for a device with 32-bit integers, pixels to floats.
    ///
    /// A value that does not fit is an error that names it. The padding's value has the dtype of the samples, before
    /// the cast. Masks and other fields that are derived from a field can be cast too: Hugging Face's models take a
    /// mask of 64-bit integers. Give the old name of a renamed field. A field that is not in the samples is an error,
    /// unless it is optional.
    ///
    /// ```
    /// use burn_prep::prelude::*;
    /// let collator = Collator::new().pad("ids", Padding::new(0_i64)).cast::<i32>("ids").position_ids("at", "ids", 0, 0);
    /// let collator = collator.mask_valid("attention_mask", "ids").cast::<i64>("attention_mask");
    /// let batch = collator.collate(&[Record::new().with("ids", [5_i64, 6])])?;
    /// assert_eq!(batch.array::<i32>("ids")?, ndarray::array![[5, 6]].into_dyn());
    /// assert_eq!(batch.array::<i32>("at")?, ndarray::array![[0, 1]].into_dyn());
    /// assert_eq!(batch.array::<i64>("attention_mask")?, ndarray::array![[1, 1]].into_dyn());
    /// let error = collator.collate(&[Record::new().with("ids", [1_i64 << 40])]).unwrap_err();
    /// assert!(error.to_string().contains("field `ids`, sample 0: 1099511627776"), "{error}");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "astype")]
    #[must_use]
    pub fn cast<E: ArrayElement>(self, field: impl Into<String>) -> Self {
        fn to<E: ArrayElement>(array: &AnyArray) -> Result<AnyArray> {
            array.cast::<E>().map(AnyArray::from)
        }
        self.described(field, |spec| spec.cast = Some(to::<E>))
    }

    /// Leaves a field out of the batch.
    ///
    /// ```
    /// use burn_prep::collate::{Collator, Record};
    /// let samples = [Record::new().with("x", 1), Record::new().with("x", 2).with("note", "odd")];
    /// assert_eq!(Collator::new().drop("note").collate(&samples)?.names().len(), 1);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn drop(self, field: impl Into<String>) -> Self {
        self.described(field, |spec| spec.dropped = true)
    }

    /// Gives a field another name in the batch.
    ///
    /// ```
    /// use burn_prep::collate::{Collator, Record};
    /// let batch = Collator::new().rename("label_ids", "labels").collate(&[Record::new().with("label_ids", 1)])?;
    /// assert_eq!(batch.names().collect::<Vec<_>>(), ["labels"]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn rename(self, field: impl Into<String>, name: impl Into<String>) -> Self {
        self.described(field, |spec| spec.rename = Some(name.into()))
    }

    /// Adds a mask of a padded field or of images, `true` at padding: the polarity of Burn's attention.
    #[doc(alias = "key_padding_mask")]
    #[must_use]
    pub fn mask_pad(self, name: impl Into<String>, of: impl Into<String>) -> Self {
        self.derive(name, of, Derived::MaskPad)
    }

    /// Adds a mask of a padded field or of images, `true` at what is real: Hugging Face's polarity.
    #[doc(alias = "attention_mask")]
    #[doc(alias = "pixel_mask")]
    #[must_use]
    pub fn mask_valid(self, name: impl Into<String>, of: impl Into<String>) -> Self {
        self.derive(name, of, Derived::MaskValid)
    }

    /// Adds position ids: the index of each real item in its row, counted from `start`, and `padding` elsewhere; of the
    /// dtype of the field, or i64 where that is no integer. A field that is kept ragged gets one number for each cell,
    /// `[cells]`.
    #[must_use]
    pub fn position_ids(
        self,
        name: impl Into<String>,
        of: impl Into<String>,
        start: i64,
        padding: i64,
    ) -> Self {
        self.derive(name, of, Derived::PositionIds { start, padding })
    }

    /// Adds the number of real items of each row, `[N]`, padded or ragged, of the dtype of the field, or i64 where
    /// that is no integer.
    #[doc(alias = "return_length")]
    #[must_use]
    pub fn lengths(self, name: impl Into<String>, of: impl Into<String>) -> Self {
        self.derive(name, of, Derived::Lengths)
    }

    /// Adds the cumulative sequence lengths, `[N + 1]`, i32: the offset of each row among the real items, followed by
    /// their number, as attention over packed rows takes it. Padding is not counted; rows that are kept ragged have
    /// none.
    ///
    /// ```
    /// use burn_prep::prelude::*;
    /// let samples = [Record::new().with("x", vec![1_i64, 2]), Record::new().with("x", vec![3_i64])];
    /// let collator = Collator::new().pad("x", Padding::new(0_i64)).lengths("n", "x").cu_seqlens("bounds", "x");
    /// let batch = collator.collate(&samples)?;
    /// assert_eq!(batch.array::<i64>("n")?, ndarray::array![2, 1].into_dyn());
    /// assert_eq!(batch.array::<i32>("bounds")?, ndarray::array![0, 2, 3].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "cu_seq_lens_q")]
    #[must_use]
    pub fn cu_seqlens(self, name: impl Into<String>, of: impl Into<String>) -> Self {
        self.derive(name, of, Derived::CuSeqlens)
    }

    /// Adds the sample index of each cell of a field that is kept ragged, `[cells]`, of the dtype of the field, or i64
    /// where that is no integer: a flattened batch, without padding.
    ///
    /// ```
    /// use burn_prep::collate::{Collator, Record};
    /// let samples = [Record::new().with("x", vec![7_i64, 8]), Record::new().with("x", vec![9_i64])];
    /// let collator = Collator::new().keep_ragged::<i64>("x").segment_ids("sample", "x");
    /// let batch = collator.position_ids("at", "x", 0, 0).cu_seqlens("bounds", "x").collate(&samples)?;
    /// assert_eq!(batch.array::<i64>("sample")?, ndarray::array![0, 0, 1].into_dyn());
    /// assert_eq!(batch.array::<i64>("at")?, ndarray::array![0, 1, 0].into_dyn());
    /// assert_eq!(batch.array::<i32>("bounds")?, ndarray::array![0, 2, 3].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "seq_idx")]
    #[doc(alias = "document_ids")]
    #[doc(alias = "DataCollatorWithFlattening")]
    #[must_use]
    pub fn segment_ids(self, name: impl Into<String>, of: impl Into<String>) -> Self {
        self.derive(name, of, Derived::SegmentIds)
    }

    fn derive(mut self, name: impl Into<String>, of: impl Into<String>, derived: Derived) -> Self {
        self.derived.push((name.into(), of.into(), derived));
        self
    }
}
