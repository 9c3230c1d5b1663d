//! SARIF files.

use std::collections::BTreeMap;

use std::path::Path;

use crate::error::Result;
use crate::output::write_whole;
use crate::report::by_check::counted;
use crate::report::sarif_objects::{
    ArtifactLocation, Configuration, Driver, Invocation, Location, Log, LogicalLocation, Notification,
    PhysicalLocation, Properties, Region, Rule, Run, RunResult, Text, Tool,
};
use crate::report::subjects::line_of;
use crate::report::text::printable;
use crate::report::uri::{Base, encoded};
use crate::report::{Check, Finding, Report, Severity};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// GitHub refuses files with more results.
const RESULTS: usize = 25_000;

/// GitHub shows as many locations of a result.
const LOCATIONS: usize = 100;

/// The folder that was validated, which the URIs of files are relative to.
const ROOT: &str = "srcRoot";

/// The folder that the name of a relative root begins at.
const WORKING: &str = "workingDirectory";

/// Writes a report as SARIF 2.1.0, which code scanning services read; the file appears whole or not at all.
///
/// The rules are [`Check::ALL`], with the advice as their help. The URIs of files are relative to the base
/// `srcRoot`, the folder of the report; the further files of a finding are its related locations. Findings
/// about classes, or the dataset as a whole, have the folder as their location. A file has 25,000 results at
/// most, the gravest first, as GitHub refuses more; a notification counts the rest. The report as JSON is
/// complete.
///
/// # Errors
///
/// The file cannot be written.
///
/// ```
/// use burn_prep::report::write_sarif;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("report.sarif");
/// write_sarif(&path, &report)?;
/// let sarif: serde_json::Value = serde_json::from_slice(&std::fs::read(path)?)?;
/// assert_eq!(sarif["version"], "2.1.0");
/// let run = &sarif["runs"][0];
/// assert_eq!(run["originalUriBaseIds"]["srcRoot"]["uri"], "assets/hostile/");
/// assert_eq!(run["results"].as_array().unwrap().len(), report.findings.len());
/// assert_eq!(run["results"][0]["level"], "error");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_sarif(path: impl AsRef<Path>, report: &Report) -> Result<()> {
    write_whole(path.as_ref(), |out| {
        serde_json::to_writer_pretty(&mut *out, &Log::of(report))?;
        out.write_all(b"\n")
    })
}

impl<'a> Log<'a> {
    fn of(report: &'a Report) -> Self {
        let mut findings: Vec<&Finding> = report.findings.iter().collect();
        findings.sort_by_key(|finding| finding.severity);
        let (listed, more) = findings.split_at(findings.len().min(RESULTS));
        let mut notices = Vec::new();
        if report.interrupted {
            notices.push(format!("interrupted: {} of {} files seen", report.files_seen, report.files));
        }
        if !more.is_empty() {
            notices.push(format!("{} are not listed", counted(more.iter().copied())));
        }
        let notification = |text: String| Notification { level: "warning", message: Text::new(text) };
        let run = Run {
            tool: Tool { driver: Driver { name: "burn-prep", version: &report.version, rules: rules() } },
            invocations: [Invocation {
                execution_successful: !report.interrupted,
                tool_execution_notifications: notices.into_iter().map(notification).collect(),
            }],
            original_uri_base_ids: bases(&report.root),
            results: listed.iter().map(|&finding| RunResult::of(finding)).collect(),
        };
        Self { schema: SCHEMA, version: "2.1.0", runs: [run] }
    }
}

/// A rule for each check, in the order of [`Check::ALL`].
fn rules() -> Vec<Rule<'static>> {
    let rule = |&check: &Check| Rule {
        id: check.name(),
        name: format!("{check:?}"),
        short_description: Text::new(check.name().replace('_', " ")),
        help: Text::new(check.advice()),
        default_configuration: Configuration { level: level(check.severity()) },
    };
    Check::ALL.iter().map(rule).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What `srcRoot` stands for.
fn bases(root: &str) -> BTreeMap<&'static str, ArtifactLocation<'static>> {
    let described =
        |text: String| ArtifactLocation { description: Some(Text::new(text)), ..Default::default() };
    let mut base = described(format!("The folder that was validated: {}", printable(root)));
    let mut bases = BTreeMap::new();
    match Base::of(root) {
        Base::Absolute(uri) => base.uri = Some(uri),
        Base::Relative(uri) => {
            (base.uri, base.uri_base_id) = (Some(uri), Some(WORKING));
            bases.insert(WORKING, described("The working directory of the validation.".to_owned()));
        }
        Base::Unnamed => {}
    }
    bases.insert(ROOT, base);
    bases
}

impl<'a> RunResult<'a> {
    fn of(finding: &'a Finding) -> Self {
        let names = finding.subjects.iter().map(String::as_str).take(LOCATIONS);
        let (first, related, text) = match finding.subjects.first() {
            Some(first) if finding.check.is_about_files() => {
                let related = names.skip(1).map(Location::of_file).collect();
                (Location::of_file(first), related, printable(&finding.message))
            }
            _ => (Location::of_folder(names), Vec::new(), line_of(finding)),
        };
        Self {
            rule_id: finding.check.name(),
            rule_index: Check::ALL.iter().position(|check| *check == finding.check),
            level: level(finding.severity),
            // `[text](target)` would be a link, whatever a file's name says.
            message: Text::new(text.replace("](", "] (")),
            locations: [first],
            related_locations: related,
            properties: Properties {
                subjects: finding.subjects.len(),
                value: finding.value,
                threshold: finding.threshold,
            },
        }
    }
}

impl<'a> Location<'a> {
    fn of_file(name: &str) -> Self {
        Self::at(encoded(name), Vec::new())
    }

    /// The folder itself, with the names of the classes or splits.
    fn of_folder(names: impl Iterator<Item = &'a str>) -> Self {
        Self::at("./".to_owned(), names.map(|name| LogicalLocation { name }).collect())
    }

    fn at(uri: String, logical_locations: Vec<LogicalLocation<'a>>) -> Self {
        let artifact_location =
            ArtifactLocation { uri: Some(uri), uri_base_id: Some(ROOT), ..Default::default() };
        let physical_location = PhysicalLocation { artifact_location, region: Region { start_line: 1 } };
        Self { physical_location, logical_locations }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::by_check::report_of;
    use serde_json::{Value, json};

    fn run_of(report: &Report) -> Value {
        serde_json::to_value(Log::of(report)).unwrap()["runs"][0].clone()
    }

    #[test]
    fn a_result_has_the_members_of_the_standard() {
        let report = report_of(vec![
            Finding::new(Check::DecompressionBomb, "cat/é <1>.png", "60000 high").measured(6e4, 5e4),
        ]);
        let run = run_of(&report);
        assert_eq!(
            run["results"][0],
            json!({
                "ruleId": "decompression_bomb",
                "ruleIndex": 6,
                "level": "error",
                "message": { "text": "60000 high" },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": "cat/%C3%A9%20%3C1%3E.png", "uriBaseId": "srcRoot" },
                    "region": { "startLine": 1 },
                } }],
                "properties": { "subjects": 1, "value": 60000.0, "threshold": 50000.0 },
            })
        );
        assert_eq!(
            run["tool"]["driver"]["rules"][6],
            json!({
                "id": "decompression_bomb",
                "name": "DecompressionBomb",
                "shortDescription": { "text": "decompression bomb" },
                "help": { "text": Check::DecompressionBomb.advice() },
                "defaultConfiguration": { "level": "error" },
            })
        );
        // SARIF 2.1.0, 3.14.14: a relative base names another, and that one may be without a URI.
        let bases = &run["originalUriBaseIds"];
        assert_eq!(
            (&bases["srcRoot"]["uri"], &bases["srcRoot"]["uriBaseId"]),
            (&json!("data/pets/"), &json!(WORKING))
        );
        assert!(bases[WORKING]["uri"].is_null());
    }

    #[test]
    fn a_name_is_neither_a_link_nor_a_line_break() {
        let report = report_of(vec![
            Finding::new(Check::Empty, "[a](http://b)\n\u{1b}[31m.png", "[a](http://b)\n"),
            Finding::of_all(Check::SmallClass, vec!["<b>".to_owned(), "[c](d)".to_owned()], "few"),
        ]);
        let run = run_of(&report);
        let [first, second] = [&run["results"][0], &run["results"][1]];
        assert_eq!(first["message"]["text"], "[a] (http://b)\\n");
        let place =
            |result: &Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
        assert_eq!(place(first), "%5Ba%5D%28http%3A//b%29%0A%1B%5B31m.png");
        assert_eq!((place(second), &second["message"]["text"]), (json!("./"), &json!("<b>, [c] (d): few")));
        assert_eq!(
            second["locations"][0]["logicalLocations"],
            json!([{ "name": "<b>" }, { "name": "[c](d)" }])
        );
    }

    #[test]
    fn results_and_locations_stay_within_the_limits_of_github() {
        let names: Vec<String> = (0..500).map(|index| format!("{index}.png")).collect();
        let mut findings = vec![Finding::of_all(Check::SplitLeak, names, "the same picture")];
        findings.extend((0..30_000).map(|index| Finding::new(Check::Dark, format!("{index}.png"), "dark")));
        let mut report = report_of(findings);
        (report.interrupted, report.files_seen, report.files) = (true, 3, 9);
        let run = run_of(&report);
        assert_eq!(run["results"].as_array().unwrap().len(), 25_000);
        assert_eq!(run["results"][0]["relatedLocations"].as_array().unwrap().len(), 99);
        assert_eq!(run["results"][0]["properties"]["subjects"], 500);
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let notices = &invocation["toolExecutionNotifications"];
        assert_eq!(notices[0]["message"]["text"], "interrupted: 3 of 9 files seen");
        assert_eq!(notices[1]["message"]["text"], "5001 warnings are not listed");
    }
}
