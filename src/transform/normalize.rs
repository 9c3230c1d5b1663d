//! Samples to zero mean and unit deviation.

use crate::error::{Error, Result};

/// Normalises each channel of 8-bit samples: `y = (v / 255 - mean[c]) / std[c]`, in f32.
///
/// The formula and its order of operations are torchvision's `ToTensor` and `Normalize`, so the
/// results are equal to the last bit. A batcher applies it while it
/// writes the batch.
///
/// ```
/// use burn_prep::transform::Normalize;
///
/// let normalize = Normalize::new([0.5], [0.25])?;
/// assert_eq!(normalize.apply(0, 255), Some(2.0));
/// assert_eq!(normalize.apply(0, 0), Some(-2.0));
///
/// let error = Normalize::new([0.5, 0.5], [0.5, 0.0]).unwrap_err();
/// assert_eq!(error.to_string(), "normalize.std[1] is 0, expected a finite value > 0");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Normalize {
    mean: Vec<f32>,
    std: Vec<f32>,
}

impl Normalize {
    /// A mean and a standard deviation per channel, in units of 0..=1.
    ///
    /// # Errors
    ///
    /// The lengths differ or are 0, a mean is not finite, or a deviation is not finite and above 0.
    pub fn new(mean: impl Into<Vec<f32>>, std: impl Into<Vec<f32>>) -> Result<Self> {
        let (mean, std) = (mean.into(), std.into());
        if mean.len() != std.len() || mean.is_empty() {
            let lengths = format!("{} means and {} deviations", mean.len(), std.len());
            return Err(Error::parameter("normalize", lengths, "one of each per channel"));
        }
        for (name, values, valid, expected) in [
            ("mean", &mean, f32::is_finite as fn(f32) -> bool, "a finite value"),
            ("std", &std, |v| v.is_finite() && v > 0.0, "a finite value > 0"),
        ] {
            if let Some(c) = values.iter().position(|&value| !valid(value)) {
                let found = values[c].to_string();
                let name = format!("normalize.{name}[{c}]");
                return Err(Error::parameter(name, found, expected));
            }
        }
        Ok(Self { mean, std })
    }

    /// The constants of ImageNet's RGB images, as torchvision's models expect them.
    ///
    /// ```
    /// assert_eq!(burn_prep::transform::Normalize::imagenet().mean(), [0.485, 0.456, 0.406]);
    /// ```
    pub fn imagenet() -> Self {
        Self { mean: vec![0.485, 0.456, 0.406], std: vec![0.229, 0.224, 0.225] }
    }

    /// The means, one per channel.
    pub fn mean(&self) -> &[f32] {
        &self.mean
    }

    /// The standard deviations, one per channel.
    pub fn std(&self) -> &[f32] {
        &self.std
    }

    /// The normalised value of sample `v` in channel `c`; `None` where there is no such channel.
    pub fn apply(&self, c: usize, v: u8) -> Option<f32> {
        Some((f32::from(v) / 255.0 - self.mean.get(c)?) / self.std.get(c)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_checked_when_they_are_set() {
        let message = |m: &[f32], s: &[f32]| Normalize::new(m, s).unwrap_err().to_string();
        assert_eq!(
            message(&[0.5], &[]),
            "normalize is 1 means and 0 deviations, expected one of each per channel"
        );
        assert_eq!(
            message(&[0.5, f32::NAN], &[1.0, 1.0]),
            "normalize.mean[1] is NaN, expected a finite value"
        );
        assert!(Normalize::new([0.5], [-1.0]).is_err());
        assert!(Normalize::new([], []).is_err());
    }

    #[test]
    fn imagenet_agrees_with_torchvision() {
        // torchvision 0.29.2: Normalize(mean, std)(ToTensor()(pixel)) for the pixel (128, 7, 255)
        let normalize = Normalize::imagenet();
        let expected = [0.074_065_3_f32, -1.913_165_3, 2.64];
        for (c, (v, expected)) in [128, 7, 255].into_iter().zip(expected).enumerate() {
            let found = normalize.apply(c, v).unwrap();
            assert!((found - expected).abs() < 1e-6, "{c}: {found}");
        }
    }
}
