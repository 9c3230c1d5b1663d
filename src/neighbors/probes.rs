//! How many cells a row has to be compared with.

/// The fewest cells with which the share of neighbours found, less two standard errors, reaches `asked`. `ranks` has, for
/// each row of a sample, which cell in the row's own order has each of its true neighbours; where it takes all cells, the
/// answer is `cells`.
pub(super) fn fewest(ranks: &[Vec<usize>], cells: usize, asked: f64) -> usize {
    let mut rows_of = vec![Vec::new(); cells];
    for (row, ranks) in ranks.iter().enumerate() {
        for &rank in ranks {
            rows_of[rank].push(row);
        }
    }
    let neighbours = ranks.first().map_or(0, Vec::len) as f64;
    let rows = ranks.len() as f64;
    // Whole numbers: what each row has found, their sum, and the sum of their squares.
    let (mut found, mut sum, mut squares) = (vec![0_u64; ranks.len()], 0_u64, 0_u64);
    for (before, rows_here) in rows_of.iter().enumerate() {
        for &row in rows_here {
            squares += 2 * found[row] + 1;
            sum += 1;
            found[row] += 1;
        }
        let mean = sum as f64 / rows;
        let variance = (squares as f64 / rows - mean * mean).max(0.0);
        let error = (variance / rows).sqrt();
        if (mean - 2.0 * error) / neighbours >= asked {
            return before + 1;
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_few_cells_as_reach_what_is_asked() {
        // In the first cell 90 % of each row's neighbours, in the fifth the others: the rows do not differ.
        let ranks = vec![[vec![0; 9], vec![4]].concat(); 100];
        assert_eq!([0.5, 0.9, 0.91, 1.0].map(|asked| fewest(&ranks, 8, asked)), [1, 1, 5, 5]);
        // Half of the rows find all in the first cell, the others in the second: 50 % with an error of 5 %.
        let ranks = [vec![vec![0; 10]; 50], vec![vec![1; 10]; 50]].concat();
        assert_eq!([0.39, 0.41, 1.0].map(|asked| fewest(&ranks, 8, asked)), [1, 2, 2]);
    }
}
