//! What is done in each row: sort, combine, count runs, fill.

use std::cmp::Ordering;

use crate::arrays::{ArrayElement, Number};
use crate::error::{Error, Result, fault};
use crate::ragged::room::{reserved, too_large};
use crate::ragged::{Ragged, RowPartition};

/// The direction of a sort.
///
/// ```
/// use burn_prep::ragged::{Ragged, SortOrder};
/// let rows = Ragged::from_rows([vec![3, 1, 2], vec![], vec![5, 4]]);
/// assert_eq!(rows.sort(SortOrder::Ascending)?, Ragged::from_rows([vec![1, 2, 3], vec![], vec![4, 5]]));
/// assert_eq!(rows.argsort(SortOrder::Descending)?.values(), [0, 2, 1, 0, 1]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// The smallest first.
    #[default]
    Ascending,
    /// The largest first.
    Descending,
}

impl<T: Clone> Ragged<T> {
    /// Cells that are single values, or an error.
    fn scalars(&self) -> Result<()> {
        match self.inner_shape() {
            [] => Ok(()),
            inner => Err(fault!(RANK_MISMATCH, format_args!("cells of shape {inner:?}"), "single values")),
        }
    }

    /// The indices that sort the values of each innermost row. Equal values keep their order; NaN comes last.
    ///
    /// # Errors
    ///
    /// The cells are not single values.
    #[doc(alias = "ak.argsort")]
    pub fn argsort(&self, order: SortOrder) -> Result<Ragged<usize>>
    where
        T: PartialOrd,
    {
        self.scalars()?;
        let mut places = Vec::with_capacity(self.values().len());
        for row in self.innermost().ranges() {
            let values = &self.values()[row];
            let start = places.len();
            places.extend(0..values.len());
            places[start..].sort_by(|&a, &b| compare(&values[a], &values[b], order));
        }
        Ok(Ragged::trusted(places, self.partitions().to_vec(), Vec::new()))
    }

    /// Each innermost row sorted. NaN comes last.
    ///
    /// # Errors
    ///
    /// The cells are not single values.
    #[doc(alias = "ak.sort")]
    pub fn sort(&self, order: SortOrder) -> Result<Self>
    where
        T: PartialOrd,
    {
        self.scalars()?;
        let mut values = self.values().to_vec();
        for row in self.innermost().ranges() {
            values[row].sort_by(|a, b| compare(a, b, order));
        }
        Ok(Ragged::trusted(values, self.partitions().to_vec(), Vec::new()))
    }

    /// The combinations of `n` values of each innermost row, in order, as cells of shape `[n]`.
    ///
    /// # Errors
    ///
    /// The cells are not single values, or the combinations do not fit into memory.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let pairs = Ragged::from_rows([vec![3, 1, 2], vec![9]]).combinations(2)?;
    /// assert_eq!((pairs.values(), pairs.lengths()), (&[3, 1, 3, 2, 1, 2][..], vec![3, 0]));
    /// let product = Ragged::from_rows([vec![1, 2], vec![3]]).cartesian(&Ragged::from_rows([vec!['a'], vec![]]))?;
    /// assert_eq!(product.values(), [(1, 'a'), (2, 'a')]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "ak.combinations")]
    pub fn combinations(&self, n: usize) -> Result<Self> {
        self.scalars()?;
        let counts: Option<Vec<usize>> =
            self.innermost().ranges().map(|row| binomial(row.len(), n)).collect();
        let counts = counts.ok_or_else(|| too_large(format_args!("combinations of {n}")))?;
        let rows = RowPartition::from_lengths(&counts)?;
        let mut values = reserved(rows.nvals().saturating_mul(n), 0)?;
        for (row, count) in self.innermost().ranges().zip(counts) {
            if count == 0 {
                continue;
            }
            let row = &self.values()[row];
            let mut chosen: Vec<usize> = (0..n).collect();
            loop {
                values.extend(chosen.iter().map(|&at| row[at].clone()));
                // The last place that can still move, and all behind it right after.
                let Some(place) = (0..n).rev().find(|&place| chosen[place] < row.len() - n + place) else {
                    break;
                };
                let next = chosen[place] + 1;
                chosen[place..].iter_mut().zip(next..).for_each(|(chosen, next)| *chosen = next);
            }
        }
        let partitions = [&self.partitions()[..self.ragged_rank() - 1], &[rows]].concat();
        Ragged::new(values, partitions, vec![n])
    }

    /// The Cartesian product of each row with the same row of `other`: every pair of their values.
    ///
    /// # Errors
    ///
    /// The cells are not single values, the rows are not equally many, or the pairs do not fit into
    /// memory.
    #[doc(alias = "cross")]
    #[doc(alias = "cartesian_prod")]
    #[doc(alias = "ak.cartesian")]
    #[doc(alias = "tf.ragged.cross")]
    pub fn cartesian<U: Clone>(&self, other: &Ragged<U>) -> Result<Ragged<(T, U)>> {
        self.scalars()?;
        other.scalars()?;
        let (own, others) = (self.innermost(), other.innermost());
        let outer = self.ragged_rank() - 1;
        if own.nrows() != others.nrows()
            || self.partitions()[..outer] != other.partitions()[..other.ragged_rank() - 1]
        {
            return Err(fault!(ROW_COUNT_MISMATCH, others.nrows(), own.nrows()));
        }
        let counts: Option<Vec<usize>> =
            own.ranges().zip(others.ranges()).map(|(a, b)| a.len().checked_mul(b.len())).collect();
        let rows = RowPartition::from_lengths(&counts.ok_or_else(|| too_large("pairs"))?)?;
        let mut values = reserved(rows.nvals(), 0)?;
        for (a, b) in own.ranges().zip(others.ranges()) {
            for a in &self.values()[a] {
                values.extend(other.values()[b.clone()].iter().map(|b| (a.clone(), b.clone())));
            }
        }
        Ragged::new(values, [&self.partitions()[..outer], &[rows]].concat(), Vec::new())
    }

    /// The length of each run of equal consecutive values in each innermost row.
    ///
    /// # Errors
    ///
    /// The cells are not single values.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let rows = Ragged::from_rows([vec![1, 1, 2], vec![], vec![2, 2, 2]]);
    /// assert_eq!(rows.run_lengths()?, Ragged::from_rows([vec![2, 1], vec![], vec![3]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "ak.run_lengths")]
    pub fn run_lengths(&self) -> Result<Ragged<usize>>
    where
        T: PartialEq,
    {
        self.scalars()?;
        let (mut values, mut splits) = (Vec::new(), vec![0]);
        for row in self.innermost().ranges() {
            values.extend(self.values()[row].chunk_by(PartialEq::eq).map(<[T]>::len));
            splits.push(values.len());
        }
        let rows = RowPartition::trusted(splits, None);
        Ragged::new(values, [&self.partitions()[..self.ragged_rank() - 1], &[rows]].concat(), Vec::new())
    }

    /// Fills each innermost row with `None` at the end up to `target` values; longer rows are unchanged.
    ///
    /// [`clip_none`](Self::clip_none) cuts longer rows as well, [`fill_none`](Ragged::fill_none) replaces `None` by a
    /// value.
    ///
    /// # Errors
    ///
    /// The cells are not single values, or the rows do not fit into memory.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// let rows = Ragged::from_rows([vec![1, 2, 3], vec![]]);
    /// assert_eq!(rows.pad_none(1)?.fill_none(0), Ragged::from_rows([vec![1, 2, 3], vec![0]]));
    /// assert_eq!(rows.clip_none(1)?.values(), [Some(1), None]);
    /// assert_eq!(rows.firsts()?.values(), [Some(1), None]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "ak.pad_none")]
    pub fn pad_none(&self, target: usize) -> Result<Ragged<Option<T>>> {
        self.with_none(|length| length.max(target))
    }

    /// The innermost rows cut, or filled with `None`, to `target` values.
    ///
    /// # Errors
    ///
    /// The cells are not single values, or the rows do not fit into memory.
    #[doc(alias = "ak.pad_none")]
    pub fn clip_none(&self, target: usize) -> Result<Ragged<Option<T>>> {
        self.with_none(|_| target)
    }

    /// The first value of each innermost row, or `None`, in rows of one value.
    ///
    /// # Errors
    ///
    /// The cells are not single values.
    #[doc(alias = "ak.firsts")]
    pub fn firsts(&self) -> Result<Ragged<Option<T>>> {
        self.clip_none(1)
    }

    fn with_none(&self, length: impl Fn(usize) -> usize) -> Result<Ragged<Option<T>>> {
        self.scalars()?;
        let lengths: Vec<usize> = self.innermost().ranges().map(|row| length(row.len())).collect();
        let rows = RowPartition::from_lengths(&lengths)?;
        let mut values = reserved(rows.nvals(), 0)?;
        for (row, length) in self.innermost().ranges().zip(lengths) {
            let end = values.len() + length;
            values.extend(self.values()[row].iter().take(length).cloned().map(Some));
            values.resize(end, None);
        }
        Ragged::new(values, [&self.partitions()[..self.ragged_rank() - 1], &[rows]].concat(), Vec::new())
    }
}

impl<T: Clone> Ragged<Option<T>> {
    /// Replaces `None` by `value`.
    #[doc(alias = "ak.fill_none")]
    pub fn fill_none(&self, value: T) -> Ragged<T> {
        self.map_values(|own| own.clone().unwrap_or_else(|| value.clone()))
    }
}

impl<T: ArrayElement> Ragged<T> {
    /// Creates one row of numbers for each start: from the start up to, but not including, its limit, by its step. A
    /// single start, limit or step applies to all rows.
    ///
    /// # Errors
    ///
    /// A step is 0; there are several starts, limits or steps, and not equally many; the numbers do not
    /// fit into memory, or into the type.
    ///
    /// ```
    /// use burn_prep::ragged::Ragged;
    /// assert_eq!(Ragged::range(&[0], &[2, 0, 3], &[1])?, Ragged::from_rows([vec![0, 1], vec![], vec![0, 1, 2]]));
    /// assert_eq!(Ragged::range(&[5], &[0], &[-2])?, Ragged::from_rows([vec![5, 3, 1]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "tf.ragged.range")]
    #[doc(alias = "arange")]
    pub fn range(starts: &[T], limits: &[T], steps: &[T]) -> Result<Self> {
        let all = [starts, limits, steps];
        let rows = all.iter().map(|part| part.len()).find(|len| *len != 1).unwrap_or(1);
        if let Some(part) = all.iter().find(|part| part.len() != 1 && part.len() != rows) {
            return Err(fault!(
                SHAPE_MISMATCH,
                format_args!("{} and {rows} numbers", part.len()),
                "equally many, or one"
            ));
        }
        let (mut values, mut splits) = (Vec::new(), vec![0]);
        for row in 0..rows {
            let at = |part: &[T]| part[row.min(part.len() - 1)];
            push_range(at(starts), at(limits), at(steps), &mut values)
                .map_err(|error| error.at_index(row))?;
            splits.push(values.len());
        }
        Ragged::from_offsets(values, splits)
    }
}

fn push_range<T: ArrayElement>(start: T, limit: T, step: T, values: &mut Vec<T>) -> Result<()> {
    if step.to_f64() == 0.0 {
        return Err(fault!(ZERO_STEP, step, "another step"));
    }
    let large = || too_large(format_args!("{start} to {limit} by {step}"));
    let count = match (start.number(), limit.number(), step.number()) {
        (Number::Int(start), Number::Int(limit), Number::Int(step)) => {
            let distance = if step > 0 { limit - start } else { start - limit };
            let stride = step.abs();
            usize::try_from(if distance > 0 { (distance + stride - 1) / stride } else { 0 }).ok()
        }
        _ => {
            let count = ((limit.to_f64() - start.to_f64()) / step.to_f64()).ceil();
            // NaN and infinity are no counts.
            if count <= 0.0 { Some(0) } else { (count < 1e18).then_some(count as usize) }
        }
    };
    let count = count.ok_or_else(large)?;
    values.try_reserve(count).map_err(|_| large())?;
    for number in 0..count {
        let value = match (start.number(), step.number()) {
            (Number::Int(start), Number::Int(step)) => Number::Int(start + number as i128 * step),
            _ => Number::Float(start.to_f64() + number as f64 * step.to_f64()),
        };
        let beyond = || Error::dtype("range", T::DTYPE, "a type that holds every number of the range");
        values.push(T::from_number(value).ok_or_else(beyond)?);
    }
    Ok(())
}

fn compare<T: PartialOrd>(a: &T, b: &T, order: SortOrder) -> Ordering {
    // What is not equal to itself is NaN, or a tuple with one; it comes last, or the order would not be total.
    let is_nan = |value: &T| value.partial_cmp(value).is_none();
    match (is_nan(a), is_nan(b)) {
        (false, false) => {
            let found = a.partial_cmp(b).unwrap_or(Ordering::Equal);
            if order == SortOrder::Descending { found.reverse() } else { found }
        }
        (nan_a, nan_b) => nan_a.cmp(&nan_b),
    }
}

fn binomial(of: usize, n: usize) -> Option<usize> {
    if n > of {
        return Some(0);
    }
    let n = n.min(of - n);
    (0..n).try_fold(1_usize, |count, at| Some(count.checked_mul(of - at)? / (at + 1)))
}
