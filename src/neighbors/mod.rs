//! The `k` nearest neighbours of each row among rows of features, such as the embeddings that a network gives to pictures.
//!
//! [`FeatureRows`] holds the rows, one per sample; [`NeighborSearch::find`] returns [`Neighbors`]: for each row the indices
//! and distances of the `k` nearest other rows by a [`Metric`], nearest first. Use it to find outliers, near duplicates, and
//! samples whose label differs from those of similar samples;
//! [`FeatureScores`](crate::validate::FeatureScores) computes the scores of these three.
//!
//! ```
//! use burn_prep::neighbors::{FeatureRows, Metric, NeighborSearch};
//!
//! let rows = FeatureRows::new(2, vec![0.0, 0.0, 3.0, 4.0, 0.0, 1.0])?;
//! let found = NeighborSearch::new(2).metric(Metric::Euclidean).find(&rows)?;
//! assert_eq!((found.indices(0), found.distances(0)), (&[2, 1][..], &[1.0, 5.0][..]));
//! assert_eq!(found.recall(), 1.0);
//! # Ok::<(), burn_prep::Error>(())
//! ```
//!
//! # How it searches
//!
//! Up to 20,000 rows are all compared with each other. More are divided into about `2 sqrt(n)` cells by k-means on a sample
//! of them, and each row is compared with the rows of the cells whose centres are nearest to it (an inverted file; Jégou,
//! Douze and Schmid, "Product quantization for nearest neighbor search", 2011, section 4, without its quantisation). How many
//! cells that takes is measured, not guessed: 512 random rows are compared with all others, and the number of cells is the
//! smallest with which their neighbours are found to the share that [`NeighborSearch::recall`] asks for, two standard errors
//! added. Where that is more than half of the cells, all rows are compared.
//!
//! Candidates are found by matrix products in `f32`, 8 more than neighbours are asked for; their distances are then computed
//! again from the rows themselves in `f64`, always in the same order. Of still more rows that are nearer than a
//! two-thousandth of their distance from the centre of all (of their length, by the cosine), `f32` does not tell which are
//! the nearest. On one kind of processor, results are the same to the last bit for any number of threads. Processors that
//! round products differently (with and without fused multiply-add) may choose other cells, and so find other neighbours
//! where the search is not exact.
//!
//! # Memory
//!
//! The rows, one copy of them, 8 bytes for each neighbour found, and blocks of distances for each thread: 3.2 GB on 2 threads for
//! 1,000,000 rows of 384 columns and 10 neighbours, in 78 seconds (docs/BENCHMARKS.md, "Validation").

mod best;
mod cells;
mod exact;
mod feature_rows;
mod metric;
#[allow(clippy::module_inception)]
mod neighbors;
mod preparation;
mod probes;
mod search;
mod table;

pub use feature_rows::FeatureRows;
pub use metric::Metric;
pub use neighbors::Neighbors;
pub use search::NeighborSearch;
