//! What the commands that make and apply plans read, write and say of it.

use std::path::{Path, PathBuf};

use burn_prep::Error;
use burn_prep::error::ErrorKind;
use burn_prep::plan::{Action, Plan};
use burn_prep::report::Report;
use burn_prep::source::{ImageFolder, SplitLevel};

use crate::paths::{check_output, place};
use crate::plan_args::PlanArgs;
use crate::terminal::is_unseen;
use crate::{Failure, note};

/// The report, and the folder that it is of.
pub(crate) fn inputs(args: &PlanArgs) -> Result<(Report, ImageFolder), Failure> {
    let report = Report::read_json(&args.report).map_err(Failure::of_usage)?;
    if report.interrupted {
        let (seen, all) = (report.files_seen, report.files);
        note(&format!("burn-prep: the report is of a run that was interrupted, {seen} of {all} files"));
    }
    let root = args.from.as_deref().unwrap_or(Path::new(&report.root));
    // As the folder was read then.
    let has_splits = report.dataset.groups.iter().any(|group| group.kind == "split");
    let level = if has_splits { SplitLevel::Present } else { SplitLevel::Absent };
    let folder = ImageFolder::open_with(root, level).map_err(Failure::of_input)?;
    Ok((report, folder))
}

/// Writes a plan, but not in place of another one, which somebody may have edited for hours.
pub(crate) fn write_plan(plan: &Plan, path: &Path) -> Result<(), Failure> {
    check_output("--plan", path)?;
    let has_contents = std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0);
    if has_contents && !Plan::read(path).is_ok_and(|there| there.rows() == plan.rows()) {
        let found = "a file that has other contents".to_owned();
        let expected = "a name that is free: remove the file if nobody has edited it, or name another one";
        let wrong = ErrorKind::Parameter { name: "--plan".to_owned(), found, expected };
        return Err(Failure::of_usage(Error::from(wrong).at_path(path)));
    }
    plan.write(path).map_err(Failure::of_output)
}

/// Refuses a list of exclusions that would be written over a plan, a report or an image.
pub(crate) fn check_exclude(path: &Path, others: &[PathBuf]) -> Result<(), Failure> {
    check_output("--exclude", path)?;
    if others.iter().all(|other| place(other) != place(path)) {
        return Ok(());
    }
    let found = "the name of a plan or a report, over which it would be written".to_owned();
    let expected = "a file of its own";
    let wrong = ErrorKind::Parameter { name: "--exclude".to_owned(), found, expected };
    Err(Failure::of_usage(Error::from(wrong).at_path(path)))
}

/// What the plan drops, what it leaves to a person, and what to do with it.
pub(crate) fn left(plan: &Plan, args: &PlanArgs, folder: &ImageFolder) -> String {
    let (dropped, open) = (plan.count(Action::Drop), plan.count(Action::Review));
    let review = match open {
        0 => String::new(),
        _ => " (labels in conflict: write keep or drop in the column action)".to_owned(),
    };
    format!(
        "{dropped} to drop, {open} to review{review}\nthen: burn-prep apply {} --from {} --to NEWDIR\n",
        word(&args.plan),
        word(folder.root())
    )
}

/// A path as one word of a command line. What a terminal must not see, or what turns the direction of text, is escaped.
fn word(path: &Path) -> String {
    let mut text = String::new();
    for c in path.display().to_string().chars() {
        match is_unseen(c) {
            true => text.extend(c.escape_unicode()),
            false => text.push(c),
        }
    }
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c) || (cfg!(windows) && c == '\\');
    match text.chars().all(is_plain) {
        true => text,
        false if cfg!(windows) => format!("\"{text}\""),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        let cases = [
            ("data/plan_1.csv", "data/plan_1.csv"),
            ("my data", "'my data'"),
            ("it's $(here)", r"'it'\''s $(here)'"),
            ("a\u{1b}[31m", r"'a\u{1b}[31m'"),
        ];
        for (path, expected) in cases {
            assert_eq!(word(Path::new(path)), expected);
        }
    }
}
