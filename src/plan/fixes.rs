//! What can be mended in a new folder without a look at the pictures.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use crate::error::Result;
use crate::images::SourceInfo;
use crate::plan::files::Files;
use crate::plan::name::split_folder;
use crate::plan::{Action, Changes, Copies, Plan, PlanRow};
use crate::report::{Check, Finding, Report};
use crate::source::{ImageFolder, ImageFormat};
use crate::validate::is_plain;

impl Plan {
    /// Makes a plan for the faults in a report that can be repaired without looking at the pictures: a row for each file that is to
    /// be renamed, converted or left out.
    ///
    /// | finding | action |
    /// |---|---|
    /// | [`Check::Orientation`] | `upright`: store the pixels upright |
    /// | [`Check::ColorModel`], [`Check::Transparent`] | `rgb`: convert to 8-bit RGB, transparent pixels laid over white |
    /// | [`Check::ExtensionMismatch`] | `rename` to the extension of the content |
    /// | files that cannot be used, [`Check::Constant`], [`Check::FullyTransparent`] | `drop` |
    /// | [`Check::ExactDuplicate`] | as [`Plan::of_duplicates`]: `drop` all but one, `review` where their classes differ |
    ///
    /// Several changes of one file are joined by `+`, in the order upright, rgb, rename. A file with the first or the second becomes
    /// a PNG file. By [`Check::ColorModel`] only files are converted whose colours are not yet 8-bit gray or RGB, with or
    /// without alpha: those that the findings name, or, if the most frequent kind of colours is another one, all such files. None
    /// are converted if all files have the same kind of colours.
    ///
    /// # Errors
    ///
    /// A file that the report names is not in the folder, or cannot be read; or files that have the same bytes by the report have
    /// others now. Otherwise it is not seen that a file has changed since the report.
    ///
    /// ```
    /// use burn_prep::plan::{Action, Plan};
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let folder = ImageFolder::open("assets/hostile")?;
    /// let report = Validator::new(folder.clone()).run()?;
    /// let plan = Plan::of_fixes(&report, &folder)?;
    /// let row = |file: &str| plan.rows().iter().find(|row| row.file == file).unwrap();
    /// let (turned, cmyk) = (row("turned.jpg"), row("cmyk.jpg"));
    /// assert_eq!((turned.action.to_string().as_str(), turned.name.as_deref()), ("upright", Some("turned.png")));
    /// assert_eq!((cmyk.action.to_string().as_str(), cmyk.reason.as_str()), ("rgb", "colours, Cmyk8 in the file"));
    /// assert_eq!(row("truncated.jpg").action, Action::Drop);
    /// assert_eq!(row("progressive.jpg").reason, "the same pixels as trailing.jpg");
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn of_fixes(report: &Report, folder: &ImageFolder) -> Result<Self> {
        let files = Files::of(folder);
        let mut faults = Faults::default();
        for finding in &report.findings {
            faults.add(finding, &files)?;
        }
        if faults.colors_differ && faults.most_are_not_plain {
            files.names().for_each(|name| faults.of(name).may_convert = true);
        }
        for row in Self::of_duplicates(report, folder, Copies::Exact)?.rows {
            if row.action == Action::Keep {
                continue;
            }
            let fault = faults.of(files.sample(&row.file)?.uri.as_str());
            fault.because(row.reason, &row.checks);
            match row.action {
                Action::Drop => fault.drop = true,
                _ => fault.review = true,
            }
        }
        let changed = faults.files.iter().filter(|(_, fault)| !fault.drop);
        let changed: Vec<&str> = changed.map(|(name, _)| *name).collect();
        let headers = files.contents(&changed)?.into_iter().map(|contents| contents.header);
        let headers: BTreeMap<&str, SourceInfo> = changed.iter().copied().zip(headers).collect();
        let mut taken: HashSet<String> = files.names().map(str::to_lowercase).collect();
        let mut rows = Vec::new();
        for (name, fault) in faults.files {
            let bytes = files.length(name);
            rows.extend(fault.row(name, headers.get(name), &mut taken).map(|row| PlanRow { bytes, ..row }));
        }
        Ok(Self::new(rows))
    }
}

/// What findings say of files, and of their colours together.
#[derive(Default)]
struct Faults<'a> {
    files: BTreeMap<&'a str, Fault>,
    colors_differ: bool,
    most_are_not_plain: bool,
}

impl<'a> Faults<'a> {
    fn of(&mut self, name: &'a str) -> &mut Fault {
        self.files.entry(name).or_default()
    }

    fn add(&mut self, finding: &Finding, files: &Files<'a>) -> Result<()> {
        let check = finding.check;
        if check == Check::ColorModel {
            self.colors_differ |= !finding.subjects.is_empty();
            self.most_are_not_plain |= finding.subjects.is_empty();
        }
        for name in &finding.subjects {
            let change: fn(&mut Fault) = match check {
                Check::Orientation => |fault| fault.turned = true,
                Check::ExtensionMismatch => |fault| fault.misnamed = true,
                Check::Transparent => |fault| fault.transparent = true,
                Check::ColorModel => |fault| fault.may_convert = true,
                Check::Constant | Check::FullyTransparent => |fault| fault.drop = true,
                // A directory that cannot be read, or a link to nothing, is not among the samples.
                Check::Unreadable if !files.has(name) => continue,
                check if check.is_unusable() => |fault| fault.drop = true,
                _ => continue,
            };
            let fault = self.of(files.sample(name)?.uri.as_str());
            change(fault);
            if check.is_unusable() || matches!(check, Check::Constant | Check::FullyTransparent) {
                // The message of a finding on most files is about another file.
                let is_own = finding.subjects.len() == 1;
                fault.because(if is_own { finding.message.clone() } else { check.to_string() }, &[check]);
            }
        }
        Ok(())
    }
}

/// What findings say of one file.
#[derive(Default)]
struct Fault {
    drop: bool,
    review: bool,
    turned: bool,
    misnamed: bool,
    transparent: bool,
    /// Converted where its colours are not plain.
    may_convert: bool,
    reasons: Vec<String>,
    checks: BTreeSet<Check>,
}

impl Fault {
    fn because(&mut self, reason: String, checks: &[Check]) {
        self.reasons.push(reason);
        self.checks.extend(checks);
    }

    /// `None` where nothing is to be done. `taken` has the names that files have.
    fn row(
        mut self,
        file: &str,
        header: Option<&SourceInfo>,
        taken: &mut HashSet<String>,
    ) -> Option<PlanRow> {
        let changes = header.map_or_else(Changes::default, |header| self.changes(file, header));
        let action = if self.drop {
            Action::Drop
        } else if self.review {
            Action::Review
        } else if changes.is_none() {
            return None;
        } else {
            Action::Change(changes)
        };
        let name = header.and_then(|header| new_name(file, changes, header.format, taken));
        let checks = self.checks.into_iter().collect();
        Some(PlanRow { name, checks, ..PlanRow::new(file, action, self.reasons.join("; ")) })
    }

    /// The changes that the file needs as it is now, each with its reason.
    fn changes(&mut self, file: &str, header: &SourceInfo) -> Changes {
        let changes = Changes {
            upright: self.turned && header.exif_orientation != 1,
            rgb: self.transparent || (self.may_convert && !is_plain(&header.color)),
            rename: self.misnamed && ImageFormat::from_path(Path::new(file)) != Some(header.format),
        };
        if changes.upright {
            let reason = format!("stored with orientation {}", header.exif_orientation);
            self.because(reason, &[Check::Orientation]);
        }
        if changes.rgb {
            let check = if self.transparent { Check::Transparent } else { Check::ColorModel };
            let is = if self.transparent { "transparent pixels" } else { "colours" };
            self.because(format!("{is}, {} in the file", header.color), &[check]);
        }
        if changes.rename {
            self.because(format!("the content is {}", header.format), &[Check::ExtensionMismatch]);
        }
        changes
    }
}

/// The name after the changes, where it is another one, that no other file has.
fn new_name(
    file: &str,
    changes: Changes,
    content: ImageFormat,
    taken: &mut HashSet<String>,
) -> Option<String> {
    let format = if changes.writes_pixels() { ImageFormat::Png } else { content };
    if changes.is_none() || ImageFormat::from_path(Path::new(file)) == Some(format) {
        return None;
    }
    let (folder, own) = split_folder(file);
    // What stands behind the last dot of another name is no extension, such as a date.
    let known = ImageFormat::from_path(Path::new(own)).and_then(|_| own.rsplit_once('.'));
    let stem = known.map_or(own, |(stem, _)| stem);
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let extension = extension(format);
    let mut numbered = (2..).map(|number| format!("{folder}{stem}_{number}.{extension}"));
    let plain = format!("{folder}{stem}.{extension}");
    // On some systems names that differ in the case of letters are one.
    if taken.insert(plain.to_lowercase()) {
        return Some(plain);
    }
    numbered.find(|name| taken.insert(name.to_lowercase()))
}

fn extension(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Jpeg => "jpg",
        // What has no file would be written as PNG.
        ImageFormat::Png | ImageFormat::Memory => "png",
        ImageFormat::WebP => "webp",
        ImageFormat::Bmp => "bmp",
        ImageFormat::Gif => "gif",
        ImageFormat::Tiff => "tiff",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_name_has_the_extension_of_the_content_and_is_free() {
        let mut taken: HashSet<String> = ["a/1.png", "a/1.jpg", "2024.01.05"].map(str::to_owned).into();
        let rename = Changes { rename: true, ..Changes::default() };
        let upright = Changes { upright: true, ..Changes::default() };
        let mut name = |file, changes, content| new_name(file, changes, content, &mut taken);
        assert_eq!(name("a/1.jpg", rename, ImageFormat::Png).as_deref(), Some("a/1_2.png"));
        assert_eq!(name("a/1.JPEG", rename, ImageFormat::Png).as_deref(), Some("a/1_3.png"));
        assert_eq!(name("2024.01.05", rename, ImageFormat::Jpeg).as_deref(), Some("2024.01.05.jpg"));
        assert_eq!(name("b.png", upright, ImageFormat::Png), None);
        assert_eq!(name("b.jpg", upright, ImageFormat::Jpeg).as_deref(), Some("b.png"));
    }
}
