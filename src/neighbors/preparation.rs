//! Rows as the search compares them: of length 1, or around 0.

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::neighbors::metric::length;
use crate::neighbors::{FeatureRows, Metric};

/// How rows are changed before they are compared, so that the nearest by the metric are the nearest by Euclid's distance and
/// `f32` loses little.
pub(super) enum Preparation {
    /// Divided by their length.
    Unit,
    /// Less `centre`, times `scale`: distances stay in proportion.
    Centred { centre: Vec<f64>, scale: f64 },
}

/// Rows of one partial sum. Sums are added in the order of the blocks, whichever thread had them.
const SUMMED: usize = 4096;

impl Preparation {
    /// Checks all rows, and looks at what the change needs.
    pub(super) fn of(rows: &FeatureRows, metric: Metric) -> Result<Self> {
        let fault = |row: usize| fault_of(rows.row(row), metric).map(|error| error.at_index(row));
        if let Some(error) = (0..rows.len()).into_par_iter().find_map_first(fault) {
            return Err(error);
        }
        Ok(match metric {
            Metric::Cosine => Self::Unit,
            Metric::Euclidean => centred(rows),
        })
    }

    /// Writes a row as it is compared.
    pub(super) fn write(&self, row: &[f32], to: &mut [f32]) {
        match self {
            Self::Unit => {
                let length = length(row);
                for (to, &value) in to.iter_mut().zip(row) {
                    *to = (f64::from(value) / length) as f32;
                }
            }
            Self::Centred { centre, scale } => {
                for ((to, &value), centre) in to.iter_mut().zip(row).zip(centre) {
                    *to = ((f64::from(value) - centre) * scale) as f32;
                }
            }
        }
    }

    /// Writes the rows with these numbers one behind the other; what `to` had before is gone.
    pub(super) fn gather(&self, rows: &FeatureRows, numbers: &[u32], to: &mut Vec<f32>) {
        to.resize(numbers.len() * rows.columns(), 0.0);
        for (&number, to) in numbers.iter().zip(to.chunks_exact_mut(rows.columns())) {
            self.write(rows.row(number as usize), to);
        }
    }

    /// As [`Self::gather`], by all threads, into memory that is zero.
    pub(super) fn gather_all(&self, rows: &FeatureRows, numbers: &[u32], to: &mut [f32]) {
        let places = numbers.par_iter().zip(to.par_chunks_exact_mut(rows.columns()));
        places.for_each(|(&number, to)| self.write(rows.row(number as usize), to));
    }
}

fn fault_of(row: &[f32], metric: Metric) -> Option<Error> {
    if let Some(column) = row.iter().position(|value| !value.is_finite()) {
        let found = format!("{} in column {column}", row[column]);
        let expected = "finite features (FeatureRows::retain leaves rows out)";
        return Some(ErrorKind::NotFinite { op: "neighbors", found, expected }.into());
    }
    if metric == Metric::Cosine && row.iter().all(|&value| value == 0.0) {
        let reason = "all of its values are 0, which has no angle to others, expected one other than 0 \
                      (FeatureRows::retain leaves rows out, Metric::Euclidean measures them)";
        return Some(ErrorKind::Invalid { what: "row of features", reason: reason.to_owned() }.into());
    }
    None
}

fn centred(rows: &FeatureRows) -> Preparation {
    let sums = |block: usize| {
        let mut sums = vec![0.0_f64; rows.columns()];
        let mut largest = 0.0_f32;
        for row in block * SUMMED..rows.len().min((block + 1) * SUMMED) {
            for (sum, &value) in sums.iter_mut().zip(rows.row(row)) {
                *sum += f64::from(value);
                largest = largest.max(value.abs());
            }
        }
        (sums, largest)
    };
    let blocks: Vec<(Vec<f64>, f32)> = (0..rows.len().div_ceil(SUMMED)).into_par_iter().map(sums).collect();
    let largest = blocks.iter().map(|&(_, largest)| largest).fold(0.0, f32::max);
    if largest == 0.0 {
        return Preparation::Centred { centre: vec![0.0; rows.columns()], scale: 1.0 };
    }
    // The power of two below the largest value. Centres are rounded to an eighth of it: small whole numbers and their
    // distances then stay exact, and with them what is equally far.
    let power = f64::from_bits(f64::from(largest).to_bits() & (0x7FF << 52));
    let step = power / 8.0;
    let mut centre = vec![0.0_f64; rows.columns()];
    for (sums, _) in &blocks {
        for (centre, sum) in centre.iter_mut().zip(sums) {
            *centre += sum;
        }
    }
    for centre in &mut centre {
        *centre = (*centre / rows.len() as f64 / step).round() * step;
    }
    Preparation::Centred { centre, scale: 1.0 / power }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_that_cannot_be_compared_is_named() {
        let text = |values: Vec<f32>, metric| {
            let rows = FeatureRows::new(2, values).unwrap();
            Preparation::of(&rows, metric).err().map(|error| error.to_string())
        };
        let bad = vec![1.0, 2.0, 3.0, f32::NAN, f32::INFINITY, 1.0];
        let expected = "item 1: neighbors: found NaN in column 1, expected finite features \
                        (FeatureRows::retain leaves rows out)";
        assert_eq!(text(bad.clone(), Metric::Cosine).unwrap(), expected);
        assert_eq!(text(bad, Metric::Euclidean).unwrap(), expected);
        let zero = vec![1.0, 2.0, 0.0, -0.0];
        let found = text(zero.clone(), Metric::Cosine).unwrap();
        assert!(found.starts_with("item 1: not a valid row of features: all of its values are 0"), "{found}");
        assert_eq!(text(zero, Metric::Euclidean), None);
    }

    #[test]
    fn prepared_rows_are_of_length_one_or_around_zero() {
        let rows = FeatureRows::new(2, vec![3e30, 4e30, 3e30, 12e30]).unwrap();
        let mut to = Vec::new();
        Preparation::of(&rows, Metric::Cosine).unwrap().gather(&rows, &[0], &mut to);
        assert!((to[0] - 0.6).abs() < 1e-6 && (to[1] - 0.8).abs() < 1e-6, "{to:?}");
        Preparation::of(&rows, Metric::Euclidean).unwrap().gather(&rows, &[1, 0], &mut to);
        assert!(to.iter().all(|value| value.abs() < 1.0), "{to:?}");
        assert!((to[1] + to[3]).abs() < 0.25 && to[0] == to[2], "{to:?}");
    }
}
