//! Concatenation and stacking of ragged rows and arrays.

use std::borrow::Cow;

use crate::error::{ErrorKind, Result, fault};
use crate::ragged::gather::same_rows;
use crate::ragged::levels::{Level, Operand, Runs, assemble, axis_of, last_ragged, partitions_to};
use crate::ragged::look::block_of;
use crate::ragged::{Ragged, RaggedOrDense, RowPartition};

/// The dimensions and the values of an operand.
struct Part<'a, T: Clone> {
    levels: Vec<Level>,
    values: Cow<'a, [T]>,
}

impl<T: Clone> Ragged<T> {
    /// Concatenates ragged rows and arrays along an axis; an array counts as rows of one length.
    ///
    /// On axis 0 the rows of one follow those of the other; on another axis each row is joined with the
    /// row of the same number, and the axes before it are the same in all operands. Arrays alone, along
    /// their last axis, give an array.
    ///
    /// # Errors
    ///
    /// There is nothing to join; ranks, or the rows in front of the axis, or inner shapes differ; there
    /// is no such axis.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    ///
    /// let (a, b) = (Ragged::from_rows([vec![1, 2], vec![3]]), Ragged::from_rows([vec![4], vec![5, 6]]));
    /// let joined = Ragged::concat([&a, &b], 1)?.into_ragged()?;
    /// assert_eq!(joined, Ragged::from_rows([vec![1, 2, 4], vec![3, 5, 6]]));
    /// assert_eq!(Ragged::concat([&a, &b], 0)?.into_ragged()?.lengths(), [2, 1, 1, 2]);
    ///
    /// let stacked = Ragged::stack([&a, &b], 0)?.into_ragged()?;
    /// assert_eq!((stacked.ragged_rank(), stacked.row(1).unwrap()), (2, &[4, 5, 6][..]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "cat")]
    #[doc(alias = "ak.concatenate")]
    pub fn concat<'a, O: Into<Operand<'a, T>>>(
        operands: impl IntoIterator<Item = O>,
        axis: isize,
    ) -> Result<RaggedOrDense<T>>
    where
        T: 'a,
    {
        let operands: Vec<Operand<'a, T>> = operands.into_iter().map(Into::into).collect();
        let rank = common_rank(&operands)?;
        let axis = axis_of(axis, rank)?;
        let dense = operands.iter().all(|operand| matches!(operand, Operand::Dense(_))) && axis + 1 == rank;
        let parts = operands.iter().map(|operand| part(operand, dense));
        join(parts.collect::<Result<_>>()?, axis)
    }

    /// Stacks ragged rows and arrays along a new axis; an array counts as rows of one length.
    ///
    /// Arrays of one dimension become rows on axis 0; arrays alone, stacked in the last two axes, give
    /// an array.
    ///
    /// # Errors
    ///
    /// There is nothing to stack; ranks, or the rows in front of the axis, or inner shapes differ; there
    /// is no such axis.
    #[doc(alias = "nested_tensor")]
    pub fn stack<'a, O: Into<Operand<'a, T>>>(
        operands: impl IntoIterator<Item = O>,
        axis: isize,
    ) -> Result<RaggedOrDense<T>>
    where
        T: 'a,
    {
        let operands: Vec<Operand<'a, T>> = operands.into_iter().map(Into::into).collect();
        let rank = common_rank(&operands)?;
        let axis = axis_of(axis, rank + 1)?;
        let rows = rank == 1 && axis == 0;
        let all_dense = operands.iter().all(|operand| matches!(operand, Operand::Dense(_)));
        let dense = all_dense && (axis == rank || axis + 1 == rank);
        let mut parts = Vec::with_capacity(operands.len());
        for operand in &operands {
            let mut part = part(operand, dense)?;
            part.levels.insert(axis, Level::Fixed(1));
            if let (true, Some(Level::Fixed(length))) = (rows, part.levels.get(1)) {
                part.levels[1] = Level::Rows(RowPartition::from_lengths(&[*length])?);
            }
            parts.push(part);
        }
        join(parts, axis)
    }
}

fn common_rank<T: Clone>(operands: &[Operand<'_, T>]) -> Result<usize> {
    let Some(first) = operands.first() else { return Err(ErrorKind::Empty { what: "list of rows" }.into()) };
    match operands.iter().find(|operand| operand.rank() != first.rank()) {
        Some(other) => Err(fault!(RANK_MISMATCH, other.rank(), first.rank())),
        None => Ok(first.rank()),
    }
}

/// An operand; an array is ragged in its second dimension where the result is.
fn part<'a, T: Clone>(operand: &'a Operand<'_, T>, dense: bool) -> Result<Part<'a, T>> {
    let (mut levels, values) = (operand.levels(), operand.values());
    if let (Operand::Dense(_), false, true) = (operand, dense, levels.len() > 1) {
        let mut partitions = partitions_to(&levels, 1)?;
        if let Some(rows) = partitions.pop() {
            levels[1] = Level::Rows(rows);
        }
    }
    Ok(Part { levels, values })
}

fn join<T: Clone>(parts: Vec<Part<'_, T>>, axis: usize) -> Result<RaggedOrDense<T>> {
    let ragged = parts.iter().map(|part| last_ragged(&part.levels)).max().unwrap_or(0);
    let rank = parts.first().map_or(0, |part| part.levels.len());
    let deepest = ragged.max(axis);
    let partitions =
        parts.iter().map(|part| partitions_to(&part.levels, deepest)).collect::<Result<Vec<_>>>()?;
    let Some((first, others)) = partitions.split_first() else {
        return Err(ErrorKind::Empty { what: "list of rows" }.into());
    };
    for other in others {
        for (at, (rows, other)) in first.iter().zip(other).take(axis.min(ragged + 1)).enumerate() {
            same_rows(rows, other, at)?;
        }
    }
    for part in &parts[1..] {
        for at in (ragged + 1..rank).filter(|&at| at != axis) {
            if let (Level::Fixed(size), Level::Fixed(other)) = (&parts[0].levels[at], &part.levels[at])
                && size != other
            {
                return Err(fault!(INNER_SHAPE_MISMATCH, format_args!("{other} on axis {at}"), size));
            }
        }
    }
    // All operands' items side by side; then the items of the axis in their order.
    let bases: Vec<usize> = partitions
        .iter()
        .scan(0, |base, partitions| {
            let start = *base;
            *base += partitions[axis].nvals();
            Some(start)
        })
        .collect();
    let (mut splits, mut items) = (vec![0], Runs::default());
    for row in 0..first[axis].nrows() {
        for (partitions, base) in partitions.iter().zip(&bases) {
            let row = partitions[axis].row(row).unwrap_or(0..0);
            items.push(base + row.start..base + row.end);
        }
        splits.push(items.len());
    }
    let mut levels: Vec<Level> = parts[0].levels[..axis].to_vec();
    for (at, level) in levels.iter_mut().enumerate().skip(1).take(ragged) {
        *level = Level::Rows(first[at].clone());
    }
    levels.push(if axis <= ragged {
        Level::Rows(RowPartition::trusted(splits, None))
    } else {
        let size = |part: &Part<'_, T>| if let Level::Fixed(size) = part.levels[axis] { size } else { 0 };
        Level::Fixed(parts.iter().map(size).sum())
    });
    let mut below = Vec::with_capacity(rank);
    for at in axis + 1..=ragged {
        below.push(Level::Rows(side_by_side(partitions.iter().map(|partitions| &partitions[at]))));
    }
    below.extend_from_slice(&parts[0].levels[deepest + 1..]);
    let (below, cells, block) = items.below(&below)?;
    debug_assert_eq!(block, block_of(&parts[0].levels[deepest + 1..]));
    levels.extend(below);
    let values: Vec<&[T]> = parts.iter().map(|part| part.values.as_ref()).collect();
    assemble(&levels, if axis == 0 { values.concat() } else { cells.copy_from(&values, block)? })
}

/// The rows of several, one behind the other.
pub(crate) fn side_by_side<'a>(partitions: impl Iterator<Item = &'a RowPartition> + Clone) -> RowPartition {
    let mut splits = vec![0];
    let mut base = 0;
    for partition in partitions.clone() {
        splits.extend(partition.limits().iter().map(|limit| base + limit));
        base += partition.nvals();
    }
    let mut lengths = partitions.map(RowPartition::uniform_length);
    let first = lengths.next().flatten();
    RowPartition::trusted(splits, first.filter(|_| lengths.all(|length| length == first)))
}
