//! A report for a terminal.

use std::fmt;

use crate::report::subjects::line_of;
use crate::report::{DatasetStats, Finding, GroupStats, Report, Severity};

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{:<7}  {:<18}  {finding}", finding.severity, finding.check)?;
        }
        if !self.findings.is_empty() {
            writeln!(f)?;
        }
        let of = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        write!(f, "{}: {} of {} images usable", self.root, self.dataset.images, self.files_seen)?;
        write!(f, ", {} errors, {} warnings", of(Severity::Error), of(Severity::Warning))?;
        if self.files_ignored > 0 {
            write!(f, ", {} other files ignored", self.files_ignored)?;
        }
        if self.interrupted {
            write!(f, " (interrupted: {} of {} files seen)", self.files_seen, self.files)?;
        }
        writeln!(f)
    }
}

/// `file: message`, with up to ten files where there are several.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&line_of(self))
    }
}

/// File names may hold line breaks and escape codes; a terminal must not see them.
pub(crate) fn printable(text: &str) -> String {
    // Marks that change the direction of text can make a name look like another.
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let escaped = |c: char| {
        if c.is_control() || turns(c) { c.escape_default().to_string() } else { c.to_string() }
    };
    text.chars().map(escaped).collect()
}

impl fmt::Display for DatasetStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} images, {} pixels", self.images, self.pixels)?;
        if let (Some(min), Some(max)) = (self.min_size, self.max_size) {
            write!(f, ", sides from {min} to {max}")?;
        }
        writeln!(f)?;
        for (format, images) in &self.formats {
            writeln!(f, "  {format:<20} {images:>8}")?;
        }
        if !self.classes.is_empty() {
            writeln!(f, "\nclass                    images")?;
        }
        for class in &self.classes {
            writeln!(f, "  {:<20} {:>8}", class.class, class.images)?;
        }
        if !self.channels.is_empty() {
            writeln!(
                f,
                "\nchannel         mean          std     min     1 %    50 %    99 %     max   (0..=1, over all pixels)"
            )?;
        }
        let quantile = |channel: usize, q: f64| {
            let at = GroupStats::QUANTILES.iter().position(|known| *known == q)?;
            self.quantiles.get(channel)?.get(at).copied()
        };
        for (index, (name, channel)) in ["red", "green", "blue"].iter().zip(&self.channels).enumerate() {
            write!(f, "  {name:<8} {:>10.6}   {:>10.6}  {:>6.3}", channel.mean, channel.std, channel.min)?;
            for q in [0.01, 0.5, 0.99] {
                write!(f, "  {:>6.3}", quantile(index, q).unwrap_or(f64::NAN))?;
            }
            writeln!(f, "  {:>6.3}", channel.max)?;
        }
        let usable = || self.constants.iter().filter(|constants| constants.is_normalisation());
        if usable().next().is_some() {
            writeln!(f, "\nmean and std of a normalisation")?;
        }
        for constants in usable() {
            writeln!(f, "  {:<20} {constants}", constants.convention)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_of_a_file_name_are_escaped() {
        assert_eq!(printable("a\n\u{1b}[31mé.png"), "a\\n\\u{1b}[31mé.png");
    }
}
