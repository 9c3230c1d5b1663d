//! The place of a percentile among sorted values, as NumPy's `percentile` has it.

/// A place between two of the sorted values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// The rank of the value below, from 0.
    pub(super) below: u64,
    /// The rank of the value above.
    pub(super) above: u64,
    /// How far the place is from the one below to the one above, 0 to 1.
    part: f64,
}

impl Place {
    /// The place of a share, 0 to 1, of `count` values, of which there is at least one.
    pub(super) fn of(share: f64, count: u64) -> Self {
        let last = count.saturating_sub(1);
        let place = last as f64 * share;
        let below = place.floor() as u64;
        Self { below, above: last.min(below + 1), part: place.fract() }
    }

    /// The value at the place, in the order of NumPy's roundings.
    pub(super) fn between(self, below: f64, above: f64) -> f64 {
        let difference = above - below;
        match self.part < 0.5 {
            true => below + difference * self.part,
            false => above - difference * (1.0 - self.part),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numpys() {
        // NumPy 2.4.6: np.percentile([1, 2, 4, 8, 16.5], [0, 5, 25, 60, 99, 100])
        let values = [1.0, 2.0, 4.0, 8.0, 16.5];
        let at = |share| {
            let place = Place::of(share, 5);
            place.between(values[place.below as usize], values[place.above as usize])
        };
        assert_eq!([0.0, 0.05, 0.25, 0.6, 0.99, 1.0].map(at), [1.0, 1.2, 2.0, 5.6, 16.16, 16.5]);
        assert_eq!(Place::of(0.99, 1), Place { below: 0, above: 0, part: 0.0 });
    }
}
