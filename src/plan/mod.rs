//! Plans: lists of files to leave out, rename or convert, which a person reviews before a new folder is written by them.
//! The original files are only read.
//!
//! 1. [`Plan::of_duplicates`] and [`Plan::of_fixes`] make plans from a report of
//!    [`Validator::run`](crate::validate::Validator::run).
//! 2. [`Plan::write`] writes a plan as CSV, a person edits the column `action`, and [`Plan::read`] reads it again.
//! 3. [`PlannedFolder`] checks plans against the folder and writes the new folder. [`Plan::exclusions`] gives the names of the
//!    dropped files to a loader instead, without a new folder.
//!
//! The commands `burn-prep dedup`, `fix` and `apply` do the same. The module needs the features `csv` and `png`.

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
