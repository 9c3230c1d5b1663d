//! The arguments of the command.

use std::path::PathBuf;

use burn_prep::images::Limits;
use burn_prep::order::Shard;
use burn_prep::source::SplitLevel;
use clap::{Parser, Subcommand, ValueEnum};

use crate::plan_args::{APPLY_EXAMPLES, ApplyArgs, DEDUP_EXAMPLES, DedupArgs, FIX_EXAMPLES, PlanArgs};

const EXAMPLES: &str = "\
Examples:
  burn-prep validate data/train                    check every file, print what is wrong
  burn-prep validate data --html report.html       the same, and write a page for a browser
  burn-prep validate data --json - | jq .findings  only the report, on standard output
  burn-prep config --default > burn-prep.toml      every threshold, with its meaning
  burn-prep explain data/train/cat/1.jpg           all numbers of one picture
  burn-prep dedup report.json --plan plan.csv      list the copies to drop, for review
  burn-prep apply plan.csv --from data --to new    write a new folder without them
  burn-prep stats data/train                       mean and std for a normaliser, class counts
  burn-prep devices                                what this build and this machine can compute on

Exit codes: 0 clean, 1 findings, 2 usage, 3 input cannot be read or holds no images,
4 internal error, 130 interrupted";

const VALIDATE_EXAMPLES: &str = "\
Examples:
  burn-prep validate data --html report.html --csv images.csv
  burn-prep validate data --config burn-prep.toml --fail-on error --max blurry=20 --max near_duplicate=1%
  burn-prep validate data --baseline last_week.json       only what is new makes the exit code 1
  burn-prep validate data --group '/(patient_[0-9]+)_'    no patient may be in two splits
  burn-prep validate data --resize 256 --crop 224         report pictures that are too small for this
  burn-prep validate train --against test                 report pictures of train that test has too
  burn-prep validate train --against test --exclude x.txt list the files that a loader should leave out
  burn-prep validate data --sample 1000                   a first look at a large folder
  burn-prep validate data --cache data.records            again after a change, or after Ctrl-C: reads what is new
  burn-prep validate data --features embeddings.npy       outliers, near duplicates, wrong classes by embeddings
  burn-prep validate data --pred-probs probabilities.npy  wrong classes by a model's probabilities
  burn-prep validate data --all                           a line for each finding
  burn-prep validate data --compat cleanvision --csv issues.csv";

const MERGE_EXAMPLES: &str = "\
Examples:
  burn-prep validate data --shard 0/2 --cache part0    on one machine
  burn-prep validate data --shard 1/2 --cache part1    on another one, of the same files
  burn-prep merge all part0 part1
  burn-prep validate data --cache all --html report.html    reads no picture again";

/// Checks image datasets for machine learning: damaged files, poor pictures, duplicates, leaks between splits, wrong classes.
#[derive(Debug, Parser)]
#[command(name = "burn-prep", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find broken, misnamed, dark, blurry, odd and duplicate images of a folder, leaks between splits, and problems of its classes
    #[command(after_help = VALIDATE_EXAMPLES)]
    Validate(Box<ValidateArgs>),
    /// Combine the files that `validate --shard --cache` wrote for several shards into one
    #[command(after_help = MERGE_EXAMPLES)]
    Merge(MergeArgs),
    /// Write a plan for the duplicates in a report: a CSV file of those to keep and those to drop, for review
    #[command(after_help = DEDUP_EXAMPLES)]
    Dedup(DedupArgs),
    /// Write a plan for the faulty files in a report: a CSV file of those to rename, convert or drop, for review
    #[command(after_help = FIX_EXAMPLES)]
    Fix(PlanArgs),
    /// Write a new folder by reviewed plans of `dedup` and `fix`; the old folder is only read
    #[command(after_help = APPLY_EXAMPLES)]
    Apply(ApplyArgs),
    /// Print every measurement of one image file, and the findings on it
    Explain(ExplainArgs),
    /// Print the thresholds of the checks, as a file for `validate --config`
    Config(ConfigArgs),
    /// Print the JSON Schema of the reports that `--json` writes
    Schema,
    /// Print mean and deviation of the channels, sizes, formats and classes of a folder
    Stats(FolderArgs),
    /// List the devices that this build and this machine can compute on
    Devices,
}

/// What is too large to be decoded.
#[derive(Debug, clap::Args)]
pub(crate) struct LimitArgs {
    /// Refuse images with more pixels than this (default 178956970)
    #[arg(long, value_name = "N")]
    pub(crate) max_pixels: Option<u64>,
    /// Refuse images with a longer side than this (default 50000)
    #[arg(long, value_name = "N")]
    pub(crate) max_side: Option<u64>,
}

impl LimitArgs {
    pub(crate) fn limits(&self) -> Limits {
        let limits = self.max_pixels.map_or_else(Limits::new, |pixels| Limits::new().max_pixels(pixels));
        self.max_side.map_or(limits, |side| limits.max_side(side))
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct FolderArgs {
    /// Folder of images: DIR/class/file, DIR/split/class/file or DIR/file
    pub(crate) dir: PathBuf,
    /// Write the report as JSON to FILE; `-` is standard output, in place of the text
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    /// Whether the folders directly in DIR are splits, and those below them classes: `auto` takes them for splits if all that hold
    /// images are called train, val, test or the like, such as train2017. OTHER datasets are read by `auto`
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t)]
    pub(crate) splits: Splits,
    /// Decode on N threads, up to 1024 (default: one per core)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// Print no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
    /// Write an HTML page for a browser to FILE; it needs no other files and no network
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write a row for each image as CSV to FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Write the same rows as Parquet to FILE, for pandas, polars or DuckDB
    #[arg(long, value_name = "FILE")]
    pub(crate) parquet: Option<PathBuf>,
    /// Write the findings as JUnit XML to FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Write the findings as SARIF to FILE
    #[arg(long, value_name = "FILE")]
    pub(crate) sarif: Option<PathBuf>,
    /// Print the findings as annotations of GitHub's workflows on standard error
    #[arg(long)]
    pub(crate) github: bool,
    /// Read thresholds, waivers, `fail_on` and `max` from a TOML file; see `burn-prep config --default`
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Exit with code 1 if there is a finding of this severity or a more severe one (default: warning)
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    /// Exit with code 1 if a check has findings on more than N files; up to N do not change the exit code. N is a number, or a
    /// share of the images such as 2%; may be repeated
    #[arg(long, value_name = "CHECK=N")]
    pub(crate) max: Vec<String>,
    /// Leave out findings that an earlier report, written with --json, already has
    #[arg(long, value_name = "REPORT.json")]
    pub(crate) baseline: Option<PathBuf>,
    /// Report groups, such as patients, that are in several splits; a file's group is what the first parentheses of this
    /// regular expression match in its path, or the whole match without parentheses
    #[arg(long, value_name = "REGEX")]
    pub(crate) group: Option<regex::Regex>,
    /// Report the pictures that another dataset has too, or nearly the same. OTHER is a folder of images, or a file that an
    /// earlier `validate OTHER --cache FILE` wrote; may be repeated
    #[arg(long, value_name = "OTHER")]
    pub(crate) against: Vec<PathBuf>,
    /// Write the names of the files to leave out of training to FILE, one in each line: files that cannot be used, pictures of
    /// the training split that are in another split too, and pictures that a dataset of --against has. Only a run over all files
    /// knows them: nothing is written after Ctrl-C. What --baseline knows is written too, what is waived is not
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sample", "shard"])]
    pub(crate) exclude: Option<PathBuf>,
    /// Find outliers, near duplicates and wrong classes by features of the images, such as the embeddings of a network: an .npy file of
    /// shape [files, columns] and of dtype f16, f32 or f64. Row i belongs to file i of the sorted listing, which includes files that
    /// cannot be read: the order of the rows that --csv writes without --sample and --shard
    #[arg(long, value_name = "FILE.npy")]
    pub(crate) features: Option<PathBuf>,
    /// Find wrong classes by the probabilities that a model gives to the classes: an .npy file of shape [files, classes] and of dtype
    /// f16, f32 or f64, with rows as for --features and columns in the order of the names of the classes. A row of NaN
    /// belongs to a file without a prediction. Use models that did not see the file in training, as in cross-validation
    #[arg(long, value_name = "FILE.npy")]
    pub(crate) pred_probs: Option<PathBuf>,
    /// Keep the measurements in FILE, one FILE for each DIR: later runs read only files that changed, and a run that was stopped or
    /// killed continues where it ended. Measurements of files that are gone do not count any more
    #[arg(long, value_name = "FILE", visible_alias = "resume")]
    pub(crate) cache: Option<PathBuf>,
    /// Check only part I of N, counted from 0, so that N machines share the work; each writes its measurements to its --cache
    /// file, and `burn-prep merge` combines those files
    #[arg(long, value_name = "I/N", requires = "cache", value_parser = shard)]
    pub(crate) shard: Option<Shard>,
    /// Report pictures that are enlarged by more than the threshold `upscaling` when training resizes the shorter side to N pixels,
    /// or that cannot be resized so
    #[arg(long, value_name = "N")]
    pub(crate) resize: Option<std::num::NonZeroU32>,
    /// Report pictures that are too small for a center crop of N by N pixels, after --resize where it is given
    #[arg(long, value_name = "N")]
    pub(crate) crop: Option<std::num::NonZeroU32>,
    /// Check only N files, drawn at random; the same files each time
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<std::num::NonZeroUsize>,
    /// Print a line for each finding, in place of the summary
    #[arg(long)]
    pub(crate) all: bool,
    /// Compute the scores of another program, under its names and with its thresholds, instead of the checks; --csv and --json
    /// write its tables
    #[arg(long, value_name = "PROGRAM", conflicts_with_all = NOT_COMPATIBLE)]
    pub(crate) compat: Option<Compat>,
}

/// The options that concern the checks.
const NOT_COMPATIBLE: [&str; 20] = [
    "html",
    "parquet",
    "junit",
    "sarif",
    "github",
    "config",
    "fail_on",
    "max",
    "baseline",
    "group",
    "against",
    "exclude",
    "features",
    "pred_probs",
    "cache",
    "shard",
    "resize",
    "crop",
    "sample",
    "all",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Splits {
    /// By their names
    #[default]
    Auto,
    /// DIR/split/class/file
    Present,
    /// DIR/class/file
    Absent,
}

impl Splits {
    pub(crate) fn level(self) -> SplitLevel {
        match self {
            Self::Auto => SplitLevel::Auto,
            Self::Present => SplitLevel::Present,
            Self::Absent => SplitLevel::Absent,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compat {
    /// cleanvision 0.3.7
    Cleanvision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FailOn {
    Error,
    Warning,
    Never,
}

/// `I/N`
fn shard(text: &str) -> Result<Shard, String> {
    let numbers =
        text.split_once('/').and_then(|(rank, ranks)| Some((rank.parse().ok()?, ranks.parse().ok()?)));
    let (rank, ranks) = numbers.ok_or("expected I/N, such as 0/4")?;
    Shard::new(rank, ranks).map_err(|error| error.to_string())
}

#[derive(Debug, clap::Args)]
pub(crate) struct MergeArgs {
    /// The file of measurements to write; measurements that it has already stay in it
    pub(crate) into: PathBuf,
    /// The files that --cache wrote for the shards
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// An image file
    pub(crate) file: PathBuf,
    /// Read thresholds from a TOML file, as `validate --config` does
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArgs {
    /// Print the defaults
    #[arg(long, required = true)]
    pub(crate) default: bool,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;

    /// An option that `--compat` neither heeds nor refuses would be ignored in silence.
    #[test]
    fn compat_heeds_or_refuses_every_option() {
        let command = Args::command();
        let validate = command.find_subcommand("validate").unwrap();
        let all = validate.get_arguments().map(|argument| argument.get_id().as_str());
        let heeded =
            ["dir", "json", "max_pixels", "max_side", "splits", "threads", "quiet", "csv", "compat", "help"];
        let expected: BTreeSet<&str> = all.filter(|name| !heeded.contains(name)).collect();
        assert_eq!(BTreeSet::from(NOT_COMPATIBLE), expected);
    }
}
