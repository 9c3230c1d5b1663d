//! Rows from a rectangle: the inverse of padding.

use ndarray::{ArrayView, ArrayViewD, Dimension};

use crate::error::{Result, fault};
use crate::ragged::levels::{Level, Runs, assemble, partitions_to};
use crate::ragged::partition::AsIndex;
use crate::ragged::{Ragged, RowPartition};

/// The conversion of a padded array to ragged rows, by the lengths of the rows or by the padding value.
///
/// Without either, every row is full and the partitions are of one length. Lengths are strict: one that is negative or
/// beyond the width is an error. With padding only the run at the end of each row is dropped; padding inside of a row
/// stays. NaN as padding never matches.
///
/// ```
/// use burn_prep::ragged::{FromDense, Ragged};
/// use ndarray::{array, aview0};
///
/// let padded = array![[1, 2, 0], [0, 3, 0], [0, 0, 0]];
/// let rows = FromDense::new().lengths(&[2, 3, 0]).of(padded.view())?;
/// assert_eq!(rows, Ragged::from_rows([vec![1, 2], vec![0, 3, 0], vec![]]));
/// assert_eq!(rows.to_dense(0)?, padded.clone().into_dyn());
/// let rows = FromDense::new().padding(aview0(&0)).of(padded.view())?;
/// assert_eq!(rows, Ragged::from_rows([vec![1, 2], vec![0, 3], vec![]]));
/// assert!(FromDense::new().lengths(&[4, 0, 0]).of(padded.view()).is_err());
///
/// let full = FromDense::new().ragged_rank(1).of(padded.view())?;
/// assert_eq!(full.partitions()[0].uniform_length(), Some(3));
/// let nested = FromDense::new().nested_lengths(&[vec![1, 0, 0], vec![2]]);
/// let cube = padded.insert_axis(ndarray::Axis(1));
/// assert_eq!(nested.of(cube.view())?.values(), [1, 2]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "ak.from_numpy")]
#[doc(alias = "ak.from_regular")]
#[doc(alias = "from_tensor")]
#[doc(alias = "unpad_sequence")]
#[doc(alias = "from_padded")]
#[derive(Debug, Clone)]
pub struct FromDense<'a, T> {
    lengths: Option<Vec<Vec<Option<usize>>>>,
    nested: bool,
    padding: Option<ArrayViewD<'a, T>>,
    ragged_rank: Option<usize>,
}

impl<T> Default for FromDense<'_, T> {
    fn default() -> Self {
        Self { lengths: None, nested: false, padding: None, ragged_rank: None }
    }
}

impl<'a, T: Clone + PartialEq> FromDense<'a, T> {
    /// Creates a conversion to full rows, of ragged rank 1.
    pub fn new() -> Self {
        Self::default()
    }

    /// The length of each innermost row.
    #[must_use]
    pub fn lengths<I: AsIndex>(mut self, lengths: &[I]) -> Self {
        self.lengths = Some(vec![lengths.iter().map(|length| length.index()).collect()]);
        self.nested = false;
        self
    }

    /// The lengths of the rows, then of the rows in them, and so on: one list for each partition.
    #[must_use]
    pub fn nested_lengths<I: AsIndex, L: AsRef<[I]>>(mut self, lengths: &[L]) -> Self {
        let of = |list: &L| list.as_ref().iter().map(|length| length.index()).collect();
        self.lengths = Some(lengths.iter().map(of).collect());
        self.nested = true;
        self
    }

    /// The padding: a scalar, or an array of the shape of a cell.
    #[must_use]
    pub fn padding<D: Dimension>(mut self, padding: ArrayView<'a, T, D>) -> Self {
        self.padding = Some(padding.into_dyn());
        self
    }

    /// Sets the number of partitions. The default is the number of lists of nested lengths, or 1.
    #[must_use]
    pub fn ragged_rank(mut self, ragged_rank: usize) -> Self {
        self.ragged_rank = Some(ragged_rank);
        self
    }

    /// Converts an array to ragged rows.
    ///
    /// # Errors
    ///
    /// The array has less than two dimensions, or too few for the ragged rank; both lengths and padding
    /// are given; lengths do not fit the rows; padding does not have the shape of a cell.
    pub fn of<D: Dimension>(&self, array: ArrayView<'_, T, D>) -> Result<Ragged<T>> {
        let array = array.into_dyn();
        if self.lengths.is_some() && self.padding.is_some() {
            return Err(fault!(LENGTHS_AND_PADDING, "both", "lengths or padding"));
        }
        let shape = array.shape();
        if shape.len() < 2 {
            return Err(fault!(RANK_TOO_LOW, format_args!("{shape:?}"), "two dimensions or more"));
        }
        let listed = self.lengths.as_ref().filter(|_| self.nested).map(Vec::len);
        let rank = self.ragged_rank.or(listed).unwrap_or(1);
        if rank == 0 || rank >= shape.len() || listed.is_some_and(|listed| listed != rank) {
            let expected = match listed {
                Some(listed) if listed < shape.len() => format!("{listed}, the number of lists of lengths"),
                _ => format!("1 to {}", shape.len() - 1),
            };
            return Err(fault!(BAD_RAGGED_RANK, self.ragged_rank.or(listed).unwrap_or(rank), expected));
        }
        let levels: Vec<Level> = shape.iter().map(|&size| Level::Fixed(size)).collect();
        let full = partitions_to(&levels, rank)?;
        let lengths = match (&self.lengths, &self.padding) {
            (Some(lengths), _) if self.nested => lengths.clone(),
            (Some(lengths), _) => {
                let mut all = uniform_lengths(&full[1..rank]);
                all.extend(lengths.iter().cloned());
                all
            }
            (_, Some(padding)) => {
                let mut all = uniform_lengths(&full[1..rank]);
                all.push(trimmed(&array, padding, &shape[rank..])?);
                all
            }
            _ => {
                let values = array.iter().cloned().collect();
                return Ragged::new(values, full[1..].to_vec(), shape[rank + 1..].to_vec());
            }
        };
        let mut found = vec![levels[0].clone()];
        let mut runs = Runs::of(0..shape[0]);
        for (level, (lengths, partition)) in lengths.iter().zip(&full[1..]).enumerate() {
            let kept = self.nested || level + 1 == rank;
            let (rows, inside) = cut(&runs, lengths, shape[level + 1], partition)?;
            found.push(Level::Rows(if kept { rows } else { partition.clone() }));
            runs = inside;
        }
        found.extend_from_slice(&levels[rank + 1..]);
        let block = shape[rank + 1..].iter().product();
        let array = array.as_standard_layout();
        let values = runs.copy(array.as_slice().unwrap_or(&[]), block)?;
        assemble(&found, values)?.into_ragged()
    }
}

fn uniform_lengths(partitions: &[RowPartition]) -> Vec<Vec<Option<usize>>> {
    partitions.iter().map(|partition| partition.lengths().into_iter().map(Some).collect()).collect()
}

/// The first values of each row, as many as the lengths say.
fn cut(
    rows: &Runs,
    lengths: &[Option<usize>],
    width: usize,
    partition: &RowPartition,
) -> Result<(RowPartition, Runs)> {
    if lengths.len() != rows.len() {
        return Err(fault!(LENGTHS_COUNT_MISMATCH, lengths.len(), rows.len()));
    }
    let (mut splits, mut runs) = (vec![0], Runs::default());
    for (row, (item, length)) in rows.items().zip(lengths).enumerate() {
        let Some(length) = length.filter(|length| *length <= width) else {
            let found = length.map_or("a negative length".to_owned(), |length| length.to_string());
            let expected = format!("0 to {width}");
            return Err(fault!(LENGTH_OUT_OF_RANGE, format_args!("{found} for row {row}"), expected));
        };
        let start = partition.splits()[item];
        runs.push(start..start + length);
        splits.push(runs.len());
    }
    Ok((RowPartition::trusted(splits, None), runs))
}

/// The length of each row without the padding at its end.
fn trimmed<T: Clone + PartialEq>(
    array: &ArrayViewD<'_, T>,
    padding: &ArrayViewD<'_, T>,
    shape: &[usize],
) -> Result<Vec<Option<usize>>> {
    let (width, cell) = (shape[0], &shape[1..]);
    if padding.shape() != cell {
        return Err(fault!(PADDING_SHAPE, format_args!("{:?}", padding.shape()), format_args!("{cell:?}")));
    }
    let padding: Vec<&T> = padding.iter().collect();
    let rows: usize = array.shape()[..array.ndim() - shape.len()].iter().product();
    let size = padding.len();
    let array = array.as_standard_layout();
    let values = array.as_slice().unwrap_or(&[]);
    let is_padding = |cell: &[T]| cell.iter().zip(&padding).all(|(value, padding)| value == *padding);
    let real = |row: usize| {
        let real = |&at: &usize| {
            let start = (row * width + at) * size;
            !is_padding(&values[start..start + size])
        };
        (0..width).rev().find(real).map_or(0, |at| at + 1)
    };
    Ok((0..rows).map(|row| Some(real(row))).collect())
}
