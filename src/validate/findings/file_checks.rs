//! What the structure of the files tells: names, colours, orientation, frames, metadata.

use std::collections::BTreeMap;
use std::path::Path;

use crate::report::{Check, Finding, Severity};
use crate::source::ImageFormat;
use crate::validate::Thresholds;
use crate::validate::findings::usable::Usable;

/// The findings of each file by itself.
pub(in crate::validate) fn file_findings(usable: &Usable<'_>, thresholds: &Thresholds) -> Vec<Finding> {
    let (source, facts) = (&usable.picture.source, &usable.picture.facts);
    let mut findings = Vec::new();
    let mut add = |check, message: String| findings.push(usable.finding(check, message));
    if let Some(warning) = &source.warning {
        add(Check::Corrupt, warning.clone());
    }
    if let Some(message) = extension_mismatch(&usable.record.uri, source.format) {
        add(Check::ExtensionMismatch, message);
    }
    if source.exif_orientation != 1 {
        let orientation = source.exif_orientation;
        add(Check::Orientation, format!("orientation {orientation}, shown as {}", source.size));
    }
    if let Some(profile) = &facts.color_profile {
        add(Check::ColorProfile, format!("colour profile {profile}, expected sRGB"));
    }
    if facts.frames > 1 {
        add(Check::SeveralFrames, format!("{} frames, of which the first is used", facts.frames));
    }
    if facts.position {
        add(Check::PositionData, "EXIF or XMP holds the position of the camera".to_owned());
    }
    if let Some(alpha) = &usable.picture.alpha {
        let share = 100.0 * alpha.transparent;
        if alpha.fully {
            add(Check::FullyTransparent, "every pixel is transparent".to_owned());
        } else if alpha.transparent > 0.0 {
            add(Check::Transparent, format!("{share:.1} % of the pixels are not opaque"));
        }
    }
    if facts.trailing_bytes > thresholds.trailing_bytes {
        let (found, most) = (facts.trailing_bytes, thresholds.trailing_bytes);
        let finding = usable.finding(
            Check::TrailingData,
            format!("{found} bytes follow the end of the image, expected at most {most}"),
        );
        findings.push(finding.measured(found as f64, most as f64));
    }
    if let Some(quality) = facts.jpeg_quality.filter(|quality| *quality < thresholds.jpeg_quality) {
        let least = thresholds.jpeg_quality;
        let finding =
            usable.finding(Check::LowQuality, format!("JPEG quality {quality}, expected {least} or more"));
        findings.push(finding.measured(f64::from(quality), f64::from(least)));
    }
    findings
}

/// The extension against the content.
fn extension_mismatch(uri: &str, content: ImageFormat) -> Option<String> {
    let path = Path::new(uri);
    // What has no file may have any name.
    if content == ImageFormat::Memory || ImageFormat::from_path(path) == Some(content) {
        return None;
    }
    Some(match path.extension() {
        None => format!("no extension, the content is {content}"),
        Some(extension) => format!("extension .{}, the content is {content}", extension.to_string_lossy()),
    })
}

/// Which files are of another format than the most frequent one, spell their extension in other letters, or have another kind of
/// colour.
pub(in crate::validate) fn minority_findings(usable: &[Usable<'_>]) -> Vec<Finding> {
    let usable: Vec<Usable<'_>> = usable.iter().copied().filter(|usable| usable.picture.has_file()).collect();
    let usable = &usable[..];
    let format = Usual::of(usable, |usable| usable.picture.source.format.name().to_owned());
    let colors = Usual::of(usable, |usable| color_model(&usable.picture.source.color).to_owned());
    let mut of_format: BTreeMap<&str, Vec<Usable<'_>>> = BTreeMap::new();
    for usable in usable {
        of_format.entry(usable.picture.source.format.name()).or_default().push(*usable);
    }
    let spellings: BTreeMap<&str, Option<Usual>> =
        of_format.iter().map(|(name, files)| (*name, usual_spelling(files))).collect();
    let mut findings = Vec::new();
    for usable in usable {
        let (found, color) = (usable.picture.source.format, &usable.picture.source.color);
        let usual = spellings.get(found.name()).and_then(Option::as_ref);
        let spelled = extension(&usable.record.uri);
        let odd =
            usual.zip(spelled).filter(|(usual, spelled)| has_capitals(&usual.name) != has_capitals(spelled));
        if let Some((Usual { name, count, all }, spelled)) = odd {
            let message = format!("extension .{spelled}, where {count} of {all} {found} files have .{name}");
            findings.push(usable.finding(Check::FileFormat, message));
        } else if format.name != found.name() {
            let message =
                format!("{found}, where {} of {} files are {}", format.count, format.all, format.name);
            findings.push(usable.finding(Check::FileFormat, message));
        }
        let model = color_model(color);
        if model != colors.name {
            let Usual { name, count, all } = &colors;
            let message = format!("{model} ({color}), where {count} of {all} files have {name}");
            findings.push(usable.finding(Check::ColorModel, message));
        }
    }
    if !usable.is_empty() && colors.name != PLAIN {
        let message = format!("{} of {} files have {}", colors.count, colors.all, colors.name);
        findings.push(Finding::of_all(Check::ColorModel, Vec::new(), message).graded(Severity::Info));
    }
    findings
}

/// The most frequent extension of those with capitals, or of those without, whichever more than half of the files have.
fn usual_spelling(files: &[Usable<'_>]) -> Option<Usual> {
    let spelled = |usable: &Usable<'_>| extension(&usable.record.uri);
    let with = |capitals: bool| -> Vec<Usable<'_>> {
        let is_of_kind =
            |usable: &Usable<'_>| spelled(usable).is_some_and(|spelled| has_capitals(&spelled) == capitals);
        files.iter().copied().filter(is_of_kind).collect()
    };
    let most = [with(false), with(true)].into_iter().find(|some| 2 * some.len() > files.len())?;
    Some(Usual { all: files.len(), ..Usual::of(&most, |usable| spelled(usable).unwrap_or_default()) })
}

fn has_capitals(extension: &str) -> bool {
    extension.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn extension(uri: &str) -> Option<String> {
    Some(Path::new(uri).extension()?.to_string_lossy().into_owned())
}

/// The most frequent of several names; of equally frequent ones the first.
struct Usual {
    name: String,
    count: usize,
    all: usize,
}

impl Usual {
    fn of(usable: &[Usable<'_>], name: impl Fn(&Usable<'_>) -> String) -> Self {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for usable in usable {
            *counts.entry(name(usable)).or_default() += 1;
        }
        let most = |a: (String, usize), b: (String, usize)| if b.1 > a.1 { b } else { a };
        let (name, count) = counts.into_iter().reduce(most).unwrap_or_default();
        Self { name, count, all: usable.len() }
    }
}

/// Colours of 8 bits in one or three channels, with or without alpha.
const PLAIN: &str = "8 bits per channel";

/// Whether colours are of 8 bits in one or three channels, by [`SourceInfo::color`](crate::images::SourceInfo::color).
#[cfg(all(feature = "csv", feature = "png"))]
pub(crate) fn is_plain(color: &str) -> bool {
    color_model(color) == PLAIN
}

/// What kind of colours a file has, by [`SourceInfo::color`](crate::images::SourceInfo::color).
fn color_model(color: &str) -> &'static str {
    let digits = color.trim_start_matches(|c: char| !c.is_ascii_digit());
    let bits: String = digits.chars().take_while(char::is_ascii_digit).collect();
    let name = color.trim_end_matches(|c: char| c.is_ascii_digit());
    match (name, bits.as_str()) {
        ("Cmyk" | "Ycck", _) => "CMYK colours",
        ("P", _) => "a palette",
        (name, _) if name.ends_with('F') || color.contains("32F") => "floats",
        (_, "1") => "1 bit per pixel",
        (_, "2" | "4") => "fewer than 8 bits per channel",
        (_, "16") => "16 bits per channel",
        (_, "32") => "floats",
        _ => PLAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::ImageRecord;
    use crate::validate::inspection::tests::record_of;

    #[test]
    fn the_kinds_of_colour_are_told_by_their_names() {
        let kinds =
            ["Rgb8", "L8", "La8", "Rgba8", "L1", "P8", "Cmyk8", "L16", "Rgb16", "Rgb32F"].map(color_model);
        let plain = PLAIN;
        let expected =
            [plain, plain, plain, plain, "1 bit per pixel", "a palette", "CMYK colours"].into_iter();
        let expected: Vec<_> =
            expected.chain(["16 bits per channel", "16 bits per channel", "floats"]).collect();
        assert_eq!(kinds.to_vec(), expected);
    }

    #[test]
    fn extensions_are_compared_with_the_content() {
        assert_eq!(extension_mismatch("a/b.jpeg", ImageFormat::Jpeg), None);
        assert_eq!(extension_mismatch("row 17", ImageFormat::Memory), None);
        let found = extension_mismatch("a/b.png", ImageFormat::Jpeg).unwrap();
        assert_eq!(found, "extension .png, the content is JPEG");
        assert_eq!(
            extension_mismatch("a.d/b", ImageFormat::Png).unwrap(),
            "no extension, the content is PNG"
        );
    }

    #[test]
    fn a_spelling_is_compared_with_that_of_most_files() {
        let spelled = |names: &[&str]| -> Vec<String> {
            let records: Vec<ImageRecord> = names.iter().map(|name| record_of(name, 8, 8)).collect();
            let findings = minority_findings(&Usable::of(&records)).into_iter();
            findings.map(|finding| format!("{}: {}", finding.subject(), finding.message)).collect()
        };
        let found = spelled(&["a.png", "b.png", "c.PNG"]);
        assert_eq!(found, ["c.PNG: extension .PNG, where 2 of 3 PNG files have .png"]);
        let found = spelled(&["1.PNG", "2.PNG", "3.apng", "4"]);
        assert!(found.is_empty(), "{found:?}");
        // By capitals: two extensions without are more than one with.
        let found = spelled(&["a.png", "b.png", "c.apng", "d.PNG", "e.PNG"]);
        let expected =
            ["d", "e"].map(|name| format!("{name}.PNG: extension .PNG, where 2 of 5 PNG files have .png"));
        assert_eq!(found, expected);
        // None of them is usual.
        assert!(spelled(&["a.PNG", "b.png"]).is_empty());
        assert!(spelled(&["a", "b", "c.Png"]).is_empty());
    }
}
