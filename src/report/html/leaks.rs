//! The leaks between splits and from other datasets, counted by folders and by splits.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::report::html::escape::Html;
use crate::report::html::number::{grouped, share};
use crate::report::{Finding, GroupStats};

/// How many rows the table has.
const ROWS: usize = 20;

/// Writes a table of the findings by the top folders of their files, which are the splits where each split
/// has a folder of its own. Nothing is written where the files of no finding lie in `least` top folders or more.
pub(super) fn leaks(out: &mut dyn Write, findings: &[&Finding], least: usize) -> io::Result<()> {
    let mut counts: BTreeMap<Vec<&str>, u64> = BTreeMap::new();
    let folders = findings.iter().filter_map(|finding| top_folders(finding));
    for folders in folders.filter(|folders| folders.len() >= least) {
        *counts.entry(folders).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    let mut rows: Vec<(Vec<&str>, u64)> = counts.into_iter().collect();
    rows.sort_by_key(|(_, count)| Reverse(*count));
    writeln!(out, r#"<table class="leaks"><caption>Findings by the top folders of their files</caption>"#)?;
    writeln!(out, r#"<thead><tr><th scope="col">Folders</th><th scope="col">Findings</th></tr></thead>"#)?;
    writeln!(out, "<tbody>")?;
    for (folders, count) in rows.iter().take(ROWS) {
        let names: Vec<String> = folders.iter().map(|name| format!("<bdi>{}</bdi>", Html(name))).collect();
        writeln!(out, r#"<tr><th scope="row">{}</th><td>{}</td></tr>"#, names.join(" + "), grouped(*count))?;
    }
    let others = rows.get(ROWS..).unwrap_or_default();
    if !others.is_empty() {
        let (sets, count) = (others.len(), grouped(others.iter().map(|(_, count)| count).sum()));
        writeln!(out, r#"<tr><th scope="row">{sets} other sets of folders</th><td>{count}</td></tr>"#)?;
    }
    writeln!(out, "</tbody></table>")
}

/// Writes how many of the images of each split are in the findings, where the splits are the top folders.
pub(super) fn shares(out: &mut dyn Write, findings: &[&Finding], groups: &[GroupStats]) -> io::Result<()> {
    let mut affected: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for name in findings.iter().flat_map(|finding| &finding.subjects) {
        if let Some((top, _)) = name.split_once('/') {
            affected.entry(top).or_default().insert(name);
        }
    }
    let splits = groups.iter().filter(|group| group.kind == "split" && group.images > 0);
    let rows: Vec<(&GroupStats, u64)> =
        splits.filter_map(|split| Some((split, affected.get(split.name.as_str())?.len() as u64))).collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, r#"<table class="leaks"><caption>Images of each split that are concerned</caption>"#)?;
    write!(out, r#"<thead><tr><th scope="col">Split</th><th scope="col">Images</th>"#)?;
    writeln!(out, r#"<th scope="col">Of</th><th scope="col">Share</th></tr></thead><tbody>"#)?;
    for (split, count) in rows {
        let (name, images) = (Html(&split.name), grouped(split.images));
        write!(out, r#"<tr><th scope="row"><bdi>{name}</bdi></th><td>{}</td>"#, grouped(count))?;
        writeln!(out, "<td>{images}</td><td>{}</td></tr>", share(count, split.images))?;
    }
    writeln!(out, "</tbody></table>")
}

/// The folders at the beginning of the names, sorted, each once; `None` where a file lies in none.
fn top_folders(finding: &Finding) -> Option<Vec<&str>> {
    let tops: Option<Vec<&str>> =
        finding.subjects.iter().map(|name| name.split_once('/').map(|(top, _)| top)).collect();
    let mut tops = tops?;
    tops.sort_unstable();
    tops.dedup();
    Some(tops)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Check;

    fn leaking(clusters: &[&str]) -> Vec<Finding> {
        let finding = |names: &&str| {
            Finding::of_all(
                Check::SplitLeak,
                names.split_whitespace().map(str::to_owned).collect(),
                "the same",
            )
        };
        clusters.iter().map(finding).collect()
    }

    fn table_of(clusters: &[&str], least: usize) -> String {
        let mut out = Vec::new();
        leaks(&mut out, &leaking(clusters).iter().collect::<Vec<_>>(), least).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn table(clusters: &[&str]) -> String {
        table_of(clusters, 2)
    }

    #[test]
    fn leaks_are_counted_by_splits() {
        let leaks = ["train/a val/b train/c", "test/a val/b", "val/x train/cat/y"];
        let others = ["train/a b", "val/a val/b"];
        let html = table(&[leaks.as_slice(), others.as_slice()].concat());
        let row = |folders: &str, count: u64| format!("<th scope=\"row\">{folders}</th><td>{count}</td>");
        let (first, second) = ("<bdi>train</bdi> + <bdi>val</bdi>", "<bdi>test</bdi> + <bdi>val</bdi>");
        let (first, second) = (html.find(&row(first, 2)), html.find(&row(second, 1)));
        assert!(first.is_some() && first < second, "{html}");
        assert_eq!(html.matches("scope=\"row\"").count(), 2);
        assert_eq!(table(&["a.png b.png", "train/a b"]), "");
    }

    #[test]
    fn a_table_has_twenty_rows_and_one_for_the_others() {
        let pairs: Vec<String> = (0..30).map(|index| format!("a{index}/1 b{index}/1")).collect();
        let html = table(&pairs.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(html.contains(r#"<th scope="row">10 other sets of folders</th><td>10</td>"#), "{html}");
    }

    /// Of pictures that another dataset has too, most findings have one file.
    #[test]
    fn findings_in_one_folder_are_counted_where_one_is_enough() {
        let html = table_of(&["train/a", "train/b", "val/c", "d"], 1);
        assert!(html.contains("<bdi>train</bdi></th><td>2</td>"), "{html}");
        assert_eq!(html.matches("scope=\"row\"").count(), 2);
    }

    #[test]
    fn each_image_counts_once_in_the_share_of_its_split() {
        let group = |kind: &str, name: &str, images: u64| GroupStats {
            kind: kind.to_owned(),
            name: name.to_owned(),
            images,
            channels: Vec::new(),
            quantiles: Vec::new(),
        };
        let splits = [("test", 9), ("train", 40), ("val", 8)];
        let splits = splits.map(|(name, images)| group("split", name, images));
        let groups: Vec<GroupStats> = splits.into_iter().chain([group("class", "x", 9)]).collect();
        let findings = leaking(&["train/a val/b", "train/a train/c val/b", "x/1 x/2"]);
        let mut out = Vec::new();
        shares(&mut out, &findings.iter().collect::<Vec<_>>(), &groups).unwrap();
        let html = String::from_utf8(out).unwrap();
        assert!(html.contains("<bdi>train</bdi></th><td>2</td><td>40</td><td>5.0 %</td>"), "{html}");
        assert!(html.contains("<bdi>val</bdi></th><td>1</td><td>8</td><td>12.5 %</td>"), "{html}");
        assert_eq!(html.matches("scope=\"row\"").count(), 2);
    }
}
