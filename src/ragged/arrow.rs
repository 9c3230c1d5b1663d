//! Rows as Arrow lists and back: the same layout, offsets and values.

use std::sync::Arc;

use arrow_array::types::{
    ArrowPrimitiveType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, FixedSizeListArray, GenericListArray, LargeListArray, LargeStringArray,
    ListArray, OffsetSizeTrait, PrimitiveArray, StringArray,
};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};
use half::f16;

use crate::error::{Error, Result, fault};
use crate::ragged::room::reserved;
use crate::ragged::{Ragged, RowPartition};

/// An element type with a corresponding Arrow array: `bool`, all integers, `f16`, `f32`, `f64` and `String`.
///
/// Numbers are laid out as here and are moved; Arrow packs `bool` into bits and texts into one buffer, so
/// those are copied.
///
/// ```
/// use burn_prep::ragged::Ragged;
///
/// let words = Ragged::from_rows([vec!["a".to_owned(), "b".to_owned()], vec![]]);
/// assert_eq!(Ragged::<String>::from_arrow(words.clone().into_arrow()?)?, words);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub trait ArrowElement: Sized {
    #[doc(hidden)]
    fn into_array(values: Vec<Self>) -> ArrayRef;
    #[doc(hidden)]
    fn from_array(array: ArrayRef) -> Result<Vec<Self>>;
}

fn misfit(found: &DataType, expected: &str) -> Error {
    Error::dtype("Ragged::from_arrow", found, expected)
}

macro_rules! primitives {
    ($($native:ident $arrow:ident),*) => {$(
        impl ArrowElement for $native {
            fn into_array(values: Vec<Self>) -> ArrayRef {
                Arc::new(PrimitiveArray::<$arrow>::new(ScalarBuffer::from(values), None))
            }

            fn from_array(array: ArrayRef) -> Result<Vec<Self>> {
                primitive::<$arrow>(array)
            }
        }
    )*};
}

primitives!(
    i8 Int8Type, i16 Int16Type, i32 Int32Type, i64 Int64Type, u8 UInt8Type, u16 UInt16Type, u32 UInt32Type,
    u64 UInt64Type, f16 Float16Type, f32 Float32Type, f64 Float64Type
);

/// The values of an array, moved if nobody else holds them.
fn primitive<P: ArrowPrimitiveType>(array: ArrayRef) -> Result<Vec<P::Native>> {
    let Some(own) = array.as_any().downcast_ref::<PrimitiveArray<P>>() else {
        return Err(misfit(array.data_type(), &P::DATA_TYPE.to_string()));
    };
    let values = own.values().clone();
    drop(array);
    let count = values.len();
    match values.into_inner().into_vec::<P::Native>() {
        Ok(values) if values.len() == count => Ok(values),
        Ok(mut values) => {
            values.truncate(count);
            Ok(values)
        }
        Err(shared) => Ok(ScalarBuffer::<P::Native>::new(shared, 0, count).to_vec()),
    }
}

impl ArrowElement for bool {
    fn into_array(values: Vec<Self>) -> ArrayRef {
        Arc::new(BooleanArray::from(values))
    }

    fn from_array(array: ArrayRef) -> Result<Vec<Self>> {
        let flags = array.as_any().downcast_ref::<BooleanArray>();
        let flags = flags.ok_or_else(|| misfit(array.data_type(), "Boolean"))?;
        Ok(flags.values().iter().collect())
    }
}

impl ArrowElement for String {
    fn into_array(values: Vec<Self>) -> ArrayRef {
        Arc::new(LargeStringArray::from(values))
    }

    fn from_array(array: ArrayRef) -> Result<Vec<Self>> {
        if let Some(texts) = array.as_any().downcast_ref::<StringArray>() {
            return Ok((0..texts.len()).map(|at| texts.value(at).to_owned()).collect());
        }
        let texts = array.as_any().downcast_ref::<LargeStringArray>();
        let texts = texts.ok_or_else(|| misfit(array.data_type(), "Utf8 or LargeUtf8"))?;
        Ok((0..texts.len()).map(|at| texts.value(at).to_owned()).collect())
    }
}

impl<T: ArrowElement> Ragged<T> {
    /// The rows as an Arrow list of 64-bit offsets: a list for each partition, a fixed-size list for each inner
    /// dimension. Values are moved, not copied, but for `bool` and `String`.
    ///
    /// # Errors
    ///
    /// A cell has a dimension of size 0: Arrow's fixed-size lists of size 0 do not keep the number of cells.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// use arrow_array::Array;
    ///
    /// let rows = Ragged::from_rows([vec![1.5_f32, 2.5], vec![], vec![3.5]]);
    /// let list = rows.clone().into_arrow()?;
    /// assert_eq!((list.len(), list.value_offsets()), (3, &[0, 2, 2, 3][..]));
    /// assert_eq!(Ragged::<f32>::from_arrow(list)?, rows);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "ak.to_arrow")]
    #[doc(alias = "to_arrow")]
    pub fn into_arrow(self) -> Result<LargeListArray> {
        let (values, mut partitions, inner) = self.into_parts();
        let broken = |error: arrow_schema::ArrowError| Error::shape("Ragged::into_arrow", &inner, error);
        let item = |array: &ArrayRef| Arc::new(Field::new_list_field(array.data_type().clone(), false));
        let mut array = T::into_array(values);
        for &size in inner.iter().rev() {
            let narrow = i32::try_from(size).ok().filter(|size| *size > 0);
            let size =
                narrow.ok_or_else(|| Error::shape("Ragged::into_arrow", &inner, "sizes of 1 to 2^31 - 1"))?;
            array = Arc::new(FixedSizeListArray::try_new(item(&array), size, array, None).map_err(broken)?);
        }
        let list = |partition: &RowPartition, array: ArrayRef| {
            let offsets = partition.splits().iter().map(|split| *split as i64).collect::<Vec<_>>();
            LargeListArray::try_new(item(&array), OffsetBuffer::new(offsets.into()), array, None)
                .map_err(broken)
        };
        let outer = partitions.remove(0);
        for partition in partitions.iter().rev() {
            array = Arc::new(list(partition, array)?);
        }
        list(&outer, array)
    }

    /// Rows of an Arrow list, of 32- or 64-bit offsets. Lists of lists become partitions, fixed-size lists in a
    /// list inner dimensions. Values are moved where the list is their only owner and is not a slice; `bool` and
    /// `String` are copied.
    ///
    /// # Errors
    ///
    /// The values are of another type; a row or a value is null.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// use arrow_array::{ListArray, types::Int32Type};
    ///
    /// let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), Some(2)]), Some(vec![])]);
    /// assert_eq!(Ragged::<i32>::from_arrow(list.clone())?, Ragged::from_rows([vec![1, 2], vec![]]));
    /// assert!(Ragged::<i64>::from_arrow(list).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "ak.from_arrow")]
    #[doc(alias = "ListArray")]
    pub fn from_arrow<O: OffsetSizeTrait>(list: GenericListArray<O>) -> Result<Self> {
        let (partition, mut values) = peel(list)?;
        let mut partitions = vec![partition];
        let mut inner = Vec::new();
        loop {
            values = if let Some(list) = values.as_any().downcast_ref::<ListArray>().cloned() {
                drop(values);
                let (partition, values) = peel(list)?;
                uniform_before(&mut partitions, &mut inner)?;
                partitions.push(partition);
                values
            } else if let Some(list) = values.as_any().downcast_ref::<LargeListArray>().cloned() {
                drop(values);
                let (partition, values) = peel(list)?;
                uniform_before(&mut partitions, &mut inner)?;
                partitions.push(partition);
                values
            } else if let Some(list) = values.as_any().downcast_ref::<FixedSizeListArray>().cloned() {
                drop(values);
                no_nulls(&list)?;
                let (_, size, values, _) = list.into_parts();
                inner.push(usize::try_from(size).unwrap_or(0));
                values
            } else {
                break;
            };
        }
        no_nulls(&values)?;
        Ragged::new(T::from_array(values)?, partitions, inner)
    }
}

/// Fixed-size lists that hold lists are partitions of one length.
fn uniform_before(partitions: &mut Vec<RowPartition>, inner: &mut Vec<usize>) -> Result<()> {
    for size in inner.drain(..) {
        let rows = partitions.last().map_or(0, RowPartition::nvals);
        partitions.push(RowPartition::from_uniform(size, rows)?);
    }
    Ok(())
}

fn no_nulls(array: &dyn Array) -> Result<()> {
    match array.null_count() {
        0 => Ok(()),
        count => Err(fault!(NULL_VALUE, format_args!("{count} nulls in {}", array.data_type()), "none")),
    }
}

/// The rows of a list, and what is in them.
fn peel<O: OffsetSizeTrait>(list: GenericListArray<O>) -> Result<(RowPartition, ArrayRef)> {
    no_nulls(&list)?;
    let (_, offsets, values, _) = list.into_parts();
    let (first, last) = (offsets[0].as_usize(), offsets[offsets.len() - 1].as_usize());
    let mut splits = reserved(offsets.len(), 0)?;
    splits.extend(offsets.iter().map(|offset| offset.as_usize() - first));
    let values = if last - first == values.len() { values } else { values.slice(first, last - first) };
    Ok((RowPartition::from_offsets(splits)?, values))
}
