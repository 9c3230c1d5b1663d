//! A batch of samples on the host.

use std::collections::BTreeMap;

use ndarray::ArrayViewD;

use crate::arrays::{AnyArray, ArrayElement};
use crate::collate::field_rule::Cast;
use crate::collate::path::{Nested, find};
use crate::error::{Error, ErrorKind, Result, collate_fault};
use crate::images::ImageExtents;
use crate::ragged::{Ragged, RowExtents, RowPartition};

/// One field of a batch.
///
/// Which of the forms it is depends on how the [`Collator`](crate::collate::Collator) describes the field and on the
/// kind of the samples' values, never on the values themselves.
///
/// ```
/// use burn_prep::collate::{CollatedField, Collator, Record};
/// use burn_prep::ragged::Padding;
/// use ndarray::array;
///
/// let samples = [Record::new().with("x", vec![1, 2]).with("y", 1), Record::new().with("x", vec![3]).with("y", 2)];
/// let batch = Collator::new().pad("x", Padding::new(0)).collate(&samples)?;
/// assert!(matches!(batch.get("x")?, CollatedField::Padded { .. }) && matches!(batch.get("y")?, CollatedField::Array(_)));
/// assert_eq!(batch.get("x")?.data().unwrap().shape(), [2, 2]);
/// let rows = Collator::new().keep_ragged::<i32>("x").collate(&samples)?.into_fields().remove("x").unwrap();
/// assert_eq!(rows.clone().into_rows::<i32>()?, burn_prep::ragged::Ragged::from_rows([vec![1, 2], vec![3]]));
/// assert!(rows.into_array().is_err());                         // the rows differ in length
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CollatedField {
    /// Stacked: `[N, shape of a sample's..]`.
    Array(AnyArray),
    /// Padded rows: `[N, width, shape behind the first axis..]`, with the number of real items in each row.
    #[non_exhaustive]
    Padded {
        /// The values and the padding.
        data: AnyArray,
        /// The number of real items in each row.
        extents: RowExtents,
    },
    /// Images padded to one size: `[N, C, H, W]` or `[N, H, W, C]`, with the size and offset of each image.
    #[non_exhaustive]
    Images {
        /// The pixels and the fill.
        data: AnyArray,
        /// The size of each image and its offset in the padded image.
        extents: ImageExtents,
    },
    /// Rows kept as they are: all cells, and where each row starts.
    #[non_exhaustive]
    Ragged {
        /// All cells: `[cells, shape of a cell..]`.
        values: AnyArray,
        /// Where each row starts.
        partition: RowPartition,
    },
    /// Texts, one for each sample.
    Text(Vec<String>),
    /// Lists: one field for each index of the samples' lists.
    List(Vec<CollatedField>),
    /// Records: one field for each name of the samples' records.
    Record(BTreeMap<String, CollatedField>),
}

impl CollatedField {
    pub(super) fn of_rows<T: ArrayElement>(rows: Ragged<T>) -> Self {
        let (values, mut partitions, inner) = rows.into_parts();
        let partition = partitions.swap_remove(partitions.len() - 1);
        let shape = [&[partition.nvals()], &inner[..]].concat();
        let array = ndarray::ArrayD::from_shape_vec(shape, values).unwrap_or_default();
        Self::Ragged { values: array.into(), partition }
    }

    /// The same with its numbers cast, where a cast is asked for and it holds numbers; an error has the sample as
    /// its index.
    pub(super) fn cast(self, cast: Option<Cast>) -> Result<Self> {
        let Some(cast) = cast else { return Ok(self) };
        let of = |data: &AnyArray, partition: Option<&RowPartition>| {
            cast(data).map_err(|error| {
                let ErrorKind::Cast { index, .. } = error.kind() else { return error };
                let Some(&first) = index.first() else { return error };
                // Of ragged rows it is a cell.
                let sample = match partition {
                    Some(rows) => rows.limits().partition_point(|limit| *limit <= first),
                    None => first,
                };
                error.at_index(sample)
            })
        };
        Ok(match self {
            Self::Array(data) => Self::Array(of(&data, None)?),
            Self::Padded { data, extents } => Self::Padded { data: of(&data, None)?, extents },
            Self::Images { data, extents } => Self::Images { data: of(&data, None)?, extents },
            Self::Ragged { values, partition } => {
                Self::Ragged { values: of(&values, Some(&partition))?, partition }
            }
            other => other,
        })
    }

    /// What it is, in a word.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Array(_) => "an array",
            Self::Padded { .. } => "padded rows",
            Self::Images { .. } => "images",
            Self::Ragged { .. } => "ragged rows",
            Self::Text(_) => "texts",
            Self::List(_) => "a list",
            Self::Record(_) => "a record",
        }
    }

    /// The array of a stacked or padded field, or of images.
    pub fn data(&self) -> Option<&AnyArray> {
        match self {
            Self::Array(data) | Self::Padded { data, .. } | Self::Images { data, .. } => Some(data),
            _ => None,
        }
    }

    /// Returns the array of the field without a copy; rows that were kept ragged become an array if all have one
    /// length.
    ///
    /// # Errors
    ///
    /// The rows differ in length; texts, lists and records are no arrays.
    pub fn into_array(self) -> Result<AnyArray> {
        match self {
            Self::Array(data) | Self::Padded { data, .. } | Self::Images { data, .. } => Ok(data),
            Self::Ragged { values, partition } => {
                let first = partition.row(0).map_or(0, |row| row.len());
                if let Some(row) = partition.lengths().iter().position(|length| *length != first) {
                    let found = format!("{} in row {row}", partition.lengths()[row]);
                    return Err(collate_fault!(RAGGED_TENSOR, found, format_args!("{first} as in row 0")));
                }
                crate::arrays::for_any_array!(values, values => {
                    let shape = [&[partition.nrows(), first], &values.shape()[1..]].concat();
                    let array = values.into_shape_with_order(shape.clone());
                    array.map(AnyArray::from).map_err(|_| Error::elements("into_array", shape))
                })
            }
            other => Err(collate_fault!(WRONG_KIND, other.kind(), "an array")),
        }
    }

    /// The rows of a field that is kept ragged, or of a padded one without its padding.
    ///
    /// # Errors
    ///
    /// The field is neither, or of another element type.
    pub fn into_rows<T: ArrayElement>(self) -> Result<Ragged<T>> {
        match self {
            Self::Ragged { values, partition } => {
                let values = values.into_array::<T>()?;
                let inner = values.shape()[1..].to_vec();
                Ragged::new(values.into_raw_vec_and_offset().0, vec![partition], inner)
            }
            Self::Padded { data, extents } => {
                crate::ragged::unpad(data.view::<T>()?, extents.lengths(), extents.side())
            }
            other => Err(collate_fault!(WRONG_KIND, other.kind(), "rows")),
        }
    }
}

impl Nested for CollatedField {
    fn child(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Record(fields) => fields.get(name),
            Self::List(items) => items.get(name.parse::<usize>().ok()?),
            _ => None,
        }
    }
}

/// A batch of samples on the host, with one field for each field of the samples.
///
/// ```
/// use burn_prep::prelude::*;
/// use ndarray::array;
///
/// let samples = [
///     Record::new().with("input_ids", vec![5_i64, 6, 7]).with("label", 0_i64).with("text", "a b c"),
///     Record::new().with("input_ids", vec![8_i64]).with("label", 1_i64).with("text", "d").at_index(9),
/// ];
/// let batch = Collator::new().pad("input_ids", Padding::new(0_i64)).collate(&samples)?;
/// assert_eq!(batch.array::<i64>("input_ids")?, array![[5, 6, 7], [8, 0, 0]].into_dyn());
/// assert_eq!(batch.extents("input_ids")?.lengths(), [3, 1]);
/// assert_eq!(batch.array::<i64>("label")?, array![0, 1].into_dyn());
/// assert_eq!(batch.texts("text")?, ["a b c", "d"]);
/// assert_eq!((batch.len(), batch.is_empty(), batch.indices()), (2, false, &[None, Some(9)][..]));
/// assert_eq!(batch.names().collect::<Vec<_>>(), ["input_ids", "label", "text"]);
/// assert!(batch.get("labels").is_err() && batch.image_extents("label").is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Collated {
    pub(super) fields: BTreeMap<String, CollatedField>,
    pub(super) indices: Vec<Option<usize>>,
}

impl Collated {
    /// The number of samples.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there are no samples; never, since a batch is made of at least one.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The index in the dataset of each sample, where the record has one.
    pub fn indices(&self) -> &[Option<usize>] {
        &self.indices
    }

    /// The names of the fields, sorted.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        self.fields.keys().map(String::as_str)
    }

    /// The error of what is not among the fields.
    pub(crate) fn no_such_field(&self, found: &str) -> Error {
        no_such_field(found, self.names())
    }

    pub(super) fn find(&self, path: &str) -> Option<&CollatedField> {
        find(&|name| self.fields.get(name), path)
    }

    /// Returns a field by its name; a field of a record or list inside by a path with dots, such as `pair.0`.
    ///
    /// # Errors
    ///
    /// There is no such field.
    pub fn get(&self, path: &str) -> Result<&CollatedField> {
        self.find(path).ok_or_else(|| self.no_such_field(path))
    }

    /// The array of a stacked or padded field, or of images.
    ///
    /// # Errors
    ///
    /// There is no such field, it is no array, or one of another element type.
    pub fn array<T: ArrayElement>(&self, path: &str) -> Result<ArrayViewD<'_, T>> {
        let field = self.get(path)?;
        let data = field.data().ok_or_else(|| collate_fault!(WRONG_KIND, field.kind(), "an array"));
        data.and_then(AnyArray::view).map_err(|error| error.in_field(path, None, None))
    }

    /// The number of real items in each row of a padded field, and the masks and position ids derived from it.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is not padded.
    pub fn extents(&self, path: &str) -> Result<&RowExtents> {
        match self.get(path)? {
            CollatedField::Padded { extents, .. } => Ok(extents),
            other => {
                Err(collate_fault!(WIDTH_OF_UNPADDED, other.kind(), "padded rows").in_field(path, None, None))
            }
        }
    }

    /// The size of each image of a field and its offset in the padded image.
    ///
    /// # Errors
    ///
    /// There is no such field, or it holds no images.
    pub fn image_extents(&self, path: &str) -> Result<&ImageExtents> {
        match self.get(path)? {
            CollatedField::Images { extents, .. } => Ok(extents),
            other => Err(collate_fault!(WRONG_KIND, other.kind(), "images").in_field(path, None, None)),
        }
    }

    /// The texts of a field.
    ///
    /// # Errors
    ///
    /// There is no such field, or it holds no texts.
    pub fn texts(&self, path: &str) -> Result<&[String]> {
        match self.get(path)? {
            CollatedField::Text(texts) => Ok(texts),
            other => Err(collate_fault!(WRONG_KIND, other.kind(), "texts").in_field(path, None, None)),
        }
    }

    /// The fields, moved out.
    pub fn into_fields(self) -> BTreeMap<String, CollatedField> {
        self.fields
    }
}

/// The error of a field that is not there, with those that are.
pub(crate) fn no_such_field<'a>(found: &str, names: impl Iterator<Item = &'a str>) -> Error {
    collate_fault!(NO_SUCH_FIELD, found, format_args!("one of {}", names.collect::<Vec<_>>().join(", ")))
}
