//! The integration tests: one binary, because linking Burn is slow.
#![allow(clippy::unwrap_used, clippy::panic)]

mod any_array;
#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "burn")]
mod batch_validation;
#[cfg(feature = "burn")]
mod bridge_laws;
#[cfg(feature = "burn")]
mod burn_reports;
#[cfg(feature = "burn")]
mod collate;
mod collate_laws;
#[cfg(feature = "burn")]
mod device_stats;
#[cfg(all(feature = "dlpack", feature = "burn"))]
mod dlpack;
mod documents;
mod dynamic_image;
#[cfg(feature = "burn")]
mod examples;
mod feature_checks;
mod formats;
#[cfg(all(feature = "dlpack", feature = "burn"))]
mod freed;
mod front_page;
mod golden;
mod golden_cleanvision;
mod golden_cleanvision_folder;
mod golden_file_facts;
mod golden_npy;
mod golden_perceptual_hash;
mod golden_pillow;
mod golden_ragged;
mod golden_wild;
mod hostile;
mod html_report;
#[cfg(feature = "burn")]
mod image_loader;
mod jpeg_ends;
mod label_errors;
#[cfg(feature = "burn")]
mod loader;
#[cfg(feature = "burn")]
mod loader_numbers;
#[cfg(feature = "burn")]
mod loader_policies;
mod modules;
mod npy_files;
mod order_laws;
mod order_rules;
mod pack_laws;
mod padding_laws;
#[cfg(feature = "burn")]
mod planned;
mod planted_defects;
mod ragged_laws;
mod ragged_ops;
#[cfg(feature = "burn")]
mod ragged_tensor;
#[cfg(feature = "burn")]
mod readback;
mod recipe;
mod reduce_laws;
mod report_schema;
#[cfg(feature = "burn")]
mod sequences;
mod stats_laws;
mod support;
