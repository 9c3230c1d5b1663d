//! The leaks between splits, counted by folders.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::report::Finding;
use crate::report::html::escape::Html;
use crate::report::html::number::grouped;

/// How many rows the table has.
const ROWS: usize = 20;

/// Writes a table of the findings by the top folders of their files, which are the splits where each split
/// has a folder of its own. Nothing is written where the files of no finding lie in several top folders.
pub(super) fn leaks(out: &mut dyn Write, findings: &[&Finding]) -> io::Result<()> {
    let mut counts: BTreeMap<Vec<&str>, u64> = BTreeMap::new();
    for folders in findings.iter().filter_map(|finding| top_folders(finding)) {
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

/// The folders at the beginning of the names, sorted, each once; `None` where there are fewer than two.
fn top_folders(finding: &Finding) -> Option<Vec<&str>> {
    let tops: Option<Vec<&str>> =
        finding.subjects.iter().map(|name| name.split_once('/').map(|(top, _)| top)).collect();
    let mut tops = tops?;
    tops.sort_unstable();
    tops.dedup();
    (tops.len() > 1).then_some(tops)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Check;

    fn table(clusters: &[&str]) -> String {
        let finding = |names: &&str| {
            Finding::of_all(
                Check::SplitLeak,
                names.split_whitespace().map(str::to_owned).collect(),
                "the same",
            )
        };
        let findings: Vec<Finding> = clusters.iter().map(finding).collect();
        let mut out = Vec::new();
        leaks(&mut out, &findings.iter().collect::<Vec<_>>()).unwrap();
        String::from_utf8(out).unwrap()
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
}
