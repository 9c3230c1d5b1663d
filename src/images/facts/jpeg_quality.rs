//! The quality that a JPEG file was saved with, told by its quantisation tables.

/// The tables of ITU-T T.81, annex K.1, for luma and for chroma, in the order of the file (zigzag).
const STANDARD: [[u16; 64]; 2] = [
    [
        16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29,
        40, 58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98,
        103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
    ],
    [
        17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ],
];

/// The standard tables at each quality from 1 on.
static LUMA: [[u16; 64]; 100] = at_each_quality(&STANDARD[0]);
static CHROMA: [[u16; 64]; 100] = at_each_quality(&STANDARD[1]);

/// A table by libjpeg's rule, before it is cut to what 8 bits hold: `5000 / q` percent of the standard's at a
/// quality `q` below 50, `200 - 2 q` percent from there on, rounded, at least 1.
const fn at_each_quality(standard: &[u16; 64]) -> [[u16; 64]; 100] {
    let mut tables = [[1; 64]; 100];
    let mut quality: u16 = 1;
    while quality <= 100 {
        let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
        let mut at = 0;
        while at < 64 {
            let scaled = (standard[at] as u32 * percent as u32 + 50) / 100;
            if scaled > 1 {
                // At most 50 times 121.
                tables[quality as usize - 1][at] = scaled as u16;
            }
            at += 1;
        }
        quality += 1;
    }
    tables
}

/// One table of a file.
#[derive(Debug, Clone, Copy)]
struct Table {
    values: [u16; 64],
    /// The largest number that its values have bits for.
    most: u16,
}

impl Table {
    /// The sum of the differences from a table of libjpeg.
    fn distance(&self, scaled: &[u16; 64]) -> u32 {
        let pairs = self.values.iter().zip(scaled);
        pairs.map(|(&found, &scaled)| u32::from(found.abs_diff(scaled.min(self.most)))).sum()
    }
}

/// The first two tables of a file, as far as it defines them.
#[derive(Debug, Default)]
pub(super) struct Tables([Option<Table>; 2]);

impl Tables {
    /// Reads a DQT segment. Of a table that is defined twice the first stays.
    pub(super) fn define(&mut self, mut contents: &[u8]) {
        while let [head, rest @ ..] = contents {
            let is_wide = head >> 4 != 0;
            let Some((bytes, behind)) = rest.split_at_checked(if is_wide { 128 } else { 64 }) else { return };
            let place = self.0.get_mut(usize::from(head & 0x0F)).filter(|place| place.is_none());
            if let Some(place) = place {
                let mut values = [0; 64];
                if is_wide {
                    let words = bytes.as_chunks::<2>().0;
                    values.iter_mut().zip(words).for_each(|(value, word)| *value = u16::from_be_bytes(*word));
                } else {
                    values.iter_mut().zip(bytes).for_each(|(value, byte)| *value = u16::from(*byte));
                }
                *place = Some(Table { values, most: if is_wide { u16::MAX } else { 255 } });
            }
            contents = behind;
        }
    }

    /// The quality at which libjpeg's tables differ least from those of the file; of two the lower one.
    pub(super) fn quality(&self) -> Option<u8> {
        let [luma, chroma] = &self.0;
        let luma = luma.as_ref()?;
        let distance = |(scaled_luma, scaled_chroma): (&[u16; 64], &[u16; 64])| {
            luma.distance(scaled_luma) + chroma.as_ref().map_or(0, |table| table.distance(scaled_chroma))
        };
        let distances = LUMA.iter().zip(&CHROMA).map(distance);
        (1..=100).zip(distances).min_by_key(|(_, distance)| *distance).map(|(quality, _)| quality)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pillow 13.0.0: sum(im.quantization[0]) of an RGB picture saved with each quality from 1 to 100.
    #[rustfmt::skip]
    const LUMA_SUMS: [u16; 100] = [
        16320, 16315, 15946, 15277, 14655, 14073, 13623, 13230, 12859, 12560, 12240, 11861, 11456, 11081,
        10714, 10360, 10027, 9679, 9368, 9056, 8680, 8331, 7995, 7668, 7376, 7084, 6823, 6562, 6345, 6125,
        5939, 5756, 5571, 5421, 5240, 5086, 4976, 4829, 4719, 4616, 4463, 4393, 4280, 4166, 4092, 3980,
        3909, 3835, 3755, 3688, 3621, 3541, 3467, 3396, 3323, 3247, 3170, 3096, 3021, 2952, 2874, 2804,
        2727, 2657, 2583, 2509, 2437, 2362, 2290, 2211, 2136, 2068, 1996, 1915, 1858, 1773, 1692, 1620,
        1552, 1477, 1398, 1326, 1251, 1179, 1109, 1031, 961, 884, 814, 736, 667, 592, 518, 441, 369, 292,
        221, 151, 86, 64,
    ];
    /// The same of im.quantization[1].
    #[rustfmt::skip]
    const CHROMA_SUMS: [u16; 100] = [
        16320, 16320, 16320, 16218, 16010, 15731, 15523, 15369, 15245, 15110, 14985, 14864, 14754, 14635,
        14526, 14429, 14346, 14267, 14204, 13790, 13121, 12511, 11954, 11453, 11010, 10567, 10175, 9787,
        9455, 9122, 8844, 8565, 8288, 8114, 7841, 7616, 7447, 7227, 7060, 6897, 6672, 6562, 6396, 6226,
        6116, 5948, 5838, 5729, 5614, 5505, 5396, 5281, 5172, 5062, 4947, 4837, 4726, 4614, 4506, 4395,
        4282, 4173, 4061, 3950, 3839, 3727, 3617, 3505, 3394, 3284, 3169, 3060, 2949, 2836, 2780, 2669,
        2556, 2445, 2336, 2221, 2111, 2000, 1888, 1778, 1666, 1555, 1444, 1332, 1223, 1110, 999, 891, 779,
        668, 558, 443, 333, 224, 115, 64,
    ];

    /// A segment with table `id`, of 8 bits.
    fn segment(id: u8, table: &[u16; 64]) -> Vec<u8> {
        std::iter::once(id).chain(table.iter().map(|&value| value.min(255) as u8)).collect()
    }

    #[test]
    fn the_tables_are_those_of_libjpeg_and_tell_its_quality() {
        let sum = |segment: &[u8]| segment[1..].iter().map(|&value| u16::from(value)).sum::<u16>();
        for (quality, (luma, chroma)) in (1..=100_u8).zip(LUMA.iter().zip(&CHROMA)) {
            let at = usize::from(quality) - 1;
            let (luma, chroma) = (segment(0, luma), segment(1, chroma));
            assert_eq!([sum(&luma), sum(&chroma)], [LUMA_SUMS[at], CHROMA_SUMS[at]], "{quality}");
            // Of a picture in colour, with both tables in one segment, and of one in grey.
            for contents in [[luma.clone(), chroma].concat(), luma] {
                let mut tables = Tables::default();
                tables.define(&contents);
                assert_eq!(tables.quality(), Some(quality));
            }
        }
    }

    #[test]
    fn values_of_16_bits_are_not_cut_to_255() {
        // libjpeg without "baseline": at quality 10 the first value is 80, the largest is 605.
        let wide: Vec<u8> = LUMA[9].iter().flat_map(|value| value.to_be_bytes()).collect();
        assert_eq!((LUMA[9][0], LUMA[9].iter().max()), (80, Some(&605)));
        let mut tables = Tables::default();
        tables.define(&[&[0x10][..], &wide].concat());
        assert_eq!(tables.quality(), Some(10));
    }

    #[test]
    fn other_tables_have_the_nearest_quality_and_cut_ones_none() {
        // Each value one more than at quality 75.
        let mut tables = Tables::default();
        tables.define(&segment(0, &LUMA[74].map(|value| value + 1)));
        assert_eq!(tables.quality(), Some(74));
        tables.define(&segment(0, &LUMA[9]));
        assert_eq!(tables.quality(), Some(74));
        let mut cut = Tables::default();
        cut.define(&segment(0, &LUMA[74])[..64]);
        cut.define(&segment(9, &LUMA[74]));
        assert_eq!(cut.quality(), None);
    }
}
