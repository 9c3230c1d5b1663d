//! `burn-prep validate DIR --against OTHER`

use std::path::{Path, PathBuf};

use burn_prep::Error;
use burn_prep::error::ErrorKind;
use burn_prep::source::ImageFolder;
use burn_prep::validate::{OtherDataset, Validator, read_records};

use crate::args::{FolderArgs, ValidateArgs};
use crate::folder::observed;
use crate::{Failure, Outcome, note};

/// The datasets with which the folder is compared: folders are read, with progress, and so are files of records.
pub(crate) fn others_of(args: &ValidateArgs) -> Result<Vec<OtherDataset>, Failure> {
    check_paths(args)?;
    args.against.iter().map(|path| other_of(path, &args.folder)).collect()
}

/// Refuses a comparison with the folder itself, with a part of it, or with the same dataset twice.
fn check_paths(args: &ValidateArgs) -> Result<(), Failure> {
    if args.against.is_empty() {
        return Ok(());
    }
    let canonical = |path: &Path| {
        path.canonicalize().map_err(|error| Failure::of_input(Error::from(error).at_path(path)))
    };
    let dir = canonical(&args.folder.dir)?;
    let cache = args.cache.as_ref().and_then(|path| path.canonicalize().ok());
    let mut seen: Vec<PathBuf> = Vec::new();
    for path in &args.against {
        let found = canonical(path)?;
        let expected = if found.is_dir() && (found.starts_with(&dir) || dir.starts_with(&found)) {
            "a folder that neither is nor holds the one that is validated, and does not lie in it"
        } else if cache.as_ref() == Some(&found) {
            "the records of another dataset than those of --cache"
        } else if seen.contains(&found) {
            "each dataset once"
        } else {
            seen.push(found);
            continue;
        };
        let found = path.display().to_string();
        let wrong = ErrorKind::Parameter { name: "--against".to_owned(), found, expected };
        return Err(Failure::of_usage(wrong.into()));
    }
    Ok(())
}

fn other_of(path: &Path, args: &FolderArgs) -> Result<OtherDataset, Failure> {
    let name = path.display().to_string();
    let other = if path.is_dir() {
        let folder = ImageFolder::open(path).map_err(Failure::of_input)?;
        let validator = Validator::new(folder.clone()).limits(args.limits.limits());
        let validation = observed(&validator, args).map_err(Failure::of_input)?;
        if validation.report.interrupted {
            let error = Error::from(std::io::Error::from(std::io::ErrorKind::Interrupted)).at_path(path);
            return Err(Failure { error, outcome: Outcome::Interrupted });
        }
        OtherDataset::new(name, validation.records).source(folder)
    } else {
        let records = read_records(path).map_err(Failure::of_file)?;
        OtherDataset::new(name, records)
    };
    let (all, unusable) = (other.records().len(), other.unusable());
    if all == unusable {
        let empty = Error::from(ErrorKind::Empty { what: "list of usable images" });
        return Err(Failure::of_input(empty.at_path(path)));
    }
    let name = path.display().to_string();
    let name = name.escape_debug();
    if !path.is_dir() {
        note(&format!("burn-prep: {name} has records of {all} files; a run that was stopped kept no others"));
    }
    if unusable > 0 {
        note(&format!("burn-prep: {name}: {unusable} of {all} files cannot be used and are not compared"));
    }
    Ok(other)
}
