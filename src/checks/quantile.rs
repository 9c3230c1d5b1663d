//! Medians and other quantiles, as NumPy's.

/// The median of numbers none of which is NaN, as NumPy's; they are reordered. `None` where there are none.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let half = values.len() / 2;
    let is_odd = values.len() % 2 == 1;
    let (below, &mut upper, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let lower = if is_odd { upper } else { below.iter().copied().fold(f64::NEG_INFINITY, f64::max) };
    Some(lower.midpoint(upper))
}

/// The quantile of sorted numbers, `share` in 0..=1, interpolated between the two nearest ones; `None` where there are none.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_follow_numpy() {
        let median_of = |values: &[f64]| median(&mut values.to_vec());
        assert_eq!(median_of(&[9.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(median_of(&[9.0, 1.0, 4.0, 2.0]), Some(3.0));
        assert_eq!((median_of(&[7.0]), median_of(&[])), (Some(7.0), None));
    }

    #[test]
    fn quantiles_follow_numpy() {
        // NumPy 2.4.6: np.quantile([1, 2, 4, 8], [0.25, 0.5, 0.75, 1]).
        let found = [0.25, 0.5, 0.75, 1.0].map(|share| quantile(&[1.0, 2.0, 4.0, 8.0], share));
        assert_eq!(found, [Some(1.75), Some(3.0), Some(5.0), Some(8.0)]);
        assert_eq!(quantile(&[], 0.5), None);
    }
}
