//! Rows into bins of one capacity.

use std::collections::BTreeSet;

use crate::error::{Error, Result, SequenceFault};
use crate::memory::reserved_for;
use crate::packing::packed_bins::{PackedBins, Piece};
use crate::ragged::Overflow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Best,
    First,
}

/// Puts rows into bins of one capacity, longest first, so that few items of padding remain.
///
/// Rows are taken by falling length, equal ones in their order. Best fit puts a row into the bin in
/// which the least room remains, first fit into the first bin that has room; of equal bins the
/// earlier one is taken, and where none has room a new one is opened. Either takes `O(n log n)`.
/// Best-fit decreasing is what TRL calls `bfd`.
///
/// ```
/// use burn_prep::packing::Packing;
///
/// let lengths = [7, 6, 3, 3, 2, 4, 4, 1];
/// assert_eq!(Packing::first_fit(10).pack(&lengths)?.rows(), [vec![0, 2], vec![1, 5], vec![6, 3, 4, 7]]);
/// let bins = Packing::best_fit(10).pack(&lengths)?;
/// assert_eq!((bins.len(), bins.efficiency()), (3, 1.0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "bfd")]
#[doc(alias = "ffd")]
#[doc(alias = "pack_dataset")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packing {
    capacity: usize,
    fit: Fit,
    overflow: Overflow,
}

impl Packing {
    /// Best-fit decreasing, into bins of `capacity` items.
    #[doc(alias = "best_fit_decreasing")]
    pub fn best_fit(capacity: usize) -> Self {
        Self { capacity, fit: Fit::Best, overflow: Overflow::default() }
    }

    /// First-fit decreasing, into bins of `capacity` items.
    #[doc(alias = "first_fit_decreasing")]
    pub fn first_fit(capacity: usize) -> Self {
        Self { capacity, fit: Fit::First, overflow: Overflow::default() }
    }

    /// Sets what happens to a row that is longer than a bin; the default is an error.
    /// [`PackedBins::dropped`](crate::packing::PackedBins::dropped) counts the items that truncation drops.
    /// [`Overflow::Windows`] splits a row into pieces as long as a bin and a shorter last one; the pieces share no
    /// items where the stride is the capacity.
    ///
    /// ```
    /// use burn_prep::packing::Packing;
    /// use burn_prep::ragged::Overflow;
    ///
    /// let packing = Packing::best_fit(4);
    /// assert!(packing.pack(&[9]).is_err());
    /// assert_eq!(packing.overflow(Overflow::TruncateEnd).pack(&[9])?.dropped(), 5);
    /// let split = packing.overflow(Overflow::Windows { stride: 4 }).pack(&[9])?;
    /// assert_eq!((split.dropped(), split.len()), (0, 3));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// Packs rows of these lengths into bins. Without rows there are no bins; empty rows are assigned to a bin too.
    ///
    /// # Errors
    ///
    /// A row is longer than the capacity and [`Overflow::Error`] holds, or no part of it would ever
    /// fit because the capacity is 0; the stride of windows is 0 or more than the capacity.
    pub fn pack(&self, lengths: &[usize]) -> Result<PackedBins> {
        let (mut pieces, dropped) = self.pieces(lengths)?;
        // Stable: of equal lengths the lower row, and of a row's pieces the earlier one, comes first.
        pieces.sort_by_key(|piece| std::cmp::Reverse(piece.length));
        let bins = match self.fit {
            Fit::Best => self.into_best(pieces),
            Fit::First => self.into_first(pieces),
        };
        Ok(PackedBins::new(bins, self.capacity, dropped))
    }

    fn pieces(&self, lengths: &[usize]) -> Result<(Vec<Piece>, u64)> {
        let capacity = self.capacity;
        if let Overflow::Windows { stride } = self.overflow
            && capacity > 0
            && !(1..=capacity).contains(&stride)
        {
            return Err(Error::parameter("Overflow::Windows.stride", stride, "1 up to the capacity"));
        }
        let count_of = |length: usize| match self.overflow {
            // Windows until one reaches the end of the row.
            Overflow::Windows { stride } if capacity > 0 && length > capacity => {
                1 + (length - capacity).div_ceil(stride.max(1))
            }
            _ => 1,
        };
        let count = lengths.iter().try_fold(0_usize, |sum, &length| sum.checked_add(count_of(length)));
        let mut pieces = reserved_for("Packing::pack", count)?;
        let mut dropped = 0_u64;
        for (row, &length) in lengths.iter().enumerate() {
            if length <= capacity {
                pieces.push(Piece { row, start: 0, length });
                continue;
            }
            match self.overflow {
                Overflow::Windows { stride } if capacity > 0 => {
                    let windows = (0..count_of(length)).map(|window| {
                        let start = window * stride;
                        Piece { row, start, length: capacity.min(length - start) }
                    });
                    pieces.extend(windows);
                }
                Overflow::Error | Overflow::Windows { .. } => {
                    return Err(SequenceFault::RowLongerThanCapacity { row, length, capacity }.into());
                }
                Overflow::TruncateEnd | Overflow::TruncateStart => {
                    dropped = dropped.saturating_add(u64::try_from(length - capacity).unwrap_or(u64::MAX));
                    let start = if self.overflow == Overflow::TruncateEnd { 0 } else { length - capacity };
                    pieces.push(Piece { row, start, length: capacity });
                }
            }
        }
        Ok((pieces, dropped))
    }

    fn into_best(self, pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
        let mut bins: Vec<Vec<Piece>> = Vec::new();
        // (room, bin): the first entry at or above a length is the tightest bin, and the earliest of those.
        let mut rooms = BTreeSet::new();
        for piece in pieces {
            let found = rooms.range((piece.length, 0)..).next().copied();
            let (room, bin) = found.unwrap_or_else(|| {
                bins.push(Vec::new());
                (self.capacity, bins.len() - 1)
            });
            rooms.remove(&(room, bin));
            rooms.insert((room - piece.length, bin));
            bins[bin].push(piece);
        }
        bins
    }

    fn into_first(self, pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
        let mut bins: Vec<Vec<Piece>> = Vec::new();
        let mut rooms = MaxTree::new(pieces.len());
        for piece in pieces {
            // A bin that is not open yet has all room: the first with room is then the next one.
            let bin = rooms.first_at_least(piece.length, bins.len()).unwrap_or_else(|| {
                bins.push(Vec::new());
                rooms.set(bins.len() - 1, self.capacity);
                bins.len() - 1
            });
            let room = rooms.get(bin) - piece.length;
            rooms.set(bin, room);
            bins[bin].push(piece);
        }
        bins
    }
}

/// A complete binary tree of maxima, to find the first bin with enough room.
struct MaxTree {
    leaves: usize,
    nodes: Vec<usize>,
}

impl MaxTree {
    fn new(len: usize) -> Self {
        let leaves = len.next_power_of_two();
        Self { leaves, nodes: vec![0; leaves * 2] }
    }

    fn get(&self, leaf: usize) -> usize {
        self.nodes[self.leaves + leaf]
    }

    fn set(&mut self, leaf: usize, value: usize) {
        let mut node = self.leaves + leaf;
        self.nodes[node] = value;
        while node > 1 {
            node /= 2;
            self.nodes[node] = self.nodes[node * 2].max(self.nodes[node * 2 + 1]);
        }
    }

    /// The first of the leaves `0..open` with at least `value`.
    fn first_at_least(&self, value: usize, open: usize) -> Option<usize> {
        if self.nodes[1] < value {
            return None;
        }
        let mut node = 1;
        while node < self.leaves {
            node = if self.nodes[node * 2] >= value { node * 2 } else { node * 2 + 1 };
        }
        Some(node - self.leaves).filter(|&leaf| leaf < open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lengths_and_equal_bins_go_by_their_order() {
        let rows = |packing: Packing, lengths: &[usize]| packing.pack(lengths).unwrap().rows();
        let lengths = [5, 7, 5, 2, 4, 2, 5, 1, 6];
        let best = [vec![1, 3, 7], vec![8, 4], vec![0, 2], vec![6, 5]];
        assert_eq!(rows(Packing::best_fit(10), &lengths), best);
        let first = [vec![1, 3, 7], vec![8, 4], vec![0, 2], vec![6, 5]];
        assert_eq!(rows(Packing::first_fit(10), &lengths), first);
        // Where they differ: 4 fits the first bin loosely and the second one tightly.
        let lengths = [6, 7, 3];
        assert_eq!(rows(Packing::best_fit(10), &lengths), [vec![1, 2], vec![0]]);
        assert_eq!(rows(Packing::first_fit(11), &[6, 7, 4]), [vec![1, 2], vec![0]]);
        assert_eq!(rows(Packing::first_fit(12), &[8, 7, 4, 5]), [vec![0, 2], vec![1, 3]]);
        assert_eq!(rows(Packing::first_fit(12), &[7, 8, 4]), [vec![1, 2], vec![0]]);
    }

    #[test]
    fn empty_rows_are_kept() {
        for packing in [Packing::best_fit(0), Packing::first_fit(0)] {
            assert_eq!(packing.pack(&[0, 0]).unwrap().rows(), [[0, 1]]);
            assert!(packing.pack(&[]).unwrap().is_empty());
            for overflow in [Overflow::Error, Overflow::Windows { stride: 4 }] {
                assert!(packing.overflow(overflow).pack(&[1]).unwrap_err().is_data());
            }
            assert_eq!(packing.overflow(Overflow::TruncateEnd).pack(&[1]).unwrap().dropped(), 1);
        }
        assert_eq!(Packing::first_fit(2).pack(&[2, 0, 2, 0]).unwrap().rows(), [vec![0, 1, 3], vec![2]]);
    }

    #[test]
    fn a_split_row_keeps_every_item_once() {
        let bins = Packing::best_fit(4).overflow(Overflow::Windows { stride: 4 }).pack(&[9, 3]).unwrap();
        let piece = |row, start, length| Piece { row, start, length };
        let expected = [vec![piece(0, 0, 4)], vec![piece(0, 4, 4)], vec![piece(1, 0, 3), piece(0, 8, 1)]];
        assert_eq!(bins.bins(), expected);
        let end = Packing::best_fit(4).overflow(Overflow::TruncateStart).pack(&[9]).unwrap();
        assert_eq!((end.bins()[0][0], end.dropped()), (piece(0, 5, 4), 5));
    }

    #[test]
    fn too_many_pieces_are_an_error() {
        let split = Packing::best_fit(1).overflow(Overflow::Windows { stride: 1 });
        assert!(split.pack(&[usize::MAX]).unwrap_err().is_usage());
        assert!(split.pack(&[usize::MAX, usize::MAX]).unwrap_err().is_usage());
    }
}
