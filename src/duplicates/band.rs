//! Parts of hashes, by which near hashes are looked up.

/// How many parts a hash is divided into, and the bits of each.
const BANDS: u32 = 4;
const BAND_BITS: u32 = 16;
/// How many values a part has.
pub(super) const KEYS: usize = 1 << BAND_BITS;

/// A band of all hashes.
pub(super) struct Band {
    pub(super) part: Part,
    /// All ways in which the part may differ.
    pub(super) differences: Vec<usize>,
    pub(super) table: Table,
}

impl Band {
    pub(super) fn new(hashes: &[u64], part: Part) -> Self {
        let differences = (0..KEYS).filter(|key| key.count_ones() <= part.radius).collect();
        Self { part, differences, table: Table::new(hashes, part) }
    }
}

/// Which bits a band has, and in how many of them near hashes may differ.
#[derive(Clone, Copy)]
pub(super) struct Part {
    shift: u32,
    pub(super) radius: u32,
}

impl Part {
    /// The parts for a distance: if all differed in more than their radius, the hashes would differ in more than the distance.
    pub(super) fn all(distance: u32) -> Vec<Self> {
        let bits = distance.saturating_add(1);
        let of_band = |band: u32| {
            // The highest band gets the least: its first bit says little in perceptual hashes.
            let share = bits / BANDS + u32::from(band < bits % BANDS);
            Some(Self { shift: band * BAND_BITS, radius: share.checked_sub(1)? })
        };
        (0..BANDS).filter_map(of_band).collect()
    }

    pub(super) fn key(self, hash: u64) -> usize {
        ((hash >> self.shift) & (KEYS as u64 - 1)) as usize
    }

    /// Whether hashes of this difference are near in this part.
    pub(super) fn is_near(self, difference: u64) -> bool {
        self.key(difference).count_ones() <= self.radius
    }
}

/// Hashes in the order of a part of them, those of one value in ascending order of their indices.
pub(super) struct Table {
    /// Where the hashes of each value start, and where the last ones end.
    pub(super) starts: Vec<usize>,
    pub(super) hashes: Vec<u64>,
    pub(super) ids: Vec<usize>,
}

impl Table {
    pub(super) fn new(all: &[u64], part: Part) -> Self {
        let mut starts = vec![0; KEYS + 1];
        for &hash in all {
            starts[part.key(hash) + 1] += 1;
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut next = starts.clone();
        let (mut hashes, mut ids) = (vec![0; all.len()], vec![0; all.len()]);
        for (id, &hash) in all.iter().enumerate() {
            let place = &mut next[part.key(hash)];
            hashes[*place] = hash;
            ids[*place] = id;
            *place += 1;
        }
        Self { starts, hashes, ids }
    }

    /// The hashes of one value, and their indices.
    pub(super) fn of(&self, key: usize) -> (&[u64], &[usize]) {
        let (start, end) = (self.starts[key], self.starts[key + 1]);
        (&self.hashes[start..end], &self.ids[start..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_radii_leave_no_hash_out() {
        for distance in 0..80 {
            let parts = Part::all(distance);
            let reached: u32 = parts.iter().map(|part| part.radius + 1).sum();
            assert_eq!(reached, distance + 1);
        }
    }
}
