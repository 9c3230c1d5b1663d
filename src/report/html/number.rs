//! Numbers as a person reads them.

/// An integer with commas between thousands: `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    with_commas(&number.to_string())
}

/// How many of something there are: `1 file`, `2,000 files`.
pub(super) fn quantity(number: usize, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{} {many}", grouped(number as u64)),
    }
}

/// A part of a whole in percent, with one decimal; `-` where the whole is 0.
pub(super) fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let percent = 100.0 * part as f64 / whole as f64;
    if part > 0 && percent < 0.1 { "under 0.1 %".to_owned() } else { format!("{percent:.1} %") }
}

/// A number with four significant digits, an integer with all of its digits.
pub(super) fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let rounded = format!("{value:.3e}");
    let parts = rounded.split_once('e');
    let Some((digits, power)) = parts.and_then(|(digits, power)| Some((digits, power.parse::<i32>().ok()?)))
    else {
        return value.to_string(); // not a number, or infinite
    };
    if !(-4..15).contains(&power) {
        return format!("{}e{power}", without_zeros(digits));
    }
    let decimals = if value.fract() == 0.0 { 0 } else { usize::try_from(3 - power).unwrap_or(0) };
    match decimals {
        0 => with_commas(&format!("{value:.0}")),
        _ => without_zeros(&format!("{value:.decimals$}")).to_owned(),
    }
}

/// Without the zeros at the end of a fraction.
fn without_zeros(number: &str) -> &str {
    match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    }
}

/// An integer in digits, with or without a sign.
fn with_commas(integer: &str) -> String {
    let digits = integer.trim_start_matches('-');
    let mut text = integer[..integer.len() - digits.len()].to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(quantity(1, "file", "files"), "1 file");
        assert_eq!(quantity(10_000, "file", "files"), "10,000 files");
    }

    #[test]
    fn four_digits_say_how_large_a_number_is() {
        // f"{value:.4g}" of Python 3.11, but for integers and commas
        let shown = [0.32, 2.0 / 3.0, 1234.5678, -178_956_970.0, 0.000_012_345_6, 5e-324, 1e300, -0.0];
        let expected = ["0.32", "0.6667", "1,235", "-178,956,970", "1.235e-5", "4.941e-324", "1e300", "0"];
        assert_eq!(shown.map(number), expected);
        assert_eq!([9.9999, 0.1 + 0.2].map(number), ["10", "0.3"]);
        assert_eq!([f64::NAN, f64::NEG_INFINITY].map(number), ["NaN", "-inf"]);
    }

    #[test]
    fn a_share_of_nothing_is_no_number() {
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!((share(1, 100_000), share(0, 10)), ("under 0.1 %".to_owned(), "0.0 %".to_owned()));
        assert_eq!(share(1, 0), "-");
    }
}
