//! `burn-prep fix REPORT.json --plan FILE`

use burn_prep::plan::{Action, Plan};

use crate::dedup::{inputs, left};
use crate::plan_args::PlanArgs;
use crate::{Failure, Outcome, print};

pub(crate) fn run(args: &PlanArgs) -> Result<Outcome, Failure> {
    let (report, folder) = inputs(args)?;
    let plan = Plan::of_fixes(&report, &folder).map_err(Failure::of_usage)?;
    plan.write(&args.plan).map_err(Failure::of_output)?;
    let changed = plan.rows().iter().filter(|row| matches!(row.action, Action::Change(_))).count();
    print(&format!("{changed} files to change, {}", left(&plan, args, &folder)))?;
    Ok(Outcome::Clean)
}
