//! The findings of a check as a list.

use std::io::{self, Write};

use crate::report::html::escape::{Html, Name};
use crate::report::html::number::{grouped, number, quantity};
use crate::report::{Finding, Severity};

/// How many findings of a check are listed.
const LISTED: usize = 200;

/// How many subjects of one finding are named.
const NAMED: usize = 10;

/// As many findings are seen at once; a longer list opens on demand.
const OPEN: usize = 24;

/// Writes the first findings as a list that folds, and the number of the others. `shown` says how many of the
/// check's findings stand before the list.
pub(super) fn listing(
    out: &mut dyn Write,
    findings: &[&Finding],
    shown: usize,
    mixed: bool,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let (listed, others) = findings.split_at(findings.len().min(LISTED));
    let open = if shown == 0 && findings.len() <= OPEN { " open" } else { "" };
    let more = if shown == 0 { "" } else { "more " };
    let title = quantity(listed.len(), &format!("{more}finding"), &format!("{more}findings"));
    writeln!(out, r#"<details class="listing"{open}><summary>{title}</summary><ul class="list">"#)?;
    for finding in listed {
        write!(out, r#"<li class="item" data-severity="{}">"#, finding.severity)?;
        names(out, &finding.subjects, NAMED)?;
        let badge = if mixed { badge(finding.severity) } else { String::new() };
        let message = Html(&finding.message);
        writeln!(out, r#"<p>{badge}<span class="message">{message}</span>{}</p></li>"#, measured(finding))?;
    }
    writeln!(out, "</ul>")?;
    if !others.is_empty() {
        let more = grouped(others.len() as u64);
        writeln!(out, r#"<p class="rest">and {more} more, which the report as JSON lists</p>"#)?;
    }
    writeln!(out, "</details>")
}

/// Writes the first names, each in a line, and the number of the others.
pub(super) fn names(out: &mut dyn Write, subjects: &[String], most: usize) -> io::Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    write!(out, r#"<ul class="names">"#)?;
    for subject in subjects.iter().take(most) {
        write!(out, "<li>{}</li>", Name(subject))?;
    }
    if subjects.len() > most {
        write!(out, r#"<li class="rest">and {} more</li>"#, grouped((subjects.len() - most) as u64))?;
    }
    write!(out, "</ul>")
}

/// A severity as a word in its colour.
pub(super) fn badge(severity: Severity) -> String {
    format!(r#"<span class="badge {severity}">{severity}</span>"#)
}

/// The value and the threshold of a finding, where it has any.
pub(super) fn measured(finding: &Finding) -> String {
    let value = finding.value.map(|value| format!("measured {}", number(value)));
    let threshold = finding.threshold.map(|threshold| format!("threshold {}", number(threshold)));
    let parts: Vec<String> = value.into_iter().chain(threshold).collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!(r#" <span class="measured">{}</span>"#, parts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Check;

    fn list(findings: &[Finding], shown: usize) -> String {
        let mut out = Vec::new();
        listing(&mut out, &findings.iter().collect::<Vec<_>>(), shown, false).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_list_has_200_findings_of_10_names() {
        let finding = |index: usize| {
            let names = (0..500).map(|name| format!("{index}/{name}")).collect();
            Finding::of_all(Check::ExactDuplicate, names, "the same")
        };
        let html = list(&(0..1000).map(finding).collect::<Vec<_>>(), 0);
        assert_eq!(html.matches(r#"<li class="item""#).count(), 200);
        assert_eq!(html.matches(r#"<bdi class="name">"#).count(), 2000);
        assert_eq!(html.matches(">and 490 more</li>").count(), 200);
        assert!(html.contains(">and 800 more, which"), "{html}");
        assert!(html.starts_with(r#"<details class="listing"><summary>200 findings</summary>"#));
    }

    #[test]
    fn a_short_list_is_open_unless_pictures_stand_before_it() {
        let finding = [Finding::new(Check::Dark, "a.png", "dark").measured(0.25, 0.32)];
        let html = list(&finding, 0);
        assert!(html.starts_with(r#"<details class="listing" open><summary>1 finding</summary>"#));
        assert!(html.contains(r#"<span class="measured">measured 0.25, threshold 0.32</span>"#));
        assert!(list(&finding, 24).starts_with(r#"<details class="listing"><summary>1 more finding<"#));
        assert_eq!(list(&[], 0), "");
    }
}
