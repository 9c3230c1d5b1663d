//! Arrays of unequal size as rows.

use ndarray::{ArrayView, Dimension};

use crate::error::{Result, fault};
use crate::ragged::room::reserved;
use crate::ragged::{Ragged, RowPartition};

impl<T: Clone> Ragged<T> {
    /// One row for each array; their first `ragged_rank` dimensions may differ.
    ///
    /// # Errors
    ///
    /// There is no array, so that the inner shape is not known; the arrays differ in rank or inner shape,
    /// and the first that differs is named; they have fewer dimensions than `ragged_rank`.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged};
    /// use ndarray::array;
    /// let (a, b) = (array![[1, 2], [3, 4]], array![[5, 6]]);
    /// let rows = Ragged::from_arrays(&[a.view(), b.view()], 1)?;
    /// assert_eq!((rows.lengths(), rows.inner_shape()), (vec![2, 1], &[2][..]));
    /// assert_eq!(rows.pad_cells(&Padding::new(0))?.data().shape(), [2, 2, 2]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "as_nested_tensor")]
    #[doc(alias = "nested_tensor")]
    #[doc(alias = "pack_sequence")]
    pub fn from_arrays<D: Dimension>(arrays: &[ArrayView<'_, T, D>], ragged_rank: usize) -> Result<Self> {
        let inner = common_inner_shape(arrays, ragged_rank)?;
        let mut partitions = Vec::with_capacity(ragged_rank);
        for level in 0..ragged_rank {
            let lengths = arrays.iter().flat_map(|array| {
                let outer: usize = array.shape()[..level].iter().product();
                std::iter::repeat_n(array.shape()[level], outer)
            });
            partitions.push(RowPartition::from_lengths(&lengths.collect::<Vec<_>>())?);
        }
        let mut values = reserved(arrays.iter().map(|array| array.len()).sum(), 0)?;
        for array in arrays {
            match array.as_slice() {
                Some(slice) => values.extend_from_slice(slice),
                None => values.extend(array.iter().cloned()),
            }
        }
        Self::new(values, partitions, inner)
    }
}

/// The shape behind the first `ragged_rank` dimensions, which all arrays have to have.
pub(super) fn common_inner_shape<T, D: Dimension>(
    arrays: &[ArrayView<'_, T, D>],
    ragged_rank: usize,
) -> Result<Vec<usize>> {
    let Some(first) = arrays.first() else {
        return Err(fault!(EMPTY_BATCH, "no arrays", "one or more"));
    };
    if ragged_rank == 0 {
        return Err(fault!(BAD_RAGGED_RANK, 0, "1 or more"));
    }
    if first.ndim() < ragged_rank {
        return Err(fault!(RANK_TOO_LOW, first.ndim(), format_args!("{ragged_rank} or more")));
    }
    let inner = &first.shape()[ragged_rank..];
    for (at, array) in arrays.iter().enumerate() {
        if array.ndim() != first.ndim() {
            return Err(fault!(RANK_MISMATCH, array.ndim(), first.ndim()).at_index(at));
        }
        if &array.shape()[ragged_rank..] != inner {
            let found = format!("{:?}", &array.shape()[ragged_rank..]);
            return Err(fault!(INNER_SHAPE_MISMATCH, found, format_args!("{inner:?}")).at_index(at));
        }
    }
    Ok(inner.to_vec())
}
