//! Entropies of counts.

use std::f64::consts::LN_2;

use crate::random::ln;

/// The entropy in nats of the shares that the counts have of their sum; 0 where all are 0.
pub(super) fn entropy(counts: &[u64]) -> f64 {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return 0.0;
    }
    let total = total as f64;
    let terms = counts.iter().filter(|&&count| count > 1).map(|&count| count as f64 * ln(count as f64));
    (ln(total) - terms.sum::<f64>() / total).max(0.0)
}

/// The entropy with the correction of Miller and Madow (Miller, 1955): that of a sample is too small by about
/// `(m - 1) / (2 n)` for `m` counts above 0 whose sum is `n`.
pub(super) fn miller_madow(counts: &[u64]) -> f64 {
    let total: u64 = counts.iter().sum();
    let occupied = counts.iter().filter(|&&count| count > 0).count();
    if total == 0 {
        return 0.0;
    }
    entropy(counts) + (occupied - 1) as f64 / (2.0 * total as f64)
}

/// How many equal counts would have the same entropy: its exponential.
pub(super) fn effective_number(counts: &[u64]) -> f64 {
    exp(entropy(counts))
}

/// The exponential of a number from 0 to that of the largest entropy, `ln 2^64`, from sums and products
/// alone: those are the same on every machine, which `f64::exp` does not promise.
fn exp(number: f64) -> f64 {
    let doublings = (number / LN_2).floor();
    let rest = number - doublings * LN_2;
    // The rest is below 0.7, and 0.7^19 / 19! below 2^-65.
    let series = (1..=18).rev().fold(1.0, |sum, term| 1.0 + sum * rest / f64::from(term));
    (0..doublings as u32).fold(series, |power, _| 2.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropies_are_those_of_scipy() {
        // scipy 1.17.1, scipy.stats.entropy and its exponential.
        let cases: [(&[u64], f64, f64); 4] = [
            (&[100, 5, 50], 0.758_487_320_581_266_3, 2.135_044_139_234_212),
            (&[1000, 10, 10, 10], 0.163_689_972_707_216_94, 1.177_849_093_115_611_4),
            (&[7, 0, 7, 7, 7], 1.386_294_361_119_890_6, 4.0),
            (&[0, 3], 0.0, 1.0),
        ];
        for (counts, nats, number) in cases {
            assert!((entropy(counts) - nats).abs() < 1e-14, "{counts:?}: {}", entropy(counts));
            assert!(
                (effective_number(counts) - number).abs() < 1e-13,
                "{counts:?}: {}",
                effective_number(counts)
            );
        }
        assert_eq!((entropy(&[]), miller_madow(&[0, 0])), (0.0, 0.0));
    }

    #[test]
    fn the_correction_counts_what_occurs() {
        let counts = [4, 0, 4];
        assert!((miller_madow(&counts) - entropy(&counts) - 1.0 / 16.0).abs() < 1e-15);
    }

    #[test]
    fn the_exponential_is_the_standard_librarys() {
        for step in 0..4400 {
            let number = f64::from(step) / 100.0;
            let (own, expected) = (exp(number), number.exp());
            assert!((own - expected).abs() <= 1e-14 * expected, "exp {number} is {own}, not {expected}");
        }
    }
}
