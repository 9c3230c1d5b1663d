//! How strong a jitter is.

use std::ops::RangeInclusive;

use crate::error::{Error, Result};
use crate::transform::random::range;

/// The bounds between which a factor is drawn: given as an amount around the factor that changes nothing, or as a range.
///
/// An amount `a` is `max(0, 1 - a)..=1 + a`, or `-a..=a` for hue.
///
/// ```
/// use burn_prep::transform::{ColorJitter, JitterRange};
///
/// assert_eq!(JitterRange::from(0.4), JitterRange::Amount(0.4));
/// assert_eq!(JitterRange::from(0.6..=1.4), JitterRange::Between(0.6, 1.4));
/// assert_eq!(ColorJitter::new().brightness(0.4)?, ColorJitter::new().brightness(0.6..=1.4)?);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum JitterRange {
    /// At most this far from the factor that changes nothing.
    Amount(f64),
    /// Between two factors.
    Between(f64, f64),
}

impl From<f64> for JitterRange {
    fn from(amount: f64) -> Self {
        Self::Amount(amount)
    }
}

impl From<RangeInclusive<f64>> for JitterRange {
    fn from(range: RangeInclusive<f64>) -> Self {
        Self::Between(*range.start(), *range.end())
    }
}

impl JitterRange {
    /// The bounds of a factor; `None` where it is always 1.
    pub(super) fn around_one(self, name: &str) -> Result<Option<[f64; 2]>> {
        let bounds = match self.amount(name)? {
            Self::Amount(amount) => [(1.0 - amount).max(0.0), 1.0 + amount],
            Self::Between(low, high) => [low, high],
        };
        let bounds = range::checked(name, bounds, [0.0, f64::from(f32::MAX)], "0 <= low <= high")?;
        Ok(Some(bounds).filter(|&bounds| bounds != [1.0, 1.0]))
    }

    /// The bounds of a part of the circle of hues; `None` where it is always 0.
    pub(super) fn around_zero(self, name: &str) -> Result<Option<[f64; 2]>> {
        let bounds = match self.amount(name)? {
            Self::Amount(amount) => [-amount, amount],
            Self::Between(low, high) => [low, high],
        };
        let bounds = range::checked(name, bounds, [-0.5, 0.5], "-0.5 <= low <= high <= 0.5")?;
        Ok(Some(bounds).filter(|&bounds| bounds != [0.0, 0.0]))
    }

    fn amount(self, name: &str) -> Result<Self> {
        match self {
            Self::Amount(amount) if amount.is_nan() || amount < 0.0 => {
                Err(Error::parameter(name, amount, "an amount >= 0"))
            }
            _ => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_ranges_as_in_torchvision() {
        // torchvision 0.29.2: ColorJitter(brightness=b).brightness, ColorJitter(hue=h).hue
        let one = |range: JitterRange| range.around_one("brightness").unwrap();
        assert_eq!(one(0.4.into()), Some([0.6, 1.4]));
        assert_eq!(one(3.0.into()), Some([0.0, 4.0]));
        assert_eq!((one(0.0.into()), one((1.0..=1.0).into())), (None, None));
        assert_eq!(one((2.0..=2.0).into()), Some([2.0, 2.0]));
        let zero = |range: JitterRange| range.around_zero("hue").unwrap();
        assert_eq!(zero(0.1.into()), Some([-0.1, 0.1]));
        assert_eq!((zero(0.0.into()), zero((-0.5..=0.5).into())), (None, Some([-0.5, 0.5])));
    }

    #[test]
    fn what_torchvision_refuses_is_refused() {
        let message = |range: JitterRange| range.around_one("jitter").unwrap_err().to_string();
        assert_eq!(message((-0.1).into()), "jitter is -0.1, expected an amount >= 0");
        assert_eq!(message((1.5..=0.5).into()), "jitter is 1.5..=0.5, expected 0 <= low <= high");
        assert_eq!(message((-0.5..=0.5).into()), "jitter is -0.5..=0.5, expected 0 <= low <= high");
        assert!(JitterRange::from(f64::INFINITY).around_one("jitter").is_err());
        assert!(JitterRange::from(f64::NAN).around_one("jitter").is_err());
        let error = JitterRange::from(0.6).around_zero("jitter").unwrap_err();
        assert_eq!(error.to_string(), "jitter is -0.6..=0.6, expected -0.5 <= low <= high <= 0.5");
    }
}
