//! How far the channels of a pixel lie apart.

/// `max(|R - G|, |G - B|)` of each pixel.
#[inline(always)]
pub(super) fn differences([r, g, b]: [&[u8]; 3], differences: &mut [u8]) {
    for (((difference, &r), &g), &b) in differences.iter_mut().zip(r).zip(g).zip(b) {
        *difference = r.abs_diff(g).max(g.abs_diff(b));
    }
}

/// The smallest value that 99 % of the pixels do not exceed, as NumPy's percentile by `inverted_cdf`; 0 of no
/// pixels.
pub(super) fn percentile_99(counts: &[u64; 256]) -> u8 {
    let pixels: u64 = counts.iter().sum();
    let mut up_to = 0;
    for (value, &count) in (0..=u8::MAX).zip(counts) {
        up_to += count;
        if up_to * 100 >= pixels * 99 {
            return value;
        }
    }
    u8::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_and_blue_are_compared_with_green() {
        let mut found = [0; 3];
        differences([&[9, 200, 5], &[9, 0, 7], &[9, 200, 100]], &mut found);
        assert_eq!(found, [0, 200, 93]);
    }

    #[test]
    fn one_percent_of_the_pixels_may_be_colored() {
        let mut counts = [0; 256];
        counts[2] = 99;
        counts[255] = 1;
        assert_eq!(percentile_99(&counts), 2);
        counts[255] = 2;
        assert_eq!(percentile_99(&counts), 255);
        assert_eq!(percentile_99(&[0; 256]), 0);
    }
}
