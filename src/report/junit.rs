//! JUnit XML files.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use crate::error::Result;
use crate::output::write_whole;
use crate::report::by_check::{CheckFindings, by_check, counted};
use crate::report::subjects::line_of;
use crate::report::{Finding, Report, Severity};

/// How many findings of a check are listed; the rest are counted.
const LISTED: usize = 1000;

/// Writes a report as JUnit XML, which CI systems show as test results; the file appears whole or not at all.
///
/// Each check is a test case. Errors and warnings make it fail, and its text lists them; findings of severity
/// [`Severity::Info`] stand in its output. A check lists 1,000 findings at most, the gravest first, and
/// counts the rest. In an interrupted run a check without findings is skipped, since it has not seen all
/// files.
///
/// # Errors
///
/// The file cannot be written.
///
/// ```
/// use burn_prep::report::write_junit;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("junit.xml");
/// write_junit(&path, &report)?;
/// let xml = std::fs::read_to_string(path)?;
/// assert!(xml.contains(r#"<testcase classname="burn-prep" name="decompression_bomb">"#));
/// assert!(xml.contains(r#"<failure type="error" message="1 error. Remove it, or raise the limits"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_junit(path: impl AsRef<Path>, report: &Report) -> Result<()> {
    write_whole(path.as_ref(), |out| suite(out, report))
}

fn suite(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let checks = by_check(report);
    let (tests, failures) = (checks.len(), checks.iter().filter(|checked| fails(checked)).count());
    let without = checks.iter().filter(|checked| checked.findings.is_empty()).count();
    let skipped = if report.interrupted { without } else { 0 };
    let counts = format!(r#"tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}""#);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="burn-prep" {counts}>"#)?;
    writeln!(out, r#"  <testsuite name="{}" {counts}>"#, Xml(&report.root))?;
    for checked in &checks {
        test_case(out, checked, report)?;
    }
    writeln!(out, "  </testsuite>")?;
    writeln!(out, "</testsuites>")
}

fn fails(checked: &CheckFindings<'_>) -> bool {
    checked.findings.first().is_some_and(|gravest| gravest.severity < Severity::Info)
}

fn test_case(out: &mut dyn Write, checked: &CheckFindings<'_>, report: &Report) -> io::Result<()> {
    let (check, findings) = (checked.check, checked.findings.as_slice());
    write!(out, r#"    <testcase classname="burn-prep" name="{check}""#)?;
    if findings.is_empty() && !report.interrupted {
        return writeln!(out, "/>");
    }
    writeln!(out, ">")?;
    if findings.is_empty() {
        let (seen, files) = (report.files_seen, report.files);
        writeln!(out, r#"      <skipped message="interrupted: {seen} of {files} files seen"/>"#)?;
    }
    let (failed, noted) =
        findings.split_at(findings.partition_point(|finding| finding.severity < Severity::Info));
    if let Some(gravest) = failed.first() {
        let (severity, counts) = (gravest.severity, counted(failed.iter().copied()));
        let advice = Xml(check.advice());
        writeln!(out, r#"      <failure type="{severity}" message="{counts}. {advice}">"#)?;
        list(out, failed, LISTED)?;
        writeln!(out, "      </failure>")?;
    }
    if !noted.is_empty() {
        writeln!(out, "      <system-out>")?;
        list(out, noted, LISTED.saturating_sub(failed.len()))?;
        writeln!(out, "      </system-out>")?;
    }
    writeln!(out, "    </testcase>")
}

/// A line for each of the first findings, and one that counts the rest.
fn list(out: &mut dyn Write, findings: &[&Finding], most: usize) -> io::Result<()> {
    for finding in findings.iter().take(most) {
        writeln!(out, "{}: {}", finding.severity, Xml(&line_of(finding)))?;
    }
    match findings.len().saturating_sub(most) {
        0 => Ok(()),
        more => writeln!(out, "and {more} more"),
    }
}

/// Text as it stands in an element or an attribute. XML 1.0 has no place for most control characters, nor for
/// U+FFFE and U+FFFF, not even as references: they are written as in `\u{1b}`.
struct Xml<'a>(&'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&apos;")?,
                '\u{fffe}' | '\u{ffff}' => write!(f, "{}", c.escape_unicode())?,
                _ if c.is_control() => write!(f, "{}", c.escape_default())?,
                _ => f.write_str(c.encode_utf8(&mut [0; 4]))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Check;
    use crate::report::by_check::report_of;

    fn xml_of(report: &Report) -> String {
        let mut out = Vec::<u8>::new();
        suite(&mut out, report).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_of_files_cannot_leave_their_element() {
        let long = "x".repeat(500);
        let names =
            ["<script>.png", "]]>", "\"'&.png", "a\n\u{1b}[31m\0\u{ffff}.png", "=cmd()", long.as_str()];
        let mut report = report_of(names.map(|name| Finding::new(Check::Empty, name, "no <bytes>")).to_vec());
        report.root = "a\" onload=\"b".to_owned();
        let xml = xml_of(&report);
        for line in [
            "\nerror: &lt;script&gt;.png: no &lt;bytes&gt;\n",
            "\nerror: ]]&gt;: no &lt;bytes&gt;\n",
            "\nerror: &quot;&apos;&amp;.png: no &lt;bytes&gt;\n",
            "\nerror: a\\n\\u{1b}[31m\\u{0}\\u{ffff}.png: no &lt;bytes&gt;\n",
            "\nerror: =cmd(): no &lt;bytes&gt;\n",
            "  <testsuite name=\"a&quot; onload=&quot;b\" tests=",
        ] {
            assert!(xml.contains(line), "{line} in {xml}");
        }
        assert!(xml.contains(&long) && xml.chars().all(|c| c == '\n' || !c.is_control()));
    }

    #[test]
    fn errors_and_warnings_fail_a_check_and_infos_do_not() {
        let report = report_of(vec![
            Finding::new(Check::Truncated, "a.png", "no end"),
            Finding::new(Check::OddSize, "a.png", "9x9"),
            Finding::new(Check::Noisy, "a.png", "sigma is 30"),
        ]);
        let xml = xml_of(&report);
        let counts = format!("tests=\"{}\" failures=\"2\" errors=\"0\" skipped=\"0\"", Check::ALL.len());
        assert_eq!(xml.matches(&counts).count(), 2);
        assert_eq!(xml.matches("<failure ").count(), 2);
        assert!(xml.contains("name=\"noisy\">\n      <system-out>\ninfo: a.png: sigma is 30\n"), "{xml}");
        assert!(xml.contains("name=\"dark\"/>"));
    }

    #[test]
    fn what_an_interrupted_run_did_not_find_is_skipped() {
        let mut report = report_of(vec![Finding::new(Check::Truncated, "a.png", "no end")]);
        (report.interrupted, report.files_seen, report.files) = (true, 3, 9);
        let xml = xml_of(&report);
        assert_eq!(
            xml.matches("<skipped message=\"interrupted: 3 of 9 files seen\"/>").count(),
            Check::ALL.len() - 1
        );
        assert!(xml.contains(&format!("skipped=\"{}\"", Check::ALL.len() - 1)));
    }

    #[test]
    fn a_check_lists_a_thousand_findings() {
        let finding = |index: usize| {
            let severity = if index < 990 { Severity::Warning } else { Severity::Info };
            Finding::new(Check::Dark, format!("{index:04}.png"), "dark").graded(severity)
        };
        let xml = xml_of(&report_of((0..1500).map(finding).collect()));
        assert_eq!(xml.matches(".png: dark\n").count(), 1000);
        assert!(
            xml.contains("message=\"990 warnings. ")
                && xml.contains("\ninfo: 0999.png: dark\nand 500 more\n")
        );
    }
}
