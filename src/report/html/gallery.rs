//! The findings of a check as pictures.

use std::io::{self, Write};

use crate::report::Finding;
use crate::report::html::escape::{Html, Name};
use crate::report::html::listing::{badge, measured, names};
use crate::report::html::pictures::{DataUri, Pictures};
use crate::report::html::section::Section;

/// How many pictures are asked for a check.
const PICTURES: usize = 24;

/// How many pictures a group has, side by side; a cluster of duplicates may have thousands.
const MEMBERS: usize = 4;

/// How many names follow the pictures of a group.
const OTHERS: usize = 10;

/// A finding with a picture of at least one of its first subjects.
pub(super) struct Card<'a> {
    finding: &'a Finding,
    members: Vec<(&'a str, Option<DataUri>)>,
}

/// Divides the findings of a check into those with pictures, and the others in the same order.
pub(super) fn divided<'a>(
    section: &Section<'a>,
    pictures: &mut Pictures<'_>,
) -> (Vec<Card<'a>>, Vec<&'a Finding>) {
    let mut left = if section.check.is_about_files() { PICTURES } else { 0 };
    let (mut cards, mut others) = (Vec::new(), Vec::new());
    for &finding in &section.findings {
        let wanted = finding.subjects.len().min(MEMBERS);
        let wanted = if wanted <= left { wanted } else { 0 };
        left -= wanted;
        let members: Vec<(&str, Option<DataUri>)> = finding
            .subjects
            .iter()
            .take(wanted)
            .map(|subject| (subject.as_str(), pictures.of(subject)))
            .collect();
        match members.iter().any(|(_, picture)| picture.is_some()) {
            true => cards.push(Card { finding, members }),
            false => others.push(finding),
        }
    }
    (cards, others)
}

/// Writes findings of one subject as a grid of pictures, and those of several as groups.
pub(super) fn gallery(out: &mut dyn Write, cards: &[Card<'_>], mixed: bool) -> io::Result<()> {
    let (groups, single): (Vec<&Card<'_>>, Vec<&Card<'_>>) =
        cards.iter().partition(|card| card.finding.subjects.len() > 1);
    if !single.is_empty() {
        writeln!(out, r#"<ul class="cards">"#)?;
        for card in single {
            write!(out, r#"<li class="item" data-severity="{}">"#, card.finding.severity)?;
            for (name, picture) in &card.members {
                figure(out, name, picture.as_ref(), &said(card.finding, mixed))?;
            }
            writeln!(out, "</li>")?;
        }
        writeln!(out, "</ul>")?;
    }
    if !groups.is_empty() {
        writeln!(out, r#"<ul class="groups">"#)?;
        for card in groups {
            group(out, card, mixed)?;
        }
        writeln!(out, "</ul>")?;
    }
    Ok(())
}

fn group(out: &mut dyn Write, card: &Card<'_>, mixed: bool) -> io::Result<()> {
    let finding = card.finding;
    write!(out, r#"<li class="item" data-severity="{}">"#, finding.severity)?;
    write!(out, r#"<p>{}</p><ul class="members">"#, said(finding, mixed))?;
    for (name, picture) in &card.members {
        write!(out, "<li>")?;
        figure(out, name, picture.as_ref(), "")?;
        write!(out, "</li>")?;
    }
    write!(out, "</ul>")?;
    names(out, finding.subjects.get(card.members.len()..).unwrap_or_default(), OTHERS)?;
    writeln!(out, "</li>")
}

/// What was found, as elements of a line.
fn said(finding: &Finding, mixed: bool) -> String {
    let badge = if mixed { badge(finding.severity) } else { String::new() };
    format!(r#"{badge}<span class="message">{}</span>{}"#, Html(&finding.message), measured(finding))
}

fn figure(out: &mut dyn Write, name: &str, picture: Option<&DataUri>, said: &str) -> io::Result<()> {
    write!(out, "<figure>")?;
    match picture {
        Some(uri) => {
            write!(out, r#"<img src="{uri}" alt="Thumbnail of {}" decoding="async">"#, Html(name))?;
        }
        None => write!(out, r#"<span class="no-picture">no picture</span>"#)?,
    }
    write!(out, "<figcaption>{}{said}</figcaption></figure>", Name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Check;
    use crate::report::by_check::report_of;
    use crate::report::html::pictures::Signatures;

    fn divide(findings: Vec<Finding>) -> (Vec<usize>, usize) {
        let report = report_of(findings);
        let mut pictures = Pictures::new(Some(&Signatures), usize::MAX);
        let (cards, others) = divided(&Section::all_of(&report)[0], &mut pictures);
        (cards.iter().map(|card| card.members.len()).collect(), others.len())
    }

    fn cluster(check: Check, prefix: &str, members: usize) -> Finding {
        let names = (0..members).map(|member| format!("{prefix}{member}.png")).collect();
        Finding::of_all(check, names, "the same")
    }

    #[test]
    fn a_check_has_24_pictures() {
        let dark = |index: usize| Finding::new(Check::Dark, format!("{index:03}.png"), "dark");
        assert_eq!(divide((0..100).map(dark).collect()), (vec![1; 24], 76));
        // Four of each large cluster; one that does not fit as a whole is listed.
        let mut clusters: Vec<Finding> =
            (0..5).map(|index| cluster(Check::NearDuplicate, &format!("a{index}/"), 1000)).collect();
        let small = |members| cluster(Check::NearDuplicate, &format!("b{members}/"), members);
        clusters.extend([3, 2].map(small));
        assert_eq!(divide(clusters), (vec![4, 4, 4, 4, 4, 2], 1));
    }

    #[test]
    fn findings_without_pictures_are_listed() {
        let unreadable = |index: usize| Finding::new(Check::Unreadable, format!("bad{index}.png"), "damaged");
        assert_eq!(divide((0..100).map(unreadable).collect()), (vec![], 100));
        assert_eq!(divide(vec![Finding::new(Check::SmallClass, "cat", "few")]), (vec![], 1));
        assert_eq!(divide(vec![cluster(Check::SplitLeak, "bad", 2)]), (vec![], 1));
    }
}
