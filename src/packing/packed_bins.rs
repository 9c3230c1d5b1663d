//! The result of packing: bins of rows, or of pieces of rows.

use crate::error::{Result, SequenceFault};
use crate::memory::reserved_for;
use crate::ragged::{Ragged, RowPartition};

/// A row in a bin, or a piece of it.
///
/// ```
/// use burn_prep::packing::Packing;
/// use burn_prep::ragged::Overflow;
/// let bins = Packing::best_fit(4).overflow(Overflow::Windows { stride: 4 }).pack(&[6])?;
/// let piece = bins.bins()[1][0];
/// assert_eq!((piece.row, piece.start, piece.length), (0, 4, 2));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Piece {
    /// The index of the row.
    pub row: usize,
    /// The index in the row at which the piece starts; 0 but for split rows and those whose start is cut.
    pub start: usize,
    /// The number of items in the piece.
    pub length: usize,
}

/// The assignment of rows to bins, with the number of items that were dropped.
///
/// ```
/// use burn_prep::packing::Packing;
///
/// let rows = [vec![1, 2, 3], vec![4], vec![5, 6]];
/// let bins = Packing::best_fit(4).pack(&[3, 1, 2])?;
/// assert_eq!((bins.len(), bins.rows()), (2, vec![vec![0, 1], vec![2]]));
/// let packed = bins.apply(&rows)?;
/// assert_eq!(packed[0].values(), [1, 2, 3, 4]);
/// assert_eq!(packed[0].partitions()[0].splits(), [0, 3, 4]);
/// assert_eq!((bins.real(), bins.capacity(), bins.efficiency()), (6, 4, 0.75));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedBins {
    bins: Vec<Vec<Piece>>,
    capacity: usize,
    dropped: u64,
}

impl PackedBins {
    pub(crate) fn new(bins: Vec<Vec<Piece>>, capacity: usize, dropped: u64) -> Self {
        Self { bins, capacity, dropped }
    }

    /// The bins, in the order in which they were opened.
    pub fn bins(&self) -> &[Vec<Piece>] {
        &self.bins
    }

    /// The rows of each bin; a split row is in several.
    pub fn rows(&self) -> Vec<Vec<usize>> {
        self.bins.iter().map(|bin| bin.iter().map(|piece| piece.row).collect()).collect()
    }

    /// The number of bins.
    pub fn len(&self) -> usize {
        self.bins.len()
    }

    /// Whether there are no bins.
    ///
    /// ```
    /// assert!(burn_prep::packing::Packing::best_fit(4).pack(&[])?.is_empty());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.bins.is_empty()
    }

    /// How many items a bin holds.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// How many items of over-long rows were dropped.
    ///
    /// ```
    /// use burn_prep::packing::Packing;
    /// use burn_prep::ragged::Overflow;
    /// assert_eq!(Packing::first_fit(4).overflow(Overflow::TruncateEnd).pack(&[6, 2])?.dropped(), 2);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The number of items in all bins.
    pub fn real(&self) -> u64 {
        let lengths = self.bins.iter().flatten().map(|piece| u64::try_from(piece.length).unwrap_or(u64::MAX));
        lengths.fold(0, u64::saturating_add)
    }

    /// The fraction of the capacity of all bins that is filled; 1 if their capacity is 0.
    pub fn efficiency(&self) -> f64 {
        match self.len() as f64 * self.capacity as f64 {
            0.0 => 1.0,
            room => self.real() as f64 / room,
        }
    }

    /// Copies the rows' items into their bins: a bin becomes rows without padding between them, whose partition has the
    /// bounds and positions that attention needs ([`RowPartition::cu_seqlens`]).
    ///
    /// # Errors
    ///
    /// A row is missing, or shorter than the length it was packed with.
    pub fn apply<T: Clone, R: AsRef<[T]>>(&self, rows: &[R]) -> Result<Vec<Ragged<T>>> {
        self.bins.iter().map(|bin| of_bin(bin, rows)).collect()
    }
}

fn of_bin<T: Clone, R: AsRef<[T]>>(bin: &[Piece], rows: &[R]) -> Result<Ragged<T>> {
    let lengths: Vec<usize> = bin.iter().map(|piece| piece.length).collect();
    let partition = RowPartition::from_lengths(&lengths)?;
    let mut values = reserved_for("PackedBins::apply", Some(partition.nvals()))?;
    for (at, piece) in bin.iter().enumerate() {
        let missing = SequenceFault::IndexOutOfRange { at, found: piece.row, rows: rows.len() };
        let row = rows.get(piece.row).ok_or(missing)?.as_ref();
        let end = piece.start.saturating_add(piece.length);
        let short = SequenceFault::CountMismatch { what: "items in a row", found: row.len(), expected: end };
        values.extend_from_slice(row.get(piece.start..end).ok_or(short)?);
    }
    Ragged::new(values, vec![partition], Vec::new())
}

#[cfg(test)]
mod tests {
    use crate::packing::Packing;
    use crate::ragged::Overflow;

    #[test]
    fn rows_that_are_not_those_that_were_packed_are_errors() {
        let bins = Packing::best_fit(4).pack(&[3, 1]).unwrap();
        assert!(bins.apply(&[vec![1, 2, 3]]).unwrap_err().is_usage());
        assert!(
            bins.apply(&[vec![1, 2], vec![3]]).unwrap_err().to_string().contains("found 2 items in a row")
        );
    }

    #[test]
    fn split_rows_come_back_in_pieces() {
        let rows = [vec![1, 2, 3, 4, 5], vec![6]];
        let bins = Packing::best_fit(3).overflow(Overflow::Windows { stride: 3 }).pack(&[5, 1]).unwrap();
        let packed = bins.apply(&rows).unwrap();
        let values: Vec<_> = packed.iter().map(|packed| packed.values().to_vec()).collect();
        assert_eq!(values, [vec![1, 2, 3], vec![4, 5, 6]]);
        assert_eq!(bins.efficiency(), 1.0);
    }
}
