//! Functions of two values where rows broadcast.

use crate::error::{Result, fault};
use crate::ragged::levels::{Level, Operand, assemble, partitions_to};
use crate::ragged::{Ragged, RowPartition};

impl<T: Clone> Ragged<T> {
    /// Applies a function to each pair of values of two operands, which are broadcast against each other.
    ///
    /// Shapes are compared from the last axis: a scalar goes with every value, an array `[n, 1]` with all
    /// values of its row, an array of the inner shape with every cell. Only a dimension that is 1 by its
    /// shape broadcasts; a ragged one does not, even where a row happens to have one value.
    ///
    /// # Errors
    ///
    /// The operands do not broadcast.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// use ndarray::{array, aview0};
    ///
    /// let rows = Ragged::from_rows([vec![1, 2, 3], vec![4]]);
    /// let sum = rows.zip_with(aview0(&10), |a, b| a + b)?;
    /// assert_eq!(sum, Ragged::from_rows([vec![11, 12, 13], vec![14]]));
    /// let by_row = rows.zip_with(array![[10], [20]].view(), |a, b| a * b)?;
    /// assert_eq!(by_row, Ragged::from_rows([vec![10, 20, 30], vec![80]]));
    /// let less = rows.zip_with(&sum, |a, b| a < b)?;
    /// assert_eq!(less.values(), [true; 4]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "broadcast_to")]
    #[doc(alias = "ak.zip")]
    #[doc(alias = "ak.broadcast_arrays")]
    pub fn zip_with<'a, U: Clone + 'a, V>(
        &self,
        other: impl Into<Operand<'a, U>>,
        mut f: impl FnMut(&T, &U) -> V,
    ) -> Result<Ragged<V>> {
        let other = other.into();
        match &other {
            Operand::Dense(array) if array.ndim() == 0 => {
                if let Some(value) = array.first() {
                    return Ok(self.map_values(|own| f(own, value)));
                }
            }
            Operand::Ragged(rows) if rows.rank() == self.rank() => {
                let same = rows.partitions() == self.partitions() && rows.inner_shape() == self.inner_shape();
                if same {
                    return self.map_values_with(rows, f);
                }
            }
            _ => {}
        }
        let (mut first, mut second) = (self.levels(), other.levels());
        let rank = first.len().max(second.len());
        for levels in [&mut first, &mut second] {
            let missing = rank - levels.len();
            levels.splice(0..0, (0..missing).map(|_| Level::Fixed(1)));
        }
        let (levels, pairs) = pairs(&first, &second)?;
        let (own, other) = (self.values(), other.values());
        let values = pairs.into_iter().map(|(a, b)| f(&own[a], &other[b])).collect();
        assemble(&levels, values)?.into_ragged()
    }
}

/// The length of all rows of the result, where both operands have one.
fn uniform(one: &Level, two: &Level) -> Option<usize> {
    match (one.length()?, two.length()?) {
        (1, length) | (length, 1) => Some(length),
        (length, _) => Some(length),
    }
}

/// An item of the one operand, and the item of the other that it meets.
type Pairs = Vec<(usize, usize)>;

/// The dimensions of the result, and the pairs of items that meet in it.
fn pairs(first: &[Level], second: &[Level]) -> Result<(Vec<Level>, Pairs)> {
    let last = first.len() - 1;
    let (own, other) = (partitions_to(first, last)?, partitions_to(second, last)?);
    let mut levels = Vec::with_capacity(first.len());
    let mut pairs = vec![(0, 0)];
    for (axis, (one, two)) in first.iter().zip(second).enumerate() {
        let not = |found: usize, expected: usize| {
            fault!(NOT_BROADCASTABLE, format_args!("{found} on axis {axis}"), expected)
        };
        let fixed = match (one, two) {
            (Level::Fixed(1), Level::Fixed(size)) | (Level::Fixed(size), Level::Fixed(1)) => Some(*size),
            (Level::Fixed(a), Level::Fixed(b)) if a == b => Some(*a),
            (Level::Fixed(a), Level::Fixed(b)) => return Err(not(*b, *a)),
            _ => None,
        };
        let (own, other) = (&own[axis], &other[axis]);
        let (mut splits, mut inside) = (vec![0], Vec::new());
        for (a, b) in pairs {
            let (a, b) = (own.row(a).unwrap_or(0..0), other.row(b).unwrap_or(0..0));
            if a.len() == b.len() {
                inside.extend(a.zip(b));
            } else if two.length() == Some(1) {
                inside.extend(a.map(|a| (a, b.start)));
            } else if one.length() == Some(1) {
                inside.extend(b.map(|b| (a.start, b)));
            } else {
                return Err(not(b.len(), a.len()));
            }
            splits.push(inside.len());
        }
        levels.push(match fixed {
            Some(size) => Level::Fixed(size),
            None => Level::Rows(RowPartition::trusted(splits, uniform(one, two))),
        });
        pairs = inside;
    }
    Ok((levels, pairs))
}
