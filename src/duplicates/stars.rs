//! Clusters without chains: each member is linked to the cluster's centre.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Nodes that are linked with one of them, the centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Star {
    pub(crate) center: usize,
    /// The other nodes, in ascending order.
    pub(crate) others: Vec<usize>,
}

/// What the nodes are divided into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Stars {
    pub(crate) stars: Vec<Star>,
    /// Nodes in none of the stars, all of whose neighbours are in one without being its centre: each with its neighbours.
    pub(crate) loose: Vec<Star>,
}

/// Divides nodes of some weight, of which pairs are linked. Links are in ascending order, each with its lower node first.
///
/// The node with the most weight around it, and of those the first, becomes the centre of a star of all nodes that it is linked
/// with; then the same is done with what is left, until no star would have a weight of 2.
pub(crate) fn divided(weights: &[usize], links: &[(usize, usize)]) -> Stars {
    let neighbors = Neighbors::new(weights.len(), links);
    let mut around: Vec<usize> = weights.to_vec();
    for &(a, b) in links {
        around[a] += weights[b];
        around[b] += weights[a];
    }
    let heavy = around.iter().enumerate().filter(|(_, around)| **around >= 2);
    let mut heap: BinaryHeap<_> = heavy.map(|(node, &around)| (around, Reverse(node))).collect();
    let mut taken = vec![false; weights.len()];
    let mut found = Stars::default();
    while let Some((found_around, Reverse(center))) = heap.pop() {
        if taken[center] || around[center] < 2 {
            continue;
        }
        // What is around a node falls as others are taken.
        if around[center] < found_around {
            heap.push((around[center], Reverse(center)));
            continue;
        }
        let others: Vec<usize> = neighbors.of(center).iter().copied().filter(|&node| !taken[node]).collect();
        for &node in others.iter().chain([&center]) {
            taken[node] = true;
            for &neighbor in neighbors.of(node) {
                around[neighbor] -= weights[node];
            }
        }
        found.stars.push(Star { center, others });
    }
    let left = (0..weights.len()).filter(|&node| !taken[node] && !neighbors.of(node).is_empty());
    found.loose = left.map(|center| Star { center, others: neighbors.of(center).to_vec() }).collect();
    found
}

/// The nodes that each node is linked with, one list behind the other.
struct Neighbors {
    starts: Vec<usize>,
    nodes: Vec<usize>,
}

impl Neighbors {
    fn new(count: usize, links: &[(usize, usize)]) -> Self {
        let mut starts = vec![0; count + 1];
        for &(a, b) in links {
            starts[a + 1] += 1;
            starts[b + 1] += 1;
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        let mut next = starts.clone();
        let mut nodes = vec![0; 2 * links.len()];
        for (from, to) in links.iter().flat_map(|&(a, b)| [(a, b), (b, a)]) {
            nodes[next[from]] = to;
            next[from] += 1;
        }
        Self { starts, nodes }
    }

    fn of(&self, node: usize) -> &[usize] {
        &self.nodes[self.starts[node]..self.starts[node + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn star(center: usize, others: &[usize]) -> Star {
        Star { center, others: others.to_vec() }
    }

    #[test]
    fn a_chain_is_cut() {
        let chain = [(0, 1), (1, 2), (2, 3), (3, 4)];
        let found = divided(&[1; 5], &chain);
        assert_eq!(found.stars, [star(1, &[0, 2]), star(3, &[4])]);
        assert!(found.loose.is_empty());
        // The fourth is linked with the third alone, which is not a centre.
        let found = divided(&[1; 4], &chain[..3]);
        assert_eq!((found.stars, found.loose), (vec![star(1, &[0, 2])], vec![star(3, &[2])]));
    }

    #[test]
    fn the_heaviest_is_the_centre_and_a_heavy_node_needs_no_links() {
        let found = divided(&[1, 3, 1, 2, 1], &[(0, 1), (0, 2)]);
        assert_eq!(found.stars, [star(0, &[1, 2]), star(3, &[])]);
        assert!(found.loose.is_empty());
        // Two that weigh 3 with what is around them, of which the first is taken.
        let found = divided(&[1, 1, 1], &[(0, 1), (0, 2), (1, 2)]);
        assert_eq!(found.stars, [star(0, &[1, 2])]);
    }
}
