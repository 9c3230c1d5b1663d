//! Copies of which one plan keeps a file that another plan drops.

use std::collections::HashMap;

use crate::error::{Result, printed};
use crate::plan::{Action, Plan, PlanRow};
use crate::report::Check;

/// Refuses plans that leave no file of a group of copies, where one of them keeps a file of the group that another drops because
/// it is a copy: as where two plans of the same duplicates are applied of which one was edited.
pub(super) fn check_last_copies(plans: &[Plan], orders: &HashMap<String, (&Plan, &PlanRow)>) -> Result<()> {
    for plan in plans {
        let mut groups: HashMap<usize, Group<'_>> = HashMap::new();
        for row in &plan.rows {
            let Some(cluster) = row.cluster else { continue };
            let Some(&(other, order)) = orders.get(&row.file) else { continue };
            let group = groups.entry(cluster).or_default();
            let is_dropped = order.action == Action::Drop;
            group.has_file |= !is_dropped;
            if is_dropped && row.action != Action::Drop && is_for_copies(order) {
                group.lost = group.lost.or(Some((row, other, order)));
            }
        }
        let lost = groups.into_values().filter(|group| !group.has_file).filter_map(|group| group.lost);
        if let Some((row, other, order)) = lost.min_by_key(|(row, ..)| row.number) {
            let path = other.path.as_ref().map_or_else(String::new, |path| printed(path.as_os_str()));
            let dropped = format!("row {} of {path:?} drops it as a copy", order.number);
            let advice = "so that no copy of it is left; write keep there";
            return Err(plan.fault(row, format!("it is kept here, but {dropped}, {advice}")));
        }
    }
    Ok(())
}

/// Files that one plan holds for copies.
#[derive(Default)]
struct Group<'a> {
    /// Whether the new folder has one of them.
    has_file: bool,
    /// The first row that keeps one, with the plan and the row that drop it.
    lost: Option<(&'a PlanRow, &'a Plan, &'a PlanRow)>,
}

/// Whether a file is dropped for nothing else than other files.
fn is_for_copies(row: &PlanRow) -> bool {
    let is_copy =
        |check: &Check| matches!(check, Check::ExactDuplicate | Check::NearDuplicate | Check::SplitLeak);
    !row.checks.is_empty() && row.checks.iter().all(is_copy)
}
