//! How many samples may be bad.

/// How many samples of an epoch may be bad: a number of them, or a part of the samples.
///
/// ```
/// use burn_prep::loader::MaxBad;
/// assert_eq!(MaxBad::from(3), MaxBad::Count(3));
/// assert_eq!(MaxBad::from(0.01), MaxBad::Rate(0.01));
/// assert_eq!((MaxBad::Count(3).of(1000), MaxBad::Rate(0.01).of(1050), MaxBad::Rate(0.29).of(100)), (3, 10, 29));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxBad {
    /// So many samples.
    Count(usize),
    /// This part of the samples, in 0..=1, rounded down to whole samples.
    Rate(f64),
}

impl MaxBad {
    /// How many of so many samples may be bad.
    pub fn of(self, samples: usize) -> usize {
        match self {
            Self::Count(count) => count,
            // A product just below a whole number is that number.
            Self::Rate(rate) => (rate * samples as f64 * (1.0 + 4.0 * f64::EPSILON)) as usize,
        }
    }
}

impl From<usize> for MaxBad {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for MaxBad {
    fn from(rate: f64) -> Self {
        Self::Rate(rate)
    }
}
