//! A sample: fields with names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ndarray::{Array, Array1, ArrayView, Dimension, arr0};

use crate::arrays::{AnyArray, ArrayElement, pack};
use crate::collate::path::{Nested, find};
use crate::images::Image;

/// The value of one field of a sample.
///
/// Numbers, lists of numbers, arrays and images are [`Field::Array`], each with its own dtype and shape;
/// a `Vec` of numbers is a row, whose length may differ from sample to sample where the field is padded.
///
/// ```
/// use burn_prep::collate::Field;
///
/// let (number, row) = (Field::from(3_i64), Field::from(vec![1.5_f32, 2.5]));
/// assert!(matches!((&number, &row), (Field::Array(a), Field::Array(b)) if a.shape().is_empty() && b.shape() == [2]));
/// assert_eq!(Field::from("a line"), Field::Text("a line".to_owned()));
/// assert_eq!(Field::from(None::<i64>), Field::Missing);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Field {
    /// A number, a row of numbers, an image: an array of any rank and dtype.
    Array(AnyArray),
    /// A text, which stays on the host.
    Text(String),
    /// A list of fields without names: each index becomes a field of its own, as in torch's `default_collate`.
    List(Vec<Field>),
    /// Fields with names.
    Record(Record),
    /// A missing value: Python's `None`.
    Missing,
}

impl Field {
    /// The length of the value, for samplers by length: the number of items along the first axis of an array, of items
    /// of a list, of fields of a record, of bytes of a text; 0 for a missing value and for a single number.
    ///
    /// ```
    /// assert_eq!(burn_prep::collate::Field::from(vec![5_i64, 6]).len(), 2);
    /// assert!(burn_prep::collate::Field::from(5_i64).is_empty());
    /// ```
    pub fn len(&self) -> usize {
        match self {
            Self::Array(array) => array.shape().first().copied().unwrap_or(0),
            Self::Text(text) => text.len(),
            Self::List(items) => items.len(),
            Self::Record(record) => record.names().len(),
            Self::Missing => 0,
        }
    }

    /// Whether the length is 0, as [`Field::len`] counts it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it is, in a word.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Array(_) => "an array",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Record(_) => "a record",
            Self::Missing => "nothing",
        }
    }
}

impl Nested for Field {
    fn child(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Record(record) => record.fields.get(name),
            Self::List(items) => items.get(name.parse::<usize>().ok()?),
            _ => None,
        }
    }
}

impl<E: ArrayElement> From<E> for Field {
    fn from(number: E) -> Self {
        arr0(number).into()
    }
}

impl<E: ArrayElement> From<Vec<E>> for Field {
    fn from(row: Vec<E>) -> Self {
        Array1::from_vec(row).into()
    }
}

impl<E: ArrayElement, const N: usize> From<[E; N]> for Field {
    fn from(row: [E; N]) -> Self {
        Vec::from(row).into()
    }
}

impl<E: ArrayElement> From<&[E]> for Field {
    fn from(row: &[E]) -> Self {
        row.to_vec().into()
    }
}

impl<E: ArrayElement, D: Dimension> From<Array<E, D>> for Field {
    fn from(array: Array<E, D>) -> Self {
        Self::Array(array.into())
    }
}

/// A copy, in row-major order.
impl<E: ArrayElement, D: Dimension> From<ArrayView<'_, E, D>> for Field {
    fn from(array: ArrayView<'_, E, D>) -> Self {
        pack(array).into()
    }
}

impl From<AnyArray> for Field {
    fn from(array: AnyArray) -> Self {
        Self::Array(array)
    }
}

/// `[H, W, C]`, u8.
impl From<Image> for Field {
    fn from(image: Image) -> Self {
        image.view().to_owned().into()
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<Field>> for Field {
    fn from(list: Vec<Field>) -> Self {
        Self::List(list)
    }
}

impl From<Record> for Field {
    fn from(record: Record) -> Self {
        Self::Record(record)
    }
}

impl<T: Into<Field>> From<Option<T>> for Field {
    fn from(field: Option<T>) -> Self {
        field.map_or(Self::Missing, Into::into)
    }
}

/// One sample: fields with names, and its index in the dataset, which errors name.
///
/// A program's own sample type becomes one by `impl From<Sample> for Record`; Burn's loader then takes a
/// dataset of samples and a [`Collator`](crate::collate::Collator).
///
/// ```
/// use burn_prep::collate::{Field, Record};
///
/// let question = Record::new().with("input_ids", vec![5_i64, 6]);
/// let sample = Record::new().with("question", question).with("label", 1_i64).at_index(70);
/// assert_eq!(sample.get("label"), Some(&Field::from(1_i64)));
/// assert_eq!(sample.get("question.input_ids"), Some(&Field::from(vec![5_i64, 6])));
/// assert_eq!((sample.get("answer"), sample.index()), (None, Some(70)));
/// assert_eq!(sample.names().collect::<Vec<_>>(), ["label", "question"]);
/// ```
#[doc(alias = "features")]
#[doc(alias = "example")]
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    fields: BTreeMap<Cow<'static, str>, Field>,
    index: Option<usize>,
}

impl Record {
    /// A sample without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field and returns the sample; a field of that name is replaced.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, field: impl Into<Field>) -> Self {
        self.fields.insert(name.into(), field.into());
        self
    }

    /// Inserts a field, and returns the one that had its name.
    ///
    /// ```
    /// use burn_prep::collate::{Field, Record};
    /// let mut sample = Record::new().with("x", 1);
    /// assert_eq!((sample.insert("x", [2, 3]), sample.insert("y", 4)), (Some(Field::from(1)), None));
    /// assert_eq!((sample.remove("y"), sample.get("x")), (Some(Field::from(4)), Some(&Field::from([2, 3]))));
    /// ```
    pub fn insert(&mut self, name: impl Into<Cow<'static, str>>, field: impl Into<Field>) -> Option<Field> {
        self.fields.insert(name.into(), field.into())
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) -> Option<Field> {
        self.fields.remove(name)
    }

    /// Sets the index of the sample in its dataset.
    #[must_use]
    pub fn at_index(mut self, index: usize) -> Self {
        self.index = Some(index);
        self
    }

    /// The index of the sample in its dataset, if it is set.
    pub fn index(&self) -> Option<usize> {
        self.index
    }

    /// Returns a field by its name; a field of a record or list inside by a path with dots, such as `pair.0`.
    pub fn get(&self, path: &str) -> Option<&Field> {
        find(&|name| self.fields.get(name), path)
    }

    /// The fields with their names, sorted by them.
    ///
    /// ```
    /// use burn_prep::collate::{Field, Record};
    /// let sample: Record = [("y", Field::from("no")), ("x", Field::from([1, 2]))].into_iter().collect();
    /// let lengths: Vec<_> = sample.iter().map(|(name, field)| (name, field.len())).collect();
    /// assert_eq!(lengths, [("x", 2), ("y", 2)]);
    /// ```
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Field)> + '_ {
        self.fields.iter().map(|(name, field)| (name.as_ref(), field))
    }

    /// The names of the fields, sorted.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        self.fields.keys().map(AsRef::as_ref)
    }
}

/// Collects named fields into a record; of several fields with one name the last is kept.
impl<N: Into<Cow<'static, str>>, F: Into<Field>> FromIterator<(N, F)> for Record {
    fn from_iter<I: IntoIterator<Item = (N, F)>>(fields: I) -> Self {
        let fields = fields.into_iter().map(|(name, field)| (name.into(), field.into())).collect();
        Self { fields, index: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn paths_lead_through_records_and_lists() {
        let inner =
            Record::new().with("x", 1).with("x.y", 2).with("y", vec![Field::from(3), Field::from("four")]);
        let record =
            Record::new().with("a", inner.clone()).with("a.x", 5).with("list", vec![Field::from(inner)]);
        let number = |path: &str| record.get(path).cloned();
        assert_eq!(number("a.x"), Some(Field::from(5)), "a name with a point goes before a path");
        assert_eq!(number("a.x.y"), Some(Field::from(2)));
        assert_eq!(number("a.y.0"), Some(Field::from(3)));
        assert_eq!(number("list.0.y.1"), Some(Field::from("four")));
        assert_eq!(number("list.0.x"), Some(Field::from(1)));
        let pointed = Record::new().with("a.b", Record::new().with("c.d", vec![Field::from(7)]));
        assert_eq!(pointed.get("a.b.c.d.0"), Some(&Field::from(7)), "names with points on the way");
        for nowhere in ["", ".", "b", "a.", "a.z", "a.y.", "a.y.2", "a.y.-1", "a.y.0.0", "list.x", "list.0."]
        {
            assert_eq!(number(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn of_fields_with_one_name_the_last_stays() {
        let record: Record = [("x", 1), ("y", 2), ("x", 3)].into_iter().collect();
        assert_eq!(record, Record::new().with("x", 3).with("y", 2));
    }

    #[test]
    fn a_view_is_copied_in_row_major_order() {
        let array = array![[1, 2, 3], [4, 5, 6]];
        assert_eq!(Field::from(array.t()), Field::from(array![[1, 4], [2, 5], [3, 6]]));
    }
}
