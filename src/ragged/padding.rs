//! How ragged rows become a rectangle: side, value, width, and what happens to rows that are too long.

use std::ops::Range;

use ndarray::{Array, ArrayD, Dimension};

use crate::error::{Error, Result, fault};
use crate::ragged::padded_rows::PaddedRows;
use crate::ragged::room::reserved;

/// A side of a row, at which it is padded or cut.
///
/// ```
/// use burn_prep::ragged::{Padding, Ragged, Side};
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

/// The width that rows are padded to.
///
/// [`Padding::multiple_of`] rounds the width up, and [`Padding::cap`] limits the rounded width.
///
/// ```
/// use burn_prep::ragged::{PadTo, Padding, Ragged};
/// let rows = Ragged::from_rows([vec![1], vec![2, 3, 4]]);
/// let width = |to| rows.pad(&Padding::new(0).to(to)).map(|padded| padded.data().ncols());
/// assert_eq!((width(PadTo::Longest)?, width(PadTo::AtLeast(5))?, width(PadTo::Exactly(4))?), (3, 5, 4));
/// assert_eq!(width(PadTo::Buckets(vec![2, 4, 8]))?, 4);
/// assert!(width(PadTo::Exactly(2)).is_err());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "padded_shapes")]
#[doc(alias = "total_length")]
#[doc(alias = "BatchLongest")]
#[doc(alias = "pad_to_bucket_boundary")]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PadTo {
    /// The length of the longest row.
    #[default]
    Longest,
    /// The length of the longest row, or this width if it is larger.
    AtLeast(usize),
    /// This width; longer rows overflow.
    Exactly(usize),
    /// The smallest of these bounds that holds the longest row, so that only a few shapes are compiled. The bounds are
    /// inclusive; rows beyond the largest overflow.
    Buckets(Vec<usize>),
}

/// What happens to a row that is longer than the width.
///
/// ```
/// use burn_prep::ragged::{Overflow, PadTo, Padding, Ragged};
/// use ndarray::array;
/// let rows = Ragged::from_rows([vec![1, 2, 3, 4, 5], vec![6]]);
/// let padding = |overflow| Padding::new(0).to(PadTo::Exactly(3)).overflow(overflow);
/// assert!(rows.pad(&padding(Overflow::Error)).is_err());
/// assert_eq!(rows.pad(&padding(Overflow::TruncateEnd))?.data(), array![[1, 2, 3], [6, 0, 0]]);
/// assert_eq!(rows.pad(&padding(Overflow::TruncateStart))?.data(), array![[3, 4, 5], [6, 0, 0]]);
/// let windows = rows.pad(&padding(Overflow::Windows { stride: 2 }))?;
/// assert_eq!(windows.data(), array![[1, 2, 3], [3, 4, 5], [6, 0, 0]]);
/// assert_eq!(windows.source_rows(), [0, 0, 1]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "truncating")]
#[doc(alias = "truncation_side")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Overflow {
    /// It is an error that names the row.
    #[default]
    Error,
    /// The end is cut off.
    TruncateEnd,
    /// The start is cut off.
    TruncateStart,
    /// The row is split into windows, each a row of its own. `stride` is the distance between their starts, 1 up to the
    /// width: two windows share `width - stride` values (which is what Hugging Face calls its stride).
    Windows {
        /// The distance between the starts of two successive windows.
        stride: usize,
    },
}

/// How rows are padded: with which value, on which side, to which width.
///
/// ```
/// use burn_prep::ragged::{PadTo, Padding, Ragged, Side};
///
/// let rows = Ragged::from_rows([vec![1.5], vec![2.5, 3.5]]);
/// let padding = Padding::new(-1.0).side(Side::Left).to(PadTo::Exactly(3));
/// let padded = rows.pad(&padding)?;
/// assert_eq!(padded.data(), ndarray::array![[-1.0, -1.0, 1.5], [-1.0, 2.5, 3.5]]);
/// assert_eq!(padded.mask_pad(), ndarray::array![[true, true, false], [true, false, false]]);
///
/// // Rounded up for the hardware, but never beyond what the model takes.
/// let rounded = Padding::new(0.0).multiple_of(8);
/// assert_eq!(rows.pad(&rounded)?.data().ncols(), 8);
/// assert_eq!(rows.pad(&rounded.cap(6))?.data().ncols(), 6);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "pad_sequence")]
#[doc(alias = "pad_sequences")]
#[doc(alias = "padded_batch")]
#[doc(alias = "PaddingParams")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Padding<T> {
    pub(super) fill: ArrayD<T>,
    pub(super) side: Side,
    to: PadTo,
    multiple: usize,
    cap: Option<usize>,
    overflow: Overflow,
}

impl<T> Padding<T> {
    /// Padding with `value`, on the right, to the longest row.
    #[doc(alias = "padding_value")]
    #[doc(alias = "padding_values")]
    #[doc(alias = "pad_token_id")]
    #[doc(alias = "pad_id")]
    pub fn new(value: T) -> Self {
        Self::of_cell(ndarray::arr0(value))
    }

    /// Padding with a cell of values, which broadcasts to the rows' inner shape.
    ///
    /// ```
    /// use burn_prep::ragged::{Padding, Ragged};
    /// use ndarray::array;
    /// let points = Ragged::from_lengths((0..3).collect(), &[1, 2])?.with_values(vec![1, 2, 3, 4, 5, 6], vec![2])?;
    /// let padded = points.pad_cells(&Padding::of_cell(array![-1, -2]))?;
    /// assert_eq!(padded.data(), array![[[1, 2], [-1, -2]], [[3, 4], [5, 6]]].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn of_cell<D: Dimension>(cell: Array<T, D>) -> Self {
        Self {
            fill: cell.into_dyn(),
            side: Side::default(),
            to: PadTo::default(),
            multiple: 1,
            cap: None,
            overflow: Overflow::default(),
        }
    }

    /// The side that is filled.
    #[must_use]
    pub fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// The width that rows are padded to.
    #[must_use]
    #[doc(alias = "max_length")]
    #[doc(alias = "maxlen")]
    pub fn to(mut self, to: PadTo) -> Self {
        self.to = to;
        self
    }

    /// Rounds the width up to a multiple; a width of [`PadTo::Exactly`] too. 0 is an error when rows are
    /// padded.
    #[must_use]
    #[doc(alias = "pad_to_multiple_of")]
    pub fn multiple_of(mut self, multiple: usize) -> Self {
        self.multiple = multiple;
        self
    }

    /// Sets the maximum width, such as the longest input of the model, which also limits rounding: a cap that is no
    /// multiple takes precedence. Longer rows overflow.
    #[must_use]
    pub fn cap(mut self, cap: usize) -> Self {
        self.cap = Some(cap);
        self
    }

    /// What happens to rows that are too long.
    #[must_use]
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// The padded width of a batch whose longest row has the length `longest`.
    ///
    /// # Errors
    ///
    /// The width rounded up is no `usize`, or the multiple is 0.
    ///
    /// ```
    /// use burn_prep::ragged::{PadTo, Padding};
    /// let padding = Padding::new(0).to(PadTo::AtLeast(3)).multiple_of(4).cap(10);
    /// assert_eq!((padding.width(1)?, padding.width(5)?, padding.width(30)?), (4, 8, 10));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn width(&self, longest: usize) -> Result<usize> {
        let width = match &self.to {
            PadTo::Longest => longest,
            PadTo::AtLeast(least) => longest.max(*least),
            PadTo::Exactly(width) => *width,
            PadTo::Buckets(bounds) => {
                let fitting = bounds.iter().filter(|bound| **bound >= longest).min();
                fitting.or(bounds.iter().max()).copied().unwrap_or(0)
            }
        };
        if self.multiple == 0 {
            return Err(Error::parameter("Padding::multiple_of", 0, "1 or more"));
        }
        let rounded = width.checked_next_multiple_of(self.multiple);
        match (rounded, self.cap) {
            (Some(width), cap) => Ok(cap.map_or(width, |cap| width.min(cap))),
            (None, Some(cap)) => Ok(cap),
            (None, None) => Err(Error::shape("pad", [width], "a width that fits into memory")),
        }
    }

    /// For each length, the width of a batch whose longest row has that length. Give these widths to a sampler in place
    /// of the lengths: it then computes the cost of a batch (its rows times the largest width) with the rounding to
    /// multiples and bounds included.
    ///
    /// # Errors
    ///
    /// As with [`width`](Self::width).
    ///
    /// ```
    /// use burn_prep::order::length::TokenBudget;
    /// use burn_prep::ragged::Padding;
    /// let padding = Padding::new(0).multiple_of(8);
    /// let widths = padding.widths(&[5, 7, 9])?;
    /// assert_eq!(widths, [8, 8, 16]);
    /// assert_eq!(TokenBudget::tokens(24).batches(&widths, &[0, 1, 2])?, [vec![0, 1], vec![2]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn widths(&self, lengths: &[usize]) -> Result<Vec<usize>> {
        lengths.iter().map(|length| self.width(*length)).collect()
    }

    /// Where the values of a row stand, and which end of a row that is too long is cut.
    pub(crate) fn ends(&self) -> (Side, Option<Side>) {
        let cut = match self.overflow {
            Overflow::TruncateStart => Some(Side::Left),
            Overflow::TruncateEnd => Some(Side::Right),
            Overflow::Error | Overflow::Windows { .. } => None,
        };
        (self.side, cut)
    }

    /// The same padding to just this width.
    pub(crate) fn exactly(mut self, width: usize) -> Self {
        (self.to, self.multiple, self.cap) = (PadTo::Exactly(width), 1, None);
        self
    }

    /// The width and the runs of cells that become rows, each with its row, of rows no longer than `longest`.
    pub(super) fn plan(
        &self,
        rows: impl ExactSizeIterator<Item = Range<usize>> + Clone,
        longest: usize,
    ) -> Result<PaddedRows> {
        let width = self.width(longest)?;
        let count = match self.overflow {
            Overflow::Windows { stride } if longest > width => {
                if stride == 0 || stride > width {
                    let expected = "1 up to the width, so that no value is lost";
                    return Err(Error::parameter("Overflow::Windows.stride", stride, expected));
                }
                let pieces = rows.clone().map(|row| 1 + row.len().saturating_sub(width).div_ceil(stride));
                pieces.fold(0, usize::saturating_add)
            }
            _ => rows.len(),
        };
        let (runs, sources) = (reserved(count, 0)?, reserved(count, 0)?);
        let mut plan = PaddedRows { width, runs, sources, cut: 0 };
        for (at, row) in rows.enumerate() {
            let beyond = row.len().saturating_sub(width);
            match self.overflow {
                _ if beyond == 0 => plan.push(row, at),
                Overflow::Error => return Err(self.too_long(row.len(), width, at)),
                Overflow::TruncateEnd => plan.push(row.start..row.end - beyond, at),
                Overflow::TruncateStart => plan.push(row.start + beyond..row.end, at),
                Overflow::Windows { stride } => {
                    let mut start = row.start;
                    while row.end - start > width {
                        plan.push(start..start + width, at);
                        start += stride;
                    }
                    plan.push(start..row.end, at);
                }
            }
            if matches!(self.overflow, Overflow::TruncateEnd | Overflow::TruncateStart) {
                plan.cut = plan.cut.saturating_add(beyond);
            }
        }
        Ok(plan)
    }

    fn too_long(&self, length: usize, width: usize, row: usize) -> Error {
        let found = format!("a row of {length}");
        let expected = format!("at most {width}");
        match self.to {
            PadTo::Buckets(_) if self.cap.is_none_or(|cap| cap > width) => {
                fault!(LONGER_THAN_LAST_BOUNDARY, found, expected).at_index(row)
            }
            _ => fault!(ELEMENT_LONGER_THAN_PADDED_SHAPE, found, expected).at_index(row),
        }
    }
}
