//! Rows from lists of lists.

use ndarray::{ArrayD, IxDyn};

use crate::error::{Error, Result, fault};
use crate::ragged::{Ragged, RaggedOrDense, RowPartition};

/// Lists nested to any depth, serialised as plain lists and values, as in JSON.
///
/// ```
/// use burn_prep::ragged::{Nested, Ragged};
///
/// let list = |items: &[i32]| Nested::List(items.iter().map(|&item| Nested::Item(item)).collect());
/// let rows = Nested::List(vec![list(&[1, 2]), list(&[]), list(&[3])]);
/// assert_eq!(rows.to_ragged(None, None)?.into_ragged()?, Ragged::from_rows([vec![1, 2], vec![], vec![3]]));
/// let uneven = Nested::List(vec![list(&[1]), Nested::Item(2)]);
/// assert!(uneven.to_ragged(None, None).unwrap_err().is_data());
///
/// let json = "[[[1,2],[3]],[],[[4]]]";
/// let nested = serde_json::from_str::<Nested<i64>>(json)?.to_ragged(None, None)?.into_ragged()?;
/// assert_eq!((nested.lengths(), nested.values()), (vec![2, 0, 1], &[1, 2, 3, 4][..]));
/// assert_eq!(serde_json::to_string(&nested.to_nested())?, json);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "pylist")]
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum Nested<T> {
    /// A value.
    Item(T),
    /// A list of values or of lists.
    List(Vec<Nested<T>>),
}

impl<T: Clone> Nested<T> {
    /// The lists of a cell, which has as many values as its shape says.
    fn of_cell(values: &[T], inner: &[usize]) -> Self {
        let Some((size, inner)) = inner.split_first() else {
            return Self::Item(values[0].clone());
        };
        let block: usize = inner.iter().product();
        Self::List((0..*size).map(|at| Self::of_cell(&values[at * block..(at + 1) * block], inner)).collect())
    }
}

impl<T: Clone> Ragged<T> {
    /// The rows as lists of lists, of the depth of the rank: the way back from [`Nested::to_ragged`].
    ///
    /// ```
    /// use burn_prep::ragged::{Nested, Ragged};
    /// let rows = Ragged::from_nested(vec![vec![vec![1, 2], vec![]], vec![]]);
    /// let Nested::List(lists) = rows.to_nested() else { unreachable!() };
    /// assert_eq!(lists[0], Nested::List(vec![Nested::List(vec![Nested::Item(1), Nested::Item(2)]), Nested::List(vec![])]));
    /// assert_eq!(lists[1], Nested::List(vec![]));
    /// ```
    #[doc(alias = "to_list")]
    #[doc(alias = "tolist")]
    #[doc(alias = "ak.to_list")]
    pub fn to_nested(&self) -> Nested<T> {
        let (block, inner) = (self.block(), self.inner_shape());
        let cell = |at: usize| Nested::of_cell(&self.values()[at * block..(at + 1) * block], inner);
        let mut items: Vec<Nested<T>> = (0..self.innermost().nvals()).map(cell).collect();
        for partition in self.partitions().iter().rev() {
            let mut inside = items.into_iter();
            let rows = partition.ranges().map(|row| Nested::List(inside.by_ref().take(row.len()).collect()));
            items = rows.collect();
        }
        Nested::List(items)
    }
}

impl<T> Nested<T> {
    /// The depth of the values, and of the deepest list.
    fn depths(&self) -> Result<(Option<usize>, usize)> {
        let Self::List(items) = self else { return Ok((Some(0), 0)) };
        let (mut of_values, mut deepest) = (None, 1);
        for item in items {
            let (values, depth) = item.depths()?;
            deepest = deepest.max(depth + 1);
            let Some(values) = values.map(|values| values + 1) else { continue };
            if of_values.is_some_and(|depth| depth != values) {
                let found = format!("values {} and {values} lists deep", of_values.unwrap_or(0));
                return Err(fault!(INCONSISTENT_DEPTH, found, "one depth"));
            }
            of_values = Some(values);
        }
        Ok((of_values, deepest))
    }

    /// Converts the lists to ragged rows, as `tf.ragged.constant` does.
    ///
    /// Without `ragged_rank` and `inner_shape` every dimension behind the first is ragged, and lists of depth 1 are an
    /// array. `ragged_rank` is the number of ragged dimensions, `inner_shape` the shape of the cells; each follows from
    /// the other.
    ///
    /// # Errors
    ///
    /// Values lie at different depths, `ragged_rank` or `inner_shape` does not fit the depth, or cells differ in shape.
    #[doc(alias = "ragged.constant")]
    #[doc(alias = "from_iter")]
    pub fn to_ragged(
        &self,
        ragged_rank: Option<usize>,
        inner_shape: Option<&[usize]>,
    ) -> Result<RaggedOrDense<T>>
    where
        T: Clone,
    {
        let (of_values, deepest) = self.depths()?;
        if let Some(depth) = of_values.filter(|depth| deepest > *depth) {
            let found = format!("values {depth} and empty lists {deepest} deep");
            return Err(fault!(INCONSISTENT_DEPTH, found, "empty lists no deeper than values"));
        }
        if let (Some(rank), Some(inner)) = (ragged_rank, inner_shape) {
            let expected = rank.saturating_add(inner.len()).saturating_add(1);
            if of_values.map_or(expected < deepest, |depth| depth != expected) {
                let found = format!("depth {}", of_values.unwrap_or(deepest));
                return Err(fault!(INCONSISTENT_DEPTH, found, expected));
            }
        }
        let given = inner_shape.map_or(0, <[usize]>::len);
        let dense = ragged_rank.map_or(deepest.saturating_sub(given) < 2, |rank| rank == 0);
        let rank = match (ragged_rank, of_values) {
            _ if dense => 0,
            (Some(rank), _) => rank,
            (None, depth) => depth.unwrap_or(deepest).saturating_sub(1 + given).max(1),
        };
        if rank > 64 {
            return Err(fault!(BAD_RAGGED_RANK, rank, "at most 64"));
        }
        let mut partitions = Vec::with_capacity(rank);
        let mut cells: Vec<&Self> = match self {
            Self::List(items) => items.iter().collect(),
            Self::Item(_) => return Err(fault!(INCONSISTENT_DEPTH, "a value", "a list")),
        };
        for _ in 0..rank {
            let (mut splits, mut inside) = (vec![0], Vec::new());
            for cell in cells {
                let Self::List(items) = cell else {
                    return Err(fault!(INCONSISTENT_DEPTH, "a value", "a list"));
                };
                inside.extend(items);
                splits.push(inside.len());
            }
            partitions.push(RowPartition::trusted(splits, None));
            cells = inside;
        }
        let inner = match inner_shape {
            Some(inner) if !dense => inner.to_vec(),
            None if ragged_rank.is_none() && !dense => Vec::new(),
            _ => cells.first().map(|cell| cell.shape()).unwrap_or_default(),
        };
        let mut values = Vec::new();
        for cell in &cells {
            cell.fill(&inner, &mut values)?;
        }
        if !dense {
            return Ragged::new(values, partitions, inner).map(RaggedOrDense::Ragged);
        }
        let natural = [&[cells.len()], &inner[..]].concat();
        let shape = inner_shape.map_or(&natural[..], |shape| shape);
        let array = ArrayD::from_shape_vec(IxDyn(shape), values);
        let differs = |_| -> Error {
            fault!(INNER_SHAPE_MISMATCH, format_args!("{natural:?}"), format_args!("{shape:?}"))
        };
        array.map(RaggedOrDense::Dense).map_err(differs)
    }

    fn shape(&self) -> Vec<usize> {
        match self {
            Self::Item(_) => Vec::new(),
            Self::List(items) => {
                let mut shape = vec![items.len()];
                shape.extend(items.first().map(Self::shape).unwrap_or_default());
                shape
            }
        }
    }

    fn fill(&self, shape: &[usize], values: &mut Vec<T>) -> Result<()>
    where
        T: Clone,
    {
        match (self, shape) {
            (Self::Item(value), []) => values.push(value.clone()),
            (Self::List(items), [size, inner @ ..]) if items.len() == *size => {
                for item in items {
                    item.fill(inner, values)?;
                }
            }
            _ => {
                let found = format!("{:?}", self.shape());
                return Err(fault!(INNER_SHAPE_MISMATCH, found, format_args!("{shape:?}")));
            }
        }
        Ok(())
    }
}

/// Vectors of vectors that [`Ragged::from_nested`] takes: two or three deep.
///
/// ```
/// use burn_prep::ragged::Ragged;
/// let rows: Ragged<u8> = Ragged::from_nested(vec![vec![1, 2], vec![]]);
/// let nested: Ragged<u8> = Ragged::from_nested(vec![vec![vec![1, 2], vec![]], vec![vec![3]]]);
/// assert_eq!((rows.ragged_rank(), nested.ragged_rank(), nested.values()), (1, 2, &[1, 2, 3][..]));
/// assert_eq!((nested.lengths(), nested.partitions()[1].lengths()), (vec![2, 1], vec![2, 0, 1]));
/// ```
pub trait NestedRows<T> {
    /// The rows.
    #[doc(hidden)]
    fn into_ragged(self) -> Ragged<T>;
}

impl<T> NestedRows<T> for Vec<Vec<T>> {
    fn into_ragged(self) -> Ragged<T> {
        let (mut values, mut splits) = (Vec::with_capacity(self.iter().map(Vec::len).sum()), vec![0]);
        for row in self {
            values.extend(row);
            splits.push(values.len());
        }
        Ragged::trusted(values, vec![RowPartition::trusted(splits, None)], Vec::new())
    }
}

impl<T> NestedRows<T> for Vec<Vec<Vec<T>>> {
    fn into_ragged(self) -> Ragged<T> {
        let (rows, outer, _) = NestedRows::<Vec<T>>::into_ragged(self).into_parts();
        let (values, inner, _) = NestedRows::<T>::into_ragged(rows).into_parts();
        Ragged::trusted(values, [outer, inner].concat(), Vec::new())
    }
}

impl<T> Ragged<T> {
    /// Moves vectors of vectors, two or three deep, into one buffer.
    #[doc(alias = "ragged.constant")]
    #[doc(alias = "ak.from_iter")]
    pub fn from_nested(nested: impl NestedRows<T>) -> Self {
        nested.into_ragged()
    }
}
