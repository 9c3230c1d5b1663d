//! The files that the options of `validate` name: none is written over another one.

use std::path::{Path, PathBuf};

use burn_prep::error::ErrorKind;

use crate::Failure;
use crate::args::ValidateArgs;

/// An option, and the file that it names.
struct Named<'a> {
    option: &'static str,
    path: &'a Path,
    place: PathBuf,
}

/// Refuses options by which a file would be written over another one, or over one that is read, and `-` where it does not stand
/// for standard output.
pub(crate) fn check(args: &ValidateArgs) -> Result<(), Failure> {
    let cache = ("--cache", args.cache.as_ref());
    let written = [
        ("--html", args.html.as_ref()),
        ("--csv", args.csv.as_ref()),
        ("--parquet", args.parquet.as_ref()),
        ("--junit", args.junit.as_ref()),
        ("--sarif", args.sarif.as_ref()),
        ("--exclude", args.exclude.as_ref()),
    ];
    let is_dash = |path: &PathBuf| path.as_os_str() == "-";
    if let Some((option, _)) = written.iter().chain([&cache]).find(|(_, path)| path.is_some_and(is_dash)) {
        let expected = "a file, as ./- is: only --json writes to standard output";
        return Err(refusal(option, "-".to_owned(), expected));
    }
    let json = ("--json", args.folder.json.as_ref().filter(|path| !is_dash(path)));
    let read = [
        ("--config", args.config.as_ref()),
        ("--baseline", args.baseline.as_ref()),
        ("--features", args.features.as_ref()),
        ("--pred-probs", args.pred_probs.as_ref()),
        cache,
    ];
    let others = args.against.iter().map(|path| ("--against", Some(path)));
    let (written, read) = (named([json].into_iter().chain(written)), named(read.into_iter().chain(others)));
    for (at, Named { option, path, place }) in written.iter().enumerate() {
        let mut others = written.iter().take(at).chain(&read);
        if let Some(other) = others.find(|other| other.place == *place) {
            let found = format!("{path:?}, the file of {}", other.option);
            return Err(refusal(option, found, "a file of its own"));
        }
    }
    Ok(())
}

fn refusal(option: &str, found: String, expected: &'static str) -> Failure {
    Failure::of_usage(ErrorKind::Parameter { name: option.to_owned(), found, expected }.into())
}

/// The options that are given, without those that name a device, a pipe or a folder: no file takes the place of these.
fn named<'a>(options: impl Iterator<Item = (&'static str, Option<&'a PathBuf>)>) -> Vec<Named<'a>> {
    let is_other = |path: &Path| std::fs::metadata(path).is_ok_and(|found| !found.is_file());
    let given = options.filter_map(|(option, path)| Some((option, path?.as_path())));
    let files = given.filter(|(_, path)| !is_other(path));
    files.map(|(option, path)| Named { option, path, place: place(path) }).collect()
}

/// One path for all paths of a file, whether it is there or not.
pub(crate) fn place(path: &Path) -> PathBuf {
    resolved(path).or_else(|| std::path::absolute(path).ok()).unwrap_or_else(|| path.to_owned())
}

/// The path without links, of which the last parts need not be there.
fn resolved(path: &Path) -> Option<PathBuf> {
    if let Ok(found) = path.canonicalize() {
        return Some(found);
    }
    let name = path.file_name()?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    Some(resolved(parent.unwrap_or(Path::new(".")))?.join(name))
}
