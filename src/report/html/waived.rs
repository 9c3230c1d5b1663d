//! The findings that were waived.

use std::io::{self, Write};

use crate::report::WaivedFinding;
use crate::report::html::escape::Html;
use crate::report::html::listing::names;
use crate::report::html::number::{grouped, quantity};
use crate::report::html::section::title;

/// How many waived findings are listed.
const LISTED: usize = 200;

/// How many subjects of one finding are named.
const NAMED: usize = 10;

/// Writes a list that folds, with the reason of each.
pub(super) fn waived(out: &mut dyn Write, findings: &[WaivedFinding]) -> io::Result<()> {
    writeln!(out, r#"<section id="waived" aria-labelledby="waived-title">"#)?;
    writeln!(out, r#"<h2 id="waived-title">Waived findings</h2>"#)?;
    let summary = quantity(findings.len(), "finding", "findings");
    writeln!(out, r#"<details class="listing"><summary>{summary}</summary><ul class="list">"#)?;
    for WaivedFinding { finding, reason } in findings.iter().take(LISTED) {
        write!(out, "<li>")?;
        names(out, &finding.subjects, NAMED)?;
        let (title, message) = (title(finding.check), Html(&finding.message));
        write!(out, r#"<p>{title}: <span class="message">{message}</span><br>"#)?;
        writeln!(out, r#"<span class="reason">Waived: {}</span></p></li>"#, Html(reason))?;
    }
    writeln!(out, "</ul>")?;
    if findings.len() > LISTED {
        let more = grouped((findings.len() - LISTED) as u64);
        writeln!(out, r#"<p class="rest">and {more} more, which the report as JSON lists</p>"#)?;
    }
    writeln!(out, "</details></section>")
}
