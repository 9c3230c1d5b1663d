//! What the neighbours of an image say of its class.

use ndarray::Array2;

use crate::checks::nearest_rows::NearestRows;
use crate::error::Result;
use crate::memory::{repeated, too_large};

/// The share of each class among the nearest rows of each row that has a label, as probabilities `[rows, classes]`; and which rows
/// these are. Neighbours without a label do not count, and rows all of whose neighbours have none are left out.
///
/// No row counts for itself, so that the shares are those of a model that did not see the row: of a classifier by k nearest
/// neighbours, as in cleanlab's Datalab. Labels are below `classes`. An error where memory has no room for the shares.
pub(crate) fn neighbor_shares(
    nearest: &NearestRows,
    labels: &[Option<usize>],
    classes: usize,
) -> Result<(Vec<usize>, Array2<f32>)> {
    let labelled = |row: usize| nearest.of_row(row).filter_map(move |next| labels[next.1]);
    let known = |row: &usize| labels[*row].is_some() && labelled(*row).next().is_some();
    let rows: Vec<usize> = (0..nearest.len()).filter(known).collect();
    // Of 32 bits, since a million rows of a thousand classes have 4 GB of them.
    let count = rows.len().saturating_mul(classes);
    let too_many = || too_large("shares of classes", count);
    let zeros = repeated(&0.0_f32, count).ok_or_else(too_many)?;
    let mut shares = Array2::from_shape_vec([rows.len(), classes], zeros).map_err(|_| too_many())?;
    for (&row, mut shares) in rows.iter().zip(shares.rows_mut()) {
        let mut count = 0.0_f32;
        for label in labelled(row) {
            shares[label] += 1.0;
            count += 1.0;
        }
        shares /= count;
    }
    Ok((rows, shares))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::nearest_rows::tests::nearest;

    #[test]
    fn neighbours_without_a_label_do_not_count() {
        let line = [0.0, 1.0, 2.1, 3.3, 100.0, 101.0, 102.1].map(|x: f32| [x, 0.0]);
        let labels = [Some(0), Some(1), None, Some(1), Some(0), None, None];
        let (rows, shares) = neighbor_shares(&nearest(&line, 2), &labels, 2).unwrap();
        // The fifth has neighbours without labels alone.
        assert_eq!(rows, [0, 1, 3]);
        assert_eq!(shares, ndarray::array![[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]);
        let (rows, shares) = neighbor_shares(&nearest(&line, 3), &labels, 2).unwrap();
        assert_eq!((rows, shares.row(2).to_vec()), (vec![0, 1, 3, 4], vec![0.5, 0.5]));
        // Labels without names may be any numbers.
        let error = neighbor_shares(&nearest(&line, 2), &labels, usize::MAX).unwrap_err().to_string();
        assert!(error.contains("a size that fits into memory"), "{error}");
    }
}
