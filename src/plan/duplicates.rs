//! Which of several copies are kept.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::checks::{Connected, is_training};
use crate::error::Result;
use crate::images::ImageSize;
use crate::plan::files::{Contents, Files};
use crate::plan::{Action, Plan, PlanRow};
use crate::report::{Check, Finding, Report};
use crate::source::ImageFolder;
use crate::validate::SAME_BYTES;

/// How many classes a row names.
const MOST_NAMED: usize = 10;

/// Which duplicates [`Plan::of_duplicates`] takes from a report: exact copies, or near duplicates too.
///
/// ```
/// use burn_prep::plan::{Copies, Plan};
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let folder = ImageFolder::open("assets/photos")?;              // two pictures are nearly the same
/// let report = Validator::new(folder.clone()).run()?;
/// assert_eq!(Plan::of_duplicates(&report, &folder, Copies::All)?.rows().len(), 2);
/// assert_eq!(Plan::of_duplicates(&report, &folder, Copies::Exact)?.rows().len(), 0);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Copies {
    /// Files with the same bytes or the same pixels: [`Check::ExactDuplicate`].
    Exact,
    /// These, and nearly the same pictures: [`Check::NearDuplicate`].
    #[default]
    All,
}

impl Plan {
    /// Makes a plan that keeps one file of each group of duplicates in a report and drops the others. It has a row for each
    /// duplicate, in each group those that are kept first.
    ///
    /// Which file is kept is decided by these rules, in this order:
    ///
    /// 1. Copies in several classes are all [`Action::Review`]: a person has to decide which class is right. So are all files that
    ///    are connected with them through other duplicates.
    /// 2. A picture in several splits is kept in the test split (its name begins with `test`, `eval` or `holdout`), otherwise in the
    ///    validation split (`val`, `dev`), otherwise in a split of another name or in none, and last in the training split
    ///    (`train`); it is dropped from the others. The case of letters does not matter.
    /// 3. Of several copies in one split the one with the most pixels is kept, of equally large ones that with the longest file,
    ///    then the first by name. Within a split, a file is dropped only for one that is kept, never for one that is itself
    ///    dropped; so several files of a group may be kept.
    ///
    /// Duplicates that are waived, or that a baseline has left out, are not among the findings and get no rows.
    ///
    /// # Errors
    ///
    /// A file that the report names is not in the folder, or cannot be read; or files that have the same bytes by the report have
    /// others now. Otherwise it is not seen that a file has changed since the report.
    #[doc(alias = "find_duplicates_to_remove")]
    #[doc(alias = "drop_duplicates")]
    #[doc(alias = "deduplicate")]
    pub fn of_duplicates(report: &Report, folder: &ImageFolder, copies: Copies) -> Result<Self> {
        let files = Files::of(folder);
        let findings = clusters_in(report, copies);
        let subjects = findings.iter().flat_map(|finding| &finding.subjects);
        let names: Vec<&str> = subjects.map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect();
        let contents = files.contents(&names)?;
        let mut candidates = Vec::with_capacity(names.len());
        for (&name, Contents { header, .. }) in names.iter().zip(&contents) {
            let sample = files.sample(name)?;
            let (class, split) = (sample.class.as_deref(), sample.split.as_deref());
            candidates.push(Candidate { name, class, split, size: header.size, bytes: header.file_bytes });
        }
        let conflicts = report.findings.iter().filter(|finding| finding.check == Check::LabelConflict);
        let conflicts: HashSet<&[String]> = conflicts.map(|finding| &finding.subjects[..]).collect();
        let places: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
        let clusters = findings.iter().map(|finding| Cluster {
            check: finding.check,
            likeness: finding.message.as_str(),
            members: finding.subjects.iter().filter_map(|name| places.get(name.as_str()).copied()).collect(),
            in_conflict: conflicts.contains(&finding.subjects[..]),
        });
        let clusters: Vec<Cluster<'_>> = clusters.collect();
        for cluster in clusters.iter().filter(|cluster| cluster.likeness == SAME_BYTES) {
            let differ = |pair: &&[usize]| contents[pair[0]].hash != contents[pair[1]].hash;
            if let Some(pair) = cluster.members.windows(2).find(differ) {
                let (one, other) = (names[pair[0]], names[pair[1]]);
                return Err(files.other_report(format!(
                    "it says that {one:?} and {other:?} have the same bytes, which they have not: a file has changed since (validate \
                     the folder again)"
                )));
            }
        }
        Ok(Self::new(Decisions::of(&candidates, &clusters).rows()))
    }
}

/// The clusters of a report; near ones first, because those have all copies of their members.
fn clusters_in(report: &Report, copies: Copies) -> Vec<&Finding> {
    let of = |check: Check| report.findings.iter().filter(move |finding| finding.check == check);
    let near = of(Check::NearDuplicate).filter(|_| copies == Copies::All);
    near.chain(of(Check::ExactDuplicate)).collect()
}

/// A file of a cluster, with what decides whether it is kept.
struct Candidate<'a> {
    name: &'a str,
    class: Option<&'a str>,
    split: Option<&'a str>,
    size: ImageSize,
    bytes: u64,
}

impl<'a> Candidate<'a> {
    /// The lowest is kept.
    fn rank(&self) -> (u8, Reverse<u64>, Reverse<u64>, &'a str) {
        (self.split_rank(), Reverse(self.size.area()), Reverse(self.bytes), self.name)
    }

    /// Training gives way to all others, and all others to the test split.
    fn split_rank(&self) -> u8 {
        let Some(split) = self.split else { return 2 };
        let begins =
            |word: &str| split.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if ["test", "eval", "holdout"].into_iter().any(begins) {
            0
        } else if ["val", "dev"].into_iter().any(begins) {
            1
        } else if is_training(split) {
            3
        } else {
            2
        }
    }
}

/// Files that are alike, by their places among the candidates.
struct Cluster<'a> {
    check: Check,
    likeness: &'a str,
    members: Vec<usize>,
    in_conflict: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Open,
    Keep,
    /// For a copy that is kept, or is itself dropped for a copy in another split.
    Drop(usize),
    Review,
}

struct Decisions<'a> {
    files: &'a [Candidate<'a>],
    clusters: &'a [Cluster<'a>],
    /// For each file the first of the files that clusters connect it with.
    groups: Vec<usize>,
    fates: Vec<Fate>,
}

impl<'a> Decisions<'a> {
    fn of(files: &'a [Candidate<'a>], clusters: &'a [Cluster<'a>]) -> Self {
        let groups = connected(files.len(), clusters);
        let classes = |cluster: &Cluster<'_>| -> BTreeSet<&str> {
            cluster.members.iter().filter_map(|member| files[*member].class).collect()
        };
        let in_conflict = |cluster: &&Cluster<'_>| cluster.in_conflict || classes(cluster).len() > 1;
        // What is connected with files that a person decides on waits for that decision.
        let firsts = clusters.iter().filter(in_conflict).filter_map(|cluster| cluster.members.first());
        let undecided: HashSet<usize> = firsts.map(|first| groups[*first]).collect();
        let fate = |group: &usize| if undecided.contains(group) { Fate::Review } else { Fate::Open };
        let mut fates: Vec<Fate> = groups.iter().map(fate).collect();

        let best = |members: &mut dyn Iterator<Item = usize>| members.min_by_key(|at| files[*at].rank());
        let of_machine = |cluster: &&Cluster<'_>| {
            cluster.members.first().is_some_and(|first| !undecided.contains(&groups[*first]))
        };
        // Across splits first, so that what is left of a cluster is in equal ones.
        for cluster in clusters.iter().filter(of_machine) {
            let Some(kept) = best(&mut cluster.members.iter().copied()) else { continue };
            for &member in &cluster.members {
                if files[member].split_rank() > files[kept].split_rank() {
                    fates[member] = Fate::Drop(kept);
                }
            }
        }
        for cluster in clusters.iter().filter(of_machine) {
            let with = |fate: Fate, fates: &[Fate]| {
                best(&mut cluster.members.iter().copied().filter(|member| fates[*member] == fate))
            };
            let kept = with(Fate::Keep, &fates).or_else(|| with(Fate::Open, &fates));
            let Some(kept) = kept else { continue };
            fates[kept] = Fate::Keep;
            for &member in &cluster.members {
                if fates[member] == Fate::Open {
                    fates[member] = Fate::Drop(kept);
                }
            }
        }
        Self { files, clusters, groups, fates }
    }

    /// The rows, group by group; in each what is kept first, then by name.
    fn rows(&self) -> Vec<PlanRow> {
        // Of the clusters of equal pictures a file is in one at most.
        let mut equal: HashMap<usize, usize> = HashMap::new();
        for (index, cluster) in self.clusters.iter().enumerate() {
            if cluster.check == Check::ExactDuplicate {
                equal.extend(cluster.members.iter().map(|member| (*member, index)));
            }
        }
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (file, group) in self.groups.iter().enumerate() {
            groups.entry(*group).or_default().push(file);
        }
        let mut rows = Vec::with_capacity(self.files.len());
        for (number, members) in groups.values_mut().enumerate() {
            members.sort_by_key(|member| self.fates[*member] != Fate::Keep);
            let classes = named(members.iter().filter_map(|member| self.files[*member].class).collect());
            for &member in members.iter() {
                let own = equal.get(&member).copied();
                let (action, reason, checks) = match self.fates[member] {
                    Fate::Keep | Fate::Open => {
                        let check = if own.is_some() { Check::ExactDuplicate } else { Check::NearDuplicate };
                        (Action::Keep, format!("kept of {} copies", members.len()), vec![check])
                    }
                    Fate::Drop(kept) => {
                        let likeness = own.filter(|own| equal.get(&kept) == Some(own));
                        let (reason, checks) = self.reason(member, kept, likeness);
                        (Action::Drop, reason, checks)
                    }
                    Fate::Review => {
                        let reason = format!("copies in the classes {classes}: decide which is right");
                        (Action::Review, reason, vec![Check::LabelConflict])
                    }
                };
                let file = &self.files[member];
                rows.push(PlanRow {
                    cluster: Some(number + 1),
                    checks,
                    size: Some(file.size),
                    bytes: Some(file.bytes),
                    ..PlanRow::new(file.name, action, reason)
                });
            }
        }
        rows
    }

    /// Why a file is dropped for another one; `equal` is the cluster where both are the same.
    fn reason(&self, dropped: usize, kept: usize, equal: Option<usize>) -> (String, Vec<Check>) {
        let (dropped, kept) = (&self.files[dropped], &self.files[kept]);
        let (mut reason, mut checks) = match equal {
            Some(index) => {
                (format!("{} as {}", self.clusters[index].likeness, kept.name), vec![Check::ExactDuplicate])
            }
            None => (format!("nearly the same picture as {}", kept.name), vec![Check::NearDuplicate]),
        };
        if let (Some(from), Some(to)) = (dropped.split, kept.split)
            && from != to
        {
            reason += &format!(", in the split {to}");
            checks.push(Check::SplitLeak);
        }
        (reason, checks)
    }
}

/// Names in a list, the first ones where they are many: each row of a group has it.
fn named(names: BTreeSet<&str>) -> String {
    let first: Vec<&str> = names.iter().copied().take(MOST_NAMED).collect();
    let more = match names.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", first.join(", "))
}

/// For each file the first of those that clusters connect it with.
fn connected(count: usize, clusters: &[Cluster<'_>]) -> Vec<usize> {
    let mut connected = Connected::new(count);
    for pair in clusters.iter().flat_map(|cluster| cluster.members.windows(2)) {
        connected.connect(pair[0], pair[1]);
    }
    (0..count).map(|at| connected.first(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file by its name, which tells split and class, and its side in pixels.
    fn file(name: &str, side: u32) -> Candidate<'_> {
        let mut parts = name.split('/');
        let (split, class) = (parts.next(), parts.next());
        Candidate { name, class, split, size: ImageSize::square(side), bytes: 1000 }
    }

    fn cluster(check: Check, members: &[usize]) -> Cluster<'static> {
        Cluster { check, likeness: "the same bytes", members: members.to_vec(), in_conflict: false }
    }

    fn lines(files: &[Candidate<'_>], clusters: &[Cluster<'_>]) -> Vec<String> {
        let line = |row: PlanRow| format!("{} {} {}", row.cluster.unwrap(), row.action, row.file);
        Decisions::of(files, clusters).rows().into_iter().map(line).collect()
    }

    const NEAR: Check = Check::NearDuplicate;
    const EXACT: Check = Check::ExactDuplicate;

    #[test]
    fn what_is_kept_is_chosen_by_split_then_size_then_length_then_name() {
        let two = [cluster(NEAR, &[0, 1])];
        // Training gives way, however large its picture is.
        let leak = [file("test/a/1.png", 10), file("train/a/1.png", 99)];
        assert_eq!(lines(&leak, &two), ["1 keep test/a/1.png", "1 drop train/a/1.png"]);
        let years = [file("val2017/a/1.png", 10), file("Train2017/a/1.png", 99)];
        assert_eq!(lines(&years, &two), ["1 keep val2017/a/1.png", "1 drop Train2017/a/1.png"]);
        let sizes = [file("train/a/1.png", 10), file("train/a/2.png", 99)];
        assert_eq!(lines(&sizes, &two), ["1 keep train/a/2.png", "1 drop train/a/1.png"]);
        let mut lengths = [file("train/a/1.png", 10), file("train/a/2.png", 10)];
        assert_eq!(lines(&lengths, &two), ["1 keep train/a/1.png", "1 drop train/a/2.png"]);
        lengths[1].bytes += 1;
        assert_eq!(lines(&lengths, &two), ["1 keep train/a/2.png", "1 drop train/a/1.png"]);
    }

    #[test]
    fn a_test_picture_is_never_dropped_for_one_of_training() {
        // The second cluster's training picture was the one to keep of the first.
        let files = [file("test/a/d.png", 10), file("train/a/a.png", 10), file("train/a/c.png", 99)];
        let clusters = [cluster(NEAR, &[1, 2]), cluster(NEAR, &[0, 2])];
        let expected = ["1 keep test/a/d.png", "1 keep train/a/a.png", "1 drop train/a/c.png"];
        assert_eq!(lines(&files, &clusters), expected);
    }

    #[test]
    fn files_of_two_clusters_have_one_row_and_the_likeness_is_the_closest() {
        let files = [file("train/a/1.png", 9), file("train/a/2.png", 9), file("train/a/3.png", 8)];
        let rows = Decisions::of(&files, &[cluster(NEAR, &[0, 1, 2]), cluster(EXACT, &[0, 1])]).rows();
        let reasons: Vec<&str> = rows.iter().map(|row| row.reason.as_str()).collect();
        let [same, near] = ["the same bytes as train/a/1.png", "nearly the same picture as train/a/1.png"];
        assert_eq!(reasons, ["kept of 3 copies", same, near]);
        // The one that is like the second, but not like the first, stays: what it is like was dropped.
        let chain = [cluster(NEAR, &[0, 1]), cluster(NEAR, &[1, 2])];
        let expected = ["1 keep train/a/1.png", "1 keep train/a/3.png", "1 drop train/a/2.png"];
        assert_eq!(lines(&files, &chain), expected);
    }

    #[test]
    fn labels_in_conflict_are_for_a_person_with_all_that_hangs_on_them() {
        let names = ["train/a/1.png", "train/a/2.png", "train/b/3.png", "train/b/4.png"];
        let files = names.map(|name| file(name, 9));
        let clusters = [cluster(NEAR, &[1, 2]), cluster(NEAR, &[0, 1])];
        let found = lines(&files[..3], &clusters);
        assert_eq!(found, ["1 review train/a/1.png", "1 review train/a/2.png", "1 review train/b/3.png"]);
        let mut of_report = cluster(NEAR, &[0, 1]);
        of_report.in_conflict = true;
        let found = lines(&files, &[of_report, cluster(EXACT, &[2, 3])]);
        assert_eq!(found[2..], ["2 keep train/b/3.png", "2 drop train/b/4.png"]);
        assert!(found[..2].iter().all(|line| line.starts_with("1 review")));
    }
}
