//! Functions of values and of rows.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::error::{Result, fault};
use crate::ragged::Ragged;
use crate::ragged::gather::same_rows;

impl<T> Ragged<T> {
    /// Applies a function to each value, in one pass over the buffer; the partitions are kept.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let rows = Ragged::from_rows([vec![1, 2], vec![], vec![3]]);
    /// assert_eq!(rows.map_values(|value| value * value), Ragged::from_rows([vec![1, 4], vec![], vec![9]]));
    /// assert_eq!(rows.map_rows(|row| row.iter().sum::<i32>()), [3, 0, 3]);
    /// let doubled = rows.map_values_with(&rows, |a, b| a + b)?;
    /// assert_eq!(doubled.values(), [2, 4, 6]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "ak.values_astype")]
    #[doc(alias = "map_flat_values")]
    pub fn map_values<U>(&self, f: impl FnMut(&T) -> U) -> Ragged<U> {
        let values = self.values().iter().map(f).collect();
        Ragged::trusted(values, self.partitions().to_vec(), self.inner_shape().to_vec())
    }

    /// Applies a function to each pair of values of rows with equal partitions.
    ///
    /// [`zip_with`](Self::zip_with) broadcasts as well.
    ///
    /// # Errors
    ///
    /// The rows or the inner shapes differ.
    #[doc(alias = "map_flat_values")]
    pub fn map_values_with<U, V>(
        &self,
        other: &Ragged<U>,
        mut f: impl FnMut(&T, &U) -> V,
    ) -> Result<Ragged<V>> {
        if self.ragged_rank() != other.ragged_rank() {
            return Err(fault!(RANK_MISMATCH, other.ragged_rank(), self.ragged_rank()));
        }
        for (at, (rows, other)) in self.partitions().iter().zip(other.partitions()).enumerate() {
            same_rows(rows, other, at + 1)?;
        }
        if self.inner_shape() != other.inner_shape() {
            let (found, expected) = (other.inner_shape(), self.inner_shape());
            return Err(fault!(
                INNER_SHAPE_MISMATCH,
                format_args!("{found:?}"),
                format_args!("{expected:?}")
            ));
        }
        let values = self.values().iter().zip(other.values()).map(|(a, b)| f(a, b)).collect();
        Ok(Ragged::trusted(values, self.partitions().to_vec(), self.inner_shape().to_vec()))
    }

    /// Applies a function to all values of each row, on all cores, and returns the results in the order of the rows.
    ///
    /// [`from_rows`](Self::from_rows) makes rows of the results again, if they are vectors.
    #[doc(alias = "map_fn")]
    #[doc(alias = "vectorized_map")]
    pub fn map_rows<R: Send>(&self, f: impl Fn(&[T]) -> R + Sync + Send) -> Vec<R>
    where
        T: Sync,
    {
        (0..self.len()).into_par_iter().map(|row| f(self.row(row).unwrap_or(&[]))).collect()
    }
}
