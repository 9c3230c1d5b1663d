//! The files that options name: none is written over another one, or over an image.

use std::fs::File;
use std::path::{Path, PathBuf};

use burn_prep::error::ErrorKind;
use burn_prep::source::{ImageFormat, is_image_file};

use crate::Failure;
use crate::args::ValidateArgs;

/// An option, and the file that it names.
struct Named<'a> {
    option: &'static str,
    path: &'a Path,
    place: PathBuf,
}

/// Refuses options of `validate` by which a file would be written over another one, over one that is read, or over an image, and `-`
/// where it does not stand for standard output.
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
    for (option, path) in written.iter().chain([&cache]) {
        path.map_or(Ok(()), |path| check_output(option, path))?;
    }
    let json = ("--json", check_json(args.folder.json.as_ref())?);
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

/// Refuses `-`, which would be a file of this name, and an image, which the output would take the place of.
pub(crate) fn check_output(option: &str, path: &Path) -> Result<(), Failure> {
    if path.as_os_str() == "-" {
        let expected = "a file, as ./- is: only --json writes to standard output";
        return Err(refusal(option, "-".to_owned(), expected));
    }
    let is_file = std::fs::metadata(path).is_ok_and(|found| found.is_file());
    // Of what cannot be read the name alone tells.
    let is_image = || match File::open(path) {
        Ok(_) => is_image_file(path),
        Err(_) => ImageFormat::from_path(path).is_some(),
    };
    if is_file && is_image() {
        let found = format!("{path:?}, an image, over which it would be written");
        return Err(refusal(option, found, "a name that is free, or that of an earlier output"));
    }
    Ok(())
}

/// The file of `--json`, where it is none of standard output.
pub(crate) fn check_json(path: Option<&PathBuf>) -> Result<Option<&PathBuf>, Failure> {
    let file = path.filter(|path| path.as_os_str() != "-");
    file.map_or(Ok(()), |path| check_output("--json", path))?;
    Ok(file)
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
