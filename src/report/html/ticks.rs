//! The numbers at an axis.

/// Round numbers from `low` to `high`, about four steps apart: the steps are 1, 2 or 5 times a power of ten.
pub(super) fn ticks(low: f64, high: f64) -> Vec<f64> {
    let wanted = (high - low) / 4.0;
    // Through decimal digits, which are the same on every machine; logarithms need not be.
    let digits = format!("{wanted:e}");
    let parts = digits.split_once('e');
    let Some((digit, power)) = parts.and_then(|(digit, power)| Some((digit.parse::<f64>().ok()?, power)))
    else {
        return vec![low, high];
    };
    let round = match digit {
        digit if digit <= 1.5 => 1,
        digit if digit <= 3.5 => 2,
        digit if digit <= 7.5 => 5,
        _ => 10,
    };
    let step = format!("{round}e{power}").parse::<f64>().unwrap_or(wanted);
    let first = (low / step).ceil();
    let numbers = (0_u32..8).map(|index| (first + f64::from(index)) * step);
    numbers.take_while(|number| *number <= high + step * 1e-9).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::html::number::number;

    fn shown(low: f64, high: f64) -> Vec<String> {
        ticks(low, high).into_iter().map(number).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(shown(0.0, 1.0), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(shown(0.03, 0.31), ["0.05", "0.1", "0.15", "0.2", "0.25", "0.3"]);
        assert_eq!(shown(-3.0, 9.0), ["-2", "0", "2", "4", "6", "8"]);
        assert_eq!(shown(0.0, 40_000.0), ["0", "10,000", "20,000", "30,000", "40,000"]);
        assert_eq!(shown(0.0, 38.0), ["0", "10", "20", "30"]);
    }

    #[test]
    fn there_are_few_ticks_at_any_scale() {
        for (low, high) in [(1e-300, 3e-300), (-1e300, 1e300), (1.0, 1.0 + 1e-15), (5.0, 5.1)] {
            assert!((1..=8).contains(&ticks(low, high).len()), "{low} {high}");
        }
    }
}
