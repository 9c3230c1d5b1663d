//! Padding turns ragged rows into a rectangle and remembers their lengths.

use ndarray::{Array2, ArrayView2};

use crate::error::{Error, Result};
use crate::ragged::Ragged;

/// The side of a row that is filled.
///
/// ```
/// use burn_prep::{Padding, Ragged, Side};
/// let rows = Ragged::from_rows([vec![1], vec![2, 3]]);
/// assert_eq!(rows.pad(&Padding::new(0).side(Side::Left))?.data(), ndarray::array![[0, 1], [2, 3]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "padding_side")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// Values first, padding behind them.
    #[default]
    Right,
    /// Padding first: what generation with a decoder-only model needs.
    Left,
}

/// The length that rows are padded to.
///
/// ```
/// use burn_prep::{PadTo, Padding, Ragged};
/// let rows = Ragged::from_rows([vec![1], vec![2, 3]]);
/// let width = |to| rows.pad(&Padding::new(0).to(to)).map(|padded| padded.data().ncols());
/// assert_eq!((width(PadTo::Longest)?, width(PadTo::Exactly(5))?), (2, 5));
/// assert!(width(PadTo::Exactly(1)).is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PadTo {
    /// The longest row's.
    #[default]
    Longest,
    /// Exactly this; a longer row is an error.
    Exactly(usize),
}

/// How rows are padded: with which value, on which side, to which length.
///
/// ```
/// use burn_prep::{PadTo, Padding, Ragged, Side};
///
/// let rows = Ragged::from_rows([vec![1.5], vec![2.5, 3.5]]);
/// let padding = Padding::new(-1.0).side(Side::Left).to(PadTo::Exactly(3));
/// let padded = rows.pad(&padding)?;
/// assert_eq!(padded.data(), ndarray::array![[-1.0, -1.0, 1.5], [-1.0, 2.5, 3.5]]);
/// assert_eq!(padded.mask_pad(), ndarray::array![[true, true, false], [true, false, false]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "pad_sequence")]
#[doc(alias = "pad_sequences")]
#[doc(alias = "PaddingParams")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Padding<T> {
    value: T,
    side: Side,
    to: PadTo,
}

impl<T> Padding<T> {
    /// Padding with `value`, on the right, to the longest row.
    pub fn new(value: T) -> Self {
        Self { value, side: Side::default(), to: PadTo::default() }
    }

    /// The side that is filled.
    #[must_use]
    pub fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// The length that rows are padded to.
    #[must_use]
    pub fn to(mut self, to: PadTo) -> Self {
        self.to = to;
        self
    }
}

/// Rows of equal length, `[N, width]`, and how much of each is real.
///
/// Masks are built from the lengths, never by looking for the padding value: a real value may be
/// equal to it.
///
/// ```
/// use burn_prep::{Padding, Ragged};
///
/// let padded = Ragged::from_rows([vec![0, 7], vec![0]]).pad(&Padding::new(0))?;
/// assert_eq!(padded.lengths(), [2, 1]);
/// assert_eq!(padded.mask_valid(), ndarray::array![[true, true], [true, false]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Padded<T> {
    data: Array2<T>,
    lengths: Vec<usize>,
    side: Side,
}

impl<T> Padded<T> {
    /// The values and the padding, `[N, width]`.
    pub fn data(&self) -> ArrayView2<'_, T> {
        self.data.view()
    }

    /// The values and the padding, moved out.
    ///
    /// ```
    /// use burn_prep::{Padding, Ragged};
    /// let padded = Ragged::from_rows([vec![1], vec![2, 3]]).pad(&Padding::new(0))?;
    /// assert_eq!(padded.into_data(), ndarray::array![[1, 0], [2, 3]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn into_data(self) -> Array2<T> {
        self.data
    }

    /// The number of real values in each row.
    pub fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// The side that holds the padding.
    pub fn side(&self) -> Side {
        self.side
    }

    /// `[N, width]`, `true` at padding: the polarity of Burn's `mask_pad` and of torch's
    /// `key_padding_mask`.
    #[doc(alias = "key_padding_mask")]
    pub fn mask_pad(&self) -> Array2<bool> {
        let width = self.data.ncols();
        Array2::from_shape_fn(self.data.dim(), |(row, column)| match self.side {
            Side::Right => column >= self.lengths[row],
            Side::Left => column < width - self.lengths[row],
        })
    }

    /// `[N, width]`, `true` at real values: the polarity of Hugging Face's `attention_mask` and of
    /// `tf.sequence_mask`.
    #[doc(alias = "attention_mask")]
    #[doc(alias = "sequence_mask")]
    pub fn mask_valid(&self) -> Array2<bool> {
        self.mask_pad().mapv_into(|pad| !pad)
    }
}

impl<T: Copy> Ragged<T> {
    /// Pads the rows to a rectangle.
    ///
    /// No rows give `[0, 0]` (or `[0, n]` with [`PadTo::Exactly`]).
    ///
    /// # Errors
    ///
    /// A row is longer than [`PadTo::Exactly`] allows; the row's index and both lengths are named.
    #[doc(alias = "to_tensor")]
    #[doc(alias = "to_padded_tensor")]
    pub fn pad(&self, padding: &Padding<T>) -> Result<Padded<T>> {
        if self.rank() != 2 {
            return Err(Error::shape(
                "pad",
                self.bounding_shape(),
                "rows of values, of rank 2 (Ragged::to_dense)",
            ));
        }
        let lengths = self.lengths();
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let width = match padding.to {
            PadTo::Longest => longest,
            PadTo::Exactly(width) => width,
        };
        if let Some(row) = lengths.iter().position(|&length| length > width) {
            let expected = format!("at most [{width}] (Padding::to)");
            return Err(Error::shape("pad", [lengths[row]], expected).at_index(row));
        }
        let too_large = || Error::shape("pad", [self.len(), width], "a size that fits into memory");
        let count = self.len().checked_mul(width).ok_or_else(too_large)?;
        let mut data = Vec::new();
        data.try_reserve_exact(count).map_err(|_| too_large())?;
        for row in self.rows() {
            let missing = width - row.len();
            if padding.side == Side::Left {
                data.resize(data.len() + missing, padding.value);
            }
            data.extend_from_slice(row);
            if padding.side == Side::Right {
                data.resize(data.len() + missing, padding.value);
            }
        }
        let data = Array2::from_shape_vec((self.len(), width), data).map_err(|_| too_large())?;
        Ok(Padded { data, lengths, side: padding.side })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn a_row_that_is_too_long_is_named() {
        let rows = Ragged::from_rows([vec![1], vec![2, 3, 4]]);
        let error = rows.pad(&Padding::new(0).to(PadTo::Exactly(2))).unwrap_err();
        assert_eq!(error.to_string(), "item 1: pad: found shape [3], expected at most [2] (Padding::to)");
    }

    #[test]
    fn empty_rows_and_no_rows_are_legal() {
        let empty = Ragged::<i32>::from_rows([vec![], vec![5]]);
        assert_eq!(empty.pad(&Padding::new(9)).unwrap().data(), array![[9], [5]]);
        let none = Ragged::<i32>::from_rows(Vec::<Vec<i32>>::new());
        assert_eq!(none.pad(&Padding::new(9)).unwrap().data().shape(), [0, 0]);
        let wide = none.pad(&Padding::new(9).to(PadTo::Exactly(4))).unwrap();
        assert_eq!(wide.data().shape(), [0, 4]);
        assert_eq!(wide.mask_pad().shape(), [0, 4]);
    }

    #[test]
    fn a_width_beyond_memory_is_an_error() {
        let none = Ragged::<u8>::from_rows(Vec::<Vec<u8>>::new());
        assert!(none.pad(&Padding::new(0).to(PadTo::Exactly(usize::MAX))).is_err());
        let rows = Ragged::from_rows([vec![1_i64], vec![2]]);
        for width in [usize::MAX, usize::MAX / 32] {
            let error = rows.pad(&Padding::new(0).to(PadTo::Exactly(width))).unwrap_err();
            assert!(error.is_usage(), "{error}");
        }
    }
}
