//! Which of several components comes at a position, so that each has its share from the first position on.

/// The share of each component, held at every position and computed at any.
///
/// A binary tree has the components as its leaves. Of the positions that come to a node, a share goes to its first branch:
/// before the `q`-th of them, `q` times the share, rounded. Rounding is off by half at most, and what a node is off by reaches
/// its branches multiplied by their shares, so that a component is off by at most half of `1 + s + s t + ...`, where `s` is its
/// share of the node above, `t` that node's of the one above it, and so on to the branches of the root. Up to four components
/// are two levels deep at most, and off by less than 1. Of more than four the two smallest are joined first (Huffman, 1952), so
/// that the products fall as one over Fibonacci's numbers, and any number of components are off by less than 2.
#[derive(Debug, Clone)]
pub(super) struct Interleave {
    root: Node,
}

#[derive(Debug, Clone)]
enum Node {
    Component(usize),
    /// The share of the first branch in 2^-64, and the branches.
    Split(u64, Box<(Node, Node)>),
}

impl Interleave {
    /// Components of weight 0 never come; `None` without a weight above 0.
    pub(super) fn new(weights: &[f64]) -> Option<Self> {
        let positive = weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        let mut nodes: Vec<(f64, Node)> =
            positive.map(|(component, weight)| (*weight, Node::Component(component))).collect();
        // The largest first; the sort is stable, so that equal ones stay in their order.
        nodes.sort_by(|a, b| b.0.total_cmp(&a.0));
        while nodes.len() > 4 {
            let joined = join_last(&mut nodes)?;
            let at = nodes.partition_point(|node| node.0 >= joined.0);
            nodes.insert(at, joined);
        }
        let mut nodes = match <[_; 4]>::try_from(nodes) {
            // The largest with the smallest.
            Ok([first, second, third, last]) => vec![join(first, last), join(second, third)],
            Err(nodes) => nodes,
        };
        while nodes.len() > 1 {
            let joined = join_last(&mut nodes)?;
            nodes.push(joined);
        }
        Some(Self { root: nodes.pop()?.1 })
    }

    /// The component at a position, and how many of its samples come before.
    pub(super) fn at(&self, position: u64) -> (usize, u64) {
        let (mut node, mut position) = (&self.root, position);
        loop {
            match node {
                Node::Component(component) => return (*component, position),
                Node::Split(share, branches) => {
                    let before = rounded(u128::from(position), *share);
                    if rounded(u128::from(position) + 1, *share) > before {
                        (node, position) = (&branches.0, before);
                    } else {
                        (node, position) = (&branches.1, position - before);
                    }
                }
            }
        }
    }
}

/// The two last nodes as one.
fn join_last(nodes: &mut Vec<(f64, Node)>) -> Option<(f64, Node)> {
    let (second, first) = (nodes.pop()?, nodes.pop()?);
    Some(join(first, second))
}

fn join(first: (f64, Node), second: (f64, Node)) -> (f64, Node) {
    let sum = first.0 + second.0;
    // From 0 to 2^64 - 1: a conversion from a float stays within the type.
    let share = (first.0 / sum * 2.0_f64.powi(64)) as u64;
    (sum, Node::Split(share, Box::new((first.1, second.1))))
}

/// How many of the first `positions`, at most 2^64, go to a branch: no product is beyond 2^128 - 2^64, and no count beyond
/// `positions`, because the share is below 1.
fn rounded(positions: u128, share: u64) -> u64 {
    ((positions * u128::from(share) + (1 << 63)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest distance of a component from its share, over all prefixes.
    fn distance(weights: &[f64], positions: u64) -> f64 {
        let interleave = Interleave::new(weights).unwrap();
        let sum: f64 = weights.iter().sum();
        let mut counts = vec![0_u64; weights.len()];
        let mut largest = 0.0_f64;
        for position in 0..positions {
            let (component, before) = interleave.at(position);
            assert_eq!(before, counts[component], "{weights:?} at {position}");
            counts[component] += 1;
            for (count, weight) in counts.iter().zip(weights) {
                let share = (position + 1) as f64 * weight / sum;
                largest = largest.max((*count as f64 - share).abs());
            }
        }
        largest
    }

    #[test]
    fn components_have_their_shares_at_every_prefix() {
        for weights in [
            &[1.0][..],
            &[1.0, 1.0],
            &[0.7, 0.3],
            &[1.0, 1000.0],
            &[5.0, 3.0, 2.0],
            &[1.0, 0.0, 1.0, 1.0],
            &[0.9, 0.05, 0.04, 0.01],
            &[1.0, 1.0, 1.0, 1.0],
        ] {
            assert!(distance(weights, 5000) < 1.0, "{weights:?}");
        }
        for count in 5_u32..40 {
            let weights: Vec<f64> = (0..count).map(|k| f64::from(1 + k * k * 37 % 101)).collect();
            assert!(distance(&weights, 3000) < 2.0, "{weights:?}");
        }
    }

    #[test]
    fn positions_are_counted_up_to_the_last() {
        let interleave = Interleave::new(&[1.0, 3.0]).unwrap();
        let (component, before) = interleave.at(u64::MAX);
        let expected = [u64::MAX / 4, u64::MAX / 4 * 3][component];
        assert!(before.abs_diff(expected) <= 3, "{before}");
        assert_eq!(Interleave::new(&[1.0, 1e-300]).unwrap().at(u64::MAX).0, 0);
        assert!(Interleave::new(&[0.0]).is_none() && Interleave::new(&[]).is_none());
    }
}
