//! `burn-prep apply PLAN... --from DIR --to NEWDIR`

use burn_prep::plan::{Applied, Plan, PlannedFolder};
use burn_prep::source::ImageFolder;
use burn_prep::{Error, Result};

use crate::plan_args::ApplyArgs;
use crate::plan_files::check_exclude;
use crate::progress::Progress;
use crate::{Failure, Outcome, counted, note, print};

pub(crate) fn run(args: &ApplyArgs) -> Result<Outcome, Failure> {
    if let Some(path) = &args.exclude {
        check_exclude(path, &args.plans)?;
    }
    let plans =
        args.plans.iter().map(Plan::read).collect::<Result<Vec<Plan>>>().map_err(Failure::of_usage)?;
    let folder = ImageFolder::open(&args.from).map_err(Failure::of_input)?;
    let limits = args.limits.limits();
    let planned = PlannedFolder::new(&folder, &plans).map_err(Failure::of_usage)?.limits(limits);
    let planned = if args.link { planned.hard_links() } else { planned };
    if let Some(path) = &args.exclude {
        planned.exclusions().write(path).map_err(Failure::of_output)?;
    }
    let Some(to) = &args.to else { return Ok(Outcome::Clean) };
    let mut progress = Progress::new(planned.len(), args.quiet);
    let applied = planned.write(to, |done, total| progress.observe(done, total));
    progress.finish();
    let Some(applied) = applied.map_err(of_both)? else {
        note(&format!("burn-prep: interrupted, {to:?} was not written"));
        return Ok(Outcome::Interrupted);
    };
    let Applied { copied, renamed, converted, dropped, ignored, .. } = applied;
    let linked = if args.link { "linked" } else { "copied" };
    let others = match ignored {
        0 => String::new(),
        _ => {
            let left_out = counted(ignored, "file or folder", "files or folders");
            format!("; left out: {left_out}, as hidden, of the system, or unreadable")
        }
    };
    print(&format!(
        "{} {linked}, {renamed} renamed, {converted} converted to PNG, {dropped} dropped{others}\n",
        counted(copied, "file", "files")
    ))?;
    Ok(Outcome::Clean)
}

/// An argument that makes no sense, or output that cannot be written.
fn of_both(error: Error) -> Failure {
    if error.is_usage() { Failure::of_usage(error) } else { Failure::of_output(error) }
}
