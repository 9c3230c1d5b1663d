//! `burn-prep fix REPORT.json --plan FILE`

use burn_prep::plan::{Action, Plan};

use crate::plan_args::PlanArgs;
use crate::plan_files::{inputs, left, write_plan};
use crate::{Failure, Outcome, counted, print};

pub(crate) fn run(args: &PlanArgs) -> Result<Outcome, Failure> {
    let (report, folder) = inputs(args)?;
    let plan = Plan::of_fixes(&report, &folder).map_err(Failure::of_file)?;
    write_plan(&plan, &args.plan)?;
    let changed = plan.rows().iter().filter(|row| matches!(row.action, Action::Change(_))).count();
    let changed = counted(changed, "file to change", "files to change");
    print(&format!("{changed}, {}", left(&plan, args, &folder)))?;
    Ok(Outcome::Clean)
}
