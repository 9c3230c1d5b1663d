//! A batch of samples on a device.

use std::collections::BTreeMap;

use burn::data::dataloader::batcher::Batcher;
use burn::tensor::kind::{Basic, TensorKind};
use burn::tensor::{Bool, Device, Float, Int, Tensor};

use crate::arrays::{AnyArray, DType};
use crate::bridge::{IntoTensor, reshape};
use crate::collate::{Collated, CollatedField, Collator, Record, no_such_field};
use crate::error::{Error, Result, collate_fault};
use crate::images::ImageExtents;
use crate::ragged::{RowExtents, RowPartition};
use crate::ragged_tensor::RaggedTensor;

/// A batch of samples on a device: a tensor for each field of numbers, by its name and rank.
///
/// Tensors are handed out as Burn's handles, without a copy. Lengths, sizes and texts stay on the host. Fields
/// inside of records and lists have their path as name: `question.input_ids`, `pair.0`.
///
/// ```
/// use burn_prep::prelude::*;
/// use ndarray::array;
///
/// let samples = [
///     Record::new().with("ids", vec![1_i32, 2]).with("weight", 0.5_f32).with("tags", vec![7_i32]).with("text", "a b"),
///     Record::new().with("ids", vec![3_i32]).with("weight", 1.5_f32).with("tags", vec![8_i32, 9]).with("text", "c"),
/// ];
/// let collator = Collator::new().pad("ids", Padding::new(0_i32)).keep_ragged::<i32>("tags");
/// let batch = collator.collate(&samples)?.upload(&DeviceSpec::Cpu.init()?)?;
/// assert_eq!(batch.int::<2>("ids")?.into_ndarray::<i32>()?, array![[1, 2], [3, 0]]);
/// assert_eq!(batch.float::<1>("weight")?.into_ndarray::<f32>()?, array![0.5, 1.5]);
/// assert_eq!(batch.ragged::<1, burn::tensor::Int>("tags")?.lengths(), [1, 2]);
/// assert_eq!((batch.extents("ids")?.lengths(), batch.texts("text")?.len()), (&[2, 1][..], 2));
/// assert_eq!((batch.len(), batch.is_empty(), batch.indices()), (2, false, &[None, None][..]));
/// assert_eq!(batch.names().collect::<Vec<_>>(), ["ids", "tags", "text", "weight"]);
/// assert!(batch.int::<3>("ids").is_err() && batch.float::<2>("ids").is_err() && batch.bool::<2>("mask").is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
///
/// In Burn's loader [`Collator`] is a `Batcher` whose output carries the `Result`, for every type that turns into a
/// [`Record`](crate::collate::Record); planned epochs come in through [`PlannedBatcher`](crate::batch::PlannedBatcher):
///
/// ```
/// use burn::data::dataloader::DataLoaderBuilder;
/// use burn::data::dataset::InMemDataset;
/// use burn_prep::batch::CollatedBatch;
/// use burn_prep::prelude::*;
///
/// #[derive(Debug, Clone)]
/// struct Review { ids: Vec<i32>, stars: i32 }
///
/// impl From<Review> for Record {
///     fn from(review: Review) -> Self {
///         Record::new().with("ids", review.ids).with("stars", review.stars)
///     }
/// }
///
/// let reviews = vec![Review { ids: vec![1, 2], stars: 5 }, Review { ids: vec![3], stars: 1 }];
/// let collator = Collator::new().pad("ids", Padding::new(0_i32)).mask_pad("mask", "ids");
/// let loader = DataLoaderBuilder::<Review, burn_prep::Result<CollatedBatch>>::new(collator)
///     .batch_size(2)
///     .set_device(DeviceSpec::Cpu.init()?)
///     .build(InMemDataset::new(reviews));
/// let batch = loader.iter().next().unwrap().unwrap()?;
/// assert_eq!(batch.int::<2>("ids")?.into_ndarray::<i32>()?, ndarray::array![[1, 2], [3, 0]]);
/// assert_eq!(batch.bool::<2>("mask")?.into_ndarray::<bool>()?, ndarray::array![[false, false], [false, true]]);
/// assert_eq!(batch.int::<1>("stars")?.into_ndarray::<i32>()?, ndarray::array![5, 1]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CollatedBatch {
    fields: BTreeMap<String, Placed>,
    indices: Vec<Option<usize>>,
}

/// What a field became: flat, because a rank is a type.
#[derive(Debug, Clone)]
enum Placed {
    Numbers(Box<Numbers>),
    Text(Vec<String>),
}

#[derive(Debug, Clone)]
struct Numbers {
    flat: Flat,
    shape: Vec<usize>,
    extents: Extents,
}

#[derive(Debug, Clone)]
enum Flat {
    Float(Tensor<1>),
    Int(Tensor<1, Int>),
    Bool(Tensor<1, Bool>),
}

#[derive(Debug, Clone)]
enum Extents {
    None,
    Rows(RowExtents),
    Images(ImageExtents),
    Partition(RowPartition),
}

impl Collated {
    /// Moves the batch to a device: one transfer for each field of numbers, of its own dtype.
    ///
    /// # Errors
    ///
    /// The device does not compute with a field's dtype.
    pub fn upload(self, device: &Device) -> Result<CollatedBatch> {
        let indices = self.indices().to_vec();
        let mut fields = BTreeMap::new();
        for (name, field) in self.into_fields() {
            place(&mut fields, name, field, device)?;
        }
        Ok(CollatedBatch { fields, indices })
    }
}

fn place(
    fields: &mut BTreeMap<String, Placed>,
    name: String,
    field: CollatedField,
    device: &Device,
) -> Result<()> {
    let mut tensor = |name: String, data: AnyArray, extents: Extents| {
        let shape = data.shape().to_vec();
        let flat = Flat::of(data, device).map_err(|error| error.in_field(&name, None, None))?;
        place_at(fields, name, Placed::Numbers(Box::new(Numbers { flat, shape, extents })))
    };
    match field {
        CollatedField::Array(data) => tensor(name, data, Extents::None),
        CollatedField::Padded { data, extents } => tensor(name, data, Extents::Rows(extents)),
        CollatedField::Images { data, extents } => tensor(name, data, Extents::Images(extents)),
        CollatedField::Ragged { values, partition } => tensor(name, values, Extents::Partition(partition)),
        CollatedField::Text(texts) => place_at(fields, name, Placed::Text(texts)),
        CollatedField::List(items) => {
            let place = |(at, item)| place(fields, format!("{name}.{at}"), item, device);
            items.into_iter().enumerate().try_for_each(place)
        }
        CollatedField::Record(inside) => {
            let place = |(inner, field)| place(fields, format!("{name}.{inner}"), field, device);
            inside.into_iter().try_for_each(place)
        }
    }
}

/// Fields of records and fields with a point in their name may have one path.
fn place_at(fields: &mut BTreeMap<String, Placed>, name: String, placed: Placed) -> Result<()> {
    match fields.insert(name.clone(), placed) {
        None => Ok(()),
        Some(_) => {
            Err(collate_fault!(KEY_SET_MISMATCH, format_args!("`{name}` twice"), "a path for each field"))
        }
    }
}

impl Flat {
    fn of(data: AnyArray, device: &Device) -> Result<Self> {
        fn flat<K: Basic + TensorKind>(data: AnyArray, device: &Device) -> Result<Tensor<1, K>> {
            crate::arrays::for_any_array!(data, data => {
                let count = data.len();
                let flat = data.into_shape_with_order(count).map_err(|_| Error::elements("upload", [count]))?;
                flat.into_tensor(device)
            })
        }
        Ok(match data.dtype() {
            DType::F64 | DType::F32 | DType::F16 | DType::BF16 => Self::Float(flat(data, device)?),
            DType::Bool => Self::Bool(flat(data, device)?),
            _ => Self::Int(flat(data, device)?),
        })
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Float(_) => "floats",
            Self::Int(_) => "integers",
            Self::Bool(_) => "flags",
        }
    }
}

macro_rules! typed {
    ($(#[$meta:meta])* $method:ident, $variant:ident, $kind:ident, $what:literal) => {
        $(#[$meta])*
        ///
        /// # Errors
        ///
        /// There is no such field, or it is of another kind or rank.
        pub fn $method<const D: usize>(&self, name: &str) -> Result<Tensor<D, $kind>> {
            let Numbers { flat, shape, .. } = self.numbers(name)?;
            let dims: [usize; D] = shape.as_slice().try_into().map_err(|_| {
                Error::shape("CollatedBatch", shape, format!("rank {D}")).in_field(name, None, None)
            })?;
            match flat {
                Flat::$variant(flat) => Ok(reshape(flat.clone(), dims)),
                other => Err(collate_fault!(WRONG_KIND, other.kind(), $what).in_field(name, None, None)),
            }
        }
    };
}

impl CollatedBatch {
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

    fn field(&self, name: &str) -> Result<&Placed> {
        self.fields.get(name).ok_or_else(|| no_such_field(name, self.names()))
    }

    fn numbers(&self, name: &str) -> Result<&Numbers> {
        match self.field(name)? {
            Placed::Numbers(numbers) => Ok(numbers),
            Placed::Text(_) => Err(collate_fault!(WRONG_KIND, "texts", "numbers").in_field(name, None, None)),
        }
    }

    typed!(
        /// A field of floats, of rank `D`.
        float, Float, Float, "floats"
    );
    typed!(
        /// A field of integers, of rank `D`.
        int, Int, Int, "integers"
    );
    typed!(
        /// A field of flags, of rank `D`: a mask.
        bool, Bool, Bool, "flags"
    );

    /// A field that is kept ragged, with cells of rank `D - 1`.
    ///
    /// # Errors
    ///
    /// There is no such field, it is not ragged, or of another kind or rank.
    pub fn ragged<const D: usize, K: BatchKind>(&self, name: &str) -> Result<RaggedTensor<D, K>> {
        match &self.numbers(name)?.extents {
            Extents::Partition(partition) => RaggedTensor::new(K::of(self, name)?, vec![partition.clone()]),
            _ => {
                let expected = "rows that Collator::keep_ragged keeps";
                Err(collate_fault!(WRONG_KIND, "an array", expected).in_field(name, None, None))
            }
        }
    }

    /// The extents of a padded field: the length of each row without padding, on the host.
    ///
    /// # Errors
    ///
    /// There is no such field, or it is not padded.
    pub fn extents(&self, name: &str) -> Result<&RowExtents> {
        match &self.numbers(name)?.extents {
            Extents::Rows(extents) => Ok(extents),
            _ => Err(collate_fault!(WIDTH_OF_UNPADDED, name, "padded rows").in_field(name, None, None)),
        }
    }

    /// The extents of a field of padded images: the size and the offset of each image within the batch.
    ///
    /// # Errors
    ///
    /// There is no such field, or it holds no padded images.
    ///
    /// ```
    /// use burn_prep::collate::{Collator, Record};
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::images::ImagePadding;
    /// let sample = Record::new().with("pixels", ndarray::Array3::<f32>::zeros([3, 2, 2]));
    /// let batch = Collator::new().images("pixels", ImagePadding::new(0.0_f32)).collate(&[sample])?;
    /// let batch = batch.upload(&DeviceSpec::Cpu.init()?)?;
    /// assert_eq!(batch.image_extents("pixels")?.offsets(), [[0, 0]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn image_extents(&self, name: &str) -> Result<&ImageExtents> {
        match &self.numbers(name)?.extents {
            Extents::Images(extents) => Ok(extents),
            _ => Err(collate_fault!(WRONG_KIND, "an array", "images").in_field(name, None, None)),
        }
    }

    /// The texts of a field.
    ///
    /// # Errors
    ///
    /// There is no such field, or it holds no texts.
    pub fn texts(&self, name: &str) -> Result<&[String]> {
        match self.field(name)? {
            Placed::Text(texts) => Ok(texts),
            Placed::Numbers(numbers) => {
                Err(collate_fault!(WRONG_KIND, numbers.flat.kind(), "texts").in_field(name, None, None))
            }
        }
    }
}

/// A kind of tensor that a field of a batch may be of.
#[doc(hidden)]
pub trait BatchKind: Basic {
    fn of<const D: usize>(batch: &CollatedBatch, name: &str) -> Result<Tensor<D, Self>>
    where
        Self: Sized;
}

macro_rules! batch_kinds {
    ($($kind:ident $method:ident),*) => {$(
        impl BatchKind for $kind {
            fn of<const D: usize>(batch: &CollatedBatch, name: &str) -> Result<Tensor<D, Self>> {
                batch.$method(name)
            }
        }
    )*};
}

batch_kinds!(Float float, Int int, Bool bool);

/// The batch on the device, one transfer for each field.
impl<I: Into<Record> + Send + Sync> Batcher<I, Result<CollatedBatch>> for Collator {
    fn batch(&self, items: Vec<I>, device: &Device) -> Result<CollatedBatch> {
        let samples: Vec<Record> = items.into_iter().map(Into::into).collect();
        self.collate(&samples)?.upload(device)
    }
}
