//! Sums of deviations and of their squares, side by side for the vectors of the machine.

use crate::arrays::ArrayElement;
use crate::simd::Kernel;

/// Sums side by side: of columns, or of every `W`-th number of a run.
pub(crate) struct Sums<const W: usize, E> {
    pub(crate) shift: [f64; W],
    pub(crate) sum: [f64; W],
    pub(crate) squares: [f64; W],
    pub(crate) min: [E; W],
    pub(crate) max: [E; W],
}

impl<const W: usize, E: ArrayElement> Sums<W, E> {
    /// No deviations yet from these numbers.
    pub(crate) fn from(first: [E; W]) -> Self {
        let shift = first.map(ArrayElement::to_f64);
        Self { shift, sum: [0.0; W], squares: [0.0; W], min: first, max: first }
    }

    /// Adds some rows at once: the sums are loaded and stored once for all of them.
    #[inline(always)]
    fn add<const ROWS: usize>(&mut self, rows: [&[E; W]; ROWS]) {
        // Two loops, since the lanes of E and of f64 differ in number.
        for k in 0..W {
            let (mut sum, mut squares) = (0.0, 0.0);
            for row in rows {
                let deviation = row[k].to_f64() - self.shift[k];
                sum += deviation;
                squares += deviation * deviation;
            }
            self.sum[k] += sum;
            self.squares[k] += squares;
        }
        for k in 0..W {
            let (mut min, mut max) = (self.min[k], self.max[k]);
            for row in rows {
                let value = row[k];
                min = if value < min { value } else { min };
                max = if value > max { value } else { max };
            }
            self.min[k] = min;
            self.max[k] = max;
        }
    }
}

/// Adds rows of a block of columns.
pub(crate) struct AddRows<'a, 'b, const W: usize, E> {
    pub(crate) sums: &'a mut Sums<W, E>,
    pub(crate) rows: &'a [&'b [E]],
    pub(crate) start: usize,
}

impl<'b, const W: usize, E: ArrayElement> Kernel for AddRows<'_, 'b, W, E> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let block = |row: &&'b [E]| -> Option<&'b [E; W]> { row[self.start..].first_chunk() };
        let (fours, rest) = self.rows.as_chunks::<4>();
        for [a, b, c, d] in fours {
            let (Some(a), Some(b), Some(c), Some(d)) = (block(a), block(b), block(c), block(d)) else {
                return;
            };
            self.sums.add([a, b, c, d]);
        }
        for row in rest.iter().filter_map(block) {
            self.sums.add([row]);
        }
    }
}

/// Adds a run, `W` numbers at a time.
pub(crate) struct AddRun<'a, const W: usize, E> {
    pub(crate) sums: &'a mut Sums<W, E>,
    pub(crate) rows: &'a [[E; W]],
}

impl<const W: usize, E: ArrayElement> Kernel for AddRun<'_, W, E> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (fours, rest) = self.rows.as_chunks::<4>();
        for rows in fours {
            self.sums.add(rows.each_ref());
        }
        for row in rest {
            self.sums.add([row]);
        }
    }
}
