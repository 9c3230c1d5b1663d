//! Days of the calendar as text.

use crate::error::{Error, Result};
use crate::report::text::printable;

/// Refuses what is no day of the form `YYYY-MM-DD`. Days of this form sort as their texts.
pub(super) fn check_date(name: &str, date: &str) -> Result<()> {
    match is_date(date) {
        true => Ok(()),
        false => Err(Error::parameter(name, printable(date), "a date such as 2026-12-31")),
    }
}

/// Whether the text is a day of the form `YYYY-MM-DD` in the Gregorian calendar.
fn is_date(text: &str) -> bool {
    let digit_or_dash = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let shaped = text.len() == 10 && text.bytes().enumerate().all(digit_or_dash);
    let mut numbers = text.split('-').map(|part| part.parse::<u32>().unwrap_or(0));
    match (shaped, numbers.next(), numbers.next(), numbers.next()) {
        (true, Some(year), Some(month), Some(day)) => (1..=days_of(year, month)).contains(&day),
        _ => false,
    }
}

fn days_of(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_of_the_calendar() {
        for date in ["2024-02-29", "2000-02-29", "2026-12-31", "0001-01-01"] {
            assert!(is_date(date), "{date}");
        }
        for date in ["2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "2026-01-00"] {
            assert!(!is_date(date), "{date}");
        }
        for date in ["2026-1-01", "+026-01-01", "", "é026-01-1", "2026-01-01T", "2026/01/01"] {
            assert!(!is_date(date), "{date}");
        }
    }
}
