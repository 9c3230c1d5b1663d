//! Statistics of arrays, images and batches, from exact sums for integers and f64 for floats; partial results merge.
//!
//! [`Reduce`] is `np.mean(a, axis=...)` and the like over any axes; [`per_image`] and [`BatchStats`] are for batches of
//! images; [`Moments`], [`AxisMoments`], [`Histogram`] and [`QuantileSketch`] collect numbers that come in parts.
//!
//! ```
//! use burn_prep::arrays::Layout;
//! use burn_prep::stats::{BatchStats, Reduce};
//!
//! let batch = ndarray::Array4::from_shape_fn([2, 3, 1, 2], |(n, c, _, x)| (n * 10 + c * 2 + x) as f32);
//! assert_eq!(Reduce::per_image().mean(batch.view())?, ndarray::array![2.5, 12.5].into_dyn());
//! assert_eq!(BatchStats::of(batch.view(), Layout::Nchw)?.channels[1].mean, 7.5);
//! # Ok::<(), burn_prep::Error>(())
//! ```

mod accumulator;
mod across_batch;
mod axes;
mod axis_moments;
mod byte_histogram;
mod cells;
mod covariance;
mod extremes;
mod float;
mod histogram;
mod integer;
mod integer_moments;
mod lanes;
mod moment_blocks;
mod moment_sums;
mod moments;
mod nan;
mod numeric;
mod per_image;
mod quantile;
mod reduce;
mod runs;
mod sketch;
mod summary;
mod sums;
mod unique;
mod version;
mod wide;

pub(crate) use accumulator::Accumulator;
pub use across_batch::{AcrossBatch, BatchStats};
pub use axis_moments::AxisMoments;
pub use byte_histogram::{ByteHistogram, PixelHistogram};
pub use covariance::{correlation, covariance};
pub use histogram::{Bins, Histogram};
pub use integer::Integer;
pub use integer_moments::IntegerMoments;
pub use moments::Moments;
pub use nan::NanPolicy;
pub use numeric::Numeric;
pub(crate) use numeric::Statistics;
pub use per_image::{ImageStats, per_image};
pub use quantile::Interpolation;
pub use reduce::Reduce;
pub use sketch::QuantileSketch;
pub use summary::Summary;
pub use unique::unique;
