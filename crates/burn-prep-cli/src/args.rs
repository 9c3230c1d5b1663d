//! The arguments of the command.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  burn-prep validate data/train                    look at every file, name what is wrong
  burn-prep validate data --json report.json       the same, with a report for machines
  burn-prep validate data --json - | jq .findings  only the report, on standard output
  burn-prep stats data/train                       mean and std for a normaliser, class counts
  burn-prep devices                                what this build and this machine can compute on

Exit codes: 0 clean, 1 findings, 2 usage, 3 input cannot be read or holds no images,
4 internal error, 130 interrupted";

/// Looks at folders of images before a model does.
#[derive(Debug, Parser)]
#[command(name = "burn-prep", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Name every file of a folder that is broken, misnamed, oversized or of an odd size
    Validate(FolderArgs),
    /// Print mean and deviation of the channels, sizes, formats and classes of a folder
    Stats(FolderArgs),
    /// List the devices that this build and this machine can compute on
    Devices,
}

#[derive(Debug, clap::Args)]
pub(crate) struct FolderArgs {
    /// Folder of images: DIR/class/file, DIR/split/class/file or DIR/file
    pub(crate) dir: PathBuf,
    /// Write the report as JSON to FILE; `-` is standard output, in place of the text
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Refuse images with more pixels than this (default 178956970)
    #[arg(long, value_name = "N")]
    pub(crate) max_pixels: Option<u64>,
    /// Decode on N threads (default: one per core)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
    /// Print no progress
    #[arg(long, short)]
    pub(crate) quiet: bool,
}
