//! The neighbours that a search found.

/// The nearest other rows of each row and their distances, as [`NeighborSearch::find`](crate::neighbors::NeighborSearch::find)
/// returns them: nearest first, equally near rows in the order of their indices.
///
/// ```
/// use burn_prep::neighbors::{FeatureRows, Metric, NeighborSearch};
///
/// let rows = FeatureRows::new(1, vec![0.0, 1.0, 3.0, 1.0])?;
/// let found = NeighborSearch::new(2).metric(Metric::Euclidean).find(&rows)?;
/// assert_eq!((found.len(), found.is_empty(), found.k(), found.recall()), (4, false, 2, 1.0));
/// assert_eq!((found.indices(0), found.distances(0)), (&[1, 3][..], &[1.0, 1.0][..]));
/// assert_eq!((found.indices(1), found.distances(1)), (&[3, 0][..], &[0.0, 1.0][..]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbors {
    rows: usize,
    k: usize,
    /// `k` for each row.
    indices: Vec<u32>,
    distances: Vec<f32>,
    recall: f64,
}

impl Neighbors {
    pub(super) fn new(rows: usize, k: usize, found: (Vec<u32>, Vec<f32>), recall: f64) -> Self {
        let (indices, distances) = found;
        Self { rows, k, indices, distances, recall }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The number of neighbours of each row: as many as were asked for, or all other rows where there are fewer, and so 0 for a
    /// single row.
    pub fn k(&self) -> usize {
        self.k
    }

    /// The indices of the neighbours of a row, nearest first; never the row itself.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn indices(&self, row: usize) -> &[u32] {
        &self.indices[self.places(row)]
    }

    /// The distances of the neighbours of a row, in the order of [`Neighbors::indices`].
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn distances(&self, row: usize) -> &[f32] {
        &self.distances[self.places(row)]
    }

    /// The recall: the share of the true neighbours that were found, above 0 and up to 1. It is measured on 512 random rows,
    /// which were compared with all others, and is 1 where all rows were compared.
    pub fn recall(&self) -> f64 {
        self.recall
    }

    fn places(&self, row: usize) -> std::ops::Range<usize> {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        row * self.k..(row + 1) * self.k
    }
}
