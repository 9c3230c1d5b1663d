//! Distances from a median that outliers do not change.

use crate::checks::quantile::median;

/// The median of a property and its median absolute deviation, as the unit of distances from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RobustScale {
    median: f64,
    deviation: f64,
}

impl RobustScale {
    /// 1.4826 median absolute deviations of normally distributed numbers are their standard deviation.
    const NORMAL: f64 = 1.4826;

    /// The scale of the numbers that are finite; `None` where at least half of them are the same, up to
    /// rounding, since then there is no unit.
    pub(super) fn of(values: &[f64]) -> Option<Self> {
        let mut finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        let middle = median(&mut finite)?;
        for value in &mut finite {
            *value = (*value - middle).abs();
        }
        let deviation = Self::NORMAL * median(&mut finite)?;
        let is_unit = deviation.is_normal() && deviation > 1e-9 * middle.abs();
        is_unit.then_some(Self { median: middle, deviation })
    }

    /// `(value - median) / (1.4826 MAD)`, within -1000..=1000; `None` where the value is not finite.
    pub(super) fn standardized(&self, value: f64) -> Option<f64> {
        value.is_finite().then(|| ((value - self.median) / self.deviation).clamp(-1000.0, 1000.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_a_deviation_that_one_outlier_does_not_change() {
        // The median is 3, the absolute deviations are 2, 1, 0, 1 and 997.
        let scale = RobustScale::of(&[1.0, 2.0, 3.0, 4.0, 1000.0, f64::NAN, f64::INFINITY]).unwrap();
        assert_eq!(scale, RobustScale { median: 3.0, deviation: 1.4826 });
        assert_eq!(scale.standardized(3.0 - 1.4826), Some(-1.0));
        assert_eq!((scale.standardized(1e300), scale.standardized(f64::NAN)), (Some(1000.0), None));
    }

    #[test]
    fn numbers_that_are_mostly_the_same_have_no_unit() {
        assert_eq!(RobustScale::of(&[5.0, 5.0, 5.0, 9.0, 1.0]), None);
        assert_eq!(RobustScale::of(&[0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2]), None);
        assert_eq!(RobustScale::of(&[f64::NAN]), None);
        assert_eq!(RobustScale::of(&[-f64::MAX, f64::MAX, -f64::MAX, f64::MAX]), None);
    }
}
