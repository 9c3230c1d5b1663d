//! Sequences cut to a length, and what is cut off as overlapping windows.

use std::ops::Range;

use crate::error::{Error, Result, SequenceFault};
use crate::memory::reserved_for;
use crate::ragged::Side;

/// Which of two sequences is cut where both together are too long.
///
/// ```
/// use burn_prep::packing::{PairCut, Truncation};
///
/// let lengths = |cut| Truncation::new(7).cut(cut).pair_lengths(5, Some(5));
/// assert_eq!(lengths(PairCut::LongestFirst)?, (3, Some(4)));
/// assert_eq!(lengths(PairCut::OnlyFirst)?, (2, Some(5)));
/// assert_eq!(lengths(PairCut::OnlySecond)?, (5, Some(2)));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "TruncationStrategy")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PairCut {
    /// The longer one, until both are equally long; then both equally. Where the maximum length is odd, the sequence
    /// that was longer keeps one item more, and the second one where both were equally long.
    #[default]
    LongestFirst,
    /// The first one; an error where it would have to lose everything.
    OnlyFirst,
    /// The second one; an error where there is none, or where it would have to lose everything.
    OnlySecond,
}

/// Truncation settings: the length, the side that is cut, the overlap of the windows that are cut off, and for pairs
/// which sequence is cut. The rules are those of Hugging Face's `tokenizers`; nothing is copied.
///
/// What is cut off comes as windows of the same length, of which each starts with the last `overlap`
/// items of the one before it. A length of 0 puts the whole sequence into one window.
///
/// ```
/// use burn_prep::packing::Truncation;
/// use burn_prep::ragged::Side;
///
/// let ids = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
/// let cut = Truncation::new(4).overlap(1).apply(&ids)?;
/// assert_eq!(cut.kept, [2, 3, 4, 5]);
/// assert_eq!(cut.overflowing, [&[5, 6, 7, 8][..], &[8, 9, 10, 11]]);
///
/// let cut = Truncation::new(4).side(Side::Left).apply(&ids)?;
/// assert_eq!(cut.kept, [8, 9, 10, 11]);
/// assert_eq!(cut.overflowing, [&[4, 5, 6, 7][..], &[2, 3]]);     // from the end to the start
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "TruncationParams")]
#[doc(alias = "truncation_side")]
#[doc(alias = "return_overflowing_tokens")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Truncation {
    max_length: usize,
    overlap: usize,
    side: Side,
    cut: PairCut,
}

/// The result of truncating a sequence: slices of it that are kept, or that overflow.
///
/// ```
/// let cut = burn_prep::packing::Truncation::new(2).apply(&[7, 8, 9])?;
/// assert_eq!((cut.kept, cut.overflowing), (&[7, 8][..], vec![&[9][..]]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truncated<'a, T> {
    /// The items that are kept.
    pub kept: &'a [T],
    /// The items that are cut off, in windows; empty where nothing had to be cut.
    pub overflowing: Vec<&'a [T]>,
}

impl<T> Truncated<'_, T> {
    /// The number of items that are not kept, each counted once.
    ///
    /// ```
    /// let cut = burn_prep::packing::Truncation::new(3).overlap(2).apply(&[1, 2, 3, 4, 5])?;
    /// assert_eq!((cut.overflowing.len(), cut.dropped()), (2, 2));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn dropped(&self) -> usize {
        // Windows overlap: what is cut off ends where the outermost window does.
        let fresh = |window: &&[T], overlap: usize| window.len().saturating_sub(overlap);
        let mut before = self.kept;
        let mut dropped = 0;
        for window in &self.overflowing {
            dropped += fresh(window, shared(before, window));
            before = window;
        }
        dropped
    }
}

/// How many items two windows of one sequence have in common.
fn shared<T>(a: &[T], b: &[T]) -> usize {
    let (a, b) = (a.as_ptr_range(), b.as_ptr_range());
    let (start, end) = (a.start.max(b.start), a.end.min(b.end));
    match size_of::<T>() {
        0 => 0,
        size => end.addr().saturating_sub(start.addr()) / size,
    }
}

impl Truncation {
    /// Cuts the end off so that `max_length` items remain; windows do not overlap.
    pub fn new(max_length: usize) -> Self {
        Self { max_length, overlap: 0, side: Side::Right, cut: PairCut::default() }
    }

    /// How many items a window shares with the one before it.
    #[must_use]
    pub fn overlap(mut self, overlap: usize) -> Self {
        self.overlap = overlap;
        self
    }

    /// The side that is cut.
    #[doc(alias = "direction")]
    #[must_use]
    pub fn side(mut self, side: Side) -> Self {
        self.side = side;
        self
    }

    /// Which sequence of a pair is cut.
    #[doc(alias = "strategy")]
    #[must_use]
    pub fn cut(mut self, cut: PairCut) -> Self {
        self.cut = cut;
        self
    }

    /// The index ranges of the windows of a sequence of this length: first the kept items, then the overflowing
    /// windows.
    ///
    /// # Errors
    ///
    /// The sequence has to be cut, and the overlap is not less than what is kept.
    ///
    /// ```
    /// let windows = burn_prep::packing::Truncation::new(4).overlap(2).windows(7)?;
    /// assert_eq!(windows, [0..4, 2..6, 4..7]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn windows(&self, length: usize) -> Result<Vec<Range<usize>>> {
        self.windows_to(length, self.max_length)
    }

    fn windows_to(&self, length: usize, max_length: usize) -> Result<Vec<Range<usize>>> {
        if length <= max_length {
            return Ok(std::iter::once(0..length).collect());
        }
        if max_length == 0 {
            return Ok([0..0, 0..length].to_vec());
        }
        let step = max_length.checked_sub(self.overlap).filter(|&step| step > 0).ok_or_else(|| {
            let expected = "less than the items that are kept of each sequence";
            Error::parameter("truncation.overlap", self.overlap, expected)
        })?;
        let count = (length - max_length).div_ceil(step);
        let mut windows = reserved_for("Truncation::windows", count.checked_add(1))?;
        // The last window is the first one to reach the end; it may be shorter than the others.
        for window in 0..=count {
            let offset = window * step;
            let width = max_length.min(length - offset);
            windows.push(match self.side {
                Side::Left => length - offset - width..length - offset,
                _ => offset..offset + width,
            });
        }
        Ok(windows)
    }

    /// Truncates one sequence; one that is short enough is kept whole, without overflowing windows.
    ///
    /// # Errors
    ///
    /// The sequence has to be cut, and the overlap is not less than what is kept.
    #[doc(alias = "truncate")]
    pub fn apply<'a, T>(&self, sequence: &'a [T]) -> Result<Truncated<'a, T>> {
        self.apply_to(sequence, self.max_length)
    }

    fn apply_to<'a, T>(&self, sequence: &'a [T], max_length: usize) -> Result<Truncated<'a, T>> {
        let windows = self.windows_to(sequence.len(), max_length)?;
        let mut windows = windows.into_iter().map(|window| &sequence[window]);
        let kept = windows.next().unwrap_or_default();
        Ok(Truncated { kept, overflowing: windows.collect() })
    }

    /// How many items remain of each sequence of a pair.
    ///
    /// # Errors
    ///
    /// The pair is too long, and the sequence to be cut is not there or has no more items than have to
    /// go. With a length of 0 everything goes, whichever was to be cut.
    pub fn pair_lengths(&self, first: usize, second: Option<usize>) -> Result<(usize, Option<usize>)> {
        let max_length = self.max_length;
        if max_length == 0 {
            return Ok((0, second.map(|_| 0)));
        }
        let sum = first.checked_add(second.unwrap_or(0));
        let total = sum.ok_or_else(|| Error::shape("truncate", [first], "lengths whose sum is a usize"))?;
        let Some(remove) = total.checked_sub(max_length).filter(|&remove| remove > 0) else {
            return Ok((first, second));
        };
        let cut = |length: usize| match length.checked_sub(remove) {
            Some(kept) if kept > 0 => Ok(kept),
            _ => Err(Error::from(SequenceFault::CannotTruncateEnough { length, remove })),
        };
        match (self.cut, second) {
            (PairCut::LongestFirst, None) => Ok((max_length, None)),
            (PairCut::LongestFirst, Some(second)) => {
                let (first, second) = longest_first(first, second, max_length);
                Ok((first, Some(second)))
            }
            (PairCut::OnlyFirst, _) => Ok((cut(first)?, second)),
            (PairCut::OnlySecond, Some(second)) => Ok((first, Some(cut(second)?))),
            (PairCut::OnlySecond, None) => Err(SequenceFault::NoSecondSequence.into()),
        }
    }

    /// Truncates a pair of sequences, or a single first one, so that both together are short enough.
    ///
    /// # Errors
    ///
    /// As [`Truncation::pair_lengths`], and where the overlap is not less than what is kept of a
    /// sequence that is cut.
    ///
    /// ```
    /// use burn_prep::packing::Truncation;
    /// let (first, second) = Truncation::new(4).apply_pair(&[1, 2, 3, 4, 5], Some(&[8]))?;
    /// assert_eq!((first.kept, second.unwrap().kept), (&[1, 2, 3][..], &[8][..]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "truncate_encodings")]
    pub fn apply_pair<'a, T>(
        &self,
        first: &'a [T],
        second: Option<&'a [T]>,
    ) -> Result<(Truncated<'a, T>, Option<Truncated<'a, T>>)> {
        let (keep_first, keep_second) = self.pair_lengths(first.len(), second.map(<[T]>::len))?;
        let first = self.apply_to(first, keep_first)?;
        let second = match (second, keep_second) {
            (Some(second), Some(keep)) => Some(self.apply_to(second, keep)?),
            _ => None,
        };
        Ok((first, second))
    }
}

/// Of two lengths whose sum is above `max_length`, what remains of each.
fn longest_first(first: usize, second: usize, max_length: usize) -> (usize, usize) {
    let swapped = first > second;
    let shorter = first.min(second);
    // All of the shorter one and the rest of the longer one, unless that made the longer one shorter.
    let longer = match max_length.checked_sub(shorter) {
        Some(rest) if rest >= shorter => rest,
        _ => {
            let half = max_length / 2;
            let (shorter, longer) = (half, half + max_length % 2);
            return if swapped { (longer, shorter) } else { (shorter, longer) };
        }
    };
    if swapped { (longer, shorter) } else { (shorter, longer) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_end_with_the_first_one_that_reaches_the_end() {
        let windows = |max, overlap, length| Truncation::new(max).overlap(overlap).windows(length).unwrap();
        assert_eq!(windows(4, 0, 10), [0..4, 4..8, 8..10]);
        assert_eq!(windows(4, 1, 10), [0..4, 3..7, 6..10]);
        assert_eq!(windows(4, 3, 6), [0..4, 1..5, 2..6]);
        assert_eq!((windows(4, 3, 4).len(), &windows(4, 3, 4)[0]), (1, &(0..4)));
        assert_eq!(windows(0, 9, 3), [0..0, 0..3]);
        assert_eq!((windows(0, 0, 0).len(), &windows(0, 0, 0)[0]), (1, &(0..0)));
        let left = Truncation::new(4).overlap(1).side(Side::Left);
        assert_eq!(left.windows(10).unwrap(), [6..10, 3..7, 0..4]);
        assert_eq!(left.windows(9).unwrap(), [5..9, 2..6, 0..3]);
    }

    #[test]
    fn an_overlap_of_a_whole_window_is_an_error_where_something_is_cut() {
        let overlap = Truncation::new(4).overlap(4);
        assert!(overlap.windows(4).is_ok());
        let message = overlap.windows(5).unwrap_err().to_string();
        assert_eq!(
            message,
            "truncation.overlap is 4, expected less than the items that are kept of each sequence"
        );
    }

    #[test]
    fn the_longer_one_of_a_pair_is_cut_first() {
        assert_eq!(longest_first(6, 3, 7), (4, 3));
        assert_eq!(longest_first(3, 6, 7), (3, 4));
        assert_eq!(longest_first(5, 5, 7), (3, 4));
        assert_eq!(longest_first(6, 5, 7), (4, 3));
        assert_eq!(longest_first(9, 9, 1), (0, 1));
        assert_eq!(longest_first(10, 9, 4), (2, 2));
    }

    #[test]
    fn a_sequence_that_would_lose_everything_is_an_error() {
        let category = |cut, max, first, second| {
            Truncation::new(max).cut(cut).pair_lengths(first, second).unwrap_err().code()
        };
        assert_eq!(category(PairCut::OnlySecond, 6, 6, Some(3)), "cannot_truncate_enough");
        assert_eq!(category(PairCut::OnlyFirst, 3, 6, Some(3)), "cannot_truncate_enough");
        assert_eq!(category(PairCut::OnlySecond, 4, 6, None), "no_second_sequence");
        let second = Truncation::new(6).cut(PairCut::OnlySecond);
        assert_eq!(second.pair_lengths(6, None).unwrap(), (6, None));
        assert_eq!(Truncation::new(0).cut(PairCut::OnlySecond).pair_lengths(6, None).unwrap(), (0, None));
        assert!(Truncation::new(1).pair_lengths(usize::MAX, Some(1)).is_err());
    }

    #[test]
    fn dropped_counts_each_item_once() {
        let ids: Vec<u32> = (0..20).collect();
        for side in [Side::Left, Side::Right] {
            for max in 1..=20 {
                for overlap in 0..max {
                    let cut = Truncation::new(max).overlap(overlap).side(side).apply(&ids).unwrap();
                    assert_eq!(cut.dropped(), 20 - max, "{max} {overlap} {side:?}");
                }
            }
        }
    }
}
