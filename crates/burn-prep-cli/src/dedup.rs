//! `burn-prep dedup REPORT.json --plan FILE`, and what it has in common with `fix`.

use std::path::Path;

use burn_prep::plan::{Action, Copies, Plan};
use burn_prep::report::Report;
use burn_prep::source::ImageFolder;

use crate::plan_args::{DedupArgs, PlanArgs};
use crate::{Failure, Outcome, print};

pub(crate) fn run(args: &DedupArgs) -> Result<Outcome, Failure> {
    let (report, folder) = inputs(&args.plan)?;
    let copies = if args.exact { Copies::Exact } else { Copies::All };
    let plan = Plan::of_duplicates(&report, &folder, copies).map_err(Failure::of_usage)?;
    plan.write(&args.plan.plan).map_err(Failure::of_output)?;
    if let Some(path) = &args.exclude {
        plan.exclusions().write(path).map_err(Failure::of_output)?;
    }
    let clusters = plan.rows().iter().filter_map(|row| row.cluster).max().unwrap_or(0);
    let kept = plan.count(Action::Keep);
    let left = left(&plan, &args.plan, &folder);
    print(&format!("{clusters} groups of copies: {kept} files to keep, {left}"))?;
    Ok(Outcome::Clean)
}

/// The report, and the folder that it is of.
pub(crate) fn inputs(args: &PlanArgs) -> Result<(Report, ImageFolder), Failure> {
    let report = Report::read_json(&args.report).map_err(Failure::of_usage)?;
    if report.interrupted {
        let (seen, all) = (report.files_seen, report.files);
        eprintln!("burn-prep: the report is of a run that was interrupted, {seen} of {all} files");
    }
    let root = args.from.as_deref().unwrap_or(Path::new(&report.root));
    let folder = ImageFolder::open(root).map_err(Failure::of_input)?;
    Ok((report, folder))
}

/// What the plan drops, what it leaves to a person, and what to do with it.
pub(crate) fn left(plan: &Plan, args: &PlanArgs, folder: &ImageFolder) -> String {
    let (dropped, open) = (plan.count(Action::Drop), plan.count(Action::Review));
    let (path, root) = (args.plan.display().to_string(), folder.root().display().to_string());
    let review = match open {
        0 => String::new(),
        _ => " (labels in conflict: write keep or drop in the column action)".to_owned(),
    };
    format!(
        "{dropped} to drop, {open} to review{review}\nthen: burn-prep apply {} --from {} --to NEWDIR\n",
        path.escape_debug(),
        root.escape_debug()
    )
}
