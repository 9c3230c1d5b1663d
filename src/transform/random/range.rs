//! The bounds of what a step draws.

use crate::error::{Error, Result};

/// `[low, high]`, in this order and within `least..=most`; `expected` says so in the error.
pub(super) fn checked(
    name: &str,
    [low, high]: [f64; 2],
    [least, most]: [f64; 2],
    expected: &'static str,
) -> Result<[f64; 2]> {
    match low >= least && low <= high && high <= most {
        true => Ok([low, high]),
        false => Err(Error::parameter(name, format_args!("{low}..={high}"), expected)),
    }
}

/// A probability.
pub(super) fn probability(name: &str, p: f64) -> Result<f64> {
    match (0.0..=1.0).contains(&p) {
        true => Ok(p),
        false => Err(Error::parameter(name, p, "a probability in 0..=1")),
    }
}

/// The bounds of areas as parts of an image's.
pub(super) fn scale(name: &str, bounds: [f64; 2]) -> Result<[f64; 2]> {
    checked(name, bounds, [0.0, 1.0], "0 <= low <= high <= 1")
}

/// The bounds of aspect ratios.
pub(super) fn ratio(name: &str, bounds: [f64; 2]) -> Result<[f64; 2]> {
    checked(name, bounds, [f64::MIN_POSITIVE, f64::MAX], "0 < low <= high")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_range_is_refused() {
        let bad = [[0.5, 0.4], [-0.1, 0.5], [0.5, 1.1], [f64::NAN, 0.5], [0.5, f64::NAN]];
        assert!(bad.iter().all(|&bounds| scale("scale", bounds).is_err()));
        assert!(scale("scale", [0.0, 1.0]).is_ok());
        assert!(ratio("ratio", [0.0, 1.0]).is_err() && ratio("ratio", [1.0, f64::INFINITY]).is_err());
        assert!([-0.1, 1.1, f64::NAN].iter().all(|&p| probability("p", p).is_err()));
        let error = scale("crop.scale", [0.5, 8.0]).unwrap_err();
        assert_eq!(error.to_string(), "crop.scale is 0.5..=8, expected 0 <= low <= high <= 1");
    }
}
