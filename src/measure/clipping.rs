//! Pixels at the ends of the range.

/// A pixel is clipped to light where no channel is below this.
const LIGHT: u8 = 253;
/// A pixel is clipped to dark where no channel is above this.
const DARK: u8 = 2;

/// The numbers of pixels at the ends of the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Clipping {
    pub(super) light: u64,
    pub(super) dark: u64,
}

impl Clipping {
    /// Of one channel, by how often each value occurs.
    pub(super) fn of_counts(counts: &[u64; 256]) -> Self {
        Self {
            light: counts[usize::from(LIGHT)..].iter().sum(),
            dark: counts[..=usize::from(DARK)].iter().sum(),
        }
    }

    /// Adds fewer than 2^32 pixels.
    #[inline(always)]
    pub(super) fn add(&mut self, [r, g, b]: [&[u8]; 3]) {
        let pixels = || r.iter().zip(g).zip(b).map(|((&r, &g), &b)| (r.min(g).min(b), r.max(g).max(b)));
        // Most parts of most pictures have none: that takes less time to see than to count them.
        let (mut lightest, mut darkest) = (u8::MIN, u8::MAX);
        for (low, high) in pixels() {
            (lightest, darkest) = (lightest.max(low), darkest.min(high));
        }
        if lightest >= LIGHT {
            let light: u32 = pixels().map(|(low, _)| u32::from(low >= LIGHT)).sum();
            self.light += u64::from(light);
        }
        if darkest <= DARK {
            let dark: u32 = pixels().map(|(_, high)| u32::from(high <= DARK)).sum();
            self.dark += u64::from(dark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_must_be_at_the_end() {
        let mut clipping = Clipping::default();
        clipping.add([&[255, 253, 252, 0, 2, 3], &[255, 254, 255, 0, 1, 0], &[255, 253, 255, 0, 2, 0]]);
        assert_eq!(clipping, Clipping { light: 2, dark: 2 });
        let counts = std::array::from_fn(|value| if value == 252 || value == 3 { 100 } else { 1 });
        assert_eq!(Clipping::of_counts(&counts), Clipping { light: 3, dark: 3 });
    }
}
