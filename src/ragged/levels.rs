//! The dimensions of rows, from outside to inside, and how a result is put together from them.

use std::borrow::Cow;
use std::ops::Range;

use ndarray::{ArrayD, ArrayView, ArrayViewD, Dimension, IxDyn};

use crate::error::{Error, Result, fault};
use crate::ragged::room::{reserved, too_large};
use crate::ragged::{Ragged, RowPartition};

/// One dimension.
#[derive(Debug, Clone)]
pub(crate) enum Level {
    /// Of one size everywhere.
    Fixed(usize),
    /// Of a size for each row.
    Rows(RowPartition),
}

impl Level {
    /// The size, where it is known to be the same everywhere.
    pub(crate) fn length(&self) -> Option<usize> {
        match self {
            Self::Fixed(size) => Some(*size),
            Self::Rows(rows) => rows.uniform_length(),
        }
    }
}

/// Rows, or an array where no ragged dimension is left.
///
/// Which of the two depends on what is asked for, never on the data: an index into the rows of rank 2
/// gives an array, a slice gives rows even where all are equally long.
///
/// ```
/// use burn_prep::ragged::{Ragged, RaggedIndex};
///
/// let rows = Ragged::from_rows([vec![1, 2], vec![3]]);
/// let row = rows.slice(&[RaggedIndex::At(-1)])?;
/// assert_eq!((row.clone().into_dense()?, row.clone().into_ragged().is_err()), (ndarray::array![3].into_dyn(), true));
/// let tail = rows.slice(&[RaggedIndex::from(1..)])?;
/// assert_eq!((tail.clone().into_ragged()?, tail.into_dense().is_err()), (Ragged::from_rows([vec![3]]), true));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum RaggedOrDense<T> {
    /// Ragged rows: at least one dimension is ragged.
    Ragged(Ragged<T>),
    /// A dense array: no dimension is ragged.
    Dense(ArrayD<T>),
}

impl<T> RaggedOrDense<T> {
    /// Returns the ragged rows.
    ///
    /// # Errors
    ///
    /// The value is a dense array.
    pub fn into_ragged(self) -> Result<Ragged<T>> {
        match self {
            Self::Ragged(rows) => Ok(rows),
            Self::Dense(array) => {
                Err(fault!(BAD_RAGGED_RANK, format_args!("an array {:?}", array.shape()), "ragged rows"))
            }
        }
    }

    /// Returns the dense array.
    ///
    /// # Errors
    ///
    /// The value is ragged rows.
    pub fn into_dense(self) -> Result<ArrayD<T>> {
        match self {
            Self::Dense(array) => Ok(array),
            Self::Ragged(rows) => {
                let found = format!("rows of ragged rank {}", rows.ragged_rank());
                Err(fault!(RAGGED_TENSOR, found, "an array"))
            }
        }
    }
}

/// An operand of an operation on rows: ragged rows, or an array, which counts as rows of one length.
///
/// ```
/// use burn_prep::ragged::{Operand, Ragged};
/// let rows = Ragged::from_rows([vec![1, 2], vec![3]]);
/// let column = ndarray::array![[7], [8]];
/// let joined = Ragged::concat([Operand::from(&rows), Operand::from(column.view())], 1)?;
/// assert_eq!(joined.into_ragged()?, Ragged::from_rows([vec![1, 2, 7], vec![3, 8]]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
pub enum Operand<'a, T> {
    /// Rows.
    Ragged(&'a Ragged<T>),
    /// An array.
    Dense(ArrayViewD<'a, T>),
}

impl<'a, T> From<&'a Ragged<T>> for Operand<'a, T> {
    fn from(rows: &'a Ragged<T>) -> Self {
        Self::Ragged(rows)
    }
}

impl<'a, T, D: Dimension> From<ArrayView<'a, T, D>> for Operand<'a, T> {
    fn from(array: ArrayView<'a, T, D>) -> Self {
        Self::Dense(array.into_dyn())
    }
}

impl<T: Clone> Operand<'_, T> {
    pub(crate) fn rank(&self) -> usize {
        match self {
            Self::Ragged(rows) => rows.rank(),
            Self::Dense(array) => array.ndim(),
        }
    }

    pub(crate) fn levels(&self) -> Vec<Level> {
        match self {
            Self::Ragged(rows) => rows.levels(),
            Self::Dense(array) => array.shape().iter().map(|&size| Level::Fixed(size)).collect(),
        }
    }

    /// The values in row-major order; copied only where an array has them in another.
    pub(crate) fn values(&self) -> Cow<'_, [T]> {
        match self {
            Self::Ragged(rows) => Cow::Borrowed(rows.values()),
            Self::Dense(array) => match array.as_slice() {
                Some(values) => Cow::Borrowed(values),
                None => Cow::Owned(array.iter().cloned().collect()),
            },
        }
    }
}

impl<T> Ragged<T> {
    /// The dimensions, one for each axis.
    pub(crate) fn levels(&self) -> Vec<Level> {
        let mut levels = vec![Level::Fixed(self.len())];
        levels.extend(self.partitions().iter().cloned().map(Level::Rows));
        levels.extend(self.inner_shape().iter().map(|&size| Level::Fixed(size)));
        levels
    }
}

/// Partitions for the axes `0..=axis`, where axis 0 is cut from one root; inner dimensions become
/// partitions of one length.
pub(crate) fn partitions_to(levels: &[Level], axis: usize) -> Result<Vec<RowPartition>> {
    let mut partitions: Vec<RowPartition> = Vec::with_capacity(axis + 1);
    for level in &levels[..=axis] {
        let items = partitions.last().map_or(1, RowPartition::nvals);
        partitions.push(match level {
            Level::Fixed(size) => RowPartition::from_uniform(*size, items)?,
            Level::Rows(partition) => partition.clone(),
        });
    }
    Ok(partitions)
}

/// The number of partitions that a result of these levels has to have: up to the last ragged one.
pub(crate) fn last_ragged(levels: &[Level]) -> usize {
    levels.iter().rposition(|level| matches!(level, Level::Rows(_))).unwrap_or(0)
}

/// Rows or an array of the levels. Fixed dimensions in front of a ragged one become partitions, those
/// behind it the inner shape.
pub(crate) fn assemble<T>(levels: &[Level], values: Vec<T>) -> Result<RaggedOrDense<T>> {
    // One row of items is a plain dimension.
    if let Some(Level::Rows(rows)) = levels.first() {
        let levels = [&[Level::Fixed(rows.nvals())], &levels[1..]].concat();
        return assemble(&levels, values);
    }
    let last = last_ragged(levels);
    let sizes = |levels: &[Level]| -> Vec<usize> {
        levels.iter().map(|level| if let Level::Fixed(size) = level { *size } else { 0 }).collect()
    };
    if last == 0 {
        let shape = sizes(levels);
        let array = ArrayD::from_shape_vec(IxDyn(&shape), values);
        return array.map(RaggedOrDense::Dense).map_err(|_| Error::elements("ragged", shape));
    }
    let mut partitions = partitions_to(levels, last)?;
    partitions.remove(0);
    Ragged::new(values, partitions, sizes(&levels[last + 1..])).map(RaggedOrDense::Ragged)
}

/// Numbers of items, in order, as runs: what is next to each other is copied at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Runs {
    runs: Vec<Range<usize>>,
    count: usize,
}

impl Runs {
    pub(crate) fn push(&mut self, run: Range<usize>) {
        if run.is_empty() {
            return;
        }
        self.count += run.len();
        match self.runs.last_mut() {
            Some(last) if last.end == run.start => last.end = run.end,
            _ => self.runs.push(run),
        }
    }

    pub(crate) fn of(items: impl IntoIterator<Item = usize>) -> Self {
        let mut runs = Self::default();
        for item in items {
            runs.push(item..item + 1);
        }
        runs
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = usize> + '_ {
        self.runs.iter().cloned().flatten()
    }

    /// The rows that are named, and what is in them.
    pub(crate) fn descend(&self, partition: &RowPartition) -> Result<(RowPartition, Self)> {
        let splits = partition.splits();
        let mut found = reserved(self.count, 1)?;
        let mut inside = Self::default();
        let mut end = 0_usize;
        found.push(end);
        for run in &self.runs {
            for pair in splits[run.start..=run.end].windows(2) {
                end = end.checked_add(pair[1] - pair[0]).ok_or_else(|| too_large("rows"))?;
                found.push(end);
            }
            inside.push(splits[run.start]..splits[run.end]);
        }
        Ok((RowPartition::trusted(found, partition.uniform_length()), inside))
    }

    /// The named items of all levels below: their levels and the cells.
    pub(crate) fn below(self, levels: &[Level]) -> Result<(Vec<Level>, Self, usize)> {
        let last = levels.iter().rposition(|level| matches!(level, Level::Rows(_))).map_or(0, |at| at + 1);
        let mut runs = self;
        let mut found = Vec::with_capacity(levels.len());
        for level in &levels[..last] {
            let fixed;
            let partition = match level {
                Level::Rows(partition) => partition,
                Level::Fixed(size) => {
                    let items = runs.runs.iter().map(|run| run.end).max().unwrap_or(0);
                    fixed = RowPartition::from_uniform(*size, items)?;
                    &fixed
                }
            };
            let (rows, inside) = runs.descend(partition)?;
            found.push(match level {
                Level::Rows(_) => Level::Rows(rows),
                Level::Fixed(size) => Level::Fixed(*size),
            });
            runs = inside;
        }
        let mut block = 1;
        for level in &levels[last..] {
            if let Level::Fixed(size) = level {
                block *= size;
            }
            found.push(level.clone());
        }
        Ok((found, runs, block))
    }

    /// The cells' values.
    pub(crate) fn copy<T: Clone>(&self, values: &[T], block: usize) -> Result<Vec<T>> {
        self.copy_from(&[values], block)
    }

    /// The cells' values, of cells that are numbered through all parts.
    pub(crate) fn copy_from<T: Clone>(&self, parts: &[&[T]], block: usize) -> Result<Vec<T>> {
        let count = self.count.checked_mul(block).ok_or_else(|| too_large(self.count))?;
        let mut copy = reserved(count, 0)?;
        let mut end = 0;
        let ends: Vec<usize> = parts
            .iter()
            .map(|part| {
                end += part.len();
                end
            })
            .collect();
        for run in &self.runs {
            let (mut from, to) = (run.start * block, run.end * block);
            // A run may go on from one part to the next.
            let mut part = ends.partition_point(|end| *end <= from);
            while from < to {
                let start = ends[part] - parts[part].len();
                let until = to.min(ends[part]);
                copy.extend_from_slice(&parts[part][from - start..until - start]);
                (from, part) = (until, part + 1);
            }
        }
        Ok(copy)
    }
}

/// An axis counted from the front, of `rank` axes.
pub(crate) fn axis_of(axis: isize, rank: usize) -> Result<usize> {
    let found = if axis < 0 { rank.checked_add_signed(axis) } else { Some(axis.unsigned_abs()) };
    let expected = || format!("-{rank} to {}", rank.saturating_sub(1));
    found.filter(|axis| *axis < rank).ok_or_else(|| fault!(AXIS_OUT_OF_RANGE, axis, expected()))
}
