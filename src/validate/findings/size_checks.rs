//! What the sizes of all pictures together tell: which are far wider, higher, larger or smaller than the others.

use crate::checks::quantile;
use crate::report::{Check, Finding};
use crate::validate::Thresholds;
use crate::validate::findings::usable::Usable;

/// Odd proportions and odd sizes. A picture of odd proportions is not reported for its size again.
pub(in crate::validate) fn size_findings(usable: &[Usable<'_>], thresholds: &Thresholds) -> Vec<Finding> {
    let odd = odd_aspect_ratios(usable, thresholds);
    let mut findings = Vec::new();
    let mut sides: Vec<f64> = usable.iter().map(side).collect();
    sides.sort_by(f64::total_cmp);
    if let [Some(q1), Some(median), Some(q3)] = [0.25, 0.5, 0.75].map(|q| quantile(&sides, q)) {
        let reach = thresholds.odd_size_fence * (q3 - q1);
        let factor = thresholds.odd_factor;
        for (usable, odd) in usable.iter().zip(&odd) {
            let side = side(usable);
            let outside = side < q1 - reach || side > q3 + reach;
            if odd.is_none() && outside && (side >= factor * median || side <= median / factor) {
                let size = usable.picture.source.size;
                let message = format!("{size} (sqrt of the area {side:.0}, median {median:.0})");
                let threshold = match side > median {
                    true => (q3 + reach).max(factor * median),
                    false => (q1 - reach).min(median / factor),
                };
                findings.push(usable.finding(Check::OddSize, message).measured(side, threshold));
            }
        }
    }
    findings.extend(odd.into_iter().flatten());
    findings
}

/// Of each picture the finding, if it is far from square, or far from the proportions of the others: by more than a factor of
/// `odd_factor` and six deviations of the logarithm, estimated by the median of absolute deviations.
fn odd_aspect_ratios(usable: &[Usable<'_>], thresholds: &Thresholds) -> Vec<Option<Finding>> {
    /// The deviation of a normal distribution divided by the median of its absolute deviations.
    const DEVIATIONS: f64 = 6.0 * 1.4826;
    let logarithm = |usable: &Usable<'_>| {
        let size = usable.picture.source.size;
        (f64::from(size.width) / f64::from(size.height)).ln()
    };
    let median_of = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        quantile(&values, 0.5).unwrap_or(0.0)
    };
    let median = median_of(usable.iter().map(logarithm).collect());
    let spread = median_of(usable.iter().map(|usable| (logarithm(usable) - median).abs()).collect());
    let reach = thresholds.odd_factor.ln().max(DEVIATIONS * spread);
    let finding = |usable: &Usable<'_>| {
        let size = usable.picture.source.size;
        let ratio = f64::from(size.width.min(size.height)) / f64::from(size.width.max(size.height));
        if ratio < thresholds.aspect_ratio {
            let message = format!("{size}, the shorter side is {ratio:.3} of the longer");
            return Some(
                usable.finding(Check::OddAspectRatio, message).measured(ratio, thresholds.aspect_ratio),
            );
        }
        let distance = (logarithm(usable) - median).abs();
        (distance > reach).then(|| {
            let message = format!("{size}, where the median of width by height is {:.2}", median.exp());
            usable.finding(Check::OddAspectRatio, message).measured(distance.exp(), reach.exp())
        })
    };
    usable.iter().map(finding).collect()
}

fn side(usable: &Usable<'_>) -> f64 {
    (usable.picture.source.size.area() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::ImageRecord;
    use crate::validate::inspection::tests::record_of;

    fn odd(sizes: &[(u32, u32)]) -> Vec<(Check, String)> {
        let records: Vec<ImageRecord> = sizes
            .iter()
            .enumerate()
            .map(|(index, &(width, height))| record_of(&format!("{index}.png"), width, height))
            .collect();
        let findings = size_findings(&Usable::of(&records), &Thresholds::default());
        findings.iter().map(|finding| (finding.check, finding.subject().to_owned())).collect()
    }

    fn odd_sides(sides: &[u32]) -> Vec<String> {
        let sizes: Vec<_> = sides.iter().map(|side| (*side, *side)).collect();
        odd(&sizes).into_iter().map(|(check, name)| format!("{check} {name}")).collect()
    }

    #[test]
    fn a_size_is_odd_when_far_from_the_others_and_by_a_factor_of_two() {
        assert_eq!(odd_sides(&[100, 100, 100, 100, 210, 40]), ["odd_size 4.png", "odd_size 5.png"]);
        assert!(odd_sides(&[100, 100, 100, 100, 190, 60]).is_empty());
        assert!(odd_sides(&[50, 100, 200, 400, 800]).is_empty());
        assert!(odd_sides(&[7]).is_empty() && odd_sides(&[]).is_empty());
    }

    #[test]
    fn strips_are_odd_by_their_proportions_alone() {
        let mut sizes = vec![(100, 75); 6];
        sizes.push((100, 10));
        assert_eq!(odd(&sizes), [(Check::OddAspectRatio, "6.png".to_owned())]);
        // Upright among wide ones: a factor of (100 / 75)^2 = 1.78 is below 2.
        sizes[6] = (75, 100);
        assert!(odd(&sizes).is_empty());
        sizes[6] = (60, 100);
        assert_eq!(odd(&sizes), [(Check::OddAspectRatio, "6.png".to_owned())]);
    }
}
