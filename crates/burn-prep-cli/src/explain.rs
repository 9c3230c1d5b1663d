//! `burn-prep explain FILE`

use burn_prep::report::Severity;
use burn_prep::source::InMemorySource;
use burn_prep::validate::Validator;

use crate::args::ExplainArgs;
use crate::{Failure, Outcome, print};

/// Prints the record of a file and what the checks find in it.
pub(crate) fn run(args: &ExplainArgs) -> Result<Outcome, Failure> {
    let bytes = std::fs::read(&args.file);
    let bytes =
        bytes.map_err(|error| Failure::of_input(burn_prep::Error::from(error).at_path(&args.file)))?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let validator = Validator::new(InMemorySource::new().with(name, None, bytes));
    let record = validator.record(0).map_err(Failure::of_input)?;
    let findings = validator.findings(std::slice::from_ref(&record));
    let mut json = serde_json::to_value(&record);
    if let Ok(record) = &mut json {
        // 1,024 bytes for machines.
        let fingerprint = record["picture"]["fingerprint"].as_object_mut();
        fingerprint.map(|fingerprint| fingerprint.remove("thumbnail"));
    }
    let json = json.and_then(|json| serde_json::to_string_pretty(&json)).map_err(std::io::Error::from);
    let mut text = json.map_err(|error| Failure::of_output(error.into()))? + "\n";
    for finding in &findings {
        text += &format!(
            "\n{}: {}: {}\n    {}",
            finding.severity,
            finding.check,
            finding.message,
            finding.check.advice()
        );
    }
    text += if findings.is_empty() { "\nno findings\n" } else { "\n" };
    print(&text)?;
    let is_clean = findings.iter().all(|finding| finding.severity == Severity::Info);
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}
