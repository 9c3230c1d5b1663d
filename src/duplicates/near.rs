//! Pictures that are nearly the same.

use rayon::prelude::*;

use super::cluster::{DuplicateCluster, DuplicateKind, Member};
use super::groups::Groups;
use super::relation::{Relation, relation, relation_to};
use super::stars::{Star, Stars, divided};
use super::{DuplicateRules, Fingerprints, HashIndex};
use crate::fingerprint::Dihedral;

/// Up to this many pictures of one perceptual hash are compared each with each. Of more, each is compared with as many at most
/// that are not alike, and stands behind the first that it is alike: a placeholder that is there a million times would otherwise
/// take 10^12 comparisons.
const EACH_WITH_EACH: usize = 64;

/// Searches for near duplicates among pictures of different pixels.
pub(super) struct Search<'a, F: ?Sized> {
    pub(super) pictures: &'a F,
    pub(super) rules: &'a DuplicateRules,
    /// The pictures by their pixels. The first of each group stands for all.
    pub(super) equal: &'a Groups,
}

/// What is compared with others.
struct Nodes {
    /// Groups of equal pixels. One of many that share a perceptual hash is with the first of those that it is alike.
    groups: Groups,
    /// The nodes that take part in the search.
    searched: Vec<usize>,
}

impl<F: Fingerprints + ?Sized> Search<'_, F> {
    /// The clusters of nearly equal pictures, each of which has pictures of different pixels.
    pub(super) fn clusters(&self) -> Vec<DuplicateCluster> {
        let nodes = self.nodes();
        let links = self.links(&nodes);
        let weights: Vec<usize> = (0..nodes.groups.len()).map(|node| nodes.groups.get(node).len()).collect();
        let Stars { stars, loose } = divided(&weights, &links);
        let mut clusters: Vec<DuplicateCluster> =
            stars.par_iter().flat_map_iter(|star| self.of_star(&nodes, star)).collect();
        clusters.extend(loose.iter().filter_map(|star| self.of_loose(&nodes, star)));
        clusters
    }

    /// The picture that stands for those of equal pixels.
    fn picture(&self, equal: usize) -> usize {
        self.equal.first(equal)
    }

    /// The picture that stands for those of a node.
    fn of_node(&self, nodes: &Nodes, node: usize) -> usize {
        self.picture(nodes.groups.first(node))
    }

    /// Divides the pictures that have something to compare.
    fn nodes(&self) -> Nodes {
        let has_structure = |&equal: &usize| {
            self.pictures.thumbnail(self.picture(equal)).deviation() >= self.rules.min_deviation
        };
        let shown: Vec<usize> = (0..self.equal.len()).into_par_iter().filter(has_structure).collect();
        let hash = |equal: usize| self.pictures.perceptual(self.picture(equal)).get(Dihedral::Identity);
        let of_hash = Groups::by(shown.clone(), hash);

        let mut leader_of: Vec<usize> = (0..self.equal.len()).collect();
        let mut is_searched = vec![false; self.equal.len()];
        for group in of_hash.iter() {
            let mut leaders: Vec<usize> = Vec::new();
            let are_few = group.len() <= EACH_WITH_EACH;
            for &equal in group {
                let is_alike = |leader: &usize| self.relation(*leader, equal).is_some();
                let leader = if are_few { None } else { leaders.iter().copied().find(is_alike) };
                match leader {
                    Some(leader) => leader_of[equal] = leader,
                    None if are_few => is_searched[equal] = true,
                    None if leaders.len() < EACH_WITH_EACH => {
                        leaders.push(equal);
                        is_searched[equal] = true;
                    }
                    None => {}
                }
            }
        }
        drop(of_hash);
        let groups = Groups::by(shown, |equal| leader_of[equal]);
        let searched = (0..groups.len()).filter(|&node| is_searched[groups.first(node)]).collect();
        Nodes { groups, searched }
    }

    /// The pairs of nodes that are alike, in ascending order.
    fn links(&self, nodes: &Nodes) -> Vec<(usize, usize)> {
        let hashes_in = |form: Dihedral| -> Vec<u64> {
            let hash = |&node: &usize| self.pictures.perceptual(self.of_node(nodes, node)).get(form);
            nodes.searched.par_iter().map(hash).collect()
        };
        let index = HashIndex::new(&hashes_in(Dihedral::Identity), self.rules.max_distance);
        let mut links = Vec::new();
        for form in Dihedral::ALL {
            let is_alike = |earlier: usize, later: usize| {
                let [earlier, later] = [earlier, later].map(|at| self.of_node(nodes, nodes.searched[at]));
                let later = self.pictures.thumbnail(later).formed(form);
                self.pictures.thumbnail(earlier).correlation(&later) >= self.rules.min_correlation
            };
            links.extend(index.pairs_below(&hashes_in(form), is_alike));
        }
        links.par_sort_unstable();
        links.dedup();
        for (earlier, later) in &mut links {
            (*earlier, *later) = (nodes.searched[*earlier], nodes.searched[*later]);
        }
        links
    }

    fn relation(&self, earlier: usize, later: usize) -> Option<Relation> {
        relation(self.pictures, self.rules, self.picture(earlier), self.picture(later))
    }

    /// The cluster around a node's first pictures. Pictures of another node that are not alike these, but alike the first ones of
    /// their node, make a cluster with those.
    fn of_star(&self, nodes: &Nodes, star: &Star) -> Vec<DuplicateCluster> {
        let mut cluster = Cluster::around(self, nodes.groups.first(star.center));
        let mut clusters = Vec::new();
        for &equal in &nodes.groups.get(star.center)[1..] {
            cluster.add(equal);
        }
        for &node in &star.others {
            let mut apart = Cluster::around(self, nodes.groups.first(node));
            for &equal in nodes.groups.get(node) {
                if !cluster.add(equal) && equal != apart.first {
                    apart.add(equal);
                }
            }
            clusters.extend(apart.finish());
        }
        clusters.extend(cluster.finish());
        clusters
    }

    /// The cluster of a picture and the one that is most alike, which is in another cluster too.
    fn of_loose(&self, nodes: &Nodes, star: &Star) -> Option<DuplicateCluster> {
        let center = nodes.groups.first(star.center);
        let correlation = |node: usize| {
            let other = nodes.groups.first(node);
            let (earlier, later) = (center.min(other), center.max(other));
            self.relation(earlier, later).map_or(-1.0, |relation| relation.correlation)
        };
        let best = star.others.iter().copied().map(|node| (correlation(node), node));
        let (_, node) = best.reduce(|best, other| if other.0 > best.0 { other } else { best })?;
        let mut cluster = Cluster::around(self, nodes.groups.first(node.min(star.center)));
        cluster.add(nodes.groups.first(node.max(star.center)));
        cluster.finish()
    }
}

/// A cluster that grows around pictures of equal pixels.
struct Cluster<'a, F: ?Sized> {
    search: &'a Search<'a, F>,
    /// The pictures in the middle, by the number of their group of equal pixels.
    first: usize,
    members: Vec<Member>,
    is_reencoded: bool,
    /// Whether there are others than those in the middle.
    has_others: bool,
}

impl<'a, F: Fingerprints + ?Sized> Cluster<'a, F> {
    fn around(search: &'a Search<'a, F>, first: usize) -> Self {
        let members = search.equal.get(first).iter().map(|&index| Member::equal(index)).collect();
        Self { search, first, members, is_reencoded: true, has_others: false }
    }

    /// Adds pictures of equal pixels, if they are alike those in the middle.
    fn add(&mut self, equal: usize) -> bool {
        let Search { pictures, rules, .. } = *self.search;
        let (medoid, picture) = (self.search.picture(self.first), self.search.picture(equal));
        let Some(Relation { form, distance, correlation }) = relation_to(pictures, rules, medoid, picture)
        else {
            return false;
        };
        let of_index = |&index: &usize| Member { index, transform: form, distance, correlation };
        self.members.extend(self.search.equal.get(equal).iter().map(of_index));
        self.is_reencoded &= form == Dihedral::Identity && distance <= rules.reencoded_distance;
        self.has_others = true;
        true
    }

    fn finish(mut self) -> Option<DuplicateCluster> {
        self.members.sort_unstable_by_key(|member| member.index);
        let kind = if self.is_reencoded { DuplicateKind::Reencoded } else { DuplicateKind::Near };
        let medoid = self.search.picture(self.first);
        self.has_others.then_some(DuplicateCluster { kind, medoid, members: self.members })
    }
}
