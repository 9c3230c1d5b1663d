//! How often each byte occurs, counted fast.

/// Counts of the values 0 to 255.
///
/// Four tables take turns, because an addition to a counter waits for the last one to the same counter. Small tables leave the
/// fastest cache to others.
pub(super) struct ByteCounts {
    /// Since the last time that they were moved to `earlier`, so that 32 bits are enough.
    recent: [[u32; 256]; 4],
    earlier: [u64; 256],
    /// The sum of `recent`.
    bytes: usize,
}

impl ByteCounts {
    pub(super) const fn new() -> Self {
        Self { recent: [[0; 256]; 4], earlier: [0; 256], bytes: 0 }
    }

    /// Adds fewer than 2^31 bytes.
    #[inline]
    pub(super) fn add(&mut self, bytes: &[u8]) {
        if self.bytes >= 1 << 31 {
            self.earlier = self.total();
            (self.recent, self.bytes) = ([[0; 256]; 4], 0);
        }
        self.bytes += bytes.len();
        let [first, second, third, fourth] = &mut self.recent;
        let (fours, rest) = bytes.as_chunks::<4>();
        for &[a, b, c, d] in fours {
            first[usize::from(a)] += 1;
            second[usize::from(b)] += 1;
            third[usize::from(c)] += 1;
            fourth[usize::from(d)] += 1;
        }
        for &byte in rest {
            first[usize::from(byte)] += 1;
        }
    }

    /// The counts by value.
    pub(super) fn total(&self) -> [u64; 256] {
        let recent = |value: usize| self.recent.iter().map(|table| u64::from(table[value])).sum::<u64>();
        std::array::from_fn(|value| self.earlier[value] + recent(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_behind_the_last_four_are_counted() {
        let mut counts = ByteCounts::new();
        counts.add(&[7, 7, 7, 7, 9, 7]);
        counts.add(&[9]);
        let total = counts.total();
        assert_eq!((total[7], total[9], total.iter().sum::<u64>()), (5, 2, 7));
    }

    #[test]
    fn counters_of_32_bits_do_not_overflow() {
        let mut counts = ByteCounts::new();
        counts.add(&[7, 9]);
        counts.recent[0][7] = u32::MAX;
        counts.bytes = 1 << 31;
        counts.add(&[7]);
        assert_eq!((counts.total()[7], counts.total()[9], counts.bytes), (u64::from(u32::MAX) + 1, 1, 1));
    }
}
