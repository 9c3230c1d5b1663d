//! Which things hang together, as pairs of them become known.

/// Things by their numbers, in groups that grow by pairs. The first thing of a group stands for it.
#[derive(Debug)]
pub(crate) struct Connected {
    /// For each thing one of its group that comes before it, or itself where it is the first.
    before: Vec<usize>,
}

impl Connected {
    /// Things of which none is connected with another one.
    pub(crate) fn new(count: usize) -> Self {
        Self { before: (0..count).collect() }
    }

    /// The first thing of the group.
    pub(crate) fn first(&mut self, mut at: usize) -> usize {
        while self.before[at] != at {
            // Each look makes the way of the next one shorter.
            self.before[at] = self.before[self.before[at]];
            at = self.before[at];
        }
        at
    }

    /// Makes one group of those of two things.
    pub(crate) fn connect(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        self.before[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_what_hangs_together_stands_for_it() {
        let mut connected = Connected::new(6);
        for (a, b) in [(5, 4), (1, 2), (4, 2)] {
            connected.connect(a, b);
        }
        let firsts: Vec<usize> = (0..6).map(|at| connected.first(at)).collect();
        assert_eq!(firsts, [0, 1, 1, 3, 1, 1]);
    }
}
