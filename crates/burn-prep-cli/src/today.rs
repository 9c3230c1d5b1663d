//! The date of today, by which waivers end.

use std::time::{SystemTime, UNIX_EPOCH};

/// The date in UTC, as `2026-11-26`.
pub(crate) fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date_of(seconds / 86_400)
}

/// The date so many days behind 1970-01-01, counted in years that begin in March: a leap day is then the last of its year (Hinnant,
/// "chrono-compatible low-level date algorithms", 2013).
fn date_of(days: u64) -> String {
    /// The days of 400 years.
    const ERA: u64 = 146_097;
    // From 0000-03-01 on.
    let days = days + 719_468;
    let (era, day) = (days / ERA, days % ERA);
    let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // March to July have 153 days, and so have August to December.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{}-{month:02}-{day:02}", 400 * era + year + later)
}

#[cfg(test)]
mod tests {
    use super::date_of;

    #[test]
    fn days_are_dates() {
        // date -u -d @$((days * 86400)) +%F
        let dates = [0, 59, 11_016, 11_017, 20_783, 47_540].map(date_of);
        assert_eq!(
            dates,
            ["1970-01-01", "1970-03-01", "2000-02-29", "2000-03-01", "2026-11-26", "2100-02-28"]
        );
    }
}
