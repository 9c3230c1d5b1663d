//! What becomes of each file of a folder.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result, printed};
use crate::images::{Alpha, ColorMode, Decoder, Limits};
use crate::plan::last_copies::check_last_copies;
use crate::plan::name::{split_folder, stays_below};
use crate::plan::{Action, Plan, PlanRow};
use crate::source::{IgnoreReason, ImageFolder, ImageFormat, read_file};

/// A file on its way into the new folder.
#[derive(Debug)]
pub(super) struct Work {
    /// Where the file is.
    from: PathBuf,
    /// Where it goes, below the new folder.
    to: PathBuf,
    pub(super) way: Way,
    pub(super) is_renamed: bool,
}

/// How a file comes into the new folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Byte for byte.
    Copy,
    /// Decoded, and written as PNG.
    Convert {
        /// In RGB, whatever it was.
        to_rgb: bool,
    },
}

/// What is wrong with a name.
const LEAVES: &str = "is no name below the folder, with / between the parts and without ..";

/// The work of all files that are not dropped, in the order of the folder, and the names of those that are.
pub(super) fn work_of(folder: &ImageFolder, plans: &[Plan]) -> Result<(Vec<Work>, Vec<String>)> {
    let entries = entries_of(folder);
    let orders = orders_of(folder, &entries, plans)?;
    check_last_copies(plans, &orders)?;
    let (mut works, mut dropped) = (Vec::with_capacity(entries.len()), Vec::new());
    let mut targets: HashMap<PathBuf, Option<(&Plan, &PlanRow)>> = HashMap::new();
    for entry in entries {
        let mut work = Work { from: entry.path, to: entry.below, way: Way::Copy, is_renamed: false };
        let order = orders.get(&entry.name).copied();
        if let Some((plan, row)) = order {
            match row.action {
                Action::Drop => {
                    dropped.push(entry.name);
                    continue;
                }
                Action::Change(_) => work.change(plan, row)?,
                Action::Keep | Action::Review => {}
            }
        }
        let other = targets.insert(work.to.clone(), order).flatten();
        // Names are unique in the folder, so that at least one of the two has a row.
        if targets.len() == works.len() {
            let reason = format!("two files would have the name {:?}", work.to);
            let fault = order.or(other).map(|(plan, row)| plan.fault(row, &reason));
            return Err(fault.unwrap_or_else(|| ErrorKind::Invalid { what: "plan", reason }.into()));
        }
        works.push(work);
    }
    Ok((works, dropped))
}

/// A file of the folder.
struct Entry {
    /// As reports name it.
    name: String,
    path: PathBuf,
    below: PathBuf,
}

/// The images, and the files that are none: what the system made, and what is hidden, is no part of a dataset.
fn entries_of(folder: &ImageFolder) -> Vec<Entry> {
    let below = |path: &Path| path.strip_prefix(folder.root()).unwrap_or(path).to_owned();
    let images = folder.samples().iter().filter_map(|sample| {
        let path = sample.path.clone()?;
        Some(Entry { name: sample.uri.clone(), below: below(&path), path })
    });
    let others = folder.ignored().iter().filter(|ignored| ignored.reason == IgnoreReason::NotAnImage);
    let others = others.map(|ignored| {
        let below = below(&ignored.path);
        let parts: Vec<String> = below.iter().map(printed).collect();
        Entry { name: parts.join("/"), path: ignored.path.clone(), below }
    });
    images.chain(others).collect()
}

/// The row of each file that a plan names. Of two plans that name a file the one that drops or changes it is followed.
fn orders_of<'a>(
    folder: &ImageFolder,
    entries: &[Entry],
    plans: &'a [Plan],
) -> Result<HashMap<String, (&'a Plan, &'a PlanRow)>> {
    let mut named_so: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in entries {
        named_so.entry(&entry.name).or_default().push(entry);
    }
    let mut orders: HashMap<String, (&Plan, &PlanRow)> = HashMap::new();
    for plan in plans {
        let mut named: HashMap<&str, usize> = HashMap::new();
        for row in &plan.rows {
            if !stays_below(&row.file) {
                return Err(plan.fault(row, format!("the file {LEAVES}")));
            }
            match named_so.get(row.file.as_str()).map(Vec::as_slice) {
                Some([entry]) => check_length(plan, row, entry)?,
                Some(_) => return Err(plan.fault(row, "several files are printed under this name")),
                None => {
                    let root = printed(folder.root().as_os_str());
                    return Err(plan.fault(row, format!("there is no such file in {root:?}")));
                }
            }
            if let Some(other) = named.insert(&row.file, row.number) {
                return Err(plan.fault(row, format!("row {other} has the same file; remove one of them")));
            }
            let followed = match orders.get(&row.file) {
                None => true,
                Some((_, other)) => match (other.action, row.action) {
                    (Action::Drop, _) | (_, Action::Keep) => false,
                    (Action::Change(_), Action::Change(_))
                        if (other.action, &other.name) != (row.action, &row.name) =>
                    {
                        return Err(plan.fault(row, "another plan changes the file in another way"));
                    }
                    _ => true,
                },
            };
            if followed {
                orders.insert(row.file.clone(), (plan, row));
            }
        }
        let open = plan.count(Action::Review);
        if let Some(first) = plan.rows.iter().find(|row| row.action == Action::Review) {
            let found = match open {
                1 => "the row says review".to_owned(),
                _ => format!("{open} rows say review, this is the first"),
            };
            return Err(plan.fault(first, format!("{found}: write keep or drop in place of it")));
        }
    }
    Ok(orders)
}

/// Refuses a row of a file that was of another length when the plan was made: what was found of it is not known to hold now.
fn check_length(plan: &Plan, row: &PlanRow, entry: &Entry) -> Result<()> {
    let Some(expected) = row.bytes else { return Ok(()) };
    let found =
        std::fs::metadata(&entry.path).map_err(|error| Error::from(error).at_path(&entry.path))?.len();
    if found == expected {
        return Ok(());
    }
    let reason = format!(
        "the file has {found} bytes, expected {expected}: it has changed since the plan was made (make it again)"
    );
    Err(plan.fault(row, reason))
}

impl Work {
    /// Adds the changes of a row.
    fn change(&mut self, plan: &Plan, row: &PlanRow) -> Result<()> {
        let Action::Change(changes) = row.action else { return Ok(()) };
        let name = row.name.as_deref().unwrap_or(&row.file);
        if !stays_below(name) {
            return Err(plan.fault(row, format!("the new name {name:?} {LEAVES}")));
        }
        if changes.rename && row.name.is_none() {
            return Err(plan.fault(row, "the action is rename, and the column name is empty"));
        }
        if changes.writes_pixels() {
            if ImageFormat::from_path(Path::new(name)) != Some(ImageFormat::Png) {
                let reason = format!("the new name is {name:?}, expected .png, as which pixels are written");
                return Err(plan.fault(row, reason));
            }
            self.way = Way::Convert { to_rgb: changes.rgb };
        }
        self.is_renamed = name != row.file;
        if self.is_renamed {
            let ((old_folder, _), (new_folder, own)) = (split_folder(&row.file), split_folder(name));
            // Names of directories may have bytes that are no text.
            let is_near = old_folder == new_folder;
            self.to = if is_near { self.to.with_file_name(own) } else { PathBuf::from(name) };
        }
        Ok(())
    }

    /// Puts the file into the new folder, never over another one.
    pub(super) fn run(&self, new: &Path, limits: Limits, link: bool) -> Result<()> {
        let to = new.join(&self.to);
        let put = || -> Result<()> {
            if let Some(parent) = to.parent() {
                std::fs::create_dir_all(parent)?;
            }
            match self.way {
                // A symbolic link is followed.
                Way::Copy if link => std::fs::hard_link(self.from.canonicalize()?, &to)?,
                Way::Copy => {
                    // The name is taken first: a copy would replace what is there.
                    File::create_new(&to)?;
                    std::fs::copy(&self.from, &to)?;
                }
                Way::Convert { to_rgb } => {
                    let png = png_of(&self.from, limits, to_rgb)?;
                    File::create_new(&to)?.write_all(&png)?;
                }
            }
            Ok(())
        };
        put().map_err(|error| self.explained(error).at_path(&self.from))
    }

    /// What the system's words do not tell.
    fn explained(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::Io(found) if found.kind() == io::ErrorKind::AlreadyExists => {
                let found = format!("{:?}, which is taken in the new folder", self.to);
                let expected = "a name of its own, also where the case of letters does not count";
                Error::parameter("the new name", found, expected)
            }
            ErrorKind::Io(found) if found.kind() == io::ErrorKind::CrossesDevices => {
                let expected = "a folder on the same file system, as hard links need it; or copies";
                Error::parameter("the new folder", "on another file system", expected)
            }
            _ => error,
        }
    }
}

/// The picture as a PNG file, upright, with 8 bits per channel; with its transparency, also that of a palette, unless in RGB.
fn png_of(path: &Path, limits: Limits, to_rgb: bool) -> Result<Vec<u8>> {
    let decoder = Decoder::rgb8().limits(limits);
    let bytes = read_file(path, decoder.file_limit())?;
    let color = decoder.probe(&bytes)?.color;
    let mode = match color.trim_end_matches(|c: char| c.is_ascii_digit() || c == 'F') {
        _ if to_rgb => ColorMode::Rgb,
        "L" => ColorMode::L,
        "La" => ColorMode::La,
        "Rgba" => ColorMode::Rgba,
        _ => ColorMode::Rgb,
    };
    let decoder = Decoder::new(mode).limits(limits).alpha(Alpha::Over([255; 3]));
    match decoder.decode_with_alpha(path, &bytes)? {
        (_, Some(transparent)) if !to_rgb && mode != ColorMode::La => transparent.to_png(),
        (decoded, _) => decoded.image.to_png(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{Image, ImageSize};

    #[test]
    fn transparency_stays_where_colors_are_not_converted() {
        let wild = "tests/golden/wild/files/09-png-palette__c__";
        let color = |name: &str, to_rgb| {
            let png = png_of(Path::new(name), Limits::new(), to_rgb).unwrap();
            Decoder::rgb8().probe(&png).unwrap().color
        };
        assert_eq!(color(&format!("{wild}pal8_trns.png"), false), "Rgba8");
        assert_eq!(color(&format!("{wild}gray4_trns.png"), false), "Rgba8");
        assert_eq!(color(&format!("{wild}pal8_trns.png"), true), "Rgb8");
        assert_eq!(color("assets/hostile/palette.png", false), "Rgb8");
        assert_eq!(color("assets/hostile/gray16.png", false), "L8");
    }

    /// On some systems `A.png` and `a.png` are one file; plans cannot see that.
    #[test]
    fn no_file_is_written_over_another_one() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a.png"), folder.path().join("b.png"));
        let image = Image::new(ImageSize::square(1), ColorMode::L, vec![7]).unwrap();
        image.write_png(&a).unwrap();
        std::fs::copy(&a, &b).unwrap();
        let new = folder.path().join("new");
        let work =
            |from: &Path, way| Work { from: from.to_owned(), to: "x.png".into(), way, is_renamed: true };
        work(&a, Way::Copy).run(&new, Limits::new(), false).unwrap();
        for (way, link) in [(Way::Copy, false), (Way::Copy, true), (Way::Convert { to_rgb: true }, false)] {
            let error = work(&b, way).run(&new, Limits::new(), link).unwrap_err();
            assert!(error.is_usage(), "{error}");
            let expected = "b.png: the new name is \"x.png\", which is taken";
            assert!(error.to_string().contains(expected), "{error}");
        }
        assert_eq!(std::fs::read(new.join("x.png")).unwrap(), std::fs::read(&a).unwrap());
    }
}
