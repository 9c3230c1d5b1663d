//! The part of a page about one check.

use std::io::{self, Write};

use crate::report::html::gallery::{divided, gallery};
use crate::report::html::leaks::{leaks, shares};
use crate::report::html::listing::{badge, listing};
use crate::report::html::number::{quantity, share};
use crate::report::html::pictures::Pictures;
use crate::report::html::section::{Section, title};
use crate::report::{Check, Report};

/// Writes what to do about the findings of a check, then the findings: those with pictures first.
///
/// The script finds the parts by their attributes: `data-check`, `data-severity` and `data-findings` of a
/// section, and `data-severity` of each element of the class `item`.
pub(super) fn check_section(
    out: &mut dyn Write,
    section: &Section<'_>,
    pictures: &mut Pictures<'_>,
    report: &Report,
) -> io::Result<()> {
    let (check, severity, id) = (section.check, section.severity, section.id());
    let (title, findings) = (title(check), section.findings.len());
    write!(out, r#"<section class="check" id="{id}" aria-labelledby="{id}-title""#)?;
    writeln!(out, r#" data-check="{check}" data-severity="{severity}" data-findings="{findings}">"#)?;
    writeln!(out, r#"<div class="head"><h3 id="{id}-title">{title}</h3>{}"#, badge(severity))?;
    writeln!(out, r#"<p class="count">{}</p>"#, count(section, report.files_seen))?;
    if check.is_about_files() {
        write!(out, r#"<button type="button" class="copy" data-copy-names="{id}""#)?;
        writeln!(out, r#" aria-label="Copy names: {title}" hidden>Copy names</button>"#)?;
    }
    writeln!(out, r#"</div><p class="advice">{}</p>"#, check.advice())?;
    // A finding of a leak between splits is in two of them at least.
    let least = match check {
        Check::SplitLeak => Some(2),
        Check::CrossDatasetLeak => Some(1),
        _ => None,
    };
    if let Some(least) = least {
        leaks(out, &section.findings, least)?;
        shares(out, &section.findings, &report.dataset.groups)?;
    }
    let mixed = section.is_mixed();
    let (cards, others) = divided(section, pictures);
    gallery(out, &cards, mixed)?;
    listing(out, &others, cards.len(), mixed)?;
    writeln!(out, "</section>")
}

/// `12 files, 3.8 % of the images, in 5 findings`.
fn count(section: &Section<'_>, files_seen: u64) -> String {
    let findings = quantity(section.findings.len(), "finding", "findings");
    if !section.check.is_about_files() || section.subjects == 0 {
        return findings;
    }
    let mut text = quantity(section.subjects, "file", "files");
    // Files that are no images are no share of them.
    if section.check != Check::StrayFile && files_seen > 0 {
        text += &format!(", {} of the images", share(section.subjects as u64, files_seen));
    }
    if section.subjects != section.findings.len() {
        text += &format!(", in {findings}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Finding;
    use crate::report::by_check::report_of;

    #[test]
    fn files_are_counted_once_and_classes_are_no_files() {
        let pair = |message: &str| {
            Finding::of_all(Check::NearDuplicate, vec!["a".to_owned(), "b".to_owned()], message)
        };
        let report = report_of(vec![
            pair("flipped"),
            pair("brighter"),
            pair("cut"),
            Finding::new(Check::SmallClass, "cat", "few"),
            Finding::new(Check::StrayFile, "notes.txt", "no image"),
        ]);
        let counts: Vec<String> =
            Section::all_of(&report).iter().map(|section| count(section, 200)).collect();
        assert_eq!(counts, ["2 files, 1.0 % of the images, in 3 findings", "1 finding", "1 file"]);
    }
}
