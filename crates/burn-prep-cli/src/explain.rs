//! `burn-prep explain FILE`

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use burn_prep::error::ErrorKind;
use burn_prep::report::{Check, Severity};
use burn_prep::source::{Sample, Source};
use burn_prep::validate::Validator;
use burn_prep::{Error, Result};
use serde_json::Value;

use crate::args::ExplainArgs;
use crate::config::Config;
use crate::terminal::is_unseen;
use crate::{Failure, Outcome, print};

/// Prints the record of a file and what the checks find in it.
pub(crate) fn run(args: &ExplainArgs) -> Result<Outcome, Failure> {
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let config = args.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read);
    let thresholds = config.map_err(Failure::of_usage)?.thresholds;
    let validator = Validator::new(OneFile { path: args.file.clone(), sample: Sample::new(name) });
    let validator = validator.thresholds(thresholds).limits(args.limits.limits());
    let record = validator.record(0).map_err(Failure::of_input)?;
    if let Some(unread) = record.unusable.as_ref().filter(|finding| finding.check == Check::Unreadable) {
        let error = Error::from(std::io::Error::other(unread.message.clone()));
        return Err(Failure::of_input(error.at_path(&args.file)));
    }
    let mut findings = validator.findings(std::slice::from_ref(&record));
    let mut json = serde_json::to_value(&record);
    let fingerprint = json.as_mut().ok().and_then(|record| record.pointer_mut("/picture/fingerprint"));
    if let Some(fingerprint) = fingerprint.and_then(Value::as_object_mut) {
        // 1,024 bytes for machines.
        fingerprint.remove("thumbnail");
    }
    let json = json.and_then(|json| serde_json::to_string_pretty(&json)).map_err(std::io::Error::from);
    let json = json.map_err(|error| Failure::of_output(error.into()))?;
    let mut text = printable_json(&json) + "\n";
    for finding in &mut findings {
        // All are about the one file. A finding is then printed as its message, without what a terminal must not see.
        finding.subjects.clear();
        let (severity, check) = (finding.severity, finding.check);
        text += &format!("\n{severity}: {check}: {finding}\n    {}", check.advice());
    }
    text += if findings.is_empty() { "\nno findings\n" } else { "\n" };
    print(&text)?;
    let is_clean = findings.iter().all(|finding| finding.severity == Severity::Info);
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}

/// The same JSON without what a terminal must not see; line breaks are between its parts only.
fn printable_json(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c != '\n' && is_unseen(c) {
            true => text += &format!("\\u{:04x}", u32::from(c)),
            false => text.push(c),
        }
    }
    text
}

/// One file, which is read within the limits of the validator, as those of a folder are.
#[derive(Debug)]
struct OneFile {
    path: PathBuf,
    sample: Sample,
}

impl Source for OneFile {
    fn len(&self) -> usize {
        1
    }

    fn sample(&self, index: usize) -> Option<&Sample> {
        (index == 0).then_some(&self.sample)
    }

    fn read(&self, _index: usize, max_bytes: u64) -> Result<Cow<'_, [u8]>> {
        let file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        let mut bytes = Vec::new();
        if length <= max_bytes {
            // A file may grow, and some report no length.
            file.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
        }
        let found = length.max(bytes.len() as u64);
        match found <= max_bytes {
            true => Ok(Cow::Owned(bytes)),
            false => Err(ErrorKind::Limit { what: "max_file_bytes", found, allowed: max_bytes }.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_for_a_terminal_says_the_same() {
        let json = serde_json::to_string_pretty(&["a\u{9b}31m\u{7f}\n", "\u{202e}gpj.é"]).unwrap();
        let printed = printable_json(&json);
        assert_eq!(printed, "[\n  \"a\\u009b31m\\u007f\\n\",\n  \"\\u202egpj.é\"\n]");
        assert_eq!(serde_json::from_str::<[String; 2]>(&printed).unwrap()[1], "\u{202e}gpj.é");
    }
}
