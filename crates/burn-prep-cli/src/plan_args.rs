//! The arguments of the commands that make and apply plans.

use std::path::PathBuf;

use crate::args::LimitArgs;

pub(crate) const DEDUP_EXAMPLES: &str = "\
A picture in several splits is kept in the test split, or else in validation, and dropped from the others.
Of several copies in one split the one with the most pixels is kept, of equally large ones the longest file,
then the first by name. Copies in several classes get the action `review`: write keep or drop in its place.

Examples:
  burn-prep validate data --json report.json
  burn-prep dedup report.json --plan plan.csv              then review it, and edit the column action
  burn-prep apply plan.csv --from data --to data_clean     data stays as it is
  burn-prep apply plan.csv --from data --exclude bad.txt   or a list of names for ImageLoader::without
  burn-prep dedup report.json --plan plan.csv --exact      only files of the same bytes or the same pixels";

pub(crate) const FIX_EXAMPLES: &str = "\
Actions in the plan. The first three may be joined, as in upright+rename, and are done in this order:
  upright  store the pixels upright, as PNG with 8 bits per channel
  rgb      store the pixels as 8-bit RGB, transparent ones laid over white, as PNG
  rename   give the file the name in the column name, with the extension of its content
  drop     leave the file out: it cannot be used, is an exact copy, or is of one colour or fully transparent
  review   exact copies in several classes: write keep or drop in its place

Examples:
  burn-prep validate data --json report.json
  burn-prep fix report.json --plan fixes.csv               then review and edit it
  burn-prep apply fixes.csv --from data --to data_fixed    data stays as it is";

pub(crate) const APPLY_EXAMPLES: &str = "\
Files that no plan names are copied as they are. The folder appears whole or not at all; nothing is left of a
run that fails or is interrupted. One that is killed, as by a second Ctrl-C, leaves a folder .burn-prep-*
beside NEWDIR, which can be removed.

Examples:
  burn-prep apply plan.csv --from data --to data_clean
  burn-prep apply plan.csv fixes.csv --from data --to data_clean --link
  burn-prep apply plan.csv --from data --exclude bad.txt   only the names of what is dropped";

#[derive(Debug, clap::Args)]
pub(crate) struct PlanArgs {
    /// A report of `burn-prep validate DIR --json REPORT.json`
    #[arg(value_name = "REPORT.json")]
    pub(crate) report: PathBuf,
    /// Write the plan as CSV to FILE; a file with other contents is not overwritten
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,
    /// The folder that was validated, if it is not where the report says
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DedupArgs {
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// Take only files with the same bytes or the same pixels, no near duplicates
    #[arg(long)]
    pub(crate) exact: bool,
    /// Write the names of the files to drop to FILE, one in each line, before anybody has reviewed the plan
    #[arg(long, value_name = "FILE")]
    pub(crate) exclude: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ApplyArgs {
    /// Plans that `burn-prep dedup` and `burn-prep fix` wrote, reviewed
    #[arg(required = true, value_name = "PLAN.csv")]
    pub(crate) plans: Vec<PathBuf>,
    /// The folder that the plans are for; it is only read
    #[arg(long, value_name = "DIR")]
    pub(crate) from: PathBuf,
    /// The folder to write, which does not exist yet or is empty
    #[arg(long, value_name = "NEWDIR", required_unless_present = "exclude")]
    pub(crate) to: Option<PathBuf>,
    /// Write the names of the files to drop to FILE, one in each line, for a loader that leaves them out
    #[arg(long, value_name = "FILE")]
    pub(crate) exclude: Option<PathBuf>,
    /// Make hard links instead of copies of the files that are not converted: both folders must be on one file system, and a
    /// program that changes a file in place changes it in both
    #[arg(long)]
    pub(crate) link: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Print no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}
