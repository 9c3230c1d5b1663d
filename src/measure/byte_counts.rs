//! How often each byte occurs, counted fast.

/// Counts of the values 0 to 255.
///
/// Four tables take turns, because an addition to a counter waits for the last one to the same counter.
pub(super) struct ByteCounts {
    tables: [[u64; 256]; 4],
}

impl ByteCounts {
    pub(super) fn new() -> Self {
        Self { tables: [[0; 256]; 4] }
    }

    #[inline]
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let [first, second, third, fourth] = &mut self.tables;
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
        std::array::from_fn(|value| self.tables.iter().map(|table| table[value]).sum())
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
}
