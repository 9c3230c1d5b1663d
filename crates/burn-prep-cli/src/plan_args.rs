//! The arguments of the commands that make and apply plans.

use std::path::PathBuf;

pub(crate) const DEDUP_EXAMPLES: &str = "\
A picture that is in several splits is dropped from training first, then from validation. Of several in one
split the one of most pixels is kept, of those the longest file, then the first name. Copies in several
classes are rows to `review`: write keep or drop in their place.

Examples:
  burn-prep validate data --json report.json
  burn-prep dedup report.json --plan plan.csv              look through it, edit the column action
  burn-prep apply plan.csv --from data --to data_clean     data stays as it is
  burn-prep apply plan.csv --from data --exclude bad.txt   or a list for a loader, Exclusions::read
  burn-prep dedup report.json --plan plan.csv --exact      only files of the same bytes or the same pixels";

pub(crate) const FIX_EXAMPLES: &str = "\
Actions, in the order in which they are done where a row has several, as in upright+rename:
  upright  the pixels are stored upright, as PNG of 8 bits per channel
  rgb      the pixels are stored as 8-bit RGB, transparent ones over white, as PNG
  rename   the file gets the extension of its content
  drop     files that cannot be used, all but one of exact copies, pictures where nothing is to be seen

Examples:
  burn-prep validate data --json report.json
  burn-prep fix report.json --plan fixes.csv               look through it, edit it
  burn-prep apply fixes.csv --from data --to data_fixed    data stays as it is";

pub(crate) const APPLY_EXAMPLES: &str = "\
The folder appears whole or not at all; nothing is left of a run that fails or is interrupted. One that is
killed, as by a second Ctrl-C, leaves a folder .burn-prep-* beside NEWDIR, which can be removed.

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
    /// The folder that was validated, where it is not where the report says
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DedupArgs {
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// Leave pictures alone that are only nearly the same
    #[arg(long)]
    pub(crate) exact: bool,
    /// Write the names of the files to drop, one in each line, to FILE: a suggestion, before anybody has looked at it
    #[arg(long, value_name = "FILE")]
    pub(crate) exclude: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ApplyArgs {
    /// Plans of `burn-prep dedup` and `burn-prep fix`
    #[arg(required = true, value_name = "PLAN.csv")]
    pub(crate) plans: Vec<PathBuf>,
    /// The folder that the plans are for; it is only read
    #[arg(long, value_name = "DIR")]
    pub(crate) from: PathBuf,
    /// The folder to write, which does not exist yet or is empty
    #[arg(long, value_name = "NEWDIR", required_unless_present = "exclude")]
    pub(crate) to: Option<PathBuf>,
    /// Write the names of the files to drop, one in each line, to FILE, as a loader reads it
    #[arg(long, value_name = "FILE")]
    pub(crate) exclude: Option<PathBuf>,
    /// Make hard links in place of copies, of files that stay as they are: both folders must be on one file system, and a
    /// program that changes a file in place changes it in both
    #[arg(long)]
    pub(crate) link: bool,
    /// Refuse to convert images with more pixels than this (default 178956970)
    #[arg(long, value_name = "N")]
    pub(crate) max_pixels: Option<u64>,
    /// Print no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}
