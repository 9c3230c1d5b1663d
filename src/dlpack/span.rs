//! Which elements of memory a tensor covers.

use crate::error::{Error, Result};

/// Shape and strides whose arithmetic fits into the address space, checked once.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) shape: Vec<usize>,
    pub(super) strides: Vec<isize>,
    /// The least offset of an element from the first, in elements; zero or negative.
    pub(super) lowest: isize,
}

impl Span {
    /// Of a tensor of elements of `size` bytes; no strides mean row-major order.
    pub(super) fn new(shape: &[i64], strides: Option<&[i64]>, size: usize) -> Result<Self> {
        Self::checked(shape, strides, size).ok_or_else(|| {
            let found = format_args!("{shape:?} with strides {strides:?}").to_string();
            Error::shape("DLPack import", format_args!("{found}"), "elements within the address space")
        })
    }

    fn checked(shape: &[i64], strides: Option<&[i64]>, size: usize) -> Option<Self> {
        let shape: Vec<usize> =
            shape.iter().map(|&length| usize::try_from(length).ok()).collect::<Option<_>>()?;
        let mut count = 1_isize;
        let mut row_major = vec![0; shape.len()];
        for (stride, &length) in row_major.iter_mut().zip(&shape).rev() {
            *stride = count;
            count = count.checked_mul(isize::try_from(length.max(1)).ok()?)?;
        }
        count.checked_mul(isize::try_from(size).ok()?)?;
        let strides: Vec<isize> = match strides {
            Some(strides) if strides.len() != shape.len() => return None,
            Some(strides) => {
                strides.iter().map(|&stride| isize::try_from(stride).ok()).collect::<Option<_>>()?
            }
            None => row_major,
        };
        let (mut lowest, mut highest) = (0_isize, 0_isize);
        if !shape.contains(&0) {
            for (&length, &stride) in shape.iter().zip(&strides).filter(|(length, _)| **length > 1) {
                let reach = isize::try_from(length - 1).ok()?.checked_mul(stride)?;
                if reach < 0 {
                    lowest = lowest.checked_add(reach)?;
                } else {
                    highest = highest.checked_add(reach)?;
                }
            }
            let covered = highest.checked_sub(lowest)?.checked_add(1)?;
            covered.checked_mul(isize::try_from(size).ok()?)?;
        }
        Some(Self { shape, strides, lowest })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// The strides without their signs; 1 for axes along which nothing steps.
    pub(super) fn magnitudes(&self) -> Vec<usize> {
        let stride_of = |(&length, &stride): (&usize, &isize)| match length {
            0 | 1 => 1,
            _ => stride.unsigned_abs(),
        };
        self.shape.iter().zip(&self.strides).map(stride_of).collect()
    }

    /// The axes that run backwards in memory.
    pub(super) fn backward(&self) -> impl Iterator<Item = usize> {
        let axes = self.shape.iter().zip(&self.strides).enumerate();
        axes.filter(|(_, (length, stride))| **length > 1 && **stride < 0).map(|(axis, _)| axis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_strides_mean_row_major_order() {
        let span = Span::new(&[2, 3, 4], None, 8).unwrap();
        assert_eq!((&span.strides[..], span.lowest), (&[12, 4, 1][..], 0));
        assert!(Span::new(&[], None, 8).unwrap().strides.is_empty());
    }

    #[test]
    fn the_lowest_element_counts_the_axes_that_run_backwards() {
        let span = Span::new(&[2, 3, 4], Some(&[-12, 4, -1]), 8).unwrap();
        assert_eq!(span.lowest, -15);
        assert_eq!(span.backward().collect::<Vec<_>>(), [0, 2]);
        assert_eq!(span.magnitudes(), [12, 4, 1]);
    }

    #[test]
    fn strides_of_axes_of_one_or_none_count_for_nothing() {
        let span = Span::new(&[1, 3], Some(&[i64::MIN, 1]), 8).unwrap();
        assert_eq!((span.lowest, span.magnitudes()), (0, vec![1, 1]));
        let span = Span::new(&[0, 3], Some(&[i64::MIN, i64::MAX]), 8).unwrap();
        assert_eq!((span.lowest, span.is_empty()), (0, true));
    }

    #[test]
    fn what_leaves_the_address_space_is_an_error() {
        let over: [(&[i64], Option<&[i64]>); 9] = [
            (&[-1], None),
            (&[i64::MAX, 2], None),
            (&[i64::MAX / 8 + 1], None),
            (&[0, i64::MAX, 2], None),
            (&[2], Some(&[i64::MAX / 4])),
            (&[3], Some(&[i64::MAX / 2 + 1])),
            (&[2, 2], Some(&[i64::MAX, -1])),
            (&[2, 2], Some(&[i64::MIN, 1])),
            (&[2, 2], Some(&[1])),
        ];
        for (shape, strides) in over {
            assert!(Span::new(shape, strides, 8).is_err(), "{shape:?} {strides:?}");
        }
        // A broadcast axis is long but covers one element.
        assert!(Span::new(&[1 << 59], Some(&[0]), 8).is_ok());
    }
}
