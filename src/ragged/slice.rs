//! Slices and indices on every axis, and what is made of them: reverse and tile.

use std::ops::{Range, RangeFrom, RangeFull, RangeTo};

use ndarray::{ArrayD, Axis, IxDyn};

use crate::error::{Error, Result, fault};
use crate::ragged::levels::{Level, Runs, assemble, axis_of};
use crate::ragged::room::{reserved, too_large};
use crate::ragged::{Ragged, RaggedOrDense, RowPartition};

/// The selection along one axis: an index, a slice, an ellipsis or a new axis.
///
/// ```
/// use burn_prep::ragged::{Ragged, RaggedIndex as At};
///
/// let rows = Ragged::from_rows([vec![1, 2, 3], vec![], vec![4, 5]]);
/// let taken = rows.slice(&[At::from(..), At::from(-2..)])?.into_ragged()?;
/// assert_eq!(taken, Ragged::from_rows([vec![2, 3], vec![], vec![4, 5]]));
/// let every_other = rows.slice(&[At::stepped(2), At::stepped(-1)])?.into_ragged()?;
/// assert_eq!(every_other, Ragged::from_rows([vec![3, 2, 1], vec![5, 4]]));
/// assert_eq!(rows.slice(&[At::from(0), At::from(1..3)])?.into_dense()?, ndarray::array![2, 3].into_dyn());
/// assert_eq!(rows.slice(&[At::from(..1), At::NewAxis, At::Ellipsis])?.into_ragged()?.rank(), 3);
/// assert!(rows.slice(&[At::from(..), At::from(0)]).is_err());       // not every row has a first value
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "__getitem__")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RaggedIndex {
    /// One item, counted from the end if negative; the axis goes away.
    At(isize),
    /// Every `step`-th item from `start` up to, and without, `stop`, as in Python: negative bounds count
    /// from the end, bounds beyond the row are cut, a negative step runs backwards.
    Span {
        /// Where to begin; `None` is the first item, or the last with a negative step.
        start: Option<isize>,
        /// The index before which to end; `None` takes all items up to the last.
        stop: Option<isize>,
        /// The distance between two items; not 0.
        step: isize,
    },
    /// All axes for which there is no other key, taken whole.
    Ellipsis,
    /// A new axis of size 1.
    NewAxis,
}

impl RaggedIndex {
    /// Every `step`-th item; all of them backwards with -1.
    pub fn stepped(step: isize) -> Self {
        Self::Span { start: None, stop: None, step }
    }
}

impl From<isize> for RaggedIndex {
    fn from(index: isize) -> Self {
        Self::At(index)
    }
}

impl From<RangeFull> for RaggedIndex {
    fn from(_: RangeFull) -> Self {
        Self::stepped(1)
    }
}

impl From<Range<isize>> for RaggedIndex {
    fn from(range: Range<isize>) -> Self {
        Self::Span { start: Some(range.start), stop: Some(range.end), step: 1 }
    }
}

impl From<RangeFrom<isize>> for RaggedIndex {
    fn from(range: RangeFrom<isize>) -> Self {
        Self::Span { start: Some(range.start), stop: None, step: 1 }
    }
}

impl From<RangeTo<isize>> for RaggedIndex {
    fn from(range: RangeTo<isize>) -> Self {
        Self::Span { start: None, stop: Some(range.end), step: 1 }
    }
}

/// What is taken of an axis, as a function of its length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pick {
    At(isize),
    Span { start: Option<isize>, stop: Option<isize>, step: isize },
    Repeat(usize),
    New,
}

impl Pick {
    const FULL: Self = Self::Repeat(1);

    /// The first place, how many there are, and the step between them.
    fn span(self, length: usize) -> (usize, usize, isize) {
        let Self::Span { start, stop, step } = self else { return (0, length, 1) };
        let size = length as i128;
        let (low, high) = if step > 0 { (0, size) } else { (-1, size - 1) };
        let bound = |bound: Option<isize>, open: i128| match bound.map(|bound| bound as i128) {
            None => open,
            Some(bound) if bound < 0 => (bound + size).max(low),
            Some(bound) => bound.min(high),
        };
        let (from, to) = if step > 0 { (low, high) } else { (high, low) };
        let (from, to) = (bound(start, from), bound(stop, to));
        let (distance, stride) =
            if step > 0 { (to - from, step as i128) } else { (from - to, -(step as i128)) };
        let count = if distance > 0 { (distance + stride - 1) / stride } else { 0 };
        (from.max(0) as usize, count as usize, step)
    }

    /// The places in a row that starts at `start`.
    fn push(self, row: Range<usize>, runs: &mut Runs) -> Result<()> {
        if let Self::Repeat(times) = self {
            if row.len().checked_mul(times).and_then(|count| count.checked_add(runs.len())).is_none() {
                return Err(too_large(format_args!("{times} times {}", row.len())));
            }
            for _ in 0..if row.is_empty() { 0 } else { times } {
                runs.push(row.clone());
            }
            return Ok(());
        }
        let (first, count, step) = self.span(row.len());
        if step == 1 {
            runs.push(row.start + first..row.start + first + count);
        } else {
            for number in 0..count {
                let at = row.start as i128 + first as i128 + number as i128 * step as i128;
                runs.push(at as usize..at as usize + 1);
            }
        }
        Ok(())
    }
}

fn place(index: isize, length: usize, axis: usize) -> Result<usize> {
    let at = if index < 0 { length.checked_add_signed(index) } else { Some(index.unsigned_abs()) };
    at.filter(|at| *at < length).ok_or_else(|| {
        fault!(
            INDEX_OUT_OF_RANGE,
            format_args!("{index} on axis {axis}"),
            format_args!("an index into {length}")
        )
    })
}

impl<T: Clone> Ragged<T> {
    /// Selects items with one key for each axis from the first; axes without a key are taken whole.
    ///
    /// Steps, negative bounds and bounds beyond the rows work as in Python, on each row by itself. An index on the
    /// first axis gives that row, of one rank less; an array, if no ragged axis is left. Behind a slice an index takes
    /// the item at that index from every row, on an axis that was created with one length
    /// ([`RowPartition::uniform_length`]).
    ///
    /// # Errors
    ///
    /// An index is out of range; an index behind a slice is on an axis that is not uniform, where not every row may
    /// have such an item; a step is 0; there are more keys than axes.
    ///
    /// ```
    /// use burn_prep::ragged::{Ragged, RaggedIndex as At};
    /// let pairs = Ragged::from_uniform(vec![1, 2, 3, 4, 5, 6], 2, None)?;
    /// assert_eq!(pairs.slice(&[At::from(..), At::from(-1)])?.into_dense()?, ndarray::array![2, 4, 6].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "strided_slice")]
    #[doc(alias = "__getitem__")]
    pub fn slice(&self, keys: &[RaggedIndex]) -> Result<RaggedOrDense<T>> {
        let used = keys.iter().filter(|key| !matches!(key, RaggedIndex::NewAxis | RaggedIndex::Ellipsis));
        let Some(left) = self.rank().checked_sub(used.count()) else {
            return Err(fault!(RANK_TOO_LOW, format_args!("{} dimensions", self.rank()), "one for each key"));
        };
        let mut left = Some(left);
        let mut picks = Vec::with_capacity(self.rank() + keys.len());
        for key in keys {
            match *key {
                RaggedIndex::At(index) => picks.push(Pick::At(index)),
                RaggedIndex::Span { step: 0, .. } => return Err(fault!(ZERO_STEP, 0, "another step")),
                RaggedIndex::Span { start: None, stop: None, step: 1 } => picks.push(Pick::FULL),
                RaggedIndex::Span { start, stop, step } => picks.push(Pick::Span { start, stop, step }),
                RaggedIndex::Ellipsis => picks.extend(vec![Pick::FULL; left.take().unwrap_or(0)]),
                RaggedIndex::NewAxis => picks.push(Pick::New),
            }
        }
        picks.extend(vec![Pick::FULL; left.unwrap_or(0)]);
        self.pick(&picks)
    }

    /// Reverses the order of the items along `axes`.
    ///
    /// # Errors
    ///
    /// There is no such axis.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let rows = Ragged::from_rows([vec![1, 2], vec![3]]);
    /// assert_eq!(rows.reverse(&[1])?, Ragged::from_rows([vec![2, 1], vec![3]]));
    /// assert_eq!(rows.reverse(&[0, -1])?, Ragged::from_rows([vec![3], vec![2, 1]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "flip")]
    pub fn reverse(&self, axes: &[isize]) -> Result<Self> {
        let mut picks = vec![Pick::FULL; self.rank()];
        for &axis in axes {
            picks[axis_of(axis, self.rank())?] = Pick::Span { start: None, stop: None, step: -1 };
        }
        self.pick(&picks)?.into_ragged()
    }

    /// The rows repeated, `multiples[axis]` times along each axis; 0 gives none.
    ///
    /// # Errors
    ///
    /// There is not one multiple for each axis, or the result does not fit into memory.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let rows = Ragged::from_rows([vec![1, 2], vec![3]]);
    /// assert_eq!(rows.tile(&[1, 2])?, Ragged::from_rows([vec![1, 2, 1, 2], vec![3, 3]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "repeat")]
    pub fn tile(&self, multiples: &[usize]) -> Result<Self> {
        if multiples.len() != self.rank() {
            return Err(fault!(SHAPE_RANK_MISMATCH, multiples.len(), self.rank()));
        }
        let mut size = self.values().len();
        for (&times, level) in multiples.iter().zip(self.levels()) {
            let items = match level {
                Level::Fixed(items) => items,
                Level::Rows(rows) => rows.nvals(),
            };
            size = size.checked_mul(times).ok_or_else(|| too_large(format_args!("{multiples:?}")))?;
            let items = items.checked_mul(times).ok_or_else(|| too_large(format_args!("{multiples:?}")))?;
            drop(reserved::<usize>(items, 0)?);
        }
        drop(reserved::<T>(size, 0)?);
        let picks: Vec<_> = multiples.iter().map(|&times| Pick::Repeat(times)).collect();
        self.pick(&picks)?.into_ragged()
    }

    /// What the picks take: one for each axis, and any number of new ones.
    fn pick(&self, picks: &[Pick]) -> Result<RaggedOrDense<T>> {
        let mut levels = Vec::new();
        let mut runs = Runs::of([0]);
        // As long as no axis was sliced, there is one item, which can be indexed.
        let mut one = true;
        let mut axis = 0;
        let first = RowPartition::from_uniform(self.len(), 1)?;
        let mut picks = picks.iter().copied();
        while axis <= self.ragged_rank() {
            let Some(pick) = picks.next() else { break };
            let partition = if axis == 0 { &first } else { &self.partitions()[axis - 1] };
            match pick {
                Pick::New => {
                    levels.push(Level::Fixed(1));
                    continue;
                }
                Pick::At(index) => {
                    // Of one item there is one row; of several, not every row may have the place.
                    let length = match one {
                        true => runs.items().next().and_then(|item| partition.row(item)).map(|row| row.len()),
                        false => partition.uniform_length(),
                    };
                    let not_uniform =
                        || fault!(INDEX_RAGGED_DIM, format_args!("an index on axis {axis}"), "a slice");
                    let place = place(index, length.ok_or_else(not_uniform)?, axis)?;
                    let rows = runs.items().filter_map(|item| partition.row(item));
                    runs = Runs::of(rows.map(|row| row.start + place));
                }
                Pick::FULL => {
                    let (rows, inside) = runs.descend(partition)?;
                    levels.push(if one { Level::Fixed(rows.nvals()) } else { Level::Rows(rows) });
                    (runs, one) = (inside, false);
                }
                pick => {
                    let (mut splits, mut inside) = (reserved(runs.len(), 1)?, Runs::default());
                    splits.push(0);
                    for item in runs.items() {
                        pick.push(partition.row(item).unwrap_or(0..0), &mut inside)?;
                        splits.push(inside.len());
                    }
                    let uniform = partition.uniform_length().map(|length| match pick {
                        Pick::Repeat(times) => length.saturating_mul(times),
                        pick => pick.span(length).1,
                    });
                    // Of one item there is one row, which is a plain dimension.
                    levels.push(match one {
                        true => Level::Fixed(inside.len()),
                        false => Level::Rows(RowPartition::trusted(splits, uniform)),
                    });
                    (runs, one) = (inside, false);
                }
            }
            axis += 1;
        }
        let values = runs.copy(self.values(), self.block())?;
        let picks: Vec<_> = picks.collect();
        let (inner, values) = pick_inner(values, runs.len(), self.inner_shape(), &picks, axis)?;
        levels.extend(inner.into_iter().map(Level::Fixed));
        assemble(&levels, values)
    }
}

/// The picks of the inner axes, done on the array of the cells.
fn pick_inner<T: Clone>(
    values: Vec<T>,
    cells: usize,
    inner: &[usize],
    picks: &[Pick],
    first: usize,
) -> Result<(Vec<usize>, Vec<T>)> {
    if picks.iter().all(|pick| *pick == Pick::FULL) {
        return Ok((inner.to_vec(), values));
    }
    let shape = [&[cells], inner].concat();
    let mut array =
        ArrayD::from_shape_vec(IxDyn(&shape), values).map_err(|_| Error::elements("slice", shape))?;
    let (mut at, mut axis) = (1, first);
    for &pick in picks {
        match pick {
            Pick::New => array = array.insert_axis(Axis(at)),
            Pick::At(index) => {
                let place = place(index, array.len_of(Axis(at)), axis)?;
                array = array.index_axis_move(Axis(at), place);
            }
            Pick::FULL => {}
            pick => {
                let mut runs = Runs::default();
                pick.push(0..array.len_of(Axis(at)), &mut runs)?;
                array = array.select(Axis(at), &runs.items().collect::<Vec<_>>());
            }
        }
        at += usize::from(!matches!(pick, Pick::At(_)));
        axis += usize::from(pick != Pick::New);
    }
    Ok((array.shape()[1..].to_vec(), array.iter().cloned().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ragged::Ragged;

    /// Two items for each of the rows, of which the items are rows themselves.
    fn pairs_of_rows() -> Ragged<i32> {
        let rows = Ragged::from_lengths(vec![1, 2, 3, 4, 5, 6], &[2, 1, 0, 3]).unwrap();
        let pairs = RowPartition::from_uniform(2, 2).unwrap();
        let partitions = vec![pairs, rows.partitions()[0].clone()];
        Ragged::new(rows.into_parts().0, partitions, Vec::new()).unwrap()
    }

    #[test]
    fn a_uniform_axis_is_indexed_behind_a_slice() {
        let rows = pairs_of_rows();
        let of_each = |index: isize| rows.slice(&[(..).into(), index.into()])?.into_ragged();
        assert_eq!(of_each(0).unwrap(), Ragged::from_rows([vec![1, 2], vec![]]));
        assert_eq!(of_each(-1).unwrap(), Ragged::from_rows([vec![3], vec![4, 5, 6]]));
        let backwards = rows.slice(&[RaggedIndex::stepped(-1), 1.into(), (1..).into()]).unwrap();
        assert_eq!(backwards.into_ragged().unwrap(), Ragged::from_rows([vec![5, 6], vec![]]));
        let none = rows.slice(&[(..0).into(), 1.into()]).unwrap().into_ragged().unwrap();
        assert_eq!((none.len(), none.rank()), (0, 2));
        assert_eq!(of_each(2).unwrap_err().code(), "index_out_of_range");
        let ragged = rows.slice(&[0.into(), (..).into(), 0.into()]).unwrap_err();
        assert_eq!(ragged.code(), "index_ragged_dim");
        // No row at all has a third item.
        let beyond = rows.slice(&[(..0).into(), 2.into()]).unwrap_err();
        assert_eq!(beyond.code(), "index_out_of_range");
    }

    #[test]
    fn a_uniform_axis_is_indexed_below_a_ragged_one() {
        let pairs = RowPartition::from_uniform(2, 3).unwrap();
        let rows = RowPartition::from_lengths(&[2, 0, 1]).unwrap();
        let cells: Vec<i32> = (0..12).collect();
        let rows = Ragged::new(cells, vec![rows, pairs], vec![2]).unwrap();
        let last = [RaggedIndex::from(..), (..).into(), (-1).into()];
        let taken = rows.slice(&last).unwrap().into_ragged().unwrap();
        assert_eq!((taken.lengths(), taken.inner_shape()), (vec![2, 0, 1], &[2][..]));
        assert_eq!(taken.values(), [2, 3, 6, 7, 10, 11]);
        let apart = rows.slice(&[last[0], last[1], last[2], RaggedIndex::NewAxis, 0.into()]).unwrap();
        let apart = apart.into_ragged().unwrap();
        assert_eq!((apart.values(), apart.inner_shape()), (&[2, 6, 10][..], &[1][..]));
        let nothing = Ragged::<i32>::from_uniform(vec![], 0, Some(3)).unwrap();
        assert!(nothing.slice(&[(..).into(), 0.into()]).is_err());
    }
}
