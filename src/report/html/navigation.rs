//! What stands beside the content of a page: the filter of the findings, and links to the parts.

use std::io::{self, Write};

use crate::report::Severity;
use crate::report::html::number::grouped;
use crate::report::html::section::{Section, title};

/// The severities, each with the word above its list.
pub(super) const SEVERITIES: [(Severity, &str); 3] =
    [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Info, "Info")];

/// Writes the filter, which the script shows, as it does nothing without.
pub(super) fn filter(out: &mut dyn Write, sections: &[Section<'_>]) -> io::Result<()> {
    writeln!(out, r#"<form class="filter" role="search" aria-label="Filter the findings" hidden>"#)?;
    write!(out, r#"<div><label for="filter-text">Name or message</label>"#)?;
    write!(out, r#"<input type="search" id="filter-text" name="text" autocomplete="off""#)?;
    writeln!(out, r#" spellcheck="false"></div>"#)?;
    writeln!(out, "<fieldset><legend>Severity</legend>")?;
    for (severity, _) in SEVERITIES {
        write!(out, r#"<label><input type="checkbox" name="severity" value="{severity}" checked> "#)?;
        writeln!(out, "{severity}</label>")?;
    }
    writeln!(out, "</fieldset>")?;
    let checks = sections.iter().map(|section| (section.check.name(), title(section.check)));
    let checks: Vec<(&str, String)> = checks.collect();
    let mut options = vec![("", "all")];
    options.extend(checks.iter().map(|(name, title)| (*name, title.as_str())));
    select(out, "check", "Check", &options)?;
    let orders = [("severity", "gravest first"), ("findings", "most findings first"), ("name", "by name")];
    select(out, "checks", "Order of checks", &orders)?;
    select(out, "findings", "Order of findings", &[("worst", "worst first"), ("name", "by name")])?;
    writeln!(out, r#"<button type="reset">Reset</button></form>"#)
}

/// Writes a choice with a label, of options with a value and a text each.
fn select(out: &mut dyn Write, name: &str, label: &str, options: &[(&str, &str)]) -> io::Result<()> {
    write!(out, r#"<div><label for="filter-{name}">{label}</label>"#)?;
    write!(out, r#"<select id="filter-{name}" name="{name}">"#)?;
    for (value, text) in options {
        write!(out, r#"<option value="{value}">{text}</option>"#)?;
    }
    writeln!(out, "</select></div>")
}

/// Writes links to the checks, and to other parts of the page by id and name.
pub(super) fn navigation(
    out: &mut dyn Write,
    sections: &[Section<'_>],
    parts: &[(&str, &str)],
) -> io::Result<()> {
    writeln!(out, r#"<nav aria-label="Contents">"#)?;
    for (severity, name) in SEVERITIES {
        let listed: Vec<&Section<'_>> =
            sections.iter().filter(|section| section.severity == severity).collect();
        if listed.is_empty() {
            continue;
        }
        writeln!(out, r#"<p class="{severity}">{name}</p><ul>"#)?;
        for section in listed {
            let (check, title, id) = (section.check, title(section.check), section.id());
            write!(out, r##"<li data-check-link="{check}"><a href="#{id}"><span>{title}</span> "##)?;
            let findings = grouped(section.findings.len() as u64);
            writeln!(out, r#"<span class="number">{findings}</span></a></li>"#)?;
        }
        writeln!(out, "</ul>")?;
    }
    writeln!(out, "<p>Dataset</p><ul>")?;
    for (id, name) in parts {
        writeln!(out, r##"<li><a href="#{id}">{name}</a></li>"##)?;
    }
    writeln!(out, "</ul></nav>")
}
