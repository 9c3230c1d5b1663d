//! Copies of which one plan keeps a file that another plan drops.

use std::collections::{HashMap, HashSet};

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
            let dropped = format!("row {} of {:?} drops it as a copy", order.number, path_of(other));
            let advice = "so that no copy of it is left; write keep there";
            return Err(plan.fault(row, format!("it is kept here, but {dropped}, {advice}")));
        }
        check_removed_rows(plan, orders)?;
    }
    Ok(())
}

/// Refuses a plan with a group of copies of which no row keeps a file, where another plan drops a copy that this one does not list:
/// it may be the one of the group that was to be kept, and whose row was removed. A file without any row is copied.
fn check_removed_rows(plan: &Plan, orders: &HashMap<String, (&Plan, &PlanRow)>) -> Result<()> {
    let listed: HashSet<&str> = plan.rows.iter().map(|row| row.file.as_str()).collect();
    let is_unlisted_copy = |row: &PlanRow| {
        row.action == Action::Drop && is_for_copies(row) && !listed.contains(row.file.as_str())
    };
    let unlisted = orders.values().copied().filter(|(_, order)| is_unlisted_copy(order));
    let Some((other, order)) = unlisted.min_by(|a, b| a.1.file.cmp(&b.1.file)) else { return Ok(()) };
    let keeping = plan.rows.iter().filter(|row| row.action != Action::Drop);
    let kept: HashSet<usize> = keeping.filter_map(|row| row.cluster).collect();
    for row in &plan.rows {
        if let Some(cluster) = row.cluster.filter(|cluster| !kept.contains(cluster)) {
            let reason = format!(
                "no row of cluster {cluster} keeps a file, and row {} of {:?} drops {:?} as a copy, which may be the one to keep; \
                 put the row that says keep back, or empty the cell cluster in these rows if all of the cluster are to go",
                order.number,
                path_of(other),
                order.file
            );
            return Err(plan.fault(row, reason));
        }
    }
    Ok(())
}

/// The file of a plan, as errors name it.
fn path_of(plan: &Plan) -> String {
    plan.path.as_ref().map_or_else(String::new, |path| printed(path.as_os_str()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn row(file: &str, action: Action, cluster: Option<usize>) -> PlanRow {
        let checks = vec![Check::ExactDuplicate];
        PlanRow { cluster, checks, ..PlanRow::new(file, action, String::new()) }
    }

    fn fault(plans: &[Plan]) -> Option<String> {
        let mut orders: HashMap<String, (&Plan, &PlanRow)> = HashMap::new();
        for plan in plans {
            orders.extend(plan.rows.iter().map(|row| (row.file.clone(), (plan, row))));
        }
        check_last_copies(plans, &orders).err().map(|error| error.to_string())
    }

    /// Only together they leave nothing: a file without a row is copied.
    #[test]
    fn the_row_of_the_kept_copy_is_missed_where_another_plan_may_drop_it() {
        let removed = |cluster| Plan::new(vec![row("b", Action::Drop, cluster)]);
        let fixes = || Plan::new(vec![row("a", Action::Drop, None)]);
        let found = fault(&[removed(Some(7)), fixes()]).unwrap();
        let expected =
            "row 2 (\"b\"): no row of cluster 7 keeps a file, and row 2 of \"\" drops \"a\" as a copy";
        assert!(found.contains(expected), "{found}");
        assert_eq!(fault(&[fixes(), removed(Some(7))]), Some(found));
        assert_eq!((fault(&[removed(Some(7))]), fault(&[removed(None), fixes()])), (None, None));
        let other = vec![row("b", Action::Drop, Some(7)), row("c", Action::Keep, Some(7))];
        assert_eq!(fault(&[Plan::new(other), fixes()]), None);
    }
}
