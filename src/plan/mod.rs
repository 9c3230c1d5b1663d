//! Plans: lists of what a new folder is to leave out, rename or convert, which a person reviews before the folder is
//! written. The original files are only read.
//!
//! [`Plan::of_duplicates`] and [`Plan::of_fixes`] make plans of a report, [`Plan::write`] and [`Plan::read`] keep them
//! as CSV, and [`PlannedFolder`] writes the new folder. [`Plan::exclusions`] is the same for a loader, without a new
//! folder.

mod action;
mod duplicates;
mod files;
mod fixes;
mod last_copies;
mod name;
#[allow(clippy::module_inception)] // the file is named after the type it holds
mod plan;
mod planned_folder;
mod table;
mod work;

pub use action::{Action, Changes};
pub use duplicates::Copies;
pub use plan::{Plan, PlanRow};
pub use planned_folder::{Applied, PlannedFolder};
