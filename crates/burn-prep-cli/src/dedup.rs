//! `burn-prep dedup REPORT.json --plan FILE`

use burn_prep::plan::{Action, Copies, Plan};

use crate::plan_args::DedupArgs;
use crate::plan_files::{check_exclude, inputs, left, write_plan};
use crate::{Failure, Outcome, counted, print};

pub(crate) fn run(args: &DedupArgs) -> Result<Outcome, Failure> {
    if let Some(path) = &args.exclude {
        check_exclude(path, &[args.plan.report.clone(), args.plan.plan.clone()])?;
    }
    let (report, folder) = inputs(&args.plan)?;
    let copies = if args.exact { Copies::Exact } else { Copies::All };
    let plan = Plan::of_duplicates(&report, &folder, copies).map_err(Failure::of_file)?;
    write_plan(&plan, &args.plan.plan)?;
    if let Some(path) = &args.exclude {
        plan.exclusions().write(path).map_err(Failure::of_output)?;
    }
    let groups = plan.rows().iter().filter_map(|row| row.cluster).max().unwrap_or(0);
    let groups = counted(groups, "group of copies", "groups of copies");
    let kept = counted(plan.count(Action::Keep), "file to keep", "files to keep");
    print(&format!("{groups}: {kept}, {}", left(&plan, &args.plan, &folder)))?;
    Ok(Outcome::Clean)
}
