//! Packed sequences in time-step order, as recurrent layers read them.

use crate::error::{Error, Result};
use crate::ragged::room::reserved;
use crate::ragged::{Ragged, RowPartition};

/// Rows stored in time-step order: the first cell of every row, then the second cells, and so on, the longest row
/// first.
///
/// ```
/// use burn_prep::ragged::{PackedSequence, Ragged};
///
/// let rows = Ragged::from_rows([vec![4, 5], vec![1, 2, 3], vec![6]]);
/// let packed = PackedSequence::new(&rows)?;
/// assert_eq!((packed.data(), packed.batch_sizes()), (&[1, 4, 6, 2, 5, 3][..], &[3, 2, 1][..]));
/// assert_eq!((packed.sorted_indices(), packed.unsorted_indices()), (&[1, 0, 2][..], vec![1, 0, 2]));
/// assert_eq!((packed.to_rows()?, packed.inner_shape()), (rows.clone(), &[][..]));
/// assert!(PackedSequence::of_sorted(&rows).is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "pack_padded_sequence")]
#[doc(alias = "pad_packed_sequence")]
#[doc(alias = "pack_sequence")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedSequence<T> {
    data: Vec<T>,
    batch_sizes: Vec<usize>,
    sorted: Vec<usize>,
    inner: Vec<usize>,
}

impl<T: Clone> PackedSequence<T> {
    /// Packs rows in any order; rows of equal length keep theirs. Empty rows are legal: no step has them.
    ///
    /// # Errors
    ///
    /// There are several ragged dimensions, or the values do not fit into memory a second time.
    pub fn new(rows: &Ragged<T>) -> Result<Self> {
        let lengths = rows.lengths();
        let mut sorted: Vec<usize> = (0..rows.len()).collect();
        sorted.sort_by_key(|row| std::cmp::Reverse(lengths[*row]));
        Self::of_order(rows, sorted)
    }

    /// Packs rows that come with the longest first.
    ///
    /// # Errors
    ///
    /// A row is longer than the one in front of it; it is named. Otherwise as with [`new`](Self::new).
    #[doc(alias = "enforce_sorted")]
    pub fn of_sorted(rows: &Ragged<T>) -> Result<Self> {
        let lengths = rows.lengths();
        if let Some(at) = lengths.windows(2).position(|pair| pair[0] < pair[1]) {
            let expected = "rows that do not grow (PackedSequence::new sorts them)";
            return Err(Error::shape("of_sorted", &lengths[at..at + 2], expected).at_index(at + 1));
        }
        Self::of_order(rows, (0..rows.len()).collect())
    }

    fn of_order(rows: &Ragged<T>, sorted: Vec<usize>) -> Result<Self> {
        if rows.ragged_rank() != 1 {
            return Err(Error::shape("pack", rows.bounding_shape(), "one ragged dimension"));
        }
        let (partition, block) = (rows.outer(), rows.block());
        let mut data = reserved(rows.values().len(), 0)?;
        let mut batch_sizes = Vec::new();
        let mut batch = sorted.len();
        for step in 0..partition.longest() {
            let cell = |row: usize| partition.row(row).filter(|row| step < row.len());
            while batch > 0 && cell(sorted[batch - 1]).is_none() {
                batch -= 1;
            }
            for row in sorted[..batch].iter().filter_map(|row| cell(*row)) {
                let start = (row.start + step) * block;
                data.extend_from_slice(&rows.values()[start..start + block]);
            }
            batch_sizes.push(batch);
        }
        Ok(Self { data, batch_sizes, sorted, inner: rows.inner_shape().to_vec() })
    }

    /// Unpacks the rows, in their original order.
    ///
    /// # Errors
    ///
    /// The values do not fit into memory a second time.
    #[doc(alias = "unpack_sequence")]
    pub fn to_rows(&self) -> Result<Ragged<T>> {
        let block: usize = self.inner.iter().product();
        let length = |place: usize| self.batch_sizes.iter().take_while(|batch| place < **batch).count();
        let places = self.unsorted_indices();
        let lengths: Vec<usize> = places.iter().map(|place| length(*place)).collect();
        let starts = RowPartition::from_lengths(&self.batch_sizes)?;
        let mut values = reserved(self.data.len(), 0)?;
        for (place, length) in places.iter().zip(&lengths) {
            for step in starts.starts().iter().take(*length) {
                let start = (step + place) * block;
                values.extend_from_slice(&self.data[start..start + block]);
            }
        }
        Ragged::new(values, vec![RowPartition::from_lengths(&lengths)?], self.inner.clone())
    }
}

impl<T> PackedSequence<T> {
    /// The cells, step by step.
    pub fn data(&self) -> &[T] {
        &self.data
    }

    /// The number of rows that have a cell at each time step, which never increases.
    pub fn batch_sizes(&self) -> &[usize] {
        &self.batch_sizes
    }

    /// The shape of a cell.
    pub fn inner_shape(&self) -> &[usize] {
        &self.inner
    }

    /// The indices of the rows, the longest row first.
    pub fn sorted_indices(&self) -> &[usize] {
        &self.sorted
    }

    /// The index of each row in the sorted order.
    pub fn unsorted_indices(&self) -> Vec<usize> {
        let mut places = vec![0; self.sorted.len()];
        self.sorted.iter().enumerate().for_each(|(place, row)| places[*row] = place);
        places
    }
}
