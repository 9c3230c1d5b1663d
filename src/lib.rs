//! Files and arrays to batches on a [Burn](burn) device, tensors back to [`ndarray`], and what is
//! wrong with the data before and while a model trains on it.
//!
//! ```
//! use burn::data::dataloader::DataLoaderBuilder;
//! use burn_prep::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let device = "cpu".parse::<DeviceSpec>()?.init()?;                     // or "wgpu", "cuda:1"
//! let folder = ImageFolder::open("assets/photos")?;                      // a class per directory
//! let dataset = ImageDataset::new(folder, Decoder::rgb8())
//!     .transform(Compose::new().then(Resize::shorter_side(72)).then(CenterCrop::square(64)))
//!     .on_error(OnError::Skip);
//! let loader = DataLoaderBuilder::new(ImageBatcher::new()).batch_size(8).set_device(device).build(dataset);
//!
//! for batch in loader.iter() {
//!     let images = batch?.images.into_ndarray::<f32>()?;                 // [N, C, H, W]
//!     let stats = BatchStats::of(images.view(), Layout::Nchw)?;          // np.mean(batch, axis=0)
//!     assert_eq!(stats.mean_image.shape(), [3, 64, 64]);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The way of the data
//!
//! A module uses only those that stand before it; a test reads this file and the `use` lines.
//!
//! ```text
//!  source/     ImageFolder, Sample: what exists, unopened          rows of unequal length
//!     ▼                                                                    ▼
//!  images/     Decoder: bytes -> Image [H, W, C] u8                  ragged/  Ragged, Padding -> Padded
//!     ▼                                                                    │
//!  transform/  Resize, CenterCrop, Normalize on the host                   │
//!     └──────────────────────────────┬─────────────────────────────────────┘
//!                                    ▼
//!  device/     DeviceSpec: "cpu", "ndarray", "flex", "wgpu", "cuda:0"
//!  bridge/     Tensor <-> ndarray: moved, shown or copied once, complete when the call returns
//!  ragged_tensor/  RaggedTensor: rows on a device; masked means
//!  stats/      over any axes, per image, across the batch, exact for integers, mergeable
//!  batch/      ImageDataset, ImageBatcher, SequenceBatcher: one buffer, one upload per field
//!  collate/    Record -> Collator -> CollatedBatch: samples of named fields
//!  report/     Report: JSON, CSV, text      validate/  Validator: what is wrong with the files
//! ```
//!
//! # What it does not do
//!
//! It trains nothing, augments nothing yet, and reads no video, no HEIC and no camera raw files.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;

mod memory;

mod output;

mod simd;

mod arrays;

pub mod npy;

#[cfg(feature = "dlpack")]
#[cfg_attr(docsrs, doc(cfg(feature = "dlpack")))]
pub mod dlpack;

mod source;

mod images;

mod transform;

mod ragged;

mod packing;

mod sampling;

mod device;

mod bridge;

mod ragged_tensor;

mod stats;

mod batch;

mod collate;

mod report;

mod validate;

#[cfg(feature = "arrow")]
pub use arrow_array;
pub use burn;
pub use image;
pub use ndarray;

pub use error::{CollateFault, Error, ErrorKind, NpyFault, RaggedFault, Result, SequenceFault};

pub use arrays::{AnyArray, ArrayElement, CastArray, Layout, rows_to_array};

pub use source::{
    IgnoreReason, Ignored, ImageFolder, ImageFormat, LookAlike, NameDifference, Sample, SplitLevel,
};

pub use images::{Alpha, ColorMode, Damage, Decoded, Decoder, Image, ImageSize, Limits, SourceInfo};

pub use transform::{CenterCrop, Compose, Filter, Normalize, Resize, Transform};

pub use ragged::{
    AsIndex, EmptyRow, FromDense, Nested, NestedRows, Operand, Overflow, PackedSequence, PadTo, Padded,
    Padding, Ragged, RaggedIndex, RaggedOrDense, Reduction, Remainder, RowExtents, RowPartition, Side,
    SortOrder, Sparse, bucket_batches, sequence_mask, unpad,
};

#[cfg(feature = "arrow")]
pub use ragged::ArrowElement;

pub use packing::{
    CuSeqlens, OverLong, Packed, PackedBins, Packing, PairCut, Piece, Truncated, Truncation, position_ids,
};

pub use sampling::{
    BucketWaste, Epoch, EpochIter, EpochState, LengthBuckets, LengthGrouped, LengthHistogram, LengthSampler,
    OverBudget, PaddingStats, RowOrder, SampleRule, Shard, TokenBudget, UnevenShards, restore_order,
    suggest_buckets,
};

pub use device::{DeviceSpec, DeviceState, DeviceStatus};

pub use bridge::{IntoNdarray, IntoTensor, Readback, array_to_image, image_to_array, readback};

pub use ragged_tensor::{RaggedTensor, masked_mean, masked_mean_rows, masked_sum_rows};

pub use stats::{
    AcrossBatch, AxisMoments, BatchStats, Bins, ByteHistogram, DeviceMoments, Histogram, ImageStats, Integer,
    IntegerMoments, Interpolation, Moments, NanPolicy, Numeric, PixelHistogram, QuantileSketch, Reduce,
    Summary, across_batch_on_device, correlation, covariance, per_image, per_image_on_device, unique,
};

pub use batch::{
    Anchor, ImageExtents, ImagePadding, PaddedImages, PlannedBatcher, PlannedDataset, TokenBudgetStrategy,
};

pub use batch::{
    ImageBatch, ImageBatcher, ImageDataset, ImageItem, ImageRecord, LoadedImage, OnError, SequenceBatch,
    SequenceBatcher, SkippedImage,
};

pub use collate::{Collated, CollatedBatch, CollatedField, Collator, Field, Record};

pub use report::{ClassCount, DatasetStats, Issue, IssueKind, Report, Severity, write_csv, write_json};

pub use validate::Validator;

/// The documents' examples are tests.
#[cfg(doctest)]
#[doc(hidden)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/COMPARED.md")]
#[derive(Debug)]
pub struct Documents;
