//! Shapes, row lengths and positions of ragged rows.

use ndarray::arr0;

use crate::error::Result;
use crate::ragged::levels::{Level, assemble, axis_of, partitions_to};
use crate::ragged::room::reserved;
use crate::ragged::{Ragged, RaggedOrDense, RowPartition};

/// ```
/// use burn_prep::ragged::Ragged;
///
/// let rows: Ragged<i32> = Ragged::from_nested(vec![vec![vec![1, 2], vec![3]], vec![], vec![vec![4, 5, 6]]]);
/// assert_eq!(rows.bounding_shape(), [3, 2, 3]);
/// assert_eq!(rows.static_shape(), [Some(3), None, None]);
/// assert_eq!(rows.row_lengths(0)?.into_dense()?, ndarray::arr0(3).into_dyn());
/// assert_eq!(rows.row_lengths(1)?.into_dense()?, ndarray::array![2, 0, 1].into_dyn());
/// assert_eq!(rows.row_lengths(2)?.into_ragged()?, Ragged::from_rows([vec![2, 1], vec![], vec![3]]));
/// assert_eq!(rows.local_index()?.values(), [0, 1, 0, 0, 1, 2]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
impl<T> Ragged<T> {
    /// The shape of the array that holds all rows: the number of rows, the length of the longest row of each partition,
    /// and the inner shape.
    pub fn bounding_shape(&self) -> Vec<usize> {
        let mut shape = vec![self.len()];
        shape.extend(self.partitions().iter().map(RowPartition::longest));
        shape.extend_from_slice(self.inner_shape());
        shape
    }

    /// The shape as far as it is the same everywhere: `None` where rows may be of any length.
    #[doc(alias = "shape")]
    pub fn static_shape(&self) -> Vec<Option<usize>> {
        let mut shape = vec![Some(self.len())];
        shape.extend(self.partitions().iter().map(RowPartition::uniform_length));
        shape.extend(self.inner_shape().iter().copied().map(Some));
        shape
    }

    /// The lengths of the rows along an axis, in the structure of the axes before it: of axis 0 one number, of
    /// axis 1 an array, of a later one rows.
    ///
    /// # Errors
    ///
    /// There is no such axis.
    #[doc(alias = "ak.count")]
    #[doc(alias = "ak.num")]
    pub fn row_lengths(&self, axis: isize) -> Result<RaggedOrDense<usize>> {
        let at = axis_of(axis, self.rank())?;
        if at == 0 {
            return Ok(RaggedOrDense::Dense(arr0(self.len()).into_dyn()));
        }
        let levels = self.levels();
        let partitions = partitions_to(&levels, at)?;
        assemble(&levels[..at], partitions[at].lengths())
    }

    /// The index of each cell in its innermost row.
    ///
    /// # Errors
    ///
    /// There are more cells than fit into memory.
    #[doc(alias = "ak.local_index")]
    #[doc(alias = "position_ids")]
    pub fn local_index(&self) -> Result<Ragged<usize>> {
        let mut values = reserved(self.innermost().nvals(), 0)?;
        for row in self.innermost().ranges() {
            values.extend(0..row.len());
        }
        Ok(Ragged::trusted(values, self.partitions().to_vec(), Vec::new()))
    }

    /// The same rows with at least `rank` partitions: inner dimensions become partitions of one length.
    pub(crate) fn partitions_at_least(&self, rank: usize) -> Result<Vec<RowPartition>> {
        partitions_to(&self.levels(), rank.max(self.ragged_rank()).min(self.rank() - 1))
    }
}

/// The sizes of fixed dimensions.
pub(crate) fn block_of(levels: &[Level]) -> usize {
    levels.iter().map(|level| if let Level::Fixed(size) = level { *size } else { 1 }).product()
}
