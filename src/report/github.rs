//! Annotations of GitHub Actions.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;

use crate::error::Result;
use crate::report::subjects::{line_of, listed};
use crate::report::{Check, Finding, Report, Severity};

/// GitHub shows as many annotations of a kind for one step.
const SHOWN: usize = 10;

/// Writes the findings as commands of GitHub Actions, which shows them beside the files of a pull request.
///
/// Of each severity there are 10 at most, as GitHub shows no more of one step: the first finding of each
/// check, then the second of each; a line counts the rest. The names of files begin with the folder of the
/// report, which is to be given relative to the repository.
///
/// # Errors
///
/// `out` cannot be written.
///
/// ```
/// use burn_prep::report::write_github_annotations;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
/// let mut out = Vec::<u8>::new();
/// write_github_annotations(&mut out, &report)?;
/// let commands = String::from_utf8(out).unwrap();
/// assert!(commands.contains("::error file=assets/hostile/bomb.png,title=decompression_bomb::"));
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn write_github_annotations(out: &mut dyn Write, report: &Report) -> Result<()> {
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let mut seen: BTreeMap<Check, usize> = BTreeMap::new();
        let mut findings: Vec<(usize, &Finding)> = Vec::new();
        for finding in report.findings.iter().filter(|finding| finding.severity == severity) {
            let nth = seen.entry(finding.check).or_default();
            *nth += 1;
            findings.push((*nth, finding));
        }
        findings.sort_by_key(|&(nth, _)| nth);
        for (_, finding) in findings.iter().take(SHOWN) {
            annotate(out, &report.root, finding)?;
        }
        let more = findings.len().saturating_sub(SHOWN);
        if more > 0 {
            writeln!(out, "{more} more findings of severity {severity}")?;
        }
    }
    Ok(())
}

fn annotate(out: &mut dyn Write, root: &str, finding: &Finding) -> Result<()> {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let check = finding.check;
    match finding.subjects.split_first() {
        Some((file, others)) if check.is_about_files() => {
            let file = path_of(root, file);
            let also =
                if others.is_empty() { String::new() } else { format!(" (with {})", listed(others, 3)) };
            let message = format!("{}{also}", finding.message);
            writeln!(out, "::{command} file={},title={check}::{}", Property(&file), Data(&message))?;
        }
        _ => writeln!(out, "::{command} title={check}::{}", Data(&line_of(finding)))?,
    }
    Ok(())
}

/// The path of a file of the folder, as it is in the repository.
fn path_of(root: &str, file: &str) -> String {
    let root = root.strip_prefix("./").unwrap_or(root);
    match root {
        "" | "." => file.to_owned(),
        root => format!("{}/{file}", root.trim_end_matches('/')),
    }
}

/// The message of a command, as `escapeData` of `@actions/core` writes it; other control characters as in
/// `\u{1b}`.
struct Data<'a>(&'a str);

/// The value of a property of a command, which also a comma or a colon would end: `escapeProperty` of
/// `@actions/core`.
struct Property<'a>(&'a str);

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| write_escaped(f, c))
    }
}

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            ':' => f.write_str("%3A"),
            ',' => f.write_str("%2C"),
            _ => write_escaped(f, c),
        })
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '%' => f.write_str("%25"),
        '\r' => f.write_str("%0D"),
        '\n' => f.write_str("%0A"),
        _ if c.is_control() => write!(f, "{}", c.escape_default()),
        _ => f.write_str(c.encode_utf8(&mut [0; 4])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::by_check::report_of;

    fn lines_of(report: &Report) -> Vec<String> {
        let mut out = Vec::<u8>::new();
        write_github_annotations(&mut out, report).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_name_cannot_end_its_command_or_begin_another() {
        let name = "a,b:100%\r\n::error::\u{1b}[31m.png";
        let report = report_of(vec![Finding::new(Check::OddSize, name, "9x9\n::stop-commands::x, 1:2")]);
        let file = "data/pets/a%2Cb%3A100%25%0D%0A%3A%3Aerror%3A%3A\\u{1b}[31m.png";
        let line = format!("::warning file={file},title=odd_size::9x9%0A::stop-commands::x, 1:2");
        assert_eq!(lines_of(&report), [line]);
    }

    #[test]
    fn only_files_are_named_as_files() {
        let pair = vec!["a.png".to_owned(), "b\n.png".to_owned()];
        let mut report = report_of(vec![
            Finding::of_all(Check::OrderDependence, Vec::new(), "neighbours are alike"),
            Finding::of_all(Check::ExactDuplicate, pair, "the same bytes"),
            Finding::of_all(Check::SmallClass, vec!["cats".to_owned()], "7 images"),
        ]);
        report.root = ".".to_owned();
        assert_eq!(
            lines_of(&report),
            [
                "::warning file=a.png,title=exact_duplicate::the same bytes (with b\\n.png)",
                "::warning title=small_class::cats: 7 images",
                "::notice title=order_dependence::neighbours are alike",
            ]
        );
    }

    #[test]
    fn the_ten_that_github_shows_are_of_many_checks() {
        let dark = (0..1000).map(|index| Finding::new(Check::Dark, format!("a{index}.png"), "dark"));
        let tiny = (0..3).map(|index| Finding::new(Check::Tiny, format!("b{index}.png"), "tiny"));
        let lines = lines_of(&report_of(dark.chain(tiny).collect()));
        assert_eq!(lines.len(), 11);
        assert_eq!(lines.iter().filter(|line| line.contains("title=tiny")).count(), 3);
        assert!(lines[1].contains("title=tiny") && lines[10] == "993 more findings of severity warning");
    }
}
