//! A report as a table that fits a terminal.

use std::cmp::Reverse;

use unicode_width::UnicodeWidthChar;

use crate::report::by_check::{CheckFindings, by_check, counted};
use crate::report::text::printable;
use crate::report::{Check, Finding, Report, Severity};

/// With the other lines, of which there are 13 at most, 39 lines.
const MOST_ROWS: usize = 26;

impl Report {
    /// The report in 40 lines at most, however many findings there are: how many images are usable, a row for
    /// each check with findings, and what to do first.
    ///
    /// `columns` is the width of the terminal; no line is wider, and values outside of 60 to 120 count as
    /// these. Names of files that are too long are cut in the middle. A row has the number of files and their
    /// share of the images, and the one or two files that are farthest from the check's threshold.
    ///
    /// ```
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
    /// let summary = report.summary(80);
    /// assert!(summary.starts_with("assets/hostile: "));
    /// assert!(summary.contains("\nerror     decompression_bomb "));
    /// assert!(summary.lines().count() <= 40 && summary.lines().all(|line| line.chars().count() <= 80));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn summary(&self, columns: usize) -> String {
        let columns = columns.clamp(60, 120);
        let mut rows: Vec<Row> = by_check(self).iter().filter_map(Row::of).collect();
        rows.sort_by_key(|row| (row.severity, Reverse(row.files.unwrap_or(row.findings)), row.check));
        let mut lines = self.head(columns);
        if !rows.is_empty() {
            lines.push(String::new());
            lines.extend(self.table(&rows, columns));
        }
        if let Some(row) = rows.first() {
            lines.push(String::new());
            lines.extend(wrapped(&format!("First {}: {}", row.check, row.check.advice()), columns));
        }
        let mut text = String::new();
        for line in lines {
            text.push_str(&cut(&line, columns));
            text.push('\n');
        }
        text
    }

    /// What was seen, in one to six lines.
    fn head(&self, columns: usize) -> Vec<String> {
        let usable = format!(": {} of {} images usable", self.dataset.images, self.files_seen);
        let root = cut(&printable(&self.root), columns.saturating_sub(width_of(&usable)));
        let mut lines = vec![root + &usable];
        let mut found = counted(&self.findings);
        if self.files_ignored > 0 {
            found += &format!("; {} other files ignored", self.files_ignored);
        }
        lines.extend(wrapped(&found, columns));
        if !self.waived.is_empty() {
            lines.push(format!("{} more are waived", self.waived.len()));
        }
        if self.interrupted {
            lines.push(format!("interrupted: {} of {} files seen", self.files_seen, self.files));
        }
        lines
    }

    fn table(&self, rows: &[Row], columns: usize) -> Vec<String> {
        let shown = &rows[..rows.len().min(MOST_ROWS)];
        let check = shown.iter().map(|row| row.check.name().len()).max().unwrap_or(0).max("check".len());
        let files = shown.iter().map(|row| row.files_text().len()).max().unwrap_or(0).max("files".len());
        let room = columns.saturating_sub("severity".len() + check + files + SHARE + 4 * "  ".len());
        let head = format!("{:<check$}  {:>files$}  {:>SHARE$}", "check", "files", "share");
        let mut lines = vec![format!("severity  {head}  worst")];
        for row in shown {
            let (found, share) = (row.files_text(), row.share_text(self.files_seen));
            let numbers = format!("{:<check$}  {found:>files$}  {share:>SHARE$}", row.check);
            lines.push(format!("{:<8}  {numbers}  {}", row.severity, fitting(&row.worst, room)));
        }
        let more = &rows[shown.len()..];
        if !more.is_empty() {
            let findings: usize = more.iter().map(|row| row.findings).sum();
            lines.push(format!("and {findings} findings of {} more checks", more.len()));
        }
        lines
    }
}

/// The width of `100.0 %`.
const SHARE: usize = 7;

/// What the table says of one check.
struct Row {
    severity: Severity,
    check: Check,
    findings: usize,
    /// The number of files, where the findings are about files.
    files: Option<usize>,
    /// The names of one or two subjects, or the message where there are none.
    worst: Vec<String>,
}

impl Row {
    /// `None` without findings.
    fn of(checked: &CheckFindings<'_>) -> Option<Self> {
        let (check, findings) = (checked.check, checked.findings.as_slice());
        let severity = findings.first()?.severity;
        let worst = worst_of(findings);
        let subjects = worst.iter().flat_map(|finding| &finding.subjects);
        let mut names: Vec<String> = subjects.take(2).map(|name| printable(name)).collect();
        if names.is_empty() {
            names.extend(worst.first().map(|finding| printable(&finding.message)));
        }
        let files = files_of(findings);
        let files = (check.is_about_files() && files > 0).then_some(files);
        Some(Self { severity, check, findings: findings.len(), files, worst: names })
    }

    fn files_text(&self) -> String {
        self.files.map_or("-".to_owned(), |files| files.to_string())
    }

    /// Files that are no images are no share of them.
    fn share_text(&self, images: u64) -> String {
        match self.files {
            Some(files) if images > 0 && self.check != Check::StrayFile => {
                let percent = 100.0 * files as f64 / images as f64;
                if percent < 0.1 { "<0.1 %".to_owned() } else { format!("{percent:.1} %") }
            }
            _ => "-".to_owned(),
        }
    }
}

/// The number of subjects, each once.
fn files_of(findings: &[&Finding]) -> usize {
    let mut subjects: Vec<&str> =
        findings.iter().flat_map(|finding| &finding.subjects).map(String::as_str).collect();
    subjects.sort_unstable();
    subjects.dedup();
    subjects.len()
}

/// Two findings: the gravest, and of these the farthest from their threshold, otherwise the first in the
/// report.
fn worst_of<'a>(findings: &[&'a Finding]) -> Vec<&'a Finding> {
    let distance = |finding: &Finding| match (finding.value, finding.threshold) {
        (Some(value), Some(threshold)) if !(value - threshold).is_nan() => (value - threshold).abs(),
        _ => 0.0,
    };
    let mut worst = findings.to_vec();
    worst.sort_by(|a, b| a.severity.cmp(&b.severity).then(distance(b).total_cmp(&distance(a))));
    worst.truncate(2);
    worst
}

/// The names, or only the first, and that cut, where there is no room.
fn fitting(names: &[String], room: usize) -> String {
    let joined = names.join(", ");
    match names.first() {
        Some(first) if width_of(&joined) > room => cut(first, room),
        _ => joined,
    }
}

/// The columns that a text takes in a terminal.
fn width_of(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// The text with `…` in place of its middle, where it is wider than the columns.
fn cut(text: &str, columns: usize) -> String {
    if width_of(text) <= columns {
        return text.to_owned();
    }
    let kept = columns.saturating_sub(1);
    let mut shown: String = fit(text.chars(), kept / 2).into_iter().collect();
    shown.push('…');
    shown.extend(fit(text.chars().rev(), kept - kept / 2).into_iter().rev());
    shown
}

/// The first characters, as many as the columns hold.
fn fit(chars: impl Iterator<Item = char>, columns: usize) -> Vec<char> {
    let mut left = columns;
    let fits = |c: &char| match left.checked_sub(columns_of(*c)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    chars.take_while(fits).collect()
}

/// The text in lines that break between words.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if width_of(line) + 1 + width_of(word) <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::by_check::report_of;

    fn assert_fits(summary: &str, columns: usize) {
        assert!(summary.lines().count() <= 40, "{summary}");
        for line in summary.lines() {
            assert!(width_of(line) <= columns, "{} columns: {line}", width_of(line));
        }
    }

    #[test]
    fn a_summary_counts_files_once_and_names_the_worst() {
        let odd = |name: &str, value: f64| Finding::new(Check::OddSize, name, "odd").measured(value, 100.0);
        let pair = vec!["a.png".to_owned(), "b.png".to_owned()];
        let mut report = report_of(vec![
            odd("a.png", 101.0),
            odd("b.png", f64::NAN),
            odd("c.png", 20.0),
            odd("d.png", 150.0),
            Finding::of_all(Check::ExactDuplicate, pair.clone(), "the same bytes"),
            Finding::of_all(Check::ExactDuplicate, pair, "the same pixels"),
            Finding::of_all(Check::OrderDependence, Vec::new(), "neighbours are alike"),
            Finding::new(Check::Truncated, "e.png", "no end"),
        ]);
        (report.files, report.files_seen, report.files_ignored) = (2000, 2000, 3);
        report.dataset.images = 1999;
        let expected = "\
data/pets: 1999 of 2000 images usable
1 error, 6 warnings, 1 info; 3 other files ignored

severity  check             files    share  worst
error     truncated             1   <0.1 %  e.png
warning   odd_size              4    0.2 %  c.png, d.png
warning   exact_duplicate       2    0.1 %  a.png, b.png
info      order_dependence      -        -  neighbours are alike

First truncated: Fetch the file again, or remove it.
";
        assert_eq!(report.summary(80), expected);
    }

    #[test]
    fn a_clean_report_is_two_lines() {
        assert_eq!(report_of(Vec::new()).summary(80), "data/pets: 0 of 0 images usable\nno findings\n");
    }

    #[test]
    fn a_summary_fits_the_screen_whatever_is_found() {
        let names = ["<script>.png", "a\n\u{1b}[31m\u{7}.png", "=cmd()", "写真\u{301}.png"];
        let long = [&*"x".repeat(500), &*"写".repeat(500)].map(str::to_owned);
        let names: Vec<String> = names.map(str::to_owned).into_iter().chain(long).collect();
        let mut findings = Vec::new();
        for &check in Check::ALL {
            findings.extend(names.iter().map(|name| Finding::new(check, name.as_str(), "a\nb")));
            findings.push(Finding::of_all(check, names.clone(), "m".repeat(1000)));
        }
        let mut report = report_of(findings);
        report.root = "r\n".repeat(300);
        (report.interrupted, report.files_ignored) = (true, u64::MAX);
        (report.files, report.files_seen, report.dataset.images) = (1 << 40, 1 << 40, 1 << 40);
        for columns in [0, 60, 77, 120, 1000] {
            let summary = report.summary(columns);
            assert_fits(&summary, columns.clamp(60, 120));
            assert!(summary.chars().all(|c| c == '\n' || !c.is_control()));
            let more = format!(" of {} more checks\n", Check::ALL.len() - MOST_ROWS);
            assert!(summary.contains(&more), "{summary}");
        }
    }

    #[test]
    fn a_name_is_cut_in_its_middle() {
        assert_eq!(cut("abcdefghij.png", 9), "abcd….png");
        assert_eq!(cut("abcdefghij.png", 14), "abcdefghij.png");
        // Each of the two characters takes two columns.
        assert_eq!((cut("写写写写", 6), width_of("写写")), ("写…写".to_owned(), 4));
        assert_eq!(cut("abc", 0), "…");
    }
}
