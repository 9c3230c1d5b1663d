//! A page from its head to its foot.

use std::io::{self, Write};

use crate::report::html::check_section::check_section;
use crate::report::html::class_bars::class_bars;
use crate::report::html::dataset_section::dataset_section;
use crate::report::html::escape::Html;
use crate::report::html::histogram::histograms;
use crate::report::html::mean_images::{MeanImages, mean_images};
use crate::report::html::navigation::{SEVERITIES, filter, navigation};
use crate::report::html::number::grouped;
use crate::report::html::pictures::Pictures;
use crate::report::html::section::{Section, title};
use crate::report::html::waived::waived;
use crate::report::{Check, PropertyHistogram, Report, Severity};

/// The style and the script, whose SHA-256 in base64 the page's policy names; a test compares them.
const STYLE: &str = include_str!("style.css");
const STYLE_HASH: &str = "BpXvjrYCldrU0VBgFXlsOSP6SLeN046dlJ+rt05+Wv4=";
const SCRIPT: &str = include_str!("script.js");
const SCRIPT_HASH: &str = "AO/gAru7oY4nmHp9ArbxoKxSIrqqNYTsouwaV15a+jY=";

/// What a page is made of.
pub(super) struct Page<'a> {
    pub(super) report: &'a Report,
    pub(super) sections: Vec<Section<'a>>,
    pub(super) histograms: &'a [PropertyHistogram],
    pub(super) mean_images: MeanImages<'a>,
}

impl Page<'_> {
    pub(super) fn write(&self, out: &mut dyn Write, pictures: &mut Pictures<'_>) -> io::Result<()> {
        self.head(out)?;
        self.header(out)?;
        writeln!(out, r#"<div class="columns"><div class="side">"#)?;
        if !self.sections.is_empty() {
            filter(out, &self.sections)?;
        }
        navigation(out, &self.sections, &self.parts())?;
        writeln!(out, r#"</div><main id="main" tabindex="-1">"#)?;
        self.findings(out, pictures)?;
        if !self.report.waived.is_empty() {
            waived(out, &self.report.waived)?;
        }
        if !self.report.dataset.classes.is_empty() {
            class_bars(out, &self.report.dataset.classes)?;
        }
        if !self.histograms.is_empty() {
            histograms(out, self.histograms)?;
        }
        if !self.mean_images.shown.is_empty() {
            mean_images(out, &self.mean_images)?;
        }
        dataset_section(out, &self.report.dataset)?;
        writeln!(out, "</main></div>")?;
        let version = Html(&self.report.version);
        writeln!(out, "<footer><p>Written by burn-prep {version}; it loads nothing else.</p></footer>")?;
        writeln!(out, "<script>{SCRIPT}</script>\n</body>\n</html>")
    }

    /// The ids and names of the parts that are not about checks, in their order.
    fn parts(&self) -> Vec<(&'static str, &'static str)> {
        let parts = [
            (!self.report.waived.is_empty(), "waived", "Waived findings"),
            (!self.report.dataset.classes.is_empty(), "classes", "Classes"),
            (!self.histograms.is_empty(), "properties", "Properties"),
            (!self.mean_images.shown.is_empty(), "averages", "Average images"),
            (true, "dataset", "Statistics"),
        ];
        parts.into_iter().filter(|(there, ..)| *there).map(|(_, id, name)| (id, name)).collect()
    }

    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
        write!(out, r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; "#)?;
        write!(out, "img-src data:; style-src 'sha256-{STYLE_HASH}'; script-src 'sha256-{SCRIPT_HASH}'; ")?;
        writeln!(out, r#"base-uri 'none'; form-action 'none'">"#)?;
        writeln!(out, r#"<meta name="viewport" content="width=device-width, initial-scale=1">"#)?;
        writeln!(out, r#"<meta name="color-scheme" content="light dark">"#)?;
        writeln!(out, r#"<meta name="referrer" content="no-referrer">"#)?;
        // Otherwise browsers ask the server of the page for an icon.
        writeln!(out, r#"<link rel="icon" href="data:,">"#)?;
        writeln!(out, "<title>{}: data report</title>", Html(&self.report.root))?;
        writeln!(out, "<style>{STYLE}</style>\n</head>")
    }

    fn header(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.report;
        let findings = |severity: Severity| {
            let of_severity = report.findings.iter().filter(|finding| finding.severity == severity);
            of_severity.count() as u64
        };
        writeln!(out, r##"<body><a class="skip" href="#main">Skip to the findings</a>"##)?;
        writeln!(out, r#"<header class="top">"#)?;
        writeln!(out, r#"<p class="kind">Data report</p><h1><bdi>{}</bdi></h1>"#, Html(&report.root))?;
        if report.interrupted {
            let (seen, files) = (grouped(report.files_seen), grouped(report.files));
            write!(out, r#"<p class="notice">The run was stopped: {seen} of {files} files were seen, "#)?;
            writeln!(out, "and all numbers are of these.</p>")?;
        }
        writeln!(out, r#"<dl class="tiles">"#)?;
        let usable = format!("{} of {}", grouped(report.dataset.images), grouped(report.files_seen));
        tile(out, "usable", "Images usable", &usable)?;
        for (severity, name) in SEVERITIES {
            let count = findings(severity);
            tile(out, if count > 0 { severity.name() } else { "none" }, name, &grouped(count))?;
        }
        tile(out, "other", "Other files", &grouped(report.files_ignored))?;
        writeln!(out, "</dl></header>")
    }

    fn findings(&self, out: &mut dyn Write, pictures: &mut Pictures<'_>) -> io::Result<()> {
        writeln!(out, r#"<section id="findings" aria-labelledby="findings-title">"#)?;
        writeln!(out, r#"<h2 id="findings-title">Findings</h2>"#)?;
        // The script says here how many findings a filter leaves, and what was copied.
        writeln!(out, r#"<p id="shown" role="status" aria-live="polite"></p>"#)?;
        if self.sections.is_empty() {
            writeln!(out, r#"<p class="clean">No findings.</p>"#)?;
        }
        writeln!(out, r#"<div id="checks">"#)?;
        for section in &self.sections {
            check_section(out, section, pictures, self.report)?;
        }
        writeln!(out, "</div>")?;
        let found = |check: Check| self.sections.iter().any(|section| section.check == check);
        let others: Vec<String> =
            Check::ALL.iter().copied().filter(|check| !found(*check)).map(title).collect();
        if !others.is_empty() {
            let (count, names) = (others.len(), others.join(", "));
            writeln!(out, r#"<details class="quiet"><summary>{count} checks without findings</summary>"#)?;
            writeln!(out, "<p>{names}</p></details>")?;
        }
        writeln!(out, "</section>")
    }
}

fn tile(out: &mut dyn Write, class: &str, name: &str, value: &str) -> io::Result<()> {
    writeln!(out, r#"<div class="{class}"><dt>{name}</dt><dd>{value}</dd></div>"#)
}
