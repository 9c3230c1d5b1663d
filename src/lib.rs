//! Turns image folders and rows of unequal length into batches on a [Burn](https://burn.dev) device, turns tensors back
//! into [`ndarray`](https://docs.rs/ndarray) arrays, and reports what is wrong with the data.
//!
#![cfg_attr(feature = "burn", doc = "```")]
#![cfg_attr(not(feature = "burn"), doc = "```ignore")]
//! use burn::data::dataloader::DataLoaderBuilder;
//! use burn_prep::prelude::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let device = "cpu".parse::<DeviceSpec>()?.init()?;                     // or "wgpu", "cuda:1"
//! let folder = ImageFolder::open("assets/photos")?;                      // a class per directory
//! let dataset = ImageDataset::new(folder, Decoder::rgb8())
//!     .recipe(Recipe::new().then(Resize::shorter_side(72)).then(CenterCrop::square(64)))
//!     .on_error(OnError::Skip);
//! let loader = DataLoaderBuilder::new(ImageBatcher::new()).batch_size(8).set_device(device).build(dataset);
//!
//! for batch in loader.iter() {
//!     let images = batch??.images.into_ndarray::<f32>()?;                 // [N, C, H, W]
//!     let stats = BatchStats::of(images.view(), Layout::Nchw)?;          // np.mean(batch, axis=0)
//!     assert_eq!(stats.mean_image.shape(), [3, 64, 64]);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Where to look
//!
//! The modules stand in the order of the data, and each uses only those above it. What a first program needs is in the
//! [`prelude`].
//!
//! ```text
//!  source      ImageFolder, Sample: which files there are          rows of unequal length
//!     ▼                                                                    ▼
//!  images      Decoder: bytes -> Image [H, W, C] u8                  ragged   Ragged, Padding -> Padded
//!     ▼                                                                    ▼
//!  transform   Resize, CenterCrop, Normalize                         packing  rows cut, and laid into bins
//!     └──────────────────────────────┬─────────────────────────────────────┘
//!  collate     Record -> Collator -> Collated: samples of named fields
//!  order       which samples a batch has, on which rank
//!                                    │     beside it: arrays, npy, dlpack, stats, label_errors, neighbors
//!  validate    what is wrong with a dataset, by measure, fingerprint, duplicates and those two; report
//!  plan        a reviewed list of what a new folder leaves out, renames or converts
//!  ── above this line nothing needs Burn: `default-features = false` ───────────────────────
//!  device      DeviceSpec: "cpu", "ndarray", "flex", "wgpu", "cuda:0"
//!  bridge      Tensor <-> ndarray                     device_stats    statistics as tensor operations
//!  batch       one buffer and one upload per field    ragged_tensor   rows on a device
//!  loader      batches for a training loop: in order, resumable, read ahead within a budget
//! ```
//!
//! # Features
//!
//! Each backend is a feature of the name that Burn gives it: `ndarray` and `flex` (default), `wgpu`, `vulkan`, `metal`,
//! `webgpu`, `cuda`, `rocm`. Any of them switches on `burn`, the part below the line. `files` (default) has all formats
//! of files, each of which is a feature too: `jpeg`, `png`, `webp`, `bmp`, `gif`, `tiff`, `npz`, `csv`. Beside them stand `dlpack` (arrays of
//! NumPy and torch in the same process), `arrow` (Arrow's lists), `train` (a loader's metrics for Burn's training loops),
//! and two that build C code, `turbojpeg` and `tiff-zstd`.
//!
//! # What it does not do
//!
//! It trains nothing, and reads no video, no HEIC and no camera raw files.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod error;

mod memory;

mod output;

mod random;

mod simd;

mod threads;

pub mod arrays;

pub mod npy;

#[cfg(feature = "dlpack")]
pub mod dlpack;

pub mod source;

pub mod images;

pub mod transform;

pub mod stats;

pub mod label_errors;

pub mod neighbors;

pub mod ragged;

pub mod packing;

pub mod collate;

pub mod order;

pub mod measure;

pub mod fingerprint;

pub mod duplicates;

mod checks;

pub mod report;

pub mod validate;

#[cfg(all(feature = "csv", feature = "png"))]
pub mod plan;

#[cfg(feature = "burn")]
pub mod device;

#[cfg(feature = "burn")]
pub mod bridge;

#[cfg(feature = "burn")]
pub mod device_stats;

#[cfg(feature = "burn")]
pub mod ragged_tensor;

#[cfg(feature = "burn")]
pub mod batch;

#[cfg(feature = "burn")]
pub mod loader;

pub mod prelude;

pub use error::{Error, Result};

/// The documents' examples are tests.
#[cfg(all(doctest, feature = "burn"))]
#[doc(hidden)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/COMPARED.md")]
#[derive(Debug)]
pub struct Documents;
