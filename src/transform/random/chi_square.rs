//! Whether numbers are of their distribution, over 10,000 keys: Pearson's test.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::images::ImageSize;
use crate::transform::SampleKey;
use crate::transform::random::Draws;

pub(super) const KEYS: u64 = 10_000;

/// The numbers of a step for each of the keys: of several seeds, epochs and indices.
pub(super) fn draws(step: u16) -> impl Iterator<Item = Draws> {
    (0..KEYS).map(move |n| {
        let key = SampleKey { seed: n / 5_000, epoch: n / 1_000 % 5, index: n % 1_000 };
        Draws::new(key, step)
    })
}

/// Values in 0..=1 fall into `bins` of the same width equally often.
pub(super) fn assert_uniform(bins: usize, values: impl Iterator<Item = f64>) {
    let mut counts = vec![0_u32; bins];
    for value in values {
        assert!((0.0..=1.0).contains(&value), "{value}");
        counts[((value * bins as f64) as usize).min(bins - 1)] += 1;
    }
    let chances = vec![1.0 / bins as f64; bins];
    assert_counts(&counts, &chances);
}

/// The counts agree with the chances of each bin.
///
/// The statistic has `k - 1` degrees of freedom; the threshold is its 99.9 % quantile (Wilson and Hilferty, 1931). Keys
/// are fixed, so that a test which passes once passes always.
pub(super) fn assert_counts(counts: &[u32], chances: &[f64]) {
    let total: u32 = counts.iter().sum();
    assert_eq!(u64::from(total), KEYS);
    let of_bin = |(&count, &chance): (&u32, &f64)| {
        let expected = chance * f64::from(total);
        (f64::from(count) - expected).powi(2) / expected
    };
    let statistic: f64 = counts.iter().zip(chances).map(of_bin).sum();
    let freedom = counts.len() as f64 - 1.0;
    let spread = 2.0 / (9.0 * freedom);
    let threshold = freedom * (1.0 - spread + 3.0902 * spread.sqrt()).powi(3);
    assert!(statistic < threshold, "{statistic} is not below {threshold}: {counts:?}");
}

/// Sizes of rectangles come up as often as in torchvision, which drew 400,000: `[[width, height, count], ..]`. Those that are
/// expected fewer than 5 times share a bin.
pub(super) fn assert_sizes(found: impl Iterator<Item = ImageSize>, counts: &Value) {
    let of_torchvision: Vec<[u32; 3]> = serde_json::from_value(counts.clone()).unwrap();
    let total: u32 = of_torchvision.iter().map(|[.., count]| count).sum();
    let mut of_size = BTreeMap::new();
    found.for_each(|size| *of_size.entry((size.width, size.height)).or_insert(0_u32) += 1);
    let (mut counts, mut chances) = (vec![0], vec![0.0]);
    for [width, height, count] in of_torchvision {
        let (count, chance) =
            (of_size.remove(&(width, height)).unwrap_or(0), f64::from(count) / f64::from(total));
        if chance * KEYS as f64 >= 5.0 {
            counts.push(count);
            chances.push(chance);
        } else {
            counts[0] += count;
            chances[0] += chance;
        }
    }
    // Sizes that torchvision never drew.
    counts[0] += of_size.values().sum::<u32>();
    if chances[0] == 0.0 {
        assert_eq!(counts.remove(0), 0, "{of_size:?}");
        chances.remove(0);
    }
    assert!(counts.len() >= 10, "{} bins", counts.len());
    assert_counts(&counts, &chances);
}
